"""Steps that move, copy, name and drop columns by what they are called or hold."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, call, col
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.casting import text_column
from jupyter_mlstudio.wrangling.steps.fields import AnyColumn, AnyColumns, SomeColumns, check, named, new_columns
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop, Keep, Rename
from jupyter_mlstudio.wrangling.writing import role_of

Roles = Literal["number", "text", "boolean", "date", "datetime", "time", "duration", "nested"]


class MoveColumns(Step):
    """Put columns in another place."""

    title: ClassVar[str] = "Move columns"
    group: ClassVar[Group] = "Columns"
    kind: ClassVar[Kind] = "row"

    op: Literal["move"] = "move"
    columns: AnyColumns
    to: Literal["start", "end", "before", "after", "alphabetical"] = Field(
        default="start", title="To", description="“alphabetical” orders these columns where the first of them stands."
    )
    beside: str = Field(
        default="", title="Beside", json_schema_extra={"format": "column", "when": {"to": ["before", "after"]}}
    )

    def sentence(self) -> str:
        """Say where to."""
        place = {"before": f"before {self.beside}", "after": f"after {self.beside}", "alphabetical": "into order"}
        return f"Move {named(self.columns)} {place.get(self.to, f'to the {self.to}')}"

    def change(self, table: Incoming) -> Change:
        """Keep all columns in another order."""
        beside = [self.beside] if self.to in {"before", "after"} else []
        check([*self.columns, *beside], table.columns)
        moved = list(dict.fromkeys(self.columns))
        rest = [name for name in table.columns if name not in moved]
        if self.to == "alphabetical":
            first = min(list(table.columns).index(name) for name in moved)
            at = sum(name in rest for name in list(table.columns)[:first])
            moved.sort(key=str.casefold)
        elif beside and self.beside in moved:
            raise InvalidError("beside: name a column that is not moved itself.")
        else:
            places = {"start": 0, "end": len(rest)}
            at = places[self.to] if self.to in places else rest.index(self.beside) + (self.to == "after")
        return (Keep((*rest[:at], *moved, *rest[at:])),)

    def reads(self) -> set[str]:
        """Return the columns to move."""
        return set(self.columns)


class DuplicateColumn(Step):
    """Copy a column under another name."""

    title: ClassVar[str] = "Duplicate column"
    group: ClassVar[Group] = "Columns"
    kind: ClassVar[Kind] = "row"

    op: Literal["duplicate"] = "duplicate"
    column: AnyColumn
    name: Annotated[str, Field(min_length=1, title="New name")]

    def sentence(self) -> str:
        """Say the names."""
        return f"Copy {self.column} as {self.name}"

    def change(self, table: Incoming) -> Change:
        """Assign the copy."""
        check([self.column], table.columns)
        new_columns([self.name], table.columns)
        return (Assign(((self.name, col(self.column)),)),)

    def reads(self) -> set[str]:
        """Return the column."""
        return {self.column}


class RenamePattern(Step):
    """Rename many columns by one rule: clean names, case, replacement, prefix and suffix, in this order."""

    title: ClassVar[str] = "Rename by a rule"
    group: ClassVar[Group] = "Columns"
    kind: ClassVar[Kind] = "row"

    op: Literal["rename_by_rule"] = "rename_by_rule"
    columns: SomeColumns = Field(default=(), description="None means all columns.")
    clean: bool = Field(default=False, title="Clean", description="Only letters, digits and underscores.")
    case: Literal["keep", "lower", "upper", "title", "snake"] = Field(default="keep", title="Case")
    find: str = Field(default="", title="Find")
    replace: str = Field(default="", title="Replace with")
    regex: bool = Field(default=False, title="Regular expression")
    prefix: str = Field(default="", title="Prefix")
    suffix: str = Field(default="", title="Suffix")

    def sentence(self) -> str:
        """Say the rule."""
        parts = ["clean"] * self.clean + [f"{self.case} case"] * (self.case != "keep")
        parts += [f"replace “{self.find}” by “{self.replace}”"] * bool(self.find)
        parts += [f"prefix “{self.prefix}”"] * bool(self.prefix) + [f"suffix “{self.suffix}”"] * bool(self.suffix)
        return f"Rename {named(self.columns) or 'all columns'}: {', '.join(parts) or 'nothing'}"

    def change(self, table: Incoming) -> Change:
        """Rename those whose name changes, if no two end up with one name."""
        check(self.columns, table.columns)
        names = {name: self._named(name) for name in self.columns or table.columns}
        after = [names.get(name, name) for name in table.columns]
        for name in after:
            if not name or after.count(name) > 1:
                many = f"Two columns would be named “{name}”." if name else "A column would have no name."
                raise InvalidError(f"{many} Choose another rule.", code="name_taken")
        changed = tuple((old, new) for old, new in names.items() if old != new)
        return (Rename(changed),) if changed else ()

    def reads(self) -> set[str]:
        """Return the columns with their old names."""
        return set(self.columns)

    def _named(self, name: str) -> str:
        if self.clean:
            name = re.sub(r"\W+", "_", name.strip()).strip("_") or "column"
        if self.case == "snake":
            name = snake(name)
        elif self.case != "keep":
            name = getattr(name, self.case)()
        if self.find:
            name = self._replaced(name)
        return f"{self.prefix}{name}{self.suffix}"

    def _replaced(self, name: str) -> str:
        if not self.regex:
            return name.replace(self.find, self.replace)
        try:
            return re.sub(self.find, self.replace, name)
        except (re.error, IndexError) as error:
            raise InvalidError(f"find: is not a regular expression ({error}).", code="pattern") from None


def snake(name: str) -> str:
    """Write a name in small letters with underscores between its words."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name.strip())
    return re.sub(r"[^\w]+|_+", "_", words).strip("_").lower()


