"""One condition on one column, as a filter asks for it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling.writing import ATOM, COMPARE, OR, Text, column, literal, quote, require, typed

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


def written(condition: Condition, schema: "Mapping[str, pl.DataType]") -> Text:
    """Write a condition as a Polars expression; missing values fulfil only “is missing”.

    Raises:
        InvalidError: The column is not there, or the value does not fit it.
    """
    require([condition.column], schema)
    name, dtype = column(condition.column), schema[condition.column]
    if condition.test in _MISSING:
        return Text(f"{name}.{_MISSING[condition.test]}()", ATOM)
    if condition.test in _TEXT:
        if condition.value is None:
            raise InvalidError(f"The condition on “{condition.column}” needs a value.")
        subject = name if str(dtype) == "String" else f"{name}.cast(pl.String)"
        literally = ", literal=True" if condition.test == "contains" else ""
        return Text(f"{subject}.str.{_TEXT[condition.test]}({quote(str(condition.value))}{literally})", ATOM)
    values = _values(condition, dtype)
    if condition.test == "between":
        return Text(f"{name}.is_between({values[0].argument()}, {values[1].argument()})", ATOM)
    if condition.test == "in":
        if all(value.literal for value in values):
            return Text(f"{name}.is_in([{', '.join(value.text for value in values)}])", ATOM)
        return Text(" | ".join(f"({name} == {value.text})" for value in values), OR)
    return Text(f"{name} {condition.test} {values[0].text}", COMPARE)


def _values(condition: Condition, dtype: "pl.DataType") -> list[Text]:
    given = condition.values if condition.test in _MANY else (condition.value,)
    limits = condition.test == "between"
    wanted = 2 if limits else 1
    if len(given) < wanted or None in given:
        many = "two limits" if limits else "a value"
        raise InvalidError(f"The condition on “{condition.column}” needs {many}.")
    return [literal(typed(value, dtype, f"Condition on “{condition.column}”"), dtype) for value in given]


_MISSING = {"is missing": "is_null", "is present": "is_not_null"}
_TEXT = {"contains": "contains", "starts with": "starts_with", "ends with": "ends_with"}
