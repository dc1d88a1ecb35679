"""A body while it is being received."""

from typing import Protocol

from jupyter_mlstudio.serving.runtime.http.chunks import Chunks
from jupyter_mlstudio.serving.runtime.http.exchange import Exchange
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

LARGE = 64 * 1024
"""From how many bytes on a body counts against what all connections may hold together."""


class Store(Protocol):
    """What is shared with other connections: how large one body may be, and how much is held of all."""

    body: int
    held: int
    hold: int


class Body:
    """Collects one body, never more of it than is allowed."""

    def __init__(self, exchange: Exchange, store: Store) -> None:
        self.exchange, self.size, self.complete = exchange, 0, False
        self._store, self._parts = store, list[bytes]()
        self._chunks = Chunks() if exchange.head.chunked else None
        self._claim(exchange.head.length)

    def feed(self, received: bytes) -> bytes:
        """Add what was received; return what follows the body.

        Raises:
            BadRequestError: These are no chunks.
            RefusedError: It is larger than allowed, or too much is being received at once.
        """
        if self._chunks is not None:
            part, rest = self._chunks.feed(received), self._chunks.rest
            self.complete = self._chunks.complete
        else:
            left = self.exchange.head.length - self.size
            part, rest = (received, b"") if len(received) <= left else (received[:left], received[left:])
            self.complete = len(part) == left
        self.size += len(part)
        if not self.exchange.status:  # else it was answered already, and is only waited for
            self._keep(part)
        return rest

    def whole(self) -> bytes:
        """Return the complete body."""
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def _keep(self, part: bytes) -> None:
        if self.size > self._store.body:
            raise too_large(self._store.body)
        if self._chunks is not None:
            self._claim(self.size)
        self._parts.append(part)

    def _claim(self, size: int) -> None:
        more = size - self.exchange.held
        if size < LARGE or more <= 0:
            return
        if self._store.held + more > self._store.hold:
            told = "Too many large bodies are being received at once. Try again in a moment."
            raise RefusedError("busy", told, status=429, retry_after=1)
        self._store.held += more
        self.exchange.held = size


def too_large(limit: int) -> RefusedError:
    """Say that a body is larger than allowed."""
    told = f"The body is larger than {limit / 2**20:g} MiB. Send fewer rows a request."
    return RefusedError("too_large", told, status=413)
