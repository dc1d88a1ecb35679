"""Many trees at once, level by level: each step moves every row one node down in every tree."""

from collections.abc import Callable
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.features import Node, node
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.plans.refusing import Check
from jupyter_mlstudio.serving.runtime.plans.sums import summed
from jupyter_mlstudio.serving.runtime.question import Rows

BLOCK = 16384
"""So many walks at a time: their places, values and nodes fit into the processor's cache."""
Step = Callable[[Any, Any, Any], Any]


def levels(spec: Spec, check: Check) -> Node:
    """Return the function from rows to scores."""
    import numpy as np

    made, depth, roots = node(spec["features"]), spec["depth"], spec["roots"]
    dtype = np.dtype(np.float32 if spec["single"] else np.float64)
    step = _packed_step(spec) if "nodes" in spec else _step(spec)
    leaf, values, add = spec["leaf"], spec["values"], summed(spec)
    nothing = np.zeros(spec["width"], dtype)

    def scores(rows: Rows) -> Any:
        matrix = np.ascontiguousarray(made(rows), dtype=dtype)
        strange = bool(np.isnan(matrix.dot(nothing)).any())
        if strange:
            check(rows)
        ends = _ends(matrix, roots, depth, step, missing=strange)
        return add(values.take(leaf.take(ends), axis=0))

    return scores


def _ends(matrix: Any, roots: Any, depth: int, step: Any, *, missing: bool) -> Any:
    """Return the leaf of each tree for each row, of shape (trees, rows)."""
    import numpy as np

    count, width = matrix.shape
    flat = matrix.reshape(-1)
    if count == 1:
        places = roots
        for _ in range(depth):
            places = step(flat, places, None, missing)
        return places[:, None]
    starts = np.arange(count, dtype=np.int64) * width
    ends = np.empty((len(roots), count), np.int64)
    at_once = max(1, BLOCK // count)
    for first in range(0, len(roots), at_once):
        some = roots[first : first + at_once]
        places = np.repeat(some, count)
        begin = np.tile(starts, len(some))
        for _ in range(depth):
            places = step(flat, places, begin, missing)
        ends[first : first + at_once] = places.reshape(len(some), count)
    return ends


def _packed_step(spec: Spec) -> Any:
    import numpy as np

    nodes, bits, missing_left = spec["nodes"], np.uint32(spec["bits"]), spec["missing"]
    mask = np.uint32((1 << spec["bits"]) - 1)

    def step(flat: Any, places: Any, begin: Any, missing: bool) -> Any:  # noqa: FBT001  # called in the innermost loop
        both = nodes.take(places)
        words = both.view(np.uint32)
        threshold, word = both.view(np.float32)[::2], words[1::2]
        feature = word & mask
        value = flat.take(feature if begin is None else begin + feature)
        right = value > threshold
        if missing:
            right |= np.isnan(value) & ~_lefts(missing_left, places)
        return (word >> bits) + right

    return step


def _step(spec: Spec) -> Any:
    import numpy as np

    thresholds, splits, children, missing_left = spec["thresholds"], spec["splits"], spec["children"], spec["missing"]

    def step(flat: Any, places: Any, begin: Any, missing: bool) -> Any:  # noqa: FBT001  # called in the innermost loop
        feature = splits.take(places)
        value = flat.take(feature if begin is None else begin + feature)
        right = value > thresholds.take(places)
        if missing:
            right |= np.isnan(value) & ~_lefts(missing_left, places)
        return children.take(places) + right

    return step


def _lefts(missing_left: Any, places: Any) -> Any:
    return missing_left.take(places)
