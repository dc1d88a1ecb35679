"""Answers the questions of several callers with one prediction, in whatever thread it is called."""

import sys
import time
import traceback
from collections.abc import Sequence
from typing import NamedTuple

from jupyter_mlstudio.serving.runtime.http.exchange import Exchange, Header
from jupyter_mlstudio.serving.runtime.question import Answer, Predictor, Question, Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

LOGGED_EVERY = 1.0
_logged = [0.0]

Body = bytes | tuple[bytes, tuple[Header, ...]] | RefusedError

Ask = tuple[Exchange, Question]


class Outcome(NamedTuple):
    """What became of a question; it is None if it could not be read. The answer itself is for those who look on."""

    exchange: Exchange
    question: Question | None
    body: Body
    answer: Answer


def joined(questions: Sequence[Question]) -> Rows:
    """Return the rows of several questions as one table."""
    if len(questions) == 1:
        return questions[0].rows
    cells = [row for question in questions for row in question.rows.cells or ()]
    return Rows(len(cells), cells, names=questions[0].rows.names)


def joins(question: Question) -> bool:
    """Tell whether the rows of a question may be predicted together with others'."""
    return question.rows.cells is not None and not (question.params or question.also or question.stream)


def groups(asks: Sequence[Ask]) -> list[list[Ask]]:
    """Sort questions into those that are answered with one prediction each."""
    together: dict[tuple[str, ...], list[Ask]] = {}
    for ask in asks:
        together.setdefault((ask[1].method, *(ask[1].rows.names or ())), []).append(ask)
    return list(together.values())


def answered(predictor: Predictor, asks: Sequence[Ask]) -> list[Outcome]:
    """Answer questions that go together; if that fails, find who is to blame, so that the others are answered."""
    try:
        return _answered(predictor, asks)
    except BaseException as error:  # the model is somebody else's code: it may even call sys.exit()
        if len(asks) == 1:
            return [Outcome(*asks[0], refusal_of(error), None)]
    half = len(asks) // 2
    return answered(predictor, asks[:half]) + answered(predictor, asks[half:])


def refusal_of(error: BaseException) -> RefusedError:
    """Return what to tell a caller whose question made the model fail."""
    if isinstance(error, RefusedError):
        return error
    log(error)
    told = f"The model failed on these rows: {type(error).__name__}: {error}"[:400]
    return RefusedError("model_failed", told, status=500)


def log(error: BaseException) -> None:
    """Write a traceback at most once a second: a caller must not be able to fill the disk."""
    if time.monotonic() - _logged[0] > LOGGED_EVERY:
        _logged[0] = time.monotonic()
        traceback.print_exception(error, file=sys.stderr)


def part(answer: Answer, begin: int, end: int) -> Answer:
    """Return some rows of an answer."""
    if type(answer) is list:
        return answer[begin:end]
    return answer.iloc[begin:end] if hasattr(answer, "iloc") else answer[begin:end]


def _answered(predictor: Predictor, asks: Sequence[Ask]) -> list[Outcome]:
    questions = [question for _, question in asks]
    rows, first = joined(questions), questions[0]
    answer = predictor.predict(rows, first.method, first.params)
    if first.also:
        answer = (answer, *(predictor.predict(rows, method, first.params) for method in first.also))
    if len(asks) == 1:
        return [Outcome(*asks[0], first.write(answer), answer)]
    if len(answer) != rows.count:
        raise ValueError(f"It answered {rows.count} rows with {len(answer)}.")
    outcomes, begin = [], 0
    for exchange, question in asks:
        end = begin + question.rows.count
        own = part(answer, begin, end)
        outcomes.append(Outcome(exchange, question, question.write(own), own))
        begin = end
    return outcomes
