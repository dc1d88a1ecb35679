"""One condition on one column, as a filter asks for it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, Lit, both, call, col
from jupyter_mlstudio.wrangling.writing import Text, require, role_of, typed

if TYPE_CHECKING:
    import polars as pl

Test = Literal[
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "between",
    "in",
    "contains",
    "starts with",
    "ends with",
    "is missing",
    "is present",
]
Scalar = bool | int | float | str

# Which tests ask for one value and which for several: a form shows only the field that is needed.
_ONE: Final[list[JsonValue]] = ["==", "!=", "<", "<=", ">", ">=", "contains", "starts with", "ends with"]
_MANY: Final[list[JsonValue]] = ["between", "in"]


class Condition(Struct):
    """What the values of a column must be like. Dates are written as 2013-01-31 or 2013-01-31 05:15."""

    column: str = Field(title="Column", json_schema_extra={"format": "column"})
    test: Test = Field(default="==", title="Is")
    value: Scalar | None = Field(
        default=None,
        title="Value",
        description="What to compare with.",
        json_schema_extra={"format": "value", "when": {"test": _ONE}},
    )
    values: tuple[Scalar, ...] = Field(
        default=(),
        title="Values",
        description="The two limits of “between”, or all that “in” allows.",
        json_schema_extra={"format": "values", "when": {"test": _MANY}},
    )


class SortKey(Struct):
    """A column to sort by."""

    column: str = Field(title="Column", min_length=1, json_schema_extra={"format": "column"})
    descending: bool = Field(default=False, title="Largest first")


def expression(condition: Condition, schema: "Mapping[str, pl.DataType]") -> Expr:
    """Read a condition as an expression; missing values fulfil only “is missing”.

    Raises:
        InvalidError: The column is not there, or the value does not fit it.
    """
    require([condition.column], schema)
    subject, dtype = col(condition.column), schema[condition.column]
    if condition.test in _PLAIN:
        return call(_PLAIN[condition.test], subject)
    if condition.test in _TEXT:
        if condition.value is None:
            raise InvalidError(f"The condition on “{condition.column}” needs a value.")
        text = subject if str(dtype) == "String" else call("text", subject)
        return call(_TEXT[condition.test], text, str(condition.value))
    values = _values(condition, dtype)
    if condition.test == "between":
        return call("ge", subject, values[0]) & call("le", subject, values[1])
    if condition.test == "in":
        plain = role_of(dtype) in {"number", "text", "boolean"}
        return (
            call("is_in", subject, *values) if plain else both([call("eq", subject, value) for value in values], "or")
        )
    return call(_COMPARED[condition.test], subject, values[0])


def written(condition: Condition, schema: "Mapping[str, pl.DataType]") -> Text:
    """Write a condition as a Polars expression.

    Raises:
        InvalidError: As `expression`.
    """
    from jupyter_mlstudio.wrangling.faces.polars import PolarsWriter

    return PolarsWriter(schema).whole(expression(condition, schema))


def _values(condition: Condition, dtype: "pl.DataType") -> list[Lit]:
    given = condition.values if condition.test in _MANY else (condition.value,)
    limits = condition.test == "between"
    wanted = 2 if limits else 1
    if len(given) < wanted or None in given:
        many = "two limits" if limits else "a value"
        raise InvalidError(f"The condition on “{condition.column}” needs {many}.")
    what = f"Condition on “{condition.column}”"
    return [Lit(typed(value, dtype, what), condition.column) for value in given]  # type: ignore[arg-type]  # as typed


_PLAIN = {"is missing": "is_missing", "is present": "is_present"}
_TEXT = {"contains": "contains", "starts with": "starts_with", "ends with": "ends_with"}
_COMPARED = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
