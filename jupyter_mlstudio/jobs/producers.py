"""What makes jobs on its own account, and what looks back at them: the part of `Jobs` that is about many jobs."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import JsonValue

from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.jobs import notebooks
from jupyter_mlstudio.jobs.parameters import check, read_parameters
from jupyter_mlstudio.jobs.past import Comparison, JobHistory
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.sweeps.types import Direction, RunsOf, Sweep, SweepResults, SweepSpec
from jupyter_mlstudio.jobs.types import Job, JobOwner, JobSpec

if TYPE_CHECKING:  # a runner needs none of them, and is to start quickly
    from jupyter_mlstudio.jobs.schedules.service import Schedules
    from jupyter_mlstudio.jobs.schedules.types import ScheduleSpec, WorkflowTarget
    from jupyter_mlstudio.jobs.sweeps.service import Sweeps
    from jupyter_mlstudio.jobs.workflows.service import Workflows


class Producers(ABC):
    """Schedules and sweeps over a queue that the rest of `Jobs` keeps."""

    _place: Place
    _runs_of: RunsOf

    @abstractmethod
    def enqueue(
        self,
        specs: Sequence[JobSpec],
        *,
        source: bytes | None = None,
        owners: Sequence[JobOwner | None] = (),
        ids: Sequence[str | None] = (),
    ) -> list[Job]:
        """Queue many notebooks or none, without starting them yet."""

    @abstractmethod
    def start_waiting(self) -> None:
        """Start jobs that wait."""

    @abstractmethod
    def get(self, id: str) -> Job:
        """Return a job as it is now."""

    @abstractmethod
    def wait(self, id: str, timeout: float = float("inf")) -> Job:
        """Return a job when it has ended."""

    @abstractmethod
    def stop(self, id: str) -> Job:
        """Stop a job."""

    @abstractmethod
    def owned(self, owner: str) -> list[Job]:
        """Return the jobs of a schedule, a sweep or a run of a workflow."""

    @abstractmethod
    def look(self) -> None:
        """Make the records true, if it is time."""

    @abstractmethod
    def remove(self, id: str, *, files: bool = False) -> None:
        """Forget a job that has ended."""

    @cached_property
    def schedules(self) -> "Schedules":
        """What is run again and again by itself."""
        from jupyter_mlstudio.jobs.schedules.fire import Making
        from jupyter_mlstudio.jobs.schedules.service import Schedules

        making = Making(self._add_scheduled, self._add_scheduled_run, self._unfinished_runs)
        return Schedules(self._place, making, self._checked, self._begin)

    @cached_property
    def sweeps(self) -> "Sweeps":
        """Many jobs from one notebook, and which was best."""
        from jupyter_mlstudio.jobs.sweeps.service import Making, Sweeps

        def add(asked: Sequence[tuple[JobSpec, JobOwner]]) -> None:
            self.enqueue([spec for spec, _ in asked], owners=[owner for _, owner in asked])

        def forget(job: str) -> None:
            self.remove(job, files=True)

        making = Making(add, self.start_waiting, self.stop, forget, self.wait)
        return Sweeps(self._place, making, self._runs_of)

    @cached_property
    def workflows(self) -> "Workflows":
        """Graphs of notebooks."""
        from jupyter_mlstudio.jobs.workflows.driver import RunJobs
        from jupyter_mlstudio.jobs.workflows.service import Workflows

        return Workflows(self._place, RunJobs(self.enqueue, self.start_waiting, self.stop, self.owned, self.look))

    def sweep(
        self,
        notebook: str,
        values: dict[str, list[JsonValue]] | list[dict[str, JsonValue]],
        *,
        metric: str | None = None,
        direction: Direction = "maximize",
        parallel: int | None = None,
        **job: object,
    ) -> Sweep:
        """Run a notebook with every combination of values, or with each of some sets of parameters.

        Args:
            notebook: Path from the project folder.
            values: Values by parameter, or a list of parameter sets.
            metric: What the jobs are ranked by: an output, or a metric of the run that they log.
            direction: Which end of it is best.
            parallel: How many run at the same time at most.
            **job: Further fields of `JobSpec`, the same for all.

        Raises:
            InvalidError: A value does not fit the notebook's parameters, or there are none or too many.
        """
        space = {"kind": "grid", "values": values} if isinstance(values, dict) else {"kind": "list", "items": values}
        spec = {"job": {"notebook": notebook, **job}, "space": space, "metric": metric}
        return self.sweeps.start(convert(SweepSpec, {**spec, "direction": direction, "parallel": parallel}))

    def sweep_results(self, id: str) -> SweepResults:
        """Return a sweep's jobs as one table."""
        return self.sweeps.results(id)

    def sweep_csv(self, id: str) -> str:
        """Return the table of a sweep's results as CSV."""
        return self.sweeps.csv(id)

    def history(self, notebook: str, limit: int = 100) -> JobHistory:
        """Tell how a notebook's jobs went: how long they and their cells took, and how many succeeded."""
        from jupyter_mlstudio.jobs.history import history

        return history(self._place, notebook, limit)

    def compare(self, one: str, other: str) -> Comparison:
        """Compare two executed notebooks, cell by cell.

        Args:
            one: A job.
            other: Another job; or `previous`, the one of the same notebook before it; or `source`, the notebook as it
                is now.

        Raises:
            NotFoundError: There is no such job, or it has no result yet.
        """
        from jupyter_mlstudio.jobs.compare import compare

        return compare(self._place, self.get, one, other)

    def _begin(self) -> None:
        self.workflows.reconcile()
        self.start_waiting()

    def _add_scheduled(self, spec: JobSpec, owner: JobOwner, id: str) -> None:
        self.enqueue([spec], owners=[owner], ids=[id])

    def _add_scheduled_run(self, target: "WorkflowTarget", owner: JobOwner, id: str) -> None:
        self.workflows.add(target.path, target.parameters, owner=owner, id=id)

    def _unfinished_runs(self, owner: str) -> int:
        return self.workflows.unfinished(owner)

    def _checked(self, spec: "ScheduleSpec") -> "ScheduleSpec":
        """Check what a schedule runs as if it were run now; parameters that only its times give are not known yet."""
        given = {name: "" for name in (spec.due_parameter, getattr(spec.trigger, "parameter", None)) if name}
        if spec.job is not None:
            path = spec.job.notebook
            declared = read_parameters(path, notebooks.read(self._place.project, path)[0])
            check(declared, {**spec.job.parameters, **given})
        elif spec.workflow is not None:
            self.workflows.checked(spec.workflow.path, {**spec.workflow.parameters, **given})
        return spec
