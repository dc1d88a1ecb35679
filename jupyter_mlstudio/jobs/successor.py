"""Lets a runner go on with the next job that waits: to start a process and set it up costs more than a short job.

A runner holds no user code, only its kernels do, so the next job finds what it would in a process of its own. It goes
on only after a success that nobody meant to stop: no signal can then be on its way that is meant for the job before.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from jupyter_mlstudio.core.processes import this_process
from jupyter_mlstudio.jobs.launch import Given, own_variables, start_runner
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.stopping import overdue
from jupyter_mlstudio.jobs.types import Job, JobState

MOST = 100  # jobs that one process runs
HADOOP = "hdfs://"  # outputs that need packages which runners otherwise do without


class Successor:
    """Which job this runner runs next, if any."""

    def __init__(self, queue: Queue, place: Place, job: Job) -> None:
        self._queue, self._place, self._project = queue, place, place.project
        self._given = queue.given(job.id)
        self._before: Job | None = None
        self._next: Job | None = None
        self._left = MOST

    def allow(self, before: Job) -> None:
        """Allow to go on after a job, which is about to be recorded as a success."""
        self._before = before

    def take(self, job: Job, given: Given) -> bool:
        """Take a claimed job on if it may run here; false if it needs a process of its own."""
        if self._next is not None or not self._may_go_on() or not self._fits(job, given):
            return False
        if not self._queue.record_runner(job, this_process()):
            return False
        self._next = job
        return True

    def hand_over(self) -> None:
        """Give the job that was taken a process of its own after all: the kernel before it takes long to end."""
        if self._next is not None:
            with suppress(OSError):  # no memory, for one: then it waits
                start_runner(self._place, self._next, given=self._given)
                self._next = None

    def pop(self) -> Job | None:
        """Return the job that was taken, once, and make this process its runner: its log, its variables."""
        job, self._next, self._before = self._next, None, None
        self._left -= 1
        if job is not None:
            _print_to(self._project / job.log_path)
            os.environ.update(own_variables(self._project, job))
        return job

    def _may_go_on(self) -> bool:
        before = self._before
        if before is None or before.executor != "local" or self._left < 1:
            return False
        found = self._queue.find(before.id)
        same = found.runner == this_process() and found.job.attempt == before.attempt
        unwanted = found.job.stop_requested_at is not None or overdue(before)
        return same and found.job.state is JobState.SUCCEEDED and not unwanted

    def _fits(self, job: Job, given: Given) -> bool:
        spec = job.spec
        return given == self._given and not spec.clean_start and not (spec.output or "").startswith(HADOOP)


def _print_to(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    with log.open("ab") as output:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
