"""Rows as a notebook has them, written for an endpoint, and its answers read."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.serving.calls import STREAM, Answer

Rows = Any
"""A DataFrame of pandas or Polars, one row as a mapping, or several as a list of mappings."""


def body(rows: Rows, method: str | None) -> bytes:
    """Write rows as JSON.

    Raises:
        InvalidError: They are no rows, or hold what JSON has no word for.
    """
    params = {"params": {"predict_method": method}} if method else {}
    try:
        return json.dumps({**_content(rows), **params}, allow_nan=False, default=_plain).encode()
    except ValueError as error:
        raise InvalidError(f"rows: {error}. Write None for what is missing.") from None


def arrow(frame: Any) -> bytes | None:
    """Write a DataFrame as an Arrow stream; None if it cannot be, such as for columns of mixed types."""
    try:
        import pyarrow as pa
        import pyarrow.ipc
    except ImportError:
        return None
    try:
        table = frame.to_arrow() if hasattr(frame, "to_arrow") else pa.Table.from_pandas(frame, preserve_index=False)
    except (pa.ArrowException, TypeError, ValueError):
        return None
    table = table.replace_schema_metadata(None)
    sink = pa.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def predictions(answer: Answer) -> list[Any]:
    """Read the answers, one a row."""
    if answer.headers.get("Content-Type", "").startswith(STREAM):
        return _from_arrow(answer.body)
    found: list[Any] = answer.json()["predictions"]
    return found


def _from_arrow(content: bytes) -> list[Any]:
    import pyarrow.ipc

    table = pyarrow.ipc.open_stream(content).read_all()
    if table.num_columns == 1:
        return list(table.column(0).to_pylist())
    return [list(row.values()) for row in table.to_pylist()]


def _content(rows: Rows) -> dict[str, Any]:
    if hasattr(rows, "to_json"):
        return {"dataframe_split": _split(rows)}
    if hasattr(rows, "to_dicts"):
        return {"dataframe_records": rows.to_dicts()}
    if isinstance(rows, Mapping):
        return {"dataframe_records": [dict(rows)]}
    if isinstance(rows, Sequence) and all(isinstance(row, Mapping) for row in rows):
        return {"dataframe_records": [dict(row) for row in rows]}
    raise InvalidError("rows: give a DataFrame, one mapping from column to value, or a list of mappings.")


def _split(frame: Any) -> dict[str, Any]:
    content = json.loads(frame.to_json(orient="split", date_format="iso", double_precision=15))
    return {"columns": [str(name) for name in content["columns"]], "data": content["data"]}


def _plain(value: Any) -> Any:
    """Write what JSON does not know: NumPy's numbers, times."""
    if hasattr(value, "item"):
        return value.item()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
