"""Programs that choose a text by the value of a column."""

from collections.abc import Iterator, Sequence

from jupyter_mlstudio.wrangling.assist.programs import Program, literal

_LEAST = 2


def choices(columns: Sequence[Program], wanted: tuple[str, ...]) -> Iterator[Program]:
    """Make programs that say one text where a column has one value, and another where it has another."""
    if len(set(wanted)) < _LEAST or any("`" in text for text in wanted):
        return
    for column in columns:
        yield from _by_value(column, wanted)
        yield from _by_limit(column, wanted)


def _by_value(column: Program, wanted: tuple[str, ...]) -> Iterator[Program]:
    known = dict(zip(column.values, wanted, strict=True))
    consistent = all(known[value] == want for value, want in zip(column.values, wanted, strict=True))
    plain = all(isinstance(value, (str, bool, int)) and "`" not in str(value) for value in known)
    if not consistent or len(known) < _LEAST or not plain:
        return
    chain = "".join(f"{literal(want)} if {column.formula} == {literal(value)} else " for value, want in known.items())  # type: ignore[arg-type]  # plain says so
    text = all(isinstance(value, str) for value in known)
    cost = 4.0 if text or all(isinstance(value, bool) for value in known) else 6.0
    words = ", ".join(f"“{want}” for {value}" for value, want in known.items())
    rest = column.formula if text else f"text({column.formula})"
    yield Program(
        f"{chain}{rest}", wanted, column.cost + cost, f"{words}; others stay as in {column.words}", column.column
    )


def _by_limit(column: Program, wanted: tuple[str, ...]) -> Iterator[Program]:
    numbers = [value for value in column.values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    if len(numbers) != len(wanted) or len(set(wanted)) != _LEAST:
        return
    pairs = sorted(zip(numbers, wanted, strict=True))
    place = next((at for at in range(1, len(pairs)) if pairs[at][1] != pairs[0][1]), 0)
    if not place or any(want != pairs[place][1] for _, want in pairs[place:]):
        return
    limit = _round_between(pairs[place - 1][0], pairs[place][0])
    low, high = pairs[0][1], pairs[-1][1]
    formula = f"{literal(high)} if {column.formula} >= {literal(limit)} else {literal(low)}"
    yield Program(
        formula, wanted, column.cost + 4.2, f"“{high}” from {limit:g} of {column.words}, else “{low}”", column.column
    )


def _round_between(low: float, high: float) -> int | float:
    """Return the roundest number above one and up to another."""
    for power in range(9, -10, -1):
        step = 10.0**power
        found = (low // step + 1) * step
        if low < found <= high:
            return int(found) if power >= 0 else round(found, -power)
    return high
