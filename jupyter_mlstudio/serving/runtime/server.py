"""The web server of a worker: answers on a socket that it was given, and leaves it without losing a request."""

import asyncio
import socket
from collections.abc import Callable

import uvicorn

from jupyter_mlstudio.serving.runtime.app import Application

LINGER = 1.0
"""For how long callers that keep their connection are told to close it, before it is closed for them."""
STEP = 0.02
DRAIN = 20


class Server(uvicorn.Server):
    """uvicorn that says when it answers, and takes leave of kept connections before it closes them."""

    def __init__(self, application: Application, ready: Callable[[], None], leaving: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                application.asgi(),
                lifespan="off",
                access_log=False,
                log_level="warning",
                server_header=False,
                timeout_keep_alive=60,
                timeout_graceful_shutdown=DRAIN,
            )
        )
        self._application, self._tell_ready, self._tell_leaving = application, ready, leaving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        await super().startup(sockets)
        self._tell_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no new connection; finish what was asked, and what is asked on open connections in a short while."""
        for server in self.servers:
            server.close()
        self._tell_leaving()
        self._application.draining = True
        for _ in range(round(LINGER / STEP)):
            if not self.server_state.connections:
                break
            await asyncio.sleep(STEP)
        await super().shutdown(sockets)
