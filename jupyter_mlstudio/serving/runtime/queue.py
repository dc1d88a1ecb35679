"""Requests that are answered later, kept so that no kill loses one: rows in SQLite, bodies and results as files."""

import json
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

LEASE = 30.0
"""Seconds after which a request is taken from a worker that does not say any more that it is at it."""
TRIES = 3
KEPT = 24 * 3600.0
"""Seconds for which a result can be fetched."""
MOST_WAITING = 10_000
MOST_BYTES = 4 * 2**30
"""Of all requests and results together."""
OPEN = "state IN ('queued', 'running')"

TABLE = """
CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, state TEXT, path TEXT, headers TEXT,
    size INTEGER, tries INTEGER DEFAULT 0, status INTEGER, message TEXT DEFAULT '', kind TEXT DEFAULT '',
    created REAL, started REAL, ended REAL, kept_until REAL, lease REAL, worker TEXT
)"""
COLUMNS = "id, state, path, headers, size, tries, status, message, kind, created, started, ended, kept_until"


class Entry(NamedTuple):
    """One request; times are seconds since 1970."""

    id: str
    state: str
    path: str
    headers: str
    size: int
    tries: int
    status: int | None
    message: str
    kind: str
    created: float
    started: float | None
    ended: float | None
    kept_until: float | None


class FullError(Exception):
    """No more can wait."""


