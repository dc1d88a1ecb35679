"""How metrics of many runs developed: every point, or an envelope that keeps each spike, packed for the browser."""

import math
import sqlite3
from array import array
from collections.abc import Iterable
from itertools import chain
from typing import Literal, NamedTuple

from pydantic import Field

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.reading.packed import Packer

MOST = 5_000_000
"""Points that are given at once, when all are wanted."""

PARTS = ("steps", "times", "values", "low", "high")

INDEX = "index_metrics_run_uuid_key_step"
"""Stores of older versions of MLflow do not have it."""

FINITE = "iif(m.is_nan, NULL, m.value)"
REAL = f"iif(m.is_nan, NULL, iif(abs(m.value) >= {rows.INFINITE!r}, m.value * 10, m.value))"
"""A value with true infinity, so that the mean of a bucket that holds it is no large number."""

SUMMARY = f"COUNT(*), AVG(m.step), AVG(m.timestamp), AVG({REAL}), MIN({REAL}), MAX({REAL})"


class CurvesQuery(Struct):
    """Which metrics of which runs, and how closely."""

    ids: list[str] = Field(description="The runs.")
    metrics: list[str] = Field(description="Names of the metrics.")
    points: int = Field(default=600, ge=0, le=5000, description="Points of a curve at most; 0 for all there are.")
    by: Literal["step", "time"] = Field(default="step", description="What is even along an envelope.")
    after: dict[str, float] = Field(default={}, description="For a run the step after which its points are wanted.")


class Curve(NamedTuple):
    """One metric of one run; `low` and `high` are there if each point stands for several."""

    total: int
    steps: "array[float]"
    times: "array[float]"
    values: "array[float]"
    low: "array[float] | None" = None
    high: "array[float] | None" = None


class Line(NamedTuple):
    """The points that one curve is made of: their run, their metric, and after which step."""

    run: str
    metric: str
    after: float | None

    @property
    def condition(self) -> str:
        """What tells these points in a statement."""
        beyond = "" if self.after is None else " AND m.step > :after"
        return f"m.run_uuid = :run AND m.key = :metric{beyond}"


def curves(connection: sqlite3.Connection, query: CurvesQuery, progress: dict[str, object] | None = None) -> bytes:
    """Read curves; a metric that a run does not have is left out.

    Raises:
        InvalidError: There are more points than can be given at once.
    """
    reading = CurveReading(connection)
    lines = [Line(run, metric, query.after.get(run)) for run in query.ids for metric in query.metrics]
    if not query.points:
        _refuse_many(reading, lines)
    packer, items = Packer(), []
    for line in lines:
        curve = reading.all_points(line) if not query.points else reading.at_most(line, query.points, query.by)
        if curve.total:
            told = {"run": line.run, "metric": line.metric, "total": curve.total}
            places = {
                name: None if part is None else packer.put(part) for name, part in zip(PARTS, curve[1:], strict=True)
            }
            items.append({**told, **places})
    return packer.body({"items": items, "progress": progress})


def _refuse_many(reading: "CurveReading", lines: Iterable[Line]) -> None:
    total = 0
    for line in lines:
        total += reading.count(line)
        if total > MOST:
            message = (
                f"points: all points of these runs are more than {MOST:,}. Ask for fewer runs, or for an envelope."
            )
            raise InvalidError(message)


