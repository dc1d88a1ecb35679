"""The durable queue: jobs and what happened in them; every write of a runner is fenced by its attempt."""

import json
import socket
import time
from collections.abc import Iterable, Mapping
from math import inf
from threading import Lock
from typing import Any

from jupyter_mlstudio.core.errors import ConflictError, NotFoundError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.core.processes import ProcessRef, account
from jupyter_mlstudio.core.sql import Answer, Sql
from jupyter_mlstudio.jobs import claims
from jupyter_mlstudio.jobs.rows import Running, event_of, job_of, job_values, running_of, time_text
from jupyter_mlstudio.jobs.schema import prepare
from jupyter_mlstudio.jobs.types import Job, JobError, JobEvent, JobState

ADD = """
INSERT INTO jobs (id, project, spec, name, state, priority, executor, tokens, created_at, output, log_path,
    source_digest, generated, owner_kind, owner_id, owner_node, account, surroundings, settings)
VALUES (:id, :project, :spec, :name, 'queued', :priority, :executor, :tokens, :created_at, :output, :log_path,
    :source_digest, :generated, :owner_kind, :owner_id, :owner_node, :account, :surroundings, :settings)
ON CONFLICT (id) DO NOTHING
"""
EVENT = """
INSERT INTO events (job, project, at, kind, cell, text, titles, seconds, memory)
VALUES (:job, :project, :at, :kind, :cell, :text, :titles, :seconds, :memory)
"""
MINE = "id = :id AND attempt = :attempt AND state = 'running'"
AGAIN = """state = 'queued', not_before = :not_before, retried = :retried, error = :error, cell = NULL,
    started_at = NULL, heartbeat_at = NULL"""
COUNTED = 1.0  # seconds for which a count of the waiting jobs is good enough, as long as there is plenty of room


