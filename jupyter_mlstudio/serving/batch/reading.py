"""Reads the rows of a piece, some at a time."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.serving.batch import databases, texts
from jupyter_mlstudio.serving.batch.sources import Piece, kind_of

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 32_768
"""Rows that are read, answered and written at a time: enough to be quick, few enough to stay in the caches."""
BUFFER = 2**20
INDEX = re.compile(r"__index_level_\d+__")


@dataclass(frozen=True)
class Wanted:
    """What is read of a row.

    Attributes:
        columns: Names, in the order of the source.
        types: Arrow types of columns whose source has none, such as a CSV file's.
        loose: Columns that are only carried along, so that no value of theirs is wrong.
        table: In a database.
    """

    columns: list[str]
    types: "dict[str, pa.DataType]"
    loose: frozenset[str] = frozenset()
    table: str | None = None


Wrong = tuple[int, str | None, str]
"""A row that is none, or has a value that is none: its place, the column, the reason."""


@dataclass(frozen=True)
class Chunk:
    """Some rows, and what is wrong with single ones already."""

    rows: "pa.RecordBatch"
    wrong: list[Wrong] = field(default_factory=list)


def read(piece: Piece, wanted: Wanted) -> Iterator[Chunk]:
    """Read a piece.

    Raises:
        EngineError: The file cannot be read; it is broken, or has changed.
    """
    import pyarrow as pa

    try:
        yield from READERS[piece.kind](piece, wanted)
    except (pa.ArrowException, OSError) as error:
        raise EngineError(f"{Path(piece.path).name} cannot be read: {error}") from error


def schema_of(path: Path, table: str | None) -> "pa.Schema":
    """Return the columns of a file with their types, as far as a look at its beginning can tell.

    Raises:
        EngineError: It cannot be read.
    """
    import pyarrow as pa

    try:
        found: pa.Schema = SCHEMAS[kind_of(path)](path, table)
    except (pa.ArrowException, OSError) as error:
        raise EngineError(f"{path.name} cannot be read: {error}") from error
    return found.remove_metadata() if not any(map(INDEX.fullmatch, found.names)) else _without_index(found)


def _without_index(schema: "pa.Schema") -> "pa.Schema":
    """Leave out what pandas writes beside the columns to find its row numbers again."""
    import pyarrow as pa

    return pa.schema([field for field in schema if not INDEX.fullmatch(field.name)])


def _parquet(piece: Piece, wanted: Wanted) -> Iterator[Chunk]:
    from pyarrow import parquet

    with parquet.ParquetFile(piece.path, pre_buffer=False, buffer_size=BUFFER) as file:
        groups = list(range(piece.start, piece.stop))
        batches = file.iter_batches(ROWS, row_groups=groups, columns=wanted.columns, use_threads=False)
        yield from _cut(batches, piece, wanted)


def _arrow(piece: Piece, wanted: Wanted) -> Iterator[Chunk]:
    import pyarrow as pa

    with pa.memory_map(piece.path) as file:
        if piece.stop < 0:
            batches: Iterator[Any] = iter(pa.ipc.open_stream(file))
        else:
            reader = pa.ipc.open_file(file)
            batches = (reader.get_batch(number) for number in range(piece.start, piece.stop))
        yield from _cut(batches, piece, wanted)


def _cut(batches: Iterator[Any], piece: Piece, wanted: Wanted) -> Iterator[Chunk]:
    """Take the piece's rows of the batches, the wanted columns of them, and not too many at a time."""
    skip, take = piece.skip, piece.take if piece.take >= 0 else 2**62
    for batch in batches:
        if skip >= batch.num_rows:
            skip -= batch.num_rows
            continue
        part = batch.slice(skip, take)
        skip, take = 0, take - part.num_rows
        part = part.select(wanted.columns)
        for start in range(0, part.num_rows, ROWS):
            yield Chunk(part.slice(start, ROWS))
        if take == 0:
            return


def _text(rows_of: Callable[[bytes], Any], piece: Piece) -> Iterator[Chunk]:
    with Path(piece.path).open("rb") as file:
        file.seek(piece.start)
        table, wrong = rows_of(file.read(piece.stop - piece.start))
    yield from _chunks(table, wrong)


def _csv(piece: Piece, wanted: Wanted) -> Iterator[Chunk]:
    form = texts.csv_form(Path(piece.path))

    def rows_of(content: bytes) -> Any:
        return texts.read_csv(content, form, wanted.columns, wanted.types, wanted.loose)

    yield from _text(rows_of, piece)


def _jsonl(piece: Piece, wanted: Wanted) -> Iterator[Chunk]:
    def rows_of(content: bytes) -> Any:
        return texts.read_lines(content, wanted.columns, wanted.types, wanted.loose)

    yield from _text(rows_of, piece)


def _database(piece: Piece, wanted: Wanted) -> Iterator[Chunk]:
    fetch = databases.read_sqlite if piece.kind == "sqlite" else databases.read_duckdb
    for table, wrong in fetch(Path(piece.path), wanted, piece.start, piece.stop):
        yield from _chunks(table, wrong)


def _chunks(table: "pa.Table", wrong: list[Wrong]) -> Iterator[Chunk]:
    batches = table.combine_chunks().to_batches(max_chunksize=ROWS)
    start = 0
    for batch in batches:
        stop = start + batch.num_rows
        here = (each for each in wrong if start <= each[0] < stop)
        yield Chunk(batch, [(row - start, column, reason) for row, column, reason in here])
        start = stop


def _parquet_schema(path: Path, _table: str | None) -> "pa.Schema":
    from pyarrow import parquet

    return parquet.read_schema(path)


def _arrow_schema(path: Path, _table: str | None) -> "pa.Schema":
    import pyarrow as pa

    with pa.memory_map(str(path)) as file:
        try:
            return pa.ipc.open_file(file).schema
        except pa.ArrowInvalid:
            file.seek(0)
            return pa.ipc.open_stream(file).schema


READERS: dict[str, Callable[[Piece, Wanted], Iterator[Chunk]]] = {
    "parquet": _parquet,
    "arrow": _arrow,
    "csv": _csv,
    "jsonl": _jsonl,
    "sqlite": _database,
    "duckdb": _database,
}
SCHEMAS: dict[str, Callable[[Path, str | None], Any]] = {
    "parquet": _parquet_schema,
    "arrow": _arrow_schema,
    "csv": lambda path, _: texts.csv_schema(path),
    "jsonl": lambda path, _: texts.lines_schema(path),
    "sqlite": databases.sqlite_schema,
    "duckdb": databases.duckdb_schema,
}
