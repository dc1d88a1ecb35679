"""Which files hold the rows, and into which pieces they are cut: what is done as a whole, or again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError

KINDS = {
    ".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow", ".sqlite": "sqlite", ".sqlite3": "sqlite",
    ".db": "sqlite", ".duckdb": "duckdb",
}  # fmt: skip
DATABASES = ("sqlite", "duckdb")
FEW, MANY = 100_000, 2_000_000
"""Rows of a piece: small row groups are put together up to one, larger ones are cut at the other."""
BYTES = 32 * 2**20
"""Of a text file, so much is a piece."""


@dataclass(frozen=True)
class Piece:
    """Rows that are read, answered and written as a whole.

    Attributes:
        kind: How the file is read.
        start: The first row group, batch, byte or row.
        stop: Where the piece ends, in the same measure.
        skip: Rows to leave out at the beginning, where a row group is cut.
        take: Rows to take; -1 for all.
        weight: How much of the work it is, compared with the others.
        rows: How many rows it has, if that is known.
    """

    number: int
    kind: str
    path: str
    start: int
    stop: int
    weight: int
    rows: int | None
    skip: int = 0
    take: int = -1


def files_of(source: Path, shown: str) -> list[Path]:
    """Return the file, or the files of a folder in the order of their names.

    Raises:
        NotFoundError: There is none.
        InvalidError: It is of no known kind.
    """
    if source.is_dir():
        found = sorted(path for path in source.rglob("*") if path.suffix.lower() in KINDS and _counts(path, source))
        if not found:
            raise NotFoundError(f"source: the folder {shown!r} holds no file with rows. Use {', '.join(KINDS)}.")
        kinds = {KINDS[path.suffix.lower()] for path in found}
        if len(kinds) > 1 or kinds & set(DATABASES):
            raise InvalidError(
                f"source: the folder {shown!r} mixes {', '.join(sorted(kinds))}. Name one kind of files."
            )
        return found
    if not source.is_file():
        raise NotFoundError(f"source: there is no file {shown!r} in the project.")
    if source.suffix.lower() not in KINDS:
        raise InvalidError(f"source: {shown!r} is of no known kind. Use {', '.join(KINDS)}.")
    return [source]


def kind_of(path: Path) -> str:
    """Return how a file is read."""
    return KINDS[path.suffix.lower()]


def pieces_of(files: list[Path], table: str | None) -> list[Piece]:
    """Cut files into pieces, in the order of their rows."""
    found: list[Piece] = []
    for path in files:
        for fields in CUTTERS[kind_of(path)](path, table):
            found.append(Piece(len(found), kind_of(path), str(path), **fields))
    return found


def _counts(path: Path, folder: Path) -> bool:
    return path.is_file() and not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)


Fields = dict[str, Any]


def _of_parquet(path: Path, _table: str | None) -> Iterator[Fields]:
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    yield from _grouped(sizes)


def _of_arrow(path: Path, _table: str | None) -> Iterator[Fields]:
    import pyarrow as pa

    try:
        with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
            sizes = [reader.get_batch(number).num_rows for number in range(reader.num_record_batches)]
    except pa.ArrowInvalid:  # a stream, which can only be read from its beginning
        yield {"start": 0, "stop": -1, "rows": None, "weight": path.stat().st_size}
        return
    yield from _grouped(sizes)


def _grouped(sizes: list[int]) -> Iterator[Fields]:
    """Put small groups of rows together, and cut large ones."""
    begin, held = 0, 0
    for number, size in enumerate(sizes):
        if size > MANY:
            if held:
                yield {"start": begin, "stop": number, "rows": held, "weight": held}
            for skip in range(0, size, MANY):
                take = min(MANY, size - skip)
                yield {"start": number, "stop": number + 1, "rows": take, "weight": take, "skip": skip, "take": take}
            begin, held = number + 1, 0
            continue
        held += size
        if held >= FEW:
            yield {"start": begin, "stop": number + 1, "rows": held, "weight": held}
            begin, held = number + 1, 0
    if held:
        yield {"start": begin, "stop": len(sizes), "rows": held, "weight": held}


def _of_lines(path: Path, _table: str | None) -> Iterator[Fields]:
    yield from _byte_ranges(path, quotes=False, header=False)


def _of_csv(path: Path, _table: str | None) -> Iterator[Fields]:
    yield from _byte_ranges(path, quotes=True, header=True)


def _byte_ranges(path: Path, *, quotes: bool, header: bool) -> Iterator[Fields]:
    """Cut a text file at ends of lines; in CSV, an end of line between quotes is a part of a value."""
    size, begin = path.stat().st_size, 0
    with path.open("rb") as file:
        if header:
            begin = end_of_line(file.read, 0, quotes=quotes)
        while begin < size:
            stop = begin + BYTES
            if stop < size:
                file.seek(begin)
                inside = quotes and file.read(BYTES).count(b'"') % 2 == 1
                stop += end_of_line(file.read, int(inside), quotes=quotes)
            stop = min(stop, size)
            yield {"start": begin, "stop": stop, "rows": None, "weight": stop - begin}
            begin = stop


def end_of_line(read: Callable[[int], bytes], inside: int, *, quotes: bool) -> int:
    """Return how many bytes it is up to the end of the line that `read` is in; `inside` is 1 within quotes."""
    passed = 0
    while block := read(65_536):
        place = -1
        while (place := block.find(b"\n", place + 1)) >= 0:
            if not quotes or (inside + block.count(b'"', 0, place)) % 2 == 0:
                return passed + place + 1
        inside = (inside + block.count(b'"')) % 2
        passed += len(block)
    return passed


def _of_sqlite(path: Path, table: str | None) -> Iterator[Fields]:
    from jupyter_mlstudio.serving.batch.databases import count_sqlite

    yield from _row_ranges(count_sqlite(path, table))


def _of_duckdb(path: Path, table: str | None) -> Iterator[Fields]:
    from jupyter_mlstudio.serving.batch.databases import count_duckdb

    yield from _row_ranges(count_duckdb(path, table))


def _row_ranges(rows: int) -> Iterator[Fields]:
    for start in range(0, rows, FEW):
        stop = min(start + FEW, rows)
        yield {"start": start, "stop": stop, "rows": stop - start, "weight": stop - start}


CUTTERS: dict[str, Callable[[Path, str | None], Iterator[Fields]]] = {
    "parquet": _of_parquet,
    "arrow": _of_arrow,
    "csv": _of_csv,
    "jsonl": _of_lines,
    "sqlite": _of_sqlite,
    "duckdb": _of_duckdb,
}
