"""This machine: each job in a process of its own, which outlives whoever started it."""

import signal
import socket
from collections.abc import Mapping

from jupyter_mlstudio.core.processes import ProcessRef, alive, send
from jupyter_mlstudio.jobs.capacity import supply_of
from jupyter_mlstudio.jobs.executors.types import Capabilities, Sign, Work, Worker
from jupyter_mlstudio.jobs.launch import start_runner
from jupyter_mlstudio.jobs.logs import read_log
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.queue import Queue


class LocalExecutor:
    """Runs work in processes of this machine; the queue does the same by itself, for it needs no agent."""

    def __init__(self, place: Place, queue: Queue) -> None:
        self._place, self._queue = place, queue
        self._works: dict[str, Work] = {}
        self._runners: dict[str, ProcessRef] = {}

    def submit(self, spec: Work, key: str) -> str:
        """Start a runner, unless this work has one."""
        if key not in self._runners:
            job, given = self._queue.get(spec.job), self._queue.given(spec.job)
            self._works[key], self._runners[key] = spec, start_runner(self._place, job, given=given)
        return key

    def poll(self, handle: str) -> Sign:
        """Tell whether the runner lives."""
        return Sign.WAITING if alive(self._runners[handle]) else Sign.ENDED

    def cancel(self, handle: str) -> None:
        """Ask the runner to stop."""
        send(self._runners[handle], signal.SIGINT)

    def logs(self, handle: str) -> str:
        """Return the last lines of the job's log: nothing stands between us and it."""
        job = self._queue.get(self._works[handle].job)
        return read_log(self._place.project / job.log_path, None).text

    def capabilities(self) -> Capabilities:
        """Return what jobs may use of this machine."""
        return capabilities(supply_of(self._place.settings).limits)


def capabilities(limits: Mapping[str, float]) -> Capabilities:
    """Return this machine as a cluster of one worker."""
    host = socket.gethostname()
    more = {name: amount for name, amount in limits.items() if name not in {"cpu", "memory"} and amount}
    worker = Worker(name=host, host=host, cpus=limits["cpu"], memory=round(limits["memory"], 2), tokens=more)
    return Capabilities(
        workers=[worker], tokens={**worker.tokens, "cpu": worker.cpus, "memory": worker.memory}, dashboard=None
    )