class CurveReading:
    """Reads points through the index on runs: the other ones would make SQLite look at those of all runs."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        found = connection.execute("SELECT 1 FROM pragma_index_list('metrics') WHERE name = ?", (INDEX,)).fetchone()
        self._table = f"metrics m INDEXED BY {INDEX}" if found else "metrics m INDEXED BY index_metrics_run_uuid"
        self._ordered = bool(found)

    def count(self, line: Line) -> int:
        """Return how many points there are."""
        return int(self._one("COUNT(*)", line)[0])

    def at_most(self, line: Line, points: int, by: Literal["step", "time"]) -> Curve:
        """Return every point if there are not too many, else an envelope."""
        few = f"SELECT COUNT(*) FROM (SELECT 1 FROM {self._table} WHERE {line.condition} LIMIT {points + 1})"
        if self._connection.execute(few, line._asdict()).fetchone()[0] <= points:
            return self.all_points(line)
        first, last = self._extent("step", line)
        if by == "time" or first == last:
            return self._by_time(line, points)
        return self._by_step(line, points, int(first), int(last))

    def all_points(self, line: Line) -> Curve:
        """Return every point, in the order of steps; of the same step, in the order in which they were logged."""
        columns = f"m.step, m.timestamp, {FINITE}"
        statement = f"SELECT {columns} FROM {self._table} WHERE {line.condition} ORDER BY m.step, m.rowid"
        try:
            points = array("d", chain.from_iterable(self._connection.execute(statement, line._asdict())))
        except TypeError:  # nothing stands for what is no number
            found = self._connection.execute(statement, line._asdict())
            points = array("d", map(_number, chain.from_iterable(found)))
        values = points[2::3]
        if values and max(max(values), -min(values)) >= rows.INFINITE:
            values = array("d", map(_number, values))
        return Curve(len(values), points[0::3], points[1::3], values)

    def _by_step(self, line: Line, points: int, first: int, last: int) -> Curve:
        """Summarise between marks that are evenly apart; the marks are a table, so that nothing has to be sorted."""
        if not self._ordered:
            return self._grouped(line, "m.step", points, first, last)
        self._mark(points)
        width = (last - first) // points + 1
        found = self._connection.execute(
            f"SELECT {SUMMARY} FROM temp.mark CROSS JOIN {self._table} WHERE mark.id < :points AND {line.condition}"
            " AND m.step >= :first + mark.id * :width AND m.step < :first + (mark.id + 1) * :width GROUP BY mark.id",
            {**line._asdict(), "points": points, "first": first, "width": width},
        )
        return _envelope(found.fetchall())

    def _by_time(self, line: Line, points: int) -> Curve:
        first, last = self._extent("timestamp", line)
        return self._grouped(line, "m.timestamp", points, int(first), int(last))

    def _grouped(self, line: Line, axis: str, points: int, first: int, last: int) -> Curve:
        found = self._connection.execute(
            f"SELECT {SUMMARY} FROM {self._table} WHERE {line.condition}"
            f" GROUP BY ({axis} - :first) * :points / :width ORDER BY AVG({axis})",
            {**line._asdict(), "points": points, "first": first, "width": last - first + 1},
        )
        return _envelope(found.fetchall())

    def _mark(self, points: int) -> None:
        self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS mark (id INTEGER PRIMARY KEY)")
        made = self._connection.execute("SELECT COUNT(*) FROM temp.mark").fetchone()[0]
        if made < points:
            self._connection.executemany("INSERT INTO temp.mark VALUES (?)", [(mark,) for mark in range(made, points)])

    def _extent(self, column: str, line: Line) -> tuple[float, float]:
        """Return the smallest and the largest; asked for one by one, each is a single step in the index."""
        smallest = self._one(f"MIN(m.{column})", line)[0]
        return smallest, self._one(f"MAX(m.{column})", line)[0]

    def _one(self, expression: str, line: Line) -> tuple[float, ...]:
        statement = f"SELECT {expression} FROM {self._table} WHERE {line.condition}"
        found: tuple[float, ...] = self._connection.execute(statement, line._asdict()).fetchone()
        return found


def _envelope(found: list[tuple[float | None, ...]]) -> Curve:
    counts, *columns = zip(*found, strict=True)
    steps, times, values, low, high = (array("d", map(_number, column)) for column in columns)
    return Curve(int(sum(count or 0 for count in counts)), steps, times, values, low, high)


def _number(value: float | None) -> float:
    """Return a value as it was before MLflow wrote it; None is what is left where there are no numbers."""
    if value is None:
        return math.nan
    return math.copysign(math.inf, value) if abs(value) >= rows.INFINITE else value
