"""Between rows and columns: cells, NumPy arrays, and Arrow arrays for texts."""

import struct
from collections.abc import Sequence
from itertools import starmap
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.question import Cells, Rows
from jupyter_mlstudio.serving.runtime.wire.schema import MOST_CELLS, NUMBERS, Schema


def rows_of_cells(schema: Schema, cells: list[Cells]) -> Rows:
    """Make rows of checked cells: as they are, or as columns if they are many."""
    count = len(cells)
    if count <= MOST_CELLS:
        return Rows(count, cells)
    if schema.numbers or schema.tensor is not None:
        return rows_of_matrix(schema, _matrix(cells))
    return rows_of_lists(schema, list(zip(*cells, strict=True)), count)


def rows_of_lists(schema: Schema, lists: Sequence[Sequence[Any]], count: int) -> Rows:
    """Make rows of checked values, column by column."""
    if count <= MOST_CELLS:
        return Rows(count, list(zip(*lists, strict=True)))
    return Rows(count, columns=[array_of(field, values) for field, values in zip(schema.fields, lists, strict=True)])


def rows_of_matrix(schema: Schema, matrix: Any) -> Rows:
    """Make rows of an array (n, k) of checked numbers."""
    import numpy as np

    if schema.tensor is not None and schema.tensor.dtype != str(matrix.dtype):
        matrix = matrix.astype(schema.tensor.dtype)
    if len(matrix) <= MOST_CELLS:
        whole = matrix.dtype.kind != "f" or not np.isnan(matrix).any()
        return Rows(len(matrix), [*map(tuple, matrix.tolist())] if whole else cells_of([*matrix.T]))
    return Rows(len(matrix), columns=list(matrix.T), matrix=matrix if matrix.dtype == np.float64 else None)


def rows_of_columns(columns: list[Any], count: int) -> Rows:
    """Make rows of checked arrays."""
    return Rows(count, cells_of(columns)) if count <= MOST_CELLS else Rows(count, columns=columns)


def columns_of(schema: Schema, rows: Rows) -> list[Any]:
    """Return rows as one array a column, however they came."""
    if rows.columns is not None:
        return rows.columns
    cells = rows.cells or []
    if schema.tensor is not None:
        import numpy as np

        return list(np.array(cells, dtype=schema.tensor.dtype).reshape(len(cells), -1).T)
    if not schema.fields:
        return [guessed(values) for values in zip(*cells, strict=True)]
    lists = list(zip(*cells, strict=True)) or [()] * len(schema.fields)
    return [array_of(field, values) for field, values in zip(schema.fields, lists, strict=True)]


def array_of(field: Field, values: Sequence[Any]) -> Any:
    """Make the array of one column of checked values."""
    import numpy as np

    if field.type in NUMBERS:
        dtype, whole = NUMBERS[field.type]
        missing = not field.required and None in values
        if whole and not missing:
            return np.array(values, dtype=dtype)
        return np.array(values, dtype="float64" if missing and whole else dtype)
    if field.type == "boolean":
        return np.array(values, dtype=object if None in values else bool)
    if field.type == "string":
        return texts(values)
    if field.type == "datetime":
        return np.array(values, dtype="datetime64[us]")
    return np.array(values, dtype=field.dtype) if field.type == "tensor" else guessed(values)


def guessed(values: Sequence[Any]) -> Any:
    """Make an array of values whose type nobody has told."""
    import numpy as np

    kinds = set(map(type, values))
    if kinds <= {int, float, type(None)} and kinds != {type(None)}:
        try:
            return np.array(values, dtype="int64" if kinds == {int} else "float64")
        except OverflowError:
            return objects(values)
    if kinds == {bool}:
        return np.array(values, dtype=bool)
    if kinds <= {str, type(None)} and str in kinds:
        return texts(values)
    return objects(values)


def texts(values: Sequence[Any]) -> Any:
    """Make an Arrow array of texts."""
    import pyarrow as pa

    return pa.array(values, pa.string())


def objects(values: Sequence[Any]) -> Any:
    """Make an array of anything; lists stay lists."""
    import numpy as np

    return np.fromiter(values, dtype=object, count=len(values))


def cells_of(columns: Sequence[Any]) -> list[Cells]:
    """Turn arrays into cells: what is missing is None."""
    return list(zip(*map(values_of, columns), strict=True))


def values_of(column: Any) -> list[Any]:
    """Turn an array into a list: what is missing is None."""
    if hasattr(column, "to_pylist"):
        listed: list[Any] = column.to_pylist()
        return listed
    values: list[Any] = column.tolist()
    if column.dtype.kind == "f":
        return [None if value != value else value for value in values]  # noqa: PLR0124  # that is NaN
    return values


def _matrix(cells: list[Cells]) -> Any:
    """Make one array of rows of numbers; packing them row by row takes half as long as NumPy does."""
    import numpy as np

    width = len(cells[0])
    pack = struct.Struct(f"{width}d").pack
    try:
        buffer = bytearray().join(starmap(pack, cells))
    except struct.error:  # something is missing
        return np.array(cells, dtype="float64")
    return np.frombuffer(buffer, dtype="float64").reshape(-1, width)
