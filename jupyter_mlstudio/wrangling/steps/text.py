"""Steps that clean text."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, Mapped, Scalar, call, col
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.casting import text_column
from jupyter_mlstudio.wrangling.steps.fields import AnyColumn, TextColumns, Value, check, named
from jupyter_mlstudio.wrangling.verbs import Assign, Change
from jupyter_mlstudio.wrangling.writing import role_of, typed

if TYPE_CHECKING:
    import polars as pl


class CleanText(Step):
    """Trim text, change its case, and replace parts of it."""

    title: ClassVar[str] = "Clean text"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["clean_text"] = "clean_text"
    columns: TextColumns
    trim: bool = Field(default=True, title="Trim", description="Remove spaces at both ends.")
    spaces: bool = Field(default=False, title="Single spaces", description="Turn several spaces into one.")
    case: Literal["keep", "lower", "upper", "title"] = Field(default="keep", title="Case")
    find: str = Field(default="", title="Find")
    replace: str = Field(default="", title="Replace with")
    regex: bool = Field(
        default=False, title="Regular expression", description="Whether “find” is a regular expression."
    )
    empty: bool = Field(default=False, title="Empty is missing", description="Make empty text a missing value.")

    def sentence(self) -> str:
        """Say what happens to the text."""
        parts = ["trim"] * self.trim + ["single spaces"] * self.spaces
        parts += [f"{self.case} case"] * (self.case != "keep")
        parts += [f"replace “{self.find}” by “{self.replace}”"] * bool(self.find) + ["empty is missing"] * self.empty
        return f"Clean {named(self.columns)}: {', '.join(parts) or 'nothing'}"

    def may_fail(self) -> bool:
        """Fail on a regular expression that is none."""
        return self.regex

    def change(self, table: Incoming) -> Change:
        """Assign one chain for each column."""
        check(self.columns, table.columns, ("text",))
        return (Assign(tuple((name, self._chain(name, table.columns[name])) for name in self.columns)),)

    def reads(self) -> set[str]:
        """Return the columns to clean."""
        return set(self.columns)

    def _chain(self, name: str, dtype: "pl.DataType") -> Expr:
        made = text_column(name, dtype)
        for function in ["trim"] * self.trim + ["squeeze"] * self.spaces + [self.case] * (self.case != "keep"):
            made = call(function, made)
        if self.find:
            made = call("substitute" if self.regex else "replace", made, self.find, self.replace)
        return call("none_if", made, "") if self.empty else made


class Replacement(Struct):
    """A value and what stands in its place."""

    old: Value = Field(title="Value", json_schema_extra={"format": "value"})
    new: Value | None = Field(
        default=None, title="Becomes", description="Nothing means missing.", json_schema_extra={"format": "value"}
    )


class ReplaceValues(Step):
    """Replace whole values by others; nothing in place of a value makes it missing."""

    title: ClassVar[str] = "Replace values"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["replace"] = "replace"
    column: AnyColumn
    values: Annotated[tuple[Replacement, ...], Field(min_length=1, title="Values")]

    def sentence(self) -> str:
        """Say what becomes what."""
        changes = (f"{each.old} to {'missing' if each.new is None else each.new}" for each in self.values)
        return f"Replace in {self.column}: {named(changes)}"

    def change(self, table: Incoming) -> Change:
        """Assign the same column with other values."""
        check([self.column], table.columns, ("text", "number", "boolean"))
        dtype = table.columns[self.column]
        pairs = {self._value(each.old, dtype): self._value(each.new, dtype) for each in self.values}
        subject = text_column(self.column, dtype) if role_of(dtype) == "text" else col(self.column)
        return (Assign(((self.column, Mapped(subject, tuple(pairs), tuple(pairs.values()))),)),)

    def reads(self) -> set[str]:
        """Return the column."""
        return {self.column}

    def _value(self, value: Value | None, dtype: "pl.DataType") -> Scalar:
        return None if value is None else typed(value, dtype, f"Value for “{self.column}”")  # type: ignore[return-value]  # a value of such a column
