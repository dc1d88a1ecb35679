"""One job's notebook: prepared as papermill does, run in its kernel, and run on from where it failed."""

import asyncio
import json
import logging
import signal
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from jupyter_core.paths import jupyter_data_dir
from nbformat.sign import NotebookNotary
from nbformat.v4.rwbase import strip_transient
from papermill.exceptions import PapermillExecutionError
from papermill.execute import prepare_notebook_metadata, raise_for_execution_errors, remove_error_markers
from papermill.iorw import load_notebook_node, papermill_io
from papermill.parameterize import add_builtin_parameters, parameterize_notebook, parameterize_path

from jupyter_mlstudio.core.files import inside, write_atomically
from jupyter_mlstudio.jobs import engine_translators
from jupyter_mlstudio.jobs.engine import Client, Progress
from jupyter_mlstudio.jobs.engine_kernel import GRACE, JobKernel
from jupyter_mlstudio.jobs.notebooks import Notebook, Sources, kernel_of, language_of
from jupyter_mlstudio.jobs.outputs import FOLDER
from jupyter_mlstudio.jobs.report import Report
from jupyter_mlstudio.jobs.saving import Saver
from jupyter_mlstudio.jobs.types import Job

SLOW = 2.0  # seconds for the end of a kernel for which nobody minds to wait
START = 60.0  # seconds that a kernel may take to be ready

log = logging.getLogger(__name__)

T = TypeVar("T")


class JobTimeoutError(Exception):
    """The job has taken all the time that it was given."""


class ResultError(Exception):
    """The notebook ran, but its result could not be written."""


