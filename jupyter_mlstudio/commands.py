"""What the commands of `jupyter mlstudio` do, and what they print."""

import argparse
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError

if TYPE_CHECKING:
    from pydantic import JsonValue

    from jupyter_mlstudio.studio import Studio


def studio_of(options: argparse.Namespace) -> "Studio":
    """Open the project that the command line names."""
    from jupyter_mlstudio.studio import Studio

    if not Path(options.project).is_dir():
        raise InvalidError(f"project: there is no folder {options.project!r}. Name one that exists.")
    return Studio.open(options.project, **_settings(options.settings))


def _settings(file: str | None) -> dict[str, Any]:
    try:
        found = {} if file is None else json.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidError(f"--settings: {file!r} cannot be read as JSON: {error}.") from None
    if not isinstance(found, dict):
        raise InvalidError(f'--settings: {file!r} must hold an object such as {{"max_parallel_jobs": 4}}.')
    return found


def lab(options: argparse.Namespace) -> int:
    """Open JupyterLab in a project; returns when it has ended."""
    from jupyterlab.labapp import LabApp

    from jupyter_mlstudio.samples import copy_samples

    folder = Path(options.folder or options.project).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if options.samples:
        copy_samples(folder)
    LabApp.launch_instance([f"--ServerApp.root_dir={folder}", *options.rest])
    return 0


def demo(options: argparse.Namespace) -> None:
    """Go from a raw file to a prediction over HTTP."""
    from jupyter_mlstudio.demo import demo

    demo(Path(options.folder), rows=options.rows, keep=options.keep, say=lambda text: print(text, flush=True))


def parameter_of(text: str) -> tuple[str, "JsonValue"]:
    """Read `name=value`; the value is JSON if it can be, else a text."""
    name, equals, value = text.partition("=")
    if not equals:
        raise InvalidError(f"parameter: {text!r} has no value. Write it as name=value.")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, {"True": True, "False": False, "None": None}.get(value, value)


def runs_list(options: argparse.Namespace) -> None:
    """Print the newest runs with their metrics."""
    from jupyter_mlstudio.experiments.types import RunQuery

    found = studio_of(options).experiments.runs(RunQuery(experiment=options.experiment, limit=50))
    metrics = [column for column in found.columns if column.kind == "metric"]
    head = ("id", "name", "experiment", "state", "started", *(column.name for column in metrics))
    rows = [
        (
            run.id,
            run.name,
            run.experiment,
            run.state.value,
            time_text(run.started_at),
            *(_number(column.values[row]) for column in metrics),
        )
        for row, run in enumerate(found.items)
    ]
    table(head, rows)


def _number(value: float | str | None) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value or "")


def time_text(at: datetime | None) -> str:
    """Write a time as people here read it."""
    return "" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
