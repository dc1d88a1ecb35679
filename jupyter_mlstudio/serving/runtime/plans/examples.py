"""Rows that are known to be real: the model's input example, and the sample of its training data."""

import base64
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field, ModelFile
from jupyter_mlstudio.serving.runtime.question import Cells

SAMPLE = Path("mlstudio") / "sample.parquet"
MOST = 1000


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
