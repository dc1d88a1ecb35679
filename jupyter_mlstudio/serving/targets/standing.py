"""Serves an exported endpoint: `python -m jupyter_mlstudio.serving.targets.standing FOLDER [--port PORT]`.

It needs nothing but the folder and a key. Several processes answer on one socket; one that ends is started again.
"""

import argparse
import asyncio
import os
import signal
import socket
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import FrameType

from jupyter_mlstudio.serving.runtime import ahead
from jupyter_mlstudio.serving.runtime.order import Order
from jupyter_mlstudio.serving.targets.assembling import assembled, ready_order
from jupyter_mlstudio.serving.targets.bundle import Bundle, NoBundleError

PAUSE = 0.5
"""Seconds before a process that ended is started again."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to end; returns the exit code."""
    parser = argparse.ArgumentParser(prog="standing", description="Serve an exported endpoint.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--host", default="0.0.0.0")  # a container is reached from outside only so
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--workers", type=int, help="how many processes answer; as the endpoint had them if not given")
    parser.add_argument("--prepare", action="store_true", help="only prepare the models, as while an image is built")
    options = parser.parse_args(arguments)
    folder = options.folder.resolve()
    try:
        if options.prepare:
            _prepare_in(folder)
            return 0
        with tempfile.TemporaryDirectory(prefix="endpoint-") as run:
            order = ready_order(folder, Path(run))
            return _serve(order, options.host, options.port, options.workers or Bundle.read(folder).workers)
    except (NoBundleError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201  # it is a program's word to who started it
        return 1


def _prepare_in(folder: Path) -> None:
    """Prepare the models into the folder itself."""
    from jupyter_mlstudio.serving.targets.assembling import prepare

    with tempfile.TemporaryDirectory() as run:
        bundle = Bundle.read(folder)
        order = bundle.order(folder, folder)
        prepare(order, Path(run))


def _serve(order: Order, host: str, port: int, workers: int) -> int:
    listening = socket.create_server((host, port), backlog=2048)
    children = {_fork(order, listening) for _ in range(workers)}
    leaving = False

    def leave(_number: int, _frame: FrameType | None) -> None:
        nonlocal leaving
        leaving = True
        for child in children:
            os.kill(child, signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    while children:
        child, status = os.wait()
        children.discard(child)
        if not leaving:
            if os.waitstatus_to_exitcode(status) == 1:  # the models do not load; they will not the next time either
                leave(0, None)
                return 1
            time.sleep(PAUSE)
            children.add(_fork(order, listening))
    return 0


def _fork(order: Order, listening: socket.socket) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        import uvloop

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        ahead.one_thread()
        uvloop.run(_answer(order, listening))
        code = 0
    except BaseException:  # whatever it is, this process must not go on as its parent
        traceback.print_exc()
    finally:
        os._exit(code)


async def _answer(order: Order, listening: socket.socket) -> None:
    application, deferred = assembled(order)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, application.leave)
    await application.serve(listening, lambda: deferred.start(application))
    await deferred.stop()


if __name__ == "__main__":
    sys.exit(main())
