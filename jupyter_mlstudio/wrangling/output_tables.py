"""Writes tables into SQLite and DuckDB files: in one transaction, so that a table is there whole or not at all."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import ConflictError, EngineError
from jupyter_mlstudio.wrangling.sources.head import sql_name

if TYPE_CHECKING:
    import polars as pl

_BATCH = 50_000

Passed = Callable[["pl.DataFrame"], None]
"""Hears of each batch; it stops the work by raising an error."""


def into_sqlite(table: "pl.LazyFrame", path: Path, name: str, passed: Passed, *, overwrite: bool) -> None:
    """Write a table of a SQLite file; dates become text as SQLite knows it, lists and structs JSON.

    Raises:
        ConflictError: There is such a table, and it is not to be replaced.
        EngineError: SQLite cannot write the file.
    """
    schema = table.collect_schema()
    quoted = sql_name(name)
    columns = ", ".join(f"{sql_name(column)} {_sqlite_type(dtype)}" for column, dtype in schema.items())
    marks = ", ".join("?" for _ in schema)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [name]).fetchone() is not None
            _refuse(name, there=there, overwrite=overwrite)
            connection.execute(f"DROP TABLE IF EXISTS {quoted}")
            connection.execute(f"CREATE TABLE {quoted} ({columns})")
            for batch in _batches(table, passed):
                connection.executemany(f"INSERT INTO {quoted} VALUES ({marks})", _sqlite_rows(batch))
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise EngineError(f"“{path.name}”: SQLite says: {error}.") from error


def into_duckdb(table: "pl.LazyFrame", path: Path, name: str, passed: Passed, *, overwrite: bool) -> None:
    """Write a table of a DuckDB file.

    Raises:
        ConflictError: There is such a table, and it is not to be replaced.
        EngineError: DuckDB cannot write the file; perhaps it is open elsewhere.
    """
    import duckdb

    quoted = sql_name(name)
    try:
        with closing(duckdb.connect(str(path))) as connection, closing(connection.cursor()) as cursor:
            cursor.execute("BEGIN")
            found = cursor.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ? AND NOT internal", [name])
            _refuse(name, there=bool(found.fetchall()), overwrite=overwrite)
            _insert(cursor, table.head(0).collect(), f"CREATE OR REPLACE TABLE {quoted} AS SELECT * FROM batch")
            for batch in _batches(table, passed):
                _insert(cursor, batch, f"INSERT INTO {quoted} SELECT * FROM batch")
            cursor.execute("COMMIT")
    except duckdb.Error as error:
        first = str(error).split("\n", 1)[0]
        raise EngineError(f"“{path.name}”: DuckDB says: {first}") from error


def _batches(table: "pl.LazyFrame", passed: Passed) -> "Iterator[pl.DataFrame]":
    for batch in table.collect_batches(chunk_size=_BATCH, maintain_order=True):
        passed(batch)
        yield batch


def _insert(cursor: Any, batch: "pl.DataFrame", statement: str) -> None:
    cursor.register("batch", batch.to_arrow())
    cursor.execute(statement)
    cursor.unregister("batch")


def _refuse(name: str, *, there: bool, overwrite: bool) -> None:
    if there and not overwrite:
        raise ConflictError(f"There is a table “{name}” already. Choose another name, or replace it.", code="exists")


def _sqlite_type(dtype: "pl.DataType") -> str:
    import polars as pl

    if dtype.is_integer() or isinstance(dtype, pl.Boolean):
        return "INTEGER"
    if dtype.is_numeric():
        return "REAL"
    return "BLOB" if isinstance(dtype, pl.Binary) else "TEXT"


def _sqlite_rows(batch: "pl.DataFrame") -> Iterator[tuple[Any, ...]]:
    """Give values that SQLite can hold."""
    import polars as pl

    casts = []
    for name, dtype in batch.schema.items():
        if isinstance(dtype, pl.Decimal):
            casts.append(pl.col(name).cast(pl.Float64))
        elif isinstance(dtype, pl.Duration):
            casts.append(pl.col(name).dt.to_string("iso"))
        elif not (dtype.is_numeric() or dtype.is_nested() or isinstance(dtype, (pl.String, pl.Binary, pl.Boolean))):
            casts.append(pl.col(name).cast(pl.String))
    nested = {number for number, dtype in enumerate(batch.dtypes) if dtype.is_nested()}
    rows: Iterator[tuple[Any, ...]] = batch.with_columns(casts).iter_rows()
    for row in rows:
        yield tuple(json_text(cell) if number in nested else cell for number, cell in enumerate(row)) if nested else row


def json_text(cell: object) -> str | None:
    """Write a list or a struct as text."""
    plain = cell.to_list() if hasattr(cell, "to_list") else cell
    return None if plain is None else json.dumps(plain, ensure_ascii=False, default=str)
