"""Asks shadow deployments what the others were asked, after the answers were sent, and counts where they agree."""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.serving.runtime.question import Answer, Observation, Predictor, Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.variants import Chosen

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.runtime.application import Application

MOST_WAITING = 512
"""Questions that wait for the shadows; what comes beyond is not compared."""
MOST_ROWS = 100_000
AT_ONCE = 32
"""Questions that are compared in one go, before real requests get their turn again."""
CLOSE = 0.01
"""Numbers that differ by no more than this, relatively, agree; probabilities: absolutely."""


class Shadows:
    """An observer that compares; told in the event loop, at work in the prediction thread when nobody waits."""

    def __init__(self, application: "Application") -> None:
        self._application = application
        self._waiting: deque[tuple[Chosen, Observation]] = deque()
        self._rows = 0
        self._asked = False
        self.dropped = 0

    def __call__(self, observations: Sequence[Observation]) -> None:
        """Take note of questions that shadows shall be asked, too."""
        shadows = self._by_number()
        for observation in observations:
            for shadow in shadows.get(observation.number, ()):
                count = observation.question.rows.count
                if len(self._waiting) >= MOST_WAITING or self._rows + count > MOST_ROWS:
                    self.dropped += 1
                    continue
                self._rows += count
                self._waiting.append((shadow, observation))
        self._go_on()

    def compare(self) -> None:
        """Ask the shadows a few of the waiting questions; in the prediction thread."""
        for _ in range(min(AT_ONCE, len(self._waiting))):
            shadow, observation = self._waiting.popleft()
            self._rows -= observation.question.rows.count
            self._ask(shadow, observation)

    def _go_on(self) -> None:
        if self._waiting and not self._asked:
            loop = self._application.site.loop
            self._asked = self._application.aside(lambda: self._turn(loop))
            if not self._asked:  # busy: later
                loop.call_later(0.05, self._go_on)

    def _turn(self, loop: Any) -> None:
        try:
            self.compare()
        finally:
            loop.call_soon_threadsafe(self._turned)

    def _turned(self) -> None:
        self._asked = False
        self._go_on()

    def _ask(self, shadow: Chosen, observation: Observation) -> None:
        question, told, alike = observation.question, "", 0
        count, began = question.rows.count, time.perf_counter()
        try:
            predictor = shadow.load()
            rows = fitting(question.rows, self._schema_of(observation.number), predictor)
            answer = predictor.predict(rows, question.method, question.params)
            alike = agreeing(observation.answer, answer, count)
        except BaseException as error:  # whatever a shadow does, nobody waits for it
            reason = str(error) if isinstance(error, RefusedError) else f"{type(error).__name__}: {error}"
            told = f"Shadow {shadow.number}: {reason}"
        seconds, counters = time.perf_counter() - began, self._application.counters
        tell = self._application.site.loop.call_soon_threadsafe
        tell(counters.compared, shadow.number, count, alike, seconds, told)

    def _schema_of(self, number: int) -> Any:
        for chosen in self._application.variants.all:
            if chosen.number == number and chosen.predictor is not None:
                return chosen.predictor.schema
        return None

    def _by_number(self) -> Mapping[int, tuple[Chosen, ...]]:
        return {chosen.number: chosen.shadows for chosen in self._application.variants.all if chosen.shadows}


def fitting(rows: Rows, schema: Any, predictor: Predictor) -> Rows:
    """Put the columns of checked rows into the order of another model's.

    Raises:
        RefusedError: The other model wants a column that these rows have not.
    """
    given, wanted = getattr(schema, "names", None), getattr(predictor.schema, "names", None)
    if not given or not wanted or list(given) == list(wanted):
        return rows
    missing = [name for name in wanted if name not in given]
    if missing:
        raise RefusedError("missing_column", f"It wants column {missing[0]!r}, which the others do not.")
    places = [list(given).index(name) for name in wanted]
    if rows.cells is not None:
        return Rows(rows.count, cells=[tuple(row[place] for place in places) for row in rows.cells])
    columns = rows.columns or []
    return Rows(rows.count, columns=[columns[place] for place in places])


def agreeing(first: Answer, second: Answer, count: int) -> int:
    """Count the rows on which two answers agree: labels and whole numbers are the same, others nearly so.

    Several numbers in a row are probabilities.
    """
    import numpy as np

    one, other = np.asarray(first), np.asarray(second)
    if one.shape != other.shape or not one.shape or len(one) != count:
        return 0
    if one.dtype.kind == "f" and other.dtype.kind in "fiu":
        equal = np.isclose(one, other, rtol=CLOSE, atol=CLOSE if one.ndim > 1 else 1e-9, equal_nan=True)
    else:
        equal = np.asarray(one == other)
    return int(equal.reshape(count, -1).all(axis=1).sum()) if count else 0
