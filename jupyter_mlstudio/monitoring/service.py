"""What can be done to watch endpoints."""

import logging
import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.core.files import existing
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.monitoring import alerts, captured, figures, truth
from jupyter_mlstudio.monitoring.types import (
    Alert,
    AlertList,
    BaselineSpec,
    CheckSpec,
    DriftedRows,
    Monitor,
    MonitorList,
    MonitorSpec,
    Report,
    ReportList,
    RetrainingStarted,
    TruthAdded,
    TruthSpec,
)
from jupyter_mlstudio.monitoring.watching import Watching

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

log = logging.getLogger(__name__)

BASELINE_ROWS = 20_000
"""Captured rows that become a baseline at most."""


class Monitoring(Watching):
    """Holds what endpoints are asked and answer against what their models were trained on.

    Endpoints are given by id or by name. Settings, reports and alerts are read without an engine; `check`,
    `take_truth`, `take_baseline` and `rows` need Polars.
    """

    def monitors(self) -> MonitorList:
        """List a monitor for each endpoint, those with open alerts first."""
        self._forget_gone()
        opened = self._open_alerts()
        items = [self._monitor(each, opened) for each in self._meeting.endpoints()]
        return MonitorList(items=sorted(items, key=lambda monitor: not monitor.alerts))

    def monitor(self, id: str) -> Monitor:
        """Tell how an endpoint is watched, and what was found last."""
        return self._monitor(self._watched(id), self._open_alerts())

    def watch(self, id: str, spec: MonitorSpec | None = None, **fields: Any) -> Monitor:
        """Change how an endpoint is watched.

        Args:
            id: The endpoint.
            spec: Everything about it; what is in force now if not given.
            **fields: Fields of `MonitorSpec` to change, such as `every_minutes`, `webhook` and `thresholds`.

        Raises:
            InvalidError: The schedule cannot be made; the message names the field and the fix.
            NotFoundError: There is no such endpoint.
        """
        watched = self._watched(id)
        record = self._record(watched.id)
        plain = {**(spec or record.spec).model_dump(exclude_unset=True), **fields}
        wanted: MonitorSpec = convert(MonitorSpec, plain)
        schedule = self._scheduled(watched, record, wanted)
        kept = record.model_copy(update={"spec": wanted, "schedule": schedule, "revision": record.revision + 1})
        monitors = self._stores[0]
        (monitors.replace if record.revision else monitors.add)(kept)
        self._tell(watched.id)
        return self.monitor(watched.id)

    def check(self, id: str, spec: CheckSpec | None = None) -> Report:
        """Hold the captured rows of a deployment against its baseline now, and keep the report.

        Raises:
            NotFoundError: There is no such endpoint or deployment.
        """
        from jupyter_mlstudio.monitoring.examine import Place, examine, failed

        watched = self._watched(id)
        model = self._model(watched, None if spec is None else spec.number)
        asked = self._record(watched.id).spec
        place = Place(self._places.truth(watched.id), self._places.baseline(watched.id, model))
        with self._checking:
            try:
                report = examine(self._meeting, watched, model, place, asked)
            except Exception as error:  # whatever the rows are, the list of checks shall say so
                log.exception("The check of endpoint %s failed.", watched.name)
                report = failed(watched, model, error)
            self._places.reports(watched.id).keep(report)
            alerts.update(self._stores[1], report, asked.webhook)
            figures.write(watched.folder, report)
        self._tell(watched.id)
        return report

    def check_all(self, id: str) -> list[Report]:
        """Check every deployment that gets requests, one report each."""
        watched = self._watched(id)
        numbers = watched.traffic or (self._model(watched, None).number,)
        return [self.check(watched.id, CheckSpec(number=number)) for number in numbers]

    def reports(self, id: str, limit: int = 100) -> ReportList:
        """List the checks of an endpoint, the newest first."""
        return ReportList(items=self._places.reports(self._watched(id).id).summaries(limit))

    def report(self, id: str, report: str) -> Report:
        """Return one check."""
        return self._places.reports(self._watched(id).id).get(report)

    def add_truth(
        self, endpoint: str, table: "pd.DataFrame | pl.DataFrame | str | Path", *, id: str = "id", column: str = "truth"
    ) -> TruthAdded:
        """Take in what was right: a table, or the path of a file, with the ids of requests.

        Args:
            endpoint: Name or id of the endpoint.
            table: One row an answer. A request with several rows has the ids `<request>/0`, `<request>/1` and so on.
            id: Column with the ids.
            column: Column with what was right.

        Raises:
            InvalidError: A column is not there.
        """
        from jupyter_mlstudio.monitoring.tables import polars_of

        watched = self._watched(endpoint)
        frame = (
            self._meeting.read_table(existing(self._project, str(table)))
            if isinstance(table, str | Path)
            else polars_of(table)
        )
        taken = truth.add(self._places.truth(watched.id), frame, id, column)
        matched = captured.count_ids(watched.folder, taken["id"])
        self._tell(watched.id)
        words = f"{matched:,} of {taken.height:,} ids belong to captured rows."
        if taken.height and not matched:
            words += " Send your own ids as the header X-Request-Id, or take them from its answer."
        return TruthAdded(rows=taken.height, matched=matched, message=words)

    def take_truth(self, id: str, spec: TruthSpec) -> TruthAdded:
        """Take in from a file of the project what was right."""
        return self.add_truth(id, spec.path, id=spec.id, column=spec.column)

    def take_baseline(self, id: str, spec: BaselineSpec) -> Monitor:
        """Choose what the deployment that answers is compared with: a file, the captured rows, or its training data.

        Raises:
            InvalidError: There are too few captured rows.
            NotFoundError: There is no such file.
        """
        from jupyter_mlstudio.monitoring.references import from_captured, from_file

        watched = self._watched(id)
        model = self._model(watched, None)
        chosen = self._places.chosen(watched.id, model)
        if spec.training:
            self._places.forget_chosen(watched.id, model)
        elif spec.path is not None:
            table = self._meeting.read_table(existing(self._project, spec.path))
            from_file(chosen, table, self._baseline(watched, model), model.folder)
        else:
            from_captured(chosen, watched, model, self._baseline(watched, model), BASELINE_ROWS)
        self._tell(watched.id)
        return self.monitor(watched.id)

    def rows(self, id: str, report: str = "", column: str = "") -> DriftedRows:
        """Write the captured rows that drifted into a Parquet file, which any tool opens.

        Args:
            id: The endpoint.
            report: The check; the newest if not given.
            column: The column whose drift the rows make up; all rows of the window if not given.

        Raises:
            NotFoundError: There is no such report, or the rows have been deleted because of their age.
        """
        from jupyter_mlstudio.monitoring.rows import drifted
        from jupyter_mlstudio.monitoring.tables import write_parquet

        watched = self._watched(id)
        found = self._places.reports(watched.id).get(report) if report else self._places.reports(watched.id).newest()
        if found is None or found.begins is None or found.ends is None:
            raise NotFoundError("There is no report with rows. Check the endpoint first.")
        rows = captured.between(watched.folder, found.number, found.begins, found.ends, found.rows)
        if not rows.height:
            raise NotFoundError("The rows of this report have been deleted because of their age. Check again.")
        model = watched.model(found.number)
        known = None if model is None else self._baseline(watched, model)
        classes = known.classes if known is not None else []
        table, words = drifted(rows, truth.read(self._places.truth(watched.id)), found, column, classes)
        mark = sha256(f"{found.id}/{column}".encode()).hexdigest()[:8]
        shown = re.sub(r"[^\w-]+", "-", column)[:40] or "rows"
        path = self._places.rows(watched.id) / f"{shown}-{mark}.parquet"
        write_parquet(table, path)
        self._places.tidy_rows(watched.id)
        return DriftedRows(path=path.relative_to(self._project).as_posix(), rows=table.height, message=words)

    def retrain(self, id: str) -> RetrainingStarted:
        """Start the workflow that the monitor names.

        Raises:
            InvalidError: It names none, or the workflow cannot run.
            NotFoundError: There is no such file.
        """
        watched = self._watched(id)
        wanted = self._record(watched.id).spec.retrain
        if wanted is None:
            raise InvalidError(
                "retrain: the monitor names no workflow. Choose one in its settings.", code="no_workflow"
            )
        run_id = self._meeting.run_workflow(wanted.workflow, wanted.parameters)
        return RetrainingStarted(run_id=run_id, workflow=wanted.workflow)

    def alerts(self, endpoint: str = "", limit: int = 100) -> AlertList:
        """List alerts, the newest first; of one endpoint if it is named."""
        there = {self._watched(endpoint).id} if endpoint else {each.id for each in self._meeting.endpoints()}
        found = [alert for alert in self._stores[1].all() if alert.endpoint_id in there] if there else []
        return AlertList(items=found[:limit])

    def mark_seen(self, id: str) -> Alert:
        """Mark an alert as seen."""
        alert = self._stores[1].get(id).model_copy(update={"seen": True})
        self._stores[1].replace(alert)
        self._tell(alert.endpoint_id)
        return alert

    def poll(self) -> list[Changed]:
        """Return the monitors that another process has changed since the last call."""
        before, after = self._marks, self._places.marks()
        self._marks = after
        if before is None:
            return []
        changed = [endpoint for endpoint, mark in after.items() if before.get(endpoint) != mark]
        return [Changed(kind="monitor", id=endpoint, change="changed") for endpoint in changed]
