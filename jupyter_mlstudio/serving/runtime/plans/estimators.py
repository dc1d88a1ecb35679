"""Translates fitted estimators: scores, and what becomes of them."""

from collections.abc import Callable
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.blocks import Block, Ground, UntranslatedError, classes_of
from jupyter_mlstudio.serving.runtime.plans.boosters import BOOSTERS
from jupyter_mlstudio.serving.runtime.plans.ensembles import ENSEMBLES
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.plans.transforms import is_sklearn

Translate = Callable[[Any, Block, Ground], Spec]
BINARY = 2


def estimated(estimator: Any, block: Block, ground: Ground) -> Spec:
    """Translate the estimator at the end of a pipeline.

    Raises:
        UntranslatedError: There is no plain form of it.
    """
    name = type(estimator).__name__
    full = f"{type(estimator).__module__}.{name}"
    if full in BOOSTERS:
        return BOOSTERS[full](estimator, block, ground)
    if not is_sklearn(estimator):
        raise UntranslatedError(f"{name} is no class of scikit-learn")
    if name not in ESTIMATORS:
        raise UntranslatedError(f"there is no plain form of {name}")
    return ESTIMATORS[name](estimator, block, ground)


def _linear_scores(estimator: Any, block: Block) -> Spec:
    import numpy as np

    made = block.matrix()
    shift = np.atleast_1d(np.asarray(estimator.intercept_))
    return {"op": "linear", "features": made.spec, "weights": np.atleast_2d(estimator.coef_), "shift": shift}


def _linear_classifier(estimator: Any, block: Block, _: Ground) -> Spec:
    classes = classes_of(estimator)
    binary = len(classes) == BINARY
    outcome = {"classes": classes, "rule": "positive" if binary else "most", "decision": True}
    outcome["proba"] = _proba(estimator, binary=binary)
    return {"scores": _linear_scores(estimator, block), "outcome": outcome}


def _proba(estimator: Any, *, binary: bool) -> str | None:
    name = type(estimator).__name__
    if name == "SGDClassifier":
        if estimator.loss != "log_loss":
            return None
        return "pair" if binary else "each"
    if name in ("LogisticRegression", "LogisticRegressionCV", "LinearDiscriminantAnalysis"):
        return "pair" if binary else "softmax"
    return None


def _linear_regressor(estimator: Any, block: Block, _: Ground) -> Spec:
    if estimator.coef_.ndim > 1:
        raise UntranslatedError("the model answers several numbers a row")
    return {"scores": _linear_scores(estimator, block), "outcome": {}}


def _generalised(estimator: Any, block: Block, _: Ground) -> Spec:
    link = type(estimator._base_loss.link).__name__
    if link not in ("LogLink", "IdentityLink"):
        raise UntranslatedError(f"there is no plain form of {link}")
    inverse = [["function", "exp"]] if link == "LogLink" else []
    return {"scores": _linear_scores(estimator, block), "outcome": {"inverse": inverse}}


ESTIMATORS: dict[str, Translate] = {
    **dict.fromkeys(
        (
            *("LogisticRegression", "LogisticRegressionCV", "SGDClassifier", "RidgeClassifier", "RidgeClassifierCV"),
            *("LinearSVC", "Perceptron", "PassiveAggressiveClassifier", "LinearDiscriminantAnalysis"),
        ),
        _linear_classifier,
    ),
    **dict.fromkeys(
        (
            *("LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet", "ElasticNetCV", "Lars"),
            *("LarsCV", "LassoLars", "LassoLarsCV", "LassoLarsIC", "OrthogonalMatchingPursuit", "BayesianRidge"),
            *("ARDRegression", "SGDRegressor", "LinearSVR", "HuberRegressor", "TheilSenRegressor"),
            *("QuantileRegressor", "PassiveAggressiveRegressor", "OrthogonalMatchingPursuitCV"),
        ),
        _linear_regressor,
    ),
    **dict.fromkeys(("PoissonRegressor", "GammaRegressor", "TweedieRegressor"), _generalised),
    **ENSEMBLES,
}
