"""Notices what other processes have written to the store."""

import sqlite3
import time
from threading import Lock

from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.experiments.reading import resting
from jupyter_mlstudio.experiments.reading.connection import ReadOnly
from jupyter_mlstudio.experiments.reading.reader import vanished

GROWING = {"metrics": "run_uuid", "params": "run_uuid", "tags": "run_uuid", "inputs": "destination_id"}
"""Tables whose row numbers grow with every insert, and where they name the run."""

MANY = 50
"""From more runs on it is told once that runs have changed."""

PATIENCE = 2.0
"""Seconds between two looks for runs whose process has ended: nothing is written when that happens."""


class RunWatch:
    """Compares the store with how it was at the last look; a tenth of a millisecond when nothing was written."""

    def __init__(self, store: ReadOnly) -> None:
        self._store = store
        self._lock = Lock()
        self._version = -1
        self._runs: dict[str, tuple[str, ...]] = {}
        self._grown = dict.fromkeys(GROWING, 0)
        self._vanished: set[str] = set()
        self._looked = self._due = 0.0
        self._settled, self._unexplained = True, False
        self._started = False

    def poll(self) -> list[Changed]:
        """Return the runs that changed; the id `*` where they are many, or it is unknown which.

        The first look finds nothing changed.
        """
        with self._lock:
            if not self._store.database.exists():
                self._started = True  # whatever appears from now on is new
                return []
            with self._store.reading() as connection:
                changes = [*self._written(connection), *self._ended(connection)]
            first, self._started = not self._started, True
            return [] if first else changes

    def _written(self, connection: sqlite3.Connection) -> list[Changed]:
        version = connection.execute("PRAGMA data_version").fetchone()[0]
        began, busy = time.monotonic(), time.thread_time()
        if version == self._version and (self._settled or began < self._due):
            return []
        written, before, self._version = version != self._version, self._runs, version
        logged = {run for table, column in GROWING.items() for run in self._grown_in(connection, table, column)}
        self._unexplained |= written and not logged
        is_first = bool(logged) and self._settled and len(self._runs) > resting.MANY
        self._settled = began >= self._due and not is_first
        if not self._settled:  # to compare all runs takes at most a tenth of the time
            return self._logged(logged)
        self._runs = _runs(connection)
        self._due = resting.rested(busy)
        logged &= self._runs.keys()
        added = self._runs.keys() - before.keys()
        removed = before.keys() - self._runs.keys()
        kept = self._runs.keys() & before.keys()
        differ = {run for run in kept if self._runs[run] != before[run]} | (logged - added)
        found = [
            *(Changed(kind="run", id=run, change="added") for run in sorted(added)),
            *(Changed(kind="run", id=run, change="changed") for run in sorted(differ)),
            *(Changed(kind="run", id=run, change="removed") for run in sorted(removed)),
        ]
        unexplained, self._unexplained = self._unexplained and not found, False
        return [Changed(kind="run", id="*", change="changed")] if unexplained else _few(found)

    def _logged(self, runs: set[str]) -> list[Changed]:
        new = runs - self._runs.keys()
        self._runs |= dict.fromkeys(new, ())
        return _few([Changed(kind="run", id=run, change="added" if run in new else "changed") for run in sorted(runs)])

    def _grown_in(self, connection: sqlite3.Connection, table: str, column: str) -> list[str]:
        last, self._grown[table] = self._grown[table], _last(connection, table)
        found = connection.execute(f"SELECT DISTINCT {column} FROM {table} NOT INDEXED WHERE rowid > ?", (last,))
        return [run for (run,) in found]

    def _ended(self, connection: sqlite3.Connection) -> list[Changed]:
        if time.monotonic() - self._looked < PATIENCE:
            return []
        self._looked = time.monotonic()
        before, self._vanished = self._vanished, set(vanished(connection))
        return [Changed(kind="run", id=run, change="changed") for run in sorted(self._vanished - before)]


def _few(changes: list[Changed]) -> list[Changed]:
    return changes if len(changes) <= MANY else [Changed(kind="run", id="*", change="changed")]


def _runs(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    found = connection.execute("SELECT run_uuid, status, lifecycle_stage, name, end_time, source_version FROM runs")
    return {row[0]: tuple(row[1:]) for row in found}


def _last(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT ifnull(MAX(rowid), 0) FROM {table}").fetchone()[0])