class Queue:
    """Keeps jobs in the order in which they were asked for; safe to share between threads and processes."""

    def __init__(self, database: Sql, project: str) -> None:
        self.database, self.project = database, project
        prepare(database, project)
        self._lock = Lock()
        self._room, self._counted = 0, -inf

    def add(self, job: Job, limit: int, surroundings: str | None = None, settings: str | None = None) -> None:
        """Queue a job, unless so many wait already.

        Args:
            job: The job.
            limit: How many may wait.
            surroundings: Which kept environment variables its runner gets.
            settings: Which kept settings its runner gets.

        Raises:
            ConflictError: The queue is full, or there is a job with this id.
        """
        self._make_room(limit)
        values = job_values(job) | {"account": account(), "surroundings": surroundings, "settings": settings}
        if self._run(ADD, values).count == 0:
            raise ConflictError(f"There is a job with the id {job.id!r} already.", code="exists")

    def get(self, id: str) -> Job:
        """Return a job."""
        return job_of(self._row(id))

    def ended(self, id: str) -> bool:
        """Tell whether a job has ended, or is gone; cheaper than to get it."""
        statement = "SELECT ended_at FROM jobs WHERE id = :id AND project = :project"
        rows = self._run(statement, {"id": id}).rows
        return not rows or rows[0]["ended_at"] is not None

    def find(self, id: str) -> Running:
        """Return a job with the processes that it has, or had."""
        return running_of(self._row(id))

    def given(self, id: str) -> tuple[str | None, str | None]:
        """Return which kept environment variables and settings a job's runner gets."""
        row = self._row(id)
        return row["surroundings"], row["settings"]

    def owned(self, owner: str) -> list[Job]:
        """Return the jobs of a schedule, a sweep or a run of a workflow, in the order in which they were asked for."""
        statement = "SELECT * FROM jobs WHERE project = :project AND owner_id = :owner ORDER BY seq"
        return [job_of(row) for row in self._run(statement, {"owner": owner}).rows]

    def running(self, executor: str | None = None) -> list[Running]:
        """Return the jobs that are said to run, of one executor or of all."""
        statement = "SELECT * FROM jobs WHERE project = :project AND state = 'running'"
        if executor is not None:
            statement += " AND executor = :executor"
        return [running_of(row) for row in self._run(statement, {"executor": executor}).rows]

    def claim(self, limits: Mapping[str, float], executor: str = "local", others: float = inf) -> Job | None:
        """Take the job that is to start now, if what it needs is free; nobody else can take it.

        Args:
            limits: How much there is of each token.
            executor: Whose jobs; of the local one's, those that run on this machine count as using tokens.
            others: How much there is of tokens that are not named.
        """
        row = claims.claim(self.database, self.project, executor, claims.Supply(limits, others))
        return None if row is None else job_of(row)

    def unclaim(self, job: Job) -> bool:
        """Put a claimed job back that was never started; its attempt can no longer write."""
        return self._mine(job, "state = 'queued', started_at = NULL, heartbeat_at = NULL")

    def record_runner(self, job: Job, runner: ProcessRef) -> bool:
        """Note which process on this machine runs a job; false if the job is no longer this attempt's."""
        changes = "pid = :pid, pid_created = :created, host = :host"
        return self._mine(job, changes, **runner.model_dump(), host=socket.gethostname())

    def record_kernel(self, job: Job, kernel: ProcessRef) -> bool:
        """Note which kernel a job uses."""
        return self._mine(job, "kernel_pid = :pid, kernel_created = :created", **kernel.model_dump())

    def record(self, job: Job, **fields: str | float | None) -> bool:
        """Note columns of a running job, such as `handle` or `start`; false if it is another attempt's."""
        return self._mine(job, ", ".join(f"{name} = :{name}" for name in fields), **fields)

    def stop_requested(self, job: Job) -> bool:
        """Tell whether somebody has asked a job to stop; a few microseconds, so that a runner can ask often."""
        statement = "SELECT stop_requested_at FROM jobs WHERE id = :id AND project = :project"
        rows = self._run(statement, {"id": job.id}).rows
        return bool(rows) and rows[0]["stop_requested_at"] is not None

    def progress(self, job: Job, events: Iterable[JobEvent], **fields: int | str | None) -> bool:
        """Note a sign of life, events, and new values of columns such as `cells_done`, in one write."""
        assignments = ", ".join(["heartbeat_at = :now", *(f"{name} = :{name}" for name in fields)])
        with self.database.transaction():
            if not self._mine(job, assignments, now=time_text(), **fields):
                return False
            for event in events:
                self.note(job.id, event)
        return True

    def note(self, id: str, event: JobEvent) -> None:
        """Add an event to a job."""
        titles = None if event.titles is None else json.dumps(event.titles)
        self._run(EVENT, event.model_dump(mode="json") | {"job": id, "titles": titles})

    def finish(self, job: Job, state: JobState, error: JobError | None = None) -> bool:
        """Note how a job ended; false if it is no longer this attempt's."""
        body = None if error is None else error.model_dump_json()
        changes = "state = :state, ended_at = :now, heartbeat_at = :now, error = :error, cell = NULL"
        return self._mine(job, changes, state=str(state), now=time_text(), error=body)

    def retry(self, job: Job, error: JobError, not_before: str, retried: Mapping[str, int], event: JobEvent) -> bool:
        """Queue a job again whose attempt failed; its attempt can no longer write. False if it shall stop or has."""
        values = {"not_before": not_before, "retried": json.dumps(retried), "error": error.model_dump_json()}
        with self.database.transaction():
            if self.stop_requested(job) or not self._mine(job, AGAIN, **values):
                return False
            self.note(job.id, event)
        return True

    def retried(self, job: Job) -> dict[str, int]:
        """Return how often a job was tried again, by rule."""
        found: dict[str, int] = json.loads(self._row(job.id)["retried"])
        return found

    def stop_waiting(self, id: str) -> bool:
        """End a job that still waits; false if it no longer does."""
        statement = """UPDATE jobs SET state = 'stopped', ended_at = :now, stop_requested_at = :now, not_before = NULL
                       WHERE id = :id AND project = :project AND state = 'queued'"""
        return self._run(statement, {"id": id, "now": time_text()}).count == 1

    def request_stop(self, id: str) -> None:
        """Note that a running job shall stop."""
        statement = """UPDATE jobs SET stop_requested_at = coalesce(stop_requested_at, :now)
                       WHERE id = :id AND project = :project AND state = 'running'"""
        self._run(statement, {"id": id, "now": time_text()})

    def remove(self, id: str) -> None:
        """Forget a job that has ended, and its events."""
        with self.database.transaction():
            self._run("DELETE FROM jobs WHERE id = :id AND project = :project", {"id": id})
            self._run("DELETE FROM events WHERE job = :id AND project = :project", {"id": id})

    def uses(self, digest: str) -> int:
        """Return how many jobs were made from this notebook."""
        statement = "SELECT count(*) AS uses FROM jobs WHERE source_digest = :digest AND project = :project"
        return int(self._run(statement, {"digest": digest}).rows[0]["uses"])

    def events(self, id: str, since: int, limit: int) -> list[JobEvent]:
        """Return a job's events after a number, oldest first."""
        statement = "SELECT * FROM events WHERE job = :id AND seq > :since ORDER BY seq LIMIT :limit"
        return [event_of(row) for row in self._run(statement, {"id": id, "since": since, "limit": limit}).rows]

    def changes(self, since: int) -> list[tuple[int, Changed]]:
        """Return what changed after a number, oldest first; only the newest change of each thing is kept."""
        statement = "SELECT * FROM changes WHERE project = :project AND seq > :since ORDER BY seq"
        rows = self._run(statement, {"since": since}).rows
        return [(row["seq"], Changed(kind=row["kind"], id=row["id"], change=row["change"])) for row in rows]

    def newest_change(self) -> int:
        """Return the number of the last change."""
        statement = "SELECT coalesce(max(seq), 0) AS seq FROM changes WHERE project = :project"
        return int(self._run(statement).rows[0]["seq"])

    def _make_room(self, limit: int) -> None:
        """Count the waiting jobs, but not for each of thousands: a tenth of the room may be filled between counts."""
        with self._lock:
            if self._room < 1 or time.monotonic() - self._counted > COUNTED:
                statement = "SELECT count(*) AS jobs FROM jobs WHERE project = :project AND state = 'queued'"
                free = limit - int(self._run(statement).rows[0]["jobs"])
                if free < 1:
                    raise ConflictError(
                        f"{limit} jobs are waiting, which is the limit (max_queued_jobs). Stop some, or try later.",
                        code="queue_full",
                    )
                self._room, self._counted = 1 + free // 10, time.monotonic()
            self._room -= 1

    def _row(self, id: str) -> Mapping[str, Any]:
        rows = self._run("SELECT * FROM jobs WHERE id = :id AND project = :project", {"id": id}).rows
        if not rows:
            raise NotFoundError(f"There is no job {id!r}. It may have been removed.")
        return rows[0]

    def _mine(self, job: Job, changes: str, **values: Any) -> bool:
        statement = f"UPDATE jobs SET {changes} WHERE {MINE}"
        return self._run(statement, {"id": job.id, "attempt": job.attempt, **values}).count == 1

    def _run(self, statement: str, values: Mapping[str, Any] | None = None) -> Answer:
        return self.database.run(statement, {"project": self.project, **(values or {})})
