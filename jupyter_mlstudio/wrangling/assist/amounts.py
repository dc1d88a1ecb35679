"""Programs that compute: arithmetic on columns, units, roundings."""

import re
from collections.abc import Iterator, Sequence
from itertools import permutations
from math import isclose, isfinite

from jupyter_mlstudio.wrangling.assist.programs import Program

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.([0-9]+))?")
_FACTORS = {
    1000: 0.3,
    100: 0.2,
    60: 0.3,
    10: 0.5,
    2: 0.6,
    3600: 0.4,
    24: 0.5,
    7: 0.8,
    12: 0.7,
    365: 0.9,
    1_000_000: 0.4,
    1.609344: 0.5,
    1.60934: 0.5,
    1.609: 0.6,
    1.6: 1.2,
    0.453592: 0.5,
    0.45359237: 0.5,
    2.54: 0.5,
    0.3048: 0.5,
    1024: 0.6,
    1440: 0.6,
    1.2: 1.0,
    1.1: 1.0,
    1.19: 0.9,
    0.5: 0.9,
    3: 1.0,
    4: 1.0,
    5: 1.0,
}
_MOST_COLUMNS = 8


def decimals(wanted: tuple[str, ...]) -> int | None:
    """Return with how many decimals numbers are written; None if one is no number."""
    found = [_NUMBER.fullmatch(text.strip()) for text in wanted]
    return None if not all(found) else max(len(match[1] or "") for match in found if match)


def sums(columns: Sequence[Program], wanted: tuple[str, ...]) -> Iterator[Program]:
    """Make programs that compute the wanted numbers, exactly or rounded as they are written."""
    places = decimals(wanted)
    numeric = [
        each for each in columns if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in each.values)
    ]
    if places is None:
        return
    goal = tuple(float(text) for text in wanted)
    for program in [*_single(numeric, goal), *_pairs(numeric[:_MOST_COLUMNS])]:
        values = [value for value in program.values if isinstance(value, (int, float))]
        if len(values) != len(goal) or not all(isfinite(value) for value in values):
            continue
        if all(isclose(value, want, rel_tol=1e-12, abs_tol=1e-12) for value, want in zip(values, goal, strict=True)):
            yield _written(program, wanted, places, exact=True)
        elif all(abs(value - want) <= 0.5 * 10**-places + 1e-9 for value, want in zip(values, goal, strict=True)):
            yield _written(program, wanted, places, exact=False)


def _written(program: Program, wanted: tuple[str, ...], places: int, *, exact: bool) -> Program:
    """Round a number as the examples do; where they end in zeros, it has to be text."""
    if any("." in text and text.endswith("0") for text in wanted):
        formula, words, more = f"fixed({program.formula}, {places})", f"{program.words} with {places} decimals", 0.5
    elif exact:
        return program._replace(values=wanted)
    elif places:
        formula, words, more = (
            f"round({program.formula}, {places})",
            f"{program.words}, rounded to {places} decimals",
            0.5,
        )
    else:
        formula, words, more = f"round({program.formula})", f"{program.words}, rounded", 0.7
    return program._replace(formula=formula, values=wanted, cost=program.cost + more, words=words)


def _single(numeric: Sequence[Program], goal: tuple[float, ...]) -> Iterator[Program]:
    for each in numeric:
        first = [value for value in each.values if isinstance(value, (int, float))]
        yield each
        for function, compute in (
            ("abs", abs),
            ("floor", lambda x: float(x // 1)),
            ("ceil", lambda x: -float(-x // 1)),
        ):
            yield Program(
                f"{function}({each.formula})",
                tuple(compute(x) for x in first),
                each.cost + 0.9,
                f"{function} of {each.words}",
                each.column,
            )
        yield _of(each, f"({each.formula} - 32) * 5 / 9", [(x - 32) * 5 / 9 for x in first], 1.8, f"{each.words} in °C")
        yield _of(each, f"{each.formula} * 9 / 5 + 32", [x * 9 / 5 + 32 for x in first], 1.8, f"{each.words} in °F")
        for factor, cost in _FACTORS.items():
            yield _of(
                each,
                f"{each.formula} * {factor!r}",
                [x * factor for x in first],
                1 + cost,
                f"{each.words} times {factor:g}",
            )
            yield _of(
                each,
                f"{each.formula} / {factor!r}",
                [x / factor for x in first],
                1 + cost,
                f"{each.words} divided by {factor:g}",
            )
        yield from _learned(each, first, goal)


def _learned(each: Program, first: list[int | float], goal: tuple[float, ...]) -> Iterator[Program]:
    """Find a summand or a factor from the examples: credible if it is short, or if several examples agree."""
    alone = 2.5 if len(goal) == 1 else 0.0
    summand = round(goal[0] - first[0], 9)
    if summand:
        written = f"{each.formula} {'+' if summand > 0 else '-'} {_short(abs(summand))}"
        yield _of(
            each,
            written,
            [x + summand for x in first],
            1.3 + alone,
            f"{each.words} {'plus' if summand > 0 else 'minus'} {_short(abs(summand))}",
        )
    if first[0] and goal[0]:
        factor = round(goal[0] / first[0], 6)
        yield _of(
            each,
            f"{each.formula} * {_short(factor)}",
            [x * factor for x in first],
            1.6 + alone,
            f"{each.words} times {_short(factor)}",
        )
    if len(goal) > 1 and first[0] != first[1]:
        slope = round((goal[1] - goal[0]) / (first[1] - first[0]), 6)
        offset = round(goal[0] - slope * first[0], 6)
        if slope and offset:
            sign = "+" if offset > 0 else "-"
            written = f"{each.formula} * {_short(slope)} {sign} {_short(abs(offset))}"
            yield _of(
                each,
                written,
                [x * slope + offset for x in first],
                3.2,
                f"{each.words} times {_short(slope)} {sign} {_short(abs(offset))}",
            )


def _pairs(numeric: Sequence[Program]) -> Iterator[Program]:
    for one, two in permutations(numeric, 2):
        left = [value for value in one.values if isinstance(value, (int, float))]
        right = [value for value in two.values if isinstance(value, (int, float))]
        both = list(zip(left, right, strict=True))
        yield _two(one, two, "-", [a - b for a, b in both])
        if one.formula < two.formula:
            yield _two(one, two, "+", [a + b for a, b in both])
            yield _two(one, two, "*", [a * b for a, b in both])
            mean = [(a + b) / 2 for a, b in both]
            yield Program(
                f"mean({one.formula}, {two.formula})",
                tuple(mean),
                one.cost + two.cost + 0.9,
                f"the mean of {one.words} and {two.words}",
            )
        if all(right):
            ratio = [a / b for a, b in both]
            yield _two(one, two, "/", ratio)
            for factor in (100, 60, 1000):
                text = f"{one.formula} / {two.formula} * {factor}"
                yield Program(
                    text,
                    tuple(x * factor for x in ratio),
                    one.cost + two.cost + 1.2,
                    f"{one.words} / {two.words} times {factor}",
                )


def _two(one: Program, two: Program, sign: str, values: list[float]) -> Program:
    return Program(
        f"{one.formula} {sign} {two.formula}",
        tuple(values),
        one.cost + two.cost + 0.6,
        f"{one.words} {sign} {two.words}",
    )


def _of(each: Program, formula: str, values: "list[float]", cost: float, words: str) -> Program:
    return Program(formula, tuple(values), each.cost + cost, words, each.column)


def _short(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else repr(number)
