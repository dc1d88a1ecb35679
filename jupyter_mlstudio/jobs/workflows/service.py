"""What can be done with workflows."""

import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import ConflictError, InvalidError, NotFoundError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.core.types import new_id
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.types import Job, JobOwner
from jupyter_mlstudio.jobs.workflows.answers import answer, detail
from jupyter_mlstudio.jobs.workflows.driver import Driver, RunJobs, time_now
from jupyter_mlstudio.jobs.workflows.exchange import WorkflowExport, WorkflowExported, WorkflowImport, WorkflowImported
from jupyter_mlstudio.jobs.workflows.files import ENDING, Files, first_error
from jupyter_mlstudio.jobs.workflows.ready.catalogue import palette
from jupyter_mlstudio.jobs.workflows.ready.templates import templates
from jupyter_mlstudio.jobs.workflows.repairing import mended
from jupyter_mlstudio.jobs.workflows.rows import RunRow
from jupyter_mlstudio.jobs.workflows.run_types import (
    WorkflowRepairSpec,
    WorkflowRun,
    WorkflowRunDetail,
    WorkflowRunList,
    WorkflowRunSpec,
)
from jupyter_mlstudio.jobs.workflows.starting import begun, complete
from jupyter_mlstudio.jobs.workflows.store import Store
from jupyter_mlstudio.jobs.workflows.types import (
    Palette,
    Workflow,
    WorkflowCheck,
    WorkflowFile,
    WorkflowFileSpec,
    WorkflowFormatted,
    WorkflowList,
    WorkflowState,
    WorkflowText,
)


