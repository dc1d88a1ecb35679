"""What a chart draws, gathered from the store: for cells of notebooks, and for pictures."""

import math
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.experiments.evaluation.store import Runs
from jupyter_mlstudio.experiments.evaluation.types import (
    JUDGED,
    Cell,
    ChartContent,
    ChartSpec,
    ContourSpec,
    ImportanceSpec,
    JudgementSpec,
    LoggedSpec,
    ShownColumn,
    ShownRuns,
)
from jupyter_mlstudio.experiments.reading.curves import CurvesQuery
from jupyter_mlstudio.experiments.reading.packed import Packed
from jupyter_mlstudio.experiments.reading.table import TableQuery
from jupyter_mlstudio.experiments.types import RunQuery, RunRow, RunTable, Value

if TYPE_CHECKING:
    from jupyter_mlstudio.experiments.evaluation.service import Evaluation

POINTS = 600
MOST_DRAWN = 100
MOST_RUNS = 2000
MOST_BYTES = 8_000_000
DRAWN = frozenset({"curves", "images", "table"}) | JUDGED


OWN: dict[str, Callable[[RunRow], Cell]] = {
    "name": lambda run: run.name,
    "experiment": lambda run: run.experiment,
    "state": lambda run: run.state.value,
    "notebook": lambda run: run.notebook,
    "started": lambda run: run.started_at.timestamp() * 1000,
    "duration": lambda run: None if run.ended_at is None else (run.ended_at - run.started_at).total_seconds() * 1000,
}
"""What every run has, as columns."""


class Curve(NamedTuple):
    """A metric of a run; times in milliseconds since 1970."""

    run: str
    metric: str
    total: int
    steps: "array[float]"
    times: "array[float]"
    values: "array[float]"
    low: "array[float] | None"
    high: "array[float] | None"


class Content:
    """Gathers what charts draw."""

    def __init__(self, store: Runs, evaluation: "Evaluation") -> None:
        self._store, self._evaluation = store, evaluation

    def of(self, spec: ChartSpec) -> ChartContent:
        """Gather what a chart draws but its curves.

        Raises:
            InvalidError: There are no such runs, or a column is missing that the kind needs.
        """
        runs = self.runs(spec)
        ids, metric = runs.ids, spec.metrics[0] if spec.metrics else ""
        tell, kind = self._evaluation, spec.kind
        if kind == "contour" and not (spec.x and spec.y and metric):
            raise InvalidError("A contour needs a metric and two params: metrics=['auc'], x='depth', y='rate'.")
        if kind == "importance" and not metric:
            raise InvalidError("Importance needs a metric: metrics=['auc'].")
        return ChartContent(
            runs=runs,
            importance=tell.importance(ImportanceSpec(metric=metric, runs=ids)) if kind == "importance" else None,
            contour=tell.contour(ContourSpec(metric=metric, runs=ids, x=_name(spec.x), y=_name(spec.y)))
            if kind == "contour"
            else None,
            judgement=tell.judgement(JudgementSpec.model_validate({"kind": kind, "runs": ids, "label": spec.label}))
            if kind in JUDGED
            else None,
            images=tell.images(LoggedSpec(runs=ids, path=spec.path, limit=60)) if kind == "images" else None,
            tables=tell.tables(LoggedSpec(runs=ids, path=spec.path, limit=50)) if kind == "table" else None,
        )

    def runs(self, spec: ChartSpec) -> ShownRuns:
        """Find the runs of a chart, and of them the columns that it draws."""
        limit = MOST_DRAWN if spec.kind in DRAWN else MOST_RUNS
        ids = spec.runs
        if ids is None and spec.filter:
            ids = self._matching(spec)
        if spec.experiment and spec.runs is None and ids is None:
            table = self._store.runs(RunQuery(experiment=spec.experiment, limit=limit))
        else:
            table = self._store.runs(RunQuery(ids=None if ids is None else ids[:limit], limit=limit))
        if not table.items:
            raise InvalidError("There are no such runs. Name runs, or an experiment that has some.")
        keys = [spec.x, spec.y, spec.colour, spec.group, *spec.columns]
        wanted = list(dict.fromkeys(key for key in keys if key)) if spec.kind in {"parallel", "scatter", "box"} else []
        return ShownRuns(
            ids=[run.id for run in table.items],
            names=[run.name for run in table.items],
            columns=[ShownColumn(key=key, name=_name(key), values=_values(table, key)) for key in wanted],
        )

    def packed(self, spec: ChartSpec, ids: list[str]) -> bytes:
        """Read the curves of a chart as one packed body."""
        reading, metrics = self._store.reading, list(spec.metrics)
        if not metrics:
            raise InvalidError("Curves need metrics: metrics=['loss'].")
        reading.renew(ids, metrics)
        return reading.curves(CurvesQuery(ids=ids, metrics=metrics, points=POINTS))

    def files(self, content: ChartContent) -> dict[str, bytes]:
        """Read the pictures of a chart, by run and path; the last ones, as many as can be sent to a browser."""
        found: dict[str, bytes] = {}
        room = MOST_BYTES
        for item in reversed(content.images.items if content.images else []):
            file = Path(self._store.artifact_file(item.run, item.path))
            room -= file.stat().st_size
            if room < 0:
                break
            found[f"{item.run}/{item.path}"] = file.read_bytes()
        return found

    def _matching(self, spec: ChartSpec) -> list[str]:
        """Find the runs that pass a filter of MLflow's, the newest first."""
        self._store.reading.renew([], [])
        query = TableQuery(experiment=spec.experiment, filter=spec.filter, columns=[])
        return [str(run) for run in Packed(self._store.reading.table(query)).header["own"]["id"]]


def curves(body: bytes) -> list[Curve]:
    """Read packed curves again."""
    packed = Packed(body)

    def part(place: list[int] | None) -> "array[float] | None":
        return None if place is None else packed.buffer(place, "d")

    return [
        Curve(
            item["run"],
            item["metric"],
            item["total"],
            packed.buffer(item["steps"], "d"),
            packed.buffer(item["times"], "d"),
            packed.buffer(item["values"], "d"),
            part(item["low"]),
            part(item["high"]),
        )
        for item in packed.header["items"]
    ]


def _name(key: str | None) -> str:
    return (key or "").partition(":")[2] or (key or "")


def _values(table: RunTable, key: str) -> list[Cell]:
    kind, _, name = key.partition(":")
    if name:
        found = next((column.values for column in table.columns if (column.kind, column.name) == (kind, name)), None)
        if found is None:
            raise InvalidError(f"None of the runs has {kind} {name!r}.")
        return _numeric(found)
    if key not in OWN:
        raise InvalidError(f"There is no column {key!r}. Name one as metric:<name>, param:<name> or tag:<name>.")
    return [OWN[key](run) for run in table.items]


def _numeric(values: list[Value]) -> list[Cell]:
    """Make numbers of params that are numbers in every run; what is not finite is left out."""

    def number(value: Value) -> float | None:
        found = None if value is None else float(value)
        return found if found is not None and math.isfinite(found) else None

    try:
        return [number(value) for value in values]
    except ValueError:
        return [None if value is None else str(value) for value in values]
