"""What a run logs on its way to the store: gathered, and written together, so that logging costs a training nothing."""

import logging
import os
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.util import Finalize
from threading import Event, Lock, Thread, current_thread

from jupyter_mlstudio.core.errors import EngineError, InvalidError, StudioError
from jupyter_mlstudio.experiments.tracking.entries import Batch, DataEntry, Ending, Point, Writer
from jupyter_mlstudio.experiments.tracking.spool import Spool
from jupyter_mlstudio.experiments.tracking.through_api import is_passing

INTERVAL = 0.1
"""Seconds between two writes while points keep coming."""

GATHER = 0.03
"""Seconds that the first after a pause waits for company: a short training is not disturbed for each thing it logs."""

PIECE = 20_000
"""Points of one transaction: others may write in between."""

IDLE = 0.5
"""Seconds after which the thread looks by itself, should two others have woken it at the very same moment."""

LIMIT = 200_000
"""Points that may wait; whoever logs more waits until some are written."""

PATIENCE = 8.0
"""Seconds for which a write is tried again before what waits goes to the disk, to be sent later."""

STUCK = 15.0
"""Seconds that the end of a run waits for a write under way: a server may answer very late."""

_logger = logging.getLogger("jupyter_mlstudio")


class Buffer:
    """Writes what one run logs, from a thread of its own, in the order in which it came."""

    def __init__(self, run_id: str, writer: Writer, spool: Spool, *, holds_found: bool = False) -> None:
        """Take the run, what writes it, and where it is kept while it cannot be written.

        Params that were found wait for the end where a param can never be changed: the user's own come first.
        """
        self._holds_found, self._found = holds_found, dict[str, str]()
        self._run, self._writer, self._spool = run_id, writer, spool
        self._points: deque[Point] = deque()
        self._params: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._inputs: list[DataEntry] = []
        self._slow: deque[Callable[[], None]] = deque()
        self._lock, self._writing = Lock(), Lock()
        self._wake, self._closing = Event(), Event()
        self._unwritten: Batch | None = None
        self._failing_since: float | None = None
        self.error: Exception | None = None
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._thread = Thread(target=self._work, name="mlstudio-tracking", daemon=True)
        self._thread.start()

    def add_point(self, point: Point) -> None:
        """Take a value of a metric; returns at once unless far too many wait."""
        if self._process != os.getpid():
            self._revive()
        points = self._points
        points.append(point)
        if len(points) == 1:
            self._wake.set()
        elif len(points) > LIMIT:
            self._wait()

    def add_labels(self, params: dict[str, str] | None = None, tags: dict[str, str] | None = None) -> None:
        """Take params and tags; returns at once."""
        with self._lock:
            self._params.update(params or {})
            self._tags.update(tags or {})
        self._wake.set()

    def add_found(self, params: dict[str, str]) -> None:
        """Take params that nobody has given; returns at once."""
        with self._lock:
            self._found.update(params)
            if not self._holds_found:
                self._params = {**self._found, **self._params}
                self._found = {}
        self._wake.set()

    def add_input(self, entry: DataEntry) -> None:
        """Take data that the run was made from; returns at once."""
        with self._lock:
            self._inputs.append(entry)
        self._wake.set()

    def later(self, call: Callable[[], None]) -> None:
        """Have something done by the thread, which takes a moment and may fail without harm."""
        self._slow.append(call)
        self._wake.set()

    def flush(self) -> None:
        """Write everything that was added so far; waits for others that write.

        Raises:
            StudioError: The store refuses it, or cannot be written for seconds.
        """
        self._revive()
        self._patiently(self._write_locked)

    def close(self, ending: Ending | None) -> None:
        """Write the rest, and how the run ended; what cannot be written now is kept on the disk, and sent later.

        Raises:
            StudioError: The store refuses what was logged, for good.
        """
        self._revive()
        with self._lock:
            self._params = {**self._found, **self._params}
        self._closing.set()
        self._wake.set()
        self._thread.join(STUCK)
        if self._thread.is_alive():  # it waits for a server; what it holds is written twice, which does no harm
            self._keep(ending)
            return
        self._do_slow()
        self._end(ending)
        if self.error is not None:
            raise self.error

    def _end(self, ending: Ending | None) -> None:
        def write() -> None:
            try:
                self._write_locked()
            except StudioError as error:  # a run that is not whole ends all the same
                if is_passing(error):
                    raise
                self.error = self.error or error
            if ending is not None:
                self._writer.write(self._run, Batch({}, {}, [], [], ending))

        try:
            self._patiently(write)
        except StudioError as error:
            if not is_passing(error):
                raise
            self._keep(ending)

    def _patiently(self, write: Callable[[], None]) -> None:
        """Write, and try again for some seconds if the store is busy or away."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                write()
            except StudioError as error:
                if not is_passing(error) or time.monotonic() > until:
                    raise
                time.sleep(INTERVAL)
            else:
                return

    def _work(self) -> None:
        while not self._closing.is_set():
            if self._wake.wait(IDLE):
                self._closing.wait(GATHER)
            self._wake.clear()
            self._try()
            self._do_slow()
            self._closing.wait(INTERVAL)

    def _try(self) -> None:
        try:
            self._write_locked()
            self._failing_since = None
        except Exception as error:  # the thread goes on whatever the store says; the last flush raises
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self._wake.set()
        if not is_passing(error):
            self.error = error
            self._unwritten = None
            return
        self._failing_since = self._failing_since or time.monotonic()
        if time.monotonic() - self._failing_since > PATIENCE:
            with suppress(EngineError):  # the disk is full too: it stays in memory, and the end tells
                self._keep(None)

    def _write_locked(self) -> None:
        """Write until nothing waits; what is being written stays at hand until the store has it."""
        with self._writing:
            self._write_all()

    def _write_all(self) -> None:
        if self._spool.holds(self._run) and not self._spool.deliver(self._run, self._writer):
            raise EngineError("The tracking store cannot be written yet.", code="store_unreachable")
        refused: Exception | None = None
        while (batch := self._unwritten or self._taken()) is not None:
            self._unwritten = batch
            try:
                self._writer.write(self._run, batch)
            except Exception as error:
                if is_passing(error):
                    raise
                refused = refused or error
                if not isinstance(error, StudioError):
                    self._write_rest(batch)
            self._unwritten = None
        if refused is not None:
            raise _explained(refused)

    def _write_rest(self, batch: Batch) -> None:
        """Write what can be written of a batch in which something cannot."""
        for piece in batch.pieces():
            with suppress(StudioError, ValueError, TypeError, ArithmeticError):
                self._writer.write(self._run, piece)

    def _taken(self) -> Batch | None:
        points = self._points
        with self._lock:
            some = [points.popleft() for _ in range(min(len(points), PIECE))]
            batch = Batch(self._params, self._tags, some, self._inputs)
            if batch.is_empty:
                return None
            self._params, self._tags, self._inputs = {}, {}, []
        return batch

    def _keep(self, ending: Ending | None) -> None:
        """Put what waits on the disk, from where it is sent when the store can be written again.

        Raises:
            EngineError: The disk cannot be written either.
        """
        try:
            while (batch := self._unwritten or self._taken()) is not None:
                self._unwritten = batch
                self._spool.put(self._run, batch)
                self._unwritten = None
            if ending is not None:
                self._spool.put(self._run, Batch({}, {}, [], [], ending))
        except OSError as error:
            raise EngineError(f"Neither the tracking store nor the disk can be written: {error}.") from error

    def _do_slow(self) -> None:
        while self._slow:
            call = self._slow.popleft()
            try:
                call()
            except Exception as error:  # a run is worth as much without it
                _logger.debug("What a run keeps beside its metrics could not be found out: %s", error)

    def _wait(self) -> None:
        """Let a training wait for the store, for once."""
        if current_thread() is self._thread:
            return
        self._revive()
        while len(self._points) > LIMIT // 2 and self._thread.is_alive() and self.error is None:
            time.sleep(0.005)

    def _revive(self) -> None:
        """Start the thread in a process that was forked from the run's."""
        if self._process != os.getpid():
            self._lock, self._writing, self._wake, self._closing = Lock(), Lock(), Event(), Event()
            self._start()
            Finalize(None, self.flush, exitpriority=10)


def _explained(error: Exception) -> StudioError:
    """Return why something that was logged is lost."""
    if isinstance(error, StudioError):
        return error
    sentence = f"Something that was logged cannot be kept ({type(error).__name__}: {error})."
    explained = InvalidError(sentence)
    explained.__cause__ = error
    return explained
