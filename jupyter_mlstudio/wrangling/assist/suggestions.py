"""Suggests steps for what is selected, or for a whole table, from what the values are like."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.assist.selecting import of_rows, of_text, of_value
from jupyter_mlstudio.wrangling.assist.spelling import of_spelling
from jupyter_mlstudio.wrangling.assist.suggesting import opened, suggested
from jupyter_mlstudio.wrangling.assist.types import Selected, Suggestion
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import polars as pl

_LEAST_ROWS = 5
_MOSTLY = 0.5
_RARELY = 0.3
_MOST = 30
_SKEWED = 2.0
_CATEGORIES = 20
_ID = 0.98
_FEW_LOST = 0.05
"""Share of rows that may be dropped for their gaps."""
_TELLING_ROWS = 20
"""With fewer rows, all values being different says nothing."""
_NAME_WORDS = 2
"""Names and keys have no more words than this; prose has."""
_TOLERATED = 0.9
_TURNS = ("convert", "dates", "truth")
"""Suggestions after which a column is no category any more."""


def suggestions(table: "pl.DataFrame", selected: Selected) -> list[Suggestion]:
    """Return what may be worth doing next, the best first."""
    found: dict[str, Suggestion] = {}
    for each in _all(table, selected):
        found.setdefault(each.id, each)
    return sorted(found.values(), key=lambda each: -each.score)[:_MOST]


def _all(table: "pl.DataFrame", selected: Selected) -> Iterator[Suggestion]:
    cell = selected.cell
    if cell is not None and cell.column in table.columns and not _is_pattern(cell.column):
        if selected.text and cell.value is not None:
            yield from of_text(table[cell.column], cell.value, selected.text, selected.start)
        else:
            yield from of_value(table[cell.column], cell.value)
    if selected.rows is not None:
        yield from of_rows(*selected.rows)
    named = [name for name in selected.columns if name in table.columns]
    about = named or ([cell.column] if cell is not None and cell.column in table.columns else [])
    for name in about or (() if selected.rows else table.columns):
        if table.height >= _LEAST_ROWS and not _is_pattern(name):
            yield from _of_column(table, name)
    if len(named) > 1:
        yield suggested(
            "drop:" + ",".join(named),
            named,
            f"Drop {len(named)} columns",
            "They are selected.",
            {"op": "drop", "columns": named},
            0.3,
        )
        reason = f"{len(named)} columns are selected."
        yield opened("combine:" + ",".join(named), named, "Combine them by example", reason, "example", 0.45)
    if not about and not selected.rows:
        yield from _of_table(table)


def _is_pattern(name: str) -> bool:
    """Tell a name that Polars takes for a pattern of names."""
    return not name or (name.startswith("^") and name.endswith("$"))


def _of_table(table: "pl.DataFrame") -> Iterator[Suggestion]:
    if table.height < _LEAST_ROWS or any(role_of(dtype) == "other" for dtype in table.schema.values()):
        return
    again = table.height - table.n_unique()
    if again:
        step = {"op": "drop_duplicates", "columns": []}
        yield suggested(
            "duplicates",
            (),
            "Drop duplicate rows",
            f"{again:,} of {table.height:,} rows stand there before.",
            step,
            0.8,
        )


def _of_column(table: "pl.DataFrame", name: str) -> Iterator[Suggestion]:
    column = table[name]
    role = role_of(column.dtype)
    present = column.drop_nulls()
    if role in {"nested", "other", "duration"}:
        return
    if present.is_empty():
        yield suggested(
            f"drop:{name}", [name], f"Drop {name}", "It has no values.", {"op": "drop", "columns": [name]}, 0.9
        )
        return
    distinct = present.n_unique()
    if distinct == 1 and column.null_count() == 0:
        reason = f"It is {str(present[0])[:40]} in every row."
        yield suggested(f"drop:{name}", [name], f"Drop {name}", reason, {"op": "drop", "columns": [name]}, 0.85)
        return
    yield from _missing(column, role)
    if role == "text":
        found = list(of_spelling(present))
        yield from found
        if present.len() > _MOSTLY * column.len() and not any(each.id.startswith(_TURNS) for each in found):
            yield from _of_category(present, distinct)
    elif role == "number":
        yield from _of_numbers(present, distinct)
    elif role in {"date", "datetime"}:
        parts = ["year", "month", "weekday"] + ["hour"] * (role == "datetime")
        yield suggested(
            f"parts:{name}",
            [name],
            f"Take {name} apart",
            f"Models do not read dates; {', '.join(parts)} are numbers.",
            {"op": "date_parts", "column": name, "parts": parts},
            0.5,
        )


def _missing(column: "pl.Series", role: str) -> Iterator[Suggestion]:
    share = column.null_count() / column.len()
    name = column.name
    said = f"{share:.1%} of the values are missing."
    if share >= _TOLERATED:
        yield suggested(f"drop:{name}", [name], f"Drop {name}", said, {"op": "drop", "columns": [name]}, 0.8)
    elif share > 0:
        using = "median" if role == "number" else "most frequent"
        fill: dict[str, object] = {"op": "fill_missing", "columns": [name], "using": using}
        if share >= _RARELY and role == "number":
            fill["mark"] = True
        if role == "text" and share >= _RARELY:
            fill = {"op": "fill_missing", "columns": [name], "using": "value", "value": "missing"}
        said_how = (
            "“missing”" if fill.get("value") else f"the {using} value" if using == "most frequent" else "the median"
        )
        yield suggested(f"fill:{name}", [name], f"Fill {name} with {said_how}", said, fill, 0.6 + 0.2 * min(share, 0.5))
        if share < _FEW_LOST:
            drop = {"op": "drop_missing", "columns": [name]}
            yield suggested(f"drop-missing:{name}", [name], f"Drop rows without {name}", said, drop, 0.55)


def _of_category(present: "pl.Series", distinct: int) -> Iterator[Suggestion]:
    name, rows = present.name, present.len()
    if distinct >= _ID * rows and rows >= _TELLING_ROWS:
        words = present.cast(str).str.count_matches(r"\S+").median()
        if words is not None and float(words) <= _NAME_WORDS:  # type: ignore[arg-type]  # a number
            reason = f"{distinct:,} of {rows:,} values are different: it names rows, so a model cannot learn from it."
            yield suggested(f"drop:{name}", [name], f"Drop {name}", reason, {"op": "drop", "columns": [name]}, 0.35)
    elif distinct <= _CATEGORIES:
        reason = f"It has {distinct} different values."
        yield suggested(
            f"encode:{name}", [name], f"One column for each {name}", reason, {"op": "one_hot", "columns": [name]}, 0.4
        )
    elif distinct <= _MOSTLY * rows:
        reason = f"It has {distinct:,} different values: too many for one column each."
        yield suggested(
            f"encode:{name}", [name], f"Number the values of {name}", reason, {"op": "ordinal", "columns": [name]}, 0.35
        )


def _of_numbers(present: "pl.Series", distinct: int) -> Iterator[Suggestion]:
    import polars as pl

    from jupyter_mlstudio.wrangling.assist.programs import named, usable

    name = present.name
    numbers = present.cast(pl.Float64)
    numbers = numbers.filter(numbers.is_finite())
    if distinct <= _CATEGORIES or numbers.is_empty():
        return
    skew, low = numbers.skew() or 0.0, float(numbers.min())  # type: ignore[arg-type]  # numbers
    if distinct == present.len() and present.dtype.is_integer() and _counts_up(present):
        reason = "Every value is different and they count up: it numbers the rows."
        yield suggested(f"drop:{name}", [name], f"Drop {name}", reason, {"op": "drop", "columns": [name]}, 0.6)
        return
    if skew > _SKEWED and low >= 0 and usable(name):
        formula = f"log({named(name)} + 1)"
        reason = f"A few values are very large (skew {skew:.1f}); their logarithm is easier to learn from."
        yield suggested(
            f"log:{name}",
            [name],
            f"Take the logarithm of {name}",
            reason,
            {"op": "derive", "name": name, "formula": formula},
            0.45,
        )
    quartiles = [float(numbers.quantile(share, "linear") or 0.0) for share in (0.25, 0.75)]
    width = quartiles[1] - quartiles[0]
    far = int(((numbers < quartiles[0] - 3 * width) | (numbers > quartiles[1] + 3 * width)).sum()) if width else 0
    if far and not re.search("year", name, re.IGNORECASE):
        reason = f"{far:,} of {numbers.len():,} values are far outside (more than three quartile widths)."
        yield suggested(
            f"clip:{name}",
            [name],
            f"Limit {name} to its 1st and 99th percentile",
            reason,
            {"op": "clip", "columns": [name]},
            0.4,
        )


def _counts_up(present: "pl.Series") -> bool:
    steps = present.diff().drop_nulls()
    return bool((steps > 0).all()) and int(present.max()) - int(present.min()) < 20 * present.len()  # type: ignore[arg-type]  # whole numbers
