"""How soon a worker that ended is started again."""

import time

from jupyter_mlstudio.serving.runtime.host.worker import Worker

TRIES = 6
"""How often in a row workers may end soon after they began, until no more are started."""
STEADY = 2.0
"""Seconds of answering after which a worker's end is no longer held against the next one."""
FREE = 2
"""How many in a row are started again without a pause."""


class Pace:
    """At once, and after ever longer pauses where that does not help."""

    def __init__(self) -> None:
        self._failures = 0
        self.again_at = 0.0

    def succeeded(self) -> None:
        """Begin anew: somebody has seen to it."""
        self._failures, self.again_at = 0, 0.0

    def lost(self, worker: Worker) -> bool:
        """Count the end of a worker; tells whether another one is to be started."""
        if worker.failure is not None:
            return False  # it would fail again for the reason that it has told
        self._failures = 0 if worker.answered_for > STEADY else self._failures + 1
        pause = 0.0 if self._failures <= FREE else min(10.0, 0.05 * 2**self._failures)
        self.again_at = time.monotonic() + pause
        return self._failures < TRIES
