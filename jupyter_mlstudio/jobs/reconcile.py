"""Makes the records of running jobs true again after runners or their starters were killed."""

import signal
import socket
from datetime import datetime

from jupyter_mlstudio.core.processes import alive, send
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.queue import Queue, Running
from jupyter_mlstudio.jobs.types import JobError, JobState

STARTING = 30.0  # seconds that a claimed job may be without a runner before it is claimed anew
SILENCE = 60.0  # seconds without a sign of life after which a runner on another machine counts as gone


def reconcile(queue: Queue) -> None:
    """Keep jobs whose runner lives; end those whose runner is gone; queue again those that never got one."""
    for running in queue.running():
        if running.host != socket.gethostname():
            if _age(running.job.heartbeat_at) > SILENCE:
                _lost(queue, running)
        elif running.runner is None:
            if _age(running.job.started_at) > STARTING:
                queue.unclaim(running.job)
        elif not alive(running.runner):
            if running.kernel is not None:
                send(running.kernel, signal.SIGKILL)
            _lost(queue, running)


def _lost(queue: Queue, running: Running) -> None:
    if running.job.stop_requested_at is not None:
        queue.finish(running.job, JobState.STOPPED)
        return
    message = "The runner ended without a word; see the log. It may have been killed, or the machine ran out of memory."
    queue.finish(
        running.job,
        JobState.FAILED,
        JobError(kind="lost", cell=running.job.cell, name="RunnerLost", message=message, traceback=""),
    )


def _age(moment: datetime | None) -> float:
    return float("inf") if moment is None else (now() - moment).total_seconds()
