"""What waits for one deployment."""

import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from jupyter_mlstudio.serving.runtime.batch import Ask
from jupyter_mlstudio.serving.runtime.http.exchange import Exchange
from jupyter_mlstudio.serving.runtime.question import Predictor, Question

LOOP_SECONDS = 0.002
"""For how long at most a prediction keeps the event loop from everything else."""
MOST_CHANGE = 10.0
"""How many times as slow as before a prediction counts at most: the first one may have had to import something."""
SLOWER, TIMES = 4.0, 5
MOST_ROWS = 2**14
"""Rows of one prediction in the event loop, however quick the model is: they must be written down there, too."""
UNMEASURED_ROWS = 2**10
BYTES_A_CELL = 16
"""About how long a value is, as long as no large body has been read."""
KIND, ENCODING, MOST_KINDS = b"content-type", b"content-encoding", 16


class Single(NamedTuple):
    """What is predicted alone: many rows, a stream, a body that is still to be read."""

    exchange: Exchange
    question: Question | None
    reader: Callable[[Exchange, Any], Question] | None
    weight: int


class Lane:
    """The questions that wait for one deployment, and how long it takes for them.

    Attributes:
        chosen: The deployment; see Variants.
        asks: What may be predicted together.
        singles: What may not.
        busy: Whether the prediction thread is at work for it; nobody else may use the predictor then.
        weight: Rows that wait or are being predicted.
        method: What the questions ask for, unless they are mixed.
        most: With how many rows a prediction still belongs into the event loop; 0 for a slow model.
        quick: The methods of which that is true.
        factor: How much slower it is than its calibration says.
    """

    __slots__ = (
        "_bytes", "_reading", "_slow", "asks", "busy", "chosen", "factor", "method", "mixed", "most", "predictor",
        "quick", "rowwise", "singles", "weight",
    )  # fmt: skip

    def __init__(self, chosen: Any) -> None:
        self.chosen = chosen
        self.asks: list[Ask] = []
        self.singles: deque[Single] = deque()
        self.busy, self.weight, self.factor, self._slow = False, 0, 1.0, 0
        self.predictor: Predictor | None = None
        self.method, self.mixed, self._bytes = "", False, 0.0
        self._reading: dict[bytes, float] = {}
        self.look()

    def look(self) -> None:
        """Find out what the predictor is good for, after it was loaded."""
        predictor = self.predictor = self.chosen.predictor
        self.rowwise = bool(getattr(predictor, "rowwise", True))
        self.quick: frozenset[str] = frozenset(getattr(predictor, "quick", predictor.methods if predictor else ()))
        fields = getattr(predictor.schema, "fields", None) if predictor is not None else None
        self._bytes = self._bytes or float(BYTES_A_CELL * len(fields or (None,)))
        self.most = 0
        if predictor is not None and self.rowwise:
            light = min(getattr(predictor, "light", 0) or UNMEASURED_ROWS, MOST_ROWS)
            counts = (2**power for power in range(light.bit_length() - 1, -1, -1))
            self.most = next((count for count in counts if predictor.seconds(count) <= LOOP_SECONDS), 0)

    def light(self) -> bool:
        """Tell whether nothing waits but one question, and the event loop is the place for it despite its many rows."""
        if self.asks or len(self.singles) != 1 or self.weight > self.most:
            return False
        question = self.singles[0].question
        if question is None or not self.rowwise or not question.rows.count or question.method not in self.quick:
            return False
        return not (question.params or question.also or question.stream)

    def meet(self, method: str) -> None:
        """Note that the next question may ask for something else than those that wait."""
        self.mixed = bool(self.asks) and (self.mixed or method != self.method)
        self.method = method

    def take(self, most: int) -> list[Ask]:
        """Take what waits and may be predicted together, up to a number of rows."""
        rows, end = 0, 0
        for _, question in self.asks:
            rows += question.rows.count
            end += 1
            if rows >= most:
                break
        taken, self.asks = self.asks[:end], self.asks[end:]
        return taken

    def seconds(self, count: int) -> float:
        """Return how long so many rows will take, by calibration and by what was measured of late."""
        return self.predictor.seconds(count) * self.factor if self.predictor is not None and count else 0.0

    def rows_of(self, size: int) -> int:
        """Return about how many rows there are in a body that has not been read."""
        return 1 + int(size / self._bytes)

    def reads_here(self, exchange: Exchange) -> bool:
        """Tell whether a large body belongs into the event loop: those like it were read in no time."""
        pace, size = self._reading.get(exchange.headers.get(KIND, b"")), len(exchange.body)
        if pace is None or ENCODING in exchange.headers:  # nobody knows how much a packed body holds
            return False
        return pace * size <= LOOP_SECONDS and self.rows_of(size) <= self.most

    def read(self, reader: Callable[[Exchange, Any], Question], exchange: Exchange, predictor: Any) -> Question:
        """Read a large body, and remember how long bodies of its kind take."""
        size, begin = len(exchange.body), time.thread_time()
        try:
            question = reader(exchange, predictor)
        finally:  # a refusal takes its time, too
            self._learn_reading(exchange.headers.get(KIND, b""), (time.thread_time() - begin) / size)
        self.learn_size(size, question.rows.count)
        return question

    def _learn_reading(self, kind: bytes, pace: float) -> None:
        if kind in self._reading or len(self._reading) < MOST_KINDS:
            self._reading[kind] = max(pace, 0.7 * self._reading.get(kind, pace) + 0.3 * pace)

    def learn_size(self, size: int, rows: int) -> None:
        """Compare how long a body was with how many rows were in it."""
        if rows:
            self._bytes += 0.5 * (size / rows - self._bytes)

    def learn(self, count: int, seconds: float) -> None:
        """Compare how long a prediction took with what was expected."""
        if self.predictor is None or not count:
            return
        expected = max(self.predictor.seconds(count), 1e-6)
        self.factor += 0.2 * (min(seconds / expected, MOST_CHANGE * self.factor) - self.factor)

    def learn_here(self, count: int, seconds: float) -> None:
        """Move predictions out of the event loop that are too slow for it time and again."""
        if seconds < SLOWER * LOOP_SECONDS:
            self._slow = 0
            return
        self._slow += 1
        if self._slow >= TIMES:
            self._slow, self.most = 0, min(self.most, count) // 2

    @property
    def waiting(self) -> int:
        """How many questions wait."""
        return len(self.asks) + len(self.singles)
