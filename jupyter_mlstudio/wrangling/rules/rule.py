"""The rules that a table can be checked against. They are kept with the recipe, so this module needs no engine."""

import re
from datetime import datetime
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, JsonValue, model_validator

from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling.conditions import Scalar

Severity = Literal["fail", "warn"]
Comparison = Literal["<", "<=", "==", "!=", ">=", ">"]
Type = Literal["integer", "number", "text", "boolean", "date", "datetime", "time"]


def _one(*roles: JsonValue) -> dict[str, JsonValue]:
    return {"format": "column", **({"roles": list(roles)} if roles else {})}


Column = Annotated[str, Field(title="Column", min_length=1, json_schema_extra=_one())]
TextColumn = Annotated[str, Field(title="Column", min_length=1, json_schema_extra=_one("text"))]
Limit = Annotated[Scalar | None, Field(json_schema_extra={"format": "value"})]
Formula = Annotated[str, Field(max_length=2000, json_schema_extra={"format": "formula"})]


class Rule(Struct):
    """What a table must be like. Missing values break only the rule against missing values."""

    severity: Severity = Field(
        default="fail", title="If broken", description="Fail: nothing is written. Warn: it is only said."
    )
    note: str = Field(default="", title="Note", description="Why the rule is there.")

    title: ClassVar[str]

    def sentence(self) -> str:
        """Say in a few words what must hold."""
        raise NotImplementedError

    def names(self) -> tuple[str, ...]:
        """Return the columns that the rule is about."""
        found = getattr(self, "columns", None) or (getattr(self, "column", None),)
        return tuple(name for name in found if name)


class RowRule(Rule):
    """A rule that each row keeps or breaks."""

    tolerance: float = Field(
        default=0.0, ge=0, lt=1, title="Tolerance", description="Share of the rows that may break it, as in 0.05."
    )

    def allowed(self) -> str:
        """Say how many rows may break the rule; nothing if none may."""
        return f" (up to {self.tolerance:.4g} of the rows may not)" if self.tolerance else ""


class Unique(RowRule):
    """No value, or no combination of values, occurs twice."""

    title: ClassVar[str] = "Unique"

    kind: Literal["unique"] = "unique"
    columns: Annotated[tuple[str, ...], Field(min_length=1, title="Columns", json_schema_extra={"format": "columns"})]

    def sentence(self) -> str:
        """Say what is unique."""
        *others, last = self.columns
        return (
            f"{', '.join(others)} and {last} are unique{self.allowed()}"
            if others
            else f"{last} is unique{self.allowed()}"
        )


class NotMissing(RowRule):
    """There is a value in every row, or in all but a share of them."""

    title: ClassVar[str] = "Not missing"

    kind: Literal["missing"] = "missing"
    column: Column

    def sentence(self) -> str:
        """Say what is there."""
        return (
            f"{self.column} is missing in at most {self.tolerance:.4g}"
            if self.tolerance
            else (f"{self.column} is never missing")
        )


class InRange(RowRule):
    """Numbers or dates lie between two limits, which belong to the range."""

    title: ClassVar[str] = "In a range"

    kind: Literal["range"] = "range"
    column: Annotated[str, Field(title="Column", min_length=1, json_schema_extra=_one("number", "date", "datetime"))]
    least: Limit = Field(default=None, title="At least")
    most: Limit = Field(default=None, title="At most")

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.least is None and self.most is None:
            raise ValueError("least, most: give at least one limit")
        return self

    def sentence(self) -> str:
        """Say the limits."""
        if self.least is None or self.most is None:
            limit = f"at most {self.most}" if self.least is None else f"at least {self.least}"
            return f"{self.column} is {limit}{self.allowed()}"
        return f"{self.column} is between {self.least} and {self.most}{self.allowed()}"


class InSet(RowRule):
    """Only these values occur."""

    title: ClassVar[str] = "One of some values"

    kind: Literal["set"] = "set"
    column: Column
    values: Annotated[tuple[Scalar, ...], Field(min_length=1, title="Values", json_schema_extra={"format": "values"})]

    def sentence(self) -> str:
        """Name the first values."""
        shown = ", ".join(str(value) for value in self.values[:_SHOWN])
        more = f" or {len(self.values) - _SHOWN} more" if len(self.values) > _SHOWN else ""
        return f"{self.column} is one of {shown}{more}{self.allowed()}"


