"""How soon a worker that crashed is started again."""

import time

TRIES = 6
"""How often in a row workers may end soon after they began, until no more are started."""
STEADY = 10.0
"""Seconds after which a worker's end is no longer held against the next one."""


class Pace:
    """At once for the first time, then after ever longer pauses."""

    def __init__(self) -> None:
        self._failures = 0
        self.again_at = 0.0

    def succeeded(self) -> None:
        """Begin anew: somebody has seen to it."""
        self._failures, self.again_at = 0, 0.0

    def lost(self, age: float) -> bool:
        """Count the end of a worker of this age; tells whether another one is to be started."""
        self._failures = 0 if age > STEADY else self._failures + 1
        pause = 0.0 if self._failures <= 1 else min(10.0, 0.1 * 2**self._failures)
        self.again_at = time.monotonic() + pause
        return self._failures < TRIES
