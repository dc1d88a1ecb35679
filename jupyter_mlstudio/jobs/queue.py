"""The durable queue: jobs and what happened in them, in SQLite; every write of a runner is fenced by its attempt."""

import json
import socket
from collections.abc import Iterable
from typing import Any, NamedTuple

from jupyter_mlstudio.core.errors import ConflictError, NotFoundError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.core.processes import ProcessRef
from jupyter_mlstudio.core.sql import Answer, Row, Sql
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.feed import feed
from jupyter_mlstudio.jobs.types import Job, JobError, JobEvent, JobOwner, JobState

SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    seq {serial}, id TEXT UNIQUE NOT NULL, project TEXT NOT NULL, spec TEXT NOT NULL, name TEXT NOT NULL,
    state TEXT NOT NULL, attempt INTEGER NOT NULL DEFAULT 0, priority INTEGER NOT NULL DEFAULT 0,
    executor TEXT NOT NULL, tokens TEXT NOT NULL DEFAULT '{}', not_before TEXT,
    owner_kind TEXT, owner_id TEXT, owner_node TEXT,
    created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT,
    stop_requested_at TEXT, heartbeat_at TEXT, kept_until TEXT,
    cells_total INTEGER NOT NULL DEFAULT 0, cells_done INTEGER NOT NULL DEFAULT 0,
    cell INTEGER, error TEXT, outputs TEXT NOT NULL DEFAULT '{}', start TEXT,
    output TEXT NOT NULL, log_path TEXT NOT NULL, source_digest TEXT NOT NULL, generated INTEGER NOT NULL DEFAULT 0,
    host TEXT, pid INTEGER, pid_created DOUBLE PRECISION, kernel_pid INTEGER, kernel_created DOUBLE PRECISION,
    connection TEXT, handle TEXT
);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (project, state, priority, seq);
CREATE INDEX IF NOT EXISTS jobs_by_owner ON jobs (owner_id);
CREATE TABLE IF NOT EXISTS events (
    seq {serial}, job TEXT NOT NULL, project TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, cell INTEGER,
    text TEXT, titles TEXT, seconds DOUBLE PRECISION, memory BIGINT
);
CREATE INDEX IF NOT EXISTS events_by_job ON events (job, seq);
"""

CLAIM = """
UPDATE jobs SET state = 'running', attempt = attempt + 1, started_at = :now, heartbeat_at = :now, host = :host
WHERE id = (SELECT id FROM jobs WHERE project = :project AND state = 'queued' ORDER BY priority DESC, seq LIMIT 1)
  AND (SELECT count(*) FROM jobs WHERE project = :project AND state = 'running') < :limit
RETURNING *
"""
ADD = """
INSERT INTO jobs (id, project, spec, name, state, priority, executor, created_at, output, log_path, source_digest,
    generated, owner_kind, owner_id, owner_node)
SELECT :id, :project, :spec, :name, 'queued', :priority, :executor, :created_at, :output, :log_path, :source_digest,
    :generated, :owner_kind, :owner_id, :owner_node
