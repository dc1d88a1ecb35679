"""Joins the answered pieces to what was asked for; it has its name only when it is whole."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.serving.batch.parts import Parts

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = (".parquet", ".csv", ".jsonl", ".ndjson", ".arrow", ".feather")
GROUP = 1_000_000
"""Rows of a row group of Parquet."""


class ConflictingError(Exception):
    """A piece has other types than those before it: a common one must be found first."""


class Writer(Protocol):
    """Writes one kind of file."""

    def write(self, table: "pa.Table") -> None:
        """Append rows."""

    def close(self) -> None:
        """Write what is left."""


def check_output(path: Path, shown: str) -> None:
    """Refuse what cannot be written.

    Raises:
        InvalidError: The ending is unknown, or there is something else in its place.
    """
    if path.suffix and path.suffix.lower() not in ENDINGS:
        raise InvalidError(f"output: {shown!r} is of no known kind. Use {', '.join(ENDINGS)}, or a folder.")
    if path.suffix and path.is_dir():
        raise InvalidError(f"output: {shown!r} is a folder.")
    if not path.suffix and path.exists() and not (path.is_dir() and _is_ours(path)):
        raise InvalidError(f"output: {shown!r} exists. Name a folder that does not, or a file.")


def _is_ours(folder: Path) -> bool:
    return all(path.name.startswith("part-") and path.suffix == ".parquet" for path in folder.iterdir())


class Joining:
    """Appends pieces in their order, as they come."""

    def __init__(self, output: Path, names: "pa.Schema | None" = None) -> None:
        self._output, self.schema = output, names
        self._made = output.with_name(f".{output.name}.{uuid4().hex}.part")
        self._writer: Writer | None = None
        self._held: list[pa.Table] = []

    def add(self, table: "pa.Table", carried: int) -> None:
        """Append a piece.

        Raises:
            ConflictingError: Its types do not fit.
        """
        if self.schema is None and len(table.schema) <= carried:  # it has no answers, so nobody knows their types
            self._held.append(table)
            return
        if self.schema is None:
            self.schema = table.schema.remove_metadata()
        for each in (*self._held, table):
            self._write(fitted(each, self.schema))
        self._held = []

    def finish(self) -> list[str]:
        """Put the whole into its place, and return its columns."""
        for each in self._held:
            self.schema = self.schema or each.schema
            self._write(each)
        if self._writer is not None:
            self._writer.close()
            _settle(self._made)
            if self._output.is_dir() and not self._output.suffix:
                shutil.rmtree(self._output)
            self._made.replace(self._output)
        return self.schema.names if self.schema is not None else []

    def drop(self) -> None:
        """Leave nothing behind."""
        if self._writer is not None:
            self._writer.close()
        self._writer = None
        if self._made.is_dir():
            shutil.rmtree(self._made, ignore_errors=True)
        self._made.unlink(missing_ok=True)

    def _write(self, table: "pa.Table") -> None:
        if self._writer is None:
            self._output.parent.mkdir(parents=True, exist_ok=True)
            self._writer = _writer(self._output.suffix.lower(), self._made, table.schema)
        self._writer.write(table)


def fitted(table: "pa.Table", schema: "pa.Schema") -> "pa.Table":
    """Give a piece the columns and types of the whole.

    Raises:
        ConflictingError: They do not fit.
    """
    import pyarrow as pa

    if table.schema.equals(schema):
        return table
    if set(table.schema.names) - set(schema.names):
        raise ConflictingError
    columns = []
    for field in schema:
        if field.name not in table.schema.names:
            columns.append(pa.nulls(table.num_rows, field.type))
            continue
        try:
            columns.append(table.column(field.name).cast(field.type))
        except pa.ArrowException:
            raise ConflictingError from None
    return pa.table(columns, schema=schema)


def common(schemas: "list[pa.Schema]") -> "pa.Schema":
    """Return types that all pieces can have; where there are none, texts."""
    import pyarrow as pa

    fields: dict[str, pa.DataType] = {}
    for schema in schemas:
        for field in schema:
            fields[field.name] = _both(fields.get(field.name, field.type), field.type)
    return pa.schema(list(fields.items()))


def _both(one: "pa.DataType", other: "pa.DataType") -> "pa.DataType":
    import pyarrow as pa

    try:
        fields = [pa.schema([("", type_)]) for type_ in (one, other)]
        return pa.unify_schemas(fields, promote_options="permissive").field(0).type
    except pa.ArrowException:
        return pa.string()


def tables(parts: Parts, number: int, *, errors: bool = False) -> "Iterator[pa.Table]":
    """Map a piece from disk, some rows at a time."""
    import pyarrow as pa

    path = parts.errors(number) if errors else parts.answers(number)
    if not path.exists():
        return
    with pa.memory_map(str(path)) as file, pa.ipc.open_file(file) as reader:
        batches = []
        for at in range(reader.num_record_batches):
            batches.append(reader.get_batch(at))
            if sum(batch.num_rows for batch in batches) >= GROUP:
                yield pa.Table.from_batches(batches)
                batches = []
        if batches:
            yield pa.Table.from_batches(batches)


def schema_of_part(path: Path) -> "pa.Schema | None":
    """Return the columns of a piece; None if it has no rows."""
    import pyarrow as pa

    if not path.exists():
        return None
    with pa.memory_map(str(path)) as file:
        return pa.ipc.open_file(file).schema


def _settle(path: Path) -> None:
    """See to it that the file is on the disk before it gets its name."""
    for each in path.iterdir() if path.is_dir() else [path]:
        with each.open("rb") as file:
            os.fsync(file.fileno())


def _writer(suffix: str, path: Path, schema: "pa.Schema") -> Writer:
    return WRITERS[suffix](path, schema)


def _parquet(path: Path, schema: "pa.Schema") -> Any:
    from pyarrow import parquet

    return parquet.ParquetWriter(str(path), schema)


def _csv(path: Path, schema: "pa.Schema") -> Any:
    from pyarrow import csv

    return csv.CSVWriter(str(path), schema)


def _arrow(path: Path, schema: "pa.Schema") -> Any:
    import pyarrow as pa

    return pa.ipc.new_file(str(path), schema)


class _Lines:
    """Writes JSON, an object a line."""

    def __init__(self, path: Path, _schema: "pa.Schema") -> None:
        self._file = path.open("wb")

    def write(self, table: "pa.Table") -> None:
        """Append rows."""
        import polars as pl

        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        frame.write_ndjson(self._file)

    def close(self) -> None:
        """Write what is left."""
        self._file.close()


class _Folder:
    """Writes a folder of Parquet files, one for each piece that is appended."""

    def __init__(self, path: Path, _schema: "pa.Schema") -> None:
        self._path, self._number = path, 0
        path.mkdir()

    def write(self, table: "pa.Table") -> None:
        """Add a file."""
        from pyarrow import parquet

        parquet.write_table(table, self._path / f"part-{self._number:06}.parquet")
        self._number += 1

    def close(self) -> None:
        """Nothing is left."""


WRITERS: dict[str, Callable[[Path, "pa.Schema"], Writer]] = {
    ".parquet": _parquet,
    ".csv": _csv,
    ".jsonl": _Lines,
    ".ndjson": _Lines,
    ".arrow": _arrow,
    ".feather": _arrow,
    "": _Folder,
}
