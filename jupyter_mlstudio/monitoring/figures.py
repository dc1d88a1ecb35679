"""The newest figures of a monitor as lines that Prometheus reads, in a file that the endpoint shows at /metrics."""

from pathlib import Path

from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.monitoring.types import Report

FILE = "monitor.prom"
HEADS = {
    "mlstudio_monitor_checked_seconds": "When live rows were last held against training.",
    "mlstudio_monitor_rows": "Rows of the window.",
    "mlstudio_monitor_drifted_columns": "Columns that have drifted.",
    "mlstudio_monitor_psi": "Population stability index of a column; the answers are the column prediction.",
    "mlstudio_monitor_missing": "Share of missing values of a column.",
    "mlstudio_monitor_quality": "How good the answers were, where the truth is known.",
}


def write(folder: Path, report: Report) -> None:
    """Write the figures of a report into an endpoint's folder, if that is still there."""
    if folder.is_dir():
        write_atomically(folder / FILE, text(report))


def text(report: Report) -> str:
    """Return the figures in Prometheus' text form."""
    of = {"endpoint": report.endpoint, "deployment": str(report.number)}
    columns = [*report.columns, *([report.prediction] if report.prediction else [])]
    quality = report.quality.metrics if report.quality else {}
    values: dict[str, list[tuple[dict[str, str], float]]] = {
        "mlstudio_monitor_checked_seconds": [({}, report.at.timestamp())],
        "mlstudio_monitor_rows": [({}, report.rows)],
        "mlstudio_monitor_drifted_columns": [({}, sum(column.drifted for column in report.columns))],
        "mlstudio_monitor_psi": [({"column": column.name}, column.score) for column in columns],
        "mlstudio_monitor_missing": [({"column": column.name}, column.missing_live) for column in report.columns],
        "mlstudio_monitor_quality": [({"metric": name}, value) for name, value in quality.items()],
    }
    lines = []
    for name, found in values.items():
        if found:
            lines += [f"# HELP {name} {HEADS[name]}", f"# TYPE {name} gauge"]
            lines += [f"{name}{_labels({**of, **labels})} {value:.17g}" for labels, value in found]
    return "\n".join(lines) + "\n"


def _labels(labels: dict[str, str]) -> str:
    escaped = {
        name: value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for name, value in labels.items()
    }
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}"
