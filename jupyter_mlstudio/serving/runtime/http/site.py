"""What all connections of a worker share: whom they ask, what they allow, how answers begin."""

import asyncio
import time
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING

from jupyter_mlstudio.serving.runtime.http.exchange import Exchange
from jupyter_mlstudio.serving.runtime.http.head import Heads
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.runtime.http.connection import Connection

SWEEP = 0.5


class Patience:
    """For how long connections are waited for, in seconds.

    Attributes:
        slow: A head, and a body that makes no progress, must be complete by then.
        rate: Bytes a second that buy a body more time.
        idle: A connection on which nothing was asked is closed then.
        farewell: After a last answer, for the caller to close before it is done for him.
        answer: For the model.
    """

    def __init__(self, answer: float = 60.0) -> None:
        self.slow, self.rate, self.idle, self.farewell, self.answer = 9.0, 64 * 1024, 60.0, 2.0, answer


class Site:
    """The common ground of connections. Used in the event loop alone.

    Attributes:
        take: Called with every request that has arrived whole.
        objection: Asked about every head that is not known; what it returns is answered before the body is read.
        told: Called with every refusal that a connection gives by itself, and the seconds that it took.
        draining: Whether callers are told to close their connections.
        held: Bytes of large bodies that are being received or wait.
    """

    def __init__(self, heads: Heads, body: int, connections: int, patience: Patience) -> None:
        self.heads, self.body, self.most, self.patience = heads, body, connections, patience
        self.take: Callable[[Exchange], None] = lambda _: None
        self.objection: Callable[[Exchange], RefusedError | None] = lambda _: None
        self.told: Callable[[float, RefusedError], None] = lambda *_: None
        self.connections: set[Connection] = set()
        self.lingering: set[Connection] = set()
        self.accepted = 0
        self.held, self.hold = 0, 4 * body
        self.draining = False
        self.loop: asyncio.AbstractEventLoop = asyncio.get_running_loop()
        self._beginnings: dict[tuple[int, bytes], bytes] = {}
        self._second = 0.0
        self._sweeping = False

    def beginning(self, status: int, kind: bytes, now: float) -> bytes:
        """Return an answer's head up to the number of its length."""
        if now >= self._second:
            self._beginnings.clear()
            self._second = now + 1.0 - time.time() % 1.0
        found = self._beginnings.get((status, kind))
        if found is None:
            found = self._beginnings[status, kind] = _line(status, kind) + b"\r\nContent-Length: "
        return found

    def add(self, connection: "Connection") -> bool:
        """Take in a connection; False if there are too many."""
        self.accepted += 1
        self._sweep_soon()
        if len(self.connections) >= self.most:
            return False
        self.connections.add(connection)
        return True

    def remove(self, connection: "Connection") -> None:
        """Forget a connection."""
        self.connections.discard(connection)
        self.lingering.discard(connection)

    def linger(self, connection: "Connection") -> None:
        """Count a connection no more that only waits for the caller to close it."""
        self.connections.discard(connection)
        self.lingering.add(connection)

    def drain(self) -> None:
        """Tell all callers to close their connections with the next answer."""
        self.draining = True
        self.shed(len(self.connections))

    def shed(self, count: int) -> None:
        """Tell so many callers to close their connection with the next answer."""
        for connection, _ in zip(tuple(self.connections), range(count), strict=False):
            connection.closing = True

    def _sweep_soon(self) -> None:
        if not self._sweeping:
            self._sweeping = True
            self.loop.call_later(SWEEP, self._sweep)

    def _sweep(self) -> None:
        now = time.perf_counter()
        self._sweeping = False
        for connection in (*self.connections, *self.lingering):
            connection.check(now)
        if self.connections or self.lingering:
            self._sweep_soon()


def _line(status: int, kind: bytes) -> bytes:
    date = formatdate(usegmt=True).encode()
    content = b"\r\nContent-Type: " + kind if kind else b""
    return b"HTTP/1.1 %d %b\r\nDate: %b%b" % (status, HTTPStatus(status).phrase.encode(), date, content)
