"""What the training and tuning nodes learn with: a short catalogue of scikit-learn, and how results are measured."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from jupyter_mlstudio.core.errors import InvalidError

if TYPE_CHECKING:
    import pandas as pd

Task = Literal["classification", "regression"]
CLASSES = 20  # different whole numbers up to which a target is taken for classes
TWO = 2

CATALOGUE: dict[str, tuple[str, str]] = {
    "linear": ("linear_model.LogisticRegression", "linear_model.Ridge"),
    "random_forest": ("ensemble.RandomForestClassifier", "ensemble.RandomForestRegressor"),
    "extra_trees": ("ensemble.ExtraTreesClassifier", "ensemble.ExtraTreesRegressor"),
    "gradient_boosting": ("ensemble.HistGradientBoostingClassifier", "ensemble.HistGradientBoostingRegressor"),
    "nearest_neighbours": ("neighbors.KNeighborsClassifier", "neighbors.KNeighborsRegressor"),
    "decision_tree": ("tree.DecisionTreeClassifier", "tree.DecisionTreeRegressor"),
    "support_vectors": ("svm.SVC", "svm.SVR"),
    "dummy": ("dummy.DummyClassifier", "dummy.DummyRegressor"),
}
"""Algorithms by their names, for classes and for numbers."""

DEFAULTS: dict[str, dict[str, Any]] = {"LogisticRegression": {"max_iter": 1000}, "SVC": {"probability": True}}


def task_of(target: "pd.Series[Any]") -> Task:
    """Guess whether a column holds classes or numbers."""
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(target) or pd.api.types.is_bool_dtype(target):
        return "classification"
    whole = (target.dropna() % 1 == 0).all()
    return "classification" if whole and target.nunique() <= CLASSES else "regression"


def estimator(algorithm: str, task: Task, seed: int, hyperparameters: Mapping[str, Any]) -> Any:
    """Make an estimator of scikit-learn.

    Raises:
        InvalidError: There is no such algorithm, or it has no such hyperparameter.
    """
    from importlib import import_module

    if algorithm not in CATALOGUE:
        raise InvalidError(f"algorithm: there is no {algorithm!r}. There is {', '.join(CATALOGUE)}.")
    module, _, name = CATALOGUE[algorithm][task == "regression"].rpartition(".")
    kind = getattr(import_module(f"sklearn.{module}"), name)
    known = kind().get_params()
    for parameter in hyperparameters:
        if parameter not in known:
            raise InvalidError(f"hyperparameters.{parameter}: {name} has none of this name. It has {', '.join(known)}.")
    seeded = {"random_state": seed} if "random_state" in known else {}
    return kind(**{**seeded, **DEFAULTS.get(name, {}), **hyperparameters})


def prepared() -> Any:
    """Return what makes any table fit for an estimator: numbers scaled, texts as one column a value, gaps filled."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler())
    words = make_pipeline(
        SimpleImputer(strategy="most_frequent", keep_empty_features=True),
        OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=50, sparse_output=False),
    )
    return make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (words, make_column_selector(dtype_include=["object", "string", "category", "bool"])),
        verbose_feature_names_out=False,
    )


def split(rows: "pd.DataFrame", target: str, task: Task, test_share: float, seed: int) -> "list[pd.DataFrame]":
    """Return the rows to learn from and the rows to measure with; classes are kept in proportion where they can be."""
    from sklearn.model_selection import train_test_split

    kept = task == "classification" and rows[target].value_counts().min() >= TWO
    parts: list[pd.DataFrame] = train_test_split(
        rows, test_size=test_share, random_state=seed, stratify=rows[target] if kept else None
    )
    return parts


def measured(model: Any, rows: "pd.DataFrame", target: "pd.Series[Any]", task: Task) -> dict[str, float]:
    """Measure a fitted model on rows; the first metric is the one to compare by, and higher is better."""
    from sklearn import metrics

    guessed = model.predict(rows)
    if task == "regression":
        return {
            "r2": float(metrics.r2_score(target, guessed)),
            "rmse": float(metrics.root_mean_squared_error(target, guessed)),
            "mae": float(metrics.mean_absolute_error(target, guessed)),
        }
    found: dict[str, float] = {}
    if hasattr(model, "predict_proba") and target.nunique() == len(model.classes_):
        chances = model.predict_proba(rows)
        two = len(model.classes_) == TWO
        found["roc_auc"] = float(metrics.roc_auc_score(target, chances[:, 1] if two else chances, multi_class="ovr"))
        found["log_loss"] = float(metrics.log_loss(target, chances, labels=model.classes_))
    found["accuracy"] = float(metrics.accuracy_score(target, guessed))
    found["f1"] = float(metrics.f1_score(target, guessed, average="macro"))
    return found


def scoring(task: Task) -> str:
    """Return what scikit-learn calls the metric to compare by."""
    return "r2" if task == "regression" else "roc_auc_ovr"


def study(seed: int) -> Any:
    """Make a study of Optuna that looks for the highest score and keeps quiet."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))


def space(algorithm: str, task: Task, trial: Any) -> dict[str, Any]:
    """Let a trial choose the hyperparameters of an algorithm."""
    spaces: dict[str, Callable[[], dict[str, Any]]] = {
        "linear": lambda: (
            {"alpha": trial.suggest_float("alpha", 1e-3, 1e3, log=True)}
            if task == "regression"
            else {"C": trial.suggest_float("C", 1e-3, 1e3, log=True)}
        ),
        "random_forest": lambda: _forest(trial),
        "extra_trees": lambda: _forest(trial),
        "gradient_boosting": lambda: {
            "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
            "max_iter": trial.suggest_int("max_iter", 50, 400, log=True),
            "max_leaf_nodes": trial.suggest_int("max_leaf_nodes", 7, 63, log=True),
            "l2_regularization": trial.suggest_float("l2_regularization", 1e-6, 10, log=True),
        },
        "nearest_neighbours": lambda: {
            "n_neighbors": trial.suggest_int("n_neighbors", 1, 50, log=True),
            "weights": trial.suggest_categorical("weights", ["uniform", "distance"]),
        },
        "decision_tree": lambda: {
            "max_depth": trial.suggest_int("max_depth", 2, 24),
            "min_samples_leaf": trial.suggest_int("min_samples_leaf", 1, 50, log=True),
        },
        "support_vectors": lambda: {
            "C": trial.suggest_float("C", 1e-2, 1e3, log=True),
            "gamma": trial.suggest_float("gamma", 1e-4, 1, log=True),
        },
    }
    return spaces[algorithm]() if algorithm in spaces else {}


def _forest(trial: Any) -> dict[str, Any]:
    return {
        "n_estimators": trial.suggest_int("n_estimators", 50, 400, log=True),
        "max_depth": trial.suggest_int("max_depth", 3, 24),
        "min_samples_leaf": trial.suggest_int("min_samples_leaf", 1, 20, log=True),
        "max_features": trial.suggest_float("max_features", 0.2, 1.0),
    }
