"""Saved views of the runs table over HTTP."""

from jupyter_mlstudio.experiments.views_types import RunView, RunViewList, RunViewSpec
from jupyter_mlstudio_server.http import StudioHandler, operation


class ViewsHandler(StudioHandler):
    @operation()
    def get(self) -> RunViewList:
        """List the saved views of the runs table."""
        return self.studio.experiments.views.all()

    @operation(status=201)
    def post(self, spec: RunViewSpec) -> RunView:
        """Save a view."""
        return self.studio.experiments.views.add(spec)


class ViewHandler(StudioHandler):
    @operation()
    def put(self, id: str, spec: RunViewSpec) -> RunView:
        """Save another look under the name of a view, or rename it."""
        return self.studio.experiments.views.replace(id, spec)

    @operation(status=204)
    def delete(self, id: str) -> None:
        """Forget a view."""
        return self.studio.experiments.views.remove(id)


ROUTES = [
    (r"/mlstudio/experiments/views", ViewsHandler),
    (r"/mlstudio/experiments/views/(?P<id>\w+)", ViewHandler),
]