class DropMatching(Step):
    """Drop all columns whose name or type is like this, or all others."""

    title: ClassVar[str] = "Drop columns by name or type"
    group: ClassVar[Group] = "Columns"
    kind: ClassVar[Kind] = "row"

    op: Literal["drop_matching"] = "drop_matching"
    pattern: str = Field(default="", title="Name", description="A regular expression found in the name; empty is any.")
    types: tuple[Roles, ...] = Field(default=(), title="Types", description="None means any.")
    keep: Literal["others", "matching"] = Field(default="others", title="Keep", description="Which columns stay.")

    def sentence(self) -> str:
        """Say which columns go."""
        what = " ".join([*self.types, "columns", *([f"named like {self.pattern}"] if self.pattern else [])])
        return f"Drop {what}" if self.keep == "others" else f"Keep only {what}"

    def change(self, table: Incoming) -> Change:
        """Drop what the columns of this table come to."""
        if not self.pattern and not self.types:
            raise InvalidError("Give a pattern of names, or types.")
        try:
            pattern = re.compile(self.pattern)
        except re.error as error:
            raise InvalidError(f"pattern: is not a regular expression ({error}).", code="pattern") from None
        found = [
            name
            for name, dtype in table.columns.items()
            if pattern.search(name) and (not self.types or role_of(dtype) in self.types)
        ]
        dropped = found if self.keep == "others" else [name for name in table.columns if name not in found]
        if len(dropped) == len(table.columns):
            raise InvalidError("No column would be left. Choose another pattern or type.")
        return (Drop(tuple(dropped)),) if dropped else ()


class CombineColumns(Step):
    """Join the texts of several columns."""

    title: ClassVar[str] = "Combine columns"
    group: ClassVar[Group] = "Columns"
    kind: ClassVar[Kind] = "row"

    op: Literal["combine"] = "combine"
    columns: AnyColumns
    separator: str = Field(default=" ", title="Separator")
    name: Annotated[str, Field(min_length=1, title="New name")]
    missing: Literal["skip", "missing"] = Field(
        default="skip", title="Where one is missing", description="It is skipped, or the whole is missing."
    )
    drop: bool = Field(default=False, title="Drop", description="Remove the columns afterwards.")

    def sentence(self) -> str:
        """Say what is combined."""
        return f"Combine {named(self.columns)} as {self.name}"

    def change(self, table: Incoming) -> Change:
        """Assign the joined text."""
        names = tuple(dict.fromkeys(self.columns))
        check(names, table.columns, ("text", "number", "boolean", "date", "datetime"))
        new_columns([self.name], table.columns, replaced=names if self.drop else ())
        texts = [self._text(name, table) for name in names]
        between: list[Expr | str] = []
        for text in texts:
            between += [self.separator, text] if between and self.separator else [text]
        joined = call("join_present", *texts, self.separator) if self.missing == "skip" else call("join", *between)
        made = Assign(((self.name, joined if len(texts) > 1 else texts[0]),))
        dropped = tuple(name for name in names if name != self.name)
        return (made, Drop(dropped)) if self.drop and dropped else (made,)

    def reads(self) -> set[str]:
        """Return the columns to combine."""
        return set(self.columns)

    def _text(self, name: str, table: Incoming) -> Expr:
        dtype = table.columns[name]
        return text_column(name, dtype) if role_of(dtype) == "text" else call("text", col(name))
