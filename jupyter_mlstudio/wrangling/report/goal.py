"""What is to be predicted, and columns as numbers to predict it from."""

from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlstudio.wrangling.report.types import Problem
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Numbers = np.ndarray[Any, np.dtype[np.float64]]
    Codes = np.ndarray[Any, np.dtype[np.int64]]

CLASSES = 20
"""Of more classes the most frequent are told apart; the others count as one."""
OTHERS = "(others)"
_FEW = 10
_TWO = 2
_LEAST = 20
_BINS = 50
_PER_BIN = 30
_VAST = 1e90
"""Larger numbers count as this one, so that their squares and cubes can still be added up."""


class Goal(NamedTuple):
    """A target: its rows that have a value, as numbers or as numbers of classes."""

    column: str
    problem: Problem
    present: "pl.DataFrame"
    """The rows of the sample where the target is known, with all columns."""
    y: "Numbers | Codes"
    labels: tuple[str, ...]
    """Names of the classes by number, the most frequent first; of two classes the wished one is number 1."""


def goal_of(sample: "pl.DataFrame", target: str, problem: Problem | None = None) -> Goal | str:
    """Return what predicting a column means, or a sentence why it cannot be predicted."""
    column = sample[target]
    role = role_of(column.dtype)
    if role not in {"number", "text", "boolean"}:
        return f"“{target}” holds {column.dtype}; only numbers, classes and truth values can be predicted."
    usable = column.is_not_null() & column.is_finite() if column.dtype.is_float() else column.is_not_null()
    present = sample.filter(usable)
    values = present[target]
    different = values.n_unique()
    if present.height < _LEAST or different < _TWO:
        return f"“{target}” has {different} different values in {present.height} rows: too little to learn from."
    found = problem or problem_of(values)
    if found == "numbers":
        if role != "number":
            return f"“{target}” holds {column.dtype}, so it cannot be predicted as a number."
        return Goal(target, found, present, plain_numbers(values), ())
    if different > present.height / _TWO:
        return (
            f"“{target}” has {different:,} different values in {present.height:,} rows: no class stands often enough."
        )
    labels, codes = _classes(values)
    return Goal(target, "binary" if len(labels) == _TWO else "classes", present, codes, labels)


def problem_of(values: "pl.Series") -> Problem:
    """Judge by its values what predicting a column without gaps means."""
    different = values.n_unique()
    if different == _TWO:
        return "binary"
    if role_of(values.dtype) != "number":
        return "classes"
    whole = not values.dtype.is_float() or bool((values == values.floor()).all())
    return "classes" if whole and different <= _FEW else "numbers"


def _classes(values: "pl.Series") -> "tuple[tuple[str, ...], Codes]":
    """Number the classes: by frequency, and of two the rarer or the truer one second."""
    import polars as pl

    text = _as_text(values)
    counted = text.alias("value").to_frame().group_by("value").len().sort(["len", "value"], descending=[True, False])
    labels: list[str] = counted["value"].head(CLASSES).to_list()
    if counted.height == _TWO and sorted(label.casefold() for label in labels) in _YES:
        labels.sort(key=str.casefold)
    codes = text.replace_strict(labels, list(range(len(labels))), default=len(labels), return_dtype=pl.Int64)
    rest = (OTHERS,) if counted.height > CLASSES else ()
    return (*labels, *rest), codes.to_numpy()


_YES = (["0", "1"], ["false", "true"], ["no", "yes"], ["n", "y"])


def _as_text(values: "pl.Series") -> "pl.Series":
    import polars as pl

    if values.dtype.is_float() and bool((values == values.floor()).all()) and float(values.abs().max() or 0) < 1e15:  # type: ignore[arg-type]  # noqa: PLR2004  # a number; beyond it decimals cannot be told
        values = values.cast(pl.Int64)
    return values.cast(pl.String)


def codes_of(column: "pl.Series", most: int | None = None) -> "Codes":
    """Number the values of a column from 0, or bins of it with about as many rows each; missing is a value too."""
    import polars as pl

    bins = most or max(min(_BINS, column.len() // _PER_BIN), 5)
    role = role_of(column.dtype)
    if role not in {"text", "boolean"} and column.n_unique() > bins:
        known = max(column.len() - column.null_count(), 1)
        values = column if role == "number" else column.to_physical()
        last = values.rank("max")
        often = (last - values.rank("min") + 1) * bins >= known  # a value for a whole bin has one for itself
        column = (last * bins / known).ceil().cast(pl.Int64) * 2 - often.cast(pl.Int64)
    return _numbered(column)


def _numbered(column: "pl.Series") -> "Codes":
    """Give equal values equal numbers from 0 on."""
    import polars as pl

    if column.dtype.is_integer() and not column.is_empty():
        low, high = column.min(), column.max()
        if low is None:
            return column.is_null().cast(pl.Int64).to_numpy() * 0
        if high - low < 4 * column.len():  # type: ignore[operator]  # whole numbers
            return (column.cast(pl.Int64) - low).fill_null(high - low + 1).to_numpy()  # type: ignore[operator]  # whole numbers
    return (column.rank("dense").fill_null(0)).cast(pl.Int64).to_numpy()


def plain_numbers(column: "pl.Series") -> "Numbers":
    """Return a column of numbers, truth values or times as decimals; what is missing or infinite is NaN."""
    import numpy as np
    import polars as pl

    physical = column if role_of(column.dtype) in {"number", "boolean"} else column.to_physical()
    numbers = np.array(physical.cast(pl.Float64).to_numpy(), dtype=float)
    numbers[~np.isfinite(numbers)] = np.nan
    return np.asarray(np.clip(numbers, -_VAST, _VAST))
