"""A recipe in front of a model: its steps as a function of a row for few rows, and its engine for many.

Serving knows no recipe. It knows a first step of a pipeline of this studio that offers `row_function`: an object with
`row`, from values by name to values by name, and `types`, what comes out; and `transform` for a whole table.
"""

import pickle
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.question import Rows

FEW = 192
"""Up to so many rows are quicker one by one than through an engine."""
TYPES = {
    "String": "string",
    "Boolean": "boolean",
    "Float64": "double",
    "Float32": "float",
    "Int64": "long",
    "Int32": "integer",
    "Int16": "integer",
    "Int8": "integer",
    "UInt8": "integer",
    "UInt16": "integer",
    "UInt32": "long",
    "Date": "datetime",
}


class NotPlannedError(Exception):
    """Values that only the original can judge."""


class Front:
    """A fitted recipe at work."""

    def __init__(self, transform: Any, fields: Sequence[Field]) -> None:
        self._transform, self._fields = transform, list(fields)
        few = transform.row_function()
        self._row, types = few.row, few.types
        self._names = [str(field.name) for field in fields]
        self._made = list(types)
        self.made = tuple(Field(name, TYPES.get(kind, "datetime"), required=False) for name, kind in types.items())
        self._pick = itemgetter(*self._made) if len(self._made) > 1 else lambda row: (row[self._made[0]],)

    def __call__(self, rows: Rows) -> Rows:
        """Return the rows as the recipe makes them.

        Raises:
            NotPlannedError: A value is not as it was in training.
        """
        if rows.cells is None:
            return self._many(rows)
        row, names, pick = self._row, self._names, self._pick
        try:
            return Rows(rows.count, cells=[pick(row(dict(zip(names, cells, strict=True)))) for cells in rows.cells])
        except Exception as error:  # whatever it is: the recipe itself says what is wrong
            raise NotPlannedError from error

    def _many(self, rows: Rows) -> Rows:
        from jupyter_mlstudio.serving.runtime.wire.frames import model_input
        from jupyter_mlstudio.serving.runtime.wire.schema import Schema

        try:
            table = self._transform.transform(model_input(Schema(self._fields), rows))
        except Exception as error:
            raise NotPlannedError from error
        return Rows(
            rows.count,
            columns=[_column(table[name], kind.type) for name, kind in zip(self._made, self.made, strict=True)],
        )


def _column(values: Any, kind: str) -> Any:
    if kind != "string":
        return values.to_numpy()
    import pyarrow as pa

    return pa.array(values, pa.string(), from_pandas=True)


def front_of(estimator: Any) -> Any:
    """Return the recipe at the beginning of a pipeline, or None if there is none that has a function of a row."""
    steps = getattr(estimator, "steps", None)
    first: Any = steps[0][1] if steps else None
    if not type(first).__module__.startswith("jupyter_mlstudio.") or not hasattr(first, "row_function"):
        return None
    return first if first.row_function() is not None else None


def packed(transform: Any) -> Spec:
    """Return the recipe as part of a plan. Only plans of trusted models hold one."""
    import numpy as np

    return {"pickled": np.frombuffer(pickle.dumps(transform), np.uint8)}


def unpacked(spec: Spec, fields: Sequence[Field]) -> Front:
    """Return the recipe of a plan."""
    return Front(pickle.loads(spec["pickled"].tobytes()), fields)  # this package wrote it, for a trusted model
