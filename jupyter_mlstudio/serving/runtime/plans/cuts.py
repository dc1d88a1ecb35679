"""Makes the tables of small trees: which leaves each stretch, or category, of each input column rules out."""

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.blocks import Made, Raw
from jupyter_mlstudio.serving.runtime.plans.features import node
from jupyter_mlstudio.serving.runtime.plans.forests import LEAF, Trees
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.question import Cells, Rows

MOST_LEAVES = 64
MOST_BYTES = 24 * 2**20
WIDTHS = ((8, "uint8"), (16, "uint16"), (32, "uint32"), (64, "uint64"))
STEPS = 66
"""Halvings after which a border between two numbers of double precision is found."""


@dataclass
class Leaves:
    """The leaves of each tree from left to right, and which of them each split rules out when a row goes right."""

    start: Any
    order: Any
    marks: Any
    tree: Any
    dtype: str


def tabled(trees: Trees, made: Made, raw: Raw, base: Cells, refused: dict[int, Spec]) -> Spec | None:
    """Return the tables, or None if the trees or the transforms before them have no such form.

    Args:
        trees: The trees.
        made: The matrix that they look at.
        raw: The model's input.
        base: A row that the model takes, in which one column after another is changed.
        refused: What the model does not take, by column.
    """
    import numpy as np

    leaf = trees.feature == LEAF
    if int(np.add.reduceat(leaf, trees.roots, dtype=np.int64).max()) > MOST_LEAVES:
        return None
    used = np.unique(trees.feature[~leaf]).tolist()
    if any(made.origins[feature] < 0 for feature in used):
        return None
    leaves = _leaves(trees)
    builder = _Builder(trees, made, raw, base, leaves)
    return builder.spec(sorted({made.origins[feature] for feature in used}), refused)


def _leaves(trees: Trees) -> Leaves:
    """Number the leaves of each tree from left to right."""
    import numpy as np

    marks = np.zeros(len(trees.feature), np.uint64)
    tree = np.zeros(len(trees.feature), np.int64)
    order: list[int] = []
    start: list[int] = []
    left, right, feature = trees.left.tolist(), trees.right.tolist(), trees.feature.tolist()
    found = [0] * len(feature)
    most = 0
    for number, root in enumerate(trees.roots.tolist()):
        first = len(order)
        start.append(first)
        stack = [(root, False)]
        while stack:
            place, middle = stack.pop()
            tree[place] = number
            if middle:
                found[place] = ((1 << (len(order) - first)) - 1) & ~found[place]
            elif feature[place] == LEAF:
                order.append(place)
            else:
                found[place] = (1 << (len(order) - first)) - 1
                stack += [(right[place], False), (place, True), (left[place], False)]
        most = max(most, len(order) - first)
    marks[:] = found
    dtype = next(name for width, name in WIDTHS if most <= width)
    return Leaves(np.array(start), np.array(order), marks.astype(dtype), tree, dtype)


class _Builder:
    """Builds one table after another."""

    def __init__(self, trees: Trees, made: Made, raw: Raw, base: Cells, leaves: Leaves) -> None:
        self._trees, self._raw, self._base, self._leaves = trees, raw, base, leaves
        seen, dtype = node(made.spec), "float32" if trees.single else "float64"
        self._features: Callable[[Rows], Any] = lambda rows: seen(rows).astype(dtype)
        self._origins, self._spec = made.origins, made.spec

    def spec(self, indices: list[int], refused: dict[int, Spec]) -> Spec | None:
        """Build the tables of some columns."""
        import numpy as np

        known, numbers = _categories_in(self._spec), _numbers_in(self._spec)
        if any(index in numbers or len(known[index]) > 1 for index in indices if index in known):
            return None
        cuts = found_cuts(self._features, self._raw, self._base, self._wanted(set(indices) - set(known)))
        columns, parts, start = [], [], 0
        for index in indices:
            if index in known:
                column, table = self._categories(index, known[index][0])
            else:
                column, table = self._stretches(index, cuts[index], refused.get(index, {}))
            columns.append({**column, "index": index, "start": start})
            parts.append(table)
            start += len(table)
            if start * self._trees.count * table.itemsize > MOST_BYTES:
                return None
        return {
            "columns": columns,
            "table": np.concatenate(parts),
            "values": self._trees.values[self._leaves.order],
            # the marks up to and with the first free leaf are one more than its number
            "starts": self._leaves.start - 1,
        }

    def _wanted(self, indices: set[int]) -> list[tuple[int, int, Any]]:
        """Return the borders in each feature that comes from one of these columns."""
        import numpy as np

        feature, threshold = self._trees.feature, self._trees.threshold
        found = []
        for place, index in enumerate(self._origins):
            if index in indices:
                there = threshold[feature == place]
                found.append((index, place, np.unique(there)))
        return found

    def _categories(self, index: int, spec: Spec) -> tuple[Spec, Any]:
        """Show the transforms each category, an unknown one and a missing one, in the order of its own table."""
        values = [*spec["known"]]
        values += [spec["strange"]] if spec["unknown"] is not None else []
        values += [None] if spec["missing"] is not None else []
        return {"categories": {**spec, "table": None}}, self._words(index, values)

    def _stretches(self, index: int, cuts: Any, refused: Spec) -> tuple[Spec, Any]:
        """Show the transforms the last number of each stretch, and a missing one if the model takes it."""
        values = [*cuts.tolist(), math.nextafter(cuts[-1], math.inf) if len(cuts) else 0.0]
        gap = None if refused.get("gap", True) else len(values)
        words = self._words(index, values if gap is None else [*values, None])
        name = self._raw.columns[index].name
        return {"categories": None, "cuts": cuts, "gap": gap, "limit": refused.get("limit"), "name": name}, words

    def _words(self, index: int, values: list[Any]) -> Any:
        """Return the leaves that each value rules out, a word for each tree."""
        import numpy as np

        cells = [(*self._base[:index], value, *self._base[index + 1 :]) for value in values]
        matrix = self._features(Rows(len(cells), cells=cells))
        places = np.flatnonzero(np.isin(self._trees.feature, [p for p, o in enumerate(self._origins) if o == index]))
        right = self._right(matrix, places)
        words = np.zeros((len(cells), self._trees.count), self._leaves.dtype)
        trees = self._leaves.tree[places]
        starts = np.flatnonzero(np.diff(trees, prepend=-1))
        marked = np.where(right, self._leaves.marks[places], np.array(0, self._leaves.dtype))
        words[:, trees[starts]] = np.bitwise_or.reduceat(marked, starts, axis=1)
        return words

    def _right(self, matrix: Any, places: Any) -> Any:
        import numpy as np

        trees = self._trees
        values = matrix[:, trees.feature[places]]
        right = np.where(np.isnan(values), ~trees.missing_left[places], values > trees.threshold[places])
        if trees.category is not None:
            for number in np.flatnonzero(trees.category[places] >= 0).tolist():
                codes = values[:, number]
                there = (codes >= 0) & (codes < trees.lefts.shape[1])
                left = trees.lefts[trees.category[places[number]], np.where(there, codes, 0).astype(np.int64)]
                right[:, number] = ~np.where(there, left, trees.missing_left[places[number]])
        return right


