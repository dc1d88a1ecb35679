"""What can be done with jobs."""

import re
import shutil
import time
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from threading import Lock, Thread

from jupyter_mlstudio.core.errors import ConflictError, InvalidError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.core.processes import end, reap
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.jobs import notebooks
from jupyter_mlstudio.jobs.launch import start_waiting
from jupyter_mlstudio.jobs.logs import read_log
from jupyter_mlstudio.jobs.parameters import check, read_parameters
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.queue import Queue, Running
from jupyter_mlstudio.jobs.reconcile import reconcile
from jupyter_mlstudio.jobs.types import Job, JobEvents, JobList, JobLog, JobOwner, JobSpec, JobState, NotebookParameters

PAGE = 1000  # events that one answer holds
LOOK = 1.0  # seconds between looks whether the runners still live
GRACE = 6.0  # seconds between interrupt, terminate and kill; a runner gives its cell a little less


class Jobs:
    """Runs notebooks in the background and remembers how they went.

    A job has a process of its own that outlives this one; another Studio on the same project finds it again.
    """

    def __init__(self, place: Place) -> None:
        self._place, self._project, self._publish = place, place.project, place.publish
        self._sources = notebooks.Sources(place.state / "jobs" / "sources")
        self._ending: set[str] = set()
        self._lock = Lock()
        self._looked = 0.0
        self._seen = 0
        if place.used:
            self._seen = max((seq for seq, _ in self._queue.changes(0)), default=0)
            self.reconcile()

    @cached_property
    def _queue(self) -> Queue:
        return Queue(self._place.database, self._place.project_id)

    def submit(
        self, spec: JobSpec, *, source: bytes | None = None, owner: JobOwner | None = None, id: str | None = None
    ) -> Job:
        """Queue a notebook, as it is now, and return at once with its job.

        Args:
            spec: What to run.
            source: A notebook to run in place of the file, which then only says the name and the working folder.
            owner: The schedule, sweep or workflow that makes the job.
            id: The job's id; a second job with it is refused.

        Raises:
            InvalidError: It is no notebook, its kernel is not installed, or a parameter does not fit.
            NotFoundError: There is no such notebook.
            ConflictError: The queue is full, or the id is taken.
        """
        notebook, raw = (
            notebooks.read(self._project, spec.notebook) if source is None else notebooks.parse(spec.notebook, source)
        )
        declared = read_parameters(spec.notebook, notebook)
        path = inside(self._project, spec.notebook).relative_to(self._project).as_posix()
        spec = spec.model_copy(update={"notebook": path, "parameters": check(declared, spec.parameters)})
        _check_kernel(spec.kernel or declared.kernel or "python3")
        with self._queue.database.transaction():  # so that nobody forgets the source between these two
            job = _job(spec, self._sources.keep(raw), id, owner, generated=source is not None)
            job = job.model_copy(update={"executor": spec.executor or self._place.settings.executor})
            self._queue.add(job, self._place.settings.max_queued_jobs)
        self._publish(Changed(kind="job", id=job.id, change="added"))
        self._start_waiting()
        return self._queue.get(job.id)

    def all(self, limit: int = 500) -> list[Job]:
        """Return jobs: those that run, then the newest."""
        if not self._place.used:
            return []
        self._look()
        return self._queue.all(limit)

    def listing(self, limit: int = 500) -> JobList:
        """Return jobs as `all` does, and how many there are."""
        items = self.all(limit)
        total, unfinished = self._queue.count() if items else (0, 0)
        return JobList(items=items, total=total, unfinished=unfinished)

    def get(self, id: str) -> Job:
        """Return a job as it is now."""
        self._look()
        return self._queue.get(id)

    def wait(self, id: str, timeout: float = float("inf")) -> Job:
        """Return a job when it has ended, or as it is after `timeout` seconds."""
        deadline, pause = time.monotonic() + timeout, 0.02
        while (job := self.get(id)).ended_at is None and time.monotonic() < deadline:
            time.sleep(pause)
            pause = min(pause * 1.5, 0.1)
        return job

    def stop(self, id: str) -> Job:
        """Stop a job and return at once: a waiting one has then ended; a running one is interrupted, then killed.

        Raises:
            ConflictError: It has ended already.
        """
        if not self._queue.stop_waiting(id):
            job = self._queue.get(id)
            if job.ended_at is not None:
                raise ConflictError(f"The job has ended already: it {_ended(job)}.", code="ended")
            self._queue.request_stop(id)
            self._end_stopped()
        self._publish(Changed(kind="job", id=id, change="changed"))
        return self._queue.get(id)

    def rerun(self, id: str) -> Job:
        """Queue the same notebook, as it is now, with the same parameters once more."""
        return self.submit(self._queue.get(id).spec)

    def remove(self, id: str, *, files: bool = False) -> None:
        """Forget a job that has ended; its result notebook and log stay unless `files` is true.

        Raises:
            ConflictError: It has not ended.
        """
        job = self._queue.get(id)
        if job.ended_at is None:
            raise ConflictError("The job has not ended. Stop it first.", code="running")
        self._queue.remove(id)
        if files:
            shutil.rmtree((self._project / job.output).parent, ignore_errors=True)
        with self._queue.database.transaction():
            if self._queue.uses(job.source_digest) == 0:
                self._sources.forget(job.source_digest)
        self._publish(Changed(kind="job", id=id, change="removed"))

    def events(self, id: str, since: int = 0) -> JobEvents:
        """Return what has happened in a job after a number."""
        self._queue.get(id)
        items = self._queue.events(id, since, PAGE + 1)
        page = items[:PAGE]
        return JobEvents(items=page, next=page[-1].seq if page else since, more=len(items) > PAGE)

    def log(self, id: str, since: int | None = None) -> JobLog:
        """Return what a job's log holds after a number; without one its last lines."""
        return read_log(self._project / self._queue.get(id).log_path, since)

    def output(self, id: str) -> Path:
        """Return where the executed notebook is, or will be."""
        return self._project / self._queue.get(id).output

    def parameters(self, notebook: str) -> NotebookParameters:
        """Return the parameters that a notebook declares."""
        return read_parameters(notebook, notebooks.read(self._project, notebook)[0])

    def poll(self) -> list[Changed]:
        """Return what has changed since the last call, by whatever process."""
        reap()
        if not self._place.used:
            return []
        self._look()
        changes = self._queue.changes(self._seen)
        self._seen = max([self._seen, *(seq for seq, _ in changes)])
        return [change for _, change in changes]

    def reconcile(self) -> None:
        """Make the records true: keep jobs whose runner lives, end those whose runner is gone, go on with the queue."""
        reconcile(self._queue)
        self._end_stopped()
        self._start_waiting()

    def _look(self) -> None:
        with self._lock:
            due = time.monotonic() - self._looked > LOOK
            if due:
                self._looked = time.monotonic()
        if due:
            self.reconcile()

    def _start_waiting(self) -> None:
        start_waiting(self._queue, self._place)

    def _end_stopped(self) -> None:
        for running in self._to_end(self._queue.running()):
            Thread(target=self._end, args=[running], name=f"mlstudio-stop-{running.job.id}", daemon=True).start()

    def _to_end(self, running: Iterable[Running]) -> list[Running]:
        with self._lock:
            found = [
                each
                for each in running
                if each.job.stop_requested_at is not None
                and each.runner is not None
                and each.job.id not in self._ending
            ]
            self._ending.update(each.job.id for each in found)
        return found

    def _end(self, running: Running) -> None:
        try:
            end(running.runner, GRACE)
            end(running.kernel, 0.1)
            self._queue.finish(running.job, JobState.STOPPED)
            self._start_waiting()
        finally:
            with self._lock:
                self._ending.discard(running.job.id)


