"""How figures are made of numbers, whatever was counted: values that come once, or with how often they come."""

import math
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.wrangling.figures import Histogram, Sure, Sureness

if TYPE_CHECKING:
    import numpy
    import polars as pl

    Numbers = numpy.ndarray[Any, numpy.dtype[Any]]

BINS = 24
TOP = 10
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
LONGEST = 120
_EXACT = 2**53
"""Whole numbers beyond it lose digits in a browser."""


def sure(all_of_them: Sure) -> Sureness:
    """Say the same of every figure."""
    return Sureness(**dict.fromkeys(Sureness.model_fields, all_of_them))


def edges(low: float, high: float, *, whole: bool) -> "list[float] | None":
    """Return the edges of bins of equal width; for whole numbers as wide as such, so that none stays empty.

    Values too near to be told apart get one bin; values too far apart for a number between them get none.
    """
    import numpy

    if not math.isfinite(high - low):
        return None
    if high - low < BINS * numpy.spacing(max(abs(low), abs(high))):
        return [low, high]
    if whole:
        width = math.ceil((high - low + 1) / BINS)
        return [low + width * step for step in range(math.ceil((high - low + 1) / width) + 1)]
    return [float(edge) for edge in numpy.linspace(low, high, BINS + 1)]


def histogram(values: "Numbers", *, whole: bool, times: "Numbers | None" = None) -> Histogram | None:
    """Count values in bins."""
    import numpy

    if not len(values):
        return None
    limits = edges(float(values.min()), float(values.max()), whole=whole)
    if limits is None:
        return None
    if limits[0] == limits[-1] or len(limits) == 2:  # noqa: PLR2004  # one bin has two edges
        total = len(values) if times is None else int(times.sum())
        return Histogram(edges=tuple(limits), counts=(total,))
    counts, _ = numpy.histogram(values, bins=limits, weights=times)
    return Histogram(edges=tuple(limits), counts=tuple(int(count) for count in counts))


def physical(column: "pl.Series") -> "Numbers":
    """Return numbers as they are, and dates and times as milliseconds since 1970."""
    import polars as pl

    if column.dtype.is_temporal():
        return column.cast(pl.Datetime("ms")).cast(pl.Int64).to_numpy().astype("float64")
    return column.cast(pl.Float64).to_numpy()


def edge(value: Any) -> float | str | None:
    """Write the smallest or largest value."""
    if value is None:
        return None
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, int) and abs(value) > _EXACT:
        return str(value)
    if isinstance(value, (bool, int, float)):
        return float(value)
    return str(value)[:LONGEST]