WHERE (SELECT count(*) FROM jobs WHERE project = :project AND state = 'queued') < :limit
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

    def __init__(self, database: Sql, project: str) -> None:
        self.database, self._project = database, project
        database.script(SCHEMA)
        feed(database, "jobs", "job")
        feed(database, "events", "job", id="job", acts=("INSERT",))

    def add(self, job: Job, limit: int) -> None:
        """Queue a job, unless so many wait already.

        Raises:
            ConflictError: The queue is full.
        """
        owner = job.owner
        values = job.model_dump(mode="json", exclude={"owner", "outputs", "error"}) | {
            "spec": job.spec.model_dump_json(),
            "priority": job.spec.priority,
            "generated": int(job.generated),
            "owner_kind": owner and owner.kind,
            "owner_id": owner and owner.id,
            "owner_node": owner and owner.node,
            "limit": limit,
        }
        if self._run(ADD, values).count == 0:
            raise ConflictError(
                f"{limit} jobs are waiting, which is the limit (max_queued_jobs). Stop some, or try again later.",
                code="queue_full",
            )

    def get(self, id: str) -> Job:
        """Return a job."""
        rows = self._run("SELECT * FROM jobs WHERE id = :id AND project = :project", {"id": id}).rows
        if not rows:
            raise NotFoundError(f"There is no job {id!r}. It may have been removed.")
        return _job(rows[0])

    def all(self, limit: int) -> list[Job]:
        """Return jobs: those that run, then the newest."""
        statement = """SELECT * FROM jobs WHERE project = :project
                       ORDER BY state = 'running' DESC, seq DESC LIMIT :limit"""
        return [_job(row) for row in self._run(statement, {"limit": limit}).rows]

    def owned(self, owner: str) -> list[Job]:
        """Return the jobs of a schedule, a sweep or a run of a workflow, in the order in which they were asked for."""
        statement = "SELECT * FROM jobs WHERE project = :project AND owner_id = :owner ORDER BY seq"
        return [_job(row) for row in self._run(statement, {"owner": owner}).rows]

    def count(self) -> tuple[int, int]:
        """Return how many jobs are kept, and how many of them have not ended."""
        statement = """SELECT count(*) AS total, count(*) FILTER (WHERE ended_at IS NULL) AS unfinished
                       FROM jobs WHERE project = :project"""
        row = self._run(statement).rows[0]
        return int(row["total"]), int(row["unfinished"])

    def running(self) -> list[Running]:
        """Return the jobs that are said to run."""
        return [_running(row) for row in self._running().rows]

    def claim(self, limit: int) -> Job | None:
        """Take the job that has waited longest, unless none waits or so many run already; nobody else can take it."""
        with self.database.transaction():
            rows = self._run(CLAIM, {"now": _time(), "host": socket.gethostname(), "limit": limit}).rows
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
        return self._run(statement, {"id": id, "now": _time()}).count == 1

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
        statement = "SELECT count(*) AS uses FROM jobs WHERE project = :project AND source_digest = :digest"
        return int(self._run(statement, {"digest": digest}).rows[0]["uses"])

    def events(self, id: str, since: int, limit: int) -> list[JobEvent]:
        """Return a job's events after a number, oldest first."""
        statement = "SELECT * FROM events WHERE job = :id AND seq > :since ORDER BY seq LIMIT :limit"
        rows = self._run(statement, {"id": id, "since": since, "limit": limit}).rows
        return [_event(row) for row in rows]

    def changes(self, since: int) -> list[tuple[int, Changed]]:
        """Return what changed after a number, oldest first; only the newest change of each thing is kept."""
        statement = "SELECT * FROM changes WHERE project = :project AND seq > :since ORDER BY seq"
        rows = self._run(statement, {"since": since}).rows
        return [(row["seq"], Changed(kind=row["kind"], id=row["id"], change=row["change"])) for row in rows]

    def _running(self) -> Answer:
        return self._run("SELECT * FROM jobs WHERE project = :project AND state = 'running'")

    def _mine(self, job: Job, changes: str, **values: Any) -> bool:
        statement = f"UPDATE jobs SET {changes} WHERE {MINE}"
        return self._run(statement, {"id": job.id, "attempt": job.attempt, **values}).count == 1

    def _add_event(self, job: str, event: JobEvent) -> None:
        titles = None if event.titles is None else json.dumps(event.titles)
        values = event.model_dump(mode="json") | {"job": job, "titles": titles}
        names = ("job", "project", "at", "kind", "cell", "text", "titles", "seconds", "memory")
        self._run(f"INSERT INTO events ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})", values)

    def _run(self, statement: str, values: dict[str, Any] | None = None) -> Answer:
        return self.database.run(statement, {"project": self._project, **(values or {})})


def _time() -> str:
    return now().isoformat(timespec="microseconds")


def _job(row: Row) -> Job:
    fields = dict(row)
    for name in ("spec", "error", "outputs"):
        fields[name] = None if fields[name] is None else json.loads(fields[name])
    if fields["owner_id"] is None:
        fields["owner"] = None
    else:
        fields["owner"] = JobOwner(kind=row["owner_kind"], id=row["owner_id"], node=row["owner_node"])
    return Job.model_validate(fields)


def _event(row: Row) -> JobEvent:
    fields = {name: row[name] for name in JobEvent.model_fields}
    fields["titles"] = None if fields["titles"] is None else json.loads(fields["titles"])
    return JobEvent.model_validate(fields)


def _running(row: Row) -> Running:
    runner = None if row["pid"] is None else ProcessRef(pid=row["pid"], created=row["pid_created"])
    kernel = None if row["kernel_pid"] is None else ProcessRef(pid=row["kernel_pid"], created=row["kernel_created"])
    return Running(_job(row), row["host"] or "", runner, kernel)
