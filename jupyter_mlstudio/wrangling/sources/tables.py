"""SQLite and DuckDB files: their tables, opened for reading only."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.sources.fetching import BATCH, Fetched, Told, batch_of, fetched
from jupyter_mlstudio.wrangling.sources.frames import nullable
from jupyter_mlstudio.wrangling.sources.head import Head, identifier, relative, sql_name, without_nan
from jupyter_mlstudio.wrangling.sources.queries import python_text, reading_only, table_query, whole_table
from jupyter_mlstudio.wrangling.sources.types import FileSource, TableName, TableOptions
from jupyter_mlstudio.wrangling.writing import call, mapping, quote

if TYPE_CHECKING:
    import polars as pl

_NULLABLE = 'dtype_backend="numpy_nullable"'


class Wanted(NamedTuple):
    """Which rows of a database are read, and what to call them."""

    options: TableOptions
    query: str
    name: str


def open_sqlite(path: Path, source: FileSource, told: Told = lambda _: None) -> Head:
    """Open a table or a query of a SQLite file.

    Raises:
        InvalidError: It is no SQLite file, there is no such table, or the query is no SELECT that works.
    """
    import sqlite3

    wanted = _wanted(path, source, sqlite_tables(path), "sqlite")
    try:
        with closing(_sqlite(path)) as connection:
            got = fetched(_sqlite_batches(connection, wanted.query), told)
    except sqlite3.Error as error:
        raise InvalidError(f"“{path.name}”: {error}.", code="query_failed") from error
    connect = f"sqlite3.connect({quote(f'file:{relative(path)}?mode=ro')}, uri=True)"
    lines = read_database(wanted.query, connect, got)
    pandas = (f"pd{call('read_sql', [python_text(wanted.query), connect, _NULLABLE])}",)
    head = _head("sqlite", source, wanted, got, lines)
    return head._replace(pandas=pandas, imports=("import sqlite3",), pandas_imports=("import sqlite3",))


def open_duckdb(path: Path, source: FileSource, told: Told = lambda _: None) -> Head:
    """Open a table or a query of a DuckDB file.

    Raises:
        InvalidError: It is no DuckDB file, there is no such table, or the query is no SELECT that works.
    """
    import duckdb

    wanted = _wanted(path, source, duckdb_tables(path), "duckdb")
    try:
        with closing(_duckdb(path)) as connection:
            got = fetched(_duckdb_batches(connection, wanted.query), told)
    except duckdb.Error as error:
        raise InvalidError(f"“{path.name}”: {_first_line(error)}", code="query_failed") from error
    connect = f"duckdb.connect({quote(relative(path))}, read_only=True).sql({python_text(wanted.query)})"
    head = _head("duckdb", source, wanted, got, (f"{connect}.pl()", ".lazy()"))
    pandas = (f"{connect}.df()", *nullable(got.table))
    return head._replace(pandas=pandas, imports=("import duckdb",), pandas_imports=("import duckdb",))


def sqlite_tables(path: Path) -> tuple[TableName, ...]:
    """List the tables and views of a SQLite file.

    Raises:
        InvalidError: It is none.
    """
    import sqlite3

    asked = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"
    try:
        with closing(_sqlite(path)) as connection:
            return tuple(TableName(name=name, rows=None) for (name,) in connection.execute(asked).fetchall())
    except sqlite3.Error as error:
        raise InvalidError(f"“{path.name}” is no readable SQLite file: {error}.", code="wrong_file") from error


def duckdb_tables(path: Path) -> tuple[TableName, ...]:
    """List the tables and views of a DuckDB file.

    Raises:
        InvalidError: It is none.
    """
    import duckdb

    asked = """
        SELECT schema_name, table_name AS name, estimated_size FROM duckdb_tables()
        WHERE NOT internal AND NOT temporary AND database_name = current_database()
        UNION ALL SELECT schema_name, view_name, NULL FROM duckdb_views()
        WHERE NOT internal AND NOT temporary AND database_name = current_database() ORDER BY 1, 2
    """
    try:
        with closing(_duckdb(path)) as connection:
            found = connection.execute(asked).fetchall()
    except duckdb.Error as error:
        raise InvalidError(
            f"“{path.name}” is no readable DuckDB file: {_first_line(error)}", code="wrong_file"
        ) from error
    return tuple(
        TableName(name=name if schema == "main" else f"{schema}.{name}", rows=rows) for schema, name, rows in found
    )


def read_database(query: str, connection: str, got: Fetched) -> tuple[str, ...]:
    """Write the Polars text that reads the result of a query."""
    types = mapping({quote(name): "pl.String" for name in got.empty})
    extra = [f"schema_overrides={types}"] if got.empty else []
    arguments = [python_text(query), connection, *extra, "infer_schema_length=None"]
    return (f"pl{call('read_database', arguments)}", ".lazy()")


def _wanted(path: Path, source: FileSource, tables: tuple[TableName, ...], dialect: str) -> Wanted:
    """Make the query; of a file with one table that table is meant if nothing is said."""
    options = source.table or TableOptions()
    if options.query is not None:
        return Wanted(options, reading_only(options.query, dialect), identifier(path.stem))
    known = tuple(each.name for each in tables)
    table = options.table
    if table is None:
        if len(known) != 1:
            names = f"Choose one of its tables: {', '.join(known)}." if known else "It has no tables."
            raise InvalidError(f"“{path.name}” needs a table. {names}", code="no_table")
        table = known[0]
    quoted = ".".join(sql_name(part) for part in table.split(".", 1)) if dialect == "duckdb" else sql_name(table)
    return Wanted(TableOptions(table=table), table_query(table, known, quoted), identifier(table.rpartition(".")[2]))


def _head(kind: Any, source: FileSource, wanted: Wanted, got: Fetched, lines: tuple[str, ...]) -> Head:
    lines, table = without_nan(lines, got.table)
    described = source.model_copy(update={"table": wanted.options})
    relation = f"({wanted.query})" if wanted.options.query else whole_table(wanted.query)
    return Head(lines, table, wanted.name, kind, described, sql=sql_name(wanted.name), relation=relation, rows=got.rows)


def _sqlite(path: Path) -> Any:
    import sqlite3
    from urllib.parse import quote as quoted

    return sqlite3.connect(f"file:{quoted(str(path))}?mode=ro", uri=True)


def _duckdb(path: Path) -> Any:
    """Connect for reading; a file that this kernel has open for writing is shared with it."""
    import duckdb

    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.ConnectionException:
        return duckdb.connect(str(path))


def _sqlite_batches(connection: Any, query: str) -> "Iterator[pl.DataFrame]":
    cursor = connection.execute(query)
    names = [each[0] for each in cursor.description]
    first = True
    while (rows := cursor.fetchmany(BATCH)) or first:
        first = False
        yield batch_of(names, rows)


def _duckdb_batches(connection: Any, query: str) -> "Iterator[pl.DataFrame]":
    import polars as pl

    reader = connection.sql(query).to_arrow_reader(BATCH)
    empty = reader.schema.empty_table()
    for batch in reader:
        yield pl.from_arrow(batch)  # type: ignore[misc]  # a record batch becomes a frame
    yield pl.from_arrow(empty)  # type: ignore[misc]  # so that a table without rows has its columns


def _first_line(error: BaseException) -> str:
    return str(error).split("\n", 1)[0]
