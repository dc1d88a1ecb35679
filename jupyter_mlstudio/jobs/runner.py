"""The process of one job: `python -m jupyter_mlstudio.jobs.runner PROJECT SETTINGS JOB ATTEMPT`.

It runs the notebook through papermill, notes how it went, and starts the next job that waits, so that the queue
goes on without a server. It ends without a trace if another attempt has taken the job over.
"""

import json
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.events import nobody
from jupyter_mlstudio.core.processes import process_ref
from jupyter_mlstudio.core.validation import parse
from jupyter_mlstudio.jobs.launch import start_waiting
from jupyter_mlstudio.jobs.notebooks import Notebook, Sources, kernel_of, language_of
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.report import ANSI, Report
from jupyter_mlstudio.jobs.types import ErrorKind, Job, JobError, JobState
from jupyter_mlstudio.settings import Settings

if TYPE_CHECKING:
    from papermill.exceptions import PapermillExecutionError

log = logging.getLogger(__name__)


def main() -> None:
    """Run the job that the command line names, then let the next one begin."""
    project, attempt = Path(sys.argv[1]), int(sys.argv[4])
    place = Place(project, parse(Settings, Path(sys.argv[2]).read_bytes()), nobody)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stdout)
    logging.getLogger("papermill").setLevel(logging.WARNING)
    queue = Queue(place.database, place.project_id)
    job = queue.get(sys.argv[3])
    runner = process_ref(os.getpid())
    if job.attempt != attempt or runner is None or not queue.record_runner(job, runner):
        log.error("This job was taken over by another attempt, or has ended.")
        return
    state, error = run(queue, job, project)
    queue.finish(job, state, error)
    log.info("The job has %s.", state)
    start_waiting(queue, place)


def run(queue: Queue, job: Job, project: Path) -> tuple[JobState, JobError | None]:
    """Run a job's notebook; whatever happens is an answer."""
    report = Report(queue, job)
    error: JobError | None = None
    try:
        if queue.get(job.id).stop_requested_at is None:
            execute(job, project, report)
    except BaseException as failure:  # the border of the process: whatever it was, the record must tell it
        error = explain(failure, job, report)
    if queue.get(job.id).stop_requested_at is not None and (error is not None or not report.complete):
        return JobState.STOPPED, None
    return (JobState.SUCCEEDED, None) if error is None else (JobState.FAILED, error)


def execute(job: Job, project: Path, report: Report) -> None:
    """Run the notebook through papermill with the engine of jobs."""
    # jsonschema tries to import this grammar, which takes over a second, to check addresses that notebooks do not hold
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    import nbformat
    from nbformat.sign import NotebookNotary
    from papermill.execute import execute_notebook

    from jupyter_mlstudio.jobs.engine import NAME, register

    source = Sources(project / ".mlstudio" / "jobs" / "sources").path(job.source_digest)
    notebook: Notebook = json.loads(source.read_bytes())
    kernel = job.spec.kernel or kernel_of(notebook) or "python3"
    output = project / job.output
    register(output.parent)
    execute_notebook(
        _plain(source),
        _plain(output),
        parameters=job.spec.parameters,
        engine_name=NAME,
        kernel_name=kernel,
        language=language_of(notebook) or _language(kernel),
        progress_bar=False,
        report=report,
        folder=str((project / job.spec.notebook).parent),
        cell_timeout=job.spec.cell_timeout,
        paths={"input_path": job.spec.notebook, "output_path": job.output},
    )
    # the outputs are the user's own, as if the cells had been run by hand
    NotebookNotary().sign(nbformat.read(output, as_version=4))  # type: ignore[no-untyped-call]


def explain(failure: BaseException, job: Job, report: Report) -> JobError:
    """Say why a job failed so that its owner knows where to look."""
    from papermill.exceptions import PapermillExecutionError

    if isinstance(failure, PapermillExecutionError):
        return _of_cell(failure, report)
    log.error("The job failed outside its cells' own code.", exc_info=failure)
    name, cell = type(failure).__name__, report.failed
    message = str(failure) or name
    kind: ErrorKind = "start" if report.current is None and cell is None else "cell"
    if name == "DeadKernelError":
        kind = "kernel"
        message = f"The kernel died in cell {cell}. It may have run out of memory; the log may tell more."
    elif name == "CellTimeoutError" and job.spec.cell_timeout is not None:
        kind, message = "timeout", f"Cell {cell} ran longer than the limit of the job (cell_timeout)."
    return JobError(kind=kind, cell=cell, name=name, message=message, traceback="")


def _of_cell(failure: "PapermillExecutionError", report: Report) -> JobError:
    traceback = ANSI.sub("", "\n".join(failure.traceback))
    cell = report.number(failure.cell_index)
    return JobError(kind="cell", cell=cell, name=failure.ename, message=failure.evalue, traceback=traceback)


def _language(kernel: str) -> str:
    from jupyter_client.kernelspec import KernelSpecManager

    spec: Any = KernelSpecManager().get_kernel_spec(kernel)
    return str(spec.language)


def _plain(path: Path) -> str:
    """Write a path so that papermill, which fills in braces, leaves it alone."""
    return str(path).replace("{", "{{").replace("}", "}}")


if __name__ == "__main__":
    main()
