"""Lays trees out for a traversal level by level: small nodes side by side, both children of a node in a row."""

import sys
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.forests import LEAF, Trees
from jupyter_mlstudio.serving.runtime.plans.packing import Spec

WORD = 31
"""Bits for feature and child beside a threshold; one more would make the whole a negative number."""


def laid_out(trees: Trees) -> Spec:
    """Return the arrays of a traversal."""
    import numpy as np

    order, depth, usual = _by_level(trees)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    feature = trees.feature[order]
    leaf = feature == LEAF
    child = np.where(leaf, np.arange(len(order)), place[np.where(leaf, 0, trees.left[order])])
    threshold = np.where(leaf, np.inf, trees.threshold[order])
    missing = trees.missing_left[order] | leaf
    number = np.cumsum(leaf) - 1
    spec: Spec = {
        "depth": depth,
        "usual": usual,
        "roots": place[trees.roots].astype(np.int64),
        "leaf": np.where(leaf, number, 0).astype(np.int32),
        "values": np.ascontiguousarray(trees.values[order][leaf]),
        "missing": missing,
        "single": trees.single,
        "groups": trees.groups,
        "base": trees.base,
        "divisor": trees.divisor,
    }
    return spec | _packed(np.where(leaf, 0, feature), threshold, child, single=trees.single)


def _by_level(trees: Trees) -> tuple[Any, int, int]:
    """Order the nodes of all trees level by level; children follow one another, the left one first.

    Returns:
        The order, and how deep the deepest leaf lies, and the average one.
    """
    import numpy as np

    level, parts, depth, leaves, total = trees.roots, [trees.roots], 0, 0, 0
    while True:
        inner = level[trees.feature[level] != LEAF]
        leaves, total = leaves + len(level) - len(inner), total + depth * (len(level) - len(inner))
        if not len(inner):
            return np.concatenate(parts), depth, round(total / leaves)
        level = np.stack([trees.left[inner], trees.right[inner]], axis=1).reshape(-1)
        parts.append(level)
        depth += 1


def _packed(feature: Any, threshold: Any, child: Any, *, single: bool) -> Spec:
    """Pack feature and child into one word, beside the threshold: what one node needs lies together."""
    import numpy as np

    bits = max(1, int(feature.max()).bit_length())
    if sys.byteorder != "little" or not single or int(child.max()).bit_length() + bits > WORD:
        return {"thresholds": threshold, "splits": feature.astype(np.int32), "children": child.astype(np.int32)}
    nodes = np.empty((len(feature), 2), np.uint32)
    nodes[:, 0] = _not_above(threshold).view(np.uint32)
    nodes[:, 1] = child.astype(np.uint32) << np.uint32(bits) | feature.astype(np.uint32)
    return {"nodes": nodes.view(np.int64).reshape(-1), "bits": bits}


def _not_above(threshold: Any) -> Any:
    """Return the largest number of single precision that is not above each threshold: it parts the same numbers."""
    import numpy as np

    near = threshold.astype(np.float32)
    return np.where(near.astype(np.float64) > threshold, np.nextafter(near, np.float32(-np.inf)), near).astype(
        np.float32
    )
