"""The half of a connection that answers: every answer whole and in the order of the requests."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import cast

from jupyter_mlstudio.serving.runtime.http.exchange import Exchange, Header, Response
from jupyter_mlstudio.serving.runtime.http.site import Site
from jupyter_mlstudio.serving.runtime.http.stream import Stream

LENGTH = b"\r\nContent-Length: "
NO_CONTENT = 204
MOST_LINGERING = 1024


class Answering:
    """Sends answers.

    Attributes:
        closing: Whether the caller shall be told to close the connection with the next answer.
        gone: Whether the caller has left, as far as one can know.
        deaf: Whether nothing is read any more, since an answer that is given or will be is the last.
    """

    __slots__ = ("_ahead", "_first", "_full", "_parting", "_room", "_site", "_transport", "_unread", "closing", "deaf",
                 "gone", "loop")  # fmt: skip

    def __init__(self, site: Site) -> None:
        self._site, self.loop = site, site.loop
        self._transport = cast("asyncio.Transport", None)
        self._first: Exchange | None = None
        self._ahead: deque[Exchange] = deque()
        self._parting = self._full = 0.0
        self._room: threading.Event | None = None
        self.closing = self.gone = self.deaf = self._unread = False

    def deliver(self, exchange: Exchange, beginning: bytes, kind: bytes, body: bytes) -> None:
        """Send an ordinary answer, whose head is written down up to the number of its length."""
        if exchange.status:
            return  # it was given up meanwhile
        exchange.status = 200
        if (
            exchange is self._first
            and exchange.head.simple
            and exchange.name is None
            and not (self._ahead or self.closing or exchange.held or self.deaf)
        ):
            self._first = None
            self._transport.write(b"%b%d\r\n\r\n%b" % (beginning, len(body), body))
        else:
            self._send(exchange, b"%b%d" % (beginning, len(body)), body)

    def answer(self, exchange: Exchange, response: Response) -> None:
        """Send an answer when it is its turn."""
        if exchange.status:
            return
        exchange.status = response.status
        beginning = self._site.beginning(response.status, response.kind, time.perf_counter())
        if response.status == NO_CONTENT:
            beginning = beginning.removesuffix(LENGTH)
        else:
            beginning = b"%b%d" % (beginning, len(response.body))
        self._send(exchange, beginning + written(response.headers), response.body)

    def stream(self, exchange: Exchange, status: int, kind: bytes, headers: tuple[Header, ...]) -> Stream:
        """Begin an answer of unknown length; called in the prediction thread."""
        self._room = self._room or threading.Event()
        if not self._full:
            self._room.set()
        self.loop.call_soon_threadsafe(self._begin, exchange, status, kind, headers)
        return Stream(self, exchange, self._site.patience.slow)

    # Streams' side; see Outlet

    def wait_for_room(self, seconds: float) -> bool:
        """Wait, in another thread, until the caller has taken most of what was sent; False if he has left."""
        return not self.gone and (self._room is None or self._room.wait(seconds)) and not self.gone

    def send_piece(self, exchange: Exchange, piece: bytes) -> None:
        """Send a piece of a streamed answer."""
        if self.gone or exchange.whole:
            return
        exchange.sent += b"%x\r\n%b\r\n" % (len(piece), piece) if exchange.head.minor else piece
        if exchange is self._first:
            self._flush()

    def end_pieces(self, exchange: Exchange, *, whole: bool) -> None:
        """End a streamed answer; one that is not whole ends with the connection, so that the caller notices."""
        if self.gone or exchange.whole:
            return
        exchange.whole = True
        if not whole:
            self._transport.abort()
            return
        exchange.sent += b"0\r\n\r\n" if exchange.head.minor else b""
        if exchange is self._first:
            self._flush()

    def _begin(self, exchange: Exchange, status: int, kind: bytes, headers: tuple[Header, ...]) -> None:
        if exchange.status or self.gone:
            return
        exchange.status = status
        exchange.last = exchange.last or not exchange.head.minor
        beginning = self._site.beginning(status, kind, time.perf_counter()).removesuffix(LENGTH)
        coding = b"\r\nTransfer-Encoding: chunked" if exchange.head.minor else b""
        exchange.sent = b"%b%b%b%b\r\n\r\n" % (beginning, coding, written(headers), self._endings(exchange))
        self._flush()

    # In order

    def _send(self, exchange: Exchange, head: bytes, body: bytes) -> None:
        body = b"" if exchange.head.method == "HEAD" else body
        exchange.sent = b"%b%b\r\n\r\n%b" % (head, self._endings(exchange), body)
        exchange.whole = True
        self._flush()

    def _endings(self, exchange: Exchange) -> bytes:
        """Return the fields that tell the caller which request this answers, and what becomes of the connection."""
        newest = self._ahead[-1] if self._ahead else self._first
        closing = self.closing and exchange is newest and not self._unfinished
        exchange.last = exchange.last or not exchange.head.keep or closing
        if exchange.last:
            self.deaf = self.deaf or exchange is newest
            connection = b"\r\nConnection: close"
        else:
            connection = b"" if exchange.head.minor else b"\r\nConnection: keep-alive"
        name = exchange.name
        return connection if not name else b"%b\r\nX-Request-Id: %b" % (connection, name.encode("latin-1"))

    @property
    def _unfinished(self) -> bool:
        """Whether more has been received than is answered."""
        return False

    def _flush(self) -> None:
        """Send what can be sent in order."""
        parts, first = [], self._first
        while first is not None and (first.sent or first.whole):
            parts.append(first.sent)
            first.sent = b""
            if not first.whole:
                break
            self._release(first)
            self._first = self._ahead.popleft() if self._ahead else None
            if first.last or (self.deaf and self._first is None):
                self._transport.writelines(parts)
                self._part()
                return
            first = self._first
        if parts:
            self._transport.writelines(parts)
            self._resume()

    def _release(self, exchange: Exchange) -> None:
        self._site.held -= exchange.held
        exchange.held = 0

    def _resume(self) -> None:
        """Go on with what was left unread while too much waited."""

    def _linger(self) -> None:
        """Count no more among the connections that may ask."""

    def _part(self) -> None:
        """End the connection, so that the caller gets the last answer even while he still sends."""
        self.deaf = True
        if not self._unread or len(self._site.lingering) >= MOST_LINGERING:
            self._transport.close()
            return
        self._linger()
        self._parting = time.perf_counter() + self._site.patience.farewell
        self._transport.write_eof()


def written(headers: Iterable[Header]) -> bytes:
    """Write down header fields, to follow another."""
    return b"".join(b"\r\n%b: %b" % each for each in headers)
