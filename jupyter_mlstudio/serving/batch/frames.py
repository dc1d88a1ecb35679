"""A table that is in memory already through a model, in this process."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = ("DataFrame", "LazyFrame", "Table")


def is_frame(source: object) -> bool:
    """Tell whether something is a table of pandas, Polars or Arrow."""
    kind = type(source)
    return kind.__module__.partition(".")[0] in ("pandas", "polars", "pyarrow") and kind.__name__ in KINDS


def as_file(frame: Any, path: Path) -> None:
    """Write a frame where any process can map it from disk.

    Raises:
        InvalidError: A column holds values of several types.
    """
    import pyarrow as pa

    try:
        table = _table(frame)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InvalidError(f"source: the frame cannot be read: {error}") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    with pa.ipc.new_file(str(path), table.schema) as writer:
        for batch in _batches(table):
            writer.write_batch(batch)


def _batches(table: "pa.Table") -> "Iterator[pa.RecordBatch]":
    yield from table.to_batches(max_chunksize=100_000)


def _table(frame: Any) -> "pa.Table":
    import pyarrow as pa

    if isinstance(frame, pa.Table):
        return frame
    if hasattr(frame, "collect"):
        frame = frame.collect()
    if hasattr(frame, "to_arrow"):
        found: pa.Table = frame.to_arrow()
        return found
    frame = frame.rename(columns=str)
    return pa.Table.from_pandas(frame, preserve_index=False)
