"""What steps learn from a table, and names for what they compute on the way."""

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import TYPE_CHECKING, cast

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, Scalar, call, col
from jupyter_mlstudio.wrangling.writing import plain, role_of, typed

if TYPE_CHECKING:
    import polars as pl

    Schema = Mapping[str, pl.DataType]
    Figures = Callable[[pl.Expr], list[pl.Expr]]


def finite(name: str) -> "pl.Expr":
    """Return the numbers of a column that are there and finite."""
    import polars as pl

    numbers = pl.col(name).cast(pl.Float64)
    return numbers.filter(numbers.is_finite())


def learned_figures(table: "pl.LazyFrame", names: Iterable[str], figures: "Figures") -> dict[str, JsonValue]:
    """Compute figures of each column, over the numbers that are there and finite.

    Raises:
        InvalidError: A column has none, or they are too large to compute with.
    """
    import polars as pl

    expressions = [pl.concat_list(figures(finite(name))).alias(name) for name in dict.fromkeys(names)]
    row = table.select(expressions).collect().row(0, named=True)
    for name, values in row.items():
        if any(value is None for value in values):
            raise InvalidError(f"“{name}” has no numbers to learn from.", code="nothing_to_learn")
        if not all(isfinite(value) for value in values):
            raise InvalidError(f"The numbers of “{name}” are too large to compute with. Limit them first.")
    return cast(dict[str, JsonValue], row)


def quantiles(numbers: "pl.Expr", shares: Iterable[float]) -> "list[pl.Expr]":
    """Return many quantiles; the numbers are sorted once for all of them."""
    ordered = numbers.sort()
    return [ordered.quantile(share, "linear") for share in shares]


def free(wish: str, taken: Iterable[str]) -> str:
    """Return a name that no column has, for what is dropped again."""
    name, names = wish, set(taken)
    while name in names:
        name = f"{name}_"
    return name


def decimal(name: str, schema: "Schema") -> Expr:
    """Refer to a column of numbers as floating point ones."""
    return col(name) if schema[name].is_float() else call("widened", col(name))


def category(name: str, schema: "Schema") -> Expr:
    """Refer to a column of categories; those of an engine's own type are text."""
    dtype = schema[name]
    return call("text", col(name)) if role_of(dtype) == "text" and str(dtype) != "String" else col(name)


def counted(table: "pl.LazyFrame", name: str, at_most: int) -> "pl.DataFrame":
    """Count the most frequent values of a column; of equally frequent ones the first in the alphabet come first.

    Raises:
        InvalidError: There are none.
    """
    import polars as pl

    dtype = table.collect_schema()[name]
    values = pl.col(name).cast(pl.String) if role_of(dtype) == "text" else pl.col(name)
    found = table.select(values.drop_nulls().alias("value")).group_by("value").len().collect()
    if dtype.is_float():
        found = found.filter(pl.col("value").is_finite())
    if found.is_empty():
        raise InvalidError(f"“{name}” has no values to learn categories from.", code="nothing_to_learn")
    return found.sort(["len", "value"], descending=[True, False]).head(at_most)


def categories(table: "pl.LazyFrame", name: str, at_most: int, *, by_name: bool = False) -> JsonValue:
    """Find the most frequent values, in the order of their frequency or of the alphabet."""
    found = counted(table, name, at_most)["value"]
    return [plain(value) for value in (found.sort() if by_name else found).to_list()]


def known(values: JsonValue, name: str, schema: "Schema") -> tuple[Scalar, ...]:
    """Turn learned or given categories into values of the column's type."""
    what = f"Category of “{name}”"
    return tuple(cast(Scalar, typed(value, schema[name], what)) for value in cast(list[object], values))
