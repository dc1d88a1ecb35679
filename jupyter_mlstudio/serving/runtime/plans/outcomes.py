"""From scores to what a model's methods answer: labels, probabilities, numbers."""

import math
from collections.abc import Callable
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.packing import Spec

FEW = 64
HALF = 0.5
Outcome = Callable[[Any], Any]


def outcomes(spec: Spec) -> dict[str, Outcome]:
    """Return what each method makes of the scores."""
    made: dict[str, Outcome] = {"predict": _labels(spec) if "classes" in spec else _numbers(spec)}
    if spec.get("decision"):
        made["decision_function"] = lambda scores: scores
    if spec.get("proba"):
        proba = PROBABILITIES[spec["proba"]]
        made["predict_proba"] = proba
        made["predict_log_proba"] = _log_of(proba)
    return made


def _log_of(proba: Outcome) -> Outcome:
    import numpy as np

    def log(scores: Any) -> Any:
        with np.errstate(divide="ignore"):
            return np.log(proba(scores))

    return log


def _labels(spec: Spec) -> Outcome:
    classes, rule = spec["classes"], spec["rule"]
    if rule == "positive":
        return lambda scores: classes.take((scores > 0).view("int8"))
    if rule == "not_negative":
        return lambda scores: classes.take((scores >= 0).view("int8"))
    if rule == "above_half":
        return lambda scores: classes.take((expit(scores) > HALF).view("int8"))
    return lambda scores: classes.take(scores.argmax(axis=1))


def _numbers(spec: Spec) -> Outcome:
    import numpy as np

    steps = [_step(np, name, value) for name, value in spec.get("inverse", [])]

    def numbers(scores: Any) -> Any:
        for step in steps:
            scores = step(scores)
        return scores

    return numbers if steps else lambda scores: scores


def _step(np: Any, name: str, value: Any) -> Outcome:
    if name == "function":
        function: Outcome = expit if value == "expit" else getattr(np, value)
        return function
    return (lambda scores: scores * value) if name == "times" else (lambda scores: scores + value)


def expit(scores: Any) -> Any:
    """Compute 1 / (1 + exp(-x)) with the same rounding as scikit-learn, which takes it from SciPy."""
    import numpy as np

    if scores.size <= FEW:
        found = [_expit(each) for each in scores.reshape(-1).tolist()]
        return np.array(found, scores.dtype).reshape(scores.shape)
    from scipy.special import expit as whole

    return whole(scores)


def _expit(value: float) -> float:
    try:
        return 1.0 / (1.0 + math.exp(-value))
    except OverflowError:
        return 0.0


def _pair(scores: Any) -> Any:
    import numpy as np

    positive = expit(scores)
    made = np.empty((len(positive), 2), positive.dtype)
    made[:, 1] = positive
    np.subtract(1, positive, out=made[:, 0])
    return made


def _each(scores: Any) -> Any:
    """Normalise one probability for each class against the others."""
    made = expit(scores)
    total = made.sum(axis=1)
    nothing = total == 0
    if nothing.any():
        made[nothing, :] = 1
        total[nothing] = made.shape[1]
    return made / total[:, None]


def _softmax(scores: Any) -> Any:
    import numpy as np

    made = scores - scores.max(axis=1)[:, None]
    np.exp(made, out=made)
    made /= made.sum(axis=1)[:, None]
    return made


PROBABILITIES: dict[str, Outcome] = {"pair": _pair, "each": _each, "softmax": _softmax, "as_is": lambda scores: scores}
