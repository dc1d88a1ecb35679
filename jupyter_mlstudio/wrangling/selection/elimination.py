"""Recursive elimination: leaves out the weakest columns again and again, and keeps the smallest set that is as good."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.report.goal import Goal
from jupyter_mlstudio.wrangling.report.model import Features, features, few_threads
from jupyter_mlstudio.wrangling.selection.gains import added, model_for
from jupyter_mlstudio.wrangling.selection.types import EliminationPoint

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.report.goal import Codes

METRICS = {"numbers": "R²", "binary": "ROC AUC", "classes": "accuracy"}
_FOLDS = 3
_AT_ONCE = 0.15
_ROWS = 60_000


def eliminate(
    goal: Goal, names: Sequence[str], fixed: Sequence[str], seed: int, tell: Callable[[float], None] = lambda _: None
) -> tuple[list[str], tuple[EliminationPoint, ...]]:
    """Return the smallest set whose score in cross-validation is within one standard error of the best, and all scores.

    Columns in `fixed` are never left out.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    rows = random.permutation(goal.present.height)[:_ROWS]
    parts = [np.sort(part) for part in np.array_split(rows, _FOLDS)]
    left, points, sets, errors = list(names), [], [], []
    while left:
        tell(1 - len(left) / len(names))
        scores, gain = _scored(goal, left, parts, seed)
        free = sorted((name for name in left if name not in fixed), key=lambda name: gain[name])
        weakest = free[: max(1, int(len(free) * _AT_ONCE))] if len(left) > 1 else []
        points.append(
            EliminationPoint(columns=len(left), score=round(float(np.mean(scores)), 5), dropped=tuple(weakest))
        )
        sets.append(list(left))
        errors.append(float(np.std(scores)) / _FOLDS**0.5)
        if not weakest:
            break
        left = [name for name in left if name not in weakest]
    best = max(range(len(points)), key=lambda at: points[at].score)
    good = [at for at, point in enumerate(points) if point.score >= points[best].score - errors[best]]
    return sets[max(good)], tuple(points)


def _scored(goal: Goal, names: Sequence[str], parts: "list[Codes]", seed: int) -> tuple[list[float], dict[str, float]]:
    """Train on all folds but one and score that one, for each; and add up the gains."""
    import numpy as np

    scores: list[float] = []
    gain = dict.fromkeys(names, 0.0)
    for held in range(_FOLDS):
        train = np.concatenate([part for at, part in enumerate(parts) if at != held])
        made = features(goal.present, names, train)
        if not made.names:
            return [0.0] * _FOLDS, gain
        model = model_for(goal, made, seed)
        with few_threads(len(train)):
            model.fit(made.values[train], goal.y[train])
            scores.append(_score(model, goal, made, parts[held]))
        for name, value in added(model, made).items():
            gain[name] += value
    return scores, gain


def _score(model: object, goal: Goal, made: Features, rows: "Codes") -> float:
    from sklearn.metrics import r2_score, roc_auc_score

    truth, values = goal.y[rows], made.values[rows]
    if goal.problem == "numbers":
        return float(r2_score(truth, model.predict(values)))  # type: ignore[attr-defined]  # scikit-learn has no types
    if goal.problem == "binary" and 0 < truth.sum() < len(truth):
        return float(roc_auc_score(truth, model.predict_proba(values)[:, 1]))  # type: ignore[attr-defined]  # as above
    return float((model.predict(values) == truth).mean())  # type: ignore[attr-defined]  # as above
