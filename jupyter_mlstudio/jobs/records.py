"""What can be read about jobs: the part of `Jobs` that changes nothing."""

import time
from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path

from jupyter_mlstudio.core import forkserver
from jupyter_mlstudio.jobs import listing, notebooks
from jupyter_mlstudio.jobs.kept import Kept
from jupyter_mlstudio.jobs.listing import Filter
from jupyter_mlstudio.jobs.logs import read_log
from jupyter_mlstudio.jobs.parameters import read_parameters
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.types import ConsoleTarget, Job, JobCells, JobEvents, JobList, JobLog, NotebookParameters

PAGE = 1000  # events that one answer holds


class Records(ABC):
    """Lists, jobs, events, logs and results."""

    _place: Place

    @cached_property
    @abstractmethod
    def queue(self) -> Queue:
        """The durable queue under this service, for the parts of the feature."""

    @cached_property
    @abstractmethod
    def _kept(self) -> Kept:
        """The kernels of failed jobs that stay for a while."""

    @abstractmethod
    def look(self) -> None:
        """Make the records true, at most once a second."""

    def all(self, limit: int = 500) -> list[Job]:
        """Return jobs: those that run, then the newest."""
        return self.listing(limit).items

    def listing(self, limit: int = 500, wanted: Filter | None = None) -> JobList:
        """Return a page of jobs as `all` does, how many there are, and what they use.

        Raises:
            InvalidError: The filter names a state or a page that does not exist.
        """
        if not self._place.used:
            return listing.nothing(self._place.settings)
        self.look()
        return listing.page(self.queue.database, self.queue.project, self._place.settings, limit, wanted or Filter())

    def get(self, id: str) -> Job:
        """Return a job as it is now."""
        self.look()
        return self.queue.get(id)

    def owned(self, owner: str) -> list[Job]:
        """Return the jobs of a schedule, a sweep or a run of a workflow, in the order in which they were asked for."""
        return self.queue.owned(owner)

    def wait(self, id: str, timeout: float = float("inf")) -> Job:
        """Return a job when it has ended, or as it is after `timeout` seconds."""
        begun = time.monotonic()
        while not self.queue.ended(id) and time.monotonic() < begun + timeout:
            self.look()
            time.sleep(0.003 if time.monotonic() < begun + 3 else 0.05)
        return self.get(id)

    def events(self, id: str, since: int = 0) -> JobEvents:
        """Return what has happened in a job after a number."""
        items = self.queue.events(id, since, PAGE + 1)
        job = self.queue.get(id)  # after the events, so that it is at least as new
        page = items[:PAGE]
        return JobEvents(job=job, items=page, next=page[-1].seq if page else since, more=len(items) > PAGE)

    def log(self, id: str, since: int | None = None) -> JobLog:
        """Return what a job's log holds after a number; without one its last lines."""
        return read_log(self._place.project / self.queue.get(id).log_path, since)

    def output(self, id: str) -> Path:
        """Return where the executed notebook is, or will be."""
        return self._place.project / self.queue.get(id).output

    def parameters(self, notebook: str) -> NotebookParameters:
        """Return the parameters that a notebook declares."""
        if self._place.settings.warm_kernels:
            forkserver.warm_up()  # somebody is about to run it
        return read_parameters(notebook, notebooks.read(self._place.project, notebook)[0])

    def console(self, id: str) -> ConsoleTarget:
        """Return how to talk to the kernel of a job that runs, or has failed and is kept.

        Raises:
            ConflictError: It has no kernel on this machine now.
        """
        return self._kept.console(id)

    def cells(self, id: str) -> JobCells:
        """Return the code cells of a job's result, by their numbers."""
        return self._kept.cells(id)
