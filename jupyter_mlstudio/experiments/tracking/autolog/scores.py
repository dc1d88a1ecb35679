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


def training_scores(model: Any, rows: Any, target: Any, fitted_in: float) -> tuple[int | None, dict[str, float]]:
    """Score a fitted model on its training rows, by MLflow's names.

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
        predicted = np.asarray(model.predict(some))
        scored = None if step == 1 else len(known)
        if regresses:
            return scored, _of_numbers(known, predicted)
        found = _of_labels(known, predicted)
        if price < LEAST / 2 and hasattr(model, "predict_proba"):
            found |= _of_probabilities(known, np.asarray(model.predict_proba(some)), getattr(model, "classes_", None))
    return scored, found


def _affordable(model: Any, rows: Any, count: int, fitted_in: float) -> tuple[int, float]:
    """Return every how many rows are scored, 0 if that would take too long; and the seconds of a prediction of them."""
    if count <= SIZES[-1]:
        return 1, 0.0
    few = rows.iloc[:PROBE] if hasattr(rows, "iloc") else rows[:PROBE]
    began = time.perf_counter()
    model.predict(few)
    each = (time.perf_counter() - began) / PROBE
    for size in SIZES:
        price = each * min(size, count)
        if price <= max(LEAST, SHARE * fitted_in):
            return -(-count // size), price
    return 0, 0.0


def _of_numbers(truth: "np.ndarray", predicted: "np.ndarray") -> dict[str, float]:
    import numpy as np

    truth = truth.astype(float)
    error = truth - predicted.reshape(truth.shape)
    squares = float(np.mean(error**2))
    around = ((truth - truth.mean(axis=0)) ** 2).sum(axis=0)
    shares = np.atleast_1d((error**2).sum(axis=0) / np.where(around == 0, 1, around))
    fit = float(np.mean(np.where(np.atleast_1d(around) == 0, 0.0, 1 - shares)))
    return {
        "score": fit,
        "r2_score": fit,
        "mean_squared_error": squares,
        "root_mean_squared_error": squares**0.5,
        "mean_absolute_error": float(np.mean(np.abs(error))),
    }


def _of_labels(truth: "np.ndarray", predicted: "np.ndarray") -> dict[str, float]:
    """Return accuracy, and precision, recall and F1 weighted by how often a label is true."""
    import numpy as np

    labels, codes = np.unique(np.concatenate([truth, predicted.ravel()]), return_inverse=True)
    size = len(labels)
    true, found = codes[: len(truth)], codes[len(truth) :]
    hits = np.bincount(true[true == found], minlength=size)
    support, chosen = np.bincount(true, minlength=size), np.bincount(found, minlength=size)
    precision = hits / np.maximum(chosen, 1)
    recall = hits / np.maximum(support, 1)
    both = precision + recall
    weights = support / max(support.sum(), 1)
    accuracy = float(hits.sum() / max(len(truth), 1))
    return {
        "score": accuracy,
        "accuracy_score": accuracy,
        "precision_score": float((precision * weights).sum()),
        "recall_score": float((recall * weights).sum()),
        "f1_score": float((2 * precision * recall / np.where(both == 0, 1, both) * weights).sum()),
    }


def _of_probabilities(truth: "np.ndarray", scores: "np.ndarray", classes: Any) -> dict[str, float]:
    import numpy as np

    if classes is None or scores.shape[1:] != (len(classes),):
        return {}
    codes = np.searchsorted(classes, truth)
    tiny = np.finfo(scores.dtype).eps
    chances = np.clip(scores[np.arange(len(truth)), codes], tiny, 1 - tiny)
    found = {"log_loss": float(-np.log(chances).mean())}
    if classes[1:].shape == (1,) and 0 < codes.sum() < len(codes):
        found["roc_auc"] = _area(codes == 1, scores[:, 1])
    return found


def _area(positive: "np.ndarray", scores: "np.ndarray") -> float:
    """Return the area under the ROC curve: how often a positive row is ranked above a negative one."""
    import numpy as np

    _, codes, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = ((ends - counts + ends + 1) / 2)[codes]
    many, few = positive.sum(), (~positive).sum()
    return float((ranks[positive].sum() - many * (many + 1) / 2) / (many * few))
