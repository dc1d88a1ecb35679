"""The profile of a table in memory: a small one, or a sample."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from jupyter_mlstudio.wrangling.figures import ColumnProfile, Lengths, TopValue
from jupyter_mlstudio.wrangling.profile.guess import guess
from jupyter_mlstudio.wrangling.profile.shapes import LONGEST, QUANTILES, TOP, edge, histogram, physical, sure
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.profile.shapes import Numbers


def profiles(
    table: "pl.DataFrame", names: Sequence[str], exactness: Literal["exact", "sampled"], rows: int | None = None
) -> tuple[ColumnProfile, ...]:
    """Describe columns of a table; `rows` is how many the whole of it has, if this is a sample."""
    return tuple(_profile(table[name], exactness, table.height if rows is None else rows) for name in names)


def _profile(column: "pl.Series", exactness: Literal["exact", "sampled"], rows: int) -> ColumnProfile:
    role = role_of(column.dtype)
    column = column.fill_nan(None) if column.dtype.is_float() else column
    present = column.drop_nulls()
    finite = present.filter(present.is_finite()) if column.dtype.is_float() else present
    hashable = role not in {"nested", "other"}
    ordered = hashable and not finite.is_empty()
    numbers = physical(finite) if role in {"number", "date", "datetime"} and ordered else None
    top, distinct = counted(present) if hashable else ((), 0)
    share = column.null_count() / column.len() if column.len() else 0.0
    made = ColumnProfile(
        name=column.name,
        dtype=str(column.dtype),
        role=role,
        guess="text",
        exactness=exactness,
        sure=sure(exactness),
        rows=rows,
        sample=column.len() if exactness == "sampled" else None,
        missing=round(share * rows),
        missing_share=share,
        distinct=distinct,
        min=edge(finite.min()) if ordered else None,
        max=edge(finite.max()) if ordered else None,
        mean=_figure(numbers, "mean"),
        std=_figure(numbers, "std"),
        quantiles=_quantiles(numbers),
        infinite=present.len() - finite.len(),
        histogram=histogram(numbers, whole=finite.dtype.is_integer()) if numbers is not None else None,
        top=top if role in {"text", "boolean"} or column.dtype.is_integer() else (),
        lengths=lengths(present) if column.dtype.to_python() is str else None,
    )
    made = made.model_copy(update={"guess": guess(made)})
    return made if column.len() in {0, rows} else scaled(made, rows / column.len())


def scaled(profile: ColumnProfile, times: float) -> ColumnProfile:
    """Scale what was counted in a sample up to the whole table."""
    bins = profile.histogram
    return profile.model_copy(
        update={
            "infinite": round(profile.infinite * times),
            "histogram": bins and bins.model_copy(update={"counts": tuple(round(c * times) for c in bins.counts)}),
            "top": tuple(TopValue(value=each.value, count=round(each.count * times)) for each in profile.top),
        }
    )


def counted(present: "pl.Series") -> tuple[tuple[TopValue, ...], int]:
    """Return the most frequent values, and how many different ones there are."""
    counts = present.alias("value").to_frame().lazy().group_by("value").len("times").collect()
    return most(counts), counts.height


def most(counts: "pl.DataFrame") -> tuple[TopValue, ...]:
    """Return the most frequent of counted values; among equals, the first by its text."""
    import polars as pl

    if counts.is_empty():
        return ()
    text = pl.col("value").cast(pl.String)
    floor = counts["times"].top_k(TOP).min()
    above = counts.filter(pl.col("times") > floor).sort(["times", text], descending=[True, False])
    equal = counts.filter(pl.col("times") == floor).bottom_k(TOP, by=text).sort(text)
    best = [*above.iter_rows(), *equal.iter_rows()][:TOP]
    return tuple(TopValue(value=str(value)[:LONGEST], count=count) for value, count in best)


def lengths(texts: "pl.Series", times: "pl.Series | None" = None) -> Lengths | None:
    """Measure texts that come once, or each several times."""
    import polars as pl

    if texts.is_empty():
        return None
    found = texts.cast(pl.String).str.len_chars().cast(pl.Float64)
    each = found if times is None else found * times
    total = len(found) if times is None else int(times.sum())
    shortest, longest = found.min(), found.max()
    assert isinstance(shortest, float)  # there are texts
    assert isinstance(longest, float)
    return Lengths(min=int(shortest), mean=float(each.sum()) / total, max=int(longest))


def _figure(numbers: "Numbers | None", name: Literal["mean", "std"]) -> float | None:
    import polars as pl

    value = None if numbers is None else getattr(pl.Series(numbers), name)()
    return None if value is None else float(value)


def _quantiles(numbers: "Numbers | None") -> tuple[float, ...] | None:
    import numpy

    if numbers is None:
        return None
    return tuple(float(value) for value in numpy.quantile(numbers, QUANTILES))
