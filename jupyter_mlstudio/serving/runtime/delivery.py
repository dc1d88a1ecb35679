"""Brings answers to their callers, counts them, and tells whoever looks on."""

import secrets
import time
from collections.abc import Sequence
from itertools import count
from random import random
from typing import Any

from jupyter_mlstudio.serving.runtime.batch import Ask, Body, Outcome, part, refusal_of
from jupyter_mlstudio.serving.runtime.counters import FIRST_BUCKET, MICROSECONDS, REQUESTS, ROWS, bucket
from jupyter_mlstudio.serving.runtime.counting import Counters
from jupyter_mlstudio.serving.runtime.http.exchange import Exchange, Response
from jupyter_mlstudio.serving.runtime.http.head import safe_id
from jupyter_mlstudio.serving.runtime.http.site import Site
from jupyter_mlstudio.serving.runtime.question import Answer, Observation, Observer, Question
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire.answers import predictions

OK = 200
Look = tuple[Exchange, Question, Answer]
"""Something answered that observers shall see."""


class Delivery:
    """Answers exchanges and counts what was answered. Used in the event loop.

    Attributes:
        observers: Told of what was predicted; see Observer.
        share: Of how many requests they are told, by chance; what nobody looks at costs next to nothing.
    """

    def __init__(self, site: Site, counters: Counters, endpoint: str) -> None:
        self._site, self._counters, self._endpoint = site, counters, endpoint
        self.observers: list[Observer] = []
        self.share = 1.0
        self._prefix, self._names = secrets.token_hex(6), count()

    def deliver(self, number: int, asks: Sequence[Ask], answer: Answer) -> None:
        """Send the answers of one prediction; nearly all requests are answered here."""
        looked_at = self._chosen(asks, answer) if self.observers else ()
        now, cells, place = time.perf_counter(), self._counters.cells, self._counters.place(number)
        kind, beginning = b"", b""
        begin = rows = answered = alone = 0
        total, several = 0.0, len(asks) > 1
        # one step from array to list for all is half the work of many small ones
        listable = type(answer).__name__ == "ndarray" and (several or asks[0][1].write is predictions)
        listed = answer.tolist() if listable else answer
        for exchange, question in asks:
            begin, rows = rows, rows + question.rows.count
            own = listed if question.write is predictions else answer
            body = written(question, part(own, begin, rows) if several else own)
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
            answered += 1
            cells[place + FIRST_BUCKET + bucket(seconds)] += 1
        cells[place + REQUESTS] += answered
        cells[place + ROWS] += rows - alone
        cells[place + MICROSECONDS] += int(total * 1e6)
        if looked_at:
            self._observe(number, looked_at, now)

    def finish(self, number: int, done: Sequence[Outcome]) -> None:
        """Send answers and refusals, and tell the observers."""
        now = time.perf_counter()
        looked_at: list[Look] = []
        for outcome in done:
            if self.observers and outcome.question is not None and self._wanted():
                self._name(outcome.exchange, outcome.question)
                looked_at.append((outcome.exchange, outcome.question, outcome.answer))
            self._finish(number, outcome, now)
        if looked_at:
            self._observe(number, looked_at, now)

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

    def _wanted(self) -> bool:
        return self.share >= 1.0 or random() < self.share  # a sample, no secret

    def _name(self, exchange: Exchange, question: Question) -> None:
        """Let the answer carry an id, by which what was right can be told later."""
        exchange.name = exchange.name or question.id or f"{self._prefix}{next(self._names):x}"

    def _chosen(self, asks: Sequence[Ask], answer: Answer) -> list[Look]:
        """Choose what the observers shall see."""
        chosen: list[Look] = []
        begin = 0
        for exchange, question in asks:
            end = begin + question.rows.count
            if self._wanted():
                self._name(exchange, question)
                chosen.append((exchange, question, answer if len(asks) == 1 else part(answer, begin, end)))
            begin = end
        return chosen

    def _observe(self, number: int, looked_at: Sequence[Look], now: float) -> None:
        at = time.time()
        seen = [
            Observation(self._endpoint, number, question, answer, now - exchange.arrived, at, exchange.name or "")
            for exchange, question, answer in looked_at
            if exchange.status == OK
        ]
        for observer in self.observers if seen else ():
            observer(seen)


def written(question: Question, answer: Any) -> Body:
    """Write down the answer to a question."""
    try:
        return question.write(answer)
    except Exception as error:  # the model answered what cannot be written down
        return refusal_of(error)
