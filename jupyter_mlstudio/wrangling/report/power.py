"""What one column alone tells about the target, judged on rows that it was not tuned on."""

from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlstudio.wrangling.report.goal import Goal, codes_of

if TYPE_CHECKING:
    import numpy as np

    from jupyter_mlstudio.wrangling.report.goal import Codes, Numbers

    Table = np.ndarray[Any, np.dtype[np.float64]]

FOLDS = 5
_WEIGHT = 3.0
"""How many rows of the average a value is mixed with, so that rare values do not look wise."""

METHOD = {
    "numbers": (
        "R² of each column alone in 5-fold cross-validation: it is cut into at most 50 bins, and each bin predicts "
        "the mean of the target in the other folds. 0 is no better than the overall mean, 1 is perfect."
    ),
    "binary": (
        "2 x ROC AUC - 1 of each column alone in 5-fold cross-validation: it is cut into at most 50 bins, and each bin "
        "predicts the share of the class in the other folds. 0 is chance, 1 is perfect."
    ),
    "classes": (
        "2 x ROC AUC - 1 of each column alone in 5-fold cross-validation, one class against the others, weighted by "
        "their frequency. Columns are cut into at most 50 bins. 0 is chance, 1 is perfect."
    ),
}


class Power(NamedTuple):
    """How well a column alone predicts."""

    power: float
    metric: float | None
    """ROC AUC of two classes."""
    order: float
    """How well it brings the rows in order: the correlation of ranks for numbers, otherwise the same as `power`."""


def power_of(goal: Goal, name: str) -> Power:
    """Judge one column."""
    codes = codes_of(goal.present[name])
    folds = _folds(len(codes))
    if goal.problem == "numbers":
        guesses = _guesses(codes, folds, goal.y)
        return Power(_explained(guesses, goal.y), None, _agreement(guesses, goal.y))
    if goal.problem == "binary":
        area = _area(_guesses(codes, folds, goal.y), goal.y == 1)
        power = max(0.0, 2 * area - 1)
        return Power(power, max(area, 0.5), power)
    return _of_classes(codes, folds, goal)


def _of_classes(codes: "Codes", folds: "Codes", goal: Goal) -> Power:
    total = 0.0
    for label in range(len(goal.labels)):
        is_it = goal.y == label
        area = _area(_guesses(codes, folds, is_it), is_it)
        total += float(is_it.mean()) * max(0.0, 2 * area - 1)
    return Power(total, None, total)


def _folds(rows: int) -> "Codes":
    import numpy as np

    return np.random.default_rng(0).integers(0, FOLDS, rows)


def _guesses(codes: "Codes", folds: "Codes", y: "Numbers | Codes") -> "Numbers":
    """Return for each row the mean of the target among the rows of other folds with the same value."""
    import numpy as np

    size = int(codes.max()) + 1
    cells = codes * FOLDS + folds
    counts = np.bincount(cells, minlength=size * FOLDS).reshape(size, FOLDS)
    sums = np.bincount(cells, weights=y, minlength=size * FOLDS).reshape(size, FOLDS)
    others, totals = counts.sum(1, keepdims=True) - counts, sums.sum(1, keepdims=True) - sums
    middle = totals.sum(0) / np.maximum(others.sum(0), 1)
    means = (totals + _WEIGHT * middle) / (others + _WEIGHT)
    return np.asarray(means.reshape(-1)[cells])


def _explained(guesses: "Numbers", y: "Numbers | Codes") -> float:
    spread = float(((y - y.mean()) ** 2).sum())
    return max(0.0, 1 - float(((y - guesses) ** 2).sum()) / spread) if spread else 0.0


def _agreement(guesses: "Numbers", y: "Numbers | Codes") -> float:
    import numpy as np

    first, second = _ranks(guesses), _ranks(y)
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return max(0.0, float(np.corrcoef(first, second)[0, 1]))


def _ranks(values: "Numbers | Codes") -> "Numbers":
    """Return mean ranks; equal values share theirs."""
    import numpy as np

    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[places])


def _area(guesses: "Numbers", yes: "Table") -> float:
    """Return the area under the ROC curve."""
    count = int(yes.sum())
    others = len(yes) - count
    if not count or not others:
        return 0.5
    return float((_ranks(guesses)[yes].sum() - count * (count + 1) / 2) / (count * others))