class Execution:
    """Runs a job's notebook; what it leaves behind, the kernel included, can be used to run on."""

    def __init__(self, job: Job, project: Path, report: Report, *, warm: bool) -> None:
        self.job, self.project, self.report = job, project, report
        self._warm = warm and not job.spec.clean_start
        self.loop = asyncio.new_event_loop()
        self.kernel: JobKernel | None = None
        self.client: Client | None = None
        self._stopped = False
        self._deadline = None if job.spec.timeout is None else time.monotonic() + job.spec.timeout
        asyncio.set_event_loop(self.loop)

    def run(self) -> None:
        """Run the notebook from the top.

        Raises:
            PapermillExecutionError: A cell failed.
            JobTimeoutError: It took too long.
            ResultError: What came out cannot be written.
        """
        source = Sources(self.project / ".mlstudio" / "jobs" / "sources").path(self.job.source_digest)
        raw: Notebook = json.loads(source.read_bytes())
        name = self.job.spec.kernel or kernel_of(raw) or "python3"
        self.kernel = JobKernel(name, warm=self._warm)
        language = None if language_of(raw) else self.kernel.language
        self.notebook = self.on_loop(self._begin(self.kernel, lambda: self._prepared(source, name, language)))
        self.saver = Saver(self.notebook, self.project / self.job.output)
        self.progress = Progress(self.notebook, self.saver)
        self.progress.notebook_start()
        self.report.plan(self.notebook.cells)
        self._finish(self._cells(0))

    def resume(self, job: Job, report: Report, edit: Callable[[Any, int], None]) -> None:
        """Run on from the cell that failed, in the same kernel.

        Args:
            job: The job, with its new attempt.
            report: Of this attempt.
            edit: Changes the notebook from the failed cell on, whose place it is given.

        Raises:
            PapermillExecutionError: A cell failed.
            JobTimeoutError: It took too long.
            ResultError: What came out cannot be written.
        """
        self.job, self.report = job, report
        self._deadline = None if job.spec.timeout is None else time.monotonic() + job.spec.timeout
        remove_error_markers(self.notebook)
        first = self.failed_place
        edit(self.notebook, first)
        self.notebook.metadata.papermill["exception"] = None
        for cell in self.notebook.cells[first:]:
            _reset(cell)
        self.saver.changed(self.notebook.cells[first:])
        self.report.plan(self.notebook.cells, first)
        self._finish(self._cells(first))

    @property
    def failed_place(self) -> int:
        """Where in the notebook the cell is that failed."""
        cells = [
            cell for cell in self.notebook.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
        ]
        places = [index for index, cell in enumerate(cells) if cell.metadata.papermill["status"] == "failed"]
        return places[0]

    def stop(self) -> None:
        """End the job as soon as possible: somebody wants it."""
        self._stopped = True
        if self.client is not None:
            self.client.stop()
        elif self.kernel is not None:
            self.kernel.kill()

    def _kill(self) -> None:
        self._stopped = True
        if self.client is not None:
            self.client.stopping = True
        if self.kernel is not None:
            self.kernel.kill()

    def on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something asynchronous where the kernel's client lives, and return what comes out."""
        self.loop.add_signal_handler(signal.SIGINT, self.stop)
        self.loop.add_signal_handler(signal.SIGTERM, self._kill)
        return self.loop.run_until_complete(work)

    async def _begin(self, kernel: JobKernel, prepare: Callable[[], Any]) -> Any:
        """Start the kernel, and prepare the notebook while it starts."""
        preparing = asyncio.create_task(asyncio.to_thread(prepare))
        variables = {FOLDER: str((self.project / self.job.output).parent / "outputs")}
        folder = (self.project / self.job.spec.notebook).parent
        await kernel.begin(folder, {**variables, **self.job.spec.environment})
        self.report.kernel(kernel.ref, kernel.start, kernel.connection_file)
        self._language = await kernel.ready(START)
        return await preparing

    def _prepared(self, source: Path, kernel: str, language: str | None) -> Any:
        engine_translators.register()
        notebook, spec = load_notebook_node(str(source)), self.job.spec
        if spec.parameters:
            notebook = parameterize_notebook(
                notebook, spec.parameters, spec.report_mode, kernel_name=kernel, language=language
            )
        notebook = prepare_notebook_metadata(notebook, spec.notebook, self.job.output, spec.report_mode)
        return remove_error_markers(notebook)

    async def _cells(self, first: int) -> None:
        assert self.kernel is not None
        self.notebook.metadata["language_info"] = self._language
        self.client = Client(self.progress, self.kernel, self.report, self.job.spec.cell_timeout)
        self.client.reset_execution_trackers()
        expiry = None if self._deadline is None else self.client.expire_at(self._deadline)
        try:
            if not self._stopped:
                await self.client.run(first)
        finally:
            if expiry is not None:
                expiry.cancel()

    def _finish(self, cells: Coroutine[Any, Any, None]) -> None:
        failure: BaseException | None = None
        try:
            self.on_loop(cells)
        except Exception as error:  # the kernel died, for one; what it has done so far is saved all the same
            failure = error
        marked = self._conclude()
        failure = failure or marked
        if self.client is not None and self.client.expired and not self.report.complete:
            failure = JobTimeoutError()
        if failure is not None:
            raise failure
        self._hand_over()

    def _conclude(self) -> PapermillExecutionError | None:
        """Save the notebook for the last time, with the marks that papermill gives a cell that failed."""
        failure: PapermillExecutionError | None = None
        self.progress.notebook_complete()
        try:
            raise_for_execution_errors(self.notebook, None)
        except PapermillExecutionError as error:
            failure = error
        try:
            self.saver.save()
        except OSError as error:
            raise ResultError(f"The result could not be written to {self.job.output}: {error}.") from error
        # the outputs are the user's own, as if the cells had been run by hand
        NotebookNotary(data_dir=jupyter_data_dir()).sign(strip_transient(self.notebook))  # type: ignore[no-untyped-call]
        return failure

    def _hand_over(self) -> None:
        """Write the result to where the job wants it too."""
        if self.job.spec.output is None:
            return
        name, text = self.job.spec.output, str(nbformat.writes(self.notebook))  # type: ignore[no-untyped-call]
        try:
            name = parameterize_path(name, add_builtin_parameters(self.job.spec.parameters))
            if "://" in name:
                papermill_io.write(text, name)
            else:
                write_atomically(inside(self.project, name), text)
        except Exception as error:  # whatever the storage has to say
            message = f"The notebook ran, but its result could not be written to {name!r}: {error}"
            raise ResultError(f"{message.rstrip('.')}. It is in {self.job.output}.") from error

    async def settle(self) -> bool:
        """Wait until the kernel has ended the cell that failed; tell whether it could run others."""
        kernel = self.kernel
        if kernel is None or kernel.client is None or not await kernel.answers(GRACE):
            return False
        kernel.calm()
        return True

    def end(self, slow: Callable[[], None]) -> None:
        """End the kernel; nothing stays behind that another job could find. `slow` is called if that takes long."""
        try:
            if self.kernel is not None:
                self.on_loop(self._end(self.kernel, slow))
        finally:
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()

    async def _end(self, kernel: JobKernel, slow: Callable[[], None]) -> None:
        ending = asyncio.create_task(kernel.end())
        done, _ = await asyncio.wait({ending}, timeout=SLOW)
        if not done:
            slow()
        await ending


def _reset(cell: Any) -> None:
    cell.metadata.papermill = {
        "exception": None, "start_time": None, "end_time": None, "duration": None, "status": Progress.PENDING
    }  # fmt: skip
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
