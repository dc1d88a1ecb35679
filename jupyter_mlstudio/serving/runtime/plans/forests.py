"""Reads the trees of fitted ensembles into plain arrays, whoever grew them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.blocks import UntranslatedError

LEAF = -1


@dataclass
class Trees:
    """All trees of an ensemble, their nodes one after another.

    A row goes left where its value is not above the threshold; where it is missing, as `missing_left` says; where
    `category` is not -1, if that row of `lefts` holds the value. Scores are `base` and then the trees' values, added in
    their order, each to the column that `groups` says; at the end they are divided by `divisor`.

    Attributes:
        roots: Where each tree begins.
        single: Whether values are rounded to single precision before they are compared.
        values: What each leaf adds: one number, or one for each class.
        lefts: For each split by category, whether a code goes left.
    """

    roots: Any
    feature: Any
    threshold: Any
    left: Any
    right: Any
    missing_left: Any
    values: Any
    groups: Any
    base: Any
    single: bool
    divisor: float = 1.0
    category: Any = None
    lefts: Any = None

    @property
    def count(self) -> int:
        """How many trees there are."""
        return len(self.roots)


def sklearn_trees(grown: Sequence[Any], values: Callable[[Any], Any], groups: Sequence[int], base: Any) -> Trees:
    """Read trees of `sklearn.tree`; `values` gives what the nodes of one add."""
    import numpy as np

    sizes = [tree.node_count for tree in grown]
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)

    def joined(name: str) -> Any:
        return np.concatenate([getattr(tree, name) for tree in grown])

    offsets = np.repeat(roots, sizes)
    left, right = joined("children_left"), joined("children_right")
    leaf = left < 0
    without = not all(hasattr(tree, "missing_go_to_left") for tree in grown)
    return Trees(
        roots=roots,
        feature=np.where(leaf, LEAF, joined("feature")),
        threshold=joined("threshold"),
        left=left + offsets,
        right=right + offsets,
        missing_left=np.zeros(len(left), bool) if without else joined("missing_go_to_left").astype(bool),
        values=np.concatenate([values(tree) for tree in grown]),
        groups=np.asarray(groups),
        base=base,
        single=True,
    )


def histogram_trees(estimator: Any) -> Trees:
    """Read the trees of a HistGradientBoosting model."""
    import numpy as np

    grown = [each for iteration in estimator._predictors for each in iteration]
    sizes = [len(tree.nodes) for tree in grown]
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    nodes = np.concatenate([tree.nodes for tree in grown])
    offsets = np.repeat(roots, sizes)
    leaf = nodes["is_leaf"].astype(bool)
    trees = Trees(
        roots=roots,
        feature=np.where(leaf, LEAF, nodes["feature_idx"].astype(np.int64)),
        threshold=nodes["num_threshold"].astype(np.float64),
        left=nodes["left"].astype(np.int64) + offsets,
        right=nodes["right"].astype(np.int64) + offsets,
        missing_left=nodes["missing_go_to_left"].astype(bool),
        values=nodes["value"].astype(np.float64)[:, None],
        groups=np.arange(len(grown)) % estimator.n_trees_per_iteration_,
        base=np.asarray(estimator._baseline_prediction, dtype=np.float64).reshape(-1),
        single=False,
    )
    if (nodes["is_categorical"].astype(bool) & ~leaf).any():
        _categories(trees, grown, nodes, estimator._bin_mapper)
    return trees


CODES = 256


def _categories(trees: Trees, grown: Sequence[Any], nodes: Any, mapper: Any) -> None:
    """Write down for each split by category where each code goes; an unknown one goes where missing ones go."""
    import numpy as np

    known, places = mapper.make_known_categories_bitsets()
    starts = np.cumsum([0, *(len(tree.raw_left_cat_bitsets) for tree in grown)])
    bits = np.concatenate([tree.raw_left_cat_bitsets.reshape(-1, CODES // 32) for tree in grown])
    inside = nodes["is_categorical"].astype(bool) & (trees.feature != LEAF)
    start = np.repeat(starts[:-1], [len(tree.nodes) for tree in grown])
    rows = start[inside] + nodes["bitset_idx"][inside]
    left = _opened(bits[rows])
    there = _opened(known[places[trees.feature[inside]]])
    trees.category = np.where(inside, np.cumsum(inside) - 1, LEAF)
    trees.lefts = np.where(there, left, trees.missing_left[inside][:, None])


def _opened(bits: Any) -> Any:
    """Turn words of 32 bits into truth values, the lowest bit first."""
    import numpy as np

    return np.unpackbits(np.ascontiguousarray(bits).view(np.uint8), axis=1, bitorder="little").astype(bool)


def check_size(trees: Trees) -> None:
    """Refuse what is too large to be worth its place on disk.

    Raises:
        UntranslatedError: There are more nodes than any array here is made for.
    """
    if len(trees.feature) > MOST_NODES:
        raise UntranslatedError(f"its trees have {len(trees.feature):,} nodes, more than {MOST_NODES:,}")


MOST_NODES = 2**27
