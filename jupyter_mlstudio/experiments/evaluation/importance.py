"""Which params matter for a metric.

Method: permutation importance (Breiman, "Random forests", Machine Learning 45, 2001) of a forest of extremely
randomised trees (Geurts, Ernst and Wehenkel, 2006) that predicts the metric from the params: how much worse it predicts
when one param is shuffled. All runs count. Up to 300 of them are held back from the forest and shuffled fold by fold,
of more a fifth (at most 2,000); with fewer than twenty the same runs are used for both, and no score is given. Params
that are numbers in every run enter as numbers, others by their words; a run without a param has a value of its own.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.experiments.evaluation.types import Importance, ImportantParam

if TYPE_CHECKING:
    import numpy as np

Text = str | float | None

FEWEST = 4
FEWEST_RANKED = 3
HELD_BACK_FROM = 20
MOST_HELD_BACK = 500
MOST_LEARNT_FROM = 2000
FOLDED = 300
FOLDS = 5
TREES = 60
REPEATS = 3
MOST_PARAMS = 200
"""Params that are looked at; beyond them the ones that most runs have."""


class Encoded(NamedTuple):
    """A param as numbers; `ordered` if they mean something."""

    name: str
    values: "np.ndarray"
    ordered: bool


def importance(metric: str, values: Sequence[Text], params: dict[str, Sequence[Text]]) -> Importance:
    """Compute the importance of each param for a metric; both have one value for each run.

    Raises:
        InvalidError: Too few runs have the metric, or no param differs among them.
    """
    import numpy as np

    wanted = np.array([_number(value) for value in values])
    there = np.isfinite(wanted)
    if there.sum() < FEWEST:
        raise InvalidError(f"Only {there.sum()} runs have a finite {metric!r}; importance needs at least {FEWEST}.")
    features = _features(
        {name: [v for v, ok in zip(column, there, strict=True) if ok] for name, column in params.items()}
    )
    if not features:
        raise InvalidError("No param differs among these runs, so none can matter. Choose other runs.")
    target = wanted[there]
    drops, score = _drops(np.column_stack([feature.values for feature in features]), target)
    shares = drops / drops.sum() if drops.sum() > 0 else drops
    items = [
        ImportantParam(
            param=feature.name,
            importance=float(share),
            correlation=rank_correlation(feature.values, target) if feature.ordered else None,
        )
        for feature, share in zip(features, shares, strict=True)
    ]
    items.sort(key=lambda item: (-item.importance, item.param))
    return Importance(metric=metric, runs=int(there.sum()), score=score, items=items)


def rank_correlation(x: "np.ndarray", y: "np.ndarray") -> float | None:
    """Return Spearman's correlation of what both have; None if one of them never changes."""
    import numpy as np

    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < FEWEST_RANKED:
        return None
    a, b = _ranks(x[both]), _ranks(y[both])
    if a.std() == 0 or b.std() == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def encoded(name: str, column: Sequence[Text]) -> Encoded:
    """Make numbers of a param."""
    import numpy as np

    given = [value for value in column if value is not None]
    numbers = [_number(value) for value in given]
    if numbers and all(np.isfinite(number) for number in numbers):
        return Encoded(name, np.array([_number(value) for value in column]), ordered=True)
    words = {word: place for place, word in enumerate(sorted({str(value) for value in given}))}
    places = [np.nan if value is None else float(words[str(value)]) for value in column]
    return Encoded(name, np.array(places), ordered=False)


def _features(params: dict[str, Sequence[Text]]) -> list[Encoded]:
    import numpy as np

    def differs(feature: Encoded) -> bool:
        there = feature.values[~np.isnan(feature.values)]
        return len(there) > 0 and (len(there) < len(feature.values) or bool(np.any(there != there[0])))

    found = [feature for feature in (encoded(name, column) for name, column in params.items()) if differs(feature)]
    found.sort(key=lambda feature: int(np.isnan(feature.values).sum()))
    return found[:MOST_PARAMS]


def _drops(features: "np.ndarray", target: "np.ndarray") -> "tuple[np.ndarray, float | None]":
    """Return how much the error grows when each feature is shuffled, and R squared before that."""
    import numpy as np

    filled = np.where(np.isnan(features), np.nanmin(features, axis=0) - 1, features)
    random = np.random.default_rng(0)
    order = random.permutation(len(target))
    drops, error = np.zeros(features.shape[1]), 0.0
    parts = _parts(order)
    for test, train in parts:
        grown, before = _shuffled(filled, target, test, train, random)
        drops, error = drops + grown, error + before
    tested = sum(len(test) for test, _ in parts)
    spread = float(target.var()) * tested
    score = 1 - error / spread if len(target) >= HELD_BACK_FROM and spread > 0 else None
    return np.maximum(drops, 0), score


def _parts(order: "np.ndarray") -> "list[tuple[np.ndarray, np.ndarray]]":
    """Say which runs are held back, and which the forest learns from."""
    import numpy as np

    if len(order) < HELD_BACK_FROM:
        return [(order, order)]
    if len(order) <= FOLDED:
        folds = np.array_split(order, FOLDS)
        return [(fold, np.setdiff1d(order, fold)) for fold in folds]
    held = min(len(order) // 5, MOST_HELD_BACK)
    return [(order[:held], order[held : held + MOST_LEARNT_FROM])]


def _shuffled(
    features: "np.ndarray", target: "np.ndarray", test: "np.ndarray", train: "np.ndarray", random: "np.random.Generator"
) -> "tuple[np.ndarray, float]":
    """Return the sums of squared errors that shuffling adds, and the one without."""
    import numpy as np
    from sklearn.ensemble import ExtraTreesRegressor

    leaf = 1 if len(train) < FOLDED else 3
    forest = ExtraTreesRegressor(TREES, min_samples_leaf=leaf, max_features=0.7, random_state=0, n_jobs=1)
    forest.fit(features[train], target[train])
    seen, truth = features[test].copy(), target[test]
    before = float(np.sum((forest.predict(seen) - truth) ** 2))
    grown = np.zeros(features.shape[1])
    for place in range(features.shape[1]):
        kept = seen[:, place].copy()
        for _ in range(REPEATS):
            seen[:, place] = random.permutation(kept)
            grown[place] += float(np.sum((forest.predict(seen) - truth) ** 2)) - before
        seen[:, place] = kept
    return grown, before


def _ranks(values: "np.ndarray") -> "np.ndarray":
    """Rank values; equal ones share the middle of their ranks."""
    import numpy as np

    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[inverse]


def _number(value: Text) -> float:
    try:
        return float("nan") if value is None else float(value)
    except ValueError:
        return float("nan")
