"""Metric points on their way to the store: gathered, and written together, so that logging costs a training nothing."""

from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import NamedTuple

INTERVAL = 0.4
"""Seconds between two writes."""

BATCH = 1000
"""Points that MLflow takes at a time."""


class Point(NamedTuple):
    """One value of a metric."""

    name: str
    value: float
    timestamp: int
    step: int


class Buffer:
    """Writes points from a thread of its own; what could not be written is tried again with the next."""

    def __init__(self, write: Callable[[list[Point]], None], first: Callable[[], None]) -> None:
        """Take what writes points, and what the thread shall do before anything else."""
        self._write, self._first = write, first
        self._points: list[Point] = []
        self._lock, self._writing = Lock(), Lock()
        self._closed = Event()
        self._thread = Thread(target=self._run, name="mlstudio-tracking", daemon=True)

    def open(self) -> None:
        """Start the thread."""
        self._thread.start()

    def add(self, points: list[Point]) -> None:
        """Take points; returns at once."""
        with self._lock:
            self._points.extend(points)

    def flush(self) -> None:
        """Write everything that was added so far; what the store refuses is kept, and raised."""
        with self._writing:
            while batch := self._points[:BATCH]:
                self._write(batch)
                with self._lock:
                    del self._points[: len(batch)]

    def close(self) -> None:
        """Write the rest and end the thread."""
        self._closed.set()
        self._thread.join()
        self.flush()

    def _run(self) -> None:
        self._first()
        while not self._closed.wait(INTERVAL):
            try:
                self.flush()
            except Exception:  # a busy store: the points stay for the next time, and the last flush raises
                continue
