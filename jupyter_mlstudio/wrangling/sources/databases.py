"""Databases that SQLAlchemy reaches: a table or a query, read in a transaction that cannot write."""

import os
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.sources.fetching import BATCH, Told, batch_of, fetched
from jupyter_mlstudio.wrangling.sources.head import Head, identifier, sql_name, without_nan
from jupyter_mlstudio.wrangling.sources.postgres import cast_query
from jupyter_mlstudio.wrangling.sources.queries import escaped, python_text, reading_only, table_query, whole_table
from jupyter_mlstudio.wrangling.sources.tables import read_database
from jupyter_mlstudio.wrangling.sources.types import DatabaseSource, TableName, Tables
from jupyter_mlstudio.wrangling.writing import call, quote

if TYPE_CHECKING:
    import polars as pl
    from sqlalchemy import Connection

_NULLABLE = 'dtype_backend="numpy_nullable"'
_KEYRING = "keyring:"
_READ_ONLY = {
    "mysql": "SET TRANSACTION READ ONLY",
    "mariadb": "SET TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}
_SECONDS = 10


def open_database(source: DatabaseSource, password: str = "", told: Told = lambda _: None) -> Head:
    """Fetch a table or the result of a query.

    Args:
        source: What to read.
        password: A password for this time; it is kept nowhere.
        told: Hears how many rows have come.

    Raises:
        InvalidError: The database cannot be reached, does not know the user, or the query is no SELECT that works.
    """
    with _connected(source, password) as connection:
        asked, name = _query(source, connection)
        query = cast_query(connection, asked) if connection.dialect.name == "postgresql" else asked
        with closing(_batches(connection, query)) as batches:
            got = fetched(batches, told)
    engine = f"{name}_database"
    lines, table = without_nan(read_database(escaped(query), engine, got), got.table)
    imports = ("from sqlalchemy import create_engine", *_password_imports(source, password))
    setup = (f"{engine} = create_engine({_url_text(source, password)})",)
    return Head(
        lines,
        table,
        name,
        "database",
        source,
        pandas=(f"pd{call('read_sql', [f'text({python_text(escaped(query))})', engine, _NULLABLE])}",),
        sql=sql_name(name),
        relation=f"({asked})" if source.query else whole_table(asked),
        imports=imports,
        pandas_imports=("from sqlalchemy import create_engine, text", *imports[1:]),
        setup=setup,
        rows=got.rows,
    )


def tables_of(source: DatabaseSource, password: str = "") -> Tables:
    """List the tables and views that the user of a database can see.

    Raises:
        InvalidError: The database cannot be reached, or does not know the user.
    """
    with _connected(source, password) as connection:
        return Tables(items=tuple(TableName(name=name, rows=None) for name in _names(connection)))


@contextmanager
def _connected(source: DatabaseSource, password: str) -> "Iterator[Connection]":
    """Open a connection whose transaction cannot write, and undo whatever it did."""
    import sqlalchemy

    secret = password or _secret(source)
    try:
        url = sqlalchemy.make_url(source.url)
        engine = sqlalchemy.create_engine(
            url.set(password=secret) if secret else url, poolclass=sqlalchemy.NullPool, connect_args=_waiting(url)
        )
        with engine.connect() as connection:
            kind = connection.dialect.name
            options: dict[str, Any] = {"stream_results": True}
            if kind == "postgresql":
                options["postgresql_readonly"] = True
            connection = connection.execution_options(**options)
            if kind in _READ_ONLY:
                connection.exec_driver_sql(_READ_ONLY[kind])
            try:
                yield connection
            finally:
                connection.rollback()
    except (sqlalchemy.exc.NoSuchModuleError, ImportError) as error:
        raise InvalidError(f"url: {_driver(error)}", code="no_driver") from None
    except (sqlalchemy.exc.SQLAlchemyError, OSError, OverflowError, ValueError) as error:
        raise InvalidError(_without(secret, _reason(error)), code="database") from None


def _waiting(url: Any) -> dict[str, Any]:
    return {"connect_timeout": _SECONDS} if url.get_backend_name() in {"postgresql", "mysql", "mariadb"} else {}


def _secret(source: DatabaseSource) -> str:
    """Find the password where the source says that it is."""
    place = source.password_from
    if not place:
        return ""
    if place.startswith(_KEYRING):
        return _from_keyring(place.removeprefix(_KEYRING), source)
    if place not in os.environ:
        raise InvalidError(
            f"password_from: the kernel has no environment variable “{place}”. Set it before Jupyter starts, or with "
            f'import os; os.environ["{place}"] = … in a cell, or type the password here.',
            code="no_password",
        )
    return os.environ[place]


def _from_keyring(service: str, source: DatabaseSource) -> str:
    import sqlalchemy

    try:
        import keyring
    except ImportError:
        raise InvalidError("password_from: install keyring first (pip install keyring).", code="no_driver") from None
    user = sqlalchemy.make_url(source.url).username or ""
    found = keyring.get_password(service, user)
    if found is None:
        raise InvalidError(
            f"password_from: the keyring has no password of “{user}” for “{service}”. Save it with "
            f"keyring set {service} {user}.",
            code="no_password",
        )
    return str(found)


def _query(source: DatabaseSource, connection: "Connection") -> tuple[str, str]:
    """Return the query and a name for its result."""
    if source.query is not None:
        return reading_only(source.query, connection.dialect.name), "result"
    names = _names(connection)
    if source.table is None:
        shown = ", ".join(names[:20])
        raise InvalidError(f"table: name a table, or write a query. There are: {shown or 'none'}.", code="no_table")
    schema, _, table = source.table.rpartition(".")
    preparer = connection.dialect.identifier_preparer
    known = (*names, *(f"{connection.dialect.default_schema_name}.{name}" for name in names if "." not in name))
    quoted = ".".join(preparer.quote(part) for part in (schema, table) if part)
    return table_query(source.table, known, quoted), identifier(table)


def _names(connection: "Connection") -> tuple[str, ...]:
    """Name tables and views; those outside the usual schema with their schema."""
    import sqlalchemy

    inspector = sqlalchemy.inspect(connection)
    usual = inspector.default_schema_name
    found = [*inspector.get_table_names(), *inspector.get_view_names()]
    for schema in inspector.get_schema_names():
        if schema not in {usual, "information_schema", "pg_catalog", "sys", "mysql", "performance_schema"}:
            each = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
            found += [f"{schema}.{name}" for name in each] if connection.dialect.name != "sqlite" else []
    return tuple(sorted(found))


def _batches(connection: "Connection", query: str) -> Generator["pl.DataFrame", None, None]:
    import sqlalchemy

    with connection.execute(sqlalchemy.text(escaped(query))) as result:
        names = list(result.keys())
        some = False
        for rows in result.partitions(BATCH):
            some = True
            yield batch_of(names, rows)
        if not some:
            yield batch_of(names, [])


def _url_text(source: DatabaseSource, password: str) -> str:
    url = quote(source.url)
    if source.password_from and not source.password_from.startswith(_KEYRING):
        return f"make_url({url}).set(password=os.environ[{quote(source.password_from)}])"
    if source.password_from:
        service = quote(source.password_from.removeprefix(_KEYRING))
        return f"make_url({url}).set(password=keyring.get_password({service}, make_url({url}).username))"
    return f'make_url({url}).set(password=getpass("Password: "))' if password else url


def _password_imports(source: DatabaseSource, password: str) -> tuple[str, ...]:
    if source.password_from:
        keyring = source.password_from.startswith(_KEYRING)
        return ("from sqlalchemy import make_url", "import keyring" if keyring else "import os")
    return ("from sqlalchemy import make_url", "from getpass import getpass") if password else ()


def _driver(error: BaseException) -> str:
    module = getattr(error, "name", None)
    if module:
        return f"the driver “{module}” is not installed. Install it with pip, and restart the kernel."
    return f"{error}. Begin as in postgresql://user@host/database."


def _reason(error: BaseException) -> str:
    first = str(getattr(error, "orig", None) or error).strip().split("\n", 1)[0].removesuffix(".")
    return f"The database says: {first}."


def _without(secret: str, text: str) -> str:
    return text.replace(secret, "…") if secret else text
