"""MLflow's and SageMaker's `/invocations`: what was sent, by its Content-Type; what is wanted back, by Accept."""

import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

from jupyter_mlstudio.serving.runtime.http.exchange import Exchange
from jupyter_mlstudio.serving.runtime.question import Predictor, Question, Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire import answers
from jupyter_mlstudio.serving.runtime.wire.arrow import STREAM, rows_of_arrow, rows_of_parquet, to_arrow
from jupyter_mlstudio.serving.runtime.wire.exact import rows_of_table
from jupyter_mlstudio.serving.runtime.wire.forms import Constant, load_json, table_of, table_of_lines
from jupyter_mlstudio.serving.runtime.wire.schema import Schema
from jupyter_mlstudio.serving.runtime.wire.separated import rows_of_csv
from jupyter_mlstudio.serving.runtime.wire.typed import LARGE, no_collection

Body = Callable[[Schema, bytes], tuple[Rows, dict[str, Any]]]
JSON = b"application/json"
LARGEST_UNPACKED, TIGHTEST, SMALL = 2**26, 200, 2**20
"""A packed body may become so large, and so many times as large as it is, or small."""
METHOD = "predict_method"


def read_invocation(exchange: Exchange, predictor: Predictor) -> Question:
    """Make the question of a request in MLflow's or SageMaker's protocol.

    Raises:
        RefusedError: What was sent is wrong, or of a kind that is not known, or the answer is wanted in an unknown one.
    """
    headers = exchange.headers
    kind = headers.get(b"content-type", JSON)
    body = exchange.body if b"content-encoding" not in headers else unpacked(exchange)
    rows, params = (BODIES.get(kind) or body_reader(kind))(predictor.schema, body)
    if exchange.query:
        params = {**params, **exchange.query}
    method = predictor.methods[0]
    if params:
        method, params = method_of(params, predictor)
    accept = headers.get(b"accept", b"*/*")
    write, answer_kind, stream = WRITERS.get(accept) or writer_for(accept)
    if write is to_arrow:
        write = partial(to_arrow, method=method)
    return Question(rows, method, write, answer_kind, params, exchange.id, stream)


def method_of(params: dict[str, Any], predictor: Predictor) -> tuple[str, dict[str, Any]]:
    """Take the method out of the params of a request."""
    rest = dict(params)
    method = rest.pop(METHOD, predictor.methods[0])
    if method not in predictor.methods:
        told = f"params: the model has no {METHOD} {str(method)[:80]!r}; it has {', '.join(predictor.methods)}."
        raise RefusedError("unknown_method", told, expected=list(predictor.methods))
    return method, rest


def read_json(schema: Schema, body: bytes) -> tuple[Rows, dict[str, Any]]:
    """Read a JSON body of MLflow's protocol: quickly, or if that fails, exactly."""
    if len(body) < LARGE:
        return _read_json(schema, body)
    with no_collection():
        return _read_json(schema, body)


def _read_json(schema: Schema, body: bytes) -> tuple[Rows, dict[str, Any]]:
    found = schema.typed.read(body)
    if found is not None:
        return found
    try:
        content = load_json(body)
    except RefusedError as refusal:
        if refusal.reason == "not_a_number":  # who reads on finds the column, unless it is in none
            rows_of_table(schema, table_of(load_json(body, Constant)))
        raise
    params = content.get("params") or {}
    if not isinstance(params, dict):
        raise RefusedError("form", '"params" must be an object.')
    return rows_of_table(schema, table_of(content)), params


def _read_lines(schema: Schema, body: bytes) -> tuple[Rows, dict[str, Any]]:
    return rows_of_table(schema, table_of_lines(body)), {}


def _read_csv(schema: Schema, body: bytes, header: bool | None = None) -> tuple[Rows, dict[str, Any]]:
    return rows_of_csv(schema, body, header), {}


def _read_arrow(schema: Schema, body: bytes) -> tuple[Rows, dict[str, Any]]:
    return rows_of_arrow(schema, body), {}


