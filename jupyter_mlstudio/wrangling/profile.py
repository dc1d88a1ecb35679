"""Statistics of columns, exact or from a sample, and saying which."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Literal

from jupyter_mlstudio.wrangling.messages import ColumnProfile, Histogram, TopValue
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import polars as pl

SAMPLE = 20_000
_BINS = 24
_TOP = 10
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_LONGEST = 120


def profiles(
    table: "pl.DataFrame", names: Sequence[str], exactness: Literal["exact", "sampled"]
) -> tuple[ColumnProfile, ...]:
    """Describe columns of a table."""
    return tuple(_profile(table[name], exactness) for name in names)


def sample_of(table: "pl.DataFrame | pl.LazyFrame", rows: int, size: int = SAMPLE) -> "pl.DataFrame":
    """Take runs of rows that are spread over the whole table: cheap in files, and not only its beginning."""
    import polars as pl

    if rows <= size:
        return table.lazy().collect()
    runs = 16
    length = size // runs
    starts = [round(index * (rows - length) / (runs - 1)) for index in range(runs)]
    return pl.concat([table.lazy().slice(start, length) for start in starts]).collect()


def _profile(column: "pl.Series", exactness: Literal["exact", "sampled"]) -> ColumnProfile:
    role = role_of(column.dtype)
    missing = column.null_count()
    present = column.drop_nulls()
    finite = present.filter(present.is_finite()) if column.dtype.is_float() else present
    ordered = role not in {"nested", "other"} and not finite.is_empty()
    numbers = _numbers(finite, role)
    hashable = role not in {"nested", "other"}
    return ColumnProfile(
        name=column.name,
        dtype=str(column.dtype),
        role=role,
        exactness=exactness,
        rows=column.len(),
        missing=missing,
        missing_share=missing / column.len() if column.len() else 0.0,
        distinct=present.n_unique() if hashable else 0,
        min=_edge(finite.min()) if ordered else None,
        max=_edge(finite.max()) if ordered else None,
        mean=_figure(numbers, "mean"),
        std=_figure(numbers, "std"),
        quantiles=_quantiles(numbers),
        infinite=present.len() - finite.len(),
        histogram=_histogram(numbers, whole=finite.dtype.is_integer()),
        top=_top(present) if role in {"text", "boolean"} or _few(present, role) else (),
    )


def _numbers(column: "pl.Series", role: str) -> "pl.Series | None":
    """Return what histograms are made of: numbers, and dates as milliseconds."""
    import polars as pl

    if column.is_empty():
        return None
    if role in {"date", "datetime"}:
        return column.cast(pl.Datetime("ms")).cast(pl.Int64).cast(pl.Float64)
    return column.cast(pl.Float64) if role == "number" else None


def _few(column: "pl.Series", role: str) -> bool:
    return role == "number" and column.dtype.is_integer() and column.head(1000).n_unique() <= _TOP * 2


def _figure(numbers: "pl.Series | None", name: Literal["mean", "std"]) -> float | None:
    if numbers is None:
        return None
    value = getattr(numbers, name)()
    return None if value is None else float(value)


def _quantiles(numbers: "pl.Series | None") -> tuple[float, ...] | None:
    if numbers is None:
        return None
    ordered = numbers.sort()
    return tuple(float(ordered.quantile(share, "linear") or 0.0) for share in _QUANTILES)


def _histogram(numbers: "pl.Series | None", *, whole: bool) -> Histogram | None:
    """Count values in bins of equal width; whole numbers in bins as wide as whole numbers, so that none stays empty."""
    import math

    import numpy

    if numbers is None:
        return None
    low, high = float(numbers.min()), float(numbers.max())  # type: ignore[arg-type]  # numbers of a column that is not empty
    if high - low < _BINS * numpy.spacing(max(abs(low), abs(high))):  # too near to each other to be told apart
        return Histogram(edges=(low, high), counts=(numbers.len(),))
    bins: int | list[float] = _BINS
    if whole:
        width = math.ceil((high - low + 1) / _BINS)
        bins = [low + width * step for step in range(math.ceil((high - low + 1) / width) + 1)]
    with numpy.errstate(over="ignore", invalid="ignore"):
        if not numpy.isfinite(high - low):
            return None
        counts, edges = numpy.histogram(numbers.to_numpy(), bins=bins)
    return Histogram(edges=tuple(edges.tolist()), counts=tuple(counts.tolist()))


def _top(column: "pl.Series") -> tuple[TopValue, ...]:
    import polars as pl

    counted = column.alias("value").to_frame().lazy().group_by("value").len()
    best = counted.sort(["len", pl.col("value").cast(pl.String)], descending=[True, False]).head(_TOP).collect()
    return tuple(TopValue(value=str(value)[:_LONGEST], count=count) for value, count in best.iter_rows())


def _edge(value: Any) -> float | str | None:
    if value is None:
        return None
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, (bool, int, float)):
        return float(value)
    return str(value)[:_LONGEST]
