"""ROC, precision-recall and calibration curves, and confusion matrices: scikit-learn's numbers, without its import."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

POINTS = 400
"""Points of a curve that are kept for drawing: more than can be told apart."""

BINS = 10
CORNERS = 2
STRAIGHT = 1e-15
"""Twice the area of a triangle of points that are as good as on one line."""


class Drawn(NamedTuple):
    """A curve, and the one number that sums it up."""

    x: "np.ndarray"
    y: "np.ndarray"
    score: float
    weights: "np.ndarray | None" = None


def roc(truth: "np.ndarray", score: "np.ndarray") -> Drawn:
    """Return false and true positive rates at every threshold, and the area under them."""
    import numpy as np

    hits, misses = _counted(truth, score)
    x = np.concatenate([[0.0], misses / max(misses[-1], 1)])
    y = np.concatenate([[0.0], hits / max(hits[-1], 1)])
    return Drawn(*_thin(x, y), float(np.trapezoid(y, x)))


def precision_recall(truth: "np.ndarray", score: "np.ndarray") -> Drawn:
    """Return recall and precision at every threshold, and the average precision."""
    import numpy as np

    hits, misses = _counted(truth, score)
    precision = hits / np.maximum(hits + misses, 1)
    recall = hits / max(hits[-1], 1)
    average = float(np.sum(np.diff(np.concatenate([[0.0], recall])) * precision))
    x, y = np.concatenate([[0.0], recall]), np.concatenate([[1.0], precision])
    return Drawn(*_thin(x, y), average)


def calibration(truth: "np.ndarray", score: "np.ndarray") -> Drawn:
    """Return predicted against observed shares in ten bins of equal width, and the Brier score."""
    import numpy as np

    bins = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], score)
    counts = np.bincount(bins, minlength=BINS)
    filled = counts > 0
    predicted = np.bincount(bins, weights=score, minlength=BINS)[filled] / counts[filled]
    observed = np.bincount(bins, weights=truth, minlength=BINS)[filled] / counts[filled]
    return Drawn(predicted, observed, float(np.mean((score - truth) ** 2)), counts[filled])


def confusion(truth: "np.ndarray", predicted: "np.ndarray", labels: list[str]) -> "np.ndarray":
    """Count what was taken for what: a row for each true label."""
    import numpy as np

    place = {label: index for index, label in enumerate(labels)}
    pairs = [place[true] * len(labels) + place[taken] for true, taken in zip(truth, predicted, strict=True)]
    return np.bincount(pairs, minlength=len(labels) ** 2).reshape(len(labels), len(labels))


def _counted(truth: "np.ndarray", score: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """Count hits and misses above each distinct score, the highest first."""
    import numpy as np

    order = np.argsort(-score, kind="stable")
    truth, score = truth[order].astype(np.float64), score[order]
    last = np.concatenate([np.flatnonzero(np.diff(score)), [len(score) - 1]])
    hits = np.cumsum(truth)[last]
    return hits, 1.0 + last - hits


def _thin(x: "np.ndarray", y: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """Leave out points on a straight line, then what is too close together to be seen."""
    import numpy as np

    if len(x) > CORNERS:
        cross = np.diff(x[:-1]) * np.diff(y[1:]) - np.diff(y[:-1]) * np.diff(x[1:])
        bent = np.concatenate([[True], np.abs(cross) > STRAIGHT, [True]])
        x, y = x[bent], y[bent]
    if len(x) > POINTS:
        kept = np.unique(np.linspace(0, len(x) - 1, POINTS).astype(int))
        x, y = x[kept], y[kept]
    return x, y
