"""The quick way through this server to endpoints: connections that are kept, bodies that are passed on as they come."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

import httptools

from jupyter_mlstudio.core.errors import ConflictError

IDLE = 0.5
"""Seconds for which an unused connection is kept: it holds on to a worker that may have had to leave meanwhile."""
KEPT = 32
"""Unused connections to one endpoint."""
CONNECTING = 20.0
"""Seconds that an endpoint may take to wake up."""
ANSWERING = 75.0
FULL = 2**20
"""Bytes of an answer that may wait for a slow caller."""

Place = tuple[str, int]


class LostError(Exception):
    """The endpoint closed the connection before it had answered."""


class Line(asyncio.Protocol):
    """One connection to an endpoint; carries one request at a time."""

    def __init__(self, place: Place) -> None:
        self.place, self.since, self.used = place, time.monotonic(), False
        self._transport: asyncio.Transport | None = None
        self._clear = asyncio.Event()
        self._clear.set()
        self._begin()

    @property
    def open(self) -> bool:
        """Whether another request can be sent."""
        return self._transport is not None and not self._transport.is_closing()

    def write(self, content: bytes) -> None:
        """Send a part of a request."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(content)

    async def drained(self) -> None:
        """Wait until the endpoint has taken most of what was sent."""
        await self._clear.wait()

    async def head(self) -> tuple[int, dict[str, str]]:
        """Wait for the beginning of the answer.

        Raises:
            LostError: The connection was closed instead.
            TimeoutError: There is none in time.
        """
        if self._head.done():
            return self._head.result()
        late = asyncio.get_running_loop().call_later(ANSWERING, self._fail, TimeoutError())
        try:
            return await self._head
        finally:
            late.cancel()

    def whole(self) -> bytes | None:
        """Return the answer's body if all of it is here."""
        return b"".join(self._pieces) if self._complete else None

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the answer's body as it comes.

        Raises:
            LostError: It broke off.
        """
        while True:
            while self._pieces:
                piece = self._pieces.popleft()
                self._held -= len(piece)
                if self._held < FULL and self._transport is not None:
                    self._transport.resume_reading()
                yield piece
            if self._complete:
                return
            if self._lost:
                raise LostError
            self._more.clear()
            await self._more.wait()

    def again(self) -> bool:
        """Get ready for the next request; False if this was the last."""
        if not self._complete or not self._stays or not self.open:
            self.close()
            return False
        self._begin()
        self.used, self.since = True, time.monotonic()
        return True

    def close(self) -> None:
        """Let go of the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _begin(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._head: asyncio.Future[tuple[int, dict[str, str]]] = asyncio.get_running_loop().create_future()
        self._headers: dict[str, str] = {}
        self._pieces: deque[bytes] = deque()
        self._held, self._more = 0, asyncio.Event()
        self._complete = self._lost = False
        self._stays = True

    def _fail(self, error: Exception) -> None:
        if not self._head.done():
            self._head.set_exception(error)
            self._head.exception()  # nobody may be waiting for it

    # What the event loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        self._transport = transport  # type: ignore[assignment]  # of TCP, which is a Transport

    def data_received(self, data: bytes) -> None:
        """Read a part of an answer."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.connection_lost(None)
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits."""
        self._lost = True
        self._clear.set()
        self._more.set()
        self._fail(LostError())

    def pause_writing(self) -> None:
        """Note that the endpoint takes things slowly."""
        self._clear.clear()

    def resume_writing(self) -> None:
        """Note that it has caught up."""
        self._clear.set()

    # What the parser finds

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a field of the head."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Hand on the head."""
        if self._parser.get_status_code() == 100:  # noqa: PLR2004  # only an announcement
            self._headers = {}
        elif not self._head.done():
            self._head.set_result((self._parser.get_status_code(), self._headers))

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._pieces.append(body)
        self._held += len(body)
        if self._held > FULL and self._transport is not None:
            self._transport.pause_reading()
        self._more.set()

    def on_message_complete(self) -> None:
        """Note the end of an answer."""
        self._stays = self._parser.should_keep_alive()
        self._complete = True
        self._more.set()


class Passage:
    """The kept connections to all endpoints. Used in the event loop."""

    def __init__(self) -> None:
        self._kept: dict[Place, deque[Line]] = {}

    async def line(self, place: Place, *, fresh: bool = False) -> Line:
        """Return a connection to an endpoint, for one request.

        Raises:
            ConflictError: Nothing answers there.
        """
        kept = self._kept.get(place)
        while kept and not fresh:
            line = kept.pop()
            if line.open and time.monotonic() - line.since < IDLE:
                return line
            line.close()
        loop = asyncio.get_running_loop()
        try:
            _, line = await asyncio.wait_for(loop.create_connection(lambda: Line(place), *place), CONNECTING)
        except (OSError, TimeoutError) as error:
            told = f"The endpoint does not answer: {error or 'it took too long'}. Its log may say why."
            raise ConflictError(told, code="no_answer") from error
        return line

    def give_back(self, line: Line) -> None:
        """Keep a connection for the next request, if it can be used again."""
        kept = self._kept.setdefault(line.place, deque())
        if not line.again():
            return
        if len(kept) >= KEPT:
            line.close()
        else:
            kept.append(line)

    def close(self) -> None:
        """Let go of everything."""
        for kept in self._kept.values():
            for line in kept:
                line.close()
        self._kept.clear()


def request_head(method: str, target: str, host: str, headers: Mapping[str, str]) -> bytes:
    """Write the head of a request."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n".encode("latin-1")


def passage_of(settings: dict[str, Any]) -> Passage:
    """Return this server's passage; made at the first request."""
    if "mlstudio_passage" not in settings:
        settings["mlstudio_passage"] = Passage()
    passage: Passage = settings["mlstudio_passage"]
    return passage


def close_passage(settings: dict[str, Any]) -> None:
    """Let go of the connections, if there are any."""
    with suppress(KeyError):
        settings.pop("mlstudio_passage").close()
