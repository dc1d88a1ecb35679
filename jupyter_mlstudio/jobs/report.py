"""What a runner tells the queue: cells that start and end, what they print, and that it is alive."""

import json
import logging
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.core.processes import ProcessRef
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.types import Job, JobEvent

log = logging.getLogger(__name__)

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
HEARTBEAT = 5.0  # seconds between signs of life when nothing else happens
CHUNK = 64 * 1024  # characters of output that one event may hold; of a burst, the end is kept
SHORT = 1000  # characters of a value that an event shows
MOST = 1000  # events that are remembered while none can be written
LIMIT = 1024 * 1024  # characters of output a cell may put into the queue; the notebook has all of it


class Report:
    """Writes one attempt's progress, and what its cells print into the log too.

    A failure is written at once, and so is the first cell; what follows waits for the next `flush`, so that many short
    cells are few writes. After another attempt has taken over, `lost` is true and nothing is written.
    """

    def __init__(self, queue: Queue, job: Job) -> None:
        self._queue, self._job = queue, job
        self._numbers: dict[int, int] = {}
        self._waiting: list[str] = []
        self._outputs = dict(job.outputs)
        self._unwritten: list[JobEvent] = []
        self._fields: dict[str, int | str | None] = {}
        self._printed = 0
        self._since = self._told = time.monotonic()
        self.current: int | None = None
        self.failed: int | None = None
        self.begun = self.complete = self.lost = False

    def plan(self, cells: Sequence[Any], first: int = 0) -> None:
        """Number the cells that will run, from 1; those before a place have run already."""
        runs = [index for index, cell in enumerate(cells) if cell["cell_type"] == "code" and cell["source"].strip()]
        self._numbers = {index: number for number, index in enumerate(runs, start=1)}
        titles = [cells[index]["source"].strip().splitlines()[0][:200] for index in runs]
        self.complete, done = not runs, sum(index < first for index in runs)
        events = [_event("planned", titles=titles)]
        if first:
            events.append(_event("resumed", done + 1))
        self._remember(events, cells_total=len(runs), cells_done=done)

    def number(self, index: int) -> int | None:
        """Return the number of the cell at a place in the notebook, or None if it does not run."""
        return self._numbers.get(index)

    def kernel(self, kernel: ProcessRef | None, start: str, connection: Path) -> None:
        """Note which kernel runs the cells."""
        pid, created = (None, None) if kernel is None else (kernel.pid, kernel.created)
        fields = {"kernel_pid": pid, "kernel_created": created, "start": start, "connection": str(connection)}
        self.lost |= not self._queue.record(self._job, **fields)

    def stop_requested(self) -> bool:
        """Tell whether somebody wants the job to stop."""
        try:
            return self._queue.stop_requested(self._job)
        except EngineError:
            return False

    @property
    def behind(self) -> bool:
        """Whether something could not be written yet."""
        return bool(self._unwritten) and not self.lost

    def value(self, name: str, value: JsonValue) -> None:
        """Note what a cell hands on."""
        self._outputs[name] = value
        text = f"{name} = {json.dumps(value, ensure_ascii=False)}"
        event = _event("value", self.current, text=text if len(text) <= SHORT else f"{text[:SHORT]}…")
        self._write([event], outputs=json.dumps(self._outputs))

    def start(self, index: int) -> None:
        """Note that a cell starts."""
        self.current = self.number(index)
        if self.current is not None:
            first, self.begun = not self.begun, True
            self._since, self._printed = time.monotonic(), 0
            self._remember([_event("started", self.current)], cell=self.current)
            if first:
                self._write([])

    def end(self, *, failed: str | None, memory: int | None) -> None:
        """Note that the cell that runs has ended, and with which message if it failed."""
        number, self.current = self.current, None
        if number is None:
            return
        self.failed = None if failed is None else number
        self.complete = failed is None and number == len(self._numbers)
        events = self._output(number)
        kind: Literal["done", "failed"] = "done" if failed is None else "failed"
        seconds = round(time.monotonic() - self._since, 4)
        events.append(_event(kind, number, text=failed, seconds=seconds, memory=memory))
        self._remember(events, cells_done=number - (failed is not None), **({"cell": None} if failed is None else {}))
        if failed is not None:
            self._write([])

    def output(self, text: str) -> None:
        """Take what the cell that runs has printed; it is written at the next `flush`."""
        self._waiting.append(ANSI.sub("", text))

    def flush(self) -> None:
        """Write what was printed since the last time, or a sign of life if there was nothing for long."""
        events = [] if self.current is None else self._output(self.current)
        if events or self._unwritten or time.monotonic() - self._told > HEARTBEAT:
            self._write(events)

    def _output(self, number: int) -> list[JobEvent]:
        text, self._waiting = "".join(self._waiting), []
        if not text or self._printed > LIMIT:
            return []
        self._printed += len(text)
        if len(text) > CHUNK:
            text = f"…{text[-CHUNK:]}"
        if self._printed > LIMIT:
            text += "\n… The cell prints more; the result notebook has all of it.\n"
        sys.stdout.write(text)  # which is the log
        sys.stdout.flush()
        return [_event("output", number, text=text)]

    def _remember(self, events: list[JobEvent], **fields: int | str | None) -> None:
        self._unwritten.extend(events)
        self._fields.update(fields)

    def _write(self, events: list[JobEvent], **fields: int | str | None) -> None:
        """Write, with what was not written before: a full disk must not end a job that computes."""
        if self.lost:
            return
        self._told = time.monotonic()
        self._remember(events, **fields)
        try:
            self.lost = not self._queue.progress(self._job, self._unwritten, **self._fields)
        except EngineError as error:
            log.warning("The progress could not be recorded, which is tried again: %s", error)
            del self._unwritten[:-MOST]
        else:
            self._unwritten.clear()
            self._fields.clear()


def _event(
    kind: Literal["planned", "started", "output", "done", "failed", "value", "resumed"],
    cell: int | None = None,
    *,
    text: str | None = None,
    titles: list[str] | None = None,
    seconds: float | None = None,
    memory: int | None = None,
) -> JobEvent:
    return JobEvent(seq=0, at=now(), kind=kind, cell=cell, text=text, titles=titles, seconds=seconds, memory=memory)
