"""Looking back at jobs over HTTP."""

from jupyter_mlstudio.jobs.past import Comparison, JobHistory
from jupyter_mlstudio_server.http import StudioHandler, operation


class HistoryHandler(StudioHandler):
    @operation()
    def get(self, notebook: str = "", limit: int = 100) -> JobHistory:
        """Tell how a notebook's jobs went."""
        return self.studio.jobs.history(notebook, limit)


class CompareHandler(StudioHandler):
    @operation()
    def get(self, one: str = "", other: str = "previous") -> Comparison:
        """Compare the results of two jobs; `other` may also be `previous` or `source`."""
        return self.engine.jobs.compare(one=one, other=other)


ROUTES = [(r"/mlstudio/jobs/history", HistoryHandler), (r"/mlstudio/jobs/compare", CompareHandler)]
