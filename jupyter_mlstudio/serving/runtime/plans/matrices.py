"""Transforms of numbers, with the arithmetic in the order in which scikit-learn does it."""

from collections.abc import Callable
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.packing import Spec

Compute = Callable[[Any], Any]


def _chain(spec: Spec) -> Compute:
    """Shift and scale: the steps one after another, each rounded as the original rounds it."""
    import numpy as np

    functions = {"minus": np.subtract, "over": np.divide, "times": np.multiply, "plus": np.add}
    steps = [(functions[name], value) for name, value in spec["steps"]]
    double = np.dtype(np.float64)

    def chain(made: Any) -> Any:
        if made.dtype is double:
            for function, value in steps:
                made = function(made, value)
            return made
        for function, value in steps:  # in single precision as long as the original is
            made = function(made, value, out=np.empty_like(made), casting="same_kind")
        return made

    return chain


def _clip(spec: Spec) -> Compute:
    low, high = spec["low"], spec["high"]
    return lambda made: made.clip(low, high)


def _fill(spec: Spec) -> Compute:
    import numpy as np

    values, marks, kept = spec["values"], spec["marks"], spec["kept"]

    def fill(made: Any) -> Any:
        missing = np.isnan(made) if marks is None else made == marks
        filled = np.where(missing, values, made) if missing.any() else made
        return filled if kept is None else filled[:, kept]

    return fill


def _missing(spec: Spec) -> Compute:
    import numpy as np

    columns, marks = spec["columns"], spec["marks"]

    def missing(made: Any) -> Any:
        found = np.isnan(made) if marks is None else made == marks
        return found[:, columns].astype(made.dtype)

    return missing


def _beside(spec: Spec) -> Compute:
    import numpy as np

    parts = [composed(each) for each in spec["parts"]]
    return lambda made: np.concatenate([part(made) for part in parts], axis=1)


def _pick(spec: Spec) -> Compute:
    columns = spec["columns"]
    return lambda made: made[:, columns]


def _project(spec: Spec) -> Compute:
    matrix, shift, scale = spec["matrix"].T, spec["shift"], spec["scale"]

    def project(made: Any) -> Any:
        found = made @ matrix
        if shift is not None:
            found = found - shift
        return found if scale is None else found / scale

    return project


def _powers(spec: Spec) -> Compute:
    import numpy as np

    products = [list(each) for each in spec["products"]]

    def powers(made: Any) -> Any:
        out = np.empty((len(made), len(products)), made.dtype)
        for place, product in enumerate(products):
            found = np.ones(len(made), made.dtype) if not product else made[:, product[0]]
            for column in product[1:]:
                found = found * made[:, column]
            out[:, place] = found
        return out

    return powers


def _bins(spec: Spec) -> Compute:
    import numpy as np

    edges, sizes, one_hot = spec["edges"], spec["sizes"], spec["one_hot"]
    starts = np.cumsum([0, *sizes[:-1]])

    def bins(made: Any) -> Any:
        codes = np.empty(made.shape, made.dtype)
        for place, edge in enumerate(edges):
            codes[:, place] = np.searchsorted(edge, made[:, place], side="right")
        if not one_hot:
            return codes
        out = np.zeros((len(made), sum(sizes)), made.dtype)
        out[np.arange(len(made))[:, None], starts + codes.astype(np.int64)] = 1.0
        return out

    return bins


def _normal(spec: Spec) -> Compute:
    import numpy as np

    norm = spec["norm"]

    def normal(made: Any) -> Any:
        if norm == "l1":
            size = np.abs(made).sum(axis=1)
        elif norm == "l2":
            size = np.sqrt(np.einsum("ij,ij->i", made, made))
        else:
            size = np.abs(made).max(axis=1)
        size[size == 0] = 1.0
        return made / size[:, None]

    return normal


def _binary(spec: Spec) -> Compute:
    bound = spec["bound"]
    return lambda made: (made > bound).astype(made.dtype)


def _function(spec: Spec) -> Compute:
    import numpy as np

    function: Compute = getattr(np, spec["name"])
    return function


def composed(specs: list[Spec]) -> Compute:
    """Make one function of several transforms."""
    functions = [MATRICES[spec["op"]](spec) for spec in specs]

    def compose(made: Any) -> Any:
        for function in functions:
            made = function(made)
        return made

    return compose


MATRICES: dict[str, Callable[[Spec], Compute]] = {
    "chain": _chain,
    "clip": _clip,
    "fill": _fill,
    "missing": _missing,
    "beside": _beside,
    "pick": _pick,
    "project": _project,
    "powers": _powers,
    "bins": _bins,
    "normal": _normal,
    "binary": _binary,
    "function": _function,
}
