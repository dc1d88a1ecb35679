"""Makes the records of running jobs true again after runners or their starters were killed."""

import signal
import socket
from datetime import datetime

from jupyter_mlstudio.core.processes import alive, send
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.kept import forget_dead
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.rows import Running
from jupyter_mlstudio.jobs.stopping import Finish, Stopping
from jupyter_mlstudio.jobs.types import JobError, JobState

STARTING = 30.0  # seconds that a claimed job may be without a runner before it is claimed anew
SILENCE = 60.0  # seconds without a sign of life after which a runner on another machine counts as gone


def reconcile(queue: Queue, finish: Finish, stopping: Stopping) -> None:
    """Keep local jobs whose runner lives, settle those whose runner is gone or never came, stop what shall."""
    for running in queue.running("local"):
        if running.host != socket.gethostname():
            if _age(running.job.heartbeat_at) > SILENCE:
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
