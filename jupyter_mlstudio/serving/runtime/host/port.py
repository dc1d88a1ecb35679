"""The port of one endpoint, and who is told when somebody calls there."""

import socket
from collections.abc import Callable

from jupyter_mlstudio.serving.runtime.host.loop import Loop
from jupyter_mlstudio.serving.runtime.host.sockets import listen


class Port:
    """A socket that is listened on, or none."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self.socket: socket.socket | None = None
        self.watched = False

    @property
    def number(self) -> int | None:
        """The number of the port; None while there is none."""
        return None if self.socket is None else int(self.socket.getsockname()[1])

    def open(self, address: str, asked: int | None, former: int | None) -> None:
        """Listen on the port that was asked for, or else on the former one, or else on any that is free.

        Raises:
            OSError: It is taken, or not ours to take; the text says what to do.
        """
        self.socket = listen(address, asked, former)

    def watch(self, call: Callable[[], None]) -> None:
        """Call this function when somebody calls: nobody else is there to answer."""
        if self.socket is not None and not self.watched:
            self.watched = True
            self._loop.watch(self.socket.fileno(), call)

    def forget(self) -> None:
        """Leave callers to workers."""
        if self.socket is not None and self.watched:
            self._loop.forget(self.socket.fileno())
        self.watched = False

    def close(self) -> None:
        """Let callers be refused, as far as no worker holds the socket."""
        self.forget()
        if self.socket is not None:
            self.socket.close()
            self.socket = None
