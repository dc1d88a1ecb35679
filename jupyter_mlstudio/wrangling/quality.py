"""Columns that give the answer away: known only after what is to be predicted has happened."""

from math import isnan
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.messages import Leak
from jupyter_mlstudio.wrangling.writing import require, role_of

if TYPE_CHECKING:
    import polars as pl

_SUSPICIOUS = 0.8
_SUSPICIOUS_NUMBER = 0.95
_TOGETHER = 0.8
_CLASSES = 20
_BINS = 50
_LEAST_ROWS = 20
_YES_OR_NO = 2  # different values of the simplest target


def leaks(table: "pl.DataFrame", target: str) -> tuple[Leak, ...]:
    """Find columns that alone tell the target, or that are missing where it is.

    Each column is judged on rows that it was not tuned on: one with another value in each row does not look wise.

    Raises:
        InvalidError: The target is not there, or always the same.
    """
    require([target], dict(table.schema))
    present = table.filter(table[target].is_not_null())
    if present.height < _LEAST_ROWS or present[target].n_unique() < _YES_OR_NO:
        raise InvalidError(f"“{target}” needs at least {_LEAST_ROWS} rows and two different values to look for leaks.")
    answer = _ranks(present[target])
    found = [
        leak
        for name in table.columns
        if name != target and (leak := _judged(table, present, name, target, answer)) is not None
    ]
    return tuple(sorted(found, key=lambda leak: -leak.score))


def _judged(table: "pl.DataFrame", present: "pl.DataFrame", name: str, target: str, answer: "pl.Series") -> Leak | None:
    column = present[name]
    if role_of(column.dtype) in {"nested", "other", "duration"}:
        return None
    score = _tells(column, answer)
    if score >= (_SUSPICIOUS if answer.n_unique() <= _CLASSES else _SUSPICIOUS_NUMBER):
        reason = f"It alone tells “{target}” almost entirely. Is it known before “{target}” is?"
        return Leak(column=name, score=round(score, 4), reason=reason)
    together = _missing_together(table[name], table[target])
    if together >= _TOGETHER:
        reason = (
            f"It is missing where “{target}” is ({together:.0%} of the rows where either is): "
            "it seems to be written down at the same time."
        )
        return Leak(column=name, score=round(together, 4), reason=reason)
    return None


def _ranks(target: "pl.Series") -> "pl.Series":
    """Turn a target into numbers whose order means something: classes by how frequent they are."""
    import polars as pl

    if role_of(target.dtype) in {"number", "boolean", "date", "datetime"}:
        return target.cast(pl.Float64) if role_of(target.dtype) != "date" else target.cast(pl.Int32).cast(pl.Float64)
    ranked = target.value_counts(sort=True)[target.name].head(_CLASSES)
    return target.replace_strict(ranked, list(range(ranked.len())), default=ranked.len(), return_dtype=pl.Float64)


def _tells(column: "pl.Series", answer: "pl.Series") -> float:
    """Return how much of the answer's variation the column explains on unseen rows, as a correlation of ranks.

    Numbers are cut into bins, categories taken as they are; each bin predicts the mean answer of the other half.
    """
    import polars as pl

    frame = pl.DataFrame({"key": _keys(column), "answer": answer}).with_row_index("row")
    frame = frame.with_columns(half=pl.col("row").hash(seed=7) % 2)
    means = frame.group_by("key", "half").agg(pl.col("answer").sum().alias("sum"), pl.len().alias("count"))
    other = means.with_columns(half=1 - pl.col("half").cast(pl.Int64)).with_columns(pl.col("half").cast(pl.UInt64))
    guessed = frame.join(other, on=["key", "half"], how="left", nulls_equal=True)
    middle = float(answer.mean() or 0.0)  # type: ignore[arg-type]  # a mean of numbers
    guess = (pl.col("sum") / pl.col("count")).fill_null(middle)
    ranks = guessed.select(guess.rank().alias("guess"), pl.col("answer"))
    if answer.n_unique() == _YES_OR_NO:
        return _separation(ranks, float(answer.max()))  # type: ignore[arg-type]  # a number, since there are two
    value = ranks.select(pl.corr("guess", pl.col("answer").rank())).item()
    return 0.0 if value is None or isnan(value) else abs(value)


def _separation(ranks: "pl.DataFrame", yes: float) -> float:
    """Return how cleanly the guesses part yes from no: twice the area under the ROC curve, less one."""
    import polars as pl

    guesses: list[float] = ranks.filter(pl.col("answer") == yes)["guess"].to_list()
    count, others = len(guesses), ranks.height - len(guesses)
    area = (sum(guesses) - count * (count + 1) / 2) / (count * others)
    return abs(2 * area - 1)


def _keys(column: "pl.Series") -> "pl.Series":
    import polars as pl

    if role_of(column.dtype) in {"text", "boolean"} or column.n_unique() <= _BINS:
        return column.cast(pl.String)
    return (column.rank() / max(column.len(), 1) * _BINS).floor().cast(pl.String)


def _missing_together(column: "pl.Series", target: "pl.Series") -> float:
    both = int((column.is_null() & target.is_null()).sum())
    either = int((column.is_null() | target.is_null()).sum())
    return both / either if either else 0.0
