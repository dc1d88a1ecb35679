"""Answers what is predicted alone: many rows, none, a stream, a body that is still to be read. In the thread."""

from collections.abc import Iterator
from typing import Any

from jupyter_mlstudio.serving.runtime.batch import Outcome, answered, refusal_of
from jupyter_mlstudio.serving.runtime.delivery import written
from jupyter_mlstudio.serving.runtime.http.exchange import Exchange
from jupyter_mlstudio.serving.runtime.http.stream import GoneError
from jupyter_mlstudio.serving.runtime.lane import Single
from jupyter_mlstudio.serving.runtime.question import Answer, Predictor, Question
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire.streams import failure


def answered_alone(predictor: Predictor, single: Single) -> list[Outcome]:
    """Answer one question by itself."""
    exchange, question = single.exchange, single.question
    if exchange.line.gone:
        return [Outcome(exchange, None, RefusedError("left", "You have left.", status=408), None)]
    try:
        if question is None:
            assert single.reader is not None  # one of both is given
            question = single.reader(exchange, predictor)
            exchange.body = b""  # it is not needed twice in memory
        if question.rows.count == 0:
            return [Outcome(exchange, question, written(question, nothing(question)), None)]
        pieces = predictor.stream(question.rows, question.params) if question.stream else None
        if pieces is not None:
            return [Outcome(exchange, question, _streamed(exchange, question, pieces), None)]
    except BaseException as error:  # readers refuse; models do anything
        return [Outcome(exchange, question, refusal_of(error), None)]
    return answered(predictor, [(exchange, question)])


def nothing(question: Question) -> Any:
    """Return the answer to no rows at all."""
    return ([],) * (1 + len(question.also)) if question.also else []


def _streamed(exchange: Exchange, question: Question, pieces: Iterator[Answer]) -> bytes | RefusedError:
    """Send the pieces as the model makes them; a failure before the first one can still be told by its status."""
    piece = next(pieces, None)
    stream = exchange.stream(200, question.kind)
    try:
        while piece is not None:
            text = question.write(piece)
            stream.write(text if isinstance(text, bytes) else text[0])
            piece = next(pieces, None)
    except GoneError:
        stream.close(whole=False)
    except BaseException as error:  # the model failed midway
        refusal = refusal_of(error)
        stream.write(failure(question.kind, refusal))
        stream.close()
        return refusal
    else:
        stream.close()
    return b""
