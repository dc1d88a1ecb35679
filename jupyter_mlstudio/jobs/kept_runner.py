"""The kernel of a failed job in the care of its runner, until somebody runs on in it or its time is over."""

import asyncio
import logging
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.jobs.kept import KeptRows
from jupyter_mlstudio.jobs.notebooks import Cell
from jupyter_mlstudio.jobs.types import Job, JobState

if TYPE_CHECKING:
    from jupyter_mlstudio.jobs.engine_notebook import Execution
    from jupyter_mlstudio.jobs.queue import Queue

LOOK = 1.0  # seconds between looks at the record; whoever wants something on this machine sends a signal as well

log = logging.getLogger(__name__)


class Resumption(NamedTuple):
    """What somebody wants a failed job to run on with."""

    job: Job
    edit: Callable[[Any, int], None]


class Keeper:
    """Waits beside a kernel."""

    def __init__(self, queue: "Queue", execution: "Execution", minutes: float) -> None:
        wanted = execution.job.spec.keep_kernel_minutes
        self._queue, self._execution = queue, execution
        self._seconds = 60 * (minutes if wanted is None else wanted)
        self._rows = KeptRows(queue.database, queue.project)
        self._over = False

    def wait(self) -> Resumption | None:
        """Return what somebody wants, or None when the kernel is not to be kept any longer."""
        kernel = self._execution.kernel
        if self._seconds <= 0 or kernel is None:
            return None
        return self._execution.on_loop(self._wait())

    async def _wait(self) -> Resumption | None:
        if not await self._execution.settle():
            return None
        until = now() + timedelta(seconds=self._seconds)
        if not self._rows.keep(self._execution.job, until):
            return None  # it is tried again, or was removed
        log.info("The kernel is kept until %s, to look into it and to run on.", until.astimezone().strftime("%H:%M"))
        wake, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, wake.set)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._give_up, wake)
        while not await self._is_over(until):
            resumption = self._asked()
            if resumption is not None:
                return resumption
            wake.clear()
            try:
                await asyncio.wait_for(wake.wait(), LOOK)
            except TimeoutError:
                continue
        log.info("The kernel is not kept any longer.")
        return None

    def _give_up(self, wake: asyncio.Event) -> None:
        self._over = True
        wake.set()

    async def _is_over(self, until: datetime) -> bool:
        """Tell whether the kernel may go; nobody can want to run on in it after that."""
        job, kernel = self._execution.job, self._execution.kernel
        try:
            current = self._queue.get(job.id)
        except NotFoundError:
            return True
        if current.attempt != job.attempt:
            return current.attempt != job.attempt + 1 or current.state is not JobState.RUNNING
        if current.kept_until is None:
            return True
        gone = kernel is None or not await kernel.alive()
        return (self._over or gone or now() >= until) and self._rows.let_go(job)

    def _asked(self) -> Resumption | None:
        wanted = self._rows.take(self._execution.job)
        if wanted is None:
            return None
        job = self._queue.get(self._execution.job.id)
        return Resumption(job, _edit(wanted))


def _edit(wanted: list[Cell]) -> Callable[[Any, int], None]:
    """Return what puts the wanted cells in place of the one that failed and those after it."""

    def edit(notebook: Any, first: int) -> None:
        from nbformat import from_dict

        cells = []
        for cell in wanted:
            fresh = from_dict(cell)  # type: ignore[no-untyped-call]
            fresh.setdefault("id", new_id()[:8])
            fresh.metadata.setdefault("tags", [])
            cells.append(fresh)
        notebook.cells[first:] = cells

    return edit
