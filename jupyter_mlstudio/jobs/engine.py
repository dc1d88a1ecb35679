"""The papermill engine of jobs: tells what happens as it happens, saves whole files, and can always be stopped.

Only the runner's process imports this module, so papermill stands at its top: its classes are extended here.
"""

import asyncio
import logging
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from jupyter_core.paths import jupyter_runtime_dir
from nbclient.exceptions import CellExecutionError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from papermill.iorw import LocalHandler, papermill_io

from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.core.processes import process_ref
from jupyter_mlstudio.core.types import new_id
from jupyter_mlstudio.jobs.report import Report

NAME = "mlstudio"
TICK = 0.2  # seconds between looks at what was printed
SAVE = 1.0  # seconds that the file may be behind; more if saving itself takes long
LAST_OUTPUT = 60  # seconds that the last outputs of a cell may take to arrive
GRACE = 4.0  # seconds that an interrupted cell has to end before its kernel is killed
SOCKET_FOLDER = 64  # characters of a folder's name that leave room for a socket's, of 107 at most

log = logging.getLogger(__name__)


class WholeFiles(LocalHandler):  # type: ignore[misc]  # papermill has no types
    """Writes so that a reader never sees a torn notebook."""

    def write(self, buf: str, path: str) -> None:
        """Replace the file."""
        write_atomically(Path(path), buf)


class Progress(NotebookExecutionManager):  # type: ignore[misc]
    """Papermill's bookkeeping of a notebook; saves when it is time rather than at each call."""

    def __init__(self, nb: Any, output_path: str, report: Report) -> None:
        super().__init__(nb, output_path, progress_bar=False, autosave_cell_every=0)
        self.report, self._next_save, self._dirty = report, 0.0, False

    def save(self, **_: Any) -> None:
        """Note that there is something to save."""
        self._dirty = True

    def save_if_due(self) -> None:
        """Save what has changed, but do not spend more than a tenth of the time on it."""
        begun = time.monotonic()
        if self._dirty and begun >= self._next_save:
            self.save_now()
            self._next_save = time.monotonic() + max(SAVE, 9 * (time.monotonic() - begun))

    def save_now(self) -> None:
        """Save."""
        self._dirty = False
        super().save()

    def notebook_complete(self, **kwargs: Any) -> None:
        """Finish the bookkeeping and save for the last time."""
        super().notebook_complete(**kwargs)
        self.save_now()


class Client(PapermillNotebookClient):  # type: ignore[misc]
    """Runs the cells in a kernel of its own, on one loop with the reports, the saving and the signals."""

    stopping = False

    async def run(self, folder: str) -> None:
        """Run all cells in a folder, until one fails or somebody stops the job."""
        self.reset_execution_trackers()
        self._transport(self.create_kernel_manager())
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupt)
        loop.add_signal_handler(signal.SIGTERM, self._kill)
        ticker = asyncio.create_task(self._tick())
        try:
            await self.async_start_new_kernel(cwd=folder)
            self._report_kernel()
            await self.async_start_new_kernel_client()
            await self._run_cells()
            self.set_widgets_metadata()
        finally:
            ticker.cancel()
            if self.km is not None:
                await self._async_cleanup_kernel()

    @staticmethod
    def _transport(kernels: Any) -> None:
        # sockets in a folder of the user's own: unlike ports, nobody else can take them or listen
        folder = Path(jupyter_runtime_dir())
        if kernels.ipykernel and sys.platform != "win32" and len(str(folder)) < SOCKET_FOLDER:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            kernels.transport, kernels.ip = "ipc", str(folder / f"job-{new_id()}")

    async def _run_cells(self) -> None:
        for index, cell in enumerate(self.nb.cells):
            if self.stopping or not await self._run_cell(cell, index):
                return

    async def _run_cell(self, cell: Any, index: int) -> bool:
        failure: str | None = None
        report: Report = self.nb_man.report
        self.nb_man.cell_start(cell, index)
        report.start(index)
        if report.number(index) is not None:
            log.info("Cell %s", report.number(index))
        try:
            await self.async_execute_cell(cell, index)
        except BaseException as error:
            failure = f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else str(error)
            self.nb_man.cell_exception(cell, cell_index=index, exception=error)
            if not isinstance(error, CellExecutionError):
                raise
        finally:
            self.nb_man.cell_complete(cell, cell_index=index)
            report.end(failed=failure, memory=self._memory())
            self.nb_man.save_if_due()
        return failure is None

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Take a message of the kernel; what it prints is reported too."""
        output = super().process_message(msg, cell, cell_index)
        if output is not None:
            self.nb_man.report.output(_text(output))
            self.nb_man.save()
        return output

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self.nb_man.report.flush()
            self.nb_man.save_if_due()
            if self.nb_man.report.lost:
                log.error("Another attempt has taken over this job; this one ends.")
                self._kill()

    def _interrupt(self) -> None:
        log.info("Asked to stop.")
        self.stopping = True
        loop = asyncio.get_running_loop()
        loop.call_later(GRACE, self._kill)
        self._signal(signal.SIGINT)

    def _kill(self) -> None:
        self.stopping = True
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        pid = self._pid()
        if pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(pid, number)

    def _pid(self) -> int | None:
        provisioner = None if self.km is None else self.km.provisioner
        pid = getattr(provisioner, "pid", None)
        return pid if isinstance(pid, int) and pid > 0 else None

    def _report_kernel(self) -> None:
        pid = self._pid()
        kernel = None if pid is None else process_ref(pid)
        if kernel is not None:
            self.nb_man.report.kernel(kernel)

    def _memory(self) -> int | None:
        with suppress(psutil.Error):
            pid = self._pid()
            return None if pid is None else int(psutil.Process(pid).memory_info().rss)
        return None


class JobEngine(Engine):  # type: ignore[misc]
    """What papermill calls in place of its own engine."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, output_path: str, **options: Any) -> Any:
        """Run a notebook in `folder`, telling `report` about it; the other options are papermill's."""
        report: Report = options["report"]
        report.plan(nb.cells)
        nb.metadata.papermill.update(options["paths"])
        progress = Progress(nb, output_path, report)
        progress.notebook_start()
        client = Client(
            progress,
            kernel_name=kernel_name,
            timeout=options["cell_timeout"],
            startup_timeout=options["start_timeout"],
            iopub_timeout=LAST_OUTPUT,
            shutdown_kernel="graceful",
            log=log,
        )
        try:
            asyncio.run(client.run(options["folder"]))
        finally:
            report.flush()
            progress.notebook_complete()
        return progress.nb


def register(folder: Path) -> None:
    """Make papermill know the engine, and write whole files in a folder."""
    papermill_engines.register(NAME, JobEngine)
    papermill_io.register(str(folder), WholeFiles())


def _text(output: Any) -> str:
    if output["output_type"] == "stream":
        return str(output["text"])
    if output["output_type"] == "error":
        return "\n".join(output["traceback"]) + "\n"
    return str(output["data"].get("text/plain", "")) + "\n"
