"""The durable queue: jobs and what happened in them, in SQLite; every write of a runner is fenced by its attempt."""

import json
import socket
import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

from jupyter_mlstudio.core.errors import ConflictError, NotFoundError
from jupyter_mlstudio.core.processes import ProcessRef
from jupyter_mlstudio.core.sqlite import Database
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.types import Job, JobError, JobEvent, JobState

SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, spec TEXT NOT NULL, name TEXT NOT NULL,
    state TEXT NOT NULL, attempt INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT,
    stop_requested_at TEXT, heartbeat_at TEXT,
    cells_total INTEGER NOT NULL DEFAULT 0, cells_done INTEGER NOT NULL DEFAULT 0,
    cell INTEGER, error TEXT, output TEXT NOT NULL, log_path TEXT NOT NULL, source_digest TEXT NOT NULL,
    host TEXT, pid INTEGER, pid_created REAL, kernel_pid INTEGER, kernel_created REAL
);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, seq);
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, cell INTEGER,
    text TEXT, titles TEXT, seconds REAL, memory INTEGER
);
CREATE INDEX IF NOT EXISTS events_by_job ON events (job, seq);
CREATE TABLE IF NOT EXISTS changes (job TEXT PRIMARY KEY, seq INTEGER NOT NULL, change TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS changes_by_seq ON changes (seq);
"""
TRIGGER = """
CREATE TRIGGER IF NOT EXISTS {table}_{act} AFTER {act} ON {table} BEGIN
    INSERT INTO changes VALUES ({row}, (SELECT coalesce(max(seq), 0) + 1 FROM changes), '{change}')
    ON CONFLICT (job) DO UPDATE SET seq = excluded.seq, change = excluded.change;
END
"""
TRIGGERS = (("jobs", "INSERT", "NEW.id", "added"), ("jobs", "UPDATE", "NEW.id", "changed"),
            ("jobs", "DELETE", "OLD.id", "removed"), ("events", "INSERT", "NEW.job", "changed"))  # fmt: skip

CLAIM = """
UPDATE jobs SET state = 'running', attempt = attempt + 1, started_at = :now, heartbeat_at = :now, host = :host
WHERE id = (SELECT id FROM jobs WHERE state = 'queued' ORDER BY seq LIMIT 1)
  AND (SELECT count(*) FROM jobs WHERE state = 'running') < :limit
RETURNING *
"""
ADD = """
INSERT INTO jobs (id, spec, name, state, created_at, output, log_path, source_digest)
SELECT :id, :spec, :name, 'queued', :created_at, :output, :log_path, :source_digest
WHERE (SELECT count(*) FROM jobs WHERE state = 'queued') < :limit
"""
MINE = "id = :id AND attempt = :attempt AND state = 'running'"


class Running(NamedTuple):
    """A running job with the processes that belong to it."""

    job: Job
    host: str
    runner: ProcessRef | None
    kernel: ProcessRef | None


class Queue:
    """Keeps jobs in the order in which they were asked for; safe to share between threads and processes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        connection = database.connect()
        if connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()[0] < len(
            TRIGGERS
        ):
            connection.executescript(SCHEMA)
            for table, act, row, change in TRIGGERS:
                connection.execute(TRIGGER.format(table=table, act=act, row=row, change=change))

    def add(self, job: Job, limit: int) -> None:
        """Queue a job, unless so many wait already.

        Raises:
            ConflictError: The queue is full.
        """
        values = job.model_dump(mode="json") | {"spec": job.spec.model_dump_json(), "limit": limit}
        if self._run(ADD, values).rowcount == 0:
            raise ConflictError(
                f"{limit} jobs are waiting, which is the limit (max_queued_jobs). Stop some, or try again later.",
                code="queue_full",
            )

    def get(self, id: str) -> Job:
        """Return a job."""
        row = self._run("SELECT * FROM jobs WHERE id = :id", {"id": id}).fetchone()
        if row is None:
            raise NotFoundError(f"There is no job {id!r}. It may have been removed.")
        return _job(row)

    def all(self, limit: int) -> list[Job]:
        """Return jobs: those that run, then the newest."""
        statement = "SELECT * FROM jobs ORDER BY state = 'running' DESC, seq DESC LIMIT :limit"
        return [_job(row) for row in self._run(statement, {"limit": limit})]

    def count(self) -> tuple[int, int]:
        """Return how many jobs are kept, and how many of them have not ended."""
        total, unfinished = self._run("SELECT count(*), count(*) FILTER (WHERE ended_at IS NULL) FROM jobs").fetchone()
        return int(total), int(unfinished)

    def running(self) -> list[Running]:
        """Return the jobs that are said to run."""
        return [_running(row) for row in self._run("SELECT * FROM jobs WHERE state = 'running'").fetchall()]

    def claim(self, limit: int) -> Job | None:
        """Take the job that has waited longest, unless none waits or so many run already; nobody else can take it."""
        rows = self._run(CLAIM, {"now": _time(), "host": socket.gethostname(), "limit": limit}).fetchall()
        return _job(rows[0]) if rows else None

    def unclaim(self, job: Job) -> bool:
        """Put a claimed job back that was never started; its attempt can no longer write."""
        return self._mine(job, "state = 'queued', started_at = NULL, heartbeat_at = NULL")

    def record_runner(self, job: Job, runner: ProcessRef) -> bool:
        """Note which process runs a job; false if the job is no longer this attempt's."""
        return self._mine(job, "pid = :pid, pid_created = :created", **runner.model_dump())

    def record_kernel(self, job: Job, kernel: ProcessRef) -> bool:
        """Note which kernel a job uses."""
        return self._mine(job, "kernel_pid = :pid, kernel_created = :created", **kernel.model_dump())

    def progress(self, job: Job, events: Iterable[JobEvent], **fields: int | None) -> bool:
        """Note a sign of life, events, and new values of `cell`, `cells_done`, `cells_total`, in one write."""
        assignments = ", ".join(["heartbeat_at = :now", *(f"{name} = :{name}" for name in fields)])
        with self.database.transaction():
            if not self._mine(job, assignments, now=_time(), **fields):
                return False
            for event in events:
                self._add_event(job.id, event)
        return True

    def finish(self, job: Job, state: JobState, error: JobError | None = None) -> bool:
        """Note how a job ended; false if it is no longer this attempt's."""
        body = None if error is None else error.model_dump_json()
        changes = "state = :state, ended_at = :now, heartbeat_at = :now, error = :error, cell = NULL"
        return self._mine(job, changes, state=str(state), now=_time(), error=body)

    def stop_waiting(self, id: str) -> bool:
        """End a job that still waits; false if it no longer does."""
        statement = """UPDATE jobs SET state = 'stopped', ended_at = :now, stop_requested_at = :now
                       WHERE id = :id AND state = 'queued'"""
        return self._run(statement, {"id": id, "now": _time()}).rowcount == 1

    def request_stop(self, id: str) -> None:
        """Note that a running job shall stop."""
        statement = """UPDATE jobs SET stop_requested_at = coalesce(stop_requested_at, :now)
                       WHERE id = :id AND state = 'running'"""
        self._run(statement, {"id": id, "now": _time()})

    def remove(self, id: str) -> None:
        """Forget a job that has ended, and its events."""
        with self.database.transaction():
            self._run("DELETE FROM jobs WHERE id = :id", {"id": id})
            self._run("DELETE FROM events WHERE job = :id", {"id": id})

    def uses(self, digest: str) -> int:
        """Return how many jobs were made from this notebook."""
        return int(
            self._run("SELECT count(*) FROM jobs WHERE source_digest = :digest", {"digest": digest}).fetchone()[0]
        )

    def events(self, id: str, since: int, limit: int) -> list[JobEvent]:
        """Return a job's events after a number, oldest first."""
        statement = "SELECT * FROM events WHERE job = :id AND seq > :since ORDER BY seq LIMIT :limit"
        rows = self._run(statement, {"id": id, "since": since, "limit": limit})
        return [_event(row) for row in rows]

    def changes(self, since: int) -> list[tuple[int, str, str]]:
        """Return (number, job, change) after a number, oldest first; only the newest change of each job is kept."""
        rows = self._run("SELECT seq, job, change FROM changes WHERE seq > :since ORDER BY seq", {"since": since})
        return [(row["seq"], row["job"], row["change"]) for row in rows]

    def _mine(self, job: Job, changes: str, **values: Any) -> bool:
        statement = f"UPDATE jobs SET {changes} WHERE {MINE}"
        return self._run(statement, {"id": job.id, "attempt": job.attempt, **values}).rowcount == 1

    def _add_event(self, job: str, event: JobEvent) -> None:
        titles = None if event.titles is None else json.dumps(event.titles)
        values = event.model_dump(mode="json") | {"job": job, "titles": titles}
        names = ("job", "at", "kind", "cell", "text", "titles", "seconds", "memory")
        self._run(f"INSERT INTO events ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})", values)

    def _run(self, statement: str, values: dict[str, Any] | None = None) -> sqlite3.Cursor:
        return self.database.connect().execute(statement, values or {})


def _time() -> str:
    return now().isoformat()


def _job(row: sqlite3.Row) -> Job:
    fields = dict(row)
    fields["spec"] = json.loads(fields["spec"])
    fields["error"] = None if fields["error"] is None else json.loads(fields["error"])
    return Job.model_validate(fields)


def _event(row: sqlite3.Row) -> JobEvent:
    fields = {name: row[name] for name in JobEvent.model_fields}
    fields["titles"] = None if fields["titles"] is None else json.loads(fields["titles"])
    return JobEvent.model_validate(fields)


def _running(row: sqlite3.Row) -> Running:
    runner = None if row["pid"] is None else ProcessRef(pid=row["pid"], created=row["pid_created"])
    kernel = None if row["kernel_pid"] is None else ProcessRef(pid=row["kernel_pid"], created=row["kernel_created"])
    return Running(_job(row), row["host"] or "", runner, kernel)
