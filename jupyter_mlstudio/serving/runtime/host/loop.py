"""Waits for many files in one thread."""

import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec

P = ParamSpec("P")
Call = Callable[[], None]


class Loop:
    """Calls whoever waits for a file when there is something to read, and returns from its wait at signals."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        near, far = socket.socketpair()
        near.setblocking(False)
        far.setblocking(False)
        self._near, self._far = near, far
        signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
        self.watch(near.fileno(), self._drain)

    def watch(self, file: int, call: Call) -> None:
        """Call this function whenever a file can be read."""
        self._selector.register(file, selectors.EVENT_READ, call)

    def forget(self, file: int) -> None:
        """Watch a file no longer; one that is not watched is no error."""
        with suppress(KeyError, ValueError):
            self._selector.unregister(file)

    def wait(self, seconds: float) -> None:
        """Wait until something happens, at most so long, and see to it."""
        for key, _ in self._selector.select(max(0.0, seconds)):
            if self._selector.get_map().get(key.fd) is key:  # an earlier call may have let go of it
                guarded(key.data)

    def _drain(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._near.fileno(), 4096)


def guarded(call: Callable[P, object], *arguments: P.args, **named: P.kwargs) -> None:
    """Do something for one endpoint; whatever becomes of it, the others are kept."""
    try:
        call(*arguments, **named)
    except Exception:  # a full disk, a folder that is being deleted: the next look may find it well again
        traceback.print_exc(file=sys.stderr)
