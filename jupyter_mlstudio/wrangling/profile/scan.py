"""The exact profile of a large table: three streaming passes that never hold it in memory."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.wrangling.figures import ColumnProfile, Histogram, Lengths
from jupyter_mlstudio.wrangling.profile.counts import are_few, from_counts
from jupyter_mlstudio.wrangling.profile.shapes import edge, edges

if TYPE_CHECKING:
    import polars as pl

_BATCH = 1_000_000
_MISSING = 255
"""Stands for no value where a byte says in which bin one is."""
_HISTOGRAM = 3
"""With one bin, two edges, there is nothing to count."""


def scan(table: "pl.LazyFrame", known: Sequence[ColumnProfile]) -> tuple[ColumnProfile, ...]:
    """Make all figures exact; where there are many different values, all but quantiles, distinct and top values."""
    few = [profile for profile in known if are_few(profile)]
    many = [profile for profile in known if not are_few(profile)]
    made = {profile.name: profile for profile in (*_counted(table, few), *_passed(table, many))}
    return tuple(made[profile.name] for profile in known)


def _counted(table: "pl.LazyFrame", known: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    import polars as pl

    made = []
    for profile in known:  # one by one: together, Polars would hold the whole table
        values = table.select(pl.col(profile.name).alias("value"))
        made.append(from_counts(profile, values.group_by("value").len("times").collect(engine="streaming")))
    return made


def _passed(table: "pl.LazyFrame", known: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    import polars as pl

    if not known:
        return []
    schema = table.collect_schema()
    asked = [expression for profile in known for expression in _asked(profile, schema[profile.name])]
    found = table.select(pl.len().alias("rows"), *asked).collect(engine="streaming").row(0, named=True)
    spoiled = {profile.name for profile in known if _is_spoiled(profile, found)}
    made = [_answered(profile, found) for profile in known if profile.name not in spoiled]
    bins = _histograms(table, made, found)
    again = [profile.model_copy(update={"infinite": 1}) for profile in known if profile.name in spoiled]
    shaped = [profile.model_copy(update={"histogram": bins.get(profile.name)}) for profile in made]
    return [*shaped, *_passed(table, again)]


def _is_spoiled(profile: ColumnProfile, found: Mapping[str, Any]) -> bool:
    """Tell whether there are infinite values, and none in the sample that warned of them."""
    limits = [found.get(f"{profile.name}\0{name}") for name in ("low", "high")]
    return not profile.infinite and any(limit is not None and not math.isfinite(limit) for limit in limits)


def _asked(profile: ColumnProfile, dtype: "pl.DataType") -> "list[pl.Expr]":
    """Return the aggregates of one column, under names that begin with its own."""
    import polars as pl

    column = pl.col(profile.name)
    asked = {"missing": column.null_count()}
    if profile.role not in {"nested", "other"}:
        asked |= {"distinct": column.approx_n_unique(), "min": column.min(), "max": column.max()}
    if profile.role in {"number", "date", "datetime"}:
        numbers = _number(column, dtype)
        finite = _finite(numbers) if profile.infinite else numbers
        asked |= {"mean": finite.mean(), "std": finite.std()}
        asked |= {"low": finite.min(), "high": finite.max(), "finite": finite.count()}
    if profile.role == "text":
        length = column.cast(pl.String).str.len_chars()
        asked |= {"shortest": length.min(), "length": length.mean(), "longest": length.max()}
    return [expression.alias(f"{profile.name}\0{name}") for name, expression in asked.items()]


def _answered(profile: ColumnProfile, found: Mapping[str, Any]) -> ColumnProfile:
    """Put the aggregates of one column in its profile."""

    def value(name: str) -> Any:
        return found.get(f"{profile.name}\0{name}")

    rows, missing, infinite = found["rows"], value("missing"), 0
    if value("finite") is not None:
        infinite = rows - missing - value("finite")
    numeric = profile.role == "number" and infinite
    exact = dict.fromkeys(("missing", "range", "mean", "histogram", "lengths"), "exact")
    return profile.model_copy(
        update={
            "rows": rows,
            "missing": missing,
            "missing_share": missing / rows if rows else 0.0,
            "distinct": min(value("distinct") or 0, rows - missing),
            "min": edge(value("low") if numeric else value("min")),
            "max": edge(value("high") if numeric else value("max")),
            "mean": value("mean"),
            "std": value("std"),
            "infinite": infinite,
            "lengths": None
            if value("length") is None
            else Lengths(min=value("shortest"), mean=value("length"), max=value("longest")),
            "sure": profile.sure.model_copy(update={**exact, "distinct": "sketched"}),
        }
    )


def _histograms(
    table: "pl.LazyFrame", known: Sequence[ColumnProfile], found: Mapping[str, Any]
) -> dict[str, Histogram | None]:
    """Count values in bins, batch by batch: a byte a value says in which bin it is."""
    import numpy

    schema = table.collect_schema()
    limits = {
        profile.name: edges(found[low], found[f"{profile.name}\0high"], whole=schema[profile.name].is_integer())
        for profile in known
        if found.get(low := f"{profile.name}\0low") is not None
    }
    binned = {name: bins for name, bins in limits.items() if bins is not None and len(bins) >= _HISTOGRAM}
    counts = {name: numpy.zeros(_MISSING + 1, dtype="int64") for name in binned}
    infinite = {profile.name: profile.infinite for profile in known}
    asked = table.select(_bin(name, schema[name], bins, infinite[name]) for name, bins in binned.items())
    if not binned:
        return {name: _shape(bins, None, found[f"{name}\0finite"]) for name, bins in limits.items()}
    for batch in asked.collect_batches(chunk_size=_BATCH, maintain_order=False, engine="streaming"):
        for name in binned:
            places = batch[name].fill_null(_MISSING).to_numpy()
            counts[name] += numpy.bincount(places, minlength=_MISSING + 1)
    return {name: _shape(bins, counts.get(name), found[f"{name}\0finite"]) for name, bins in limits.items()}


def _shape(bins: list[float] | None, counts: Any, total: int) -> Histogram | None:
    if bins is None:
        return None
    if counts is None:
        return Histogram(edges=tuple(bins), counts=(total,))
    last = len(bins) - 2
    inside = [int(count) for count in counts[: last + 1]]
    inside[last] += int(counts[last + 1 : _MISSING].sum())  # the largest value stands on the last edge
    return Histogram(edges=tuple(bins), counts=tuple(inside))


def _bin(name: str, dtype: "pl.DataType", bins: list[float], infinite: int) -> "pl.Expr":
    import polars as pl

    numbers = _number(pl.col(name), dtype)
    finite = _finite(numbers) if infinite else numbers
    return ((finite - bins[0]) * (1 / (bins[1] - bins[0]))).cast(pl.UInt8).alias(name)


def _finite(numbers: "pl.Expr") -> "pl.Expr":
    import polars as pl

    return pl.when(numbers.is_finite()).then(numbers)


def _number(column: "pl.Expr", dtype: "pl.DataType") -> "pl.Expr":
    import polars as pl

    return column.cast(pl.Datetime("ms")).cast(pl.Int64) if dtype.is_temporal() else column.cast(pl.Float64)
