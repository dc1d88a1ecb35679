"""Moves runs on: loads one, lets the state machine change it, writes it with the jobs that begin, all or nothing.

Whoever notices that a job has ended calls it, in whatever process; a run that somebody else has changed meanwhile is
loaded again, so that each step is made exactly once.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import local
from typing import NamedTuple, Protocol

from jupyter_mlstudio.core.errors import ConflictError, NotFoundError, StudioError
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.types import Job, JobOwner, JobSpec
from jupyter_mlstudio.jobs.workflows.cache import ResultCache
from jupyter_mlstudio.jobs.workflows.machine import Machine
from jupyter_mlstudio.jobs.workflows.rows import Item, NodeRow, RunRow
from jupyter_mlstudio.jobs.workflows.sources import order_of
from jupyter_mlstudio.jobs.workflows.store import Store
from jupyter_mlstudio.jobs.workflows.types import Node, NodeState

HOPEFUL = 3  # tries without holding up other writers


class Enqueue(Protocol):
    """Queues jobs without starting them."""

    def __call__(
        self,
        specs: Sequence[JobSpec],
        *,
        source: bytes | None = None,
        owners: Sequence[JobOwner | None] = (),
        ids: Sequence[str | None] = (),
    ) -> list[Job]: ...


class RunJobs(NamedTuple):
    """What runs need of the jobs."""

    enqueue: Enqueue
    start_waiting: Callable[[], None]
    stop: Callable[[str], Job]
    owned: Callable[[str], list[Job]]
    look: Callable[[], object]  # make the records true, if it is time


class Driver:
    """Moves runs on; safe to share between threads and processes."""

    def __init__(self, store: Store, project: Path, jobs: RunJobs) -> None:
        self._store, self._project, self._jobs = store, project, jobs
        self.cache = ResultCache(store, project)
        self._here = local()

    def drive(self, id: str, job: Job | None = None) -> None:
        """Move a run on as far as it goes.

        Args:
            id: The run.
            job: The job that has just ended; without it all jobs of the run are looked at.
        """
        tries = 0
        while not self._step(id, job, hold=tries >= HOPEFUL):
            tries += 1
        if job is None:
            self._stop_jobs(id)
        self._jobs.start_waiting()

    def reconcile(self) -> None:
        """Move every run on that has not ended."""
        if getattr(self._here, "busy", False):
            return  # stopping a job reconciles again
        self._here.busy = True
        try:
            for run in self._store.running():
                with suppress(NotFoundError):  # removed meanwhile
                    self.drive(run)
        finally:
            self._here.busy = False

    def _step(self, id: str, job: Job | None, *, hold: bool) -> bool:
        if hold:
            with self._store.database.transaction():
                return self._try(id, job)
        return self._try(id, job)

    def _try(self, id: str, job: Job | None) -> bool:
        run = self._store.load(id)
        jobs = self._jobs.owned(id) if job is None else [job]  # after the run: it knows of no job that is not there yet
        machine = self._machine(run, {each.id: each for each in jobs}, whole=job is None)
        if not machine.advance() and not (job is None and self._unqueued(run)):
            return True
        with self._store.database.transaction():
            if not self._store.save(run, machine.new_results):
                return False
            while self._enqueue(run):
                again = self._machine(run, {}, whole=False)
                again.advance()
                self._store.save(run, again.new_results)
        return True

    def _machine(self, run: RunRow, jobs: Mapping[str, Job], *, whole: bool) -> Machine:
        def lost(item: Item) -> bool:
            return whole and item.submitted

        return Machine(run, self.cache, time_now(), jobs, lost)

    @staticmethod
    def _unqueued(run: RunRow) -> bool:
        return any(not item.submitted for _, item in run.unfinished())

    def _enqueue(self, run: RunRow) -> bool:
        """Queue the jobs of items that have none yet; true if one of them could not be, so that more is to be done."""
        if run.stop_requested_at is not None:
            return False
        failed = False
        for row in run.nodes.values():
            waiting = [item for item in row.items if item.state is NodeState.RUNNING and not item.submitted]
            if waiting:
                failed |= self._enqueue_node(run, run.workflow.node(row.node), row, waiting)
        return failed

    def _enqueue_node(self, run: RunRow, node: Node, row: NodeRow, items: list[Item]) -> bool:
        failed = False
        for item in items:
            try:
                spec, source = order_of(self._project, run, node, item)
                place = node.id if node.for_each is None else f"{node.id}[{item.index}]"
                owner = JobOwner(kind="workflow", id=run.id, node=place)
                self._jobs.enqueue([spec], source=source, owners=[owner], ids=[item.job])
            except ConflictError as error:
                if error.code == "queue_full":
                    continue  # it is tried again when there is room
            except (StudioError, OSError) as error:
                item.state, item.message, item.ended_at = NodeState.FAILED, str(error), time_now()
                item.changed = row.changed = failed = True
                continue
            item.submitted = True
            self._store.mark_submitted(run.id, node.id, item)
        return failed

    def _stop_jobs(self, id: str) -> None:
        run = self._store.load(id)
        if run.stop_requested_at is None:
            return
        wanted = {item.job for _, item in run.unfinished()}
        for job in self._jobs.owned(id):
            if job.id in wanted and job.ended_at is None and job.stop_requested_at is None:
                with suppress(ConflictError):  # it has just ended by itself
                    self._jobs.stop(job.id)


def time_now() -> str:
    """Return the present time as the database keeps it."""
    return now().isoformat(timespec="microseconds")
