"""Counts what a worker does, in a file that others read; see counters.py for its form."""

import mmap
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from jupyter_mlstudio.serving.runtime.counters import (
    ACCEPTED,
    AGREEING,
    COMPARED,
    CONNECTIONS,
    ERRORS,
    FAILURES,
    FIRST_BUCKET,
    HEADER,
    IN_FLIGHT,
    KEPT,
    LATEST,
    MAGIC,
    MICROSECONDS,
    NUMBER,
    PID,
    REQUESTS,
    ROWS,
    SHADOW,
    SINCE,
    SLOT,
    SLOTS,
    STRETCH,
    TEXT,
    WAITING_ROWS,
    Counts,
    Reading,
    bucket,
    read,
    total,
)

ENDED = "ended.counters"


class Counters:
    """Writes the counts of this process. Used from one thread."""

    def __init__(self, memory: mmap.mmap, slots: int) -> None:
        self._memory, self._slots = memory, slots
        self.cells = memoryview(memory).cast("Q")
        self._places: dict[int, int] = {}
        self._stretch = 0

    @classmethod
    def create(cls, path: Path, numbers: Iterable[int]) -> Self:
        """Begin to count for the deployments with these numbers; more may come, as far as there is room."""
        wanted = sorted({0, *numbers})
        slots = max(16, 2 * len(wanted))
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        with part.open("wb+") as file:
            file.truncate(8 * (HEADER + TEXT + slots * SLOT + KEPT * SLOT))
            made = cls(mmap.mmap(file.fileno(), 0), slots)
        made.cells[0], made.cells[PID], made.cells[SLOTS] = MAGIC, os.getpid(), slots
        made.cells[SINCE] = int(time.time() * 1e6)
        for number in wanted:
            made.place(number)
        part.replace(path)
        return made

    def place(self, number: int) -> int:
        """Return where the counts of a deployment begin in `cells`."""
        found = self._places.get(number)
        if found is None:
            slot = min(len(self._places), self._slots - 1)  # the last one is shared when there are too many
            found = self._places[number] = HEADER + TEXT + slot * SLOT
            self.cells[found + NUMBER] = number
            self.cells[LATEST] = slot + 1
        return found

    def add(self, number: int, seconds: float, rows: int, status: int, told: str = "") -> None:
        """Count one answer; `told` is what a refused caller was told."""
        cells, place = self.cells, self.place(number)
        cells[place + REQUESTS] += 1
        cells[place + ROWS] += rows
        cells[place + MICROSECONDS] += int(seconds * 1e6)
        cells[place + FIRST_BUCKET + bucket(seconds)] += 1
        if status >= 400:  # noqa: PLR2004  # as HTTP has it
            cells[place + ERRORS] += 1
            cells[place + FAILURES] += status >= 500  # noqa: PLR2004  # as HTTP has it
            self._tell(told)

    def compared(self, number: int, rows: int, agreeing: int, seconds: float, error: str) -> None:
        """Count rows that a shadow deployment was asked, too; `error` tells why it has no answer."""
        self.add(SHADOW + number, seconds, rows, 500 if error else 200, error)
        place = self.place(SHADOW + number)
        self.cells[place + COMPARED] += rows
        self.cells[place + AGREEING] += agreeing

    def gauge(self, in_flight: int, connections: int, waiting_rows: int, accepted: int) -> None:
        """Write down how things stand at this moment."""
        self.cells[IN_FLIGHT], self.cells[CONNECTIONS] = in_flight, connections
        self.cells[WAITING_ROWS], self.cells[ACCEPTED] = waiting_rows, accepted

    def turn(self, now: float) -> None:
        """Begin a new stretch if it is time to; to be asked, in seconds since 1970, before something is counted."""
        stretch = int(now) // STRETCH
        if stretch == self._stretch:
            return
        self._stretch = stretch
        begin = HEADER + TEXT + self._slots * SLOT + stretch % KEPT * SLOT
        slots = [HEADER + TEXT + slot * SLOT for slot in range(self.cells[LATEST])]
        places = [place for place in slots if self.cells[place + NUMBER] < SHADOW]
        self.cells[begin] = 0  # a reader shall not take half of it
        for cell in range(1, SLOT):
            self.cells[begin + cell] = sum(self.cells[place + cell] for place in places)
        self.cells[begin] = stretch

    def _tell(self, told: str) -> None:
        text = told.encode()[: 8 * TEXT].ljust(8 * TEXT, b"\0")
        self._memory[8 * HEADER : 8 * (HEADER + TEXT)] = text

    def _write(self, begin: int, counts: Counts) -> None:
        """Write sums where a slot, or a copy of the sums, begins."""
        sums = (counts.requests, counts.errors, counts.failures, counts.rows, counts.microseconds, counts.compared,
                counts.agreeing, *counts.buckets)  # fmt: skip
        for cell, value in enumerate(sums, 1):
            self.cells[begin + cell] = value

    def restore(self, reading: Reading) -> None:
        """Take over what others have counted."""
        self.cells[SINCE], self.cells[ACCEPTED] = int(reading.since * 1e6), reading.accepted
        for number, counts in reading.variants.items():
            self._write(self.place(number), counts)
        sums = reading.counts
        for stretch in reversed(reading.history):
            sums = sums.plus(stretch.counts, -1)
            number = stretch.at // STRETCH
            begin = HEADER + TEXT + self._slots * SLOT + number % KEPT * SLOT
            self._write(begin, sums)
            self.cells[begin] = number
        self._tell(reading.last_error or "")


def fold(folder: Path) -> None:
    """Put what workers have counted that are gone into one file, so that nothing is lost and no files pile up.

    To be called by one process at a time. If it is killed between its two steps, a worker is counted twice; no more.
    """
    gone = [path for path in folder.glob("*.counters") if path.stem.isdecimal() and _ended(int(path.stem))]
    if not gone:
        return
    ended = folder / ENDED
    found = [read(path) for path in (*gone, ended) if path.exists()]
    together = total(found)
    counters = Counters.create(ended, together.variants)
    counters.restore(together)
    for path in gone:
        path.unlink(missing_ok=True)


def _ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
