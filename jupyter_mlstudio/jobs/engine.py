"""The papermill engine of jobs: tells what happens as it happens, saves whole files, and can always be stopped.

Only the runner's process imports this module and its neighbours, so papermill stands at their top.
"""

import asyncio
import logging
import time
from typing import Any

from nbclient.exceptions import CellExecutionError, CellTimeoutError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NotebookExecutionManager

from jupyter_mlstudio.jobs.engine_kernel import JobKernel
from jupyter_mlstudio.jobs.outputs import values_in
from jupyter_mlstudio.jobs.report import Report
from jupyter_mlstudio.jobs.saving import Saver

TICK = 0.1  # seconds between looks at what is to be told
LOOK = 1.0  # seconds between looks whether somebody wants the job to stop, who cannot send a signal from where they are
LAST_OUTPUT = 60  # seconds that the last outputs of a cell may take to arrive

log = logging.getLogger(__name__)


class Progress(NotebookExecutionManager):  # type: ignore[misc]  # papermill has no types
    """Papermill's bookkeeping of a notebook, which is saved when it is time rather than at each call."""

    def __init__(self, notebook: Any, saver: Saver) -> None:
        super().__init__(notebook, None, progress_bar=False, autosave_cell_every=0)
        self.saver = saver

    def save(self, **_: Any) -> None:
        """Note that there is something to save."""
        self.saver.changed()

    def cell_start(self, cell: Any, cell_index: int | None = None, **_: Any) -> None:
        """Note that a cell starts."""
        super().cell_start(cell, cell_index)
        self.saver.changed([cell])

    def cell_complete(self, cell: Any, cell_index: int | None = None, **_: Any) -> None:
        """Note that a cell has ended, one way or the other."""
        super().cell_complete(cell, cell_index)
        self.saver.changed([cell])


class Client(PapermillNotebookClient):  # type: ignore[misc]
    """Runs cells in the kernel of a job, on one loop with the reports, the saving and the signals."""

    def __init__(self, progress: Progress, kernel: JobKernel, report: Report, cell_timeout: float | None) -> None:
        super().__init__(progress, km=kernel.manager, iopub_timeout=LAST_OUTPUT, log=log)
        self.kc = kernel.client
        self._cell_timeout = cell_timeout
        self.kernel, self.report, self.saver = kernel, report, progress.saver
        self.stopping = self.expired = False

    async def run(self, first: int) -> None:
        """Run the cells from a place on, until one fails or somebody stops the job."""
        watch = [asyncio.create_task(each) for each in (self._tick(), self._look(), self.saver.follow())]
        try:
            for index, cell in list(enumerate(self.nb.cells))[first:]:
                if self.stopping or not await self._run_cell(cell, index):
                    break
            self.set_widgets_metadata()
        finally:
            for task in watch:
                task.cancel()
            await asyncio.gather(*watch, return_exceptions=True)
            self.report.flush()

    async def _run_cell(self, cell: Any, index: int) -> bool:
        failure: str | None = None
        self.nb_man.cell_start(cell, index)
        self.report.start(index)
        try:
            await self.async_execute_cell(cell, index)
        except BaseException as error:
            failure = f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else str(error)
            self.nb_man.cell_exception(cell, cell_index=index, exception=error)
            if not isinstance(error, CellExecutionError):
                raise
        finally:
            self.nb_man.cell_complete(cell, cell_index=index)
            self.report.end(failed=failure, memory=self.kernel.memory() if self.report.current else None)
        return failure is None

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Take a message of the kernel; what it prints, and the values it gives, are reported too."""
        output = super().process_message(msg, cell, cell_index)
        if msg["msg_type"] == "update_display_data" or "display_id" in (msg["content"].get("transient") or {}):
            self.saver.changed(self._showing(msg["content"]["transient"].get("display_id")))
        if output is not None:
            for name, value in values_in(output):
                self.report.value(name, value)
            self.report.output(_text(output))
            self.saver.changed([cell])
        return output

    def _showing(self, display: str | None) -> list[Any]:
        return [self.nb.cells[index] for index in self._display_id_map.get(display, {})]

    def _get_timeout(self, _: Any) -> float | None:
        return self._cell_timeout

    async def _async_handle_timeout(self, timeout: float, cell: Any = None) -> None:  # noqa: ASYNC109  # nbclient's
        """Interrupt the cell, so that its kernel can be looked into, and say that its time was over."""
        self.kernel.interrupt()
        raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", round(timeout), cell)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self.report.flush()
            if self.report.lost and not self.stopping:
                log.error("Another attempt has taken over this job, or it was removed; this one ends.")
                self.stopping = True
                self.kernel.kill()

    async def _look(self) -> None:
        while not self.stopping:
            await asyncio.sleep(LOOK)
            if self.report.stop_requested():
                self.stop()

    def stop(self) -> None:
        """End the job: interrupt its cell, and end the kernel if that does not help."""
        log.info("Asked to stop.")
        self.stopping = True
        self.kernel.interrupt()

    def expire(self) -> None:
        """End the job because its time is over."""
        log.info("The time of the job is over.")
        self.expired = self.stopping = True
        self.kernel.interrupt()

    def expire_at(self, deadline: float) -> asyncio.TimerHandle:
        """End the job at this time of the monotonic clock."""
        return asyncio.get_running_loop().call_later(max(0, deadline - time.monotonic()), self.expire)


def _text(output: Any) -> str:
    if output["output_type"] == "stream":
        return str(output["text"])
    if output["output_type"] == "error":
        return "\n".join(output["traceback"]) + "\n"
    return str(output["data"].get("text/plain", "")) + "\n"
