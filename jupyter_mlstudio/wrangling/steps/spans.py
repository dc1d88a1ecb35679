"""Steps that compare dates: the time between two of them, and ages."""

from datetime import date, datetime
from typing import ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator
from pydantic.config import JsonDict

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import DateColumn, NewName, check, new_columns
from jupyter_mlstudio.wrangling.verbs import Assign, Change
from jupyter_mlstudio.wrangling.writing import role_of

_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
_BESIDE: JsonDict = {"format": "column", "roles": ["date", "datetime"]}


class _Compared(Step):
    """Compares a column with another one, or with a fixed time."""

    column: DateColumn
    other: str = Field(default="", title="Until", description="A column of dates.", json_schema_extra=_BESIDE)
    moment: str = Field(default="", title="Or until", description="A fixed date, as in 2024-12-31.")

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if bool(self.other) == bool(self.moment):
            raise ValueError("other: give either another column or a fixed date")
        return self

    def reads(self) -> set[str]:
        """Return the columns that are compared."""
        return {self.column} | ({self.other} if self.other else set())

    def _end(self, table: Incoming) -> Expr:
        check(self.reads(), table.columns, ("date", "datetime"))
        start = table.columns[self.column]
        if self.other:
            zones = {bool(getattr(table.columns[name], "time_zone", None)) for name in (self.column, self.other)}
            if len(zones) > 1:
                raise InvalidError(f"Only one of “{self.column}” and “{self.other}” has a time zone. Give both one.")
            return col(self.other)
        try:
            if role_of(start) == "date":
                return lit(date.fromisoformat(self.moment))
            clock = datetime.fromisoformat(self.moment).replace(tzinfo=None)
        except ValueError:
            raise InvalidError(f"moment: “{self.moment}” is no date like 2024-12-31.") from None
        zone = getattr(start, "time_zone", None)
        return lit(clock.replace(tzinfo=ZoneInfo(zone)) if zone else clock, self.column)


class DateDifference(_Compared):
    """Compute the time between two dates."""

    title: ClassVar[str] = "Difference of dates"
    group: ClassVar[Group] = "Dates"
    kind: ClassVar[Kind] = "row"

    op: Literal["date_difference"] = "date_difference"
    unit: Literal["weeks", "days", "hours", "minutes", "seconds"] = Field(default="days", title="In")
    whole: bool = Field(default=False, title="Whole", description="Cut off fractions.")
    name: NewName = ""

    def sentence(self) -> str:
        """Say between what."""
        return f"{self.unit.capitalize()} from {self.column} to {self.other or self.moment}"

    def change(self, table: Incoming) -> Change:
        """Assign the seconds between them, divided; later minus earlier is positive."""
        seconds = call("seconds_from", col(self.column), self._end(table))
        name = self.name or f"{self.column}_to_{self.other or self.moment}_{self.unit}"
        new_columns([name], table.columns)
        made: Expr = seconds if self.unit == "seconds" else seconds / _SECONDS[self.unit]
        return (Assign(((name, call("integer", made) if self.whole else made),)),)


class AgeAt(_Compared):
    """Compute whole years since a date, as birthdays are counted."""

    title: ClassVar[str] = "Age in years"
    group: ClassVar[Group] = "Dates"
    kind: ClassVar[Kind] = "row"

    op: Literal["age"] = "age"
    name: NewName = ""

    def sentence(self) -> str:
        """Say at what time."""
        return f"Age of {self.column} at {self.other or self.moment}"

    def change(self, table: Incoming) -> Change:
        """Assign the years."""
        name = self.name or f"{self.column}_age"
        new_columns([name], table.columns)
        return (Assign(((name, call("age", col(self.column), self._end(table))),)),)