class Workflows:
    """Graphs of notebooks: their files, their runs, and the cache of their results."""

    def __init__(self, place: Place, jobs: RunJobs) -> None:
        self._place, self._project, self._jobs = place, place.project, jobs
        self._files = Files(place.project)

    @cached_property
    def _store(self) -> Store:
        return Store(self._place.database, self._place.project_id)

    @cached_property
    def _driver(self) -> Driver:
        return Driver(self._store, self._project, self._jobs)

    # files

    def all(self) -> WorkflowList:
        """List the workflow files of the project."""
        return self._files.all()

    def read(self, path: str) -> WorkflowFile:
        """Read a workflow's file and say what is wrong with it."""
        return self._files.read(path)

    def write(self, spec: WorkflowFileSpec) -> WorkflowFile:
        """Write a workflow's file; given as an object, what did not change keeps its lines and comments."""
        return self._files.write(spec)

    def check(self, spec: WorkflowText) -> WorkflowCheck:
        """Say what is wrong with a workflow that is not written yet."""
        return self._files.check(spec)

    def format(self, spec: WorkflowText) -> WorkflowFormatted:
        """Return a text changed as little as possible so that it says what the workflow does."""
        return self._files.format(spec)

    def palette(self) -> Palette:
        """List the ready-made nodes, what a new file can begin with, and the schema of the file."""
        return Palette(items=palette(), templates=templates(), file_schema=Workflow.model_json_schema())

    def take(self, spec: WorkflowImport) -> WorkflowImported:
        """Take over an Elyra pipeline, and say what could not be taken."""
        from jupyter_mlstudio.jobs.workflows.elyra import taken

        return taken(self._project, self._files, spec)

    def export(self, spec: WorkflowExport) -> WorkflowExported:
        """Write a workflow as an Elyra pipeline or as an Airflow DAG, and say what could not be said there."""
        from jupyter_mlstudio.jobs.workflows.exporting import exported

        return exported(self._project, self._files, spec)

    # runs

    def run(self, path: str, parameters: Mapping[str, JsonValue] | None = None, **spec: Any) -> WorkflowRun:
        """Run a workflow, and return at once with its run.

        Args:
            path: Path of the workflow's file; its ending may be left out.
            parameters: Values by name; the file's defaults hold for the others.
            **spec: Other fields of `WorkflowRunSpec`, such as `only`, `since`, `until` and `use_cache`.

        Raises:
            InvalidError: The workflow has an error, or a parameter does not fit.
            NotFoundError: There is no such file.
        """
        named = path if path.endswith(ENDING) else f"{path}{ENDING}"
        return self.start(WorkflowRunSpec(path=named, parameters=dict(parameters or {}), **spec))

    def start(self, spec: WorkflowRunSpec, *, owner: JobOwner | None = None) -> WorkflowRun:
        """Run a workflow, and return at once with its run."""
        run = self._add(spec, owner, new_id())
        self._driver.drive(run.id)
        return self._answer(run.id)

    def add(
        self, path: str, parameters: Mapping[str, JsonValue], *, owner: JobOwner | None = None, id: str | None = None
    ) -> WorkflowRun:
        """Note a run that the next `reconcile` begins; it starts nothing, so it may be part of a transaction.

        Raises:
            ConflictError: There is a run with this id.
        """
        return answer(self._add(WorkflowRunSpec(path=path, parameters=dict(parameters)), owner, id or new_id()))

    def runs(self, path: str = "", limit: int = 100) -> WorkflowRunList:
        """List runs, the newest first; of one workflow if a path is given."""
        if not self._place.used:
            return WorkflowRunList(items=[], total=0)
        found, total = self._store.newest(path, limit)
        return WorkflowRunList(items=[answer(run) for run in found], total=total)

    def get(self, id: str) -> WorkflowRunDetail:
        """Return a run with its nodes as they are now."""
        run = self._store.load(id)
        return detail(run, {job.id: job for job in self._jobs.owned(id)} if run.state is WorkflowState.RUNNING else {})

    def wait(self, id: str, timeout: float = float("inf")) -> WorkflowRunDetail:
        """Return a run when it has ended, or as it is after `timeout` seconds."""
        deadline, pause = time.monotonic() + timeout, 0.02
        while (found := self.get(id)).run.ended_at is None and time.monotonic() < deadline:
            self._jobs.look()
            time.sleep(pause)
            pause = min(pause * 1.5, 0.2)
        return found

    def result(self, id: str) -> dict[str, dict[str, JsonValue]]:
        """Return what the nodes of a run gave, by node and name; waits for its end.

        Raises:
            EngineError: It failed or was stopped; the message names the nodes.
        """
        from jupyter_mlstudio.core.errors import EngineError

        found = self.wait(id)
        if found.run.state is not WorkflowState.SUCCEEDED:
            told = "; ".join(f"{node.id}: {node.message}" for node in found.nodes if node.state == "failed")
            raise EngineError(f"The run {found.run.state}. {told}".strip())
        return {node.id: node.outputs for node in found.nodes}

    def stop(self, id: str) -> WorkflowRun:
        """Stop a run and its jobs, and return at once.

        Raises:
            ConflictError: It has ended already.
        """
        run = self._store.load(id)
        if run.state is not WorkflowState.RUNNING:
            raise ConflictError(f"The run has ended already: it {run.state}.", code="ended")
        self._store.request_stop(id, time_now())
        self._driver.drive(id)
        return self._answer(id)

    def repair(self, id: str, spec: WorkflowRepairSpec | None = None) -> WorkflowRun:
        """Run what failed or was stopped, and what depends on it, once more in the same run.

        Raises:
            ConflictError: It has not ended, or there is nothing to repair.
        """
        wanted = spec or WorkflowRepairSpec()
        while True:
            run = self._store.load(id)
            mended(run, use_cache=wanted.use_cache)
            if self._store.save(run):
                break
        self._driver.drive(id)
        return self._answer(id)

    def why(self, id: str) -> dict[str, list[str]]:
        """Return for each node of a run why it ran although there was an earlier result, in sentences."""
        return {node.id: node.why for node in self.get(id).nodes}

    def remove(self, id: str) -> None:
        """Forget a run that has ended; its jobs and their results stay.

        Raises:
            ConflictError: It has not ended.
        """
        if self._store.load(id).state is WorkflowState.RUNNING:
            raise ConflictError("The run has not ended. Stop it first.", code="running")
        self._store.remove(id)
        self._place.publish(Changed(kind="workflow", id=id, change="removed"))

    def unfinished(self, owner: str) -> int:
        """Return how many runs that a schedule started have not ended."""
        return self._store.unfinished(owner)

    def settled(self, job: Job) -> None:
        """Hear that a job has ended; harmless when it was heard before, or belongs to no workflow."""
        if job.owner is not None and job.owner.kind == "workflow":
            try:
                self._driver.drive(job.owner.id, job)
            except NotFoundError:
                return  # the run was removed

    def reconcile(self) -> None:
        """Move every run on as far as it goes, after anything was killed."""
        if self._place.used:
            self._driver.reconcile()

    def checked(self, path: str, given: Mapping[str, JsonValue]) -> tuple[WorkflowFile, dict[str, JsonValue]]:
        """Return a workflow's file and the values of all parameters, as a run begins with them.

        Raises:
            InvalidError: It cannot run, or a parameter does not fit.
            NotFoundError: There is no such file.
        """
        file = self._files.read(path)
        problem = first_error(file.problems)
        if file.workflow is None or problem:
            raise InvalidError(f"{path}: {problem}", code="workflow_invalid")
        return file, complete(file.workflow, given)

    def _add(self, spec: WorkflowRunSpec, owner: JobOwner | None, id: str) -> RunRow:
        path = inside(self._project, spec.path).relative_to(self._project).as_posix()
        spec = spec.model_copy(update={"path": path})
        file, parameters = self.checked(path, spec.parameters)
        run = begun(self._store, self._driver.cache, file, spec, parameters, id)
        if owner is not None:
            run.owner_kind, run.owner_id, run.owner_node = owner.kind, owner.id, owner.node
        self._store.add(run)
        self._store.tidy(self._place.settings.keep_jobs)
        self._place.publish(Changed(kind="workflow", id=id, change="added"))
        return run

    def _answer(self, id: str) -> WorkflowRun:
        return answer(self._store.load(id))
