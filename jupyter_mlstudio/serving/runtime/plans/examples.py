"""Rows that are known to be real: the model's input example, and the sample of its training data."""

import base64
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field, ModelFile, NoModelError
from jupyter_mlstudio.serving.runtime.question import Cells, Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.runtime.model import Model

SAMPLE = Path("mlstudio") / "sample.parquet"
MOST = 1000
PROBED = 3


def real_cells(file: ModelFile) -> list[Cells]:
    """Return the example's rows and some of the training sample's, as far as they fit the signature."""
    return [*_example(file), *_sample(file)]


def _example(file: ModelFile) -> list[Cells]:
    request = file.example_request() or {}
    if file.inputs and file.inputs[0].type == "tensor":
        rows = request.get("inputs", request.get("instances"))
        return [tuple(row) for row in rows] if isinstance(rows, list) and _is_table(rows) else []
    table = file.example_rows()
    try:
        return [tuple(_cell(field, row[str(field.name)]) for field in file.inputs) for row in table[:MOST]]
    except (KeyError, ValueError, TypeError):
        return []


def _is_table(rows: list[Any]) -> bool:
    return all(isinstance(row, list) and not any(isinstance(each, list) for each in row) for row in rows)


def _cell(field: Field, value: Any) -> Any:
    if value is None or value != value:  # noqa: PLR0124  # NaN
        return None
    if field.type == "datetime":
        return value.replace(tzinfo=None) if isinstance(value, datetime) else datetime.fromisoformat(value)
    if field.type == "binary":
        return base64.b64decode(value)
    return float(value) if field.type in ("double", "float") else value


def _sample(file: ModelFile) -> list[Cells]:
    path = file.folder / SAMPLE
    names = [str(field.name) for field in file.inputs]
    if not path.is_file() or path.is_symlink() or not names or file.inputs[0].type == "tensor":
        return []
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path, use_threads=False)
    if not set(names) <= set(table.column_names):
        return []
    columns = [_values(field, table[str(field.name)].slice(0, MOST).to_pylist()) for field in file.inputs]
    return list(zip(*columns, strict=True))


def _values(field: Field, values: Sequence[Any]) -> list[Any]:
    return [_cell(field, value) for value in values]


def takes_example(model: "Model", real: list[Cells]) -> bool:
    """Predict the example, so that a model that cannot predict never takes over from one that can.

    Returns:
        Whether a row is answered alike alone and among others.

    Raises:
        NoModelError: The model does not take its own example.
    """
    known = type(model.estimator).__module__.partition(".")[0] == "sklearn"
    if not real:
        return known
    rows = real[:PROBED]
    try:
        together = _listed(model.predict(Rows(len(rows), cells=rows), model.methods[0], {}))
        if known:
            return True
        alone = [each for row in rows for each in _listed(model.predict(Rows(1, cells=[row]), model.methods[0], {}))]
    except RefusedError as error:
        raise NoModelError(f"The model does not take its own input example: {error}") from error
    return together == alone


def _listed(answer: Any) -> list[Any]:
    return list(answer.tolist()) if hasattr(answer, "tolist") else list(answer)
