"""Makes jobs of what was asked for, or says what is wrong with it."""

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from jupyter_mlstudio.core.errors import EngineError, InvalidError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.jobs import notebooks
from jupyter_mlstudio.jobs.capacity import check_needs
from jupyter_mlstudio.jobs.executors.available import check_executor
from jupyter_mlstudio.jobs.fetch import fetch, is_address
from jupyter_mlstudio.jobs.parameters import check, read_parameters
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.types import Job, JobOwner, JobSpec, JobState, NotebookParameters

KERNEL = "python3"  # of notebooks that name none


class Read(NamedTuple):
    """A notebook as it was read once for the jobs that are to run it."""

    path: str
    raw: bytes
    declared: NotebookParameters
    fetched: bool = False  # from an address


class Drafts:
    """Reads and checks each notebook and kernel once, for however many jobs are made of it."""

    def __init__(self, place: Place, source: bytes | None) -> None:
        self._place, self._source = place, source
        self._read: dict[str, Read] = {}
        self._kernels: set[str] = set()
        self._executors: set[str] = set()
        self.sources = notebooks.Sources(place.state / "jobs" / "sources")

    def make(self, spec: JobSpec, owner: JobOwner | None, id: str | None) -> Job:
        """Make a job, and keep its notebook as it is now.

        Raises:
            InvalidError: It is no notebook, its kernel is not installed, or something does not fit.
            NotFoundError: There is no such notebook.
            EngineError: The project folder cannot be written.
        """
        read = self._notebook(spec.notebook)
        spec = spec.model_copy(update={"notebook": read.path, "parameters": check(read.declared, spec.parameters)})
        settings = self._place.settings
        executor = spec.executor or settings.executor
        if executor == "local":
            check_needs(spec.resources, settings)
        elif executor not in self._executors:
            check_executor(executor)
            self._executors.add(executor)
        self._check_kernel(spec.kernel or read.declared.kernel or KERNEL)
        return _job(spec, self._keep(read), id, owner, executor, generated=self._source is not None or read.fetched)

    def keep_again(self, job: Job) -> None:
        """Keep a job's notebook, if somebody has tidied it away since the job was made."""
        self._keep(self._notebook(job.spec.notebook))

    def _notebook(self, path: str) -> Read:
        if path not in self._read and is_address(path) and self._source is None:
            name = Path(urlsplit(path).path).name or "notebook.ipynb"
            notebook, raw = notebooks.parse(path, fetch(path))
            self._read[path] = self._read[name] = Read(name, raw, read_parameters(path, notebook), fetched=True)
        if path not in self._read:
            project = self._place.project
            found = inside(project, path)
            if self._source is None:
                notebook, raw = notebooks.read(project, path)
            else:
                notebook, raw = notebooks.parse(path, self._source)
                if not found.parent.is_dir():
                    raise InvalidError(f"notebook: there is no folder for {path!r} in the project. Make it first.")
            name = found.relative_to(project).as_posix()
            self._read[path] = self._read[name] = Read(name, raw, read_parameters(path, notebook))
        return self._read[path]

    def _keep(self, read: Read) -> str:
        try:
            return self.sources.keep(read.raw)
        except OSError as error:
            raise EngineError(
                f"The notebook could not be kept in {self._place.state}: {error.strerror}. Make the project folder "
                "writable, or free some space, and try again.",
                code="disk",
            ) from error

    def _check_kernel(self, name: str) -> None:
        if name in self._kernels:
            return
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

        kernels = KernelSpecManager()
        try:
            kernels.get_kernel_spec(name)
        except NoSuchKernel:
            known = ", ".join(sorted(kernels.find_kernel_specs())) or "none"
            raise InvalidError(
                f"kernel: {name!r} is not installed here. Choose one of: {known}.", code="no_kernel"
            ) from None
        self._kernels.add(name)


def _job(spec: JobSpec, digest: str, id: str | None, owner: JobOwner | None, executor: str, *, generated: bool) -> Job:
    job, created = id or new_id(), now()
    stem = re.sub(r"[^\w.-]+", "-", Path(spec.notebook).stem).strip("-.") or "notebook"
    short = re.sub(r"\W+", "", job)[:8]
    folder = Path("jobs") / f"{stem}-{created.astimezone():%Y%m%d-%H%M%S}-{short}"
    return Job(
        id=job,
        spec=spec,
        name=spec.name or Path(spec.notebook).stem,
        state=JobState.QUEUED,
        attempt=0,
        created_at=created,
        started_at=None,
        ended_at=None,
        stop_requested_at=None,
        heartbeat_at=None,
        cells_total=0,
        cells_done=0,
        cell=None,
        error=None,
        output=(folder / f"{stem}.ipynb").as_posix(),
        log_path=(folder / "log.txt").as_posix(),
        source_digest=digest,
        generated=generated,
        owner=owner,
        not_before=None,
        outputs={},
        executor=executor,
        start=None,
        kept_until=None,
    )
