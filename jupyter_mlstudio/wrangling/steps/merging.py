"""Steps that correct single values: similar ones merged into one, and cells that were edited by hand."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling.expressions.nodes import Case, Expr, Mapped, Windowed, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.casting import text_column
from jupyter_mlstudio.wrangling.steps.fields import AnyColumn, TextColumn, Value, check, named
from jupyter_mlstudio.wrangling.verbs import Assign, Change
from jupyter_mlstudio.wrangling.writing import typed


class Merge(Struct):
    """Several spellings and the one that they become."""

    to: str = Field(title="Becomes")
    values: Annotated[tuple[str, ...], Field(min_length=1)] = Field(title="Values")


class MergeValues(Step):
    """Merge similar values into one, as chosen from their clusters."""

    title: ClassVar[str] = "Merge similar values"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["merge_values"] = "merge_values"
    column: TextColumn
    merges: Annotated[tuple[Merge, ...], Field(min_length=1)] = Field(title="Merges")

    def sentence(self) -> str:
        """Say what is merged."""
        count = sum(len(each.values) for each in self.merges)
        return f"Merge {count} values of {self.column} into {named(each.to for each in self.merges)}"

    def change(self, table: Incoming) -> Change:
        """Assign the same column with other values."""
        check([self.column], table.columns, ("text",))
        pairs: dict[str, str] = {}
        for merge in self.merges:
            for value in merge.values:
                if pairs.setdefault(value, merge.to) != merge.to:
                    raise InvalidError(f"“{value}” would become both “{pairs[value]}” and “{merge.to}”. Choose one.")
        changed = {old: new for old, new in pairs.items() if old != new}
        if not changed:
            return ()
        subject = text_column(self.column, table.columns[self.column])
        return (Assign(((self.column, Mapped(subject, tuple(changed), tuple(changed.values()))),)),)

    def reads(self) -> set[str]:
        """Return the column."""
        return {self.column}


class CellEdit(Struct):
    """One cell with its new value."""

    row: int | None = Field(default=None, ge=0, title="Row", description="Its position before this step, from 0.")
    key: Value | None = Field(default=None, title="Key", description="Or the value of the key column in its row.")
    column: AnyColumn
    value: Value | None = Field(
        default=None, title="Value", description="Nothing means missing.", json_schema_extra={"format": "value"}
    )


class EditCells(Step):
    """Change single cells. They are found by a key, or by their position, so that nothing before should move rows.

    It corrects training rows; at inference other rows stand there, so the step is left out.
    """

    title: ClassVar[str] = "Edit cells"
    group: ClassVar[Group] = "Rows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["edit_cells"] = "edit_cells"
    key: str = Field(
        default="", title="Key column", description="Empty finds rows by position.",
        json_schema_extra={"format": "column"},
    )  # fmt: skip
    edits: Annotated[tuple[CellEdit, ...], Field(min_length=1, max_length=1000)] = Field(title="Edits")

    def sentence(self) -> str:
        """Say where."""
        columns = dict.fromkeys(each.column for each in self.edits)
        return f"Edit {len(self.edits)} cell{'s' * (len(self.edits) > 1)} of {named(columns)}"

    def change(self, table: Incoming) -> Change:
        """Assign each column with the edited cells; of several edits of one cell, the last counts."""
        check(self.reads(), table.columns)
        made = []
        for name in dict.fromkeys(each.column for each in self.edits):
            edits = [each for each in reversed(self.edits) if each.column == name]
            made.append(
                (name, Case(tuple((self._place(each, table), self._value(each, table)) for each in edits), col(name)))
            )
        return (Assign(tuple(made)),)

    def reads(self) -> set[str]:
        """Return the columns that are edited, and the key."""
        return {each.column for each in self.edits} | ({self.key} if self.key else set())

    def _place(self, edit: CellEdit, table: Incoming) -> Expr:
        if self.key:
            if edit.key is None:
                raise InvalidError(f"An edit of “{edit.column}” names no key.")
            key = typed(edit.key, table.columns[self.key], f"Key in “{self.key}”")
            return call("eq", col(self.key), lit(key, self.key))  # type: ignore[arg-type]  # as typed
        if edit.row is None:
            raise InvalidError(f"An edit of “{edit.column}” names no row.")
        return call("eq", Windowed("row_number"), edit.row)

    def _value(self, edit: CellEdit, table: Incoming) -> Expr:
        if edit.value is None:
            return lit(None, edit.column)
        value = typed(edit.value, table.columns[edit.column], f"Value for “{edit.column}”")
        return lit(value, edit.column)  # type: ignore[arg-type]  # as typed
