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
    at = value.find(part) if start is None else start
    if str(column.dtype) != "String" or not usable(column.name) or value[at : at + len(part)] != part:
        return
    if re.fullmatch(r"\W{1,3}", part):
        yield _split(column, part)
    else:
        yield from _taken_out(column, value, part)
    yield from _with_part(column, part)


def _split(column: "pl.Series", part: str) -> Suggestion:
    name, most = column.name, _most_pieces(column, part)
    pieces = [f"split_part({named(name)}, {literal(part)}, {number})" for number in range(1, most + 1)]
    steps = [{"op": "derive", "name": f"{name}_{place + 1}", "formula": piece} for place, piece in enumerate(pieces)]
    reason = f"Most values have {most} parts between “{part}”."
    return suggested(f"split:{name}:{part}", [name], f"Split {name} at “{part}”", reason, steps, 0.85)


def _taken_out(column: "pl.Series", value: str, part: str) -> Iterator[Suggestion]:
    name = column.name
    for rank, (program, share) in enumerate(_extracting(column, value, part)):
        reason = f"It gives “{_short(part)}” here, and has a value in {share:.0%} of the rows."
        step = {"op": "derive", "name": f"{name}_part", "formula": program.formula}
        title = f"New column: {program.words}"
        yield suggested(f"extract:{program.formula}", [name], title, reason, step, 0.9 - 0.1 * rank)


def _with_part(column: "pl.Series", part: str) -> Iterator[Suggestion]:
    name, short = column.name, _short(part)
    found = f"{int(column.str.contains(part, literal=True).sum()):,} of the rows looked at have it."
    remove = {"op": "clean_text", "columns": [name], "trim": True, "find": part, "replace": ""}
    yield suggested(f"remove:{name}:{part}", [name], f"Remove “{short}” from {name}", found, remove, 0.55)
    keep = {"op": "filter", "conditions": [{"column": name, "test": "contains", "value": part}]}
    yield suggested(f"keep:{name}:{part}", [name], f"Keep rows where {name} contains “{short}”", found, keep, 0.5)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


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
        reason = f"{column.null_count():,} rows have none."
        step = {"op": "drop_missing", "columns": [name]}
        yield suggested(f"drop-missing:{name}", [name], f"Drop rows without {name}", reason, step, 0.7)
    elif role in {"text", "number", "boolean"}:
        known = typed(value, column.dtype, "The selected value")
        yield from _with_value(column, known if isinstance(known, (bool, int, float, str)) else str(known))
        if role == "number":
            yield from _with_limit(name, known)


def _with_value(column: "pl.Series", value: bool | int | float | str) -> Iterator[Suggestion]:
    name, short = column.name, _short(str(value))
    same = column.cast(str) == value if isinstance(value, str) else column == value
    said = f"It stands in {int(same.sum()):,} of the rows looked at."
    only = {"op": "filter", "conditions": [{"column": name, "test": "==", "value": value}]}
    gone = {"op": "replace", "column": name, "values": [{"old": value, "new": None}]}
    for kind, title, step, score in (
        ("only", f"Keep rows where {name} is “{short}”", only, 0.6),
        ("without", f"Remove rows where {name} is “{short}”", {**only, "keep": "others"}, 0.58),
        ("missing", f"Make “{short}” missing in {name}", gone, 0.5),
    ):
        yield suggested(f"{kind}:{name}:{value}", [name], title, said, step, score)


def _with_limit(name: str, limit: object) -> Iterator[Suggestion]:
    for test, words, score in ((">=", "at least", 0.45), ("<=", "at most", 0.44)):
        step = {"op": "filter", "conditions": [{"column": name, "test": test, "value": limit}]}
        title = f"Keep rows where {name} is {words} {limit}"
        yield suggested(f"{words}:{name}:{limit}", [name], title, "The selected value as a limit.", step, score)


def of_rows(start: int, stop: int) -> Iterator[Suggestion]:
    """Suggest what to do with a range of rows."""
    drop = {"op": "drop_rows", "positions": list(range(start, min(stop, start + _MOST_ROWS)))}
    keep = {"op": "keep_rows", "which": "range", "start": start, "rows": stop - start}
    said = f"the {stop - start:,} selected rows"
    if stop - start <= _MOST_ROWS:
        yield suggested(f"drop:{start}:{stop}", [], f"Drop {said}", "They are selected.", drop, 0.65)
    yield suggested(f"keep:{start}:{stop}", [], f"Keep only {said}", "They are selected.", keep, 0.6)
