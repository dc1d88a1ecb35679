"""The engine process as the server sees it: the same Studio, in another process that may import MLflow."""

import json
import subprocess
import sys
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from threading import Lock, Thread
from typing import Any, get_type_hints

from jupyter_mlstudio.core.errors import EngineError, error_from
from jupyter_mlstudio.core.validation import adapter, convert
from jupyter_mlstudio.settings import Settings
from jupyter_mlstudio.studio import Studio


class EngineProcess:
    """Starts the engine process at the first call, and again after it has died; safe to share between threads."""

    def __init__(self, project: str, settings: Settings) -> None:
        self._project, self._settings = project, settings.model_dump_json()
        self._process: subprocess.Popen[str] | None = None
        self._waiting: dict[int, Future[Any]] = {}
        self._numbers = count()
        self._lock = Lock()

    def call(self, service: str, verb: str, arguments: dict[str, Any]) -> Any:
        """Call a verb of a service there and wait for the plain data of its answer."""
        future: Future[Any] = Future()
        with self._lock:
            process = self._running()
            number = next(self._numbers)
            self._waiting[number] = future
            request = {"id": number, "service": service, "verb": verb, "arguments": arguments}
            try:
                print(json.dumps(request), file=process.stdin, flush=True)
            except OSError as error:
                del self._waiting[number]
                raise EngineError("The engine process has just ended. Try again.", code="engine_died") from error
        return future.result()

    @property
    def pid(self) -> int | None:
        """The process that answers now; None before the first call and after the end."""
        return None if self._process is None else self._process.pid

    def stop(self) -> None:
        """End the process by closing its input; calls still under way fail."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            _close(process)
            try:
                process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None or self._process.poll() is not None:
            self._waiting = {}  # each process its own, so that one that ends fails only the calls that it was given
            command = [sys.executable, "-m", "jupyter_mlstudio.engine", self._project]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            print(self._settings, file=self._process.stdin, flush=True)
            Thread(target=self._read, args=[self._process, self._waiting], name="mlstudio-engine", daemon=True).start()
        return self._process

    def _read(self, process: "subprocess.Popen[str]", waiting: dict[int, Future[Any]]) -> None:
        assert process.stdout is not None  # opened as a pipe above
        with process.stdout as answers:
            for line in answers:
                _settle(waiting, json.loads(line))
        process.wait()
        with self._lock:
            _close(process)
        for future in waiting.values():
            future.set_exception(EngineError("The engine process ended. Try again.", code="engine_died"))


def _settle(waiting: dict[int, Future[Any]], answer: dict[str, Any]) -> None:
    future = waiting.pop(answer["id"])
    failure = answer.get("error")
    if failure is None:
        future.set_result(answer["result"])
    else:
        future.set_exception(error_from(failure["kind"], failure["message"], failure["code"]))


def _close(process: "subprocess.Popen[str]") -> None:
    """Close the way in; what is still in its buffer has nobody to read it."""
    assert process.stdin is not None  # opened as a pipe
    with suppress(BrokenPipeError):
        process.stdin.close()


class RemoteStudio:
    """Looks like a Studio; each call of a service's verb is answered by the engine process."""

    def __init__(self, studio: Studio, engine: EngineProcess) -> None:
        self._studio, self._engine = studio, engine

    def __getattr__(self, service: str) -> "RemoteService":
        return RemoteService(service, getattr(self._studio, service), self._engine)


class RemoteService:
    """One service there; the types of arguments and answers are those of the service here."""

    def __init__(self, name: str, service: object, engine: EngineProcess) -> None:
        self._name, self._service, self._engine = name, service, engine

    def __getattr__(self, verb: str) -> Any:
        found = getattr(self._service, verb)
        if not callable(found):  # a part of the service, with verbs of its own
            return RemoteService(f"{self._name}.{verb}", found, self._engine)
        hints = get_type_hints(found)

        def call(**arguments: Any) -> Any:
            plain = {name: adapter(hints[name]).dump_python(value, mode="json") for name, value in arguments.items()}
            return convert(hints["return"], self._engine.call(self._name, verb, plain))

        return call
