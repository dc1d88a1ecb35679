"""Finds how a wanted text is made of programs and constants: the cheapest ways through all examples at once."""

import heapq
from collections.abc import Iterable, Sequence
from itertools import count
from typing import NamedTuple

from jupyter_mlstudio.wrangling.assist.programs import Program, literal

_WAYS = 6
_PER_CLASS = 3
_MOST_STEPS = 60_000
_LONGEST_CONSTANT = 40


class _Way(NamedTuple):
    cost: float
    parts: tuple["Program | str", ...]


def ways(programs: Iterable[Program], wanted: tuple[str, ...]) -> list[Program]:
    """Return programs that give exactly the wanted texts, the likeliest first."""
    classes = _classes(programs)
    end = tuple(len(text) for text in wanted)
    found: list[Program] = []
    visits: dict[tuple[int, ...], int] = {}
    order = count()
    queue: list[tuple[float, int, tuple[int, ...], _Way]] = [(0.0, next(order), (0,) * len(wanted), _Way(0.0, ()))]
    for _ in range(_MOST_STEPS):
        if not queue or len(found) >= _WAYS * 2:
            break
        _, _, places, way = heapq.heappop(queue)
        if places == end:
            made = _joined(way, wanted)
            if made is not None:
                found.append(made)
            continue
        visits[places] = visits.get(places, 0) + 1
        if visits[places] > _WAYS:
            continue
        for further, next_way in _further(places, way, wanted, classes):
            heapq.heappush(queue, (next_way.cost, next(order), further, next_way))
    return found


def _classes(programs: Iterable[Program]) -> "dict[str, list[tuple[tuple[str, ...], list[Program]]]]":
    """Group programs by their values, and these by their first character in the first example."""
    same: dict[tuple[str, ...], dict[str, Program]] = {}
    for program in programs:
        texts = program.texts()
        if texts and all(texts):
            kept = same.setdefault(texts, {})
            known = kept.get(program.formula)
            if known is None or program.cost < known.cost:
                kept[program.formula] = program
    firsts: dict[str, list[tuple[tuple[str, ...], list[Program]]]] = {}
    for texts, found in same.items():
        best = sorted(found.values(), key=lambda each: each.cost)[:_PER_CLASS]
        firsts.setdefault(texts[0][0], []).append((texts, best))
    return firsts


def _further(
    places: tuple[int, ...],
    way: _Way,
    wanted: tuple[str, ...],
    classes: "dict[str, list[tuple[tuple[str, ...], list[Program]]]]",
) -> "Iterable[tuple[tuple[int, ...], _Way]]":
    rest = [text[place:] for text, place in zip(wanted, places, strict=True)]
    if not all(rest):
        return
    for texts, programs in classes.get(rest[0][0], ()):
        if all(text.startswith(value) for text, value in zip(rest, texts, strict=True)):
            further = tuple(place + len(value) for place, value in zip(places, texts, strict=True))
            for program in programs:
                yield further, _Way(way.cost + program.cost + _bond(way.parts, program), (*way.parts, program))
    if way.parts and isinstance(way.parts[-1], str):
        return
    same = _common(rest)[:_LONGEST_CONSTANT]
    for length in range(1, len(same) + 1):
        constant = same[:length]
        further = tuple(place + length for place in places)
        yield further, _Way(way.cost + _price(constant, len(wanted)), (*way.parts, constant))


def _common(texts: Sequence[str]) -> str:
    """Return how all texts begin."""
    first, last = min(texts), max(texts)
    end = next((at for at, sign in enumerate(first) if at >= len(last) or sign != last[at]), len(first))
    return first[:end]


def _bond(parts: "tuple[Program | str, ...]", program: Program) -> float:
    """Say how far-fetched it is to put a program behind others: parts of one date belong together."""
    subject = _subject(program)
    if subject and any(isinstance(part, Program) and _subject(part) == subject for part in parts):
        return -0.45
    return 0.35 * bool(parts)


def _price(constant: str, examples: int) -> float:
    """Say how far-fetched a constant is: signs are likely, letters only if several examples have them."""
    words = sum(sign.isalnum() for sign in constant)
    each = 0.9 if examples == 1 else 0.3
    return 0.35 + 0.12 * (len(constant) - words) + ((1.2 if examples == 1 else 0.5) + each * words if words else 0.0)


def _joined(way: _Way, wanted: tuple[str, ...]) -> Program | None:
    if all(isinstance(part, str) for part in way.parts) or any(
        "`" in part for part in way.parts if isinstance(part, str)
    ):
        return None
    parts = _merged(way.parts)
    if len(parts) == 1 and isinstance(parts[0], Program):
        return parts[0]._replace(cost=way.cost, values=wanted)
    written = [literal(part) if isinstance(part, str) else part.formula for part in parts]
    words = [f"“{part}”" if isinstance(part, str) else part.words for part in parts]
    return Program(f"join({', '.join(written)})", wanted, way.cost, " + ".join(words))


def _merged(parts: "Sequence[Program | str]") -> "list[Program | str]":
    """Write neighbouring parts of one date as one format."""
    made: list[Program | str] = []
    for place, part in enumerate(parts):
        last = made[-1] if made else None
        if isinstance(part, Program) and part.piece and isinstance(last, Program) and _subject(last) == _subject(part):
            made[-1] = _dated(part, last.piece + part.piece)
        elif isinstance(part, str) and isinstance(last, Program) and last.piece and _continues(parts, place, last):
            made[-1] = _dated(last, last.piece + part.replace("%", "%%"))
        else:
            made.append(part)
    return made


def _continues(parts: "Sequence[Program | str]", place: int, last: Program) -> bool:
    following = parts[place + 1] if place + 1 < len(parts) else None
    return isinstance(following, Program) and bool(following.piece) and _subject(following) == _subject(last)


def _subject(program: Program) -> str:
    """Return the date that a program writes a part of."""
    return program.formula.removesuffix(f", {literal(program.piece)})") if program.piece else ""


def _dated(program: Program, format: str) -> Program:
    return program._replace(
        formula=f"{_subject(program)}, {literal(format)})", piece=format, words=f"{program.column} written as {format}"
    )