class Matches(RowRule):
    """Every text matches a regular expression as a whole."""

    title: ClassVar[str] = "Matches a pattern"

    kind: Literal["pattern"] = "pattern"
    column: TextColumn
    pattern: Annotated[
        str, Field(min_length=1, max_length=500, title="Pattern", description="Regular expression for the whole text.")
    ]

    @model_validator(mode="after")
    def _is_pattern(self) -> Self:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"pattern: is no regular expression ({error})") from None
        return self

    def sentence(self) -> str:
        """Say the pattern."""
        return f"{self.column} matches {self.pattern}{self.allowed()}"


class OfType(Rule):
    """The column has this type. In a text column, the rows that cannot be read as it can be shown."""

    title: ClassVar[str] = "Type"

    kind: Literal["type"] = "type"
    column: Column
    type: Type = Field(title="Type")

    def sentence(self) -> str:
        """Say the type."""
        return f"{self.column} holds {_TYPES[self.type]}"


class Fresh(Rule):
    """The newest date is not older than some days or hours."""

    title: ClassVar[str] = "Fresh"

    kind: Literal["fresh"] = "fresh"
    column: Annotated[str, Field(title="Column", min_length=1, json_schema_extra=_one("date", "datetime"))]
    at_most: float = Field(gt=0, title="Not older than")
    unit: Literal["days", "hours"] = Field(default="days", title="Unit", description="Times without a zone are UTC.")
    now: datetime | None = Field(
        default=None,
        title="Now",
        description="Compare with this time instead of the present one.",
    )

    def sentence(self) -> str:
        """Say the age."""
        return f"The newest {self.column} is at most {self.at_most:g} {self.unit} old"


class RowCount(Rule):
    """The table has so many rows."""

    title: ClassVar[str] = "Number of rows"

    kind: Literal["rows"] = "rows"
    least: int | None = Field(default=None, ge=0, title="At least")
    most: int | None = Field(default=None, ge=0, title="At most")

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.least is None and self.most is None:
            raise ValueError("least, most: give at least one")
        return self

    def sentence(self) -> str:
        """Say how many."""
        parts = [f"at least {self.least:,}"] if self.least is not None else []
        parts += [f"at most {self.most:,}"] if self.most is not None else []
        return f"There are {' and '.join(parts)} rows"


class Related(RowRule):
    """Two columns stand in a relation, in all rows or in those that fulfil a formula."""

    title: ClassVar[str] = "Relation of two columns"

    kind: Literal["relation"] = "relation"
    column: Column
    test: Comparison = Field(default="<=", title="Is")
    other: Column = Field(title="Other column")
    when: Formula = Field(default="", title="When", description="Only in rows where this formula is true.")

    def names(self) -> tuple[str, ...]:
        """Return both columns."""
        return (self.column, self.other)

    def sentence(self) -> str:
        """Say the relation."""
        when = f" when {self.when}" if self.when.strip() else ""
        return f"{self.column} {self.test} {self.other}{when}{self.allowed()}"


class Length(RowRule):
    """Texts have so many characters."""

    title: ClassVar[str] = "Length of text"

    kind: Literal["length"] = "length"
    column: TextColumn
    least: int | None = Field(default=None, ge=0, title="At least")
    most: int | None = Field(default=None, ge=0, title="At most")

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.least is None and self.most is None:
            raise ValueError("least, most: give at least one")
        return self

    def sentence(self) -> str:
        """Say the limits."""
        if self.least == self.most:
            return f"{self.column} has {self.least} characters{self.allowed()}"
        parts = [f"at least {self.least}"] if self.least is not None else []
        parts += [f"at most {self.most}"] if self.most is not None else []
        return f"{self.column} has {' and '.join(parts)} characters{self.allowed()}"


class Holds(RowRule):
    """A formula is true in every row."""

    title: ClassVar[str] = "Formula"

    kind: Literal["formula"] = "formula"
    formula: Formula = Field(min_length=1, title="Formula", description='As in: price > 0 or status == "free".')

    def sentence(self) -> str:
        """Say the formula."""
        return f"{self.formula}{self.allowed()}"


AnyRule = Annotated[
    Unique | NotMissing | InRange | InSet | Matches | OfType | Fresh | RowCount | Related | Length | Holds,
    Field(discriminator="kind"),
]
"""A rule of any kind."""

KINDS: tuple[type[Rule], ...] = (
    NotMissing, Unique, InRange, InSet, Matches, Length, OfType, Fresh, RowCount, Related, Holds,
)  # fmt: skip

_SHOWN = 5
_TYPES: dict[Type, str] = {
    "integer": "whole numbers",
    "number": "numbers",
    "text": "text",
    "boolean": "truth values",
    "date": "dates",
    "datetime": "times",
    "time": "times of day",
}
