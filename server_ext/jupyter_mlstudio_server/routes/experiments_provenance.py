"""Where runs come from, over HTTP."""

from jupyter_mlstudio.experiments.provenance.types import (
    AgainJob,
    AgainSpec,
    NotebookRuns,
    Origin,
    RestoredNotebook,
    RestoreSpec,
)
from jupyter_mlstudio_server.http import operation
from jupyter_mlstudio_server.routes.experiments import RunsHandler


class OriginHandler(RunsHandler):
    @operation()
    def get(self, id: str) -> Origin:
        """Tell where a run comes from, and whether it is stale."""
        return self.reads.provenance.origin(run_id=id)


class NotebookHandler(RunsHandler):
    @operation(status=201)
    def post(self, id: str, spec: RestoreSpec) -> RestoredNotebook:
        """Write the notebook that made a run as a file."""
        return self.reads.provenance.restore(run_id=id, form=spec.form, path=spec.path)


class AgainHandler(RunsHandler):
    @operation(status=201)
    def post(self, id: str, spec: AgainSpec) -> AgainJob:
        """Run the notebook that made a run once more, as a job."""
        return self.reads.provenance.again(run_id=id, form=spec.form, parameters=spec.parameters)


class NotebookRunsHandler(RunsHandler):
    @operation()
    def get(self, path: str = "") -> NotebookRuns:
        """List the runs that a notebook has made."""
        return self.reads.provenance.runs_of(notebook=path)


ROUTES = [
    (r"/mlstudio/experiments/notebooks", NotebookRunsHandler),
    (r"/mlstudio/experiments/runs/(?P<id>\w+)/origin", OriginHandler),
    (r"/mlstudio/experiments/runs/(?P<id>\w+)/notebook", NotebookHandler),
    (r"/mlstudio/experiments/runs/(?P<id>\w+)/again", AgainHandler),
]
