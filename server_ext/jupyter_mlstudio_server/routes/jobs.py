"""Jobs over HTTP."""

from jupyter_mlstudio.jobs.listing import Filter
from jupyter_mlstudio.jobs.types import (
    ConsoleTarget,
    Job,
    JobCells,
    JobEvents,
    JobList,
    JobLog,
    JobSpec,
    NotebookParameters,
    ResumeSpec,
)
from jupyter_mlstudio_server.http import StudioHandler, operation


class JobsHandler(StudioHandler):
    @operation()
    def get(
        self, limit: int = 500, state: str = "", owner: str = "", notebook: str = "", search: str = "", before: str = ""
    ) -> JobList:
        """List jobs: those that run, then the newest; `state` may name several, `before` is a page's `next`."""
        wanted = Filter(state=state, owner=owner, notebook=notebook, search=search, before=before)
        return self.studio.jobs.listing(limit, wanted)

    @operation(status=201)
    def post(self, spec: JobSpec) -> Job:
        """Queue a notebook."""
        return self.studio.jobs.submit(spec)


class ParametersHandler(StudioHandler):
    @operation()
    def get(self, notebook: str = "") -> NotebookParameters:
        """Read which parameters a notebook declares."""
        return self.studio.jobs.parameters(notebook)


class JobHandler(StudioHandler):
    @operation()
    def get(self, id: str) -> Job:
        """Return a job."""
        return self.studio.jobs.get(id)

    @operation()
    def delete(self, id: str, files: bool = False) -> None:
        """Forget a job that has ended; with `files` its result and log are deleted too."""
        self.studio.jobs.remove(id, files=files)


class JobStopHandler(StudioHandler):
    @operation()
    def post(self, id: str) -> Job:
        """Stop a job."""
        return self.studio.jobs.stop(id)


class JobRerunHandler(StudioHandler):
    @operation(status=201)
    def post(self, id: str) -> Job:
        """Queue the job's notebook once more with the same parameters."""
        return self.studio.jobs.rerun(id)


class JobResumeHandler(StudioHandler):
    @operation()
    def post(self, id: str, spec: ResumeSpec) -> Job:
        """Run a failed job on from the cell that failed, in its kernel."""
        return self.studio.jobs.resume(id, spec.cells, write=spec.write)


class JobReleaseHandler(StudioHandler):
    @operation()
    def post(self, id: str) -> Job:
        """Let the kernel of a failed job go before its time."""
        return self.studio.jobs.release(id)


class JobConsoleHandler(StudioHandler):
    @operation()
    def post(self, id: str) -> ConsoleTarget:
        """Make the kernel of a job known to the server, so that a console can be attached to it."""
        return self.consoles.open(lambda: self.studio.jobs.console(id))


class JobSourceHandler(StudioHandler):
    @operation()
    def get(self, id: str) -> JobCells:
        """Return the code cells of a job's result, by their numbers."""
        return self.studio.jobs.cells(id)


class JobEventsHandler(StudioHandler):
    @operation()
    def get(self, id: str, since: int = 0) -> JobEvents:
        """Return what has happened in a job after the event with the number `since`."""
        return self.studio.jobs.events(id, since)


class JobLogHandler(StudioHandler):
    @operation()
    def get(self, id: str, since: int | None = None) -> JobLog:
        """Return what a job's log holds after the place `since`; without it the last lines."""
        return self.studio.jobs.log(id, since)


JOB = r"/mlstudio/jobs/(?P<id>\w+)"
ROUTES = [
    (r"/mlstudio/jobs", JobsHandler),
    (r"/mlstudio/jobs/parameters", ParametersHandler),
    (JOB, JobHandler),
    (rf"{JOB}/stop", JobStopHandler),
    (rf"{JOB}/rerun", JobRerunHandler),
    (rf"{JOB}/resume", JobResumeHandler),
    (rf"{JOB}/release", JobReleaseHandler),
    (rf"{JOB}/console", JobConsoleHandler),
    (rf"{JOB}/source", JobSourceHandler),
    (rf"{JOB}/events", JobEventsHandler),
    (rf"{JOB}/log", JobLogHandler),
]
