"""Translates the trees of XGBoost and LightGBM, from what these packages write down of them."""

import json
import math
from collections.abc import Callable
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.blocks import Block, Ground, UntranslatedError
from jupyter_mlstudio.serving.runtime.plans.ensembles import grown
from jupyter_mlstudio.serving.runtime.plans.forests import LEAF, Trees
from jupyter_mlstudio.serving.runtime.plans.packing import Spec


def _xgboost(estimator: Any, block: Block, ground: Ground) -> Spec:
    """Numbers are in single precision throughout: values, borders and sums."""
    booster = estimator.get_booster() if hasattr(estimator, "get_booster") else estimator.booster
    learner = json.loads(booster.save_raw("json"))["learner"]
    objective, gradient = learner["objective"]["name"], learner["gradient_booster"]
    known = objective in ("binary:logistic", "multi:softprob", "reg:squarederror", "count:poisson")
    if gradient["name"] != "gbtree" or not known or _stopped(estimator):
        raise UntranslatedError(f"there is no plain form of {gradient['name']} with {objective}")
    trees = _xgboost_trees(gradient["model"], learner["learner_model_param"], objective)
    scores = grown(trees, block, ground, flat=len(trees.base) == 1)
    return {"scores": scores, "outcome": _outcome(estimator, objective)}


def _stopped(estimator: Any) -> bool:
    """Tell whether only the first trees count, as after early stopping."""
    return getattr(estimator, "early_stopping_rounds", None) is not None


def _xgboost_trees(model: Spec, parameters: Spec, objective: str) -> Trees:
    import numpy as np

    parts = model["trees"]
    if any(tree["categories_nodes"] or tree["tree_param"]["size_leaf_vector"] not in ("0", "1") for tree in parts):
        raise UntranslatedError("its trees have splits by category or several values a leaf")

    def joined(name: str, dtype: str) -> Any:
        return np.concatenate([np.asarray(tree[name], dtype) for tree in parts])

    sizes = [len(tree["left_children"]) for tree in parts]
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    offsets = np.repeat(roots, sizes)
    left, right = joined("left_children", "int64"), joined("right_children", "int64")
    leaf, values = left < 0, joined("split_conditions", "float32")
    return Trees(
        roots=roots,
        feature=np.where(leaf, LEAF, joined("split_indices", "int64")),
        threshold=np.nextafter(values, np.float32(-np.inf)).astype(np.float64),  # it goes left only below its border
        left=left + offsets,
        right=right + offsets,
        missing_left=joined("default_left", "int64").astype(bool),
        values=values[:, None],
        groups=np.asarray(model["tree_info"]),
        base=_base(parameters["base_score"], objective, max(model["tree_info"]) + 1),
        single=True,
    )


def _base(text: str, objective: str, groups: int) -> Any:
    import numpy as np

    start = np.asarray(json.loads(text), np.float32).reshape(-1)
    if objective == "binary:logistic":
        start = np.array([-math.log(1.0 / float(each) - 1.0) for each in start], np.float32)
    elif objective == "count:poisson":
        start = np.log(start)
    return np.broadcast_to(start, (groups,)).copy()


def _lightgbm(estimator: Any, block: Block, ground: Ground) -> Spec:
    booster = estimator.booster_ if hasattr(estimator, "booster_") else estimator.booster
    content = booster.dump_model()
    objective = content["objective"].split(" ")[0]
    plain = not content["average_output"] and content["objective"] in PLAIN_OBJECTIVES
    if not (plain or (objective == "multiclass" and not content["average_output"])):
        raise UntranslatedError(f"there is no plain form of the objective {content['objective']}")
    width = content["num_tree_per_iteration"]
    trees = _lightgbm_trees(content["tree_info"], width)
    scores = grown(trees, block, ground, flat=width == 1)
    return {"scores": scores, "outcome": _outcome(estimator, objective)}


PLAIN_OBJECTIVES = ("binary sigmoid:1", "regression", "regression_l1", "huber", "poisson", "quantile")


def _lightgbm_trees(listed: list[Spec], width: int) -> Trees:
    import numpy as np

    nodes: list[tuple[int, float, int, int, bool, float]] = []
    roots = []
    for tree in listed:
        roots.append(len(nodes))
        _add(tree["tree_structure"], nodes)
    columns = list(zip(*nodes, strict=True))
    feature, threshold, left, right, missing, values = (np.array(column) for column in columns)
    return Trees(
        roots=np.array(roots),
        feature=feature,
        threshold=threshold.astype(np.float64),
        left=left,
        right=right,
        missing_left=missing.astype(bool),
        values=values.astype(np.float64)[:, None],
        groups=np.arange(len(listed)) % width,
        base=np.zeros(width),
        single=False,
    )


def _add(node: Spec, nodes: list[tuple[int, float, int, int, bool, float]]) -> int:
    """Add a node and all below it; returns its place."""
    place = len(nodes)
    if "split_feature" not in node:
        nodes.append((LEAF, 0.0, LEAF, LEAF, False, float(node["leaf_value"])))
        return place
    if node["decision_type"] != "<=" or node["missing_type"] == "Zero":
        raise UntranslatedError("its trees have splits by category, or take zero for missing")
    nodes.append((LEAF, 0.0, LEAF, LEAF, False, 0.0))
    left, right = _add(node["left_child"], nodes), _add(node["right_child"], nodes)
    threshold = _beside_zero(float(node["threshold"]))
    missing = bool(node["default_left"]) if node["missing_type"] == "NaN" else threshold >= 0  # it stands for zero
    nodes[place] = (int(node["split_feature"]), threshold, left, right, missing, 0.0)
    return place


def _beside_zero(threshold: float) -> float:
    """Move a border next to zero: numbers that are not larger than this are zero to LightGBM."""
    if not -NOTHING <= threshold <= NOTHING:
        return threshold
    return NOTHING if threshold >= 0 else math.nextafter(-NOTHING, -math.inf)


def _outcome(estimator: Any, objective: str) -> Spec:
    import numpy as np

    if not hasattr(estimator, "classes_"):
        inverse = {"binary": "expit", "binary:logistic": "expit", "count:poisson": "exp", "poisson": "exp"}
        name = inverse.get(objective)
        if objective in ("multiclass", "multi:softprob"):
            raise UntranslatedError("it answers several numbers a row")
        return {"inverse": [["function", name]] if name else []}
    classes = np.asarray(estimator.classes_)
    flat = objective in ("binary", "binary:logistic")
    return {"classes": classes, "rule": "above_half" if flat else "most", "proba": "pair" if flat else "softmax"}


NOTHING = 1.0000000180025095e-35

BOOSTERS: dict[str, Callable[[Any, Block, Ground], Spec]] = {
    "xgboost.sklearn.XGBClassifier": _xgboost,
    "xgboost.sklearn.XGBRegressor": _xgboost,
    "lightgbm.sklearn.LGBMClassifier": _lightgbm,
    "lightgbm.sklearn.LGBMRegressor": _lightgbm,
    "jupyter_mlstudio.serving.runtime.native.XgboostModel": _xgboost,
    "jupyter_mlstudio.serving.runtime.native.LightgbmModel": _lightgbm,
}
