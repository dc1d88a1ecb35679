"""Passes the library's changes on to Jupyter's event bus."""

import asyncio
from collections.abc import Callable
from logging import Logger
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.events import Changed

if TYPE_CHECKING:
    from jupyter_events import EventLogger

    from jupyter_mlstudio.studio import Studio
    from jupyter_mlstudio_server.engine import RemoteStudio

SCHEMA_ID = "https://events.jupyter.org/jupyter_mlstudio/changed/v1"
SCHEMA_FILE = Path(__file__).parent / "event_schemas" / "changed" / "v1.yaml"


class Emitter:
    """Emits changes from any thread; the event bus itself needs the server's loop."""

    def __init__(self, bus: "EventLogger", loop: asyncio.AbstractEventLoop) -> None:
        bus.register_event_schema(SCHEMA_FILE)
        self._bus, self._loop = bus, loop

    def __call__(self, change: Changed) -> None:
        """Emit a change soon; after the loop has closed there is nobody to tell."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._emit, change)

    def _emit(self, change: Changed) -> None:
        self._bus.emit(schema_id=SCHEMA_ID, data=change.model_dump())


class Looks:
    """One look at what other processes changed; aliases on a tracking server are asked for by the engine process."""

    pause = 30.0  # seconds between two questions to a tracking server

    def __init__(self, studio: "Studio", engine: "RemoteStudio") -> None:
        self._studio, self._engine = studio, engine
        self._next = 0.0

    def __call__(self) -> list[Changed]:
        """Return what has changed since the last look."""
        if not self._studio.registry.direct and monotonic() > self._next and self._studio.state.is_dir():
            self._next = monotonic() + self.pause
            if self._studio.serving.follows:
                Thread(target=self._engine.serving.catch_up, name="mlstudio-aliases", daemon=True).start()
        return self._studio.poll()


class Watcher:
    """Looks for what other processes changed, in a thread of its own: more often as long as something changes."""

    interval, busy = 0.25, 0.08  # seconds between looks
    calm = 12  # looks without a change after which it looks less often
    recovery = 10

    def __init__(self, poll: Callable[[], list[Changed]], publish: Callable[[Changed], None], log: Logger) -> None:
        self._poll, self._publish, self._log = poll, publish, log
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="mlstudio-watcher", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; returns when the thread has ended."""
        self._stopped.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        quiet = self.calm
        while not self._stopped.wait(self.busy if quiet < self.calm else self.interval):
            quiet += 1
            try:
                for change in self._poll():
                    self._publish(change)
                    quiet = 0
            except Exception:
                self._log.exception("Looking for changes failed; trying again in %s seconds.", self.recovery)
                self._stopped.wait(self.recovery)
