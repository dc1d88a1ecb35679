"""Steps that keep or drop rows by where they stand or by what they hold, and that shuffle them."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from jupyter_mlstudio.wrangling.conditions import SortKey
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, Windowed, both, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.casting import text_column
from jupyter_mlstudio.wrangling.steps.fields import (
    AnyColumn,
    NumberColumn,
    SomeColumns,
    TextColumn,
    Value,
    check,
    named,
)
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop, Slice, Sort, Where
from jupyter_mlstudio.wrangling.writing import role_of, typed

Position = Annotated[int, Field(ge=0)]


class KeepPlaces(Step):
    """Keep the first or last rows, or a range of them."""

    title: ClassVar[str] = "Keep rows by position"
    group: ClassVar[Group] = "Rows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["keep_rows"] = "keep_rows"
    which: Literal["first", "last", "range"] = Field(default="first", title="Keep the")
    rows: int = Field(default=1000, ge=1, title="Rows", description="How many.")
    start: int = Field(
        default=0, ge=0, title="From", description="Position of the first row that stays, from 0.",
        json_schema_extra={"when": {"which": ["range"]}},
    )  # fmt: skip

    def sentence(self) -> str:
        """Say which rows."""
        return (
            f"Keep {self.rows} rows from row {self.start}"
            if self.which == "range"
            else (f"Keep the {self.which} {self.rows} rows")
        )

    def change(self, table: Incoming) -> Change:
        """Slice."""
        start = {"first": 0, "last": -self.rows, "range": self.start}[self.which]
        return (Slice(start, self.rows),)


class DropPlaces(Step):
    """Drop rows by their position."""

    title: ClassVar[str] = "Drop rows by position"
    group: ClassVar[Group] = "Rows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["drop_rows"] = "drop_rows"
    positions: Annotated[tuple[Position, ...], Field(min_length=1, max_length=10_000)] = Field(
        title="Positions", description="From 0, before this step."
    )

    def sentence(self) -> str:
        """Say which rows."""
        return f"Drop rows {named(map(str, self.positions))}"

    def change(self, table: Incoming) -> Change:
        """Keep the others."""
        return (Where(call("is_in", Windowed("row_number"), *dict.fromkeys(self.positions)), negated=True),)


class FilterPattern(Step):
    """Keep or drop the rows whose text fits a regular expression."""

    title: ClassVar[str] = "Filter by pattern"
    group: ClassVar[Group] = "Rows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["filter_pattern"] = "filter_pattern"
    column: TextColumn
    pattern: Annotated[str, Field(min_length=1, title="Pattern", description="As in ^N[0-9]+ or (foo|bar)$")]
    ignore_case: bool = Field(default=False, title="Ignore case")
    keep: Literal["matching", "others"] = Field(default="matching", title="Keep")

    def sentence(self) -> str:
        """Say which rows stay."""
        verb = "Keep" if self.keep == "matching" else "Drop"
        return f"{verb} rows where {self.column} fits {self.pattern}"

    def change(self, table: Incoming) -> Change:
        """Keep the rows, or the others; those without text do not fit."""
        check([self.column], table.columns, ("text",))
        pattern = f"(?i){self.pattern}" if self.ignore_case else self.pattern
        found = call("matches", text_column(self.column, table.columns[self.column]), pattern)
        return (Where(found, negated=self.keep == "others"),)

    def reads(self) -> set[str]:
        """Return the column."""
        return {self.column}


class FilterValues(Step):
    """Keep or drop the rows with one of some values."""

    title: ClassVar[str] = "Filter by values"
    group: ClassVar[Group] = "Rows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["filter_values"] = "filter_values"
    column: AnyColumn
    values: Annotated[tuple[Value, ...], Field(min_length=1)] = Field(
        title="Values", json_schema_extra={"format": "values"}
    )
    keep: Literal["matching", "others"] = Field(default="others", title="Keep")

    def sentence(self) -> str:
        """Say which rows stay."""
        verb = "Keep" if self.keep == "matching" else "Drop"
        return f"{verb} rows where {self.column} is {named(map(str, self.values))}"

    def change(self, table: Incoming) -> Change:
        """Keep the rows, or the others; a missing value is none of them."""
        check([self.column], table.columns, ("text", "number", "boolean", "date", "datetime"))
        dtype = table.columns[self.column]
        values = [typed(value, dtype, f"Value for “{self.column}”") for value in self.values]
        literals = [lit(value, self.column) for value in dict.fromkeys(values)]  # type: ignore[arg-type]  # as typed
        if role_of(dtype) in {"date", "datetime"}:
            found: Expr = both([call("eq", col(self.column), each) for each in literals], "or")
        else:
            found = call("is_in", col(self.column), *literals)
        return (Where(found, negated=self.keep == "others"),)

    def reads(self) -> set[str]:
        """Return the column."""
        return {self.column}


class DropEmpty(Step):
    """Drop rows in which all of some columns are missing."""

    title: ClassVar[str] = "Drop empty rows"
    group: ClassVar[Group] = "Missing values"
    kind: ClassVar[Kind] = "rows"

    op: Literal["drop_empty"] = "drop_empty"
    columns: SomeColumns = Field(default=(), description="Missing in all of these; none means in all columns.")
    blank: bool = Field(default=False, title="Blank is empty", description="Count text of spaces as missing.")

    def sentence(self) -> str:
        """Say where."""
        return f"Drop rows without any of {named(self.columns)}" if self.columns else "Drop empty rows"

    def change(self, table: Incoming) -> Change:
        """Keep the rows that have a value somewhere."""
        check(self.columns, table.columns)
        return (Where(both([self._present(name, table) for name in self.columns or tuple(table.columns)], "or")),)

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)

    def explicit(self, columns: tuple[str, ...]) -> Step:
        """Name all columns where none are named."""
        return self if self.columns else self.model_copy(update={"columns": columns})

    def _present(self, name: str, table: Incoming) -> Expr:
        present = call("is_present", col(name))
        if self.blank and role_of(table.columns[name]) == "text":
            return present & call("ne", call("trim", text_column(name, table.columns[name])), "")
        return present


class ShuffleRows(Step):
    """Put the rows into an order by chance, which is always the same."""

    title: ClassVar[str] = "Shuffle rows"
    group: ClassVar[Group] = "Rows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["shuffle"] = "shuffle"
    seed: int = Field(default=0, title="Seed", description="Another number makes another order.")

    def sentence(self) -> str:
        """Say so."""
        return "Shuffle the rows"

    def change(self, table: Incoming) -> Change:
        """Sort by a draw for each row."""
        name = "draw"
        while name in table.columns:
            name += "_"
        drawn = Assign(((name, call("draw", Windowed("row_number"), self.seed)),))
        return (drawn, Sort((SortKey(column=name),)), Drop((name,)))


class KeepLargest(Step):
    """Keep the rows with the largest or smallest numbers, of all rows or of each group."""

    title: ClassVar[str] = "Keep the largest"
    group: ClassVar[Group] = "Rows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["keep_largest"] = "keep_largest"
    column: NumberColumn
    rows: int = Field(default=10, ge=1, title="Rows", description="More if several are equal at the end.")
    smallest: bool = Field(default=False, title="Smallest instead")
    by: SomeColumns = Field(default=(), title="In each group of", description="None means of all rows.")

    def sentence(self) -> str:
        """Say how many."""
        which = "smallest" if self.smallest else "largest"
        return f"Keep the {self.rows} {which} {self.column}{f' of each {named(self.by)}' if self.by else ''}"

    def change(self, table: Incoming) -> Change:
        """Keep rows by rank; a missing number has none."""
        check([self.column], table.columns, ("number",))
        check(self.by, table.columns)
        rank = Windowed("rank" if self.smallest else "rank_falling", (col(self.column),), tuple(dict.fromkeys(self.by)))
        return (Where(call("le", rank, self.rows)),)

    def reads(self) -> set[str]:
        """Return the column and the groups."""
        return {self.column, *self.by}
