"""Steps that choose, name, type and compute columns."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling.formula import names_in, parse
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.casting import Target, conversion
from jupyter_mlstudio.wrangling.steps.fields import AnyColumn, AnyColumns, Formula, check, named
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop, Keep, Rename

NewName = Annotated[str, Field(min_length=1, title="New name")]


class SelectColumns(Step):
    """Keep these columns in this order and drop all others."""

    title: ClassVar[str] = "Select columns"
    group: ClassVar[Group] = "Columns"
    kind: ClassVar[Kind] = "row"

    op: Literal["select"] = "select"
    columns: AnyColumns

    def sentence(self) -> str:
        """Say which columns stay."""
        return f"Keep only {named(self.columns)}"

    def change(self, table: Incoming) -> Change:
        """Keep the columns."""
        check(self.columns, table.columns)
        return (Keep(tuple(dict.fromkeys(self.columns))),)

    def reads(self) -> set[str]:
        """Return the columns that stay."""
        return set(self.columns)


class DropColumns(Step):
    """Remove columns."""

    title: ClassVar[str] = "Drop columns"
    group: ClassVar[Group] = "Columns"
    kind: ClassVar[Kind] = "row"

    op: Literal["drop"] = "drop"
    columns: AnyColumns

    def sentence(self) -> str:
        """Say which columns go."""
        return f"Drop {named(self.columns)}"

    def change(self, table: Incoming) -> Change:
        """Drop the columns."""
        check(self.columns, table.columns)
        return (Drop(tuple(dict.fromkeys(self.columns))),)


class Renaming(Struct):
    """A column and its new name."""

    column: AnyColumn
    to: NewName


class RenameColumns(Step):
    """Give columns other names."""

    title: ClassVar[str] = "Rename columns"
    group: ClassVar[Group] = "Columns"
    kind: ClassVar[Kind] = "row"

    op: Literal["rename"] = "rename"
    names: Annotated[tuple[Renaming, ...], Field(min_length=1, title="Names")]

    def sentence(self) -> str:
        """Say what becomes what."""
        return f"Rename {named(f'{each.column} to {each.to}' for each in self.names)}"

    def change(self, table: Incoming) -> Change:
        """Rename, if no two columns end up with one name."""
        check(self.reads(), table.columns)
        names = {each.column: each.to for each in self.names}
        after = [names.get(name, name) for name in table.columns]
        for name in after:
            if after.count(name) > 1:
                raise InvalidError(f"Two columns would be named “{name}”. Choose another name.", code="name_taken")
        return (Rename(tuple(names.items())),)

    def reads(self) -> set[str]:
        """Return the columns with their old names."""
        return {each.column for each in self.names}


class ConvertType(Step):
    """Turn columns into another type: text into numbers or dates, numbers into text."""

    title: ClassVar[str] = "Change type"
    group: ClassVar[Group] = "Columns"
    kind: ClassVar[Kind] = "row"

    op: Literal["cast"] = "cast"
    columns: AnyColumns
    to: Target = Field(title="To")
    format: str = Field(
        default="",
        title="Date format",
        description="How dates are written, as in %d.%m.%Y. Without it: 2013-01-31, or 2013-01-31 05:15:00.",
    )
    invalid: Literal["missing", "fail"] = Field(
        default="missing", title="What cannot be turned", description="Becomes a missing value, or stops with an error."
    )

    def sentence(self) -> str:
        """Say into what."""
        return f"Turn {named(self.columns)} into {self.to}"

    def may_fail(self) -> bool:
        """Fail on values that cannot be turned, if asked to."""
        return self.invalid == "fail"

    def change(self, table: Incoming) -> Change:
        """Assign one conversion a column."""
        check(self.columns, table.columns)
        strict, schema = self.invalid == "fail", table.columns
        made = [(name, conversion(name, schema[name], self.to, self.format, strict)) for name in self.columns]
        return (Assign(tuple(made)),)

    def reads(self) -> set[str]:
        """Return the columns to convert."""
        return set(self.columns)


class DeriveColumn(Step):
    """Compute a column from others by a formula."""

    title: ClassVar[str] = "Compute column"
    group: ClassVar[Group] = "Columns"
    kind: ClassVar[Kind] = "row"

    op: Literal["derive"] = "derive"
    name: Annotated[str, Field(min_length=1, title="Name", description="A new name, or that of a column to replace.")]
    formula: Formula = Field(description="As in: distance / air_time * 60")

    def sentence(self) -> str:
        """Say the formula."""
        return f"{self.name} = {self.formula}"

    def may_fail(self) -> bool:
        """Fail on powers that a whole number cannot hold."""
        return "**" in self.formula

    def change(self, table: Incoming) -> Change:
        """Assign the formula; where a division has no result, the value is missing."""
        return (Assign(((self.name, parse(self.formula, table.columns)),)),)

    def reads(self) -> set[str]:
        """Return the columns of the formula."""
        return names_in(self.formula)
