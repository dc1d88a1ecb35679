"""The worker's side of the socket over which the host tells it what to do."""

import asyncio
import json
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

LARGEST = 1 << 20
Message = dict[str, Any]


class Control:
    """Listens to the host, and to the next one after it; used in the event loop.

    What is to be said reaches whoever is connected; what was said last, also whoever connects later.
    """

    def __init__(
        self, listening: socket.socket, describe: Callable[[], Message], hear: Callable[[Message], None]
    ) -> None:
        self._listening, self._describe, self._hear = listening, describe, hear
        self._hosts: dict[socket.socket, bytes] = {}
        self.socket: socket.socket | None = None

    @property
    def alone(self) -> bool:
        """Whether there is no host at present."""
        return not self._hosts

    def start(self) -> None:
        """Let the host speak."""
        self._listening.setblocking(False)
        self._accept()  # who connected while the model was loaded
        asyncio.get_running_loop().add_reader(self._listening, self._accept)

    def say(self, message: Message) -> None:
        """Tell every host."""
        for host in list(self._hosts):
            self._send(host, message)

    def _accept(self) -> None:
        with suppress(BlockingIOError):
            while True:
                host, _ = self._listening.accept()
                host.setblocking(False)
                self._hosts[host] = b""
                asyncio.get_running_loop().add_reader(host, self._read, host)
                self._send(host, self._describe())

    def _read(self, host: socket.socket) -> None:
        try:
            content = host.recv(LARGEST)
        except BlockingIOError:
            return
        except OSError:
            content = b""
        if not content:
            self._leave(host)
            return
        *lines, self._hosts[host] = (self._hosts[host] + content).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if message.get("socket"):
                self._hand_over(host)
            else:
                self._hear(message)

    def _hand_over(self, host: socket.socket) -> None:
        """Send the socket that callers connect to, which the host before has taken along into its end."""
        if self.socket is not None:
            with suppress(OSError):
                host.setblocking(True)
                socket.send_fds(host, [_line({**self._describe(), "pid": os.getpid()})], [self.socket.fileno()])
            host.setblocking(False)

    def _send(self, host: socket.socket, message: Message) -> None:
        try:
            host.send(_line(message))
        except OSError:
            self._leave(host)

    def _leave(self, host: socket.socket) -> None:
        if host in self._hosts:
            asyncio.get_running_loop().remove_reader(host)
            del self._hosts[host]
            host.close()


def _line(message: Message) -> bytes:
    return json.dumps(message).encode() + b"\n"
