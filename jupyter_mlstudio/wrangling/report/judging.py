"""How the quick model did on held-out rows: scores, curves, and what they mean in a sentence."""

from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.wrangling.report.charts import binned
from jupyter_mlstudio.wrangling.report.goal import Goal
from jupyter_mlstudio.wrangling.report.types import Confusion, FeatureImportance, Point, QuickModel, Score

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.report.goal import Codes, Numbers

ALGORITHM = "Histogram gradient boosted trees (scikit-learn), 80 trees at most"
_POINTS = 80
_SHOWN = 400
_SIGNALS = ((0.05, "next to nothing"), (0.3, "a weak signal"), (0.7, "a clear signal"), (0.97, "a strong signal"))
_FEW_TESTED = 100


class Halves(NamedTuple):
    """The rows to learn from and those to be judged on."""

    train: "Codes"
    test: "Codes"


def of_numbers(
    goal: Goal, parts: Halves, truth: "Numbers", guessed: "Numbers", importances: tuple[FeatureImportance, ...]
) -> QuickModel:
    import numpy as np
    from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

    middle = np.full(len(truth), goal.y[parts.train].mean())
    median = np.full(len(truth), np.median(goal.y[parts.train]))
    value = float(r2_score(truth, guessed))
    scores = (
        _score("R²", value, 0.0, higher=True),
        _score(
            "Mean absolute error", mean_absolute_error(truth, guessed), mean_absolute_error(truth, median), higher=False
        ),
        _score(
            "Root mean squared error",
            root_mean_squared_error(truth, guessed),
            root_mean_squared_error(truth, middle),
            higher=False,
        ),
    )
    return QuickModel(
        algorithm=ALGORITHM,
        rows_train=len(parts.train),
        rows_test=len(parts.test),
        scores=scores,
        verdict=_verdict(
            value,
            f"It explains {max(value, 0):.0%} of the variation of “{goal.column}” in rows that it has not seen",
            len(parts.test),
        ),
        confusion=None,
        roc=None,
        predicted=tuple(Point(x=float(x), y=float(y)) for x, y in zip(truth[:_SHOWN], guessed[:_SHOWN], strict=True)),
        residuals=binned("predicted - true", guessed - truth),
        importances=importances,
    )


def of_classes(
    goal: Goal, parts: Halves, truth: "Codes", chances: "Numbers", importances: tuple[FeatureImportance, ...]
) -> QuickModel:
    import numpy as np
    from sklearn.metrics import f1_score

    guessed = chances.argmax(1)
    counts = np.bincount(truth * len(goal.labels) + guessed, minlength=len(goal.labels) ** 2).reshape(
        len(goal.labels), -1
    )
    common = float(np.bincount(truth).max() / len(truth))
    accuracy = float((guessed == truth).mean())
    known = np.unique(truth)
    balanced = float((np.diag(counts)[known] / counts.sum(1)[known]).mean())
    area = _area_of(truth, chances, goal)
    scores = [
        _score("Balanced accuracy", balanced, 1 / len(known), higher=True),
        _score("Accuracy", accuracy, common, higher=True),
        _score("F1, mean of classes", f1_score(truth, guessed, average="macro", zero_division=0), None, higher=True),
    ]
    signal = (balanced - 1 / len(known)) / (1 - 1 / len(known)) if len(known) > 1 else 0.0
    said = f"On average it recognizes {balanced:.0%} of the unseen rows of a class; guessing gets {1 / len(known):.0%}"
    if area is not None:
        scores.insert(0, _score("ROC AUC", area, 0.5, higher=True))
        signal = 2 * area - 1
        said = f"Of two unseen rows of different classes it tells which is which in {_percent(area)} of cases"
    return QuickModel(
        algorithm=ALGORITHM,
        rows_train=len(parts.train),
        rows_test=len(parts.test),
        scores=tuple(scores),
        verdict=_verdict(signal, said, len(parts.test)),
        confusion=Confusion(labels=goal.labels, counts=tuple(tuple(int(each) for each in row) for row in counts)),
        roc=_curve(truth, chances[:, 1]) if goal.problem == "binary" and area is not None else None,
        predicted=None,
        residuals=None,
        importances=importances,
    )


def _area_of(truth: "Codes", chances: "Numbers", goal: Goal) -> float | None:
    from sklearn.metrics import roc_auc_score

    if goal.problem != "binary" or not 0 < truth.sum() < len(truth):
        return None
    return float(roc_auc_score(truth, chances[:, 1]))


def _curve(truth: "Codes", chances: "Numbers") -> tuple[Point, ...]:
    import numpy as np
    from sklearn.metrics import roc_curve

    false, true, _ = roc_curve(truth, chances)
    shown = np.unique(np.linspace(0, len(false) - 1, _POINTS).astype(int))
    return tuple(Point(x=round(float(false[at]), 5), y=round(float(true[at]), 5)) for at in shown)


def _score(name: str, value: float, baseline: float | None, *, higher: bool) -> Score:
    return Score(
        name=name,
        value=round(float(value), 6),
        baseline=None if baseline is None else round(float(baseline), 6),
        higher_is_better=higher,
    )


def _percent(part: float) -> str:
    return f"{part:.0%}" if part < 0.99 else f"{part:.1%}"  # noqa: PLR2004  # where a digit more matters


def _verdict(signal: float, said: str, tested: int) -> str:
    """Say what a score between 0 (chance) and 1 (perfect) means."""
    words = next((words for bound, words in _SIGNALS if signal < bound), "")
    if signal < 2 / tested**0.5:
        words = _SIGNALS[0][1]
    if tested < _FEW_TESTED:
        said = f"{said}. Only {tested} rows were held out, so take it with care"
    if words:
        return f"There is {words} in the columns. {said}."
    return f"This is nearly perfect. If it is a surprise, look for a column that gives the answer away. {said}."
