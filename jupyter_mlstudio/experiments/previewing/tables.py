"""The first rows of tables in files, as text."""

import csv
import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.experiments.previewing.types import ArtifactColumn, ArtifactTable

if TYPE_CHECKING:
    import pyarrow

ROWS = 200
COLUMNS = 200
CELL = 500
"""Characters of a value that are shown."""

LINE = 1_000_000
"""Characters of one line of text at most: a file without line ends does not fill the memory."""

DELIMITERS = ",;\t|"


def of_text(path: Path) -> ArtifactTable:
    """Read the first rows of a CSV file, whatever separates its values."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = list(islice(iter(lambda: file.readline(LINE), ""), ROWS + 2))
    head = lines[0] if lines else ""
    delimiter = "\t" if path.suffix == ".tsv" else max(DELIMITERS, key=head.count)
    found = list(islice(csv.reader(lines, delimiter=delimiter), ROWS + 2))
    names, rows = (found[0], found[1:]) if found else ([], [])
    is_whole = len(lines) < ROWS + 2
    return _table([(name, "") for name in names], rows, len(rows) if is_whole else None)


def of_parquet(path: Path) -> ArtifactTable:
    """Read the first rows of a Parquet file; no more of it than they need.

    Raises:
        InvalidError: It is no Parquet file.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(path)
        columns = list(file.schema_arrow)[:COLUMNS]
        batch = next(file.iter_batches(ROWS, columns=[field.name for field in columns]), None)
    except (pyarrow.ArrowException, OSError) as error:
        raise InvalidError(f"{path.name!r} cannot be read as Parquet: {error}.", code="unreadable") from error
    rows = [] if batch is None else _rows(batch)
    named = [(field.name, str(field.type)) for field in columns]
    width = len(file.schema_arrow)
    return _table(named, rows, file.metadata.num_rows).model_copy(update={"width": width})


def of_json(text: str) -> ArtifactTable | None:
    """Return the table that a JSON text holds: as MLflow writes them, or as a list of flat objects."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    if _is_split(value):
        return _table([(str(name), "") for name in value["columns"]], value["data"], len(value["data"]))
    if isinstance(value, list) and value and all(_is_flat(item) for item in value):
        names = list(dict.fromkeys(name for item in value[:ROWS] for name in item))
        rows = [[item.get(name) for name in names] for item in value[:ROWS]]
        return _table([(name, "") for name in names], rows, len(value))
    return None


def as_parquet(file: Path, target: Path) -> None:
    """Write the table that a JSON file holds as Parquet, whole.

    Raises:
        InvalidError: It holds no table.
    """
    import pyarrow
    import pyarrow.parquet

    value = json.loads(file.read_text(encoding="utf-8"))
    if not _is_split(value) and not (isinstance(value, list) and all(_is_flat(item) for item in value)):
        raise InvalidError(f"{file.name!r} holds no table. Open it as a file instead.", code="no_table")
    records = [dict(zip(value["columns"], row, strict=False)) for row in value["data"]] if _is_split(value) else value
    names = list(dict.fromkeys(str(name) for record in records for name in record))
    columns = [_column([record.get(name) for record in records]) for name in names]
    pyarrow.parquet.write_table(pyarrow.table(columns, names=names), target)


def _column(values: list[Any]) -> "pyarrow.Array":
    """Make a column; of text, where the values are of several kinds."""
    import pyarrow

    try:
        return pyarrow.array(values)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError):
        return pyarrow.array([_written(value) for value in values])


def _rows(batch: "pyarrow.RecordBatch") -> list[list[Any]]:
    columns = [column.to_pylist() for column in batch.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _is_split(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("columns"), list)
        and isinstance(value.get("data"), list)
        and all(isinstance(row, list) for row in value["data"])
    )


def _is_flat(item: object) -> bool:
    return isinstance(item, dict) and not any(isinstance(value, dict | list) for value in item.values())


def _table(columns: list[tuple[str, str]], rows: list[list[Any]], total: int | None) -> ArtifactTable:
    shown = columns[:COLUMNS]
    return ArtifactTable(
        columns=[ArtifactColumn(name=name, type=kind) for name, kind in shown],
        rows=[[_written(value) for value in row[: len(shown)]] for row in rows[:ROWS]],
        width=len(columns),
        total=total,
    )


def _written(value: object) -> str | None:
    if value is None:
        return None
    text = json.dumps(value, default=str) if isinstance(value, dict | list) else str(value)
    return text if len(text) <= CELL else text[:CELL] + "…"
