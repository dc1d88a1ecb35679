"""The quick model: gradient boosted trees on a sample, judged on held-out rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlstudio.wrangling.report.charts import binned
from jupyter_mlstudio.wrangling.report.goal import Goal, plain_numbers
from jupyter_mlstudio.wrangling.report.types import Confusion, FeatureImportance, Point, QuickModel, Score
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.report.goal import Codes, Numbers

ALGORITHM = "Histogram gradient boosted trees (scikit-learn), 80 trees at most"
_TRAIN, _TEST = 30_000, 15_000
_HELD_OUT = 0.25
_CATEGORIES = 60
_TREES, _TREES_OF_CLASSES = 80, 30
_THREADS = 4
_WORTH_THREADS = 20_000
_LOOK = 0.1
_FEW_TESTED = 100
_MANY_CLASSES = 5
_POINTS = 80
_SHOWN = 400
_SIGNALS = ((0.05, "next to nothing"), (0.3, "a weak signal"), (0.7, "a clear signal"), (0.97, "a strong signal"))
_SHUFFLED = 4_000


class Features(NamedTuple):
    """Columns as a model takes them."""

    names: list[str]
    """The column that each feature comes from."""
    values: "Numbers"
    categorical: list[bool]


class Halves(NamedTuple):
    """The rows to learn from and those to be judged on."""

    train: "Codes"
    test: "Codes"


def features(table: "pl.DataFrame", names: Sequence[str], train: "Codes") -> Features:
    """Turn columns into numbers; the categories that are told apart are those of the training rows.

    Categories come first, as scikit-learn's trees number their features so whatever their order was.
    """
    import numpy as np

    origins: list[str] = []
    columns: list[Numbers] = []
    categorical: list[bool] = []
    for name in sorted(names, key=lambda name: role_of(table.schema[name]) != "text"):
        role = role_of(table.schema[name])
        if role == "text":
            made = [(_categories(table[name], train), True)]
        elif role in {"date", "datetime"}:
            made = [(each, False) for each in _moments(table[name], with_hour=role == "datetime")]
        else:
            made = [(plain_numbers(table[name]), False)]
        for values, is_category in made:
            origins.append(name)
            columns.append(values)
            categorical.append(is_category)
    return Features(origins, np.column_stack(columns) if columns else np.empty((table.height, 0)), categorical)


def _categories(column: "pl.Series", train: "Codes") -> "Numbers":
    import polars as pl

    text = column.cast(pl.String)
    counted = text.gather(train).alias("value").to_frame().drop_nulls().group_by("value").len()
    top = counted.sort(["len", "value"], descending=[True, False])["value"].head(_CATEGORIES)
    codes = text.replace_strict(top, pl.int_range(top.len(), eager=True), default=top.len(), return_dtype=pl.Float64)
    return plain_numbers(pl.select(pl.when(text.is_not_null()).then(codes)).to_series())


def _moments(column: "pl.Series", *, with_hour: bool) -> "list[Numbers]":
    parts = [column.to_physical(), column.dt.month(), column.dt.weekday(), column.dt.day()]
    return [plain_numbers(part) for part in [*parts, *([column.dt.hour()] if with_hour else [])]]


def halves(goal: Goal) -> Halves:
    """Part the rows by chance; classes keep their shares."""
    import numpy as np
    from sklearn.model_selection import train_test_split

    rows = len(goal.y)
    chosen = np.random.default_rng(0).permutation(rows)[: _TRAIN + _TEST]
    held = max(min(_TEST, int(len(chosen) * _HELD_OUT)), 1)
    classes = goal.y[chosen] if goal.problem != "numbers" else None
    if classes is not None and np.bincount(classes.astype(int)).min() < 2:  # noqa: PLR2004  # one in each half
        classes = None
    train, test = train_test_split(chosen, test_size=held, random_state=0, stratify=classes)
    return Halves(train, test)


def estimator(goal: Goal, categorical: Sequence[bool], seed: int = 0) -> Any:
    """Make an untrained model for a goal."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    trees = _TREES_OF_CLASSES if len(goal.labels) > _MANY_CLASSES else _TREES
    kind = HistGradientBoostingRegressor if goal.problem == "numbers" else HistGradientBoostingClassifier
    return kind(max_iter=trees, random_state=seed, early_stopping=False, categorical_features=list(categorical) or None)


