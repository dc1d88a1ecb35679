"""From rows to the matrix that an estimator takes: the transforms of a pipeline as plain array code."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from struct import Struct
from struct import error as StructError  # noqa: N812  # it is a class
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.matrices import MATRICES
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.plans.texts import one_hot, ordinal
from jupyter_mlstudio.serving.runtime.question import Rows

Node = Callable[[Rows], Any]
"""Makes a two-dimensional array of numbers."""


def node(spec: Spec) -> Node:
    """Make the function that a part of a plan describes."""
    op = spec["op"]
    if op in SOURCES:
        return SOURCES[op](spec)
    compute, source = MATRICES[op](spec), node(spec["of"])
    return lambda rows: compute(source(rows))


def _numbers(spec: Spec) -> Node:
    """Take columns as they are; `rounded` are those that the model knows in single precision only."""
    import numpy as np

    indices: list[int] = spec["indices"]
    dtype, rounded = np.dtype(spec["dtype"]), spec["rounded"]
    pick, every = _picker(indices, spec["width"]), indices == list(range(spec["width"]))
    tensor, width = spec["tensor"], spec["width"]
    pack = Struct(f"{len(indices)}{dtype.char}").pack if len(indices) > 1 else None

    def numbers(rows: Rows) -> Any:
        if rows.cells is not None:
            made = _matrix(np, pick(rows.cells), pack, dtype, rows.count)
        elif rows.matrix is not None or (tensor and len(rows.columns or []) != width):
            matrix = np.asarray(rows.matrix if rows.matrix is not None else (rows.columns or [None])[0], dtype)
            made = matrix if every else matrix[:, indices]
        else:
            columns = rows.columns or []
            made = np.array([as_numbers(columns[index]) for index in indices], dtype).T
        if rounded:
            made = made.copy()
            made[:, rounded] = made[:, rounded].astype(np.float32)
        return made

    return numbers


def _matrix(np: Any, picked: Any, pack: Any, dtype: Any, count: int) -> Any:
    """Make an array of cells; packing them takes half as long as NumPy does, as long as nothing is missing."""
    if pack is not None:
        try:
            packed = pack(*picked[0]) if count == 1 else bytearray().join([pack(*row) for row in picked])
            return np.frombuffer(packed, dtype).reshape(count, -1)
        except (StructError, OverflowError):
            pass
    return np.array(picked, dtype).reshape(count, -1 if count else 0)


def as_numbers(column: Any) -> Any:
    """Return a column as numbers, whatever holds it; missing ones become NaN."""
    import numpy as np

    if hasattr(column, "to_numpy") and not hasattr(column, "itemsize"):
        return column.to_numpy(zero_copy_only=False)
    return column.astype(np.float64) if column.dtype.kind == "O" else column


def _picker(indices: list[int], width: int) -> Callable[[Sequence[Any]], Any]:
    if indices == list(range(width)):
        return lambda cells: cells
    if len(indices) == 1:
        (only,) = indices
        return lambda cells: [cell[only] for cell in cells]
    pick = itemgetter(*indices) if indices else lambda _: ()
    return lambda cells: [pick(cell) for cell in cells]


def _stacked(spec: Spec) -> Node:
    import numpy as np

    parts = [node(each) for each in spec["parts"]]
    return lambda rows: np.concatenate([part(rows) for part in parts], axis=1)


SOURCES: dict[str, Callable[[Spec], Node]] = {
    "numbers": _numbers,
    "stack": _stacked,
    "one_hot": one_hot,
    "ordinal": ordinal,
}
