"""How far a batch transform is, all its processes together."""

import time
from collections.abc import Sequence

from jupyter_mlstudio.serving.batch.parts import Done, Parts
from jupyter_mlstudio.serving.batch.sources import Piece
from jupyter_mlstudio.serving.batch.types import TransformProgress


class Pace:
    """Counts rows against the clock.

    Attributes:
        workers: The most processes that were at work at the same time.
        worked: What this process had worked, in seconds of a processor, when it began.
    """

    def __init__(self, pieces: Sequence[Piece], parts: Parts, way: str) -> None:
        self._pieces, self._parts, self._way = pieces, parts, way
        self._weight = sum(piece.weight for piece in pieces) or 1
        rows = [piece.rows for piece in pieces]
        self._total = None if None in rows else sum(each for each in rows if each is not None)
        self._done: dict[int, Done] = {}
        self.workers = 1

    def begin(self) -> None:
        """Start the clock; what is done by now was done by an earlier attempt."""
        self._begun, self.worked = time.monotonic(), time.process_time()
        self._look()
        self._before = sum(done.rows for done in self._done.values())
        self._share = self._share_done({})

    def now(self, workers: int) -> TransformProgress:
        """Count."""
        self._look()
        self.workers = max(self.workers, workers)
        told = {number: far for number, far in self._parts.told().items() if number not in self._done}
        rows = sum(done.rows for done in self._done.values()) + sum(far for far, _ in told.values())
        errors = sum(done.errors for done in self._done.values()) + sum(bad for _, bad in told.values())
        share, seconds = self._share_done(told), time.monotonic() - self._begun
        gained = share - self._share
        return TransformProgress(
            rows=rows,
            total=rows if share >= 1 else self._total,
            share=min(share, 1.0),
            errors=errors,
            rows_a_second=(rows - self._before) / seconds if seconds > 0 and rows > self._before else None,
            seconds=seconds,
            seconds_left=seconds * (1 - share) / gained if gained > 0 else None,
            workers=workers,
            continued_rows=self._before,
            way=self._way,
        )

    def _look(self) -> None:
        for piece in self._pieces:
            if piece.number not in self._done and (done := self._parts.done(piece.number)) is not None:
                self._done[piece.number] = done

    def _share_done(self, told: dict[int, tuple[int, int]]) -> float:
        whole = sum(piece.weight for piece in self._pieces if piece.number in self._done)
        begun = sum(
            min(told[piece.number][0], piece.weight) for piece in self._pieces if piece.number in told and piece.rows
        )
        return (whole + begun) / self._weight
