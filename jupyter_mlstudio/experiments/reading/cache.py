"""The runs of a store in memory, by column: read once, and then only what has changed since."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from uuid import uuid4

from jupyter_mlstudio.experiments.reading import loading, rows
from jupyter_mlstudio.experiments.reading.columns import Column, Kind, Runs
from jupyter_mlstudio.experiments.reading.connection import ReadOnly
from jupyter_mlstudio.experiments.reading.resting import MANY, rested

GROWING = ("metrics", "params", "tags")
"""Tables whose row numbers grow with every insert."""

PATIENCE = 2.0
"""Seconds between two looks for runs whose process has ended."""


class RunCache:
    """The runs of one SQLite store; whoever uses them holds the lock meanwhile.

    Attributes:
        epoch: Differs after everything had to be read anew: revisions are only of use within one.
        revision: Grows whenever a run has changed.
        unsettled: Whether runs or tags may have changed that were not looked at yet.
    """

    def __init__(self, database: Path) -> None:
        self._store, self._aside = ReadOnly(database, shared=True), ReadOnly(database)
        self._lock = RLock()
        self._version: tuple[sqlite3.Connection, int] | None = None
        self._marks: dict[str, int] = {}
        self._known: dict[str, loading.Row] = {}
        self._rows_due = self._tags_due = self._processes_due = 0.0
        self._ended: set[tuple[str, str]] = set()
        self.runs = Runs()
        self.epoch, self.revision, self.unsettled = "", 0, False

    @property
    def waits(self) -> bool:
        """Whether the runs are still to be brought into memory."""
        return self._version is None and self._store.database.exists()

    @contextmanager
    def current(self) -> Iterator[Runs]:
        """Give the runs as the store has them now."""
        with self._lock:
            if self._store.database.exists():
                with self._store.reading() as connection:
                    self._look(connection)
            yield self.runs

    @contextmanager
    def glance(self) -> Iterator[sqlite3.Connection]:
        """Give a connection to read a few things past the memory, without waiting for who uses that."""
        with self._aside.reading() as connection, moment(connection):
            yield connection

    def state(self, place: int) -> str:
        """Return how a run is going; one whose process has vanished counts as killed."""
        state = self.runs.states[place]
        if (
            state == "RUNNING"
            and self._ended
            and (self.runs.ids[place], loading.process(self.runs, place)) in self._ended
        ):
            return "KILLED"
        return state

    # What follows is for those who hold the lock

    def whole(self, kind: Kind, name: str) -> Column:
        """Return a column of the store with its texts to their end."""
        with self._store.reading() as connection:
            return loading.whole(connection, self.runs, kind, name, cut=False)

    def fetched(self, wanted: Sequence[tuple[Kind, str]]) -> list[Column]:
        """Return columns, those that are not kept in memory from the store."""
        if not len(self.runs):
            return []
        with self._store.reading() as connection:
            found = [
                self.runs.columns.get(key) or loading.whole(connection, self.runs, *key)
                for key in dict.fromkeys(wanted)
            ]
        return [column for column in found if len(column)]

    def datasets(self, name: str) -> list[tuple[int, str]]:
        """Return places of runs, and names, digests or contexts of their datasets."""
        places = self.runs.places
        with self._store.reading() as connection:
            return [(places[run], text) for run, text in loading.datasets(connection, name) if run in places]

    def artifact_uris(self) -> list[str]:
        """Return the address of each run's artifacts."""
        with self._store.reading() as connection:
            found = dict(connection.execute("SELECT run_uuid, ifnull(artifact_uri, '') FROM runs"))
        return [found.get(run, "") for run in self.runs.ids]

    def _look(self, connection: sqlite3.Connection) -> None:
        version = (connection, connection.execute("PRAGMA data_version").fetchone()[0])
        if self._version is None or connection is not self._version[0]:
            self._version = None  # so that a failure on the way leaves nothing half read
            with moment(connection):
                self._load(connection)
        elif version != self._version or (self.unsettled and time.monotonic() >= max(self._rows_due, self._tags_due)):
            with moment(connection):
                self._catch_up(connection)
        self._version = version
        self._look_for_ended()

    def _load(self, connection: sqlite3.Connection) -> None:
        self.runs = Runs()  # the old ones need not wait in memory beside the new ones
        self.epoch, self.revision, self.unsettled = uuid4().hex[:8], 1, False
        self._known = loading.run_rows(connection)
        self._marks = _marks(connection)
        self.runs = loading.all_runs(connection, list(self._known.values()), self.revision)

    def _catch_up(self, connection: sqlite3.Connection) -> None:
        before, self._marks = self._marks, _marks(connection)
        if any(self._marks[table] < before[table] for table in GROWING):
            self._load(connection)  # something is gone for good
            return
        logged = {run for table in GROWING for run in _since(connection, table, before[table])}
        is_first = bool(logged) and not self.unsettled and len(self._known) > MANY
        found, settled = self._listed(connection, logged, is_first)
        if settled and self._known.keys() - found.keys():
            self._load(connection)
            return
        changed = [run for run, row in found.items() if run in logged or self._known.get(run) != row]
        self._known |= found
        self.revision += 1
        for run in changed:
            self.runs.put(found[run], self.revision)
        if changed:
            loading.refresh(connection, self.runs, changed)
        self._tags(connection, is_first)
        self.unsettled |= not settled

    def _listed(
        self, connection: sqlite3.Connection, logged: set[str], is_first: bool
    ) -> tuple[dict[str, loading.Row], bool]:
        """Return the rows of all runs, or between two such looks only of those that logged something."""
        busy = time.thread_time()
        if is_first or time.monotonic() < self._rows_due:
            return loading.run_rows(connection, logged), False
        found = loading.run_rows(connection)
        self._rows_due = rested(busy)
        return found, True

    def _tags(self, connection: sqlite3.Connection, is_first: bool) -> None:
        """Read all tags again if it is time: tags that are changed or removed leave no other trace."""
        busy = time.thread_time()
        self.unsettled = is_first or time.monotonic() < self._tags_due
        if self.unsettled:
            return
        for field, tag in loading.OWN.items():
            self.runs.own[field] = self._compared(connection, tag, self.runs.own.get(field) or Column("own", field))
        for key, column in self.runs.columns.items():
            if column.kind == "tag":
                self.runs.columns[key] = self._compared(connection, column.name, column)
        self._tags_due = rested(busy)

    def _compared(self, connection: sqlite3.Connection, tag: str, before: Column) -> Column:
        now = loading.whole(connection, self.runs, "tag", tag)
        for place in _different(before, now):
            self.runs.changed[place] = self.revision
        return now

    def _look_for_ended(self) -> None:
        if time.monotonic() < self._processes_due:
            return
        self._processes_due = time.monotonic() + PATIENCE
        for place, state in enumerate(self.runs.states):
            if state == "RUNNING":
                self._judge(place)

    def _judge(self, place: int) -> None:
        process = loading.process(self.runs, place)
        named = (self.runs.ids[place], process)
        if process and named not in self._ended and rows.vanished(process):
            self._ended.add(named)
            self.revision += 1
            self.runs.changed[place] = self.revision


@contextmanager
def moment(connection: sqlite3.Connection) -> Iterator[None]:
    """See one moment of the store, however long reading takes."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def _marks(connection: sqlite3.Connection) -> dict[str, int]:
    return {
        table: int(connection.execute(f"SELECT ifnull(MAX(rowid), 0) FROM {table}").fetchone()[0]) for table in GROWING
    }


def _since(connection: sqlite3.Connection, table: str, mark: int) -> list[str]:
    found = connection.execute(f"SELECT DISTINCT run_uuid FROM {table} NOT INDEXED WHERE rowid > ?", (mark,))
    return [run for (run,) in found]


def _different(before: Column, after: Column) -> list[int]:
    """Return the runs whose value is another one."""
    if (before.rows, before.values, before.words) == (after.rows, after.values, after.words):
        return []
    return [place for place in {*before.places(), *after.places()} if before.get(place) != after.get(place)]
