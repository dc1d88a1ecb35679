"""An exported endpoint as an ASGI application, for servers that own the socket themselves, such as Ray Serve's.

A request is written down as HTTP again and given to a connection of ours that leads nowhere, so that nothing of what an
endpoint answers, refuses or counts is done a second time in another way.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httptools

from jupyter_mlstudio.serving.runtime.application import Application
from jupyter_mlstudio.serving.runtime.http.connection import Connection
from jupyter_mlstudio.serving.targets.assembling import assembled, ready_order

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]

DROPPED = {b"connection", b"content-length", b"transfer-encoding", b"expect", b"host", b"upgrade"}
"""Said about the connection to the server, which is not ours."""
UNSENT = {b"connection", b"transfer-encoding", b"date", b"content-length"}
SAFE = "/:%-._~!$&'()*+,;=@"
CLIENT_LEFT = 499


class Bridge:
    """Answers requests; opens its models at the first one, in the process that answers."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._application: Application | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Travel light: models are opened where they answer."""
        return {"_folder": self._folder, "_application": None}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if self._application is None:
            self.open()
        assert self._application is not None
        body = await _body(receive)
        answer = _Answer()
        connection = Connection(self._application.site)
        answer.attach(connection)
        connection.connection_made(answer)
        connection.data_received(_request(scope, body))
        try:
            await answer.pass_on(send, without_body=scope["method"] == "HEAD")
        finally:
            connection.connection_lost(None)

    def open(self) -> None:
        """Open the models; to be called in the event loop."""
        self._run = tempfile.TemporaryDirectory(prefix="endpoint-")
        order = ready_order(Path(self._folder), Path(self._run.name))
        self._application, deferred = assembled(order)
        deferred.start(self._application)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"].removeprefix("lifespan.")
        await send({"type": f"lifespan.{kind}.complete"})
        if kind == "shutdown":
            return


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _request(scope: Scope, body: bytes) -> bytes:
    path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
    query = b"?" + scope["query_string"] if scope.get("query_string") else b""
    lines = [b"%b %b%b HTTP/1.1" % (scope["method"].encode(), quote(path, SAFE).encode(), query), b"host: endpoint"]
    lines += [b"%b: %b" % (name, value) for name, value in scope["headers"] if name.lower() not in DROPPED]
    lines.append(b"content-length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class _Answer(asyncio.Transport):
    """The far end of a connection: takes the answer apart as it is written."""

    def __init__(self) -> None:
        super().__init__()
        self._parser = httptools.HttpResponseParser(self)
        self._events: asyncio.Queue[Scope | None] = asyncio.Queue()
        self._headers: list[tuple[bytes, bytes]] = []
        self._closing = self._complete = False

    def attach(self, connection: Connection) -> None:
        """Remember whose answer it is."""
        self._connection = connection

    async def pass_on(self, send: Send, *, without_body: bool) -> None:
        """Hand the answer to the server, piece by piece."""
        while (event := await self._events.get()) is not None:
            if without_body and event["type"] == "http.response.start":
                await send(event)
                break
            await send(event)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    # What the parser finds

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep what is said about the answer rather than about the connection."""
        if name.lower() not in UNSENT:
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Begin the answer."""
        status = self._parser.get_status_code()
        self._events.put_nowait({"type": "http.response.start", "status": status, "headers": self._headers})

    def on_body(self, body: bytes) -> None:
        """Pass a piece on."""
        self._events.put_nowait({"type": "http.response.body", "body": body, "more_body": True})

    def on_message_complete(self) -> None:
        """End the answer."""
        self._complete = True
        self._events.put_nowait(None)

    # What the connection does

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Take a part of the answer."""
        if not self._complete:
            self._parser.feed_data(bytes(data))

    def close(self) -> None:
        """End, whatever is missing."""
        self._closing = True
        if not self._complete:
            self._complete = True
            self._events.put_nowait(None)

    def abort(self) -> None:
        """End at once."""
        self.close()

    def write_eof(self) -> None:
        """Write nothing more."""

    def is_closing(self) -> bool:
        """Tell whether it has ended."""
        return self._closing

    def get_write_buffer_size(self) -> int:
        """Return how much waits; nothing ever does."""
        return 0

    def pause_reading(self) -> None:
        """Nothing more will come."""

    def resume_reading(self) -> None:
        """Nothing more will come."""

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Know nothing."""
        return default
