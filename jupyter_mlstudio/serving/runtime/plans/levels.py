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
WALKED, CALLED = 0.6, 7.0
"""Microseconds that one step of one walk takes in Python, and a step of all walks in NumPy, whatever their number."""
Walk = Callable[[list[float], int], int]


def levels(spec: Spec, check: Check) -> Node:
    """Return the function from rows to scores."""
    import numpy as np

    made, depth, roots = node(spec["features"]), spec["depth"], spec["roots"]
    dtype = np.dtype(np.float32 if spec["single"] else np.float64)
    step, walk = (_packed_step(spec), _packed_walk(spec)) if "nodes" in spec else (_step(spec), _walk(spec))
    listed = roots.tolist()
    walks = CALLED * depth / (WALKED * max(spec["usual"], 1))
    leaf, values, add = spec["leaf"], spec["values"], summed(spec)
    nothing = np.zeros(spec["width"], dtype)

    def scores(rows: Rows) -> Any:
        matrix = np.ascontiguousarray(made(rows), dtype=dtype)
        strange = bool(np.isnan(matrix.dot(nothing)).any())
        if strange:
            check(rows)
        if len(matrix) * len(roots) <= walks:
            ends = np.array([[walk(row, root) for row in matrix.tolist()] for root in listed])
        else:
            ends = _ends(matrix, roots, (spec["usual"], depth), step, missing=strange)
        return add(values.take(leaf.take(ends), axis=0))

    return scores


def _ends(matrix: Any, roots: Any, depths: tuple[int, int], step: Any, *, missing: bool) -> Any:
    """Return the leaf of each tree for each row, of shape (trees, rows)."""
    import numpy as np

    count, width = matrix.shape
    flat = matrix.reshape(-1)
    if count == 1:
        places = roots
        for _ in range(depths[1]):
            places = step(flat, places, None, missing)
        return places[:, None]
    starts = np.arange(count, dtype=np.int64) * width
    ends = np.empty((len(roots), count), np.int64)
    at_once = max(1, BLOCK // count)
    for first in range(0, len(roots), at_once):
        some = roots[first : first + at_once]
        walk = _Walks(flat, np.tile(starts, len(some)), step, missing=missing)
        ends[first : first + at_once] = walk.down(np.repeat(some, count), *depths).reshape(len(some), count)
    return ends


class _Walks:
    """Walks side by side; once most have ended, only the others go on."""

    def __init__(self, flat: Any, begin: Any, step: Any, *, missing: bool) -> None:
        self._flat, self._begin, self._step, self._missing = flat, begin, step, missing

    def down(self, places: Any, usual: int, deepest: int) -> Any:
        """Go down from the roots to the leaves."""
        for _ in range(min(usual + 1, deepest)):
            places = self._step(self._flat, places, self._begin, self._missing)
        if deepest > usual + 1:
            self._end(places, deepest - usual - 1)
        return places

    def _end(self, places: Any, steps: int) -> None:
        ahead = self._step(self._flat, places, self._begin, self._missing)
        going = (ahead != places).nonzero()[0]
        rest, begin = ahead[going], self._begin[going]
        for _ in range(steps - 1):
            rest = self._step(self._flat, rest, begin, self._missing)
        places[going] = rest


def _packed_step(spec: Spec) -> Any:
    """Read threshold, feature and child out of one word each: a walk waits for memory once a step, not three times."""
    import numpy as np

    nodes, missing_left = spec["nodes"], spec["missing"]
    half, shift, mask = np.int64(32), np.int64(32 + spec["bits"]), np.int64((1 << spec["bits"]) - 1)

    def step(flat: Any, places: Any, begin: Any, missing: bool) -> Any:
        words = nodes.take(places, mode="clip")
        feature = words >> half
        feature &= mask
        if begin is not None:
            feature += begin
        value = flat.take(feature, mode="clip")
        right = value > words.view(np.float32)[::2]
        if missing:
            right |= np.isnan(value) & ~missing_left.take(places)
        words >>= shift
        words += right
        return words

    return step


def _step(spec: Spec) -> Any:
    import numpy as np

    thresholds, splits, children, missing_left = spec["thresholds"], spec["splits"], spec["children"], spec["missing"]

    def step(flat: Any, places: Any, begin: Any, missing: bool) -> Any:  # called in the innermost loop
        feature = splits.take(places)
        value = flat.take(feature if begin is None else begin + feature)
        right = value > thresholds.take(places)
        if missing:
            right |= np.isnan(value) & ~missing_left.take(places)
        return children.take(places) + right

    return step


def _packed_walk(spec: Spec) -> Walk:
    """Return the function that walks down one tree; a leaf is its own child."""
    import numpy as np

    nodes, missing_left = spec["nodes"], memoryview(spec["missing"])
    thresholds, words = memoryview(nodes.view(np.float32)), memoryview(nodes.view(np.uint32))
    bits, mask = spec["bits"], (1 << spec["bits"]) - 1

    def walk(values: list[float], place: int) -> int:
        while True:
            word = words[2 * place + 1]
            value = values[word & mask]
            right = value > thresholds[2 * place] if value == value else not missing_left[place]  # noqa: PLR0124  # NaN
            below = int(word >> bits) + right
            if below == place:
                return place
            place = below

    return walk


def _walk(spec: Spec) -> Walk:
    missing_left = memoryview(spec["missing"])
    thresholds, splits, children = (memoryview(spec[name]) for name in ("thresholds", "splits", "children"))

    def walk(values: list[float], place: int) -> int:
        while True:
            value = values[splits[place]]
            right = value > thresholds[place] if value == value else not missing_left[place]  # noqa: PLR0124  # NaN
            below = int(children[place]) + right
            if below == place:
                return place
            place = below

    return walk
