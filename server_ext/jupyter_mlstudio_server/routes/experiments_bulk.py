"""Changes to many runs at once over HTTP."""

from jupyter_mlstudio.experiments.bulk_types import RunsChanged, RunsSpec, RunsTagging
from jupyter_mlstudio.experiments.types import RunEdit
from jupyter_mlstudio_server.http import operation
from jupyter_mlstudio_server.routes.experiments import RunsHandler


class RunsDeleteHandler(RunsHandler):
    @operation()
    def post(self, spec: RunsSpec) -> RunsChanged:
        """Put runs into the bin."""
        return self.reads.bulk.delete(ids=spec.ids)


class RunsRestoreHandler(RunsHandler):
    @operation()
    def post(self, spec: RunsSpec) -> RunsChanged:
        """Take runs out of the bin."""
        return self.reads.bulk.restore(ids=spec.ids)


class RunsTagHandler(RunsHandler):
    @operation()
    def post(self, tagging: RunsTagging) -> RunsChanged:
        """Give tags to runs, or take them away."""
        return self.writes(RunEdit(tags=tagging.tags)).bulk.tag(ids=tagging.ids, tags=tagging.tags)


ROUTES = [
    (r"/mlstudio/experiments/runs/delete", RunsDeleteHandler),
    (r"/mlstudio/experiments/runs/restore", RunsRestoreHandler),
    (r"/mlstudio/experiments/runs/tags", RunsTagHandler),
]
