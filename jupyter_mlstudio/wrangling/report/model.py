"""The quick model: gradient boosted trees on a sample, judged on held-out rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlstudio.wrangling.report.goal import Goal, plain_numbers
from jupyter_mlstudio.wrangling.report.judging import Halves, of_classes, of_numbers
from jupyter_mlstudio.wrangling.report.types import FeatureImportance, QuickModel
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.report.goal import Codes, Numbers

_TRAIN, _TEST = 30_000, 15_000
_HELD_OUT = 0.25
_CATEGORIES = 60
_TREES, _TREES_OF_CLASSES = 80, 30
_THREADS = 4
_WORTH_THREADS = 20_000
_LOOK = 0.1
_MANY_CLASSES = 5
_SHUFFLED = 4_000


class Features(NamedTuple):
    """Columns as a model takes them."""

    names: list[str]
    """The column that each feature comes from."""
    values: "Numbers"
    categorical: list[bool]


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
            known = values[train][~np.isnan(values[train])]
            if not (known != known[:1]).any():
                continue  # nothing to split where all is the same
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
    counts = np.bincount(classes.astype(int)) if classes is not None else np.array([2])
    if counts.min() < 2 or held < len(counts):  # noqa: PLR2004  # one in each half
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


def quick_model(goal: Goal, names: Sequence[str]) -> QuickModel | None:
    """Train and judge a model on some columns, if there is anything in them."""
    parts = halves(goal)
    made = features(goal.present, names, parts.train)
    if not made.names or (goal.y[parts.train] == goal.y[parts.train][0]).all():
        return None
    model = estimator(goal, made.categorical)
    with few_threads(len(parts.train)):
        model.fit(made.values[parts.train], goal.y[parts.train])
        importances = _importances(model, goal, made, parts)
        truth, values = goal.y[parts.test], made.values[parts.test]
        if goal.problem == "numbers":
            return of_numbers(goal, parts, truth.astype(float), model.predict(values), importances)
        return of_classes(goal, parts, truth.astype(int), _probabilities(model, values, len(goal.labels)), importances)


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
