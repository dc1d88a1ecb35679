"""Steps that take dates apart."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, call, col
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import DateColumn, check, new_columns
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop
from jupyter_mlstudio.wrangling.writing import role_of

Part = Literal["year", "quarter", "month", "week", "day", "weekday", "day of year", "weekend", "hour", "minute"]

_OF_DAY = {"hour", "minute"}


def part_of(name: str, part: Part) -> Expr:
    """Take a part of a date; of the weekend, whether it is one."""
    if part == "weekend":
        return call("is_in", call("weekday", col(name)), 6, 7)
    return call(part.replace(" ", "_"), col(name))


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

    def change(self, table: Incoming) -> Change:
        """Assign one column a part."""
        check([self.column], table.columns, ("date", "datetime", "time"))
        role = role_of(table.columns[self.column])
        for part in self.parts:
            if (role == "date" and part in _OF_DAY) or (role == "time" and part not in _OF_DAY):
                raise InvalidError(f"“{self.column}” holds {table.columns[self.column]}, which has no {part}.")
        names = {part: f"{self.column}_{part.replace(' ', '_')}" for part in dict.fromkeys(self.parts)}
        new_columns(names.values(), table.columns)
        made = Assign(tuple((name, part_of(self.column, part)) for part, name in names.items()))
        return (made, Drop((self.column,))) if self.drop else (made,)

    def reads(self) -> set[str]:
        """Return the date."""
        return {self.column}
