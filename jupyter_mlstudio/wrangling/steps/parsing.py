"""Steps that read what text stands for: numbers, parts of addresses, fields of JSON."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling.expressions.nodes import Case, Expr, call
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.casting import text_column
from jupyter_mlstudio.wrangling.steps.fields import TextColumn, TextColumns, check, named, new_columns
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop

_URL = r"^(?:([A-Za-z][A-Za-z0-9+.-]*)://)?(?:[^/?#@]*@)?([^/?#:@]+)(?::([0-9]+))?(/[^?#]*)?(?:\?([^#]*))?(?:#(.*))?$"
_EMAIL = r"^([^@ ]+)@([^@ ]+\.([^@. ]+))$"
_PARTS = {
    "protocol": (_URL, 1), "host": (_URL, 2), "port": (_URL, 3), "path": (_URL, 4), "query": (_URL, 5),
    "fragment": (_URL, 6), "user": (_EMAIL, 1), "domain": (_EMAIL, 2), "ending": (_EMAIL, 3),
}  # fmt: skip


class ParseNumbers(Step):
    """Read numbers from text as people write them: with currency signs, thousands, percent, or in parentheses."""

    title: ClassVar[str] = "Read numbers from text"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["parse_numbers"] = "parse_numbers"
    columns: TextColumns
    decimal: Literal[".", ","] = Field(default=".", title="Decimal sign")
    percent: bool = Field(default=True, title="Percent", description="Take 12 % for 0.12.")
    parentheses: bool = Field(default=True, title="Parentheses", description="Take (12) for -12.")

    def sentence(self) -> str:
        """Say where."""
        return f"Read numbers from {named(self.columns)}"

    def change(self, table: Incoming) -> Change:
        """Assign the numbers; where there is none, the value is missing."""
        check(self.columns, table.columns, ("text",))
        made = ((name, self._number(text_column(name, table.columns[name]))) for name in self.columns)
        return (Assign(tuple(made)),)

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)

    def _number(self, text: Expr) -> Expr:
        kept = call("replace_pattern", text, "[^0-9.+-]" if self.decimal == "." else "[^0-9,+-]", "")
        if self.decimal == ",":
            kept = call("replace", kept, ",", ".")
        number: Expr = call("number", kept)
        branches: list[tuple[Expr, Expr]] = []
        if self.parentheses:
            branches.append((call("matches", text, r"^\s*\(.*\)\s*$"), call("negative", number)))
        if self.percent:
            branches.append((call("contains", text, "%"), number / 100))
        return Case(tuple(branches), number) if branches else number


class AddressParts(Step):
    """Make columns of the parts of web addresses or e-mail addresses."""

    title: ClassVar[str] = "Parts of addresses"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["address_parts"] = "address_parts"
    column: TextColumn
    parts: Annotated[
        tuple[Literal["protocol", "host", "port", "path", "query", "fragment", "user", "domain", "ending"], ...],
        Field(min_length=1),
    ] = Field(default=("host",), title="Parts", description="user, domain and ending are those of an e-mail address.")
    drop: bool = Field(default=False, title="Drop", description="Remove the address afterwards.")

    def sentence(self) -> str:
        """Say which parts."""
        return f"Take {', '.join(self.parts)} from {self.column}"

    def change(self, table: Incoming) -> Change:
        """Assign one column a part; empty parts are missing."""
        check([self.column], table.columns, ("text",))
        text = call("trim", text_column(self.column, table.columns[self.column]))
        names = {part: f"{self.column}_{part}" for part in self.parts}
        new_columns(names.values(), table.columns)
        made = Assign(
            tuple((name, call("none_if", call("extract", text, *_PARTS[part]), "")) for part, name in names.items())
        )
        return (made, Drop((self.column,))) if self.drop else (made,)

    def reads(self) -> set[str]:
        """Return the address."""
        return {self.column}


class JsonField(Struct):
    """Where something stands in JSON, and the column it becomes."""

    path: Annotated[str, Field(min_length=1, title="Path", description="As in $.address.city or $.items[0].price")]
    name: str = Field(default="", title="Name", description="The last part of the path if left out.")
    type: Literal["text", "number", "integer"] = Field(default="text", title="Type")


class ParseJson(Step):
    """Make columns of fields of JSON that stands in a text."""

    title: ClassVar[str] = "Fields of JSON"
    group: ClassVar[Group] = "Text"
    kind: ClassVar[Kind] = "row"

    op: Literal["parse_json"] = "parse_json"
    column: TextColumn
    fields: Annotated[tuple[JsonField, ...], Field(min_length=1)] = Field(title="Fields")
    drop: bool = Field(default=False, title="Drop", description="Remove the text afterwards.")

    def sentence(self) -> str:
        """Say which fields."""
        return f"Take {named(_name(each) for each in self.fields)} from {self.column}"

    def change(self, table: Incoming) -> Change:
        """Assign one column a field; where there is none, the value is missing."""
        check([self.column], table.columns, ("text",))
        text = text_column(self.column, table.columns[self.column])
        new_columns([_name(each) for each in self.fields], table.columns, [self.column] if self.drop else [])
        dropped = Drop((self.column,))
        made = Assign(tuple((_name(each), _typed(text, each)) for each in self.fields))
        return (made, dropped) if self.drop and self.column not in {_name(each) for each in self.fields} else (made,)

    def reads(self) -> set[str]:
        """Return the text."""
        return {self.column}


def _name(field: JsonField) -> str:
    return field.name or field.path.rstrip("]'\"").replace("[", ".").replace("'", "").split(".")[-1]


def _typed(text: Expr, field: JsonField) -> Expr:
    path = field.path if field.path.startswith("$") else f"$.{field.path}"
    found = call("json_field", text, path)
    return found if field.type == "text" else call(field.type, found)
