"""Suggests what to do with a cell, with a part of its text, or with a range of rows."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.assist.pieces import texts as pieces
from jupyter_mlstudio.wrangling.assist.programs import Program, literal, named, usable
from jupyter_mlstudio.wrangling.assist.suggesting import suggested
from jupyter_mlstudio.wrangling.assist.types import Suggestion
from jupyter_mlstudio.wrangling.writing import role_of, typed

if TYPE_CHECKING:
    import polars as pl

_OFFERED = 3
_LONGEST = 30
_MOST_ROWS = 10_000


def of_text(column: "pl.Series", value: str, part: str, start: int | None) -> Iterator[Suggestion]:
    """Suggest what gives the selected part in this row, and something in most others."""
    name = column.name
    at = value.find(part) if start is None else start
    if role_of(column.dtype) != "text" or not usable(name) or value[at : at + len(part)] != part:
        return
    short = part if len(part) <= _LONGEST else f"{part[:_LONGEST]}…"
    separates = re.fullmatch(r"\W{1,3}", part) is not None
    for rank, (program, share) in enumerate([] if separates else _extracting(column, value, part)):
        yield suggested(
            f"extract:{program.formula}",
            [name],
            f"New column: {program.words}",
            f"It gives “{short}” here, and has a value in {share:.0%} of the rows.",
            {"op": "derive", "name": f"{name}_part", "formula": program.formula},
            0.9 - 0.1 * rank,
        )
    if separates:
        most = _most_pieces(column, part)
        steps = [
            {
                "op": "derive",
                "name": f"{name}_{number}",
                "formula": f"split_part({named(name)}, {literal(part)}, {number})",
            }
            for number in range(1, most + 1)
        ]
        reason = f"Most values have {most} parts between “{part}”."
        yield suggested(f"split:{name}:{part}", [name], f"Split {name} at “{part}”", reason, steps, 0.85)
    found = int(column.cast(str).str.contains(part, literal=True).sum())
    remove = {"op": "clean_text", "columns": [name], "trim": True, "find": part, "replace": ""}
    yield suggested(
        f"remove:{name}:{part}",
        [name],
        f"Remove “{short}” from {name}",
        f"It stands in {found:,} of the rows looked at.",
        remove,
        0.55,
    )
    keep = {"op": "filter", "conditions": [{"column": name, "test": "contains", "value": part}]}
    yield suggested(
        f"keep:{name}:{part}",
        [name],
        f"Keep rows where {name} contains “{short}”",
        f"These are {found:,} of the rows looked at.",
        keep,
        0.5,
    )


def _extracting(column: "pl.Series", value: str, part: str) -> list[tuple[Program, float]]:
    """Return programs that give the selected part, with the share of rows where they give something."""
    import polars as pl

    from jupyter_mlstudio.wrangling.formula import translate

    source = Program(named(column.name), (value,), 0.0, column.name, column.name)
    programs = sorted((each for each in pieces(source, (part,)) if each.values == (part,)), key=lambda each: each.cost)
    table = column.to_frame()
    kept: list[tuple[Program, float]] = []
    seen: list[pl.Series] = []
    for program in programs[: _OFFERED * 3]:
        text = translate(program.formula, dict(table.schema)).argument()
        made = table.select(eval(f"({text})", {"pl": pl}).alias("made"))["made"]  # text of our own writer
        if not any(made.equals(other, null_equal=True) for other in seen):
            seen.append(made)
            there = max(column.len() - column.null_count(), 1)
            kept.append((program, 1 - (int((made.is_null() | (made == "")).sum()) - column.null_count()) / there))
    ranked = sorted(kept, key=lambda each: each[0].cost - 2 * each[1])
    return ranked[:_OFFERED]


def _most_pieces(column: "pl.Series", separator: str) -> int:
    counts = column.drop_nulls().cast(str).str.count_matches(separator, literal=True)
    return min(max(int(counts.quantile(0.9, "nearest") or 1) + 1, 2), 8)


def of_value(column: "pl.Series", value: str | None) -> Iterator[Suggestion]:
    """Suggest what to do with the rows of one value, or with the value."""
    name = column.name
    role = role_of(column.dtype)
    if value is None:
        yield suggested(
            f"drop-missing:{name}",
            [name],
            f"Drop rows without {name}",
            f"{column.null_count():,} rows have none.",
            {"op": "drop_missing", "columns": [name]},
            0.7,
        )
        return
    if role not in {"text", "number", "boolean"}:
        return
    known = typed(value, column.dtype, "The selected value")
    plain = known if isinstance(known, (bool, int, float, str)) else str(known)
    count = int((column.cast(str) == str(known)).sum()) if role != "number" else int((column == known).sum())
    short = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
    condition = {"column": name, "test": "==", "value": plain}
    said = f"It stands in {count:,} of the rows looked at."
    yield suggested(
        f"only:{name}:{value}",
        [name],
        f"Keep rows where {name} is “{short}”",
        said,
        {"op": "filter", "conditions": [condition]},
        0.6,
    )
    yield suggested(
        f"without:{name}:{value}",
        [name],
        f"Remove rows where {name} is “{short}”",
        said,
        {"op": "filter", "conditions": [condition], "keep": "others"},
        0.58,
    )
    yield suggested(
        f"missing:{name}:{value}",
        [name],
        f"Make “{short}” missing in {name}",
        said,
        {"op": "replace", "column": name, "values": [{"old": plain, "new": None}]},
        0.5,
    )
    if role == "number":
        for test, words, score in ((">=", "at least", 0.45), ("<=", "at most", 0.44)):
            step = {"op": "filter", "conditions": [{"column": name, "test": test, "value": plain}]}
            yield suggested(
                f"{words}:{name}:{value}",
                [name],
                f"Keep rows where {name} is {words} {short}",
                "The selected value as a limit.",
                step,
                score,
            )


def of_rows(start: int, stop: int) -> Iterator[Suggestion]:
    """Suggest what to do with a range of rows."""
    drop = {"op": "drop_rows", "positions": list(range(start, min(stop, start + _MOST_ROWS)))}
    keep = {"op": "keep_rows", "which": "range", "start": start, "rows": stop - start}
    said = f"the {stop - start:,} selected rows"
    if stop - start <= _MOST_ROWS:
        yield suggested(f"drop:{start}:{stop}", [], f"Drop {said}", "They are selected.", drop, 0.65)
    yield suggested(f"keep:{start}:{stop}", [], f"Keep only {said}", "They are selected.", keep, 0.6)
