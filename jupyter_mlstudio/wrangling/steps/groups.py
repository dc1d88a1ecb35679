"""Figures of groups that steps learn, and how a row finds the figure of its own group."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, cast

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Mapped, Scalar, lit
from jupyter_mlstudio.wrangling.steps.fields import check
from jupyter_mlstudio.wrangling.steps.learning import category, known
from jupyter_mlstudio.wrangling.writing import plain, role_of

if TYPE_CHECKING:
    import polars as pl

    Schema = Mapping[str, pl.DataType]

_MOST = 10_000
GroupColumn = Annotated[
    str,
    Field(
        title="Group", min_length=1, description="Rows with the same value are one group.",
        json_schema_extra={"format": "column", "roles": ["text", "number", "boolean"]},
    ),
]  # fmt: skip


def check_group(name: str, schema: "Schema") -> None:
    """Refuse columns whose values are no groups.

    Raises:
        InvalidError: It holds dates, lists, or numbers with decimals.
    """
    check([name], schema, ("text", "number", "boolean"))
    if role_of(schema[name]) == "number" and not schema[name].is_integer():
        raise InvalidError(
            f"“{name}” holds numbers with decimals, which make no groups. Put them into bins before.", code="wrong_type"
        )


def figure_of(name: str) -> "Callable[[pl.Expr], pl.Expr]":
    """Return a figure of numbers by its name; of many it is the first of the most frequent values."""

    def figure(numbers: "pl.Expr") -> "pl.Expr":
        if name == "most frequent":
            return numbers.drop_nulls().mode().sort().first()
        if name == "std":
            return numbers.std(ddof=0)
        made: pl.Expr = getattr(numbers, name)()
        return made

    return figure


def learned_groups(
    table: "pl.LazyFrame", column: str, by: str, figure: "Callable[[pl.Expr], pl.Expr]", schema: "Schema"
) -> JsonValue:
    """Learn a figure of a column for each group, and for all rows; infinite numbers do not count.

    Raises:
        InvalidError: There are too many groups, or nothing to learn from.
    """
    import polars as pl

    check_group(by, schema)
    values, key = pl.col(column), pl.col(by)
    if role_of(schema[column]) == "number":
        values = values.cast(pl.Float64)
        values = pl.when(values.is_finite()).then(values)
    elif role_of(schema[column]) == "text":
        values = values.cast(pl.String)
    key = key.cast(pl.String) if role_of(schema[by]) == "text" else key
    pairs = table.select(key.alias("key"), values.alias("value"))
    overall = pairs.select(figure(pl.col("value"))).collect().item()
    found = pairs.drop_nulls().group_by("key").agg(figure(pl.col("value"))).sort("key").collect()
    if overall is None:
        raise InvalidError(f"“{column}” has no values to learn from.", code="nothing_to_learn")
    if found.height > _MOST:
        raise InvalidError(f"“{by}” has {found.height:,} groups; at most {_MOST:,} can be learned.")
    figures = [overall, *found["value"]]
    if any(isinstance(each, float) and not isfinite(each) for each in figures):
        raise InvalidError(f"The numbers of “{column}” are too large to compute with. Limit them first.")
    return {
        "keys": [plain(key) for key in found["key"]],
        "values": [plain(value) for value in found["value"]],
        "otherwise": plain(overall),
    }


def category_key(by: str, schema: "Schema", found: Mapping[str, Any]) -> Mapped:
    """Return what a row of a group gets: the learned value, or that of all rows."""
    check_group(by, schema)
    values = cast(tuple[Scalar, ...], tuple(found["values"]))
    return Mapped(category(by, schema), known(found["keys"], by, schema), values, lit(found["otherwise"]))
