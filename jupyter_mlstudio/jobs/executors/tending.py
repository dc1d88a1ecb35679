"""What an agent does for its jobs: it hands them in, and finds out what becomes of them."""

import logging
import socket
from importlib.metadata import version
from typing import Any

from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.claims import Supply
from jupyter_mlstudio.jobs.executors.placements import Placements
from jupyter_mlstudio.jobs.executors.types import Cluster, ExecutorName, Sign, Work
from jupyter_mlstudio.jobs.executors.watch import Fate, clear, fate
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.reconcile import lost
from jupyter_mlstudio.jobs.rows import Running
from jupyter_mlstudio.jobs.service import Jobs
from jupyter_mlstudio.jobs.stopping import Stopping
from jupyter_mlstudio.jobs.types import ErrorKind, Job, JobError, JobState

BREATH = 5.0  # seconds between signs of life for a job that waits inside the cluster

LATE = 2.0  # seconds that a worker may take to notice that a job shall stop

log = logging.getLogger(__name__)


class Task:
    """A job that was handed in."""

    def __init__(self, handle: Any) -> None:
        self.handle = handle
        self.suspect = False  # its worker is known to be gone; its runner may not be


class Tending:
    """Looks after the jobs of one executor."""

    def __init__(self, jobs: Jobs, place: Place, executor: ExecutorName, placements: Placements) -> None:
        self._jobs, self._place, self._executor, self._placements = jobs, place, executor, placements
        self._stopping = Stopping(jobs.finish)
        self.tasks: dict[tuple[str, int], Task] = {}

    def turn(self, cluster: Cluster, supply: Supply) -> None:
        """Look at every job that is said to run, then hand in those that wait and fit."""
        mine = self._placements.mine(self._executor)
        running = [each for each in self._jobs.queue.running(self._executor) if each.job.id in mine]
        alive = {(each.job.id, each.job.attempt) for each in running}
        self.tasks = {key: task for key, task in self.tasks.items() if key in alive}
        for each in running:
            self._look(cluster, each)
        while (job := self._jobs.queue.claim(supply.limits, self._executor, supply.others)) is not None:
            self._hand_in(cluster, job)

    def _hand_in(self, cluster: Cluster, job: Job) -> Task:
        work = Work(
            project=str(self._place.project),
            settings_file=str(self._place.settings_file),
            job=job.id,
            attempt=job.attempt,
            executor=self._executor,
            resources=job.spec.resources,
            priority=job.spec.priority,
            version=version("jupyter-mlstudio"),
            host=socket.gethostname(),
        )
        task = self.tasks[job.id, job.attempt] = Task(cluster.submit(work, work.key))
        return task

    def _look(self, cluster: Cluster, running: Running) -> None:
        job = running.job
        begun = running.runner is not None or self._placements.placed(job.id, job.attempt) is not None
        task = self.tasks.get((job.id, job.attempt))
        if task is None and begun:  # another agent has handed it in, or its runner has resumed it
            self._stop_late(running)
            self._doubt(running, suspect=False)
            return
        task = task or self._hand_in(cluster, job)
        sign = Sign.LOST if task.suspect else cluster.poll(task.handle)
        if sign is Sign.WAITING and not begun:
            self._wait(cluster, task, job)
        elif sign is Sign.WAITING:
            self._doubt(running, suspect=False)
        elif sign is Sign.ENDED:
            self._ended(cluster, task, running)
        elif sign is Sign.FAILED and not begun:
            self._fail(job, "start", "WorkerError", cluster.logs(task.handle))
        elif begun:
            task.suspect = True
            self._doubt(running, suspect=True)
        else:
            log.info("The cluster has lost job %s before it began: %s", job.id, cluster.logs(task.handle))
            self._jobs.queue.unclaim(job)

    def _stop_late(self, running: Running) -> None:
        """End what shall stop if no worker does it, which waits only for what it has started itself."""
        asked = running.job.stop_requested_at
        here = running.host == socket.gethostname()
        if here and asked is not None and (now() - asked).total_seconds() > LATE:
            self._stopping.look(running)

    def _wait(self, cluster: Cluster, task: Task, job: Job) -> None:
        if job.stop_requested_at is not None:
            cluster.cancel(task.handle)
            self._jobs.finish(job, JobState.STOPPED)
        elif job.heartbeat_at is None or (now() - job.heartbeat_at).total_seconds() > BREATH:
            self._jobs.queue.progress(job, [])

    def _ended(self, cluster: Cluster, task: Task, running: Running) -> None:
        said = cluster.outcome(task.handle)
        if said.kind == "refused":
            self._fail(running.job, "start", "WorkerRefused", said.message)
        elif said.kind == "begun":
            task.suspect = True
        else:
            self._settle(running)

    def _doubt(self, running: Running, *, suspect: bool) -> None:
        if fate(running, suspect=suspect) is Fate.GONE:
            self._settle(running)

    def _settle(self, running: Running) -> None:
        """Deal with a job whose runner is gone, unless it has said its last word in the meantime."""
        found = self._jobs.queue.find(running.job.id)
        if found.job.state is not JobState.RUNNING or found.job.attempt != running.job.attempt:
            return
        log.info("Attempt %s at job %s has lost its runner.", found.job.attempt, found.job.id)
        clear(found)
        self._placements.lose(found.job.id, found.job.attempt)
        lost(found, self._jobs.finish)

    def _fail(self, job: Job, kind: ErrorKind, name: str, message: str) -> None:
        log.info("Job %s could not begin: %s", job.id, message)
        if job.stop_requested_at is not None:
            self._jobs.finish(job, JobState.STOPPED)
            return
        error = JobError(kind=kind, cell=None, name=name, message=message, traceback="")
        self._jobs.finish(job, JobState.FAILED, error)
