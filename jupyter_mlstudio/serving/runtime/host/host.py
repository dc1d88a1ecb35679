"""The host of a project's endpoints: one thread that waits for callers, workers, wishes and the clock.

It looks for wishes (`<endpoint>/desired.json`) when it begins and at every SIGHUP, lives as long as an endpoint is
wanted, and does not need the studio: workers do not need it either, and are found again by the next host.
"""

import fcntl
import json
import os
import signal
import time
from pathlib import Path
from types import FrameType
from typing import IO

from jupyter_mlstudio.core.forkserver import asking
from jupyter_mlstudio.serving.runtime.host.endpoint import Endpoint
from jupyter_mlstudio.serving.runtime.host.loop import Loop, guarded
from jupyter_mlstudio.serving.runtime.host.process import created

TICK = 0.5
"""Seconds between two looks at workers."""
REST = 5.0
"""Seconds between two looks when nobody is awake."""
LINGER = 1.0
"""Seconds that the host stays after the last endpoint was stopped."""
WARM = 60.0
"""Seconds between two words to the fork server, which ends when nobody needs it."""
SOON = 0.02
PATIENCE = 1.0


class Host:
    """Keeps all endpoints of a project."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._endpoints: dict[str, Endpoint] = {}
        self._stop = False
        self._reread = True
        self._needed = time.monotonic()
        self._look_at = self._warm_at = 0.0

    def run(self) -> int:
        """Serve until nothing is wanted, or until told to stop; returns the exit code."""
        lock = (self._root / "host.lock").open("w")
        if not _locked(lock):
            return 0  # another host serves this project
        self._loop = Loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, self._noted)
        ref = {"pid": os.getpid(), "created": created(os.getpid())}
        (self._root / "host.json").write_text(json.dumps(ref), encoding="utf-8")
        while not self._stop and not self._done():
            self._turn()
        self._end()
        return 0

    def _turn(self) -> None:
        """See to everything once, then wait until something happens."""
        if self._reread:
            self._reread = False
            self._look_for_wishes()
        moment = time.monotonic()
        for endpoint in self._endpoints.values():
            guarded(endpoint.see_to, moment)
        if moment >= self._look_at:
            self._look(moment)
        if not self._reread:
            self._loop.wait(min(self._look_at, self._again_at()) - time.monotonic())

    def _look_for_wishes(self) -> None:
        for file in self._root.glob("*/desired.json"):
            name = file.parent.name
            if name not in self._endpoints:
                self._endpoints[name] = Endpoint(Path(name), self._loop)
            guarded(self._endpoints[name].follow)

    def _look(self, moment: float) -> None:
        """Look at what tells nothing by itself: load, deleted folders, the fork server."""
        awake = False
        for name, endpoint in list(self._endpoints.items()):
            if not (endpoint.folder / "desired.json").exists():
                self._forget(name)
                continue
            if endpoint.asleep and endpoint.deferred:
                guarded(endpoint.wake)
            guarded(endpoint.load.look)
            awake = awake or endpoint.crew is not None or endpoint.changing or bool(endpoint.leaving)
        if moment >= self._warm_at and self._busy:
            self._warm_at = moment + WARM
            asking.keep_warm(os.environ)
        self._look_at = moment + (REST if self._busy and not awake else TICK)

    def _again_at(self) -> float:
        """Return when the next worker is to be started that crashed before."""
        waiting = [endpoint.pace.again_at for endpoint in self._endpoints.values() if endpoint.short]
        return min(waiting, default=self._look_at)

    def _forget(self, name: str) -> None:
        """The endpoint's folder was deleted, so nobody can tell us to stop it any more."""
        endpoint = self._endpoints.pop(name)
        endpoint.stop()
        for worker in endpoint.leaving:
            worker.close()

    def _done(self) -> bool:
        if not self._root.joinpath("host.lock").exists():
            return True
        if self._busy or self._reread:
            self._needed = time.monotonic()
        return time.monotonic() - self._needed > LINGER

    @property
    def _busy(self) -> bool:
        return any(endpoint.busy for endpoint in self._endpoints.values())

    def _end(self) -> None:
        """Let every worker finish what it was asked, then leave."""
        for endpoint in self._endpoints.values():
            endpoint.stop()
        while any(endpoint.leaving for endpoint in self._endpoints.values()):
            self._loop.wait(SOON)
            for endpoint in self._endpoints.values():
                guarded(endpoint.see_to, time.monotonic())
        for endpoint in self._endpoints.values():
            endpoint.state = "failed" if endpoint.state == "failed" else "stopped"
            endpoint.say()

    def _noted(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._reread = True
        elif number != signal.SIGCHLD:
            self._stop = True


def _locked(lock: IO[str]) -> bool:
    """Take the lock; those who only look whether it is taken hold it for a moment too."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        else:
            return True
