"""Reads tables of SQLite and DuckDB files, in an order that is the same at every attempt."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import EngineError, InvalidError
from jupyter_mlstudio.serving.batch.values import array_of, judged

if TYPE_CHECKING:
    import pyarrow as pa

    from jupyter_mlstudio.serving.batch.reading import Wanted

Wrong = tuple[int, str | None, str]
LOOK = 1000


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sqlite(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        connection.execute("SELECT 1 FROM sqlite_master")
    except sqlite3.DatabaseError as error:
        raise EngineError(f"{path.name} is no SQLite file that can be read: {error}.") from error
    return connection


def _table(table: str | None, known: list[str]) -> str:
    if table is None and len(known) == 1:
        return known[0]
    if table not in known:
        raise InvalidError(f"table: name one of the tables of the file: {', '.join(known) or 'it has none'}.")
    return table


def _sqlite_table(connection: sqlite3.Connection, table: str | None) -> str:
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return _table(table, [name for (name,) in found])


def count_sqlite(path: Path, table: str | None) -> int:
    """Count the rows of a table."""
    with closing(_sqlite(path)) as connection:
        name = _quoted(_sqlite_table(connection, table))
        return int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])


def sqlite_schema(path: Path, table: str | None) -> "pa.Schema":
    """Judge the types by the first rows: SQLite's own types bind nobody."""
    import pyarrow as pa

    with closing(_sqlite(path)) as connection:
        cursor = connection.execute(f"SELECT * FROM {_quoted(_sqlite_table(connection, table))} LIMIT {LOOK}")
        names, rows = [column[0] for column in cursor.description], cursor.fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.schema([(name, judged(values)) for name, values in zip(names, columns, strict=True)])


def read_sqlite(path: Path, wanted: "Wanted", start: int, stop: int) -> "Iterator[tuple[pa.Table, list[Wrong]]]":
    """Read a range of rows."""
    import pyarrow as pa

    with closing(_sqlite(path)) as connection:
        name = _sqlite_table(connection, wanted.table)
        listed = ", ".join(map(_quoted, wanted.columns))
        order = _order(connection, name)
        query = f"SELECT {listed} FROM {_quoted(name)}{order} LIMIT {stop - start} OFFSET {start}"
        rows = connection.execute(query).fetchall()
    wrong: list[Wrong] = []
    arrays = []
    cells = list(zip(*rows, strict=True)) or [()] * len(wanted.columns)
    for column, values in zip(wanted.columns, cells, strict=True):
        array, found = array_of(column, list(values), wanted.types[column], loose=column in wanted.loose)
        arrays.append(array)
        wrong += found
    yield pa.table(arrays, names=wanted.columns), wrong


def _order(connection: sqlite3.Connection, name: str) -> str:
    try:
        connection.execute(f"SELECT rowid FROM {_quoted(name)} LIMIT 0")
    except sqlite3.OperationalError:  # a view, or a table without; they come in the order of their keys
        return ""
    return " ORDER BY rowid"


def _duckdb(path: Path) -> Any:
    import duckdb

    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise EngineError(f"{path.name} is no DuckDB file that can be read: {error}") from error


def _duckdb_table(connection: Any, table: str | None) -> str:
    found = connection.execute("SELECT table_name FROM information_schema.tables ORDER BY table_name").fetchall()
    return _table(table, [name for (name,) in found])


def count_duckdb(path: Path, table: str | None) -> int:
    """Count the rows of a table."""
    with closing(_duckdb(path)) as connection:
        name = _quoted(_duckdb_table(connection, table))
        return int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])


def duckdb_schema(path: Path, table: str | None) -> "pa.Schema":
    """Return the columns with their types."""
    with closing(_duckdb(path)) as connection:
        name = _quoted(_duckdb_table(connection, table))
        return connection.sql(f"SELECT * FROM {name} LIMIT 0").to_arrow_table().schema


def read_duckdb(path: Path, wanted: "Wanted", start: int, stop: int) -> "Iterator[tuple[pa.Table, list[Wrong]]]":
    """Read a range of rows, in the order in which they were inserted."""
    with closing(_duckdb(path)) as connection:
        name = _quoted(_duckdb_table(connection, wanted.table))
        listed = ", ".join(map(_quoted, wanted.columns))
        query = f"SELECT {listed} FROM {name} LIMIT {stop - start} OFFSET {start}"
        yield connection.sql(query).to_arrow_table(), []