def found_cuts(
    features: Callable[[Rows], Any], raw: Raw, base: Cells, wanted: list[tuple[int, int, Any]]
) -> dict[int, Any]:
    """Return for each column the largest numbers that stay at or below each border of the features made of them.

    Transforms that never fall part a column where its features are parted: the border is found by halving, in all
    columns at once.
    """
    import numpy as np

    cuts: dict[int, list[Any]] = {index: [] for index, _, _ in wanted}
    left = list(wanted)
    while left:
        turn: dict[int, tuple[int, Any]] = {}
        for index, place, borders in list(left):
            if index not in turn:
                turn[index] = (place, borders)
                left.remove(next(each for each in left if each[0] == index and each[1] == place))
        for index, found in _halved(features, raw, base, turn).items():
            cuts[index].append(found)
    return {index: np.unique(np.concatenate(parts)) if parts else np.empty(0) for index, parts in cuts.items()}


def _halved(features: Callable[[Rows], Any], raw: Raw, base: Cells, turn: dict[int, tuple[int, Any]]) -> dict[int, Any]:
    import numpy as np

    most = max(len(borders) for _, borders in turn.values())
    places = [place for place, _ in turn.values()]
    borders = np.full((most, len(turn)), np.nan)
    for number, (_, each) in enumerate(turn.values()):
        borders[: len(each), number] = each
    columns = _still(raw, base, most)

    def left(keys: Any) -> Any:
        values = _values(keys)
        for number, index in enumerate(turn):
            columns[index] = values[:, number]
        return features(Rows(most, columns=columns))[:, places] <= borders

    low, high = (np.full(borders.shape, _key(edge)) for edge in (-LARGEST, LARGEST))
    never, always = ~left(low), left(high)
    for _ in range(STEPS):
        middle = (low >> 1) + (high >> 1) + (low & high & 1)
        below = left(middle)
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    cuts = np.where(never | always | np.isnan(borders), np.nan, _values(low))
    return {index: cuts[:, number][~np.isnan(cuts[:, number])] for number, index in enumerate(turn)}


LARGEST = 1.7976931348623157e308


def _key(value: float) -> int:
    (found,) = struct.unpack("<q", struct.pack("<d", value))
    return int(found) if found >= 0 else -(2**63) - int(found)


def _values(keys: Any) -> Any:
    """Turn whole numbers into the numbers of double precision that stand in the same order."""
    import numpy as np

    return np.where(keys >= 0, keys, np.int64(-(2**63)) - keys).view(np.float64)


def _still(raw: Raw, base: Cells, count: int) -> list[Any]:
    """Return columns in which a row is repeated."""
    import numpy as np
    import pyarrow as pa

    columns: list[Any] = []
    for column in raw.columns:
        value = base[column.index]
        if column.numeric:
            columns.append(np.full(count, np.nan if value is None else value, dtype=np.float64))
        else:
            places = pa.array(np.zeros(count, np.int32), mask=np.full(count, value is None))
            columns.append(
                pa.DictionaryArray.from_arrays(places, pa.array([value or ""] if column.type == "string" else [""]))
            )
    return columns


def _categories_in(part: Any) -> dict[int, list[Spec]]:
    """Find the columns that are used as categories."""
    found: dict[int, list[Spec]] = {}
    for spec in _all(part):
        for each in spec.get("columns", []) if spec.get("op") in ("one_hot", "ordinal") else []:
            found.setdefault(each["index"], []).append(each)
    return found


def _numbers_in(part: Any) -> set[int]:
    return {index for spec in _all(part) if spec.get("op") == "numbers" for index in spec["indices"]}


def _all(part: Any) -> list[Spec]:
    if isinstance(part, dict):
        return [part, *(each for value in part.values() for each in _all(value))]
    return [each for value in part for each in _all(value)] if isinstance(part, list) else []
