"""Columns that give the answer away: known only after what is to be predicted has happened."""

from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.messages import Leak
from jupyter_mlstudio.wrangling.report.goal import Goal, goal_of
from jupyter_mlstudio.wrangling.report.power import Power, power_of
from jupyter_mlstudio.wrangling.report.types import Problem
from jupyter_mlstudio.wrangling.writing import require, role_of

if TYPE_CHECKING:
    import polars as pl

_SUSPICIOUS: dict[Problem, float] = {"binary": 0.9, "classes": 0.9, "numbers": 0.985}
_EXPLAINED = 0.95
_TOGETHER = 0.8
_LEAST_TOGETHER = 20
_LEAST_ROWS = 20
_YES_OR_NO = 2  # different values of the simplest target


class Suspicion(NamedTuple):
    """How strongly a column is suspected, and of what."""

    score: float
    reason: str
    together: bool
    """Whether it is missing where the target is; otherwise its values tell the target."""


def leaks(table: "pl.DataFrame", target: str) -> tuple[Leak, ...]:
    """Find columns that alone tell the target, or that are missing where it is.

    Each column is judged on rows that it was not tuned on: one with another value in each row does not look wise.

    Raises:
        InvalidError: The target is not there, or always the same.
    """
    require([target], dict(table.schema))
    goal = goal_of(table, target)
    if isinstance(goal, str):
        present = table[target].drop_nulls()
        if present.len() < _LEAST_ROWS or present.n_unique() < _YES_OR_NO:
            goal = f"“{target}” needs at least {_LEAST_ROWS} rows and two different values to look for leaks."
        raise InvalidError(goal)
    found = []
    for name in table.columns:
        if name == target or role_of(table.schema[name]) in {"nested", "other", "duration"}:
            continue
        suspicion = suspected(goal, name, power_of(goal, name), table)
        if suspicion is not None:
            found.append(Leak(column=name, score=round(suspicion.score, 4), reason=suspicion.reason))
    return tuple(sorted(found, key=lambda leak: -leak.score))


def suspected(goal: Goal, name: str, power: Power, table: "pl.DataFrame") -> Suspicion | None:
    """Tell whether a column of this power gives the target away, and why."""
    target = goal.column
    if power.order >= _SUSPICIOUS[goal.problem] or power.power >= _EXPLAINED:
        return Suspicion(
            power.order, f"It alone tells “{target}” almost entirely. Is it known before “{target}” is?", False
        )
    together = _missing_together(table[name], table[target])
    if together >= _TOGETHER:
        reason = (
            f"It is missing where “{target}” is ({together:.0%} of the rows where either is): "
            "it seems to be written down at the same time."
        )
        return Suspicion(together, reason, True)
    return None


def _missing_together(column: "pl.Series", target: "pl.Series") -> float:
    both = int((column.is_null() & target.is_null()).sum())
    either = int((column.is_null() | target.is_null()).sum())
    return both / either if either >= _LEAST_TOGETHER else 0.0
