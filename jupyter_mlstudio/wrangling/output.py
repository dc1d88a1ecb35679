"""Writes whole tables to files, batch by batch, so that it can tell how far it is and be stopped."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from jupyter_mlstudio.core.errors import ConflictError, InvalidError
from jupyter_mlstudio.wrangling.messages import Progress, RunResult

if TYPE_CHECKING:
    import polars as pl

_BATCH = 100_000


def write(
    table: "pl.LazyFrame",
    path: Path,
    shown: str,
    rows: int | None,
    tell: Callable[[Progress], None],
    stopped: Event,
) -> RunResult:
    """Write a table; the file appears whole at the end, or stays as it was.

    Raises:
        InvalidError: The name ends neither in .parquet nor in .csv.
        ConflictError: It was stopped.
    """
    writers: dict[str, type[_Parquet | _Csv]] = {".parquet": _Parquet, ".csv": _Csv}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise InvalidError(f"“{shown}” must end in .parquet or .csv.")
    began, done = monotonic(), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    tell(Progress(verb="run", done=0 if rows else -1, message="Working"))
    try:
        target = writer(part, table.collect_schema())
        for batch in table.collect_batches(chunk_size=_BATCH, maintain_order=True):
            if stopped.is_set():
                raise ConflictError(f"Stopped. “{shown}” was not written.", code="stopped")
            target.add(batch)
            done += batch.height
            tell(Progress(verb="run", done=min(done / rows, 1) if rows else -1, message=f"{done:,} rows written"))
        target.close()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return RunResult(path=shown, rows=done, columns=len(table.collect_schema()), seconds=round(monotonic() - began, 3))


class _Parquet:
    def __init__(self, path: Path, schema: "pl.Schema") -> None:
        import polars as pl
        from pyarrow import parquet

        self._empty = pl.DataFrame(schema=schema)
        arrow = self._empty.to_arrow(compat_level=pl.CompatLevel.oldest())
        self._writer: Any = parquet.ParquetWriter(path, arrow.schema, compression="zstd")
        self._level = pl.CompatLevel.oldest()

    def add(self, batch: "pl.DataFrame") -> None:
        self._writer.write_table(batch.to_arrow(compat_level=self._level).cast(self._writer.schema))

    def close(self) -> None:
        self._writer.close()


class _Csv:
    def __init__(self, path: Path, schema: "pl.Schema") -> None:
        import polars as pl

        nested = next((name for name, dtype in schema.items() if dtype.is_nested()), None)
        if nested is not None:
            raise InvalidError(f"CSV cannot hold the lists in “{nested}”. Drop the column, or write a .parquet file.")
        self._file = path.open("wb")
        pl.DataFrame(schema=schema).write_csv(self._file)

    def add(self, batch: "pl.DataFrame") -> None:
        batch.write_csv(self._file, include_header=False)

    def close(self) -> None:
        self._file.close()
