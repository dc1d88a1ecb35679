"""From rows to scores: linear models, and whatever trees add up to."""

from collections.abc import Callable
from math import isfinite
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.features import Node, node
from jupyter_mlstudio.serving.runtime.plans.levels import levels
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.plans.refusing import Check
from jupyter_mlstudio.serving.runtime.plans.tables import tables
from jupyter_mlstudio.serving.runtime.question import Rows

BLOCK = 8192
"""Rows at a time: what belongs to them fits into the processor's cache."""


def linear(spec: Spec, check: Check) -> Node:
    """Return the function from rows to scores, of shape (n,) or (n, k)."""
    import numpy as np

    made, weights, shift = node(spec["features"]), spec["weights"].T, spec["shift"]
    flat = weights.ndim == 1 or weights.shape[1] == 1
    if flat:
        weights, shift = weights.reshape(-1), shift.reshape(-1)[0] if shift.ndim else shift

    def scores(rows: Rows) -> Any:
        if rows.matrix is None and rows.columns is not None and len(rows.columns) > 1 and rows.count > BLOCK:
            found = _blockwise(rows, made, weights, shift)
        else:
            found = made(rows).dot(weights) + shift
        if not (isfinite(found.item()) if found.size == 1 else np.isfinite(found).all()):
            check(rows)
        return found

    return scores


def _blockwise(rows: Rows, made: Node, weights: Any, shift: Any) -> Any:
    import numpy as np

    parts = []
    for start in range(0, rows.count, BLOCK):
        columns = [column[start : start + BLOCK] for column in rows.columns or []]
        part = Rows(min(BLOCK, rows.count - start), columns=columns)
        parts.append(made(part).dot(weights) + shift)
    return np.concatenate(parts)


SCORES: dict[str, Callable[[Spec, Check], Node]] = {"linear": linear, "levels": levels, "tables": tables}
