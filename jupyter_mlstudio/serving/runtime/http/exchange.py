"""One request and the answer to it, as readers and tellers see them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from jupyter_mlstudio.serving.runtime.refusal import RefusedError

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.runtime.http.head import Head
    from jupyter_mlstudio.serving.runtime.http.stream import Stream

JSON = b"application/json"
Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer."""

    body: bytes
    status: int = 200
    kind: bytes = JSON
    headers: tuple[Header, ...] = ()


Teller = Callable[["Exchange", Any], Response | None]
"""Answers about the endpoint itself; called with the exchange and the Application, in the event loop.

It may return None, and answer the exchange later. A refusal is raised as RefusedError.
"""

Reader = Callable[["Exchange", Any], Any]
"""Makes the Question of a request; called with the exchange and the Predictor that shall answer it.

It runs in the event loop for small bodies and in the prediction thread for large ones. A refusal is raised as
RefusedError.
"""


@dataclass(frozen=True, slots=True)
class Route:
    """What answers at an address: either a reader, which asks the model, or a teller.

    Attributes:
        pattern: A path, such as "/v2/models/{model}/infer"; what stands in braces is any text without a slash.
            {model} and {version} choose the model that a reader is given.
        open: Whether it is answered without the key.
    """

    pattern: str
    methods: tuple[str, ...]
    reader: Reader | None = None
    teller: Teller | None = None
    open: bool = False


class Line(Protocol):
    """The connection, as far as an exchange knows it. Used in the event loop, unless it says otherwise."""

    gone: bool

    def answer(self, exchange: "Exchange", response: Response) -> None:
        """Send an answer when it is its turn; refusing is sending one, too."""

    def deliver(self, exchange: "Exchange", beginning: bytes, kind: bytes, body: bytes) -> None:
        """Send an ordinary answer, whose head is written down up to the number of its length."""

    def stream(self, exchange: "Exchange", status: int, kind: bytes, headers: tuple[Header, ...]) -> "Stream":
        """Begin an answer of unknown length; called in the prediction thread."""


class Exchange:
    """A request that has arrived whole, and its answer, which is given exactly once, in the event loop.

    Attributes:
        body: What was sent, without chunks' frames.
        arrived: When its last byte did, on the clock of time.perf_counter.
        status: Of the answer; 0 until there is one.
        sent: What of the answer still has to be sent.
        whole: Whether nothing will be added to `sent`.
        last: Whether the connection ends with this answer.
        held: Bytes of its body that count against what all connections may hold.
        name: What the answer calls the request; None if the caller has not named it and nobody wants to know.
    """

    __slots__ = ("arrived", "body", "head", "held", "last", "line", "name", "sent", "status", "whole")

    def __init__(self, line: Line, head: "Head", body: bytes, arrived: float) -> None:
        self.line, self.head, self.body, self.arrived = line, head, body, arrived
        self.status = self.held = 0
        self.sent = b""
        self.whole = self.last = False
        self.name = head.id

    @property
    def method(self) -> str:
        """GET, POST and so on."""
        return self.head.method

    @property
    def path(self) -> str:
        """The address without its query, decoded."""
        return self.head.path

    @property
    def query(self) -> Mapping[str, str]:
        """What follows the question mark."""
        return self.head.query

    @property
    def headers(self) -> Mapping[bytes, bytes]:
        """By name in lower case; of a name that comes twice, the values joined by commas."""
        return self.head.headers

    @property
    def argument(self) -> Mapping[str, str]:
        """What stood in the place of the pattern's braces."""
        return self.head.argument

    @property
    def id(self) -> str | None:
        """How the caller names the request in its head; None if it does not."""
        return self.head.id

    def reply(self, status: int, body: bytes, kind: bytes = JSON, headers: Iterable[Header] = ()) -> None:
        """Answer."""
        self.line.answer(self, Response(body, status, kind, tuple(headers)))

    def refuse(self, refusal: RefusedError) -> None:
        """Answer with what a refusal says."""
        self.line.answer(self, response_of(refusal))

    def stream(self, status: int, kind: bytes, headers: Iterable[Header] = ()) -> "Stream":
        """Begin an answer of unknown length; only this is called in the prediction thread."""
        return self.line.stream(self, status, kind, tuple(headers))


def response_of(refusal: RefusedError) -> Response:
    """Write down a refusal as JSON; what it says of waiting and of the key is in the headers, too."""
    headers: list[Header] = []
    if "retry_after" in refusal.details:
        headers.append((b"Retry-After", str(refusal.details["retry_after"]).encode()))
    if refusal.reason == "key":
        headers.append((b"WWW-Authenticate", b"Bearer"))
    if "allow" in refusal.details:
        headers.append((b"Allow", ", ".join(refusal.details["allow"]).encode()))
    return Response(msgspec.json.encode(refusal.body), refusal.status, JSON, tuple(headers))
