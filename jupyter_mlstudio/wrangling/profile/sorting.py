"""Exact quantiles, distinct and top values: one column after the other is sorted, and nothing else is held."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.figures import ColumnProfile, TopValue
from jupyter_mlstudio.wrangling.profile.eager import counted
from jupyter_mlstudio.wrangling.profile.shapes import LONGEST, QUANTILES, TOP, sure

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
    column = pl.col(known.name).fill_nan(None) if dtype.is_float() else pl.col(known.name)
    values = table.select(column.drop_nulls()).collect(engine="streaming").to_series().sort()
    distinct, top = _runs(values)
    finite = values.filter(values.is_finite()) if dtype.is_float() and known.infinite else values
    shares = _quantiles(finite) if known.role in {"number", "date", "datetime"} else None
    return known.model_copy(
        update={"quantiles": shares, "distinct": distinct, "top": top if dtype.is_integer() else ()}
    )


def _texts(table: "pl.LazyFrame", known: ColumnProfile) -> ColumnProfile:
    """Count texts by a number made of each: that two of ten million share one is as good as impossible."""
    import polars as pl

    hashed = pl.col(known.name).hash()
    values = table.select(hashed.filter(pl.col(known.name).is_not_null())).collect(engine="streaming").to_series()
    ordered = values.sort()
    del values
    distinct, top = _runs(ordered)
    if not top or top[0].count == 1:
        return known.model_copy(update={"distinct": distinct, "top": ()})
    wanted = [int(each.value) for each in top]
    chosen = table.select(pl.col(known.name).alias("value")).filter(pl.col("value").hash().is_in(wanted))
    counts = chosen.group_by("value").len("times").collect(engine="streaming").sort(["times", "value"], descending=[True, False])
    best = tuple(TopValue(value=str(value)[:LONGEST], count=count) for value, count in counts.head(TOP).iter_rows())
    return known.model_copy(update={"distinct": distinct, "top": best})


def _runs(ordered: "pl.Series") -> tuple[int, tuple[TopValue, ...]]:
    """Return how many different values stand in sorted ones, and the most frequent."""
    import numpy
    import polars as pl

    if ordered.is_empty():
        return 0, ()
    changes = (ordered != ordered.shift()).fill_null(value=True).arg_true().to_numpy()
    times = numpy.diff(numpy.append(changes, len(ordered)))
    most = numpy.argsort(-times, kind="stable")[:TOP] if len(times) <= TOP else _largest(times)
    values = ordered.gather(pl.Series(changes[most])).to_list()
    return len(changes), tuple(TopValue(value=str(value), count=int(times[place])) for value, place in zip(values, most, strict=True))


def _largest(times: "object") -> "object":
    """Return the places of the largest numbers, the largest first."""
    import numpy

    chosen = numpy.argpartition(times, -TOP)[-TOP:]
    return chosen[numpy.lexsort((chosen, -times[chosen]))]


def _quantiles(ordered: "pl.Series") -> tuple[float, ...] | None:
    from jupyter_mlstudio.wrangling.profile.shapes import physical

    if ordered.is_empty():
        return None
    found = []
    for share in QUANTILES:
        place = share * (len(ordered) - 1)
        below, above = physical(ordered.gather([int(place), min(int(place) + 1, len(ordered) - 1)]))
        found.append(float(below + (above - below) * (place - int(place))))
    return tuple(found)
