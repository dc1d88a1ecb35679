"""What the store keeps, put into the studio's types; the same for every reader."""

import json
import math
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal

from jupyter_mlstudio.core.processes import ProcessRef, alive
from jupyter_mlstudio.experiments.types import (
    Dataset,
    Metric,
    Param,
    Run,
    RunColumn,
    RunModel,
    RunRow,
    RunState,
    Value,
)

NOTEBOOK = "mlstudio.notebook"
JOB = "mlstudio.job"
RECIPE = "mlstudio.recipe"
DIGEST = "mlstudio.data_digest"
PROCESS = "mlstudio.process"
CELL = "mlstudio.cell"
ERROR = "mlstudio.error"
PARENT = "mlflow.parentRunId"
NOTE = "mlflow.note.content"
USER = "mlflow.user"
COMMIT = "mlflow.source.git.commit"
OWN = ("mlflow.", "mlstudio.")
"""Tags that begin so are not the user's."""

INFINITE = 1.7976931348623157e308
"""MLflow writes this in place of infinity."""

Cell = tuple[str, str, Value]
"""Run, name and value of something that was logged."""


def moment(milliseconds: int | None) -> datetime | None:
    """Turn MLflow's time into ours."""
    return None if milliseconds is None else known(milliseconds)


def known(milliseconds: int) -> datetime:
    """Turn a time of MLflow's that is always there into ours."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def number(value: float, is_nan: bool) -> Value:
    """Return a metric's value as JSON can carry it."""
    if is_nan or math.isnan(value):
        return "NaN"
    if abs(value) >= INFINITE:
        return "Infinity" if value > 0 else "-Infinity"
    return value


def is_own(tag: str) -> bool:
    """Tell whether a tag is one that MLflow or the studio keeps for itself."""
    return tag.startswith(OWN)


def vanished(process: str) -> bool:
    """Tell whether the process that a run's tag names has ended; unknown for processes of other machines."""
    try:
        named = json.loads(process)
        if named["host"] != platform.node():
            return False
        return not alive(ProcessRef(pid=named["pid"], created=named["created"]))
    except (ValueError, KeyError, TypeError):
        return False


def run_row(
    identity: tuple[str, str | None, str],
    status: str,
    times: tuple[int | None, int | None],
    deleted: bool,
    tags: dict[str, str],
) -> RunRow:
    """Put a run together; `identity` is its id, its name and its experiment's."""
    key, name, experiment = identity
    started, ended = times
    return RunRow(
        id=key,
        name=name or key[:8],
        experiment=experiment,
        state=RunState(status.lower()),
        started_at=known(started or 0),
        ended_at=moment(ended),
        notebook=tags.get(NOTEBOOK),
        job=tags.get(JOB),
        parent=tags.get(PARENT),
        deleted=deleted,
    )


def run(
    row: RunRow,
    tags: dict[str, str],
    *,
    params: list[Param],
    metrics: list[Metric],
    datasets: list[Dataset],
    models: list[RunModel],
    children: list[str],
) -> Run:
    """Put everything about a run together."""
    return Run(
        **dict(row),
        params=params,
        metrics=metrics,
        tags={key: value for key, value in tags.items() if not is_own(key)},
        note=tags.get(NOTE, ""),
        user=tags.get(USER, ""),
        commit=tags.get(COMMIT),
        recipe=tags.get(RECIPE),
        error=tags.get(ERROR),
        cell=tags.get(CELL),
        datasets=datasets,
        models=models,
        children=children,
    )


def columns(kind: Literal["param", "metric", "tag"], ids: Sequence[str], cells: Iterable[Cell]) -> list[RunColumn]:
    """Turn what was logged run by run into columns in alphabetical order, with nothing where a run has no value."""
    place = {run: index for index, run in enumerate(ids)}
    values: dict[str, list[Value]] = {}
    for run, name, value in cells:
        column = values.get(name)
        if column is None:
            column = values[name] = [None] * len(ids)
        column[place[run]] = value
    return [RunColumn(kind=kind, name=name, values=values[name]) for name in sorted(values)]


def dataset(name: str, digest: str, source: str, profile: str | None, context: str | None) -> Dataset:
    """Put a dataset together; `source` and `profile` are JSON, in forms that differ by kind of data."""
    shape = _mapping(profile)
    origin = _mapping(source)
    place = (
        origin.get("uri") or origin.get("path") or origin.get("url") or origin.get("tags", {}).get("mlflow.source.name")
    )
    return Dataset(
        name=name,
        digest=digest,
        source=str(place or source),
        context=context,
        rows=_whole(shape.get("num_rows")),
        columns=_whole(shape.get("num_columns")),
    )


def _mapping(text: str | None) -> dict[str, dict[str, str]]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) else None
