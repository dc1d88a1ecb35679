"""Steps that take dates apart."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.step import Code, Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import DateColumn, check, new_columns
from jupyter_mlstudio.wrangling.writing import call, column, quote, role_of

Part = Literal["year", "quarter", "month", "week", "day", "weekday", "day of year", "weekend", "hour", "minute"]

_TEXT: dict[Part, str] = {
    "year": "dt.year()",
    "quarter": "dt.quarter()",
    "month": "dt.month()",
    "week": "dt.week()",
    "day": "dt.day()",
    "weekday": "dt.weekday()",
    "day of year": "dt.ordinal_day()",
    "weekend": "dt.weekday().is_in([6, 7])",
    "hour": "dt.hour()",
    "minute": "dt.minute()",
}
_OF_DAY = {"hour", "minute"}


class DateParts(Step):
    """Make columns of the parts of a date: year, month, weekday (Monday is 1), hour."""

    title: ClassVar[str] = "Date parts"
    group: ClassVar[Group] = "Dates"
    kind: ClassVar[Kind] = "row"

    op: Literal["date_parts"] = "date_parts"
    column: DateColumn
    parts: Annotated[tuple[Part, ...], Field(min_length=1, title="Parts")] = ("month", "weekday", "hour")
    drop: bool = Field(default=False, title="Drop", description="Remove the date itself afterwards.")

    def sentence(self) -> str:
        """Say which parts."""
        return f"Take {', '.join(self.parts)} from {self.column}"

    def polars(self, table: Incoming) -> Code:
        """Write one expression a part."""
        check([self.column], table.columns, ("date", "datetime", "time"))
        role = role_of(table.columns[self.column])
        for part in self.parts:
            if (role == "date" and part in _OF_DAY) or (role == "time" and part not in _OF_DAY):
                raise InvalidError(f"“{self.column}” holds {table.columns[self.column]}, which has no {part}.")
        names = {part: f"{self.column}_{part.replace(' ', '_')}" for part in dict.fromkeys(self.parts)}
        new_columns(names.values(), table.columns)
        parts = [f"{column(self.column)}.{_TEXT[part]}.alias({quote(name)})" for part, name in names.items()]
        drop = (call("drop", [quote(self.column)]),) if self.drop else ()
        return Code((call("with_columns", parts), *drop))

    def reads(self) -> set[str]:
        """Return the date."""
        return {self.column}
