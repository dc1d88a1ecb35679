"""Sweeps over HTTP."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.jobs.sweeps.types import Sweep, SweepList, SweepPreview, SweepResults, SweepSpec
from jupyter_mlstudio_server.http import Content, StudioHandler, operation

if TYPE_CHECKING:
    from jupyter_mlstudio.jobs.service import Jobs


class SweepsHandler(StudioHandler):
    @operation()
    def get(self) -> SweepList:
        """List the sweeps, the newest first."""
        return self.studio.jobs.sweeps.all()

    @operation(status=201)
    def post(self, spec: SweepSpec) -> Sweep:
        """Queue a job for each set of parameters."""
        return self.studio.jobs.sweeps.start(spec)


class PreviewHandler(StudioHandler):
    @operation()
    def post(self, spec: SweepSpec) -> SweepPreview:
        """Tell which jobs a sweep would make."""
        return self.studio.jobs.sweeps.preview(spec)


class ResultsHandler(StudioHandler):
    """Base of the verbs that need the runs that jobs logged."""

    @property
    def reads(self) -> "Jobs":
        """The jobs, here where runs are read straight from a file, else in the engine process."""
        return self.studio.jobs if self.studio.experiments.direct else self.engine.jobs


class SweepHandler(ResultsHandler):
    @operation()
    def get(self, id: str) -> SweepResults:
        """Return a sweep's jobs as one table."""
        return self.reads.sweep_results(id=id)

    @operation()
    def delete(self, id: str, jobs: bool = False) -> None:
        """Forget a sweep that has ended; with `jobs` its jobs and their files too."""
        self.studio.jobs.sweeps.remove(id, jobs=jobs)


class CsvHandler(ResultsHandler):
    @operation()
    def get(self, id: str) -> Content:
        """Return the table of results as CSV."""
        return Content(self.reads.sweep_csv(id=id).encode(), "text/csv", f"sweep-{id[:8]}.csv")


class StopHandler(StudioHandler):
    @operation()
    def post(self, id: str) -> Sweep:
        """Stop all jobs of a sweep."""
        return self.studio.jobs.sweeps.stop(id)


class RetryHandler(StudioHandler):
    @operation(status=201)
    def post(self, id: str) -> Sweep:
        """Queue the jobs that failed or were stopped once more."""
        return self.studio.jobs.sweeps.retry(id)


SWEEPS = r"/mlstudio/jobs/sweeps"
SWEEP = rf"{SWEEPS}/(?P<id>\w+)"
ROUTES = [
    (SWEEPS, SweepsHandler),
    (rf"{SWEEPS}/preview", PreviewHandler),
    (SWEEP, SweepHandler),
    (rf"{SWEEP}/csv", CsvHandler),
    (rf"{SWEEP}/stop", StopHandler),
    (rf"{SWEEP}/retry", RetryHandler),
]
