"""How a metric developed: every point, or buckets that keep each spike when there are more than a chart can show."""

import sqlite3
from collections.abc import Sequence

from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.types import Series

OF_METRIC = "FROM metrics WHERE run_uuid = :run AND key = :key"
NUMBER = f"CASE WHEN is_nan OR abs(value) >= {rows.INFINITE} THEN NULL ELSE value END"


def read(connection: sqlite3.Connection, run_id: str, metric: str, points: int) -> Series:
    """Read a metric's points from the store."""
    values: dict[str, str | int] = {"run": run_id, "key": metric}
    extent = connection.execute(
        f"SELECT COUNT(*), MIN(step), MAX(step), MIN(timestamp), MAX(timestamp) {OF_METRIC}", values
    ).fetchone()
    if extent[0] <= points:
        found = connection.execute(f"SELECT step, timestamp, {NUMBER} {OF_METRIC} ORDER BY step, timestamp", values)
        return assemble(run_id, metric, extent[0], found.fetchall())
    axis, first, last = ("step", extent[1], extent[2]) if extent[2] > extent[1] else ("timestamp", extent[3], extent[4])
    values |= {"first": first, "width": last - first + 1, "points": points}
    found = connection.execute(
        f"SELECT AVG(step), AVG(timestamp), AVG({NUMBER}), MIN({NUMBER}), MAX({NUMBER}) {OF_METRIC}"
        f" GROUP BY ({axis} - :first) * :points / :width ORDER BY 1, 2",
        values,
    )
    return assemble(run_id, metric, extent[0], found.fetchall())


POINT = 3
"""Columns of a single point: step, time and value; a bucket has low and high as well."""


def assemble(run_id: str, metric: str, total: int, points: Sequence[Sequence[float | None]]) -> Series:
    """Put points together: step, time, value, and for buckets the smallest and largest value."""
    columns = [list(column) for column in zip(*points, strict=True)] or [[], [], []]
    bucketed = len(columns) > POINT
    return Series(
        run_id=run_id,
        metric=metric,
        total=total,
        steps=[step or 0 for step in columns[0]],
        times=[time or 0 for time in columns[1]],
        values=columns[2],
        low=columns[3] if bucketed else None,
        high=columns[4] if bucketed else None,
    )
