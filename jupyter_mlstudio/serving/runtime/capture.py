"""Writes down what an endpoint was asked and answered, for monitoring: sampled, bounded, beside the answers.

The event loop only puts answered questions into a queue. A thread makes Parquet files of them, in pieces so small that
an answer never waits long for the interpreter; what a killed worker loses is what the last second and a half brought.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from random import random
from threading import Event, Thread
from typing import Any

from jupyter_mlstudio.serving.runtime.order import Capture, Order
from jupyter_mlstudio.serving.runtime.question import Observation

BEAT = 1.0
"""Seconds between two writes."""
ROOM = 10_000
"""Rows that are taken in a beat; beyond it rows are left out and counted, so that a flood costs some per cent."""
PIECE = 128
"""Rows that are made into columns without a pause in which the loop can go on."""
PAUSE = 0.0005
LEAVING = 5.0

FieldsOf = Callable[[int], Sequence[Any]]
"""Returns the fields (name and MLflow's type) of a deployment's inputs; empty if they are not known."""

log = logging.getLogger(__name__)


class Recorder:
    """An observer of one worker that keeps a share of what it sees as Parquet files, a folder a day.

    Attributes:
        left_out: Rows that were chosen but not kept, because there were too many at once.
        chooses: Whether it chooses its share by itself; else whoever tells it has chosen.
    """

    def __init__(self, order: Order, fields_of: FieldsOf) -> None:
        self._fields_of = fields_of
        self._pending: deque[tuple[Observation, int]] = deque()
        self._some, self._stopped = Event(), Event()
        self._thread: Thread | None = None
        self._room = ROOM
        self._trouble = ""
        self.left_out = 0
        self.chooses = True
        self._set(order)

    def __call__(self, observations: Sequence[Observation]) -> None:
        """Take in answered questions; runs in the event loop, so it only chooses and queues."""
        share = self._share
        if share <= 0.0:
            return
        choose = self.chooses and share < 1.0
        for each in observations:
            if choose and random() >= share:  # a sample, no secret
                continue
            count = each.question.rows.count
            kept = min(count, self._room)
            self._room -= kept
            self.left_out += count - kept
            if kept:
                self._pending.append((each, kept))
        if self._pending and not self._some.is_set():
            self._some.set()
        if self._thread is None and self._pending:
            self._begin()

    def change(self, order: Order) -> None:
        """Go by another order from now on; a share of 0 ends it, once what was taken in is written."""
        self._set(order)
        if self._share <= 0.0:
            self._end()

    def close(self) -> None:
        """Write what was taken in, and end the thread; a later observation begins anew."""
        thread = self._end()
        if thread is not None:
            thread.join(LEAVING)

    def _end(self) -> Thread | None:
        thread, self._thread = self._thread, None
        self._stopped.set()
        self._some.set()
        return thread

    def _set(self, order: Order) -> None:
        self._capture: Capture = order.capture
        self._folder = Path(order.capture.folder or Path(order.folder, "capture"))
        self._labels = {variant.number: variant.label for variant in order.variants}
        self._share = order.capture.share

    def _begin(self) -> None:
        self._some, self._stopped = Event(), Event()
        self._some.set()
        self._thread = Thread(target=self._work, args=[self._some, self._stopped], name="capture", daemon=True)
        self._thread.start()

    def _work(self, some: Event, stopped: Event) -> None:
        from jupyter_mlstudio.serving.runtime.pages import Pages  # with Arrow, which an idle capture does without

        pages, leaving = Pages(), False
        while not leaving:
            some.wait()
            stopped.wait(BEAT)
            leaving = stopped.is_set()
            some.clear()
            self._room = ROOM
            try:
                self._write(pages)
            except Exception as error:  # a full disk, a value that no file takes: the endpoint goes on answering
                self._tell(error)

    def _write(self, pages: Any) -> None:
        from jupyter_mlstudio.serving.runtime.pages import prune

        capture, taken = self._capture, self._take()
        for number, method in dict.fromkeys((each.number, each.question.method) for each, _ in taken):
            mine = [pair for pair in taken if pair[0].number == number and pair[0].question.method == method]
            label = self._labels.get(number, "")
            page = pages.page(self._folder, number, label, method, frozenset(capture.masked))
            for piece in _pieces(mine):
                page.add(piece, self._fields_of(number))
                time.sleep(PAUSE)
        pages.write()
        prune(self._folder, int(capture.most_megabytes * 1e6))

    def _take(self) -> list[tuple[Observation, int]]:
        taken = []
        while self._pending:
            taken.append(self._pending.popleft())
        return taken

    def _tell(self, error: Exception) -> None:
        if str(error) != self._trouble:
            self._trouble = str(error)
            log.warning("Capture: %s: %s", type(error).__name__, error)


def recording(before: Recorder | None, order: Order, fields_of: FieldsOf) -> Recorder | None:
    """Return what records by an order, going on with what did before it; None where nothing is to be recorded."""
    if before is not None:
        before.change(order)
    if order.capture.share <= 0.0:
        return None
    return before or Recorder(order, fields_of)


def _pieces(taken: list[tuple[Observation, int]]) -> list[list[tuple[Observation, int]]]:
    """Put few-row questions together, and leave each of the large ones, which come as whole columns, by itself."""
    pieces: list[list[tuple[Observation, int]]] = []
    small: list[tuple[Observation, int]] = []
    rows = 0
    for pair in taken:
        if pair[0].question.rows.cells is None:
            pieces.append([pair])
            continue
        small.append(pair)
        rows += pair[1]
        if rows >= PIECE:
            pieces.append(small)
            small, rows = [], 0
    return [*pieces, small] if small else pieces
