"""Reads and writes tables for the notebooks of ready-made nodes."""

from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError

if TYPE_CHECKING:
    import pandas as pd

READERS = {
    ".parquet": "read_parquet", ".csv": "read_csv", ".tsv": "read_table", ".feather": "read_feather",
    ".arrow": "read_feather", ".ndjson": "read_json", ".jsonl": "read_json", ".xlsx": "read_excel",
}  # fmt: skip
WRITERS = {
    ".parquet": "to_parquet", ".csv": "to_csv", ".feather": "to_feather", ".arrow": "to_feather",
    ".ndjson": "to_json", ".jsonl": "to_json", ".xlsx": "to_excel",
}  # fmt: skip

OPTIONS: dict[str, dict[str, object]] = {
    "to_json": {"orient": "records", "lines": True}, "to_csv": {"index": False}, "to_excel": {"index": False},
}  # fmt: skip


def read_table(path: str) -> "pd.DataFrame":
    """Read a table; the ending of its name says how.

    Raises:
        InvalidError: There is no such file, or its ending is unknown.
    """
    import pandas as pd

    reader = READERS.get(Path(path).suffix.lower())
    if reader is None:
        raise InvalidError(f"table: {path!r} is of no known kind. Use {', '.join(READERS)}.")
    if not Path(path).is_file():
        raise InvalidError(f"table: there is no file {path!r}.")
    options: dict[str, object] = {"lines": True} if reader == "read_json" else {}
    frame: pd.DataFrame = getattr(pd, reader)(path, **options)
    return frame


def write_table(frame: "pd.DataFrame", path: str) -> None:
    """Write a table; the ending of its name says how.

    Raises:
        InvalidError: The ending is unknown.
    """
    writer = WRITERS.get(Path(path).suffix.lower())
    if writer is None:
        raise InvalidError(f"output: {path!r} is of no known kind. Use {', '.join(WRITERS)}.")
    options = OPTIONS.get(writer, {})
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    getattr(frame, writer)(path, **options)


def convert_table(parquet: Path, path: str) -> None:
    """Write a Parquet file as another kind of table, some rows at a time where that kind allows it.

    Raises:
        InvalidError: The ending is unknown.
    """
    import polars as pl

    sinks = {".parquet": "sink_parquet", ".csv": "sink_csv", ".ndjson": "sink_ndjson", ".jsonl": "sink_ndjson",
             ".feather": "sink_ipc", ".arrow": "sink_ipc"}  # fmt: skip
    sink = sinks.get(Path(path).suffix.lower())
    if sink is None:
        import pandas as pd

        write_table(pd.read_parquet(parquet), path)
        return
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    getattr(pl.scan_parquet(parquet), sink)(path)
