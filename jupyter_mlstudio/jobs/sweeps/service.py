"""What can be done with sweeps."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.core.errors import ConflictError, InvalidError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.jobs import notebooks
from jupyter_mlstudio.jobs.parameters import check, read_parameters
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.sweeps.results import as_csv, as_frame, results
from jupyter_mlstudio.jobs.sweeps.space import parameter_sets, seeded
from jupyter_mlstudio.jobs.sweeps.table import Kept, Progress, Table
from jupyter_mlstudio.jobs.sweeps.types import (
    Parameters,
    RunsOf,
    Sweep,
    SweepList,
    SweepPreview,
    SweepResults,
    SweepSpec,
)
from jupyter_mlstudio.jobs.types import Job, JobOwner, JobSpec, JobState

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 20  # parameter sets that a preview tells
LONGEST = 200  # characters of a job's name


class Making(NamedTuple):
    """What is done with the jobs of a sweep: `add` writes them, all or none, and starts nothing."""

    add: Callable[[Sequence[tuple[JobSpec, JobOwner]]], None]
    begin: Callable[[], None]
    stop: Callable[[str], Job]
    remove: Callable[[str], None]
    wait: Callable[[str], Job]


class Sweeps:
    """Runs one notebook with many sets of parameters, and tells which was best."""

    def __init__(self, place: Place, making: Making, runs_of: RunsOf) -> None:
        self._place, self._making, self._runs_of = place, making, runs_of

    @cached_property
    def _table(self) -> Table:
        return Table(self._place.database, self._place.project_id)

    def preview(self, spec: SweepSpec) -> SweepPreview:
        """Tell which jobs a sweep would make.

        Raises:
            InvalidError: A value does not fit the notebook's parameters, or there are none or too many.
            NotFoundError: There is no such notebook.
        """
        sets = self._checked(spec)
        return SweepPreview(count=len(sets), items=sets[:SHOWN])

    def start(self, spec: SweepSpec) -> Sweep:
        """Queue a job for each set of parameters, all or none, and return at once.

        Raises:
            InvalidError: A value does not fit the notebook's parameters, or there are none or too many.
            NotFoundError: There is no such notebook.
            ConflictError: So many jobs cannot wait.
        """
        spec = spec.model_copy(update={"space": seeded(spec.space)})
        sets = self._checked(spec)
        kept = Kept(new_id(), spec, len(sets), now())
        table = self._table
        with table.database.transaction():
            table.add(kept, sets)
            self._making.add([_asked(kept, number, each) for number, each in enumerate(sets, start=1)])
        self._tell(kept.id, "added")
        self._making.begin()
        return self.get(kept.id)

    def all(self) -> SweepList:
        """List the sweeps, the newest first."""
        if not self._place.used:
            return SweepList(items=[])
        kepts = self._table.all()
        return SweepList(items=list(map(_sweep, kepts, self._table.progress(kepts))))

    def get(self, id: str) -> Sweep:
        """Return a sweep and how far it is."""
        kept = self._table.get(id)
        return _sweep(kept, self._table.progress([kept])[0])

    def results(self, id: str) -> SweepResults:
        """Return a sweep's jobs as one table: parameters, state, results, and which is best."""
        return results(self.get(id), self._table.sets(id), self._table.jobs(id), self._runs_of)

    def csv(self, id: str) -> str:
        """Return the table of results as CSV."""
        return as_csv(self.results(id))

    def frame(self, id: str) -> "pd.DataFrame":
        """Return the table of results as a DataFrame."""
        return as_frame(self.results(id))

    def best(self, id: str) -> Job:
        """Return the job that is best by the sweep's metric.

        Raises:
            InvalidError: The sweep has no metric.
            ConflictError: None of its jobs has given a value for it yet.
        """
        table = self.results(id)
        if table.metric is None:
            raise InvalidError("metric: say which output or metric the sweep is ranked by.")
        if table.best is None:
            raise ConflictError(f"No job of the sweep has given a value for {table.metric!r}.", code="no_best")
        return next(job for job in reversed(self._table.jobs(id)) if job.id == table.items[table.best - 1].job_id)

    def wait(self, id: str) -> Sweep:
        """Return a sweep when all its jobs have ended."""
        while (sweep := self.get(id)).ended_at is None:
            for job in self._unfinished(id):
                self._making.wait(job.id)
        return sweep

    def stop(self, id: str) -> Sweep:
        """Stop all jobs that wait or run; waiting ones have ended at return."""
        self._table.get(id)
        with self._table.database.transaction():  # so that none of those that wait begins meanwhile
            for job in self._unfinished(id):
                if job.state is JobState.QUEUED:
                    self._making.stop(job.id)
        for job in self._unfinished(id):
            try:
                self._making.stop(job.id)
            except ConflictError:  # it has just ended
                continue
        return self.get(id)

    def retry(self, id: str) -> Sweep:
        """Queue the jobs that failed, were stopped or removed once more, with the notebook as it is now.

        Raises:
            ConflictError: There are none.
        """
        kept, sets = self._table.get(id), self._table.sets(id)
        with self._table.database.transaction():
            newest = {int(job.owner.node or 0): job for job in self._table.jobs(id) if job.owner}
            again = [
                _asked(kept, number, each)
                for number, each in enumerate(sets, start=1)
                if number not in newest or newest[number].state in (JobState.FAILED, JobState.STOPPED)
            ]
            if not again:
                raise ConflictError("None of its jobs has failed or was stopped.", code="nothing_failed")
            self._making.add(again)
        self._tell(id, "changed")
        self._making.begin()
        return self.get(id)

    def remove(self, id: str, *, jobs: bool = False) -> None:
        """Forget a sweep that has ended; with `jobs` its jobs and their files too.

        Raises:
            ConflictError: It has not ended.
        """
        if self.get(id).ended_at is None:
            raise ConflictError("The sweep has not ended. Stop it first.", code="running")
        for job in self._table.jobs(id) if jobs else []:
            self._making.remove(job.id)
        self._table.remove(id)
        self._tell(id, "removed")

    def touched(self, changes: Sequence[Changed]) -> list[Changed]:
        """Return the sweeps whose jobs are among these changes."""
        jobs = [change.id for change in changes if change.kind == "job"]
        if not jobs:
            return []
        return [Changed(kind="sweep", id=sweep, change="changed") for sweep in self._table.owners(jobs[:500])]

    def _checked(self, spec: SweepSpec) -> list[Parameters]:
        path = spec.job.notebook
        declared = read_parameters(path, notebooks.read(self._place.project, path)[0])
        sets = parameter_sets(spec.space)
        limit = self._place.settings.max_queued_jobs
        if len(sets) > limit:
            raise InvalidError(f"space: {len(sets)} jobs are more than may wait (max_queued_jobs is {limit}).")
        for number, each in enumerate(sets, start=1):
            try:
                check(declared, {**spec.job.parameters, **each})
            except InvalidError as error:
                raise InvalidError(f"job {number} of {len(sets)}: {error}", code=error.code) from None
        return sets

    def _unfinished(self, id: str) -> list[Job]:
        return [job for job in self._table.jobs(id) if job.ended_at is None]

    def _tell(self, id: str, change: str) -> None:
        self._place.publish(Changed.model_validate({"kind": "sweep", "id": id, "change": change}))


def _asked(kept: Kept, number: int, parameters: Parameters) -> tuple[JobSpec, JobOwner]:
    """Return what one job of a sweep is asked for; a token of the sweep's own limits how many run at a time."""
    spec = kept.spec.job
    resources = spec.resources
    if kept.spec.parallel is not None:
        token = {f"sweep:{kept.id}": 1 / kept.spec.parallel}
        resources = resources.model_copy(update={"custom": {**resources.custom, **token}})
    values = ", ".join(f"{name}={value}" for name, value in parameters.items())
    changes = {
        "parameters": {**spec.parameters, **parameters},
        "name": f"{spec.name or _name(kept)}: {values}"[:LONGEST],
        "resources": resources,
    }
    return spec.model_copy(update=changes), JobOwner(kind="sweep", id=kept.id, node=str(number))


def _sweep(kept: Kept, progress: Progress) -> Sweep:
    return Sweep(
        id=kept.id,
        spec=kept.spec,
        name=_name(kept),
        created_at=kept.created_at,
        count=kept.size,
        counts=progress.counts,
        ended_at=progress.ended_at,
    )


def _name(kept: Kept) -> str:
    return kept.spec.name or Path(kept.spec.job.notebook).stem
