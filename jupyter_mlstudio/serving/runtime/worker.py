"""The worker process of an endpoint: opens its deployments, answers on a socket that it was given, and leaves it.

Its arguments are the file of an order and two open sockets: one for callers, one for the host. It does not end with the
host: the next one finds it again. It ends when it is told to, or when its endpoint's folder is gone.
"""

import asyncio
import gc
import json
import os
import signal
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

import uvloop

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.serving.runtime import ahead
from jupyter_mlstudio.serving.runtime.application import Application
from jupyter_mlstudio.serving.runtime.control import Control
from jupyter_mlstudio.serving.runtime.deferred import Deferred
from jupyter_mlstudio.serving.runtime.mlmodel import NoModelError
from jupyter_mlstudio.serving.runtime.order import Order
from jupyter_mlstudio.serving.runtime.predictors import open_predictor
from jupyter_mlstudio.serving.runtime.variants import Variants
from jupyter_mlstudio.serving.runtime.wire.routes import ROUTES

HANGS = 75
"""Exit code of a worker whose model hangs."""
LOOK = 2.0
"""Seconds between two looks whether the endpoint still exists, for a worker without a host."""


class Worker:
    """Answers for one endpoint."""

    def __init__(self, order: Order, listening: socket.socket, control: socket.socket) -> None:
        self._order, self._listening = order, listening
        self._state: dict[str, Any] = {"state": "loading"}
        self._control = Control(control, self._describe, self._hear)
        self._application: Application | None = None

    async def run(self) -> int:
        """Serve until told to leave; returns the exit code."""
        try:
            application, deferred = self._assembled()
        except Exception as error:  # a model is somebody else's code: whatever it raises is the reason to tell
            traceback.print_exc()
            self._control.start()
            self._say({"state": "failed", "message": explained(error)})
            return 1
        self._application = application
        self._control.socket = self._listening
        self._control.start()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._leave)
        watch = asyncio.create_task(self._watch())
        await application.serve(self._listening, lambda: self._ready(application, deferred))
        watch.cancel()
        await deferred.stop()
        return 0

    def _assembled(self) -> tuple[Application, Deferred]:
        order = self._order
        project, limits = Path(order.project), order.limits
        variants = Variants(order, lambda variant: open_predictor(variant, project, limits))
        deferred = Deferred(Path(order.folder))
        return Application(order, variants, routes=(*ROUTES, *deferred.routes)), deferred

    def _ready(self, application: Application, deferred: Deferred) -> None:
        first = application.variants.all[0].predictor
        self._say({"state": "ready", "methods": list(first.methods) if first is not None else []})
        deferred.start(application)

    def _hear(self, message: dict[str, Any]) -> None:
        if self._application is None:
            return
        if "order" in message:
            self._order = Order.read(json.dumps(message["order"]))
            self._application.change(self._order)
        if "shed" in message:
            self._application.shed(int(message["shed"]))
        if message.get("leave"):
            self._leave()

    def _leave(self) -> None:
        if self._application is not None and self._state["state"] != "leaving":
            self._application.leave()
            self._say({**self._state, "state": "leaving"})

    def _say(self, state: dict[str, Any]) -> None:
        self._state = state
        self._control.say(state)

    def _describe(self) -> dict[str, Any]:
        return {**self._state, "order": json.loads(self._order.text())}

    async def _watch(self) -> None:
        """Leave when the endpoint was deleted while no host was there to say so; end when the model hangs."""
        while True:
            await asyncio.sleep(LOOK)
            self._check_hangs()
            if self._control.alone and not (Path(self._order.folder) / "desired.json").exists():
                self._leave()

    def _check_hangs(self) -> None:
        """End the process if the model does not come back: the next one answers."""
        stuck = self._application.stuck_for if self._application is not None else 0.0
        if stuck > 2 * self._order.limits.seconds:
            told = f"The model did not come back within {stuck:.0f} seconds, so that its worker was ended."
            sys.stderr.write(f"{told}\n")
            self._say({**self._state, "message": told})
            os._exit(HANGS)


def explained(error: Exception) -> str:
    """Say for the user why a model cannot be loaded."""
    if isinstance(error, NoModelError | StudioError):
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return f"The model needs the package {error.name!r}, which is not installed here. Install it and start again."
    return f"The model cannot be loaded: {type(error).__name__}: {error}"[:600]


def main() -> int:
    """Serve an order; returns the exit code."""
    file, *numbers = sys.argv[1:]
    listening, control = (socket.socket(fileno=int(number)) for number in numbers)
    for each in (listening, control):
        os.set_inheritable(each.fileno(), False)
    ahead.one_thread()
    ahead.keep_memory()
    if sys.stdout is not None:
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # it is a real file
    gc.freeze()
    order = Order.read(Path(file).read_text(encoding="utf-8"))
    with suppress(KeyboardInterrupt):
        return uvloop.run(Worker(order, listening, control).run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
