"""Brings answers to their callers, counts them, and tells whoever looks on."""

import secrets
import time
from collections.abc import Sequence
from typing import Any

from jupyter_mlstudio.serving.runtime.batch import Ask, Body, Outcome, part, refusal_of
from jupyter_mlstudio.serving.runtime.counters import FIRST_BUCKET, MICROSECONDS, REQUESTS, ROWS, bucket
from jupyter_mlstudio.serving.runtime.counting import Counters
from jupyter_mlstudio.serving.runtime.http.exchange import Exchange, Response
from jupyter_mlstudio.serving.runtime.http.head import safe_id
from jupyter_mlstudio.serving.runtime.http.site import Site
from jupyter_mlstudio.serving.runtime.question import Answer, Observation, Observer, Question
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

OK = 200


class Delivery:
    """Answers exchanges and counts what was answered. Used in the event loop.

    Attributes:
        observers: Told of what was predicted; see Observer.
    """

    def __init__(self, site: Site, counters: Counters, endpoint: str) -> None:
        self._site, self._counters, self._endpoint = site, counters, endpoint
        self.observers: list[Observer] = []

    def deliver(self, number: int, asks: Sequence[Ask], answer: Answer) -> None:
        """Send the answers of one prediction; nearly all requests are answered here."""
        if self.observers:
            self.finish(number, outcomes(asks, answer))
            return
        now, cells, place = time.perf_counter(), self._counters.cells, self._counters.place(number)
        kind, beginning = b"", b""
        begin = rows = count = alone = 0
        total = 0.0
        for exchange, question in asks:
            begin, rows = rows, rows + question.rows.count
            body = written(question, answer if len(asks) == 1 else part(answer, begin, rows))
            if type(body) is not bytes or question.id is not None:
                self._finish(number, Outcome(exchange, question, body, None), now)
                alone += question.rows.count
                continue
            if question.kind is not kind:
                kind = question.kind
                beginning = self._site.beginning(OK, kind, now)
            exchange.line.deliver(exchange, beginning, kind, body)
            seconds = now - exchange.arrived
            total += seconds
            count += 1
            cells[place + FIRST_BUCKET + bucket(seconds)] += 1
        cells[place + REQUESTS] += count
        cells[place + ROWS] += rows - alone
        cells[place + MICROSECONDS] += int(total * 1e6)

    def finish(self, number: int, done: Sequence[Outcome]) -> None:
        """Send answers and refusals, and tell the observers."""
        now = time.perf_counter()
        for outcome in done:
            if self.observers and outcome.question is not None:
                outcome.exchange.name = outcome.exchange.name or outcome.question.id or secrets.token_hex(8)
            self._finish(number, outcome, now)
        if self.observers:
            self._observe(number, done, now)

    def refuse(self, exchange: Exchange, number: int, refusal: RefusedError) -> None:
        """Refuse one request, and count that."""
        self._counters.turn(time.time())
        self._counters.add(number, time.perf_counter() - exchange.arrived, 0, refusal.status, str(refusal))
        exchange.refuse(refusal)

    def _finish(self, number: int, outcome: Outcome, now: float) -> None:
        exchange, question, body, _ = outcome
        if isinstance(body, RefusedError):
            self.refuse(exchange, number, body)
            return
        assert question is not None  # it was answered
        if question.id is not None:
            exchange.name = safe_id(question.id)
        text, headers = (body, ()) if isinstance(body, bytes) else body
        self._counters.add(number, now - exchange.arrived, question.rows.count, OK)
        exchange.line.answer(exchange, Response(text, OK, question.kind, tuple(headers)))

    def _observe(self, number: int, done: Sequence[Outcome], now: float) -> None:
        at = time.time()
        seen = [
            Observation(
                endpoint=self._endpoint,
                number=number,
                question=question,
                answer=answer,
                seconds=now - exchange.arrived,
                at=at,
                id=exchange.name or "",
            )
            for exchange, question, body, answer in done
            if question is not None and not isinstance(body, RefusedError)
        ]
        for observer in self.observers if seen else ():
            observer(seen)


def outcomes(asks: Sequence[Ask], answer: Answer) -> list[Outcome]:
    """Give each question its part of an answer."""
    done, begin = [], 0
    for exchange, question in asks:
        end = begin + question.rows.count
        own = answer if len(asks) == 1 else part(answer, begin, end)
        done.append(Outcome(exchange, question, written(question, own), own))
        begin = end
    return done


def written(question: Question, answer: Any) -> Body:
    """Write down the answer to a question."""
    try:
        return question.write(answer)
    except Exception as error:  # the model answered what cannot be written down
        return refusal_of(error)