class Queue:
    """The requests of one endpoint, shared by its workers and whoever looks on; used by one thread at a time.

    While something waits or is worked on, there is a file `waiting/x`, so that a host need not open the database.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        for folder in ("bodies", "results", "waiting"):
            (place / folder).mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(place / "queue.db", timeout=10, isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode=WAL", "synchronous=NORMAL"):
            self._database.execute(f"PRAGMA {setting}")
        self._database.execute(TABLE)

    def __enter__(self) -> Self:
        """Use it in a block that closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def put(self, path: str, headers: Mapping[str, str], body: bytes) -> str:
        """Keep a request and return its id.

        Raises:
            FullError: Too many wait, or their bodies are too large together.
        """
        name = secrets.token_hex(12)
        _write(self._place / "bodies" / name, body)
        try:
            with self._transaction():
                self._check_room(len(body))
                self._run(
                    "INSERT INTO requests (id, state, path, headers, size, created) VALUES (?, 'queued', ?, ?, ?, ?)",
                    *(name, path, json.dumps(dict(headers)), len(body), time.time()),
                )
                self._mark()
        except BaseException:
            (self._place / "bodies" / name).unlink(missing_ok=True)
            raise
        return name

    def claim(self, worker: str) -> Entry | None:
        """Take the oldest request that nobody works on; None if there is none."""
        now = time.time()
        due = "state = 'queued' OR (state = 'running' AND lease < ?)"
        if self._one(f"SELECT count(*) FROM requests WHERE {due} LIMIT 1", now)[0] == 0:
            return None
        with self._transaction():
            found = self._run(f"SELECT {COLUMNS} FROM requests WHERE {due} ORDER BY number LIMIT 1", now).fetchone()
            if found is None:
                return None
            entry = Entry(*found)
            self._run(
                "UPDATE requests SET state = 'running', tries = tries + 1, worker = ?, lease = ?,"
                " started = coalesce(started, ?) WHERE id = ?",
                *(worker, now + LEASE, now, entry.id),
            )
        return entry._replace(tries=entry.tries + 1, state="running")

    def recover(self) -> None:
        """Let what workers had begun that are no more wait again; their leases need not run out."""
        rows = self._run("SELECT id, worker FROM requests WHERE state = 'running'").fetchall()
        for asked, worker in rows:
            if not _runs(worker):
                self.give_back(asked, worker)

    def hold(self, id: str, worker: str) -> bool:
        """Say that a worker is still at it; False if it was taken away, by another worker or by the caller."""
        held = self._run(
            "UPDATE requests SET lease = ? WHERE id = ? AND worker = ? AND state = 'running'",
            *(time.time() + LEASE, id, worker),
        )
        return held.rowcount == 1

    def give_back(self, id: str, worker: str, *, counted: bool = True) -> None:
        """Let it wait again; a try that was not the model's to fail is not counted."""
        self._run(
            "UPDATE requests SET state = 'queued', tries = tries - ?, worker = NULL"
            " WHERE id = ? AND worker = ? AND state = 'running'",
            *(0 if counted else 1, id, worker),
        )

    def finish(self, id: str, worker: str, status: int, kind: str, body: bytes, message: str = "") -> bool:
        """Keep the answer; False, and nothing is kept, if the request was taken away meanwhile."""
        _write(self._place / "results" / id, body)
        now = time.time()
        state = "failed" if message else "succeeded"
        with self._transaction():
            done = self._run(
                "UPDATE requests SET state = ?, status = ?, kind = ?, message = ?, ended = ?, kept_until = ?"
                " WHERE id = ? AND worker = ? AND state = 'running'",
                *(state, status, kind, message, now, now + KEPT, id, worker),
            ).rowcount
            self._mark()
        (self._place / ("bodies" if done else "results") / id).unlink(missing_ok=True)
        return bool(done)

    def cancel(self, id: str) -> Entry | None:
        """Take back a request that has not ended, or delete one that has; returns how it was, or None."""
        with self._transaction():
            entry = self.get(id)
            if entry is None:
                return None
            if entry.ended is None:
                now = time.time()
                self._run(
                    "UPDATE requests SET state = 'stopped', ended = ?, kept_until = ? WHERE id = ?", now, now + KEPT, id
                )
            else:
                self._run("DELETE FROM requests WHERE id = ?", id)
            self._mark()
        for folder in ("bodies", "results"):
            (self._place / folder / id).unlink(missing_ok=True)
        return self.get(id) or entry

    def get(self, id: str) -> Entry | None:
        """Return a request, or None if there is none of this id."""
        found = self._run(f"SELECT {COLUMNS} FROM requests WHERE id = ?", id).fetchone()
        return None if found is None else Entry(*found)

    def newest(self, limit: int) -> list[Entry]:
        """Return the newest requests, the newest first."""
        return [
            Entry(*row)
            for row in self._run(f"SELECT {COLUMNS} FROM requests ORDER BY number DESC LIMIT ?", limit).fetchall()
        ]

    def waiting(self) -> int:
        """Return how many have not begun."""
        return int(self._one("SELECT count(*) FROM requests WHERE state = 'queued'")[0])

    def body(self, id: str) -> bytes | None:
        """Return what was sent."""
        with suppress(FileNotFoundError):
            return (self._place / "bodies" / id).read_bytes()
        return None

    def result(self, id: str) -> bytes | None:
        """Return the body of the answer."""
        with suppress(FileNotFoundError):
            return (self._place / "results" / id).read_bytes()
        return None

    def sweep(self) -> int:
        """Delete what is kept no longer, and of the results the oldest if there is too much; returns how many."""
        gone = [row[0] for row in self._run("SELECT id FROM requests WHERE kept_until < ?", time.time()).fetchall()]
        results = sorted((entry.stat().st_mtime, entry) for entry in (self._place / "results").iterdir())
        total = sum(entry.stat().st_size for _, entry in results)
        for _, entry in results:
            if total <= MOST_BYTES:
                break
            total -= entry.stat().st_size
            gone.append(entry.name)
        for name in gone:
            self.cancel(name)
        self._sweep_bodies()
        return len(gone)

    def _sweep_bodies(self) -> None:
        """Delete bodies whose request was never kept: their worker was killed in between."""
        for entry in (self._place / "bodies").iterdir():
            if time.time() - entry.stat().st_mtime > LEASE and self.get(entry.name) is None:
                entry.unlink(missing_ok=True)

    def _check_room(self, size: int) -> None:
        waiting, held = self._one(f"SELECT count(*), coalesce(sum(size), 0) FROM requests WHERE {OPEN}")
        if waiting >= MOST_WAITING or held + size > MOST_BYTES:
            raise FullError

    def _mark(self) -> None:
        """Say by a file whether something is still to be done; inside a transaction, so that nobody says otherwise."""
        mark = self._place / "waiting" / "x"
        if self._one(f"SELECT count(*) FROM requests WHERE {OPEN}")[0]:
            mark.touch()
        else:
            mark.unlink(missing_ok=True)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _run(self, statement: str, *values: object) -> sqlite3.Cursor:
        return self._database.execute(statement, values)

    def _one(self, statement: str, *values: object) -> tuple[int, ...]:
        row: tuple[int, ...] = self._run(statement, *values).fetchone()
        return row


def _runs(worker: str) -> bool:
    """Tell whether the process in a worker's name is there; the lease is for those of another machine's boot."""
    try:
        os.kill(int(worker.partition(":")[0]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _write(path: Path, content: bytes) -> None:
    """Write a file whole, so that a row about it is never ahead of it."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fdatasync(file.fileno())
    part.replace(path)
