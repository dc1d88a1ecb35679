"""A copy of a tracking server's runs in a file of the project: MLflow's own tables, so that it is read as a store is.

Whoever has MLflow writes it, a page of runs at a time; everybody else reads it, whether the server answers or not.
"""

import fcntl
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from jupyter_mlstudio.experiments import template
from jupyter_mlstudio.experiments.server import without_credentials

PATIENCE = 30.0
"""Seconds to wait for another process that writes."""

OURS = (
    "CREATE TABLE mlstudio_copy (key TEXT PRIMARY KEY, value TEXT)",
    "CREATE TABLE mlstudio_histories (run_uuid TEXT, key TEXT, stamp TEXT, PRIMARY KEY (run_uuid, key))",
)


class Progress(NamedTuple):
    """How far the copy is.

    Attributes:
        loading: Whether runs are still on their way for the first time.
        loaded: How many are here.
        problem: Why the server could not be asked the last time; None if it could.
    """

    loading: bool
    loaded: int
    problem: str | None


def place_of(state: Path, uri: str) -> Path:
    """Return the file of the copy of a server's runs; whose password it was does not matter."""
    return state / "remote" / f"{hashlib.sha256(without_credentials(uri).encode()).hexdigest()[:16]}.db"


class Mirror:
    """The file of the copy."""

    def __init__(self, database: Path) -> None:
        self.database = database

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection whose changes become visible together; makes the file if there is none."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection; makes the file if there is none."""
        if not self.database.exists():
            self._create()
        with closing(sqlite3.connect(self.database, timeout=PATIENCE, isolation_level=None)) as connection:
            yield connection

    def progress(self) -> Progress:
        """Tell how far the copy is."""
        if not self.database.exists():
            return Progress(True, 0, None)
        with self.reading() as connection:
            noted = notes(connection)
            loaded = connection.execute("SELECT COUNT(*) FROM runs").fetchone()[0]
        return Progress("complete" not in noted and "problem" not in noted, loaded, noted.get("problem"))

    def missing(self, ids: list[str], metrics: list[str]) -> list[tuple[str, str]]:
        """Return the runs and metrics whose points are not here, or not the newest."""
        if not self.database.exists():
            return []
        with self.reading() as connection:
            found = connection.execute(
                "SELECT l.run_uuid, l.key FROM latest_metrics l JOIN runs r ON r.run_uuid = l.run_uuid"
                " LEFT JOIN mlstudio_histories h ON h.run_uuid = l.run_uuid AND h.key = l.key"
                " WHERE l.run_uuid IN (SELECT value FROM json_each(?)) AND l.key IN (SELECT value FROM json_each(?))"
                " AND ifnull(h.stamp, '') <> l.step || ' ' || l.timestamp || ' ' || l.value",
                (json.dumps(ids), json.dumps(metrics)),
            )
            return found.fetchall()

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Keep other processes from renewing the copy meanwhile; False if one of them is at it."""
        self.database.parent.mkdir(parents=True, exist_ok=True)
        with self.database.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def _create(self) -> None:
        self.database.parent.mkdir(parents=True, exist_ok=True)
        part = self.database.with_name(f".{self.database.name}.{time.time_ns()}.part")
        part.touch(mode=0o600)
        try:
            with closing(sqlite3.connect(part)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.executescript(template.FILE.read_text(encoding="utf-8"))
                for statement in OURS:
                    connection.execute(statement)
                connection.commit()
            if not self.database.exists():
                part.replace(self.database)  # two at once made the same
        finally:
            part.unlink(missing_ok=True)


def notes(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what is noted about the copy."""
    return dict(connection.execute("SELECT key, value FROM mlstudio_copy").fetchall())


def note(connection: sqlite3.Connection, key: str, value: str | None) -> None:
    """Note something about the copy, or forget it."""
    if value is None:
        connection.execute("DELETE FROM mlstudio_copy WHERE key = ?", (key,))
    else:
        connection.execute("INSERT OR REPLACE INTO mlstudio_copy VALUES (?, ?)", (key, value))
