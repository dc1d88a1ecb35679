"""Ends the processes of running jobs that shall stop or have run too long: interrupt, terminate, kill."""

from collections.abc import Callable
from threading import Lock, Thread
from typing import Protocol

from jupyter_mlstudio.core.processes import end
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.rows import Running
from jupyter_mlstudio.jobs.types import Job, JobError, JobState

GRACE = 6.0  # seconds between interrupt, terminate and kill; a runner gives its cell a little less
LATE = 15.0  # seconds after its limit by which a runner has ended a job itself; then it hangs


class Finish(Protocol):
    """Notes how an attempt at a job ended, and lets the next job begin."""

    def __call__(self, job: Job, state: JobState, error: JobError | None = None) -> bool:
        """Return whether the job has ended with it."""


class Stopping:
    """Ends jobs in threads of their own, each only once at a time; safe to share between threads."""

    def __init__(self, finish: Finish) -> None:
        self._finish = finish
        self._ending: set[tuple[str, int]] = set()
        self._lock = Lock()

    def look(self, running: Running) -> None:
        """End a job of this machine if it shall stop, or should have ended by itself long ago."""
        job = running.job
        if job.stop_requested_at is not None:
            self._begin(running, lambda: self._finish(job, JobState.STOPPED))
        elif overdue(job):
            self._begin(running, lambda: self._finish(job, JobState.FAILED, too_long(job)))

    def _begin(self, running: Running, finish: Callable[[], object]) -> None:
        key = (running.job.id, running.job.attempt)
        if running.runner is None:  # it never began, or its runner finds out that it is too late
            finish()
            return
        with self._lock:
            if key in self._ending:
                return
            self._ending.add(key)
        Thread(target=self._end, args=[key, running, finish], name=f"mlstudio-stop-{key[0]}", daemon=True).start()

    def _end(self, key: tuple[str, int], running: Running, finish: Callable[[], object]) -> None:
        try:
            end(running.runner, GRACE)
            end(running.kernel, 0.1)
            finish()
        finally:
            with self._lock:
                self._ending.discard(key)


def too_long(job: Job) -> JobError:
    """Say that a job ran longer than it may."""
    message = f"The job ran longer than its limit of {job.spec.timeout:g} seconds (timeout)."
    return JobError(kind="timeout", cell=job.cell, name="JobTimeoutError", message=message, traceback="")


def overdue(job: Job) -> bool:
    """Tell whether a job runs so much longer than it may that its runner must be hanging."""
    if job.spec.timeout is None or job.started_at is None:
        return False
    return (now() - job.started_at).total_seconds() > job.spec.timeout + LATE
