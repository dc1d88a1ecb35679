"""Answers everything that has arrived with one prediction, without waiting for more.

Quick models predict in the event loop at the end of the turn in which the questions came. Slow ones predict in a
thread, and what comes meanwhile is the next prediction. One caller alone pays nothing for it.
"""

import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from jupyter_mlstudio.serving.runtime.ahead import one_thread
from jupyter_mlstudio.serving.runtime.batch import Ask, Outcome, answered, groups, joined, joins, refusal_of
from jupyter_mlstudio.serving.runtime.counters import IN_FLIGHT
from jupyter_mlstudio.serving.runtime.counting import Counters
from jupyter_mlstudio.serving.runtime.delivery import Delivery
from jupyter_mlstudio.serving.runtime.http.exchange import Exchange
from jupyter_mlstudio.serving.runtime.http.site import Site
from jupyter_mlstudio.serving.runtime.lane import Lane, Single
from jupyter_mlstudio.serving.runtime.order import Limits
from jupyter_mlstudio.serving.runtime.question import Predictor, Question
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.single import answered_alone
from jupyter_mlstudio.serving.runtime.thread import PredictionThread

BUSY_SECONDS = 1.0
"""For how long a question may have to wait for those before it, if there are many."""
FEW = 16
GIVEN_UP = 504
MOST_ROWS = 4096
"""Rows of one prediction in the thread, so that nobody waits behind too much."""