def _read_parquet(schema: Schema, body: bytes) -> tuple[Rows, dict[str, Any]]:
    return rows_of_parquet(schema, body), {}


BODIES: dict[bytes, Body] = {
    JSON: read_json,
    b"text/csv": _read_csv,
    b"application/jsonlines": _read_lines,
    b"application/x-ndjson": _read_lines,
    STREAM: _read_arrow,
    b"application/vnd.apache.arrow.file": _read_arrow,
    b"application/vnd.apache.parquet": _read_parquet,
    b"application/x-parquet": _read_parquet,
}
CHARSETS = ("utf-8", '"utf-8"', "utf8")
HEADERS = {"present": True, "absent": False}

Wanted = tuple[Any, bytes, bool]
JSON_ANSWER: Wanted = (answers.predictions, JSON, False)
WRITERS: dict[bytes, Wanted] = {
    b"*/*": JSON_ANSWER,
    JSON: JSON_ANSWER,
    b"text/csv": (answers.separated, b"text/csv; charset=utf-8", False),
    b"application/jsonlines": (answers.lines, b"application/jsonlines", False),
    STREAM: (to_arrow, STREAM, False),
    b"text/event-stream": (answers.event, b"text/event-stream", True),
    b"application/x-ndjson": (answers.line, b"application/x-ndjson", True),
}


def body_reader(kind: bytes) -> Body:
    """Find what reads a body of a Content-Type with parameters, such as its charset."""
    name, *parameters = kind.decode("latin-1").lower().split(";")
    given = dict(_parameter(each) for each in parameters if each.strip())
    reader = BODIES.get(name.strip().encode("latin-1"))
    header = HEADERS.get(given.pop("header", ""))
    if reader is None or given.pop("charset", "utf-8") not in CHARSETS:
        told = f"Send {', '.join(each.decode() for each in list(BODIES)[:5])} or Parquet; texts in UTF-8."
        raise RefusedError("media_type", f"{told} Content-Type must say so.", status=415)
    return partial(_read_csv, header=header) if reader is _read_csv else reader


def writer_for(accept: bytes) -> Wanted:
    """Find what writes the answer that is wanted most."""
    ranked = sorted((_wish(each, place) for place, each in enumerate(accept.decode("latin-1").lower().split(","))))
    for quality, _, name in ranked:
        found = WRITERS.get(name.encode("latin-1"))
        if quality < 0 and (found is not None or name in ("application/*", "")):
            return found or JSON_ANSWER
        if quality < 0 and name == "text/*":
            return WRITERS[b"text/csv"]
    told = f"The answer can be {', '.join(each.decode() for each in list(WRITERS)[1:])}; Accept asks for none of them."
    raise RefusedError("not_acceptable", told, status=406)


def _wish(text: str, place: int) -> tuple[float, int, str]:
    name, *parameters = text.split(";")
    quality = dict(_parameter(each) for each in parameters).get("q", "1")
    try:
        return -float(quality), place, name.strip()
    except ValueError:
        return -1.0, place, name.strip()


def _parameter(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()


def unpacked(exchange: Exchange) -> bytes:
    """Undo gzip or deflate, but never into more than a body may be.

    Raises:
        RefusedError: It is packed in another way, or larger, or broken.
    """
    encoding = exchange.headers[b"content-encoding"].lower()
    if encoding == b"identity":
        return exchange.body
    if encoding not in (b"gzip", b"deflate"):
        raise RefusedError("media_type", "Content-Encoding may be gzip or deflate.", status=415)
    packed = zlib.decompressobj(wbits=47)  # either of them, told by its first bytes
    most = min(LARGEST_UNPACKED, TIGHTEST * len(exchange.body) + SMALL)
    try:
        body = packed.decompress(exchange.body, most)
    except zlib.error:
        raise RefusedError("malformed", f"The body is not {encoding.decode()}.") from None
    if packed.unconsumed_tail:
        told = f"The body becomes larger than {most // 2**20} MiB. Send fewer rows a request."
        raise RefusedError("too_large", told, status=413)
    if not packed.eof:
        raise RefusedError("malformed", "The body is cut off.")
    return body
