"""What tells the data of a training apart, found out beside the training and without copying them."""

import hashlib
import json
from threading import Thread
from typing import Any

from jupyter_mlstudio.experiments.tracking.entries import DataEntry

SMALL = 1_000_000
"""Bytes that are read at once; more are read by a thread while the model is fitted."""

DIGEST_BYTES = 16

LARGE = 64_000_000
"""Bytes of a table from which it is read column by column: its columns may lie apart."""

PIECE = 1_000_000
"""Bytes that are brought into order at a time, if they lie in another one."""

PLAIN = "biuf"
"""Kinds of NumPy's numbers."""


class TrainingData:
    """The rows and the target that a model is fitted on; reading them begins at once."""

    def __init__(self, rows: Any, target: Any) -> None:
        self._rows, self._target = rows, target
        self._digest: str | None = None
        self._shape = _shape(rows)
        self._schema = _schema(rows)
        self._thread: Thread | None = None
        if _size(rows) + _size(target) <= SMALL:
            self._read()
        else:
            self._thread = Thread(target=self._read, name="mlstudio-digest", daemon=True)
            self._thread.start()

    def entry(self) -> DataEntry | None:
        """Return what the store keeps of the data, as soon as they have been read; None if they are of an odd kind."""
        if self._thread is not None:
            self._thread.join()
        if self._digest is None:
            return None
        rows, columns = self._shape
        profile = {"num_rows": rows, "num_columns": columns, "num_elements": rows * columns}
        source = {"tags": {"mlflow.source.name": "what `fit` was called with"}}
        return DataEntry(
            "training data",
            self._digest,
            "code",
            json.dumps(source),
            self._schema,
            json.dumps(profile),
            "training",
        )

    def _read(self) -> None:
        total = hashlib.blake2b(digest_size=DIGEST_BYTES)
        try:
            _add(total, self._rows)
            _add(total, self._target)
        except Exception:  # whatever it is that the model takes
            return
        finally:
            self._rows = self._target = None
        self._digest = total.hexdigest()


def _add(total: Any, values: Any) -> None:
    """Add values to a digest: names, types, shape and content."""
    import numpy as np

    if values is None:
        return
    if type(values).__module__.partition(".")[0] == "polars":
        for column in values.get_columns() if hasattr(values, "get_columns") else [values]:
            total.update(f"{column.name}:{column.dtype};".encode())
            _add_array(total, column.hash(seed=0).to_numpy())
    elif hasattr(values, "columns") and hasattr(values, "dtypes"):
        kinds = list(values.dtypes)
        total.update(
            json.dumps([[str(name), str(kind)] for name, kind in zip(values.columns, kinds, strict=True)]).encode()
        )
        if len(set(kinds)) == 1 and isinstance(kinds[0], np.dtype) and kinds[0].kind in PLAIN and _size(values) < LARGE:
            _add_array(total, values.to_numpy())
            return
        for place in range(len(kinds)):
            _add_column(total, values.iloc[:, place])
    elif hasattr(values, "indptr"):
        for part in (values.data, values.indices, values.indptr):
            _add_array(total, part)
    elif hasattr(values, "iloc"):
        _add_column(total, values)
    else:
        _add_array(total, np.asarray(values))


def _add_column(total: Any, column: Any) -> None:
    values = column.array
    kind = getattr(values.dtype, "kind", "O")
    if kind in PLAIN and hasattr(values, "to_numpy") and not getattr(values, "_hasna", False):
        _add_array(total, values.to_numpy())
        return
    import pandas as pd

    total.update(pd.util.hash_array(values).tobytes())


def _add_array(total: Any, values: Any) -> None:
    import numpy as np

    total.update(f"{values.dtype}{values.shape}".encode())
    if values.dtype.kind == "O":
        import pandas as pd

        total.update(pd.util.hash_array(values.ravel().astype(object)).tobytes())
        return
    if values.flags.c_contiguous:
        total.update(memoryview(values.reshape(-1).view(np.uint8)))
        return
    step = max(1, PIECE // max(1, values[:1].nbytes))
    for start in range(0, len(values), step):
        total.update(values[start : start + step].tobytes())


def _size(values: Any) -> int:
    if values is None:
        return 0
    counted = getattr(values, "nbytes", None)
    if isinstance(counted, int):
        return counted
    rows, columns = _shape(values)
    return rows * columns * 8


def _shape(values: Any) -> tuple[int, int]:
    shape = getattr(values, "shape", None)
    if shape is None:
        first = values[0] if isinstance(values, list) and values else 0
        return (len(values) if hasattr(values, "__len__") else 0), len(first) if isinstance(first, list | tuple) else 1
    return int(shape[0]), int(shape[1]) if len(shape) > 1 else 1


def _schema(values: Any) -> str | None:
    """Return names and types of the features, as MLflow writes them."""
    if hasattr(values, "columns") and hasattr(values, "dtypes"):
        kinds = list(values.dtypes)
        columns = [
            {"type": str(kind), "name": str(name), "required": True}
            for name, kind in zip(values.columns, kinds, strict=True)
        ]
        return json.dumps({"mlflow_colspec": columns})
    if hasattr(values, "dtype") and hasattr(values, "shape"):
        shape = [-1, *(int(side) for side in values.shape[1:])]
        spec = [{"type": "tensor", "tensor-spec": {"dtype": str(values.dtype), "shape": shape}}]
        return json.dumps({"mlflow_tensorspec": {"features": json.dumps(spec), "targets": None}})
    return None
