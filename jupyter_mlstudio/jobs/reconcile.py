"""Makes the records of running jobs true again after runners or their starters were killed."""

import signal
import socket
import time
from datetime import datetime

from jupyter_mlstudio.core.processes import alive, send
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.kept import forget_dead
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.rows import Running
from jupyter_mlstudio.jobs.stopping import Finish, Stopping
from jupyter_mlstudio.jobs.types import Job, JobError, JobState

STARTING = 30.0  # seconds that a claimed job may be without a runner before it is claimed anew
SILENCE = 60.0  # seconds without a sign of life after which a runner on another machine counts as gone


class Silence:
    """Remembers since when jobs on other machines say nothing.

    What counts is what was seen here: when the database comes back after an hour, all are an hour behind.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[datetime | None, float]] = {}

    def is_long(self, job: Job) -> bool:
        """Tell whether a job has given no sign of life for too long."""
        sign, since = self._seen.get(job.id, (None, 0.0))
        if job.id not in self._seen or sign != job.heartbeat_at:
            sign, since = self._seen[job.id] = (job.heartbeat_at, time.monotonic())
        return time.monotonic() - since >= SILENCE and _age(sign) > SILENCE


def reconcile(queue: Queue, finish: Finish, stopping: Stopping, silence: Silence) -> None:
    """Keep local jobs whose runner lives, settle those whose runner is gone or never came, stop what shall."""
    for running in queue.running("local"):
        if running.host != socket.gethostname():
            if silence.is_long(running.job):
                lost(running, finish)
        elif running.runner is not None and not alive(running.runner):
            if running.kernel is not None:
                send(running.kernel, signal.SIGKILL)
            lost(running, finish)
        elif running.runner is None and _abandoned(running):
            if running.job.stop_requested_at is None:
                queue.unclaim(running.job)  # if its runner comes after all, it finds that it is too late
            else:
                finish(running.job, JobState.STOPPED)
        else:
            stopping.look(running)
    forget_dead(queue)


def lost(running: Running, finish: Finish) -> None:
    """Settle a job whose runner has vanished."""
    if running.job.stop_requested_at is not None:
        finish(running.job, JobState.STOPPED)
        return
    message = "The runner ended without a word; see the log. It may have been killed, or the machine ran out of memory."
    error = JobError(kind="lost", cell=running.job.cell, name="RunnerLost", message=message, traceback="")
    finish(running.job, JobState.FAILED, error)


def _abandoned(running: Running) -> bool:
    """Tell whether a claimed job gets no runner: whoever claimed it is gone, or stuck."""
    gone = running.starter is not None and not alive(running.starter)
    return gone or _age(running.job.started_at) > STARTING


def _age(moment: datetime | None) -> float:
    return float("inf") if moment is None else (now() - moment).total_seconds()
