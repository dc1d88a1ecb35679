"""Small trees without a walk: each column's value rules out leaves, and what is left at the end is each tree's leaf.

Each column has a table with one row for each stretch between two borders, or for each category. A row holds one word
for each tree, in which the leaves are marked that such a value rules out. The words of all columns are joined, and the
first leaf that is not ruled out is the one that a walk would reach.
"""

import math
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.features import Node, as_numbers
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.plans.refusing import Check
from jupyter_mlstudio.serving.runtime.plans.sums import summed
from jupyter_mlstudio.serving.runtime.plans.texts import codes, finder
from jupyter_mlstudio.serving.runtime.question import Rows

FEW = 48
"""Up to so many rows are looked up cell by cell."""
BLOCK = 1024
"""Rows at a time, so that the words of all trees stay in the processor's cache."""
Find = Callable[[Any], int]


class StrangeError(Exception):
    """A number that the model does not take."""


def tables(spec: Spec, check: Check) -> Node:
    """Return the function from rows to scores."""
    import numpy as np

    table, values, starts = spec["table"], spec["values"], spec["starts"]
    columns = [(each["index"], *_column(each)) for each in spec["columns"]]
    finds = [(index, find) for index, find, _ in columns]
    add = summed(spec)
    one = np.array(1, table.dtype)

    def leaves(words: Any) -> Any:
        """Turn words, of shape (rows, trees), into leaves' values, of shape (trees, rows, k)."""
        first = np.bitwise_count(words ^ (words + one))
        return values.take((first + starts).T, axis=0)

    def few(rows: Rows) -> Any:
        places = [find(row[index]) for row in rows.cells or [] for index, find in finds]
        words = table.take(places, axis=0).reshape(rows.count, len(finds), -1)
        return add(leaves(np.bitwise_or.reduce(words, axis=1)))

    def many(rows: Rows) -> Any:
        places = [whole(rows) for _, _, whole in columns]
        parts = []
        for begin in range(0, rows.count, BLOCK):
            words = table.take(places[0][begin : begin + BLOCK], axis=0)
            for place in places[1:]:
                words |= table.take(place[begin : begin + BLOCK], axis=0)
            parts.append(add(leaves(words)))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def scores(rows: Rows) -> Any:
        try:
            return few(rows) if rows.cells is not None and rows.count <= FEW else many(rows)
        except StrangeError:
            check(rows)
            raise

    return scores


def _column(spec: Spec) -> tuple[Find, Callable[[Rows], Any]]:
    return _categories(spec) if spec["categories"] is not None else _stretches(spec)


def _categories(spec: Spec) -> tuple[Find, Callable[[Rows], Any]]:
    inner, start = spec["categories"], spec["start"]
    find, whole = finder(inner), codes(inner)
    return (lambda value: find(value) + start), (lambda rows: whole(rows) + start)


def _stretches(spec: Spec) -> tuple[Find, Callable[[Rows], Any]]:
    """Make the functions that find the stretch in which numbers lie; behind the last stretch stands what is missing."""
    cuts, start, limit = spec["cuts"], int(spec["start"]), spec["limit"]
    listed = cuts.tolist()
    gap: int | None = None if spec["gap"] is None else start + spec["gap"]
    most = math.inf if limit is None else limit

    def find(value: Any) -> int:
        if value is None or value != value:  # noqa: PLR0124  # NaN
            if gap is None:
                raise StrangeError
            return gap
        if not -most <= value <= most:
            raise StrangeError
        return bisect_left(listed, value) + start

    def whole(rows: Rows) -> Any:
        import numpy as np

        column = _numbers(rows, spec)
        places = np.searchsorted(cuts, column) + start
        strange = ~((column >= -most) & (column <= most))
        if strange.any():
            for row in np.flatnonzero(strange).tolist():
                places[row] = find(float(column[row]))
        return places

    return find, whole


def _numbers(rows: Rows, spec: Spec) -> Any:
    import numpy as np

    index = spec["index"]
    if rows.cells is not None:
        return np.array([row[index] for row in rows.cells], np.float64)
    columns = rows.columns or []
    if rows.matrix is not None:
        return np.ascontiguousarray(rows.matrix[:, index])
    if len(columns) == 1 and getattr(columns[0], "ndim", 1) > 1:
        return np.ascontiguousarray(columns[0][:, index])
    return as_numbers(columns[index])