class Gatherer:
    """Takes questions in the event loop, and sees to it that each is answered exactly once.

    Attributes:
        in_flight: Questions that wait or are being predicted.
        weight: Their rows.
        thread: Where slow predictions are made.
    """

    def __init__(self, site: Site, counters: Counters, delivery: Delivery, limits: Limits) -> None:
        self._site, self._loop, self._counters, self._delivery = site, site.loop, counters, delivery
        self.limits = limits
        self.in_flight = self.weight = 0
        self.thread = PredictionThread()
        self._lanes: dict[int, Lane] = {}
        self._at_work: tuple[float, list[Exchange]] = (0.0, [])
        self._due = False

    def lane(self, chosen: Any) -> Lane:
        """Return where questions wait for a deployment."""
        lane = self._lanes.get(chosen.number)
        if lane is None:
            lane = self._lanes[chosen.number] = Lane(chosen)
        elif not lane.busy and (lane.chosen is not chosen or lane.predictor is not chosen.predictor):
            lane.chosen = chosen
            lane.look()
        return lane

    def ask(self, exchange: Exchange, lane: Lane, question: Question) -> None:
        """Have a question answered at the end of this turn of the event loop, or when the model is free.

        Raises:
            RefusedError: Too much waits already.
        """
        count = question.rows.count
        if (lane.busy or lane.weight > lane.most) and self._crowded(lane, count):
            raise self._too_busy(lane)
        lane.weight += count
        self.weight += count
        self.in_flight += 1
        if lane.rowwise and count and joins(question):
            if question.method is not lane.method:
                lane.meet(question.method)
            lane.asks.append((exchange, question))
        else:
            lane.singles.append(Single(exchange, question, None, count))
        if not self._due:
            self._due = True
            self._loop.call_soon(self._flush)

    def ask_later(self, exchange: Exchange, lane: Lane, reader: Callable[[Exchange, Any], Question]) -> None:
        """Have a question read and answered in the prediction thread.

        Raises:
            RefusedError: Too much waits already.
        """
        weight = lane.rows_of(len(exchange.body))
        if self._crowded(lane, weight):
            raise self._too_busy(lane)
        lane.weight += weight
        self.weight += weight
        self.in_flight += 1
        lane.singles.append(Single(exchange, None, reader, weight))
        if not self._due:
            self._due = True
            self._loop.call_soon(self._flush)

    def gauge(self) -> None:
        """Write down how things stand."""
        site = self._site
        self._counters.gauge(self.in_flight, len(site.connections), self.weight, site.accepted)

    @property
    def stuck_for(self) -> float:
        """Seconds since the thread began with what nobody waits for any more; 0 if somebody does.

        Who reads an answer in pieces waits, and who asked to be answered later.
        """
        began, exchanges = self._at_work
        left = all(exchange.status == GIVEN_UP or exchange.line.gone for exchange in exchanges)
        return time.monotonic() - began if exchanges and left else 0.0

    def _crowded(self, lane: Lane, count: int) -> bool:
        if not lane.weight:
            return False  # who comes first is served, however much he asks
        if self.weight + count > self.limits.waiting_rows:
            return True
        return lane.waiting >= FEW and lane.seconds(lane.weight) > BUSY_SECONDS

    def _too_busy(self, lane: Lane) -> RefusedError:
        wait = max(1, math.ceil(lane.seconds(lane.weight)))
        told = f"{self.weight} rows wait already. Try again in {wait} s, or send more rows a request."
        return RefusedError("busy", told, status=429, retry_after=wait)

    def _flush(self) -> None:
        self._due = False
        self._counters.turn(time.time())
        self._counters.cells[IN_FLIGHT] = self.in_flight
        for lane in self._lanes.values():
            if not lane.busy and (lane.asks or lane.singles):
                self._predict(lane)
        self.gauge()

    def _predict(self, lane: Lane) -> None:
        if lane.weight <= lane.most and not lane.singles and lane.method in lane.quick and not lane.mixed:
            asks, lane.asks = lane.asks, []
            self._predict_here(lane, asks)
            return
        if lane.light():
            alone = lane.singles.popleft()
            self._predict_here(lane, [(alone.exchange, cast("Question", alone.question))])
            return
        asks = lane.take(MOST_ROWS)
        single = lane.singles.popleft() if lane.singles else None
        lane.busy, lane.mixed = True, bool(lane.asks) and lane.mixed
        self.thread.do(partial(self._predict_there, lane, asks, single))

    # In the event loop

    def _predict_here(self, lane: Lane, asks: list[Ask]) -> None:
        first = asks[0][1]
        predictor, method, number = lane.predictor, first.method, lane.chosen.number
        assert predictor is not None  # lane.most says so
        rows = first.rows if len(asks) == 1 else joined([question for _, question in asks])
        began = time.thread_time()  # the time on the wall would count what other processes took of it
        try:
            answer = predictor.predict(rows, method, first.params)
            apart = len(asks) > 1 and len(answer) != rows.count
        except BaseException:  # whoever is to blame is found, and the others are answered
            apart = True
        if apart:
            for group in groups(asks):
                self._delivery.finish(number, answered(predictor, group))
        else:
            self._delivery.deliver(number, asks, answer)
        self._release(lane, len(asks), rows.count)
        lane.learn_here(rows.count, time.thread_time() - began)

    def _release(self, lane: Lane, asks: int, weight: int) -> None:
        lane.weight -= weight
        self.weight -= weight
        self.in_flight -= asks

    # In the prediction thread

    def _predict_there(self, lane: Lane, asks: list[Ask], single: Single | None) -> None:
        number, rows, seconds = lane.chosen.number, 0, 0.0
        present = self._present(asks)
        exchanges = [exchange for exchange, _ in present] + ([] if single is None else [single.exchange])
        self._at_work = time.monotonic(), exchanges
        try:
            predictor = _loaded(lane)
            began = time.perf_counter()
            for group in groups(present):
                rows += self._tell(number, answered(predictor, group))
            if single is not None:
                rows = self._answer_single(lane, predictor, single, rows)
            seconds = time.perf_counter() - began
        except BaseException as error:  # it could not be loaded
            refusal = refusal_of(error)
            left = [*present, *([] if single is None else [(single.exchange, single.question)])]
            self._tell(number, [Outcome(exchange, question, refusal, None) for exchange, question in left])
        finally:
            self._at_work = 0.0, []
            self._loop.call_soon_threadsafe(self._free, lane, asks, single, (rows, seconds))

    def _answer_single(self, lane: Lane, predictor: Predictor, single: Single, rows: int) -> int:
        """Answer what is predicted alone; return with how many rows the time is to be compared, 0 for a stream."""
        done = answered_alone(predictor, single)
        alone = self._tell(lane.chosen.number, done)
        streamed = any(outcome.question is not None and outcome.question.stream for outcome in done)
        return 0 if streamed else rows + alone

    def _present(self, asks: list[Ask]) -> list[Ask]:
        """Let go of those whose callers have left meanwhile."""
        for exchange, _ in asks:
            if exchange.line.gone:
                self._loop.call_soon_threadsafe(exchange.refuse, RefusedError("left", "You have left.", status=408))
        return [ask for ask in asks if not ask[0].line.gone]

    def _tell(self, number: int, done: list[Outcome]) -> int:
        """Bring answers to the event loop; return how many rows they are."""
        self._loop.call_soon_threadsafe(self._delivery.finish, number, done)
        return sum(outcome.question.rows.count for outcome in done if outcome.question is not None)

    def _free(self, lane: Lane, asks: list[Ask], single: Single | None, measured: tuple[int, float]) -> None:
        """Go on with what has come meanwhile."""
        lane.busy = False
        if lane.predictor is not lane.chosen.predictor:
            lane.look()
        lane.learn(*measured)
        weight = sum(question.rows.count for _, question in asks) + (single.weight if single is not None else 0)
        self._release(lane, len(asks) + (single is not None), weight)
        if lane.asks or lane.singles:
            self._predict(lane)
        self.gauge()


def _loaded(lane: Lane) -> Predictor:
    predictor: Predictor | None = lane.chosen.predictor
    if predictor is None:
        predictor = lane.chosen.load()
        one_thread()
    return predictor
