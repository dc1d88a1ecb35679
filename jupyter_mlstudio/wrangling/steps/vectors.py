"""The step that makes numbers of the words of a text."""

from collections.abc import Mapping
from math import log
from typing import TYPE_CHECKING, ClassVar, Literal, cast

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Case, Expr, both, call, col
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import AnyColumn, check, new_columns
from jupyter_mlstudio.wrangling.steps.learning import category, free
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop, Verb

if TYPE_CHECKING:
    import polars as pl


class TextVectors(Step):
    """Make one column of each of the most telling words of a text, with how much the text is about it.

    Words are letters and digits without capitals. Texts without a known word, and missing ones, have 0 everywhere.
    """

    title: ClassVar[str] = "Words as numbers"
    group: ClassVar[Group] = "Features"
    kind: ClassVar[Kind] = "fit"

    op: Literal["text_vectors"] = "text_vectors"
    column: AnyColumn = Field(json_schema_extra={"format": "column", "roles": ["text"]})
    to: Literal["tf-idf", "count", "presence"] = Field(
        default="tf-idf",
        title="To",
        description="tf-idf: how often a word stands in the text, less for words of many texts, scaled to length 1.",
    )
    at_most: int = Field(default=50, ge=1, le=500, title="At most", description="How many words.")
    shortest: int = Field(default=2, ge=1, le=20, title="Shortest", description="Letters that a word has at least.")
    most_texts: float = Field(
        default=0.9, gt=0, le=1, title="In at most", description="Words in a larger share of the texts say nothing."
    )
    without: tuple[str, ...] = Field(
        default=(), title="Without", description="Words to leave out.", json_schema_extra={"format": "values"}
    )
    keep: bool = Field(default=False, title="Keep", description="Keep the text too.")

    def sentence(self) -> str:
        """Say of what."""
        return f"Words of {self.column} as numbers ({self.to})"

    def change(self, table: Incoming) -> Change:
        """Assign the words between spaces, count each, and scale the counts."""
        check([self.column], table.columns, ("text",))
        weights = cast(dict[str, float], self.learned()[self.column])
        names = {f"{self.column}_{word}": word for word in weights}
        new_columns(names, table.columns)
        spaced = free("_words", [*table.columns, *names])
        verbs: list[Verb] = [
            Assign(((spaced, call("words", category(self.column, table.columns))),)),
            Assign(tuple((name, self._counted(spaced, word, float(weights[word]))) for name, word in names.items())),
        ]
        if self.to == "tf-idf":
            verbs += _scaled(list(names), free("_length", [*table.columns, *names]))
        return (*verbs, Drop((spaced,) if self.keep else (spaced, self.column)))

    def reads(self) -> set[str]:
        """Return the text."""
        return {self.column}

    def learns(self) -> bool:
        """Learn the words."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the words of the most texts, and how much each of them says."""
        import polars as pl

        check([self.column], columns, ("text",))
        lower = pl.col(self.column).cast(pl.String).str.to_lowercase()
        split = lower.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars().str.split(" ").list.unique()
        texts = table.select(split.alias("word")).drop_nulls().collect()
        found = texts.explode("word").filter(pl.col("word").str.len_chars() >= self.shortest).group_by("word").len()
        left_out = [word.lower() for word in self.without]
        kept = found.filter(
            (pl.col("len") <= max(self.most_texts * texts.height, 1)) & ~pl.col("word").is_in(left_out)
        ).sort(["len", "word"], descending=[True, False])
        if kept.is_empty():
            raise InvalidError(f"“{self.column}” has no words to learn.", code="nothing_to_learn")
        weights = {word: _weight(texts.height, count) for word, count in kept.head(self.at_most).rows()}
        return {self.column: cast(JsonValue, weights)}

    def _counted(self, spaced: str, word: str, weight: float) -> Expr:
        count = call("if_missing", call("count_matches", col(spaced), f" {word} "), 0)
        if self.to == "count":
            return count
        if self.to == "presence":
            return call("indicator", call("gt", count, 0))
        return count * weight


def _weight(texts: int, count: int) -> float:
    return log((1 + texts) / (1 + count)) + 1


def _scaled(names: list[str], length: str) -> list[Verb]:
    total = call("sqrt", both([call("power", col(name), 2) for name in names], "add"))
    divided = [(name, Case(((call("gt", col(length), 0.0), col(name) / col(length)),), col(name))) for name in names]
    return [Assign(((length, total),)), Assign(tuple(divided)), Drop((length,))]
