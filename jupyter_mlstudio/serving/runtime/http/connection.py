"""One caller's connection: takes requests out of what is received."""

import asyncio
import time
from typing import cast

from jupyter_mlstudio.serving.runtime.http.answering import Answering
from jupyter_mlstudio.serving.runtime.http.body import Body
from jupyter_mlstudio.serving.runtime.http.exchange import Exchange
from jupyter_mlstudio.serving.runtime.http.head import LONGEST, NO_HEAD, BadRequestError
from jupyter_mlstudio.serving.runtime.http.site import Site
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

MOST_AHEAD = 64
"""How many requests of one connection may wait for their answers."""
SKIPPED = 64 * 1024
"""How large a body may be that is read only to keep the connection, since its request was refused."""


class Connection(Answering, asyncio.Protocol):
    """Speaks HTTP/1.1 with one caller."""

    __slots__ = ("_begun", "_body", "_current", "_known", "_left", "_paused", "_rest", "_touched")

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._known = site.heads.known
        self._rest = b""
        self._body: Body | None = None
        self._current: Exchange | None = None
        self._left, self._paused = 0, False
        self._begun = self._touched = time.perf_counter()

    # What the event loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, or send the caller away if there are too many."""
        self._transport = cast("asyncio.Transport", transport)
        if not self._site.add(self):
            told = "Too many connections are open. Try again in a moment."
            self._refuse(RefusedError("connections", told, status=503, retry_after=1))

    def data_received(self, received: bytes) -> None:
        """Take in what was sent: nearly always all of one request with a head that is known."""
        self._touched = now = time.perf_counter()
        if not (self._rest or self._ahead or self.deaf) and self._body is None:
            end = received.find(b"\r\n\r\n") + 4
            head = self._known.get(received[:end])
            if head is not None and len(received) == end + head.length:
                exchange = Exchange(self, head, received[end:], now)
                self._begun = 0.0
                if self._first is None:
                    self._first = exchange
                else:
                    self._ahead.append(exchange)
                self._site.take(exchange)
                return
        self._feed(received)

    def eof_received(self) -> bool:
        """Answer a caller who will say no more only if the answer is at hand: most such callers have left."""
        waits = self._first is not None and self._body is None and not self._parting
        self.closing = self.deaf = self.gone = True
        return waits

    def connection_lost(self, _: Exception | None) -> None:
        """Forget the caller; what he asked is dropped where it waits."""
        self.gone = self.deaf = True
        self._site.remove(self)
        for exchange in (self._first, *self._ahead):
            if exchange is not None:
                self._release(exchange)
        self._body, self._first = None, None
        self._ahead.clear()
        if self._room is not None:
            self._room.set()

    def pause_writing(self) -> None:
        """Take nothing more from a caller who does not take his answers."""
        self._full, self._left = time.perf_counter(), self._transport.get_write_buffer_size()
        self._pause()
        if self._room is not None:
            self._room.clear()

    def resume_writing(self) -> None:
        """Go on."""
        self._full = 0.0
        if self._room is not None:
            self._room.set()
        self._resume()

    # Requests

    def _feed(self, received: bytes) -> None:
        if self.deaf:
            return  # nobody reads it any more
        try:
            if self._body is not None:
                received = self._fill(self._body, received)
            elif self._rest:
                received = self._rest + received
            self._rest = b""
            while received and not self.deaf:
                if len(self._ahead) >= MOST_AHEAD or self._full:
                    self._rest = received
                    self._pause()
                    return
                received = self._next(received)
        except BadRequestError as error:
            self._refuse(RefusedError("http", f"This is no request that can be read: {error}."))
        except RefusedError as refusal:
            self._refuse(refusal)

    def _next(self, received: bytes) -> bytes:
        """Take one request, or what is there of it; return what follows."""
        received = received.lstrip(b"\r\n") if received[0] in b"\r\n" else received
        end = received.find(b"\r\n\r\n") + 4
        if end < len(b"\r\n\r\n"):
            return self._wait_for_head(received)
        if end > LONGEST:
            raise _long_head()
        raw = received[:end]
        head = self._site.heads.understand(raw)
        exchange = Exchange(self, head, b"", self._touched)
        self._begun, self._current = 0.0, exchange
        self._queue(exchange)
        objection = self._site.objection(exchange)
        if objection is not None:
            self._object(exchange, objection)
        elif head.admitted >= 0:
            self._site.heads.remember(raw, head)
        return self._begin_body(exchange, received[end:])

    def _object(self, exchange: Exchange, objection: RefusedError) -> None:
        """Refuse a request for its head; a small body is skipped, for a large one the connection is given up."""
        head = exchange.head
        if head.chunked or head.expects or head.length > SKIPPED:
            raise objection
        exchange.refuse(objection)

    def _wait_for_head(self, received: bytes) -> bytes:
        if len(received) > LONGEST:
            raise _long_head()
        if b"\n\n" in received:
            raise BadRequestError("Lines end with CR LF")
        self._rest = received
        self._begun = self._begun or self._touched
        return b""

    def _begin_body(self, exchange: Exchange, received: bytes) -> bytes:
        head = exchange.head
        if not head.chunked and len(received) >= head.length:
            exchange.body = received[: head.length]
            self._hand_over(exchange)
            return received[head.length :]
        self._begun = self._touched
        self._body = Body(exchange, self._site)
        if head.expects and not received and exchange is self._first:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return self._fill(self._body, received) if received else b""

    def _fill(self, body: Body, received: bytes) -> bytes:
        """Add to the body that is being received; return what follows it."""
        rest = body.feed(received)
        if body.complete:
            self._body, self._begun = None, 0.0
            body.exchange.body, body.exchange.arrived = body.whole(), self._touched
            self._hand_over(body.exchange)
        return rest

    def _hand_over(self, exchange: Exchange) -> None:
        self._current = None
        self.deaf = self.deaf or not exchange.head.keep
        if not exchange.status:
            self._site.take(exchange)

    def _queue(self, exchange: Exchange) -> None:
        if self._first is None:
            self._first = exchange
        else:
            self._ahead.append(exchange)

    def _refuse(self, refusal: RefusedError) -> None:
        """Refuse what is being received, and everything after it."""
        exchange = self._current
        if exchange is None:
            exchange = Exchange(self, NO_HEAD, b"", self._touched)
            self._queue(exchange)
        self._body = self._current = None
        self._rest, self._begun = b"", 0.0
        self._unread = self.deaf = exchange.last = True
        if not exchange.status:
            self._site.told(time.perf_counter() - exchange.arrived, refusal)
            exchange.refuse(refusal)
        elif self._first is None:
            self._part()

    @property
    def _unfinished(self) -> bool:
        return self._current is not None or bool(self._rest)

    def _linger(self) -> None:
        self._site.linger(self)

    def _pause(self) -> None:
        self._paused = True
        self._transport.pause_reading()

    def _resume(self) -> None:
        if not self._paused or self._full or self.deaf or len(self._ahead) > MOST_AHEAD // 2:
            return
        self._paused = False
        self._transport.resume_reading()
        if self._rest:
            self.loop.call_soon(self._feed, b"")

    def close_idle(self) -> None:
        """Close the connection if nothing is under way on it."""
        if self._first is None and self._current is None and not self._rest:
            self._transport.close()

    # Time

    def check(self, now: float) -> None:
        """See whether the caller has been waited for long enough; asked twice a second."""
        patience = self._site.patience
        if self._parting:
            if now > self._parting:
                self._transport.abort()
        elif self._full:
            self._check_taking(now)
        elif self._begun:
            self._check_sending(now)
        elif self._first is None:
            if now > self._touched + patience.idle:
                self._transport.close()
        elif not self._first.status and now > self._first.arrived + patience.answer:
            told = f"The model did not answer within {patience.answer:g} seconds."
            refusal = RefusedError("timeout", told, status=504)
            self._site.told(now - self._first.arrived, refusal)
            self._first.refuse(refusal)

    def _check_taking(self, now: float) -> None:
        left = self._transport.get_write_buffer_size()
        if left < self._left:
            self._full, self._left = now, left
        elif now > self._full + self._site.patience.slow:
            self._transport.abort()

    def _check_sending(self, now: float) -> None:
        patience = self._site.patience
        size = self._body.size if self._body is not None else 0
        if now < self._begun + patience.slow + size / patience.rate:
            return
        if not self._rest and self._body is None:
            self._transport.close()  # nothing was ever asked
            return
        self._refuse(RefusedError("slow", f"The request did not arrive within {patience.slow:g} seconds.", status=408))


def _long_head() -> RefusedError:
    return RefusedError("head_too_large", f"The head of the request is longer than {LONGEST // 1024} KiB.", status=431)
