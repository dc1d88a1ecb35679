"""Steps that replace, remove and add characters of text."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from jupyter_mlstudio.wrangling.expressions.nodes import Case, Expr, call, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.casting import text_column
from jupyter_mlstudio.wrangling.steps.fields import SomeText, TextColumns, check, named, of_role
from jupyter_mlstudio.wrangling.verbs import Assign, Change

Removable = Literal[
    "punctuation", "digits", "letters", "accents", "spaces", "HTML tags", "line breaks", "text in brackets"
]
_PATTERNS: dict[str, str] = {
    "punctuation": r"[!-/:-@\[-`{-~]",
    "digits": "[0-9]",
    "letters": "[A-Za-z]",
    "spaces": r"\s",
    "HTML tags": "<[^>]*>",
    "line breaks": r"[\r\n]+",
    "text in brackets": r"\([^()]*\)|\[[^\[\]]*\]",
}
_IN_PLACE = {"line breaks": " "}


class FindReplace(Step):
    """Find text in several columns and replace it."""

    title: ClassVar[str] = "Find and replace"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["find_replace"] = "find_replace"
    columns: SomeText = Field(default=(), description="None means all columns of text.")
    find: Annotated[str, Field(min_length=1, title="Find")]
    replace: str = Field(default="", title="Replace with", description="In a regular expression $1 is its first group.")
    match: Literal["text", "whole cell", "regular expression"] = Field(default="text", title="Find as")
    ignore_case: bool = Field(default=False, title="Ignore case")

    def sentence(self) -> str:
        """Say what becomes what where."""
        return f"Replace “{self.find}” by “{self.replace}” in {named(self.columns) or 'all text'}"

    def change(self, table: Incoming) -> Change:
        """Assign the replacement in each column."""
        names = of_role(self.columns, table.columns, "text")
        made = tuple((name, self._replaced(text_column(name, table.columns[name]))) for name in names)
        return (Assign(made),) if made else ()

    def reads(self) -> set[str]:
        """Return the columns to look through."""
        return set(self.columns)

    def _replaced(self, text: Expr) -> Expr:
        if self.match == "whole cell":
            same = call("eq", call("lower", text), self.find.lower()) if self.ignore_case else None
            return Case(((same or call("eq", text, self.find), lit(self.replace)),), text)
        if self.match == "regular expression":
            return call("substitute", text, f"(?i){self.find}" if self.ignore_case else self.find, self.replace)
        if self.ignore_case:
            return call("replace_pattern", text, f"(?i){escaped(self.find)}", self.replace)
        return call("replace", text, self.find, self.replace)


def escaped(text: str) -> str:
    """Write text as a regular expression for itself, in every engine's dialect."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text)


class RemoveCharacters(Step):
    """Remove kinds of characters from text, or characters at its ends."""

    title: ClassVar[str] = "Remove characters"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["remove_characters"] = "remove_characters"
    columns: TextColumns
    remove: tuple[Removable, ...] = Field(default=(), title="Remove", description="In this order, anywhere.")
    ends: str = Field(default="", title="At the ends", description="Characters to strip from the ends, as in *-#.")
    side: Literal["both", "start", "end"] = Field(default="both", title="Which ends")

    def sentence(self) -> str:
        """Say what goes."""
        parts = [*self.remove, *([f"{self.ends} at the ends"] if self.ends else [])]
        return f"Remove {', '.join(parts) or 'nothing'} from {named(self.columns)}"

    def change(self, table: Incoming) -> Change:
        """Assign what is left."""
        check(self.columns, table.columns, ("text",))
        made = tuple((name, self._left(text_column(name, table.columns[name]))) for name in self.columns)
        return (Assign(made),)

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)

    def _left(self, text: Expr) -> Expr:
        for each in self.remove:
            if each == "accents":
                text = call("no_accents", text)
            else:
                text = call("replace_pattern", text, _PATTERNS[each], _IN_PLACE.get(each, ""))
        sides = {"both": "strip", "start": "strip_start", "end": "strip_end"}
        return call(sides[self.side], text, self.ends) if self.ends else text


class ChangeCase(Step):
    """Change the case of text."""

    title: ClassVar[str] = "Change case"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["case"] = "case"
    columns: TextColumns
    to: Literal["lower", "upper", "title", "capitalize", "snake"] = Field(
        default="lower", title="To", description="title: Each Word; capitalize: Only the first; snake: words_like_this."
    )

    def sentence(self) -> str:
        """Say the case."""
        return f"Write {named(self.columns)} in {self.to} case"

    def change(self, table: Incoming) -> Change:
        """Assign the text in the other case."""
        check(self.columns, table.columns, ("text",))
        make = _snake if self.to == "snake" else lambda text: call(self.to, text)
        return (Assign(tuple((name, make(text_column(name, table.columns[name]))) for name in self.columns)),)

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)


def _snake(text: Expr) -> Expr:
    words = call("substitute", text, "([a-z0-9])([A-Z])", "${1}_$2")
    return call("lower", call("strip", call("replace_pattern", words, "[ !-/:-@\\[-`{-~]+", "_"), "_"))


class PadText(Step):
    """Fill text up to a width, as in 007."""

    title: ClassVar[str] = "Pad text"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["pad"] = "pad"
    columns: Annotated[
        tuple[str, ...],
        Field(min_length=1, title="Columns", json_schema_extra={"format": "columns", "roles": ["text", "number"]}),
    ]
    width: int = Field(default=5, ge=1, le=1000, title="Width")
    fill: Annotated[str, Field(min_length=1, max_length=1)] = Field(default="0", title="With")
    side: Literal["start", "end"] = Field(default="start", title="At the")

    def sentence(self) -> str:
        """Say how wide."""
        return f"Pad {named(self.columns)} with “{self.fill}” to {self.width} characters"

    def change(self, table: Incoming) -> Change:
        """Assign the wider text."""
        check(self.columns, table.columns, ("text", "number"))
        pad = "pad" if self.side == "start" else "pad_end"
        return (
            Assign(
                tuple(
                    (name, call(pad, text_column(name, table.columns[name]), self.width, self.fill))
                    for name in self.columns
                )
            ),
        )

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)
