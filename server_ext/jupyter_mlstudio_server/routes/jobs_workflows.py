"""Workflows over HTTP."""

from jupyter_mlstudio.jobs.workflows.exchange import WorkflowExport, WorkflowExported, WorkflowImport, WorkflowImported
from jupyter_mlstudio.jobs.workflows.run_types import (
    WorkflowRepairSpec,
    WorkflowRun,
    WorkflowRunDetail,
    WorkflowRunList,
    WorkflowRunSpec,
)
from jupyter_mlstudio.jobs.workflows.types import (
    Palette,
    WorkflowCheck,
    WorkflowFile,
    WorkflowFileSpec,
    WorkflowFormatted,
    WorkflowList,
    WorkflowText,
)
from jupyter_mlstudio_server.http import StudioHandler, operation


class WorkflowsHandler(StudioHandler):
    @operation()
    def get(self) -> WorkflowList:
        """List the workflow files of the project."""
        return self.studio.jobs.workflows.all()


class WorkflowFileHandler(StudioHandler):
    @operation()
    def get(self, path: str = "") -> WorkflowFile:
        """Read a workflow's file and say what is wrong with it."""
        return self.studio.jobs.workflows.read(path)

    @operation()
    def put(self, spec: WorkflowFileSpec) -> WorkflowFile:
        """Write a workflow's file."""
        return self.studio.jobs.workflows.write(spec)


class WorkflowCheckHandler(StudioHandler):
    @operation()
    def post(self, spec: WorkflowText) -> WorkflowCheck:
        """Say what is wrong with a workflow that is not written yet."""
        return self.studio.jobs.workflows.check(spec)


class WorkflowFormatHandler(StudioHandler):
    @operation()
    def post(self, spec: WorkflowText) -> WorkflowFormatted:
        """Change a text as little as possible so that it says what the workflow does."""
        return self.studio.jobs.workflows.format(spec)


class PaletteHandler(StudioHandler):
    @operation()
    def get(self) -> Palette:
        """List the ready-made nodes with the schema of their options, and the schema of the file."""
        return self.studio.jobs.workflows.palette()


class WorkflowImportHandler(StudioHandler):
    @operation(status=201)
    def post(self, spec: WorkflowImport) -> WorkflowImported:
        """Take over an Elyra pipeline."""
        return self.studio.jobs.workflows.take(spec)


class WorkflowExportHandler(StudioHandler):
    @operation()
    def post(self, spec: WorkflowExport) -> WorkflowExported:
        """Write a workflow as an Elyra pipeline or as an Airflow DAG."""
        return self.studio.jobs.workflows.export(spec)


class WorkflowRunsHandler(StudioHandler):
    @operation()
    def get(self, path: str = "", limit: int = 100) -> WorkflowRunList:
        """List runs, the newest first; of one workflow if a path is given."""
        return self.studio.jobs.workflows.runs(path, limit)

    @operation(status=201)
    def post(self, spec: WorkflowRunSpec) -> WorkflowRun:
        """Run a workflow."""
        return self.studio.jobs.workflows.start(spec)


class WorkflowRunHandler(StudioHandler):
    @operation()
    def get(self, id: str) -> WorkflowRunDetail:
        """Return a run with its nodes."""
        return self.studio.jobs.workflows.get(id)

    @operation()
    def delete(self, id: str) -> None:
        """Forget a run that has ended; its jobs stay."""
        self.studio.jobs.workflows.remove(id)


class WorkflowRunStopHandler(StudioHandler):
    @operation()
    def post(self, id: str) -> WorkflowRun:
        """Stop a run and its jobs."""
        return self.studio.jobs.workflows.stop(id)


class WorkflowRunRepairHandler(StudioHandler):
    @operation()
    def post(self, id: str, spec: WorkflowRepairSpec) -> WorkflowRun:
        """Run what failed, and what depends on it, once more in the same run."""
        return self.studio.jobs.workflows.repair(id, spec)


WORKFLOWS = r"/mlstudio/jobs/workflows"
RUN = rf"{WORKFLOWS}/runs/(?P<id>\w+)"
ROUTES = [
    (WORKFLOWS, WorkflowsHandler),
    (rf"{WORKFLOWS}/file", WorkflowFileHandler),
    (rf"{WORKFLOWS}/check", WorkflowCheckHandler),
    (rf"{WORKFLOWS}/format", WorkflowFormatHandler),
    (rf"{WORKFLOWS}/palette", PaletteHandler),
    (rf"{WORKFLOWS}/import", WorkflowImportHandler),
    (rf"{WORKFLOWS}/export", WorkflowExportHandler),
    (rf"{WORKFLOWS}/runs", WorkflowRunsHandler),
    (RUN, WorkflowRunHandler),
    (rf"{RUN}/stop", WorkflowRunStopHandler),
    (rf"{RUN}/repair", WorkflowRunRepairHandler),
]
