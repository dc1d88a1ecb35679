"""The one thread in which slow predictions are made, so that the event loop goes on."""

import sys
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from jupyter_mlstudio.serving.runtime.ahead import one_thread
from jupyter_mlstudio.serving.runtime.batch import log

MOST_ASIDE = 256
SWITCH = 0.001
"""Seconds for which Python lets one thread compute before another gets its turn; the loop shall not wait long."""


class PredictionThread:
    """Does one thing after the other; starts when it is first needed."""

    def __init__(self) -> None:
        self._tokens: SimpleQueue[bool] = SimpleQueue()
        self._calls: deque[Callable[[], None]] = deque()
        self._asides: deque[Callable[[], None]] = deque()
        self._thread: Thread | None = None

    def do(self, call: Callable[[], None]) -> None:
        """Do something as soon as possible."""
        self._calls.append(call)
        self._go()

    def aside(self, call: Callable[[], None]) -> bool:
        """Do something when nobody waits; False if too much is to be done already."""
        if len(self._asides) >= MOST_ASIDE:
            return False
        self._asides.append(call)
        self._go()
        return True

    def _go(self) -> None:
        self._tokens.put(True)
        if self._thread is None:
            sys.setswitchinterval(SWITCH)
            self._thread = Thread(target=self._run, name="predict", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        one_thread()
        while self._tokens.get():
            call = self._calls.popleft() if self._calls else self._asides.popleft()
            try:
                call()
            except BaseException as error:  # it shall go on whatever happens, sys.exit() too
                log(error)
