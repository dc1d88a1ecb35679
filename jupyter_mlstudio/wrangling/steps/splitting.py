"""Steps that take text apart: into columns, by a pattern, or into figures about it."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, call
from jupyter_mlstudio.wrangling.expressions.patterns import groups_of
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.casting import text_column
from jupyter_mlstudio.wrangling.steps.cleaning import escaped
from jupyter_mlstudio.wrangling.steps.fields import NewName, TextColumn, TextColumns, check, named, new_columns
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop

Width = Annotated[int, Field(ge=1, le=10_000)]


class SplitColumn(Step):
    """Split text into columns: at a separator, at fixed widths, or by the groups of a regular expression."""

    title: ClassVar[str] = "Split into columns"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["split_column"] = "split_column"
    column: TextColumn
    by: Literal["separator", "widths", "pattern"] = Field(default="separator", title="By")
    separator: str = Field(default=",", title="Separator", json_schema_extra={"when": {"by": ["separator"]}})
    into: int = Field(
        default=2, ge=1, le=50, title="Into", description="How many columns.",
        json_schema_extra={"when": {"by": ["separator"]}},
    )  # fmt: skip
    widths: tuple[Width, ...] = Field(
        default=(),
        title="Widths",
        description="Characters of each part.",
        json_schema_extra={"when": {"by": ["widths"]}},
    )
    pattern: str = Field(
        default="", title="Pattern", description="A regular expression with one group in parentheses for each column.",
        json_schema_extra={"when": {"by": ["pattern"]}},
    )  # fmt: skip
    names: tuple[str, ...] = Field(default=(), title="New names", description="Numbered if left out.")
    trim: bool = Field(default=True, title="Trim", description="Remove spaces around the parts.")
    drop: bool = Field(default=False, title="Drop", description="Remove the column afterwards.")

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        needed = {"separator": self.separator, "widths": self.widths, "pattern": self.pattern}
        if not needed[self.by]:
            raise ValueError(f"{'separator' if self.by == 'separator' else self.by}: must not be empty")
        return self

    def sentence(self) -> str:
        """Say at what."""
        at = {"separator": f"at “{self.separator}”", "widths": f"at widths {self.widths}", "pattern": "by a pattern"}
        return f"Split {self.column} {at[self.by]}"

    def change(self, table: Incoming) -> Change:
        """Assign one column a part."""
        check([self.column], table.columns, ("text",))
        parts = self._parts(text_column(self.column, table.columns[self.column]))
        if self.names and len(self.names) != len(parts):
            raise InvalidError(f"names: give {len(parts)} names, one for each part, or none.")
        names = self.names or tuple(f"{self.column}_{number + 1}" for number in range(len(parts)))
        new_columns(names, table.columns, replaced=[self.column] if self.drop else ())
        made = Assign(tuple((name, call("trim", part) if self.trim else part) for name, part in zip(names, parts)))  # noqa: B905  # as many, by now
        return (made, Drop((self.column,))) if self.drop and self.column not in names else (made,)

    def reads(self) -> set[str]:
        """Return the column."""
        return {self.column}

    def _parts(self, text: Expr) -> list[Expr]:
        if self.by == "separator":
            return [call("split_part", text, self.separator, number + 1) for number in range(self.into)]
        if self.by == "widths":
            starts = [sum(self.widths[:number]) for number in range(len(self.widths))]
            return [call("part", text, start, width) for start, width in zip(starts, self.widths, strict=True)]
        groups = groups_of(self.pattern)
        if not groups:
            raise InvalidError("pattern: put parentheses around each part that becomes a column.", code="pattern")
        return [call("extract", text, self.pattern, number + 1) for number in range(groups)]


class ExtractText(Step):
    """Take the first part of a text that fits a regular expression, or a group of it."""

    title: ClassVar[str] = "Extract by pattern"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["extract"] = "extract"
    column: TextColumn
    pattern: Annotated[str, Field(min_length=1, title="Pattern", description="As in [0-9]+, or ([a-z]+)@")]
    part: int = Field(default=0, ge=0, title="Group", description="0 is the whole match.")
    name: NewName = ""

    def sentence(self) -> str:
        """Say what is looked for."""
        return f"Extract {self.pattern} from {self.column}"

    def change(self, table: Incoming) -> Change:
        """Assign what was found."""
        check([self.column], table.columns, ("text",))
        name = self.name or f"{self.column}_extracted"
        if name != self.column:
            new_columns([name], table.columns)
        text = text_column(self.column, table.columns[self.column])
        return (Assign(((name, call("extract", text, self.pattern, self.part)),)),)

    def reads(self) -> set[str]:
        """Return the column."""
        return {self.column}


Measure = Literal["characters", "words", "digits", "capital letters", "lines"]
_COUNTED = {"words": r"\S+", "digits": "[0-9]", "capital letters": "[A-Z]", "lines": r"[^\n]+"}


class MeasureText(Step):
    """Make columns of how long texts are."""

    title: ClassVar[str] = "Text length"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["text_length"] = "text_length"
    columns: TextColumns
    measures: Annotated[tuple[Measure, ...], Field(min_length=1)] = Field(default=("characters",), title="Count")

    def sentence(self) -> str:
        """Say what is counted."""
        return f"Count {', '.join(self.measures)} of {named(self.columns)}"

    def change(self, table: Incoming) -> Change:
        """Assign one column a measure."""
        check(self.columns, table.columns, ("text",))
        made: list[tuple[str, Expr]] = []
        for name in dict.fromkeys(self.columns):
            text = text_column(name, table.columns[name])
            for measure in dict.fromkeys(self.measures):
                count = call("count_matches", text, _COUNTED[measure]) if measure in _COUNTED else call("length", text)
                made.append((f"{name}_{measure.replace(' ', '_')}", count))
        new_columns([name for name, _ in made], table.columns)
        return (Assign(tuple(made)),)

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)


class FlagText(Step):
    """Make a column that says whether a text contains something."""

    title: ClassVar[str] = "Flag text"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["flag_text"] = "flag_text"
    column: TextColumn
    find: Annotated[str, Field(min_length=1, title="Contains")]
    regex: bool = Field(default=False, title="Regular expression")
    ignore_case: bool = Field(default=False, title="Ignore case")
    name: NewName = ""

    def sentence(self) -> str:
        """Say what is looked for."""
        return f"Flag {self.column} with “{self.find}”"

    def change(self, table: Incoming) -> Change:
        """Assign whether it was found; missing text stays missing."""
        check([self.column], table.columns, ("text",))
        name = self.name or f"{self.column}_contains"
        new_columns([name], table.columns)
        text = text_column(self.column, table.columns[self.column])
        if self.regex or self.ignore_case:
            pattern = self.find if self.regex else escaped(self.find)
            found = call("matches", text, f"(?i){pattern}" if self.ignore_case else pattern)
        else:
            found = call("contains", text, self.find)
        return (Assign(((name, found),)),)

    def reads(self) -> set[str]:
        """Return the column."""
        return {self.column}
