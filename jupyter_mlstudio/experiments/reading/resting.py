"""How often all runs are compared: what is changed in place leaves no other trace, and comparing costs."""

import time

REST = 10.0
"""How much longer than the work itself the time until it is done again is."""

CHEAP = 0.005
"""Seconds of work that need no rest."""

MANY = 1000
"""Runs from which on what was logged after a pause is told at once, and all runs are compared the next time only."""


def rested(busy: float) -> float:
    """Return when to do again what this thread began at such a time of its own, and has just ended."""
    took = time.thread_time() - busy
    return time.monotonic() + (REST * took if took > CHEAP else 0)
