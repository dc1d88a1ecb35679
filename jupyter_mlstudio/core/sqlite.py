"""SQLite as the studio uses it: write-ahead log, short transactions, one connection a thread."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import local
from typing import Any, Generic, Literal, TypeVar

from jupyter_mlstudio.core.errors import ConflictError, NotFoundError
from jupyter_mlstudio.core.sql import Answer, Row
from jupyter_mlstudio.core.types import Record

R = TypeVar("R", bound=Record)


class Database:
    """One SQLite file, shared by threads and processes.

    Readers never wait for writers; a writer waits up to ten seconds for another.
    """

    dialect: Literal["sqlite", "postgresql"] = "sqlite"

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._threads = local()

    def connect(self) -> sqlite3.Connection:
        """Return this thread's connection; statements outside `transaction` commit by themselves."""
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            self._threads.connection = connection
        return connection

    def run(self, statement: str, values: Mapping[str, Any] | None = None) -> Answer:
        """Run one statement; outside `transaction` it commits by itself."""
        cursor = self.connect().execute(statement, values or {})
        rows: list[Row] = [dict(row) for row in cursor.fetchall()]
        return Answer(rows, len(rows) if cursor.description else cursor.rowcount)

    def script(self, statements: str) -> None:
        """Run several statements without values, which define tables."""
        self.connect().executescript(statements.replace("{serial}", "INTEGER PRIMARY KEY AUTOINCREMENT"))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; takes the write lock at the start, so that no later statement can fail for it.

        Inside another one it is part of that.
        """
        connection = self.connect()
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def changes(self) -> int:
        """Return a number that differs after any other connection has written: a tenth of a millisecond to ask."""
        return int(self.connect().execute("PRAGMA data_version").fetchone()[0])


class SqliteStore(Generic[R]):
    """Records of one kind as JSON in a table of their own."""

    def __init__(self, database: Database, table: str, record: type[R]) -> None:
        self._database, self._table, self._record = database, table, record
        database.connect().execute(
            f"CREATE TABLE IF NOT EXISTS {table} (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, body TEXT)"
        )

    def add(self, record: R) -> None:
        """Keep a new record."""
        try:
            self._run("INSERT INTO {} (id, body) VALUES (?, ?)", record.id, record.model_dump_json())
        except sqlite3.IntegrityError:
            raise ConflictError(f"{record.id!r} exists already.") from None

    def get(self, id: str) -> R:
        """Return the record with this id."""
        row = self._run("SELECT body FROM {} WHERE id = ?", id).fetchone()
        if row is None:
            raise NotFoundError(f"Nothing here has the id {id!r}.")
        return self._record.model_validate_json(row["body"])

    def all(self) -> list[R]:
        """Return every record, the newest added first."""
        rows = self._run("SELECT body FROM {} ORDER BY seq DESC")
        return [self._record.model_validate_json(row["body"]) for row in rows]

    def replace(self, record: R) -> None:
        """Keep this record in place of the one with its id."""
        self._found(self._run("UPDATE {} SET body = ? WHERE id = ?", record.model_dump_json(), record.id), record.id)

    def remove(self, id: str) -> None:
        """Forget the record with this id."""
        self._found(self._run("DELETE FROM {} WHERE id = ?", id), id)

    def _run(self, statement: str, *values: str) -> sqlite3.Cursor:
        return self._database.connect().execute(statement.format(self._table), values)

    @staticmethod
    def _found(cursor: sqlite3.Cursor, id: str) -> None:
        if cursor.rowcount == 0:
            raise NotFoundError(f"Nothing here has the id {id!r}.")
