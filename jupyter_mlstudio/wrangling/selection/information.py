"""Mutual information of columns with the target, in bins, and clusters of columns that go together."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.report.goal import Goal, codes_of

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.report.goal import Codes

BINS = 20
_SURE = 4.0
"""How many standard deviations above chance an information has to be, where nothing else is asked."""


def information_of(goal: Goal, names: Sequence[str]) -> dict[str, float]:
    """Return the mutual information of each column with the target in bits, less what chance gives on average."""
    target = target_codes(goal)
    return {name: _information(codes_of(goal.present[name], BINS), target)[0] for name in names}


def chance_level(goal: Goal, name: str) -> float:
    """Return what the information of a column reaches by chance at most, in bits: a bound of the chi-square law."""
    from math import log, sqrt

    _, freedom, rows = _information(codes_of(goal.present[name], BINS), target_codes(goal))
    return _SURE * sqrt(2 * freedom) / (2 * rows * log(2)) if rows else 0.0


def target_codes(goal: Goal) -> "Codes":
    """Return the classes of the target, or bins of its numbers."""
    return codes_of(goal.present[goal.column], BINS) if goal.problem == "numbers" else goal.y.astype(int)


def _information(first: "Codes", second: "Codes") -> tuple[float, int, int]:
    """Return the information in bits, its degrees of freedom and the rows; Miller and Madow's bias is taken away."""
    import numpy as np

    width = int(second.max()) + 1
    table = np.bincount(first * width + second, minlength=(int(first.max()) + 1) * width).reshape(-1, width)
    table = table[table.sum(1) > 0][:, table.sum(0) > 0].astype(float)
    rows = table.sum()
    shares = table / rows
    chance = np.outer(shares.sum(1), shares.sum(0))
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    known = shares > 0
    nats = float((shares[known] * np.log(shares[known] / chance[known])).sum()) - freedom / (2 * rows)
    return max(0.0, nats / float(np.log(2))), freedom, int(rows)


def clustered(order: Sequence[str], strengths: Mapping[tuple[str, str], float]) -> dict[str, str]:
    """Give each column that goes together with a better one to it: the result names the better one.

    The columns come best first; one that is given away takes no others with it, so that chains do not form.
    """
    leaders: list[str] = []
    given: dict[str, str] = {}
    for name in order:
        near = [(strengths.get((leader, name)) or strengths.get((name, leader)) or 0.0, leader) for leader in leaders]
        strongest = max(near, default=(0.0, ""))
        if strongest[0]:
            given[name] = strongest[1]
        else:
            leaders.append(name)
    return given


def twins(table: "pl.DataFrame", names: Sequence[str]) -> dict[str, str]:
    """Find columns with the same values in all rows as an earlier one; the result names the earlier one."""
    seen: dict[int, list[str]] = {}
    found: dict[str, str] = {}
    for name in names:
        column = table[name]
        alike = seen.setdefault(int(column.hash().implode().hash()[0]), [])
        twin = next((other for other in alike if column.equals(table[other], check_names=False)), None)
        if twin is None:
            alike.append(name)
        else:
            found[name] = twin
    return found
