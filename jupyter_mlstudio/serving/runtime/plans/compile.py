"""Translates a loaded model into a plan."""

from typing import Any

from jupyter_mlstudio.serving.runtime.plans.blocks import Block, Ground, UntranslatedError
from jupyter_mlstudio.serving.runtime.plans.estimators import estimated
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.plans.transforms import FUNCTIONS, is_sklearn, transformed


def compiled(estimator: Any, ground: Ground) -> Spec:
    """Translate a model, or say what stands against it.

    Raises:
        UntranslatedError: A part of it has no plain form.
    """
    columns = [{"index": index, **each} for index, each in ground.refused.items()]
    return {**_followed(estimator, ground.raw, ground), "refused": columns}


def _followed(estimator: Any, block: Block, ground: Ground) -> Spec:
    """Go through the transforms up to the estimator that predicts."""
    while type(estimator).__name__ == "Pipeline" and is_sklearn(estimator):
        *before, (_, last) = estimator.steps
        for _, step in before:
            block = transformed(step, block)
        estimator = last
    if type(estimator).__name__ == "TransformedTargetRegressor" and is_sklearn(estimator):
        return _turned_back(estimator, _followed(estimator.regressor_, block, ground))
    return estimated(estimator, block, ground)


def _turned_back(estimator: Any, spec: Spec) -> Spec:
    """Undo what was done to the target in training."""
    import numpy as np

    transformer = estimator.transformer_
    if estimator._training_dim != 1 or not is_sklearn(transformer):
        raise UntranslatedError("its target is transformed in a way of its own")
    if type(transformer).__name__ == "StandardScaler":
        steps = [("times", transformer.scale_), ("plus", transformer.mean_)]
        inverse = [[name, float(value[0])] for name, value in steps if value is not None]
    else:
        function = getattr(transformer, "inverse_func", None)
        name = getattr(function, "__name__", "")
        if name not in FUNCTIONS or function is not getattr(np, name, None) or transformer.inv_kw_args:
            raise UntranslatedError("its target is transformed in a way of its own")
        inverse = [["function", name]]
    return {**spec, "outcome": {**spec["outcome"], "inverse": [*spec["outcome"].get("inverse", []), *inverse]}}
