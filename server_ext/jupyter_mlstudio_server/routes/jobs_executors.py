"""Over HTTP: where jobs can run."""

from jupyter_mlstudio.jobs.executors.types import ExecutorList
from jupyter_mlstudio_server.http import StudioHandler, operation


class ExecutorsHandler(StudioHandler):
    @operation()
    def get(self) -> ExecutorList:
        """List where jobs can run: this machine first."""
        return self.studio.jobs.executors.all()


ROUTES = [(r"/mlstudio/jobs/executors", ExecutorsHandler)]
