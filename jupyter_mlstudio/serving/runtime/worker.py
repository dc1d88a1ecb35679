"""The worker process of an endpoint: loads one model, proves that it predicts, and answers until it is told to stop.

It is started by the host with one JSON argument. Its input is a pipe that the host holds: when it ends, so does the
worker, whatever became of the host.
"""

import json
import os
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.core.trust import digest
from jupyter_mlstudio.serving.runtime.app import Application, Limits
from jupyter_mlstudio.serving.runtime.key import Key
from jupyter_mlstudio.serving.runtime.mlmodel import NoModelError
from jupyter_mlstudio.serving.runtime.model import Model, load
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.server import Server

GRACE = 30.0


def main() -> int:
    """Serve one deployment; returns the exit code."""
    order = json.loads(sys.argv[1])
    Thread(target=_end_with_host, name="host-watch", daemon=True).start()
    try:
        model = _loaded(order["deployment"], Path(order["project"]))
        application = Application(
            order["name"],
            str(order["deployment"]["number"]),
            model,
            Key(Path(order["key"])),
            Limits(rows=order["max_request_rows"]),
        )
        _prove(application, model)
    except Exception as error:  # a model is somebody else's code: whatever it raises is the reason to tell
        traceback.print_exc()
        _report(order["report"], {"state": "failed", "message": _explained(error)})
        return 1
    ready = {"state": "ready", "methods": model.methods}
    leaving = {"state": "leaving"}
    server = Server(application, lambda: _report(order["report"], ready), lambda: _report(order["report"], leaving))
    server.run(sockets=[socket.socket(fileno=order["socket"])])
    return 0


def _loaded(deployment: dict[str, Any], project: Path) -> Model:
    folder = Path(deployment["path"])
    if not folder.is_dir():
        raise NoModelError("The copy of the model is gone. Deploy the model again.")
    if digest(folder) != deployment["digest"]:
        raise NoModelError("The files of the model were changed after it was deployed. Deploy the model again.")
    return load(folder, trusted=deployment["trusted"], project=project)


def _prove(application: Application, model: Model) -> None:
    """Predict the input example, so that a model that cannot predict never takes over from one that can."""
    example = model.file.example_request()
    if example is None:
        return
    try:
        application.predict_json(json.dumps(example).encode())
    except RefusedError as error:
        raise NoModelError(f"The model does not take its own input example: {error}") from error


def _explained(error: Exception) -> str:
    if isinstance(error, NoModelError | StudioError):
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return f"The model needs the package {error.name!r}, which is not installed here. Install it and start again."
    return f"The model cannot be loaded: {type(error).__name__}: {error}"[:600]


def _report(descriptor: int, message: dict[str, Any]) -> None:
    with suppress(BrokenPipeError):  # the host is gone, so nobody wants to know
        os.write(descriptor, json.dumps(message).encode() + b"\n")


def _end_with_host() -> None:
    while sys.stdin.buffer.read(1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
