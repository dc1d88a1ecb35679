"""The same word written in several ways, and words that only say that a value is missing."""

import re
from typing import TYPE_CHECKING

from pydantic import JsonValue

from jupyter_mlstudio.wrangling.report.mends import figure, insight, mend, share
from jupyter_mlstudio.wrangling.report.reading import Reading
from jupyter_mlstudio.wrangling.report.types import Insight, Mend, Severity

if TYPE_CHECKING:
    import polars as pl

_CATEGORIES = 5_000
_PLACEHOLDERS = (
    "", "?", "??", "-", "--", ".", "n/a", "na", "#n/a", "null", "(null)", "nan", "missing", "not available", "unknown",
    "undefined", "tbd",
)  # fmt: skip
_CODE = 2
"""Where most values are codes of this length, NA is one of them."""


def counts_of(column: "pl.Series") -> "pl.DataFrame":
    """Count the different texts, the most frequent first."""
    import polars as pl

    table = column.cast(pl.String).alias("value").to_frame().drop_nulls()
    return table.group_by("value").agg(pl.len().alias("count")).sort(["count", "value"], descending=[True, False])


def is_placeholder() -> "pl.Expr":
    import polars as pl

    return pl.col("value").str.strip_chars().str.to_lowercase().is_in(list(_PLACEHOLDERS))


def placeholders(reading: Reading, name: str, counted: "pl.DataFrame") -> Insight | None:
    import polars as pl

    found = counted.filter(is_placeholder())
    if float(counted["value"].str.len_chars().eq(_CODE).mean() or 0) > 0.8:  # type: ignore[arg-type]  # noqa: PLR2004  # most
        found = found.remove(pl.col("value").str.to_lowercase() == "na")
    total = int(counted["count"].sum())
    count = int(found["count"].sum())
    if not count or counted.height <= found.height or _by_chance(counted, count / total):
        return None
    values = found["value"].head(10).to_list()
    replacements: list[JsonValue] = [{"old": value, "new": None} for value in found["value"].head(100).to_list()]
    mends = mend("Make them missing", {"op": "replace", "column": name, "values": replacements})
    words = " and ".join(f"“{value}”" for value in values[:3])
    title = f"“{name}” says {words} where a value is missing"
    text = (
        f"{share(count / total).capitalize()} of its values only say that there is none. As a category "
        "they may look like a real one."
    )
    figures = [figure("Placeholders", count / total, "share", reading.exactness)]
    return insight("placeholder", "low", title, text, [name], figures, values[:5], mends=mends)


def _by_chance(counted: "pl.DataFrame", part: float) -> bool:
    """Tell whether so few placeholders among texts that hardly repeat may be meant, as a film called Missing."""
    return counted.height > int(counted["count"].sum()) / 2 and part < 0.005  # noqa: PLR2004  # five in a thousand


def spelling(reading: Reading, name: str, counted: "pl.DataFrame") -> Insight | None:
    """Find values that differ only in case, spaces, punctuation or the order of words."""
    import polars as pl

    if counted.height > _CATEGORIES or counted.height < _CODE:
        return _spaces(reading, name, counted)
    keyed = counted.with_columns(key=pl.col("value").map_elements(key_of, return_dtype=pl.String))
    groups = keyed.group_by("key", maintain_order=True).agg("value", pl.col("count"))
    several = groups.filter(pl.col("value").list.len() > 1)
    if several.is_empty():
        return _spaces(reading, name, counted)
    rows = sum(sum(counts[1:]) for counts in several["count"].to_list())
    figures = [
        figure("Groups", several.height, "count", reading.exactness),
        figure("Rows to change", rows, "count", reading.exactness),
    ]
    examples = [" / ".join(f"“{value}”" for value in values[:4]) for values in several["value"].head(5).to_list()]
    title = f"“{name}” writes the same in several ways"
    text = (
        f"{_plural(several.height)} written in more than one way, such as {examples[0]}. To a model these "
        "are different."
    )
    severity: Severity = "medium" if rows / int(counted["count"].sum()) > 0.01 else "low"  # noqa: PLR2004  # one row in a hundred
    return insight(
        "spelling", severity, title, text, [name], figures, examples, mends=_unified(name, several["value"].to_list())
    )


def _unified(name: str, groups: list[list[str]]) -> tuple[Mend, ...]:
    """Offer the most frequent spelling, which comes first in each group."""
    merges: list[JsonValue] = [{"to": values[0], "values": list[JsonValue](values[1:])} for values in groups]
    return mend("Use the most frequent spelling", {"op": "merge_values", "column": name, "merges": merges})


def _spaces(reading: Reading, name: str, counted: "pl.DataFrame") -> Insight | None:
    around = counted.filter(counted["value"].str.contains(r"^\s+\S|\S\s+$"))
    if around.is_empty():
        return None
    count = int(around["count"].sum())
    figures = [figure("With spaces", count, "count", reading.exactness)]
    text = (
        f"{count:,} values have spaces around them, as in “{around['value'][0]}”. Joins and comparisons will miss them."
    )
    mends = mend("Trim", {"op": "clean_text", "columns": [name]})
    return insight("spelling", "low", f"“{name}” has spaces around its values", text, [name], figures, mends=mends)


def key_of(value: str) -> str:
    """Return what is left of a text when only letters, digits and the set of its words count."""
    text = value.strip().casefold()
    if any(letter.isdigit() for letter in text) or sum(letter.isalpha() for letter in text) < 4:  # noqa: PLR2004  # grades and codes: their signs mean something
        return " ".join(text.split())
    return " ".join(sorted(set(re.sub(r"[^\w\s]|_", " ", text).split())))


def _plural(number: int) -> str:
    return "1 value is" if number == 1 else f"{number:,} values are"
