"""The process of one job: `python -m jupyter_mlstudio.jobs.runner PROJECT SETTINGS JOB ATTEMPT`.

It runs the notebook, notes how it went, and takes on or starts the next job that waits, so that the queue goes on
without a server. Then it ends the kernel, or keeps that of a failed job for a while, to run on in it. It ends without a
trace if another attempt has taken the job over.
"""

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.core.events import nobody
from jupyter_mlstudio.core.processes import process_ref
from jupyter_mlstudio.core.validation import parse
from jupyter_mlstudio.jobs.kept_runner import Keeper, Resumption
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.report import ANSI, Report
from jupyter_mlstudio.jobs.service import Jobs
from jupyter_mlstudio.jobs.successor import Successor
from jupyter_mlstudio.jobs.types import ErrorKind, Job, JobError, JobState
from jupyter_mlstudio.settings import Settings

if TYPE_CHECKING:
    from jupyter_mlstudio.jobs.engine_notebook import Execution

PATIENCE = 600.0  # seconds for which a runner tries to record the end of its job

log = logging.getLogger(__name__)


def main() -> None:
    """Run the job that the command line names, then let the next one begin."""
    project, attempt = Path(sys.argv[1]), int(sys.argv[4])
    place = Place(project, parse(Settings, Path(sys.argv[2]).read_bytes()), nobody)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stdout)
    for noisy in ("papermill", "traitlets"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    jobs = Jobs(place)
    queue = jobs.queue
    job = queue.get(sys.argv[3])
    runner = process_ref(os.getpid())
    if job.attempt != attempt or runner is None or not queue.record_runner(job, runner):
        log.error("This job was taken over by another attempt, or has ended.")
        return
    successor = Successor(queue, place, job)
    jobs.take = successor.take
    following: Job | None = job
    while following is not None:
        run(place, jobs, following, successor)
        jobs.await_retry(following)
        following = successor.pop()


def run(place: Place, jobs: Jobs, job: Job, successor: Successor) -> None:
    """Run a job, and run it on as often as somebody wants that after a failure; the kernel ends in any case."""
    with without(*([] if "hdfs://" in (job.spec.output or "") else ["pyarrow.fs"]), "rfc3987_syntax"):
        from jupyter_mlstudio.jobs.engine_notebook import Execution

    queue = jobs.queue
    execution = Execution(job, place.project, Report(jobs.queue, job), warm=place.settings.warm_kernels)
    resumption: Resumption | None = None
    try:
        while True:
            state, error = attempt_at(queue, execution, resumption)
            log.info("The job has %s.", state)
            if state is JobState.SUCCEEDED and resumption is None:
                successor.allow(job)
            ended = finish(jobs, execution, state, error)
            if not ended or state is not JobState.FAILED:
                break
            resumption = Keeper(queue, execution, place.settings.keep_failed_kernels).wait()
            if resumption is None:
                break
    finally:
        execution.end(slow=successor.hand_over)


@contextmanager
def without(*modules: str) -> Iterator[None]:
    """Import something that does without these modules, if it must.

    jsonschema tries to import a grammar for over a second, to check addresses that notebooks do not hold; papermill
    imports pyarrow only to read and write on Hadoop.
    """
    absent = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None is how Python notes it
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def finish(jobs: Jobs, execution: "Execution", state: JobState, error: JobError | None) -> bool:
    """Note how it went, as soon as the database can be written; else whoever looks next finds the runner gone."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            execution.report.flush()
            if not execution.report.behind or time.monotonic() > deadline:
                return jobs.finish(execution.job, state, error)
        except EngineError as failure:
            if time.monotonic() > deadline:
                raise
            log.warning("The end of the job could not be recorded, which is tried again: %s", failure)
        time.sleep(1)


def attempt_at(queue: Queue, execution: "Execution", resumption: Resumption | None) -> tuple[JobState, JobError | None]:
    """Run the notebook, or run it on; whatever happens is an answer."""
    error: JobError | None = None
    try:
        if resumption is not None:
            execution.resume(resumption.job, Report(queue, resumption.job), resumption.edit)
        elif not queue.stop_requested(execution.job):
            execution.run()
    except BaseException as failure:  # the border of the process: whatever it was, the record must tell it
        error = explain(failure, execution.job, execution.report)
    if execution.report.stop_requested() and (error is not None or not execution.report.complete):
        return JobState.STOPPED, None
    return (JobState.SUCCEEDED, None) if error is None else (JobState.FAILED, error)


def explain(failure: BaseException, job: Job, report: Report) -> JobError:
    """Say why a job failed so that its owner knows where to look."""
    from papermill.exceptions import PapermillExecutionError

    if isinstance(failure, PapermillExecutionError):
        traceback = ANSI.sub("", "\n".join(failure.traceback))
        cell = report.number(failure.cell_index)
        return JobError(kind="cell", cell=cell, name=failure.ename, message=failure.evalue, traceback=traceback)
    name, cell = type(failure).__name__, report.failed
    log.error("The job failed outside its cells' own code.", exc_info=failure)
    message, kind = str(failure) or name, "start" if cell is None and not report.begun else "cell"
    if name in KINDS:
        kind = KINDS[name]
    if name == "DeadKernelError" and cell is not None:
        message = f"The kernel died in cell {cell}. It may have run out of memory; the log may tell more."
    elif name == "CellTimeoutError" and job.spec.cell_timeout is not None:
        message = f"Cell {cell} ran longer than the limit of the job (cell_timeout)."
    elif name == "JobTimeoutError":
        message = f"The job ran longer than its limit of {job.spec.timeout:g} seconds (timeout)."
    return JobError(kind=kind, cell=cell, name=name, message=message, traceback="")


KINDS: dict[str, ErrorKind] = {
    "DeadKernelError": "kernel",
    "CellTimeoutError": "timeout",
    "JobTimeoutError": "timeout",
    "ResultError": "save",
}

if __name__ == "__main__":
    main()
