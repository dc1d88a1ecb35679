"""Calls an endpoint over HTTP, and turns its refusals into our errors."""

import json
import socket
from collections.abc import Mapping
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import local
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError, NotFoundError

PATIENCE = 75.0
FAILED = 500
BUSY = (408, 429, 503)
GONE = (404, 410)
STREAM = "application/vnd.apache.arrow.stream"


class Answer(NamedTuple):
    """What an endpoint said."""

    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        """Read its body."""
        return json.loads(self.body)


def ask(
    url: str,
    key: str,
    path: str,
    body: bytes | None = None,
    *,
    method: str = "",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Ask an endpoint of this machine, over a connection that is kept for the next time.

    Raises:
        InvalidError: The endpoint refused the rows; the message names the column and what was expected.
        NotFoundError: There is no such model or request.
        ConflictError: It is busy, or does not answer at all.
        EngineError: The model failed.
    """
    fields = {"Authorization": f"Bearer {key}", **(headers or {})}
    verb = method or ("GET" if body is None else "POST")
    try:
        answer = _kept(urlsplit(url).netloc, verb, path, body, fields)
    except (OSError, HTTPException) as error:
        told = str(error) or type(error).__name__
        raise ConflictError(f"The endpoint does not answer: {told}. Its log may say why.", code="no_answer") from error
    if answer.status >= 400:  # noqa: PLR2004  # as HTTP has it
        raise _refusal(answer)
    return answer


def post(url: str, key: str, content: object) -> Any:
    """Send rows as JSON and return the JSON that comes back."""
    body = json.dumps(content, allow_nan=False).encode()
    return ask(url, key, "/invocations", body, headers={"Content-Type": "application/json"}).json()


def hang_up(url: str) -> None:
    """Let go of this thread's connection to an endpoint: it holds on to workers that are about to leave."""
    connections: dict[str, HTTPConnection] = _threads.__dict__.setdefault("connections", {})
    connection = connections.pop(urlsplit(url).netloc, None)
    if connection is not None:
        connection.close()


def _kept(place: str, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    """Ask over this thread's connection to an endpoint; one that was closed meanwhile is opened again."""
    connections: dict[str, HTTPConnection] = _threads.__dict__.setdefault("connections", {})
    connection = connections.pop(place, None)
    if connection is not None and _closed(connection):
        connection.close()
        connection = None
    if connection is None:
        connection = HTTPConnection(place, timeout=PATIENCE)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    answer = _asked(connection, method, path, body, headers)
    if connection.sock is not None:
        connections[place] = connection
    return answer


def _asked(
    connection: HTTPConnection, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
) -> Answer:
    try:
        connection.request(method, path, body, dict(headers))
        response: HTTPResponse = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    except BaseException:
        connection.close()
        raise


def _closed(connection: HTTPConnection) -> bool:
    """Tell whether the endpoint has closed a connection, such as when another deployment took over."""
    if connection.sock is None:
        return True
    connection.sock.setblocking(False)
    try:
        return connection.sock.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        connection.sock.settimeout(PATIENCE)


def _refusal(answer: Answer) -> Exception:
    try:
        body = answer.json()
        message, reason = str(body["message"]), str(body["reason"])
    except (ValueError, KeyError, TypeError):
        message, reason = f"The endpoint answered with status {answer.status}.", "endpoint"
    if answer.status in BUSY:
        return ConflictError(message, code=reason)
    if answer.status in GONE:
        return NotFoundError(message, code=reason)
    return (EngineError if answer.status >= FAILED else InvalidError)(message, code=reason)


_threads = local()
"""The kept connections of each thread, by the endpoint's host and port."""
