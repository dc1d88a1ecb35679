"""From rows to what an original model takes: a DataFrame, an array, or arrays by name. The only place with pandas."""

from typing import Any

from jupyter_mlstudio.serving.runtime.question import Rows
from jupyter_mlstudio.serving.runtime.wire.arrays import columns_of
from jupyter_mlstudio.serving.runtime.wire.schema import Schema

MATRIX = 2


def model_input(schema: Schema, rows: Rows) -> Any:
    """Return rows as the DataFrame, or the array, that the model was trained on."""
    if schema.tensor is not None:
        return _array(schema, rows)
    if schema.fields and all(field.type == "tensor" for field in schema.fields):
        return dict(zip(schema.names, columns_of(schema, rows), strict=True))
    if not schema.fields and rows.names is None:
        return rows.columns[0] if rows.columns else rows.cells
    return _frame(schema, rows)


def _array(schema: Schema, rows: Rows) -> Any:
    import numpy as np

    columns = columns_of(schema, rows)
    if schema.tensor is None or len(schema.tensor.shape) != MATRIX:
        return columns[0]
    return rows.matrix if rows.matrix is not None else np.ascontiguousarray(np.array(columns).T)


def _frame(schema: Schema, rows: Rows) -> Any:
    import pandas as pd

    names: Any = rows.names if not schema.fields else schema.names or range(len(schema.fields))
    if rows.matrix is not None:
        return pd.DataFrame(rows.matrix, columns=names, copy=False)
    series = [_series(column) for column in columns_of(schema, rows)]
    frame = pd.DataFrame(dict(enumerate(series)), index=range(rows.count))
    frame.columns = pd.Index(names)
    return frame


def _series(column: Any) -> Any:
    """Texts become what pandas makes of them today: its own type of text, or else objects."""
    import pandas as pd

    if not hasattr(column, "to_pylist"):
        return column
    return pd.Series(column.to_pylist(), dtype="str" if pd.__version__ >= "3" else object)
