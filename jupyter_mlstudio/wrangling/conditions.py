"""One condition on one column, as a filter asks for it."""

from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct

Test = Literal[
    "==", "!=", "<", "<=", ">", ">=", "between", "in", "contains", "starts with", "ends with", "is missing", "is present"
]
Scalar = bool | int | float | str


class Condition(Struct):
    """What the values of a column must be like. Dates are written as 2013-01-31 or 2013-01-31 05:15."""

    column: str = Field(title="Column", json_schema_extra={"format": "column"})
    test: Test = Field(default="==", title="Is")
    value: Scalar | None = Field(
        default=None,
        title="Value",
        description="What to compare with; not needed for “is missing” and “is present”.",
        json_schema_extra={"format": "value"},
    )
    values: tuple[Scalar, ...] = Field(
        default=(), title="Values", description="For “between” the two limits, for “in” all values.", json_schema_extra={"format": "values"}
    )
