"""Programs that take texts apart and write them differently."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from jupyter_mlstudio.wrangling.assist.patterns import PATTERNS
from jupyter_mlstudio.wrangling.assist.programs import Program, applied, ordinal, shown
from jupyter_mlstudio.wrangling.assist.rewriting import CASES, cleaned, rewritten

_PLAIN = "_,;:@#/%&='\""
"""Signs that mean themselves in regular expressions."""
_MOST_PIECES = 8
_LONGEST = 300
_ALIKE = 3
"""How many programs are kept that give the same in the examples: they may differ in other rows."""


def texts(column: Program, wanted: tuple[str, ...]) -> Iterator[Program]:
    """Make the programs over a column that may be part of what is wanted in all examples."""
    if any(len(str(value)) > _LONGEST for value in column.values):
        return
    lower = tuple(text.lower() for text in wanted)
    whole = [column, *cleaned(column, wanted)]
    parts = list(_parts(column))
    inner = list(chain.from_iterable(_parts(part, deep=True) for part in parts if part.cost < _SPLIT_AGAIN))
    for program in _distinct([*whole, *parts, *inner]):
        yield from _wanted(_finished(program, wanted, lower), wanted)
    for program in _distinct([column, *parts]):
        yield from _wanted(_cut(program, wanted, lower), wanted)
    for program in whole:
        yield from _wanted(rewritten(program, wanted), wanted)


_SPLIT_AGAIN = 3.0


def _wanted(programs: Iterable[Program], wanted: tuple[str, ...]) -> Iterator[Program]:
    for program in programs:
        found = program.texts()
        if found and all(value and value in text for value, text in zip(found, wanted, strict=True)):
            yield program


def _distinct(programs: Iterable[Program]) -> list[Program]:
    """Keep the likeliest few of those that give the same in all examples."""
    kept: dict[tuple[object, ...], list[Program]] = {}
    for program in sorted(programs, key=lambda each: each.cost):
        same = kept.setdefault(program.values, [])
        if len(same) < _ALIKE:
            same.append(program)
    return [program for same in kept.values() for program in same]


def _finished(program: Program, wanted: tuple[str, ...], lower: tuple[str, ...]) -> Iterator[Program]:
    """Write a part in another case, or filled up; only where that can help."""
    yield program
    found = program.texts()
    if not found or not all(value and value.strip().lower() in text for value, text in zip(found, lower, strict=True)):
        yield from _filled(program, found, wanted)
        return
    if any(value != value.strip() for value in found):
        trimmed = applied(program, "trim", (), str.strip, 0.3, f"{program.words} without spaces around it")
        if trimmed:
            program = trimmed
            yield trimmed
    for function, compute, cost, words in CASES:
        made = applied(program, function, (), compute, cost, f"{program.words} {words}")
        if made and made.values != program.values:
            yield made
    yield from _filled(program, found, wanted)


def _filled(program: Program, found: "tuple[str, ...] | None", wanted: tuple[str, ...]) -> Iterator[Program]:
    """Fill up numbers with zeros, or take these away."""
    if not found or not all(value.isdigit() for value in found):
        return
    if any(value.startswith("0") for value in found):
        made = applied(
            program, "strip_start", ("0",), lambda text: text.lstrip("0"), 0.8, f"{program.words} without leading zeros"
        )
        if made:
            yield made
    for width in {len(run) for run in re.findall(r"0[0-9]+", wanted[0])}:
        made = applied(
            program,
            "pad",
            (width, "0"),
            lambda text, width=width: text.rjust(width, "0"),
            0.9,
            f"{program.words} filled with zeros to {width} digits",
        )
        if made and made.values != program.values:
            yield made


def _parts(program: Program, *, deep: bool = False) -> Iterator[Program]:
    """Split a text, and look for what stands out in it."""
    found = program.texts()
    if not found:
        return
    for separator in _separators(found):
        yield from _split(program, separator, min(text.count(separator) + 1 for text in found), deep=deep)
        if not deep:
            yield from _sides(program, separator)
    for pattern, group, cost, words in PATTERNS:
        expected = re.compile(pattern)
        arguments: tuple[str | int, ...] = (pattern, group) if group else (pattern,)
        made = applied(
            program,
            "extract",
            arguments,
            lambda text, expected=expected, group=group: match[group] if (match := expected.search(text)) else None,
            cost + 1.2 + 0.5 * deep,
            f"{words} of {program.words}",
        )
        if made:
            yield made


def _separators(found: tuple[str, ...]) -> list[str]:
    """Return the signs between words that all examples have, also longer ones like “, ”."""
    runs = [set(re.findall(r"[^\w\s]\s|\s[^\w\s]\s|[^\w]|_", text)) for text in found]
    return sorted(set.intersection(*runs), key=lambda sign: (-len(sign), sign))[:12]


def _split(program: Program, separator: str, pieces: int, *, deep: bool) -> Iterator[Program]:
    if pieces <= 1:
        return
    for place in [*range(1, min(pieces, _MOST_PIECES) + 1), *range(-1, -min(pieces, 3) - 1, -1)]:
        at = place - 1 if place > 0 else place
        cost = (
            1.0
            + 0.08 * abs(place)
            + 0.12 * (place < 0)
            + 0.3 * deep
            - 0.1 * (separator.isspace())
            - 0.05 * (len(separator) > 1)
        )
        made = applied(
            program,
            "split_part",
            (separator, place),
            lambda text, at=at: text.split(separator)[at],
            cost,
            f"the {ordinal(place)} part of {program.words} between {shown(separator)}",
        )
        if made:
            yield made


def _sides(program: Program, separator: str) -> Iterator[Program]:
    """Take all before or behind a sign that may stand there more than once."""
    if len(separator) > 1:
        return
    sign = separator if separator.isspace() or separator in _PLAIN else f"\\{separator}"
    for pattern, cost, words in (
        (f"^[^{sign}]*{sign}(.*)$", 1.9, f"all behind the first {shown(separator)} of {program.words}"),
        (f"^(.*){sign}[^{sign}]*$", 1.9, f"all before the last {shown(separator)} of {program.words}"),
    ):
        expected = re.compile(pattern)
        made = applied(
            program,
            "extract",
            (pattern, 1),
            lambda text, expected=expected: match[1] if (match := expected.search(text)) else None,
            cost,
            words,
        )
        if made:
            yield made


def _cut(program: Program, wanted: tuple[str, ...], lower: tuple[str, ...]) -> Iterator[Program]:
    """Take characters by their place: from the beginning, from the end, and between."""
    found = program.texts()
    if not found:
        return
    shortest = min(len(text) for text in found)
    for start in [*range(min(shortest, 24)), *range(-1, -min(shortest, 12) - 1, -1)]:
        most = shortest - start if start >= 0 else -start
        for length in range(1, min(most, 24) + 1):
            if found[0][start:][:length].lower() not in lower[0]:
                break
            inner = start not in {0, -length}
            cost = 1.15 + 0.06 * length + 0.9 * inner + 0.04 * abs(start) * inner + 0.25 * (start < 0)
            words = _place(start, length, program.words)
            made = applied(program, "part", (start, length), lambda text, s=start, n=length: text[s:][:n], cost, words)
            if made:
                yield made
                yield from _cased(made, wanted, lower)
    yield from _ends(program, shortest)


def _cased(made: Program, wanted: tuple[str, ...], lower: tuple[str, ...]) -> Iterator[Program]:
    found = made.texts() or ()
    if all(value.lower() in text for value, text in zip(found, lower, strict=True)) and not all(
        value in text for value, text in zip(found, wanted, strict=True)
    ):
        for function, compute, cost, words in CASES[:2]:
            cased = applied(made, function, (), compute, cost, f"{made.words} {words}")
            if cased:
                yield cased


def _ends(program: Program, shortest: int) -> Iterator[Program]:
    """Take all but some characters at the beginning or the end."""
    for count in range(1, min(shortest, 12)):
        without = applied(
            program,
            "part",
            (count,),
            lambda text, n=count: text[n:],
            1.5 + 0.08 * count,
            f"{program.words} without its first {count} characters",
        )
        ended = applied(
            program,
            "drop_end",
            (count,),
            lambda text, n=count: text[:-n],
            1.5 + 0.08 * count,
            f"{program.words} without its last {count} characters",
        )
        yield from (each for each in (without, ended) if each)


def _place(start: int, length: int, words: str) -> str:
    many = f"{length} characters" if length > 1 else "character"
    if start == 0:
        return f"the first {many} of {words}"
    if start == -length:
        return f"the last {many} of {words}"
    return f"{many} from the {ordinal(start + 1 if start >= 0 else start)} of {words}"
