"""What can be done with jobs."""

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from threading import Lock
from typing import Any

from jupyter_mlstudio.core import forkserver
from jupyter_mlstudio.core.errors import ConflictError, EngineError, StudioError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.core.processes import reap
from jupyter_mlstudio.core.sql import Sql
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.jobs import notebooks, surroundings
from jupyter_mlstudio.jobs.drafts import Drafts
from jupyter_mlstudio.jobs.executors.service import Executors
from jupyter_mlstudio.jobs.kept import Kept
from jupyter_mlstudio.jobs.launch import Take, start_waiting
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.producers import Producers
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.reconcile import Silence, reconcile
from jupyter_mlstudio.jobs.records import Records
from jupyter_mlstudio.jobs.retention import Forget, Retention
from jupyter_mlstudio.jobs.settling import settle
from jupyter_mlstudio.jobs.stopping import Stopping
from jupyter_mlstudio.jobs.sweeps.types import RunsOf, no_runs
from jupyter_mlstudio.jobs.types import (
    Job,
    JobError,
    JobOwner,
    JobSpec,
    JobState,
)

log = logging.getLogger(__name__)

LINGER = 3600.0  # seconds for which a runner stays at most to start its job again
LOOK = 1.0  # seconds between looks whether the runners still live


class Jobs(Records, Producers):
    """Runs notebooks in the background and remembers how they went.

    A job has a process of its own that outlives this one; another Studio on the same project finds it again.
    """

    def __init__(self, place: Place, runs_of: RunsOf = no_runs) -> None:
        self._runs_of = runs_of
        self._place, self._project, self._publish = place, place.project, place.publish
        self._stopping, self._silence = Stopping(self.finish), Silence()
        self._lock = Lock()
        self._looked = 0.0
        self._seen = 0
        self._trouble = ""
        self.take: Take | None = None  # a runner that could go on with the next job

    @property
    def database(self) -> Sql:
        """Where jobs are kept, for what belongs to them."""
        return self.queue.database

    @property
    def project_id(self) -> str:
        """What names this project in a database that several share."""
        return self._place.project_id

    @cached_property
    def _retention(self) -> Retention:
        return Retention(self._place, self.queue)

    @cached_property
    def _kept(self) -> Kept:
        return Kept(self._place, self.queue)

    @cached_property
    def executors(self) -> Executors:
        """Where jobs can run."""
        return Executors(self._place)

    @cached_property
    def queue(self) -> Queue:
        """The durable queue under this service, for the parts of the feature."""
        queue = Queue(self._place.database, self._place.project_id)
        self._seen = queue.newest_change()
        return queue

    def submit(
        self,
        spec: JobSpec | str,
        *,
        source: bytes | None = None,
        owner: JobOwner | None = None,
        id: str | None = None,
        **parameters: object,
    ) -> Job:
        """Queue a notebook, as it is now, and return at once with its job.

        Args:
            spec: What to run, or just the path of the notebook.
            source: A notebook to run in place of the file, which then only says the name and the working folder.
            owner: The schedule, sweep or workflow that makes the job.
            id: The job's id; a second job with it is refused.
            **parameters: Values for the notebook's parameters, beside those in `spec`. One that is called as an
                argument above can only be given in `spec`.

        Raises:
            InvalidError: It is no notebook, its kernel is not installed, a parameter does not fit, or it asks for more
                than there is.
            NotFoundError: There is no such notebook.
            ConflictError: The queue is full, or the id is taken.
            EngineError: The project folder or the database cannot be written.
        """
        plain: dict[str, Any] = {"notebook": spec} if isinstance(spec, str) else spec.model_dump()
        plain["parameters"] = {**plain.get("parameters", {}), **parameters}
        if self._place.settings.warm_kernels:
            forkserver.warm_up()
        [job] = self.enqueue([convert(JobSpec, plain)], source=source, owners=[owner], ids=[id])
        self._publish(Changed(kind="job", id=job.id, change="added"))
        self._try(self.start_waiting)
        return self.queue.get(job.id)

    def enqueue(
        self,
        specs: Sequence[JobSpec],
        *,
        source: bytes | None = None,
        owners: Sequence[JobOwner | None] = (),
        ids: Sequence[str | None] = (),
    ) -> list[Job]:
        """Queue many notebooks or none, without starting them yet; it may be part of a larger transaction.

        Args:
            specs: What to run.
            source: A notebook to run in place of the files.
            owners: What makes each job; nothing if not given.
            ids: The id of each job; new ones if not given.

        Raises:
            StudioError: As `submit` does.
        """
        drafts = Drafts(self._place, source)
        nothing = [None] * len(specs)
        jobs = [drafts.make(*asked) for asked in zip(specs, owners or nothing, ids or nothing, strict=True)]
        given = (surroundings.keep(os.environ), self._place.settings_file.stem)
        with self.queue.database.transaction():
            for job in jobs:
                drafts.keep_again(job)  # somebody may just have forgotten a notebook that no job needed
                self.queue.add(job, self._place.settings.max_queued_jobs, *given)
        return jobs

    def stop(self, id: str) -> Job:
        """Stop a job and return at once: a waiting one has then ended; a running one is interrupted, then killed.

        Raises:
            ConflictError: It has ended already.
        """
        if self.queue.stop_waiting(id):
            self.settled(self.queue.get(id))
        else:
            job = self.queue.get(id)
            if job.ended_at is not None:
                raise ConflictError(f"The job has ended already: it {_ended(job)}.", code="ended")
            self.queue.request_stop(id)
            self.reconcile()
        self._publish(Changed(kind="job", id=id, change="changed"))
        return self.queue.get(id)

    def rerun(self, id: str) -> Job:
        """Queue the same notebook, as it is now, with the same parameters once more."""
        job = self.queue.get(id)
        source = notebooks.Sources(self._place.state / "jobs" / "sources").path(job.source_digest)
        return self.submit(job.spec, source=source.read_bytes() if job.generated else None)

    def resume(self, id: str, cells: Mapping[int, str] | None = None, *, write: bool = False) -> Job:
        """Run a failed job on from the cell that failed, in its kernel, which is kept for a while.

        Args:
            id: The job.
            cells: New sources by number of the code cell; without it the notebook file holds as it is now.
            write: Write the new sources into the notebook file too.

        Raises:
            InvalidError: The kernel is gone.
            ConflictError: The job has not failed, or a cell that has run already was changed.
        """
        return self._kept.resume(id, cells, write=write)

    def release(self, id: str) -> Job:
        """Let the kernel of a failed job go before its time."""
        return self._kept.release(id)

    def remove(self, id: str, *, files: bool = False) -> None:
        """Forget a job that has ended; its result notebook and log stay unless `files` is true.

        Raises:
            ConflictError: It has not ended.
        """
        self._retention.remove(id, files=files)
        self._publish(Changed(kind="job", id=id, change="removed"))

    def poll(self) -> list[Changed]:
        """Return what has changed since the last call, by whatever process; nothing while the database is away.

        Whoever calls this again and again makes the jobs of schedules too.
        """
        reap()
        if not self._place.used:
            return []
        self.look()
        self._try(self.schedules.look)
        try:
            changes = self.queue.changes(self._seen)
        except EngineError as error:
            self._tell(error)
            return []
        self._seen = max([self._seen, *(seq for seq, _ in changes)])
        found = [change for _, change in changes]
        return [*found, *self.sweeps.touched(found)]

    def finish(self, job: Job, state: JobState, error: JobError | None = None) -> bool:
        """Note how an attempt at a job ended, unless another has taken it over; true if the job has ended with it.

        It is tried again if its rules say so. Then the next jobs begin, in whatever process this is.
        """
        ended = self._settle(job, state, error)
        if job.executor == "local":  # a runner of another executor may be on a machine that is not for local jobs
            self._try(self.start_waiting)
        return ended

    def _settle(self, job: Job, state: JobState, error: JobError | None = None) -> bool:
        ended = settle(self.queue, job, state, error)
        if ended:
            self._try(lambda: self.settled(self.queue.get(job.id)))
        return ended

    def await_retry(self, job: Job) -> None:
        """Stay until a job that is to be tried again has begun: there may be no server that starts it."""
        with suppress(StudioError):  # it was removed, or the database is away: whoever looks next starts it
            while (at := self.queue.get(job.id).not_before) is not None and (at - now()).total_seconds() < LINGER:
                time.sleep(max(0.05, min((at - now()).total_seconds(), LOOK)))
                self.start_waiting()

    def settled(self, job: Job) -> None:
        """Tell what made a job that it has ended; called in whatever process notices it."""
        self.workflows.settled(job)

    def reconcile(self) -> None:
        """Make the records true: keep jobs whose runner lives, settle those whose runner is gone, start what waits.

        What fails, such as a write on a full disk, is done the next time; it holds up neither the rest nor a reader.
        """
        self._try(lambda: reconcile(self.queue, self.finish, self._stopping, self._silence))
        self._try(self.workflows.reconcile)
        self._try(self.start_waiting)
        self._try(lambda: self._retention.tidy_sometimes(self._forgetting))

    def start_waiting(self) -> None:
        """Start jobs that wait, as many as what they need is free for."""
        start_waiting(self.queue, self._place, self._settle, self.take)

    def look(self) -> None:
        """Make the records true, unless that was done within the last second."""
        with self._lock:
            due = time.monotonic() - self._looked > LOOK
            if due:
                self._looked = time.monotonic()
        if due:
            self.reconcile()

    @property
    def _forgetting(self) -> dict[str, Forget]:
        return {"sweep": self.sweeps.remove, "workflow": self.workflows.remove}

    def _try(self, duty: Callable[[], object]) -> None:
        """Do what is done again the next time if it fails now, such as a write on a full disk."""
        try:
            duty()
        except Exception as error:
            self._tell(error)

    def _tell(self, trouble: Exception) -> None:
        """Log what went wrong, once as long as it is the same."""
        if str(trouble) != self._trouble:
            self._trouble = str(trouble)
            log.warning("Jobs: %s", trouble, exc_info=not isinstance(trouble, StudioError))


def _ended(job: Job) -> str:
    return "was stopped" if job.state is JobState.STOPPED else job.state.value
