"""Adds what the trees say in the order in which the original adds it, so that not a bit differs."""

from collections.abc import Callable
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.packing import Spec


def summed(spec: Spec) -> Callable[[Any], Any]:
    """Return the function from leaves' values, of shape (trees, rows, k), to scores of shape (rows,) or (rows, k)."""
    import numpy as np

    groups, base, divisor = spec["groups"], spec["base"], spec["divisor"]
    several = int(groups.max()) + 1 if len(groups) else 1
    flat = spec.get("flat", False)

    def add(values: Any) -> Any:
        if several > 1:
            count = values.shape[1]
            values = values.reshape(-1, several, count).transpose(0, 2, 1)
        total = _in_order(np, values, base)
        if divisor != 1.0:
            total /= divisor
        return total[:, 0] if flat else total

    return add


def _in_order(np: Any, values: Any, base: Any) -> Any:
    """Add along the first axis, one after another: NumPy would add a single column in pairs."""
    if values.shape[1] * values.shape[2] == 1:
        column = values.reshape(-1) if base is None else np.concatenate((base, values.reshape(-1)))
        return np.add.accumulate(column)[-1:].reshape(1, 1)
    if base is None:
        return np.add.reduce(values, axis=0)
    whole = np.empty((len(values) + 1, *values.shape[1:]), values.dtype)
    whole[0], whole[1:] = base, values
    return np.add.reduce(whole, axis=0)
