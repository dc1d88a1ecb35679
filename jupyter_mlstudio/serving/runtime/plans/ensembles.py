"""Translates ensembles of trees."""

from collections.abc import Callable
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.blocks import Block, Ground, UntranslatedError, classes_of, stacked
from jupyter_mlstudio.serving.runtime.plans.cuts import tabled
from jupyter_mlstudio.serving.runtime.plans.forests import Trees, check_size, histogram_trees, sklearn_trees
from jupyter_mlstudio.serving.runtime.plans.layout import laid_out
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.plans.tabulate import tabulated


def grown(trees: Trees, block: Block, ground: Ground, *, flat: bool) -> Spec:
    """Return the scores of trees: by tables where they are small, else level by level."""
    check_size(trees)
    made = block.matrix()
    common = {"groups": trees.groups, "base": trees.base, "divisor": trees.divisor, "flat": flat}
    tables = tabled(trees, made, ground.raw, ground.base, ground.refused)
    if tables is not None:
        return {"op": "tables", **tables, **common}
    if trees.category is not None:
        raise UntranslatedError("its trees are too large for splits by category")
    return {"op": "levels", "features": made.spec, "width": len(made), **laid_out(trees), **common}


def _one_output(estimator: Any) -> None:
    if estimator.n_outputs_ != 1:
        raise UntranslatedError("the model answers several values a row")


def _forest(estimator: Any, members: list[Any], block: Block, ground: Ground) -> Spec:
    _one_output(estimator)
    classes = classes_of(estimator) if hasattr(estimator, "classes_") else None
    width = 1 if classes is None else len(classes)
    trees = sklearn_trees(
        [member.tree_ for member in members], lambda tree: tree.value[:, 0, :width], [0] * len(members), None
    )
    trees.divisor = float(len(members))
    scores = grown(trees, block, ground, flat=classes is None)
    outcome = {} if classes is None else {"classes": classes, "rule": "most", "proba": "as_is"}
    return {"scores": scores, "outcome": outcome}


def _random_forest(estimator: Any, block: Block, ground: Ground) -> Spec:
    return _forest(estimator, estimator.estimators_, block, ground)


def _tree(estimator: Any, block: Block, ground: Ground) -> Spec:
    return _forest(estimator, [estimator], block, ground)


def _gradient_boosting(estimator: Any, block: Block, ground: Ground) -> Spec:
    import numpy as np

    members = [each.tree_ for row in estimator.estimators_ for each in row]
    wide = estimator.estimators_.shape[1]
    start = estimator._raw_predict_init(np.zeros((2, estimator.n_features_in_), np.float32))
    if not (start[0] == start[1]).all() or type(estimator.init_).__name__ not in (
        "DummyClassifier",
        "DummyRegressor",
        "str",
    ):
        raise UntranslatedError("it begins from another model")
    rate = estimator.learning_rate
    groups = np.arange(len(members)) % wide
    trees = sklearn_trees(members, lambda tree: rate * tree.value[:, 0, :1], groups, start[0])
    trees.missing_left[:] = False
    return _boosted(estimator, trees, block, ground, rule="not_negative")


def _histogram(estimator: Any, block: Block, ground: Ground) -> Spec:
    if estimator._preprocessor is not None:
        block = _preprocessed(estimator._preprocessor, block)
    return _boosted(estimator, histogram_trees(estimator), block, ground, rule="positive")


def _preprocessed(preprocessor: Any, block: Block) -> Block:
    """Put codes for categories first and numbers behind them, as the model does itself."""
    import numpy as np

    parts = []
    for name, transform, chosen in preprocessor.transformers_:
        picked = block.pick([int(place) for place in np.flatnonzero(chosen)])
        if name == "encoder" and len(picked):
            parts.append(tabulated(transform, _raw(picked), [1] * len(picked), "ordinal"))
        elif len(picked):
            parts.append(picked.matrix())
    return stacked(parts)


def _raw(block: Block) -> Any:
    if not hasattr(block, "columns"):
        raise UntranslatedError("its categories come from another transform")
    return block


def _boosted(estimator: Any, trees: Trees, block: Block, ground: Ground, *, rule: str) -> Spec:
    flat = len(trees.base) == 1
    scores = grown(trees, block, ground, flat=flat)
    if not hasattr(estimator, "classes_"):
        return {"scores": scores, "outcome": _regression(estimator)}
    outcome = {"classes": classes_of(estimator), "rule": rule if flat else "most", "decision": True}
    loss = type(estimator._loss).__name__
    outcome["proba"] = {"HalfBinomialLoss": "pair", "HalfMultinomialLoss": "softmax"}.get(loss)
    return {"scores": scores, "outcome": outcome}


def _regression(estimator: Any) -> Spec:
    link = type(estimator._loss.link).__name__
    if link not in ("IdentityLink", "LogLink"):
        raise UntranslatedError(f"there is no plain form of {link}")
    return {"inverse": [["function", "exp"]] if link == "LogLink" else []}


ENSEMBLES: dict[str, Callable[[Any, Block, Ground], Spec]] = {
    **dict.fromkeys(
        ("RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor"),
        _random_forest,
    ),
    **dict.fromkeys(
        ("DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor"), _tree
    ),
    **dict.fromkeys(("GradientBoostingClassifier", "GradientBoostingRegressor"), _gradient_boosting),
    **dict.fromkeys(("HistGradientBoostingClassifier", "HistGradientBoostingRegressor"), _histogram),
}
