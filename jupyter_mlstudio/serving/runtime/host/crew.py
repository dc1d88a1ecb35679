"""The workers that answer with the same deployments."""

import socket
import time
from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.runtime.host.loop import Loop
from jupyter_mlstudio.serving.runtime.host.worker import Worker
from jupyter_mlstudio.serving.runtime.order import Order


class Crew:
    """Workers of one order, as many as are wanted."""

    def __init__(self, folder: Path, order: Order, size: int, listening: socket.socket, loop: Loop) -> None:
        self.order, self.size = order, size
        self.workers: list[Worker] = []
        self.begun = time.monotonic()
        self.listening = listening
        self._folder, self._loop = folder, loop

    @property
    def ready(self) -> list[Worker]:
        """Those that answer."""
        return [worker for worker in self.workers if worker.state == "ready" and not worker.ended]

    @property
    def complete(self) -> bool:
        """Whether as many answer as are wanted."""
        return len(self.ready) >= self.size

    @property
    def failure(self) -> str | None:
        """Why one of them could not begin; None if none has failed."""
        for worker in self.workers:
            if worker.failure is not None:
                return worker.failure
            if worker.ended and worker.state == "loading":
                return f"The worker {worker.process.how_it_ended()} while loading the model."
        return None

    @property
    def methods(self) -> list[str]:
        """What the model can be asked for."""
        return self.ready[0].methods if self.ready else []

    @property
    def gone(self) -> bool:
        """Whether none of them takes a new connection any more."""
        return all(worker.takes_nothing_new for worker in self.workers)

    def fill(self) -> None:
        """Start as many as are missing.

        Raises:
            OSError: No process can be started.
        """
        while len(self.workers) < self.size:
            self.workers.append(Worker.start(self._folder, self.order, self.listening, self._loop))

    def surplus(self) -> list[Worker]:
        """Tell the youngest to leave that are more than wanted, and return them."""
        leaving = self.workers[self.size :]
        self.workers = self.workers[: self.size]
        for worker in leaving:
            worker.leave()
        return leaving

    def change(self, order: Order) -> None:
        """Let all follow an order for which nothing must be loaded."""
        self.order = order
        self.tell({"order": as_plain(order)})

    def tell(self, message: dict[str, Any]) -> None:
        """Send all of them a message."""
        for worker in self.workers:
            worker.tell(message)

    def leave(self) -> list[Worker]:
        """Tell all to leave, and return them."""
        for worker in self.workers:
            worker.leave()
        return self.workers


def newcomer(order: Order, crew: Crew | None) -> int | None:
    """Return the newest deployment of an order that does not answer yet; None if all do."""
    known = {variant.number for variant in crew.order.variants} if crew is not None else set()
    return max((variant.number for variant in order.variants if variant.number not in known), default=None)


def as_plain(order: Order) -> dict[str, Any]:
    """Return an order as plain data."""
    import json

    content: dict[str, Any] = json.loads(order.text())
    return content
