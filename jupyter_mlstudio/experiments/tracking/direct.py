"""Writes runs straight into MLflow's SQLite store: a thousand points in one statement, and no MLflow to import.

What is in the store afterwards is what MLflow's own API would have put there; a test compares the two.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock
from uuid import uuid4

from jupyter_mlstudio.core.errors import EngineError, NotFoundError
from jupyter_mlstudio.experiments import template
from jupyter_mlstudio.experiments.reading import schemas
from jupyter_mlstudio.experiments.tracking import statements
from jupyter_mlstudio.experiments.tracking.entries import Batch, Begun, FinishedRun, NewRun
from jupyter_mlstudio.experiments.tracking.names import made_up
from jupyter_mlstudio.experiments.tracking.places import is_local, joined

KNOWN = frozenset({template.REVISION, *schemas.TRIED})
"""Revisions of MLflow's schema whose tables are written here; other stores are written through MLflow."""

WAIT = 2.0
"""Seconds that a statement waits for another process; who calls tries again."""

BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class DirectWriter:
    """Writes one store; every call is one transaction."""

    def __init__(self, database: Path, artifacts: str | None) -> None:
        """Take the store's file, and where new experiments keep their files."""
        self._database, self._artifacts = database, artifacts
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._left: sqlite3.Connection | None = None
        self._process = os.getpid()
        self._experiments: dict[str, tuple[str, str]] = {}

    @cached_property
    def fits(self) -> bool:
        """Whether the store has a schema that is known here."""
        try:
            with sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=WAIT) as connection:
                found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            connection.close()
        except sqlite3.Error:
            return False
        return len(found) == 1 and found[0][0] in KNOWN

    def begin(self, run: NewRun) -> Begun:
        """Make a run, and its experiment if need be."""
        with self._writing() as connection:
            experiment, location = self._experiment(connection, run.experiment)
            begun = Begun(uuid4().hex, run.name or made_up(), experiment, "")
            begun = begun._replace(artifact_uri=joined(location, begun.id))
            statements.create_run(connection, begun, run)
        return begun

    def write(self, run_id: str, batch: Batch) -> None:
        """Write what a run has logged.

        Raises:
            EngineError: Another process has been writing all the time (`busy`), or the disk is full.
            NotFoundError: The run is not in the store any more.
        """
        with self._writing() as connection:
            _write(connection, run_id, batch)

    def write_finished(self, experiment_id: str, runs: list[FinishedRun]) -> None:
        """Write runs that are over already, all in one transaction."""
        with self._writing() as connection:
            found = connection.execute(statements.LOCATION, (experiment_id,)).fetchone()
            for run, batch in runs:
                begun = Begun(uuid4().hex, run.name or made_up(), experiment_id, "")
                begun = begun._replace(artifact_uri=joined(str(found[0]), begun.id))
                statements.create_run(connection, begun, run)
                _write(connection, begun.id, batch)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside a transaction that holds the write lock from the start."""
        self._mind_fork()
        with self._lock:
            try:
                connection = self._opened()
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    self._experiments.clear()
                    if connection.in_transaction:  # a full disk has ended it already
                        connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise _explained(error) from error

    def _mind_fork(self) -> None:
        """Give a forked process a lock and a connection of its own; its parent's is left alone, and not closed."""
        if self._process != os.getpid():
            self._lock, self._process = Lock(), os.getpid()
            self._left, self._connection = self._connection, None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(
                self._database, timeout=WAIT, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA foreign_keys = ON")
            _log_ahead(self._connection, self._database)
        return self._connection

    def _experiment(self, connection: sqlite3.Connection, name: str) -> tuple[str, str]:
        """Return the id of an experiment and where its files are; made or brought back if need be."""
        known = self._experiments.get(name)
        if known is not None and connection.execute(statements.IS_THERE, (known[0],)).fetchone():
            return known
        at = int(time.time() * 1000)
        found = connection.execute(statements.EXPERIMENT, (name,)).fetchone()
        if found is None:
            connection.execute(statements.NEW_EXPERIMENT, (name, self._artifacts, at, at))
            found = connection.execute(statements.EXPERIMENT, (name,)).fetchone()
        elif found[2] != "active":
            statements.restore_experiment(connection, found[0], at)
        self._experiments[name] = (str(found[0]), str(found[1]))
        return self._experiments[name]


def _write(connection: sqlite3.Connection, run_id: str, batch: Batch) -> None:
    if connection.execute(statements.RUN_IS_THERE, (run_id,)).fetchone() is None:
        raise NotFoundError(
            f"The run {run_id} is not in the tracking store any more: somebody has removed it for good."
        )
    statements.put_params(connection, run_id, batch.params)
    statements.put_tags(connection, run_id, batch.tags)
    statements.put_points(connection, run_id, batch.points)
    for entry in batch.inputs:
        statements.put_input(connection, run_id, entry)
    if batch.ending is not None:
        connection.execute(statements.END, (batch.ending.status, batch.ending.at, run_id))


def _log_ahead(connection: sqlite3.Connection, database: Path) -> None:
    """Switch the write-ahead log on, so that readers and writers do not wait for each other; not on network drives."""
    connection.execute("PRAGMA synchronous = NORMAL")  # safe from the end of any process
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode == "wal":
        return
    connection.execute("PRAGMA synchronous = FULL")
    if not is_local(database):
        return
    try:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    except sqlite3.OperationalError:  # somebody is reading: the next process may have more luck
        return
    if mode == "wal":
        connection.execute("PRAGMA synchronous = NORMAL")


def _explained(error: sqlite3.Error) -> Exception:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in BUSY:
        return EngineError("Other processes have been writing to the tracking store for too long.", code="busy")
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return EngineError("The disk is full or broken, and the run cannot be kept. Free some space.", code="disk_full")
    return EngineError(f"The tracking store could not be written: {error}.", code="store_unwritable")