def _job(spec: JobSpec, digest: str, id: str | None, owner: JobOwner | None, *, generated: bool) -> Job:
    job, created = id or new_id(), now()
    stem = re.sub(r"[^\w.-]+", "-", Path(spec.notebook).stem).strip("-.") or "notebook"
    folder = Path("jobs") / f"{stem}-{created.astimezone():%Y%m%d-%H%M%S}-{job[:4]}"
    return Job(
        id=job,
        spec=spec,
        name=spec.name or Path(spec.notebook).stem,
        state=JobState.QUEUED,
        attempt=0,
        created_at=created,
        started_at=None,
        ended_at=None,
        stop_requested_at=None,
        heartbeat_at=None,
        cells_total=0,
        cells_done=0,
        cell=None,
        error=None,
        output=(folder / f"{stem}.ipynb").as_posix(),
        log_path=(folder / "log.txt").as_posix(),
        source_digest=digest,
        generated=generated,
        owner=owner,
        not_before=None,
        outputs={},
        executor="local",
        start=None,
        kept_until=None,
    )


def _check_kernel(name: str) -> None:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    kernels = KernelSpecManager()
    try:
        kernels.get_kernel_spec(name)
    except NoSuchKernel:
        known = ", ".join(sorted(kernels.find_kernel_specs())) or "none"
        raise InvalidError(
            f"kernel: {name!r} is not installed here. Choose one of: {known}.", code="no_kernel"
        ) from None


def _ended(job: Job) -> str:
    return "was stopped" if job.state is JobState.STOPPED else job.state.value
