"""A worker as the host sees it: its process, and the socket over which the two talk."""

import json
import math
import os
import secrets
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.runtime.host.loop import Loop
from jupyter_mlstudio.serving.runtime.host.process import Process
from jupyter_mlstudio.serving.runtime.host.sockets import connect_locally, listen_locally
from jupyter_mlstudio.serving.runtime.order import Order

MODULE = "jupyter_mlstudio.serving.runtime.worker"
STUBBORN = 5.0
"""Seconds after which a worker that does not say that it leaves is believed to take nothing new."""
ANSWER = 2.0
"""Seconds that a worker of a host before us may take to say how it is."""
LARGEST = 1 << 20
LOG_SIZE = 5_000_000


class Worker:
    """One worker process, from its start to its end."""

    def __init__(self, path: Path, connection: socket.socket, process: Process, loop: Loop) -> None:
        self._path, self._connection, self.process, self._loop = path, connection, process, loop
        self.state = "loading"
        self.failure: str | None = None
        self.methods: list[str] = []
        self.ended = False
        self.leaving_since: float | None = None
        self._ready_since = math.inf
        self._text = b""
        connection.setblocking(False)
        loop.watch(connection.fileno(), self._read)
        if process.handle >= 0:
            loop.watch(process.handle, self._gone)

    @classmethod
    def start(cls, folder: Path, order: Order, listening: socket.socket, loop: Loop) -> "Worker":
        """Start a worker that answers on a socket.

        Raises:
            OSError: No process can be started.
        """
        path = folder / "run" / f"{secrets.token_hex(4)}.sock"
        control = listen_locally(path)
        with control:
            orders = path.with_suffix(".json")
            orders.write_text(order.text(), encoding="utf-8")
            files = [listening.fileno(), control.fileno()]
            _shorten(folder / "log.txt")
            process = Process.start(MODULE, [str(orders.absolute())], folder / "log.txt", files)
            connection = connect_locally(path)
        if connection is None:
            process.kill()
            raise OSError("The worker cannot be reached.")
        return cls(path, connection, process, loop)

    @classmethod
    def adopt(cls, path: Path, loop: Loop) -> "tuple[Worker, Order, socket.socket] | None":
        """Take over a worker of a host that was killed, and the socket that it listens on; None if it is gone."""
        connection = connect_locally(path)
        if connection is None:
            _forget(path)
            return None
        try:
            connection.settimeout(ANSWER)
            connection.sendall(b'{"socket": true}\n')
            told, listening = _handed_over(connection)
            process = Process(told["pid"])
        except (OSError, ValueError, KeyError):
            connection.close()
            return None
        worker = cls(path, connection, process, loop)
        worker._hear(told)
        worker._ready_since = -math.inf  # longer than we know
        return worker, Order.read(json.dumps(told["order"])), listening

    @property
    def takes_nothing_new(self) -> bool:
        """Whether no new connection can reach it any more."""
        return self.state == "leaving" or self.ended or self.leaving_for > STUBBORN

    @property
    def answered_for(self) -> float:
        """Seconds since it began to answer; 0 if it never did."""
        return max(0.0, time.monotonic() - self._ready_since)

    @property
    def leaving_for(self) -> float:
        """Seconds since it was told to leave."""
        return 0.0 if self.leaving_since is None else time.monotonic() - self.leaving_since

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message; one that is gone will be noticed otherwise."""
        with suppress(OSError):
            self._connection.setblocking(True)
            self._connection.settimeout(ANSWER)
            self._connection.sendall(json.dumps(message).encode() + b"\n")
        self._connection.setblocking(False)

    def leave(self) -> None:
        """Tell it to finish what it was asked, and to end; one that loads has nothing to finish."""
        if self.leaving_since is None:
            self.leaving_since = time.monotonic()
            if self.state == "loading":
                self.process.kill()
            else:
                self.tell({"leave": True})

    def close(self) -> None:
        """Let go of it; it is ended if it has not by itself."""
        self.process.kill()
        self._loop.forget(self._connection.fileno())
        self._loop.forget(self.process.handle)
        self._connection.close()
        self.process.close()
        _forget(self._path)

    def _read(self) -> None:
        try:
            content = self._connection.recv(LARGEST)
        except BlockingIOError:
            return
        except OSError:
            content = b""
        if not content:
            self._loop.forget(self._connection.fileno())
            self.ended = self.ended or self.process.handle < 0
            return
        *lines, self._text = (self._text + content).split(b"\n")
        for line in lines:
            self._hear(json.loads(line))

    def _hear(self, message: dict[str, Any]) -> None:
        self.state = message.get("state", self.state)
        if self.state == "ready":
            self._ready_since = min(self._ready_since, time.monotonic())
        self.failure = message.get("message", self.failure)
        self.methods = message.get("methods", self.methods)

    def _gone(self) -> None:
        self._loop.forget(self.process.handle)
        self._read()  # its last words
        self.ended = True


def orphans(folder: Path) -> list[Path]:
    """Return the sockets of the workers that an endpoint had when its host ended."""
    return sorted((folder / "run").glob("*.sock"))


def _shorten(log: Path) -> None:
    with suppress(OSError):
        if log.stat().st_size > LOG_SIZE:
            log.replace(log.with_name("log.old.txt"))


def _handed_over(connection: socket.socket) -> tuple[dict[str, Any], socket.socket]:
    """Receive what a worker says of itself, and the socket that it listens on."""
    text = b""
    while True:
        content, files, _, _ = socket.recv_fds(connection, LARGEST, 1)
        text += content
        if not content:
            raise ConnectionResetError("The worker has ended.")
        if files:
            os.set_inheritable(files[0], False)  # a fork server that is started from here would keep the port for ever
            return json.loads(text.splitlines()[-1]), socket.socket(fileno=files[0])


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)
