"""Jobs over HTTP."""

from jupyter_mlstudio.jobs.types import Job, JobEvents, JobList, JobLog, JobSpec, NotebookParameters
from jupyter_mlstudio_server.http import StudioHandler, operation


class JobsHandler(StudioHandler):
    @operation()
    def get(self, limit: int = 500) -> JobList:
        """List jobs: those that run, then the newest."""
        return self.studio.jobs.listing(limit)

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
    (rf"{JOB}/events", JobEventsHandler),
    (rf"{JOB}/log", JobLogHandler),
]
