"""Our own HTTP server with a fixed answer in place of a model: `python _fixed.py FOLDER`; it prints its port."""

import asyncio
import socket
import sys
from pathlib import Path

import uvloop

from jupyter_mlstudio.serving.runtime.application import Application
from jupyter_mlstudio.serving.runtime.http.exchange import Exchange, Response, Route
from jupyter_mlstudio.serving.runtime.order import Order
from jupyter_mlstudio.serving.runtime.variants import Variants

ANSWER = Response(b'{"predictions":[true]}')


def fixed(_: Exchange, __: object) -> Response:
    """Answer always the same."""
    return ANSWER


async def serve(folder: Path) -> None:
    """Answer, with the key check and the counters that any endpoint has."""
    (folder / "key").write_text("key")
    order = Order("fixed", "fixed", str(folder), str(folder), 1, ())
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    listening.setblocking(False)
    application = Application(order, Variants(order, lambda _: None), (Route("/invocations", ("POST",), teller=fixed),))
    await application.serve(listening, lambda: print(listening.getsockname()[1], flush=True))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(Path(sys.argv[1])))