def few_threads(rows: int) -> Any:
    """Limit the threads of the engines in a `with` block: the panel is not alone, and few rows are not worth many."""
    import os

    import psutil
    from threadpoolctl import threadpool_limits

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    idle = cores * (1 - psutil.cpu_percent(_LOOK) / 100)  # threads that wait for a busy core make each other slow
    return threadpool_limits(limits=1 if rows < _WORTH_THREADS else max(1, min(_THREADS, round(idle))))


def quick_model(goal: Goal, names: Sequence[str]) -> QuickModel:
    """Train and judge a model on some columns."""
    parts = halves(goal)
    made = features(goal.present, names, parts.train)
    model = estimator(goal, made.categorical)
    with few_threads(len(parts.train)):
        model.fit(made.values[parts.train], goal.y[parts.train])
        importances = _importances(model, goal, made, parts)
        truth, values = goal.y[parts.test], made.values[parts.test]
        if goal.problem == "numbers":
            return _of_numbers(goal, parts, truth.astype(float), model.predict(values), importances)
        return _of_classes(goal, parts, truth.astype(int), _probabilities(model, values, len(goal.labels)), importances)


def _probabilities(model: Any, values: "Numbers", classes: int) -> "Numbers":
    """Return one column a class, also for classes that no training row has."""
    import numpy as np

    made = np.zeros((len(values), classes))
    made[:, model.classes_.astype(int)] = model.predict_proba(values)
    return made


def _importances(model: Any, goal: Goal, made: Features, parts: Halves) -> tuple[FeatureImportance, ...]:
    """Shuffle the values of one column after the other in held-out rows."""
    import numpy as np

    rows = parts.test[:_SHUFFLED]
    truth, values = goal.y[rows], made.values[rows]
    random = np.random.default_rng(0)
    score = _quick_score(model, goal, values, truth)
    found = []
    for name in dict.fromkeys(made.names):
        places = [place for place, origin in enumerate(made.names) if origin == name]
        mixed = values.copy()
        mixed[:, places] = values[random.permutation(len(rows))][:, places]
        found.append((name, score - _quick_score(model, goal, mixed, truth)))
    found.sort(key=lambda pair: -pair[1])
    return tuple(FeatureImportance(column=name, importance=round(max(loss, 0.0), 4)) for name, loss in found)


def _quick_score(model: Any, goal: Goal, values: "Numbers", truth: "Numbers | Codes") -> float:
    from sklearn.metrics import r2_score, roc_auc_score

    if goal.problem == "numbers":
        return float(r2_score(truth, model.predict(values)))
    chances = _probabilities(model, values, len(goal.labels))
    if goal.problem == "binary" and 0 < truth.sum() < len(truth):
        return float(roc_auc_score(truth, chances[:, 1]))
    return float((chances.argmax(1) == truth).mean())


def _of_numbers(
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


def _of_classes(
    goal: Goal, parts: Halves, truth: "Codes", chances: "Numbers", importances: tuple[FeatureImportance, ...]
) -> QuickModel:
    import numpy as np
    from sklearn.metrics import balanced_accuracy_score, f1_score

    guessed = chances.argmax(1)
    counts = np.bincount(truth * len(goal.labels) + guessed, minlength=len(goal.labels) ** 2).reshape(
        len(goal.labels), -1
    )
    common = float(np.bincount(truth).max() / len(truth))
    accuracy = float((guessed == truth).mean())
    known = np.unique(truth)
    balanced = (
        float(balanced_accuracy_score(truth, guessed))
        if set(np.unique(guessed)) <= set(known)
        else float((np.diag(counts)[known] / counts.sum(1)[known]).mean())
    )
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
