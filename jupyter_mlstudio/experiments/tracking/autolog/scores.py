"""How well a model does on the rows that it was trained on, at a price that nobody notices."""

import time
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

PROBE = 200
"""Rows that are predicted first, to see what a prediction costs, if there are more than a few."""

SIZES = (10_000, 1_000)
"""Rows that are scored: so many at most, or so many if predicting is slow. Evenly spaced, the same ones every time."""

SHARE, LEAST = 0.1, 0.03
"""Of the time of the training, and seconds in any case: what the scores may take."""

MOST = 0.25
"""Seconds that the fewest rows may take: a busy machine shall not cost a run its scores, only slow models do."""

PROBES = 3
"""Times that the first rows are predicted while that seems slow: other processes may have held it up."""


def training_scores(
    model: Any, rows: Any, target: Any, fitted_in: float, weights: Any = None
) -> tuple[int | None, dict[str, float]]:
    """Score a fitted model on its training rows, by MLflow's names; rows count as they did in the training.

    Returns:
        How many rows were scored, None if all of them; and the scores. None of them if the model cannot tell.
    """
    import numpy as np
    from sklearn.base import is_classifier, is_regressor

    if not hasattr(model, "predict"):
        return None, {}
    classifies, regresses = is_classifier(model), is_regressor(model)
    truth = np.asarray(target)
    if not (classifies or regresses) or (classifies and truth.ndim != 1):
        return None, {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        step, price = _affordable(model, rows, len(truth), fitted_in)
        if not step:
            return None, {}
        some = rows if step == 1 else rows[::step] if not hasattr(rows, "iloc") else rows.iloc[::step]
        known = truth[::step]
        share = np.ones(len(known)) if weights is None else np.asarray(weights, dtype=float)[::step]
        predicted = np.asarray(model.predict(some))
        scored = None if step == 1 else len(known)
        if regresses:
            return scored, _of_numbers(known, predicted, share)
        found = _of_labels(known, predicted, share)
        if price < LEAST / 2 and hasattr(model, "predict_proba"):
            chances = np.asarray(model.predict_proba(some))
            found |= _of_probabilities(known, chances, getattr(model, "classes_", None), share)
    return scored, found


def _affordable(model: Any, rows: Any, count: int, fitted_in: float) -> tuple[int, float]:
    """Return every how many rows are scored, 0 if that would take too long; and the seconds of a prediction of them."""
    if count <= SIZES[-1]:
        return 1, 0.0
    few = rows.iloc[:PROBE] if hasattr(rows, "iloc") else rows[:PROBE]
    limit = max(LEAST, SHARE * fitted_in)
    each = float("inf")
    for _ in range(PROBES):
        began = time.perf_counter()
        model.predict(few)
        each = min(each, (time.perf_counter() - began) / PROBE)
        if each * min(SIZES[0], count) <= limit:
            break
    for size, most in zip(SIZES, (limit, max(limit, MOST)), strict=True):
        price = each * min(size, count)
        if price <= most:
            return -(-count // size), price
    return 0, 0.0


def _of_numbers(truth: "np.ndarray", predicted: "np.ndarray", share: "np.ndarray") -> dict[str, float]:
    import numpy as np

    truth = truth.astype(float)
    error = truth - predicted.reshape(truth.shape)
    squares = float(np.mean(np.average(error**2, axis=0, weights=share)))
    around = np.average((truth - np.average(truth, axis=0, weights=share)) ** 2, axis=0, weights=share)
    left = np.atleast_1d(np.average(error**2, axis=0, weights=share) / np.where(around == 0, 1, around))
    fit = float(np.mean(np.where(np.atleast_1d(around) == 0, 0.0, 1 - left)))
    return {
        "score": fit,
        "r2_score": fit,
        "mean_squared_error": squares,
        "root_mean_squared_error": squares**0.5,
        "mean_absolute_error": float(np.mean(np.average(np.abs(error), axis=0, weights=share))),
    }


def _of_labels(truth: "np.ndarray", predicted: "np.ndarray", share: "np.ndarray") -> dict[str, float]:
    """Return accuracy, and precision, recall and F1 weighted by how often a label is true."""
    import numpy as np

    labels, codes = np.unique(np.concatenate([truth, predicted.ravel()]), return_inverse=True)
    size = len(labels)
    true, found = codes[: len(truth)], codes[len(truth) :]
    right = true == found
    hits = np.bincount(true[right], share[right], size)
    support, chosen = np.bincount(true, share, size), np.bincount(found, share, size)
    precision = hits / np.where(chosen == 0, 1, chosen)
    recall = hits / np.where(support == 0, 1, support)
    both = precision + recall
    whole = float(support.sum()) or 1.0
    weights = support / whole
    accuracy = float(hits.sum() / whole)
    return {
        "score": accuracy,
        "accuracy_score": accuracy,
        "precision_score": float((precision * weights).sum()),
        "recall_score": float((recall * weights).sum()),
        "f1_score": float((2 * precision * recall / np.where(both == 0, 1, both) * weights).sum()),
    }


def _of_probabilities(truth: "np.ndarray", scores: "np.ndarray", classes: Any, share: "np.ndarray") -> dict[str, float]:
    import numpy as np

    if classes is None or scores.shape[1:] != (len(classes),):
        return {}
    codes = np.searchsorted(classes, truth)
    tiny = np.finfo(scores.dtype).eps
    chances = np.clip(scores[np.arange(len(truth)), codes], tiny, 1 - tiny)
    found = {"log_loss": float(np.average(-np.log(chances), weights=share))}
    if classes[1:].shape == (1,) and 0 < codes.sum() < len(codes):
        found["roc_auc"] = _area(codes == 1, scores[:, 1], share)
    return found


def _area(positive: "np.ndarray", scores: "np.ndarray", share: "np.ndarray") -> float:
    """Return the area under the ROC curve: how often a positive row is ranked above a negative one."""
    import numpy as np

    _, codes = np.unique(scores, return_inverse=True)
    size = int(codes.max()) + 1
    above, below = np.bincount(codes, share * positive, size), np.bincount(codes, share * ~positive, size)
    beaten = np.cumsum(below) - below / 2
    return float((above * beaten).sum() / (above.sum() * below.sum()))
