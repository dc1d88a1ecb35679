"""An answer that is sent piece by piece, from the thread that makes the pieces."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.runtime.http.exchange import Exchange


class GoneError(Exception):
    """The caller has left, or does not take what is sent; there is no use in going on."""


class Outlet(Protocol):
    """The connection, as far as a stream knows it."""

    loop: asyncio.AbstractEventLoop

    def wait_for_room(self, seconds: float) -> bool:
        """Wait, in another thread, until the caller has taken most of what was sent; False if he has left."""

    def send_piece(self, exchange: "Exchange", piece: bytes) -> None:
        """Send a piece, in the loop."""

    def end_pieces(self, exchange: "Exchange", *, whole: bool) -> None:
        """End the answer, in the loop."""


class Stream:
    """Pieces of one answer. Used from one thread, which is not the event loop's."""

    def __init__(self, outlet: Outlet, exchange: "Exchange", patience: float) -> None:
        self._outlet, self._exchange, self._patience = outlet, exchange, patience

    def write(self, piece: bytes) -> None:
        """Send a piece; waits while the caller is slower than we are.

        Raises:
            GoneError: He has left, or has taken nothing for a while.
        """
        if not self._outlet.wait_for_room(self._patience):
            raise GoneError("The caller is gone.")
        if piece:  # an empty one would end the answer
            self._outlet.loop.call_soon_threadsafe(self._outlet.send_piece, self._exchange, piece)

    def close(self, *, whole: bool = True) -> None:
        """End the answer; if it is not whole, the connection is cut, so that the caller notices."""
        self._outlet.loop.call_soon_threadsafe(partial(self._outlet.end_pieces, self._exchange, whole=whole))
