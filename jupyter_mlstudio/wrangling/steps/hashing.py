"""Steps for categories that are too many to be listed: by a hash of the text, or by how similar it is to others."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.wrangling.expressions.nodes import Expr, both, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import CategoryColumns, TextColumns, check, named, new_columns
from jupyter_mlstudio.wrangling.steps.groups import check_group
from jupyter_mlstudio.wrangling.steps.learning import categories, category, free, known
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop, Verb

if TYPE_CHECKING:
    import polars as pl

_GRAM = 3


class HashEncode(Step):
    """Put categories into a fixed number of buckets by a hash of their text. New categories need no learning.

    The first 42 bytes and the length of a text count; different categories may share a bucket.
    """

    title: ClassVar[str] = "Hash categories"
    group: ClassVar[Group] = "Categories"
    kind: ClassVar[Kind] = "row"

    op: Literal["hash"] = "hash"
    columns: CategoryColumns
    buckets: int = Field(default=16, ge=2, le=1000, title="Buckets")
    to: Literal["columns", "number"] = Field(
        default="columns", title="To", description="One column of 0 and 1 a bucket, or the bucket's number."
    )

    def sentence(self) -> str:
        """Say into how many buckets."""
        return f"Hash {named(self.columns)} into {self.buckets} buckets"

    def change(self, table: Incoming) -> Change:
        """Assign the bucket of each value, and one comparison a bucket."""
        names = list(dict.fromkeys(self.columns))
        for name in names:
            check_group(name, table.columns)
        raw = Assign(tuple((name, call("hexadecimal", self._text(name, table))) for name in names))
        buckets = Assign(tuple((name, call("bucket", col(name), self.buckets)) for name in names))
        if self.to == "number":
            return (raw, buckets)
        made = [(f"{name}_{number}", name, number) for name in names for number in range(self.buckets)]
        new_columns([each for each, _, _ in made], table.columns, replaced=[])
        compared = tuple((each, call("indicator", call("same", col(name), lit(number)))) for each, name, number in made)
        return (raw, buckets, Assign(compared), Drop(tuple(names)))

    def reads(self) -> set[str]:
        """Return the columns to encode."""
        return set(self.columns)

    def _text(self, name: str, table: Incoming) -> Expr:
        plain = str(table.columns[name]) == "String"
        return col(name) if plain else call("text", col(name))


class SimilarityEncode(Step):
    """Say how similar a text is to each of the most frequent ones, from 0 to 1: misspelt categories stay near.

    Compared are the triples of neighbouring letters; capitals and surrounding spaces do not count.
    """

    title: ClassVar[str] = "Similarity to frequent values"
    group: ClassVar[Group] = "Categories"
    kind: ClassVar[Kind] = "fit"

    op: Literal["similarity"] = "similarity"
    columns: TextColumns
    at_most: int = Field(default=10, ge=1, le=100, title="At most", description="To how many values.")
    keep: bool = Field(default=False, title="Keep", description="Keep the text too.")

    def sentence(self) -> str:
        """Say which columns."""
        return f"Similarity of {named(self.columns)} to the {self.at_most} most frequent values"

    def change(self, table: Incoming) -> Change:
        """Assign the prepared text, then one similarity a value."""
        check(self.columns, table.columns, ("text",))
        verbs: list[Verb] = []
        for name in dict.fromkeys(self.columns):
            verbs += self._compared(name, table)
        return tuple(verbs)

    def reads(self) -> set[str]:
        """Return the texts."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn the frequent values."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the frequent values of each column."""
        check(self.columns, columns, ("text",))
        return {name: categories(table, name, self.at_most) for name in self.columns}

    def _compared(self, name: str, table: Incoming) -> list[Verb]:
        values = [str(value) for value in known(self.learned()[name], name, table.columns)]
        made = {f"{name}_like_{value}": value for value in values}
        new_columns(made, table.columns)
        padded = free(f"_{name}_padded", table.columns)
        text = call("join", " ", call("trim", call("lower", category(name, table.columns))), " ")
        return [
            Assign(((padded, text),)),
            Assign(tuple((new, _similarity(col(padded), _grams(value))) for new, value in made.items())),
            Drop((padded,) if self.keep else (padded, name)),
        ]


def _grams(value: str) -> list[str]:
    padded = f" {value.lower().strip()} "
    return list(dict.fromkeys(padded[at : at + _GRAM] for at in range(max(len(padded) - _GRAM + 1, 1))))


def _similarity(text: Expr, grams: list[str]) -> Expr:
    """Write twice the number of common triples by the number of both texts' triples."""
    common = both([call("whole", call("contains", text, gram)) for gram in grams], "add")
    size = call("max", call("length", text) - (_GRAM - 1), 1)
    return common * 2.0 / call("add", size, len(grams))
