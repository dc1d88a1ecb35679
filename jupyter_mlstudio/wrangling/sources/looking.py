"""A look at a file before it is opened, so that a form can correct what was guessed."""

from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.sources.binary import sheets_of
from jupyter_mlstudio.wrangling.sources.checking import unreadable
from jupyter_mlstudio.wrangling.sources.csv_text import scan_text
from jupyter_mlstudio.wrangling.sources.dialect import beginning, decoded, guessed
from jupyter_mlstudio.wrangling.sources.files import format_of, opened
from jupyter_mlstudio.wrangling.sources.head import evaluated
from jupyter_mlstudio.wrangling.sources.scratch import ScratchFolder
from jupyter_mlstudio.wrangling.sources.tables import duckdb_tables, sqlite_tables
from jupyter_mlstudio.wrangling.sources.types import (
    ExcelOptions,
    FileSource,
    Inspected,
    SourceColumn,
    TableName,
    TableOptions,
)

if TYPE_CHECKING:
    import polars as pl

_LINES, _ROWS, _LONGEST = 12, 20, 200
_BEGINNING = 256 * 1024
_IN_LINES = frozenset({"csv", "json", "ndjson"})


def look(path: Path, source: FileSource) -> Inspected:
    """Guess what is not given, and read the first rows with it; what does not fit is said in `error`.

    Raises:
        InvalidError: It is of no kind that can be opened.
    """
    kind = format_of(path, source.format)
    known = source.model_copy(update={"format": kind})
    sheets: tuple[str, ...] = ()
    tables: tuple[TableName, ...] = ()
    lines: tuple[str, ...] = ()
    table, error = None, None
    try:
        if kind in _IN_LINES:
            lines = _lines(path, known)
        if kind == "excel":
            sheets = sheets_of(path)
            known = known.model_copy(update={"excel": known.excel or ExcelOptions(sheet=sheets[0])})
        if kind in {"sqlite", "duckdb"}:
            tables = sqlite_tables(path) if kind == "sqlite" else duckdb_tables(path)
            known = _with_table(known, tables)
        known, table = _csv(path, known) if kind == "csv" else _whole(path, known)
    except InvalidError as failure:
        error = str(failure)
    return Inspected(
        source=known,
        size=path.stat().st_size if path.is_file() else None,
        lines=lines,
        sheets=sheets,
        tables=tables,
        columns=_columns(table),
        rows=_rows(table),
        error=error,
    )


def _lines(path: Path, source: FileSource) -> tuple[str, ...]:
    encoding = (source.csv.encoding if source.csv else guessed(path).encoding) if source.format == "csv" else "utf8"
    text = decoded(beginning(path, 64 * 1024), encoding)
    return tuple(line[:_LONGEST] for line in text.splitlines()[:_LINES])


def _with_table(source: FileSource, tables: tuple[TableName, ...]) -> FileSource:
    if source.table is not None or not tables:
        return source
    return source.model_copy(update={"table": TableOptions(table=tables[0].name)})


def _csv(path: Path, source: FileSource) -> "tuple[FileSource, pl.DataFrame]":
    """Read the beginning alone, as the file would be read whole."""
    import polars as pl

    options = source.csv or guessed(path)
    folder = ScratchFolder()
    piece = folder.path / "beginning.csv"
    raw = beginning(path, _BEGINNING)
    text = decoded(raw, options.encoding)
    piece.write_text(text if len(raw) < _BEGINNING else text.rpartition("\n")[0], encoding="utf-8", newline="")
    plain = options.model_copy(update={"encoding": "utf8"})
    try:
        table = evaluated(scan_text(piece, plain).lines).head(_ROWS).collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise unreadable(path, options, str(error)) from error
    return source.model_copy(update={"csv": options}), table


def _whole(path: Path, source: FileSource) -> "tuple[FileSource, pl.DataFrame]":
    head = opened(path, source)
    described = head.source if isinstance(head.source, FileSource) else source
    return described, head.table.head(_ROWS).collect()


def _columns(table: "pl.DataFrame | None") -> tuple[SourceColumn, ...]:
    if table is None:
        return ()
    return tuple(SourceColumn(name=name, dtype=str(dtype)) for name, dtype in table.schema.items())


def _rows(table: "pl.DataFrame | None") -> tuple[tuple[str | None, ...], ...]:
    if table is None:
        return ()
    return tuple(tuple(None if cell is None else str(cell)[:_LONGEST] for cell in row) for row in table.rows())
