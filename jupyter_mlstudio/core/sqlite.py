"""SQLite as the studio uses it: write-ahead log, short transactions, one connection a thread."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import local
from typing import Any, Generic, Literal, TypeVar

from jupyter_mlstudio.core.errors import ConflictError, EngineError, NotFoundError
from jupyter_mlstudio.core.sql import SCRIPTS, Answer, name_of
from jupyter_mlstudio.core.types import Record

R = TypeVar("R", bound=Record)

SETUP = ("journal_mode=WAL", "synchronous=NORMAL", "wal_autocheckpoint=4000", "cache_size=-8000")
"""A write is safe from a crash of any process; the log may grow to 16 MB before it is folded in."""

TROUBLES = {
    sqlite3.SQLITE_FULL: ("disk_full", "The disk is full. Free some space and try again."),
    sqlite3.SQLITE_IOERR: (
        "disk_full",
        "The disk cannot be written: it is full or broken. Free some space and try again.",
    ),
    sqlite3.SQLITE_READONLY: ("read_only", "The project folder cannot be written. Make it writable and try again."),
    sqlite3.SQLITE_CANTOPEN: ("read_only", "The file cannot be opened. Make the project folder readable and writable."),
    sqlite3.SQLITE_BUSY: ("busy", "Another process has been writing for too long. Try again."),
}
"""What SQLite says when the machine, not a statement, is to blame: as a word for programs and as a sentence."""


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
            try:
                connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
                connection.row_factory = sqlite3.Row
                for setting in SETUP:
                    connection.execute(f"PRAGMA {setting}")
            except sqlite3.OperationalError as error:
                raise _explain(self.path, error) from error
            self._threads.connection = connection
        return connection

    def run(self, statement: str, values: Mapping[str, Any] | None = None) -> Answer:
        """Run one statement; outside `transaction` it commits by itself.

        Raises:
            EngineError: The disk is full, the file cannot be written, or others write for too long.
        """
        connection = self.connect()
        try:
            cursor = connection.cursor()
            cursor.row_factory = None  # plain tuples are made into dictionaries five times faster than rows
            found = cursor.execute(statement, values or {}).fetchall()
        except sqlite3.OperationalError as error:
            raise _explain(self.path, error) from error
        if cursor.description is None:
            return Answer((), cursor.rowcount)
        names = [column[0] for column in cursor.description]
        return Answer([dict(zip(names, row, strict=True)) for row in found], len(found))

    def columns(self, table: str) -> set[str]:
        """Return the names of a table's columns; none if there is no such table."""
        return {row["name"] for row in self.run(f"PRAGMA table_info({table})").rows}

    def script(self, statements: str) -> None:
        """Run several statements without values, which define tables, unless this database has seen them."""
        name = name_of(statements)
        connection = self.connect()
        if self.columns("scripts") and self.run("SELECT 1 FROM scripts WHERE name = :name", {"name": name}).rows:
            return
        text = statements.replace("{serial}", "INTEGER PRIMARY KEY AUTOINCREMENT")
        note = f"INSERT INTO scripts VALUES ('{name}') ON CONFLICT (name) DO NOTHING;"
        with self.transaction():
            _run_all(connection, f"{SCRIPTS}{text};{note}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; takes the write lock at the start, so that no later statement can fail for it.

        Inside another one it is part of that.
        """
        connection = self.connect()
        if connection.in_transaction:
            yield connection
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:  # a full disk has ended it already
                connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):
                raise _explain(self.path, error) from error
            raise

    def changes(self) -> int:
        """Return a number that differs after any other connection has written: a tenth of a millisecond to ask."""
        return int(self.connect().execute("PRAGMA data_version").fetchone()[0])


def _explain(path: Path, error: sqlite3.OperationalError) -> Exception:
    word, sentence = TROUBLES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, ("database", f"{error}."))
    return EngineError(f"{path}: {sentence}", code=word)


def _run_all(connection: sqlite3.Connection, statements: str) -> None:
    """Run statements one by one: `executescript` would end the transaction that it is called in."""
    statement = ""
    for part in statements.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            if statement.strip() != ";":
                connection.execute(statement)
            statement = ""


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
