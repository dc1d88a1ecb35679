"""How a metric developed: every point, or buckets that keep each spike when there are more than a chart can show."""

import math
import sqlite3
from collections.abc import Iterable, Sequence

from jupyter_mlstudio.experiments.reading.curves import CurveReading, Line
from jupyter_mlstudio.experiments.types import Series


def read(connection: sqlite3.Connection, run_id: str, metric: str, points: int) -> Series:
    """Read a metric's points from the store."""
    curve = CurveReading(connection).at_most(Line(run_id, metric, None), points, "step")
    return Series(
        run_id=run_id,
        metric=metric,
        total=curve.total,
        steps=curve.steps.tolist(),
        times=curve.times.tolist(),
        values=_finite(curve.values),
        low=None if curve.low is None else _finite(curve.low),
        high=None if curve.high is None else _finite(curve.high),
    )


def _finite(values: Iterable[float]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values]


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
