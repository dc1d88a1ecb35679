"""Answers pieces, one after the other; any number of processes can do so side by side."""

import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.serving.batch.answering import Answering
from jupyter_mlstudio.serving.batch.fitting import Fitter
from jupyter_mlstudio.serving.batch.parts import Done, Parts
from jupyter_mlstudio.serving.batch.plan import Plan
from jupyter_mlstudio.serving.batch.reading import Chunk, read
from jupyter_mlstudio.serving.batch.sources import Piece
from jupyter_mlstudio.serving.batch.values import Wrong
from jupyter_mlstudio.serving.runtime.question import Predictor

if TYPE_CHECKING:
    import pyarrow as pa

AHEAD = 3
"""Parts of a table that are read while the model works on another."""
TELL = 0.25


class StoppedError(Exception):
    """The work is to end; what is done stays done."""


class Work:
    """One process's share of a batch transform.

    Attributes:
        busy: Seconds in which the model was at work here.
        seconds: Seconds altogether.
    """

    def __init__(self, work: Path, plan: Plan, predictor: Predictor, stopped: Callable[[], bool]) -> None:
        self.plan, self.parts, self._stopped = plan, Parts(work), stopped
        method = plan.method or predictor.methods[0]
        self._answering = Answering(predictor, Fitter(plan.fitting), method, plan.column, plan.carried)
        self._reading = plan.reading
        self.busy = self.seconds = 0.0

    def everything(self) -> None:
        """Answer pieces until all are done or in others' hands.

        Raises:
            StoppedError: Somebody wants an end.
        """
        for piece in self.plan.pieces:
            self.one(piece)

    def check(self) -> None:
        """See whether to go on.

        Raises:
            StoppedError: Somebody wants an end.
        """
        if self._stopped():
            raise StoppedError

    def one(self, piece: Piece) -> None:
        """Answer a piece, unless it is done or another process is at it."""
        if self.parts.done(piece.number) is not None:
            return
        with self.parts.claimed(piece.number) as mine:
            if mine:
                self._answer(piece)

    def _answer(self, piece: Piece) -> None:
        rows = errors = 0
        told = begun = time.monotonic()
        with _Files(self.parts, piece.number) as files:
            for chunk in _ahead(read(piece, self._reading)):
                self.check()
                before = time.perf_counter()
                answers, wrong = self._answering.answer(chunk)
                self.busy += time.perf_counter() - before
                errors += files.write(answers, wrong, rows, self.plan.carried)
                rows += chunk.rows.num_rows
                if time.monotonic() - told > TELL:
                    told = time.monotonic()
                    self.seconds, begun = self.seconds + told - begun, told
                    self.parts.tell(piece.number, rows, errors)
        self.seconds += time.monotonic() - begun
        self.parts.finish(Done(piece.number, rows, errors))


class _Files:
    """Writes the answers of a piece, and the rows without one; they get their names when they are whole."""

    def __init__(self, parts: Parts, number: int) -> None:
        self._paths = (parts.answers(number), parts.errors(number))
        self._writers: list[Any] = [None, None]
        self._held: list[pa.RecordBatch] = []
        self._schema: pa.Schema | None = None

    def __enter__(self) -> "_Files":
        return self

    def write(self, answers: "pa.RecordBatch", wrong: list[Wrong], first: int, carried: tuple[str, ...]) -> int:
        """Write a part, and return how many of its rows have no answer."""
        import pyarrow as pa

        full = len(answers.schema) > len(carried)
        if full and self._schema is None:
            self._schema = answers.schema
            for held in self._held:
                self._put(0, _filled(held, self._schema))
            self._held = []
        if self._schema is None:  # not one answer yet, so that nobody knows of which type they will be
            self._held.append(answers)
        else:
            self._put(0, answers if answers.schema.equals(self._schema) else _filled(answers, self._schema))
        if not wrong:
            return 0
        reasons: dict[int, list[tuple[str | None, str]]] = {}
        for row, column, reason in wrong:
            reasons.setdefault(row, []).append((column, reason))
        places = sorted(reasons)
        told = [
            pa.array([first + row for row in places], pa.int64()),
            pa.array([reasons[row][0][0] for row in places], pa.string()),
            pa.array([" ".join(reason for _, reason in reasons[row]) for row in places], pa.string()),
            *(answers.column(name).take(pa.array(places)) for name in carried),
        ]
        self._put(1, pa.RecordBatch.from_arrays(told, names=["row", "column", "reason", *carried]))
        return len(places)

    def __exit__(self, kind: object, *_: object) -> None:
        for held in self._held if kind is None else []:
            self._put(0, held)
        for path, writer in zip(self._paths, self._writers, strict=True):
            if writer is not None:
                writer.close()
            if kind is not None:
                _part(path).unlink(missing_ok=True)
            elif writer is not None:
                _part(path).replace(path)
            else:
                path.unlink(missing_ok=True)

    def _put(self, which: int, batch: "pa.RecordBatch") -> None:
        import pyarrow as pa

        if self._writers[which] is None:
            self._writers[which] = pa.ipc.new_file(str(_part(self._paths[which])), batch.schema)
        self._writers[which].write_batch(batch)


def _part(path: Path) -> Path:
    return path.with_suffix(".part")


def _filled(batch: "pa.RecordBatch", schema: "pa.Schema") -> "pa.RecordBatch":
    """Give a part of the table the columns of another: answers that it lacks are missing ones."""
    import pyarrow as pa

    arrays = [
        batch.column(field.name).cast(field.type, safe=False)
        if field.name in batch.schema.names
        else pa.nulls(batch.num_rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _ahead(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Read in a thread of its own, a little ahead of whoever takes."""
    waiting: queue.Queue[Chunk | BaseException | None] = queue.Queue(AHEAD)
    left = Event()

    def hand(item: Chunk | BaseException | None) -> None:
        while not left.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except queue.Full:
                continue
            return

    def reading() -> None:
        try:
            for chunk in chunks:
                hand(chunk)
                if left.is_set():
                    return
            hand(None)
        except BaseException as error:  # it belongs to whoever takes
            hand(error)

    thread = Thread(target=reading, name="mlstudio-transform-reading", daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        left.set()
        thread.join()
