"""Small programs over the columns of a row: their formula, what they give in each example, how far-fetched they are."""

import keyword
import re
from collections.abc import Callable
from typing import NamedTuple

from jupyter_mlstudio.wrangling.writing import quote

Value = str | int | float | bool | None


class Program(NamedTuple):
    """A formula with its values in the examples. The lower the cost, the likelier it is what somebody means."""

    formula: str
    values: tuple[object, ...]
    cost: float
    words: str
    column: str = ""
    piece: str = ""
    """Part of a date format that it writes, so that neighbours can be written as one."""

    def texts(self) -> "tuple[str, ...] | None":
        """Return the values if all of them are text."""
        found = tuple(value for value in self.values if isinstance(value, str))
        return found if len(found) == len(self.values) else None


def named(column: str) -> str:
    """Write a column as it stands in formulas."""
    plain = column.isascii() and column.isidentifier() and not keyword.iskeyword(column)
    return column if plain else f"`{column}`"


def usable(column: str) -> bool:
    """Tell whether a formula can name a column."""
    looks_like_pattern = column.startswith("^") and column.endswith("$")  # to Polars it is one
    return bool(column) and "`" not in column and not re.search(r"[\n\r\t]", column) and not looks_like_pattern


def applied(
    inner: Program,
    function: str,
    arguments: tuple[Value, ...],
    compute: Callable[..., object],
    cost: float,
    words: str,
) -> Program | None:
    """Call a function on a program; None where it gives no value in an example, or cannot be written."""
    values = []
    for value in inner.values:
        made = compute(value) if isinstance(value, str) else None
        if made is None:
            return None
        values.append(made)
    written = [literal(each) for each in arguments]
    if any("`" in each for each in written):
        return None
    formula = f"{function}({', '.join([inner.formula, *written])})"
    return Program(formula, tuple(values), inner.cost + cost, words, inner.column)


def literal(value: Value) -> str:
    """Write a constant of a formula."""
    return quote(value) if isinstance(value, str) else repr(value)


def ordinal(number: int) -> str:
    """Write which of several."""
    if number == -1:
        return "last"
    if number < 0:
        return f"{ordinal(-number)} to last"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 not in {11, 12, 13} else 0, "th")
    return f"{number}{ending}"


def shown(text: str) -> str:
    """Write a text in a sentence."""
    return {" ": "spaces", ",": "commas", "\n": "line ends", "\t": "tabs"}.get(text, f"“{text}”")
