"""The host process of an endpoint: owns the port, starts the worker, replaces it, and says how things stand.

It reads `desired.json` when it starts and at every SIGHUP, and writes `status.json`. It holds no model and no
connection, imports nothing heavy, and lives until it is told to stop, with or without a Jupyter server.
"""

import fcntl
import json
import os
import selectors
import signal
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from jupyter_mlstudio.serving.runtime.child import Child
from jupyter_mlstudio.serving.runtime.port import listen

TRIES = 5
"""How often in a row a worker that served before may fail to come back until the host gives up."""
STEADY = 10.0
LOADING = 600.0
DRAINING = 40.0


class Host:
    """Keeps one worker answering, whatever happens to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._serving: Child | None = None
        self._coming: Child | None = None
        self._leaving: list[Child] = []
        self._stop = self._reread = False
        self._failures = self._restarts = 0
        self._again_at: float | None = None
        self._message, self._state = "", "starting"
        self._since: str | None = None
        self._methods: list[str] = []
        self._last_good: dict[str, Any] | None = None
        self._events = selectors.DefaultSelector()

    def run(self) -> int:
        """Serve until told to stop; returns the exit code."""
        lock = (self._folder / "host.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0  # another host serves this endpoint
        self._listen_to_signals()
        self._desired = self._read_desired()
        self._port = self._desired["port"]
        try:
            self._socket = listen(self._desired["address"], self._desired["port"], *self._former())
        except OSError as error:
            self._give_up(str(error))
            return 1
        self._port = self._socket.getsockname()[1]
        self._load(self._desired["deployment"])
        while not self._stop and self._state != "failed":
            self._turn()
        return self._end()

    def _turn(self) -> None:
        """Wait until something happens, and see to it."""
        for key, _ in self._events.select(0.5):
            if key.data is None:
                os.read(key.fd, 4096)
            else:
                key.data.read()
        if not (self._folder / "desired.json").exists():
            self._stop = True  # the project was deleted, so nobody can tell us to stop any more
        elif self._reread:
            self._reread = False
            self._follow(self._read_desired())
        self._see_to_coming()
        self._see_to_serving()
        self._leaving = [child for child in self._leaving if not self._left(child)]
        if self._again_at is not None and time.monotonic() >= self._again_at and self._coming is None:
            self._again_at = None
            self._load(self._last_good or self._desired["deployment"])

    def _follow(self, desired: dict[str, Any]) -> None:
        """Load what is wanted now, unless it answers already."""
        self._desired = desired
        wanted = desired["deployment"]
        if self._coming is not None and self._coming.state == "ready":
            self._promote(self._coming)
        if self._coming is not None:
            self._dismiss(self._coming)
            self._coming = None
        if self._serving is not None and self._serving.number == wanted["number"]:
            self._say("ready", "")
        else:
            self._again_at, self._failures = None, 0
            self._load(wanted)

    def _load(self, deployment: dict[str, Any]) -> None:
        self._coming = Child(self._folder, self._desired, deployment, self._socket)
        self._events.register(self._coming.report, selectors.EVENT_READ, self._coming)
        self._say("ready" if self._serving else "starting", self._message)

    def _see_to_coming(self) -> None:
        child = self._coming
        if child is None:
            return
        if child.state == "ready":
            self._take_over(child)
        elif child.failure is not None or child.ended:
            self._coming = None
            self._dismiss(child)
            self._could_not_load(child, child.failure or f"The worker {child.how_it_ended} while loading the model.")
        elif child.age > LOADING:
            child.failure = f"The model was not loaded within {LOADING / 60:g} minutes."

    def _take_over(self, child: Child) -> None:
        """The new worker answers already: the old one may leave."""
        if self._serving is not None and not self._serving.told_to_leave:
            self._serving.leave()
        if self._serving is not None and not self._serving.takes_nothing_new:
            return  # "ready" shall mean that whoever calls from now on is answered by the new one
        self._promote(child)

    def _promote(self, child: Child) -> None:
        if self._serving is not None:
            self._serving.leave()
            self._leaving.append(self._serving)
        self._coming, self._serving, self._last_good = None, child, child.deployment
        self._since, self._methods = datetime.now(UTC).isoformat(), child.methods
        self._say("ready", "")

    def _could_not_load(self, child: Child, reason: str) -> None:
        if self._serving is not None:
            told = f"{child.label} could not take over: {reason} {self._serving.label} still answers."
            self._say("ready", told)
        elif self._last_good is None:
            self._say("failed", reason)
        elif child.number != self._last_good["number"]:
            self._again_at = time.monotonic()
            self._say("starting", f"{child.label} could not take over: {reason}")
        else:
            self._failures += 1
            self._again_at = time.monotonic() + min(10.0, 0.25 * 2**self._failures)
            gone = self._failures >= TRIES
            self._say("failed" if gone else "starting", f"The worker does not come back: {reason}")

    def _see_to_serving(self) -> None:
        child = self._serving
        if child is None or child.told_to_leave or not child.ended:
            return
        self._serving = None
        self._dismiss(child)
        self._restarts += 1
        self._failures = 0 if child.age > STEADY else self._failures + 1
        self._again_at = time.monotonic() + (min(10.0, 0.25 * 2**self._failures) if self._failures else 0)
        self._say("starting", f"The worker {child.how_it_ended}. It is being started again.")

    def _left(self, child: Child) -> bool:
        if not child.ended and child.leaving_for > DRAINING:
            child.kill()
        if child.ended:
            self._dismiss(child)
        return child.ended

    def _dismiss(self, child: Child) -> None:
        self._events.unregister(child.report)
        child.close()

    def _end(self) -> int:
        """Let every worker finish what it was asked, then leave."""
        self._socket.close()
        children = [child for child in (self._serving, self._coming, *self._leaving) if child is not None]
        for child in children:
            child.leave()
        deadline = time.monotonic() + DRAINING
        while any(not child.ended for child in children) and time.monotonic() < deadline:
            time.sleep(0.02)
        for child in children:
            child.close()
        self._serving = self._coming = None
        self._say("failed" if self._state == "failed" else "stopped", self._message if self._state == "failed" else "")
        return 0

    def _give_up(self, message: str) -> None:
        self._serving = self._coming = None
        self._say("failed", message)

    def _say(self, state: str, message: str) -> None:
        """Write down how things stand, in one step."""
        self._state, self._message = state, message
        status = {
            "id": self._desired["id"],
            "revision": self._desired["revision"],
            "state": state,
            "message": message,
            "host": _ref(os.getpid()),
            "worker": self._serving.ref if self._serving else None,
            "deployment": self._last_good["number"] if self._last_good else None,
            "rolling_to": self._coming.number if self._coming else None,
            "address": self._desired["address"],
            "port": self._port,
            "restarts": self._restarts,
            "since": self._since if self._serving else None,
            "methods": self._methods,
        }
        part = self._folder / ".status.json.part"
        with suppress(FileNotFoundError):  # the folder was deleted
            part.write_text(json.dumps(status), encoding="utf-8")
            part.replace(self._folder / "status.json")

    def _read_desired(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self._folder / "desired.json").read_text(encoding="utf-8"))
        return content

    def _former(self) -> tuple[int | None, bool]:
        """Return the port of the host before this one, and whether it was killed, so that its worker may linger."""
        try:
            status = json.loads((self._folder / "status.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None, False
        return status["port"], status["state"] in ("starting", "ready")

    def _listen_to_signals(self) -> None:
        near, far = socket.socketpair()
        near.setblocking(False)
        far.setblocking(False)
        signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
        self._wakeup = (near, far)
        self._events.register(near, selectors.EVENT_READ, None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, self._noted)

    def _noted(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._reread = True
        elif number != signal.SIGCHLD:
            self._stop = True


def _ref(pid: int) -> dict[str, Any]:
    import psutil

    return {"pid": pid, "created": psutil.Process(pid).create_time()}
