"""The engine process: one Studio that answers calls as lines of JSON, so that the caller need not import MLflow.

Its argument is the project folder; the first line of its input holds the settings, which may have a password in them.
Then it reads requests, and ends with its input. Calls run in threads: a slow one does not hold up the others.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from operator import attrgetter
from threading import Event, Lock, Thread
from typing import Any, TextIO, get_type_hints

from jupyter_mlstudio.core.errors import EngineError, StudioError
from jupyter_mlstudio.core.validation import adapter, convert, parse
from jupyter_mlstudio.settings import Settings
from jupyter_mlstudio.studio import Studio

WAITS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
"""How MLflow asks a tracking server while somebody waits before a panel, unless the user's environment says otherwise:
by itself it would try for minutes, and draw progress bars into the server's log."""


WARM = ("mlflow.tracking", "mlflow.store.tracking.sqlalchemy_store", "nbdime.diffing.notebooks")
"""What most calls need and takes seconds to import."""

IDLE = 3.0
"""Seconds after the first answer until it is imported, before somebody waits for it."""


def main() -> None:
    """Serve until the input ends."""
    for name, value in WAITS.items():
        os.environ.setdefault(name, value)
    settings = parse(Settings, sys.stdin.readline())
    studio = Studio.open(sys.argv[1], **settings.model_dump())
    answers, sys.stdout = sys.stdout, sys.stderr  # what an engine prints must not end up between the answers
    serve(studio, sys.stdin, answers)


def serve(studio: Studio, requests: TextIO, answers: TextIO) -> None:
    """Answer each line of requests with one line; order is not kept."""
    lock, answered, ending = Lock(), Event(), Event()
    Thread(target=_warm_up, args=[answered, ending], name="mlstudio-warm-up", daemon=True).start()

    def handle(line: str) -> None:
        request = json.loads(line)
        answer = json.dumps({"id": request["id"], **_outcome(studio, request)})
        with lock:
            print(answer, file=answers, flush=True)
        answered.set()

    with ThreadPoolExecutor(max_workers=4) as pool:
        for line in requests:
            pool.submit(handle, line)
        ending.set()


def _warm_up(answered: Event, ending: Event) -> None:
    """Import what the next calls need, while nobody waits."""
    answered.wait()
    for name in () if ending.wait(IDLE) else WARM:
        try:
            import_module(name)
        except Exception:  # whoever needs it is told why
            continue


def _outcome(studio: Studio, request: dict[str, Any]) -> dict[str, Any]:
    try:
        verb = getattr(attrgetter(request["service"])(studio), request["verb"])
        hints = get_type_hints(verb)
        arguments = {name: convert(hints[name], value) for name, value in request["arguments"].items()}
        return {"result": adapter(hints["return"]).dump_python(verb(**arguments), mode="json")}
    except StudioError as error:
        return {"error": {"kind": type(error).__name__, "message": str(error), "code": error.code}}
    except Exception as error:  # the border of the process: whatever it was, the caller must hear of it
        failure = EngineError(f"{type(error).__name__}: {error}")
        return {"error": {"kind": "EngineError", "message": str(failure), "code": failure.code}}


if __name__ == "__main__":
    main()
