"""The reports of an endpoint, as files: one with everything, one small for lists."""

from pathlib import Path

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.monitoring.types import Report, ReportSummary

KEPT = 300
SUMMARY = ".summary.json"


class Reports:
    """Keeps the newest reports of one endpoint."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, report: Report) -> None:
        """Keep a report; the oldest ones go."""
        stem = f"{int(report.at.timestamp() * 1e6):020d}-{report.id}"
        write_atomically(self._folder / f"{stem}.json", report.model_dump_json())
        write_atomically(self._folder / f"{stem}{SUMMARY}", summary(report).model_dump_json())
        for path in self._summaries()[KEPT:]:
            path.unlink(missing_ok=True)
            path.with_name(path.name.replace(SUMMARY, ".json")).unlink(missing_ok=True)

    def summaries(self, limit: int) -> list[ReportSummary]:
        """Return the newest first."""
        return [ReportSummary.model_validate_json(path.read_bytes()) for path in self._summaries()[:limit]]

    def newest(self) -> Report | None:
        """Return the newest report; None before the first check."""
        found = self._summaries()
        return self.get(found[0].name.split("-")[1].removesuffix(SUMMARY)) if found else None

    def get(self, id: str) -> Report:
        """Return a report.

        Raises:
            NotFoundError: There is none with this id, or no longer.
        """
        path = next((path for path in self._folder.glob(f"*-{id}.json")), None) if id.isalnum() else None
        if path is None:
            raise NotFoundError(f"There is no report {id!r}, or no longer.")
        return Report.model_validate_json(path.read_bytes())

    def _summaries(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{SUMMARY}"), reverse=True)


def summary(report: Report) -> ReportSummary:
    """Return what a list shows of a report."""
    return ReportSummary(
        id=report.id,
        at=report.at,
        state=report.state,
        message=report.message,
        number=report.number,
        rows=report.rows,
        drifted_columns=sum(column.drifted for column in report.columns),
        largest_psi=max((column.score for column in report.columns), default=None),
        prediction_psi=None if report.prediction is None else report.prediction.score,
        quality={} if report.quality is None else report.quality.metrics,
    )
