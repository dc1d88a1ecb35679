"""Exact quantiles, distinct and top values: one column after the other is sorted, and nothing else is held."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.figures import ColumnProfile, TopValue
from jupyter_mlstudio.wrangling.profile.eager import counted
from jupyter_mlstudio.wrangling.profile.shapes import QUANTILES, TOP, physical, sure

if TYPE_CHECKING:
    import polars as pl


def sort(table: "pl.LazyFrame", known: ColumnProfile) -> ColumnProfile:
    """Make the last figures of a column exact."""
    import polars as pl

    if known.exactness == "exact" or known.role in {"nested", "other"}:
        return known
    made = _texts(table, known) if table.collect_schema()[known.name] == pl.String else _numbers(table, known)
    return made.model_copy(update={"exactness": "exact", "sure": sure("exact"), "sample": None})


def _numbers(table: "pl.LazyFrame", known: ColumnProfile) -> ColumnProfile:
    import polars as pl

    dtype = table.collect_schema()[known.name]
    if not (dtype.is_numeric() or dtype.is_temporal()):
        top, distinct = counted(table.select(known.name).collect(engine="streaming").to_series().drop_nulls())
        return known.model_copy(update={"top": top, "distinct": distinct})
    values = table.select(pl.col(known.name).drop_nulls()).collect(engine="streaming").to_series().sort()
    distinct, top = _runs(values, most=dtype.is_integer())
    finite = values.filter(values.is_finite()) if dtype.is_float() and known.infinite else values
    shares = _quantiles(finite) if known.role in {"number", "date", "datetime"} else None
    return known.model_copy(update={"quantiles": shares, "distinct": distinct, "top": top})


def _texts(table: "pl.LazyFrame", known: ColumnProfile) -> ColumnProfile:
    """Count texts by a number made of each: that two of ten million share one is as good as impossible."""
    import polars as pl

    hashed = pl.col(known.name).hash()
    values = table.select(hashed.filter(pl.col(known.name).is_not_null())).collect(engine="streaming")
    distinct, top = _runs(values.to_series().sort(), most=True)
    if not top:
        return known.model_copy(update={"distinct": distinct, "top": ()})
    wanted = [int(each.value) for each in top]
    chosen = table.select(pl.col(known.name).alias("value")).filter(pl.col("value").hash().is_in(wanted))
    return known.model_copy(
        update={"distinct": distinct, "top": counted(chosen.collect(engine="streaming")["value"])[0]}
    )


def _runs(ordered: "pl.Series", *, most: bool) -> tuple[int, tuple[TopValue, ...]]:
    """Return how many different values stand in sorted ones, and the most frequent of those that come twice or more."""
    import numpy

    if ordered.is_empty():
        return 0, ()
    changes = (ordered != ordered.shift()).fill_null(value=True)
    distinct = int(changes.sum())
    if not most or distinct == len(ordered):
        return distinct, ()
    starts = changes.arg_true().to_numpy()
    times = numpy.diff(starts, append=numpy.uint32(len(ordered)))
    often = numpy.flatnonzero(times > 1)
    chosen = often[numpy.lexsort((often, -times[often].astype("int64")))[:TOP]]
    values = ordered.gather(starts[chosen].tolist())
    pairs = zip(values.to_list(), times[chosen], strict=True)
    return distinct, tuple(TopValue(value=str(value), count=int(count)) for value, count in pairs)


def _quantiles(ordered: "pl.Series") -> tuple[float, ...] | None:
    if ordered.is_empty():
        return None
    found = []
    for share in QUANTILES:
        place = share * (len(ordered) - 1)
        below, above = physical(ordered.gather([int(place), min(int(place) + 1, len(ordered) - 1)]))
        found.append(float(below + (above - below) * (place - int(place))))
    return tuple(found)
