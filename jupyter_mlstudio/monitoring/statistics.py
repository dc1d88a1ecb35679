"""Distances between then and now, and how likely they are by chance."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np

LEAST_EXPECTED = 5.0


def psi(expected: "np.ndarray[Any, Any]", live: "np.ndarray[Any, Any]", expected_rows: int, live_rows: int) -> float:
    """Return the population stability index of shares in the same bins: 0 the same, from 0.1 moved, from 0.25 far.

    It is the symmetric Kullback-Leibler divergence (Jeffreys 1946), in credit scoring under this name (Siddiqi 2006).
    Half a row is added to each bin, so that an empty one does not make it infinite.
    """
    import numpy as np

    bins = len(expected)
    before = (expected * expected_rows + 0.5) / (expected_rows + 0.5 * bins)
    after = (live * live_rows + 0.5) / (live_rows + 0.5 * bins)
    return float(np.sum((after - before) * np.log(after / before)))


def kolmogorov_smirnov(before: "np.ndarray[Any, Any]", after: "np.ndarray[Any, Any]") -> tuple[float, float]:
    """Return the largest distance of two distribution functions, and its probability (Smirnov 1939, asymptotic).

    Both are sorted. The distance is largest at a value of `before` or just below one: between them only one moves.
    """
    import numpy as np

    sides: tuple[Literal["left", "right"], ...] = ("left", "right")
    steps = [
        np.searchsorted(before, before, side) / before.size - np.searchsorted(after, before, side) / after.size
        for side in sides
    ]
    distance = float(np.max(np.abs(steps)))
    return distance, _by_chance(distance, before.size, after.size)


def _by_chance(distance: float, before: int, after: int) -> float:
    from scipy.stats import kstwo

    return float(kstwo.sf(distance, max(round(before * after / (before + after)), 1)))


def against_quantiles(
    grid: "np.ndarray[Any, Any]", rows_before: int, after: "np.ndarray[Any, Any]"
) -> tuple[float, float]:
    """Do the same where of the values before only evenly spaced quantiles are known; it looks at these places alone."""
    import numpy as np

    places = np.unique(grid)[:-1]
    if not places.size:  # always the same value
        return 0.0, 1.0
    steps = len(grid) - 1
    before = (np.searchsorted(grid, places, side="right") - 1) / steps
    found = np.searchsorted(after, places, side="right") / after.size
    distance = float(np.max(np.abs(found - before)))
    return distance, _by_chance(distance, rows_before, after.size)


def chi_square(before: Sequence[float], after: Sequence[float]) -> tuple[float, float] | None:
    """Compare two rows of counts (Pearson 1900); rare categories are counted together. None if one is left.

    The first number is Cramér's V (1946), which is 0 for the same shares whatever the number of rows.
    """
    import numpy as np
    from scipy.stats import chi2_contingency

    counts = np.array([before, after], dtype=float)
    total = counts.sum()
    if not counts.sum(axis=1).all():
        return None
    rare = counts.sum(axis=0) * counts.sum(axis=1).min() / total < LEAST_EXPECTED
    together = counts[:, rare].sum(axis=1, keepdims=True)
    pooled = np.concatenate([counts[:, ~rare], together], axis=1)
    pooled = pooled[:, pooled.sum(axis=0) > 0]
    if pooled.shape[1] < 2:  # noqa: PLR2004  # nothing to compare with
        return None
    statistic, p_value, _, _ = chi2_contingency(pooled, correction=False)
    return float(np.sqrt(statistic / total)), float(p_value)


def wasserstein(grid: "np.ndarray[Any, Any]", after: "np.ndarray[Any, Any]", std: float) -> float:
    """Return how far values must be moved on average to get from one to the other, in standard deviations.

    The earth mover's distance (Kantorovich 1942, Vaserstein 1969): the mean distance of the same quantiles.
    """
    import numpy as np

    return float(np.mean(np.abs(grid - quantiles(after, np.linspace(0, 1, len(grid))))) / (std or 1.0))


def quantiles(ordered: "np.ndarray[Any, Any]", shares: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return quantiles of values that are sorted, as NumPy does, which would look for them among any."""
    import numpy as np

    return np.asarray(np.interp(shares * (ordered.size - 1), np.arange(ordered.size), ordered))


def missing_grew(before: int, rows_before: int, after: int, rows_after: int) -> float:
    """Return the probability that so many more are missing by chance (Fisher 1922, one-sided)."""
    from scipy.stats import hypergeom

    return float(hypergeom.sf(after - 1, rows_before + rows_after, before + after, rows_after))


def beyond_range(outside: int, rows: int, rows_before: int) -> float:
    """Return the probability of so many rows beyond the extremes of `rows_before` others of the same kind.

    What lies beyond the smallest and the greatest of m values is Beta(2, m-1) distributed (Wilks 1941).
    """
    from scipy.stats import betabinom

    return float(betabinom.sf(outside - 1, rows, 2, max(rows_before - 1, 1)))


def unseen(rows_new: int, rows: int, singletons: int, rows_before: int) -> float:
    """Return the probability of so many rows with unseen categories by chance.

    The share that was never seen is about the share of what was seen once (Good 1953).
    """
    from scipy.stats import binom

    return float(binom.sf(rows_new - 1, rows, min((singletons + 1) / (rows_before + 1), 1.0)))


def corrected(p_values: Sequence[float]) -> list[float]:
    """Correct for many tests, so that of the findings only a share is false (Benjamini and Hochberg 1995)."""
    from scipy.stats import false_discovery_control

    return [float(each) for each in false_discovery_control(list(p_values), method="bh")] if p_values else []


def ndcg(training: "np.ndarray[Any, Any]", live: "np.ndarray[Any, Any]") -> float:
    """Return how well the order of importance now agrees with that of training (Järvelin and Kekäläinen 2002)."""
    import numpy as np

    discount = 1 / np.log2(np.arange(2, len(training) + 2))
    best = float(np.sum(np.sort(training)[::-1] * discount))
    found = float(np.sum(training[np.argsort(-live, kind="stable")] * discount))
    return found / best if best > 0 else 1.0
