"""Steps that read, write, move, round and compare dates and times."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, call, col
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.casting import text_column
from jupyter_mlstudio.wrangling.steps.fields import (
    DateColumn,
    DateColumns,
    TextColumns,
    check,
    named,
    new_columns,
)
from jupyter_mlstudio.wrangling.verbs import Assign, Change
from jupyter_mlstudio.wrangling.writing import role_of

Unit = Literal["years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds"]


class ParseDates(Step):
    """Read dates or times from text in one or several formats; the first that fits counts."""

    title: ClassVar[str] = "Read dates from text"
    group: ClassVar[Group] = "Dates"
    kind: ClassVar[Kind] = "row"

    op: Literal["parse_dates"] = "parse_dates"
    columns: TextColumns
    formats: Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        default=("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y"), title="Formats", description="As in %d.%m.%Y or %Y-%m-%d %H:%M"
    )
    to: Literal["date", "datetime"] = Field(default="date", title="To")

    def sentence(self) -> str:
        """Say which formats."""
        return f"Read {named(self.columns)} as {self.to}: {named(self.formats)}"

    def change(self, table: Incoming) -> Change:
        """Assign the first reading that fits; without one, the value is missing."""
        check(self.columns, table.columns, ("text",))
        made = []
        for name in self.columns:
            text = call("trim", text_column(name, table.columns[name]))
            first, *others = (
                call("parse_date" if self.to == "date" else "parse_time", text, pattern) for pattern in self.formats
            )
            found: Expr = first
            for other in others:
                found = call("if_missing", found, other)
            made.append((name, found))
        return (Assign(tuple(made)),)

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)


class FormatDates(Step):
    """Write dates as text in a format."""

    title: ClassVar[str] = "Write dates as text"
    group: ClassVar[Group] = "Dates"
    kind: ClassVar[Kind] = "row"

    op: Literal["format_dates"] = "format_dates"
    columns: DateColumns
    format: Annotated[str, Field(min_length=1)] = Field(
        default="%d.%m.%Y", title="Format", description="As in %Y-%m, %A or %d.%m.%Y %H:%M"
    )

    def sentence(self) -> str:
        """Say the format."""
        return f"Write {named(self.columns)} as {self.format}"

    def change(self, table: Incoming) -> Change:
        """Assign the texts."""
        check(self.columns, table.columns, ("date", "datetime"))
        return (Assign(tuple((name, call("format_date", col(name), self.format)) for name in self.columns)),)

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)


class ShiftDates(Step):
    """Move dates by an interval; a day that a month does not have becomes its last one."""

    title: ClassVar[str] = "Add to dates"
    group: ClassVar[Group] = "Dates"
    kind: ClassVar[Kind] = "row"

    op: Literal["shift_dates"] = "shift_dates"
    columns: DateColumns
    amount: int = Field(default=1, ge=-1_000_000, le=1_000_000, title="Add", description="Negative goes back.")
    unit: Unit = Field(default="days", title="Unit")

    def sentence(self) -> str:
        """Say by how much."""
        return f"Move {named(self.columns)} by {self.amount} {self.unit}"

    def change(self, table: Incoming) -> Change:
        """Assign the moved dates."""
        check(self.columns, table.columns, ("date", "datetime"))
        return (Assign(tuple((name, call("add_time", col(name), self.amount, self.unit)) for name in self.columns)),)

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)


class RoundDates(Step):
    """Go back to the begin of the year, month, week, hour, … that a time lies in."""

    title: ClassVar[str] = "Round dates down"
    group: ClassVar[Group] = "Dates"
    kind: ClassVar[Kind] = "row"

    op: Literal["round_dates"] = "round_dates"
    columns: DateColumns
    to: Literal["year", "quarter", "month", "week", "day", "hour", "minute", "second"] = Field(
        default="month", title="To", description="Weeks begin on Monday."
    )

    def sentence(self) -> str:
        """Say to what."""
        return f"Round {named(self.columns)} down to the {self.to}"

    def change(self, table: Incoming) -> Change:
        """Assign the begins."""
        check(self.columns, table.columns, ("date", "datetime"))
        return (Assign(tuple((name, call("begin_of", col(name), self.to)) for name in self.columns)),)

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)


class TimeZone(Step):
    """Show times on the clocks of another zone, say which zone they are from, or forget it."""

    title: ClassVar[str] = "Time zone"
    group: ClassVar[Group] = "Dates"
    kind: ClassVar[Kind] = "row"

    op: Literal["time_zone"] = "time_zone"
    columns: Annotated[
        tuple[str, ...],
        Field(min_length=1, title="Columns", json_schema_extra={"format": "columns", "roles": ["datetime"]}),
    ]
    do: Literal["convert", "assign", "remove"] = Field(
        default="convert", title="Do",
        description="convert: the same instant elsewhere; assign: the same clock time, from there; remove: no zone.",
    )  # fmt: skip
    zone: str = Field(default="UTC", title="Zone", description="As in Europe/Berlin.")

    def sentence(self) -> str:
        """Say which zone."""
        what = {"convert": f"to {self.zone}", "assign": f"as times of {self.zone}", "remove": "without a zone"}
        return f"{named(self.columns)} {what[self.do]}"

    def change(self, table: Incoming) -> Change:
        """Assign the times."""
        check(self.columns, table.columns, ("datetime",))
        make = {"convert": ("to_zone", self.zone), "assign": ("as_zone", self.zone), "remove": ("as_zone", "")}
        function, zone = make[self.do]
        return (Assign(tuple((name, call(function, col(name), zone)) for name in self.columns)),)

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)


class CyclicDates(Step):
    """Make two columns of a part of a date that comes round again: December lies beside January."""

    title: ClassVar[str] = "Cycles of dates"
    group: ClassVar[Group] = "Dates"
    kind: ClassVar[Kind] = "row"

    op: Literal["cyclic"] = "cyclic"
    column: DateColumn
    parts: Annotated[
        tuple[Literal["hour", "minute", "weekday", "day", "day of year", "month", "quarter"], ...], Field(min_length=1)
    ] = Field(default=("month", "weekday"), title="Parts")

    def sentence(self) -> str:
        """Say which parts."""
        return f"Cycles of {', '.join(self.parts)} of {self.column}"

    def change(self, table: Incoming) -> Change:
        """Assign sine and cosine of the part, of which a round has so many."""
        check([self.column], table.columns, ("date", "datetime", "time"))
        role = role_of(table.columns[self.column])
        made: list[tuple[str, Expr]] = []
        for part in dict.fromkeys(self.parts):
            of_day = part in {"hour", "minute"}
            if (role == "date" and of_day) or (role == "time" and not of_day):
                raise InvalidError(f"“{self.column}” holds {table.columns[self.column]}, which has no {part}.")
            name = f"{self.column}_{part.replace(' ', '_')}"
            taken = call(part.replace(" ", "_"), col(self.column))
            made += [
                (f"{name}_{function}", call(f"{function}_of", taken, _ROUNDS[part])) for function in ("sin", "cos")
            ]
        new_columns([name for name, _ in made], table.columns)
        return (Assign(tuple(made)),)

    def reads(self) -> set[str]:
        """Return the date."""
        return {self.column}


_ROUNDS = {"hour": 24, "minute": 60, "weekday": 7, "day": 31, "day of year": 366, "month": 12, "quarter": 4}
