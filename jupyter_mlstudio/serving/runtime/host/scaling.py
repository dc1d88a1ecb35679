"""How many workers there shall be: decided from what they did in the last moments."""

import math
import time
from collections import deque
from dataclasses import dataclass

from jupyter_mlstudio.serving.runtime.host.desired import Scale

WINDOW = 3.0
"""Seconds over which load is averaged: one moment is no reason for anything."""
SOONEST = 1.0
"""Seconds that must have been looked at before anything is decided."""
SLACK = 0.9
"""A worker is let go only if the others would then be under this share of the target."""
UNITS = {
    "concurrency": "requests at once",
    "requests": "requests a second",
    "latency": "ms at the 99th percentile",
    "cpu": "per cent of a core",
}


@dataclass(frozen=True)
class Reading:
    """What all workers of an endpoint did since the reading before.

    Attributes:
        moment: When it was taken, in monotonic seconds.
        concurrency: Requests that waited or were predicted at that moment.
        requests: Requests a second.
        latency: 99th percentile in milliseconds; None if nothing was asked.
        cpu: Per cent of one core.
    """

    moment: float
    concurrency: float
    requests: float
    latency: float | None
    cpu: float


class Scaler:
    """Decides for one endpoint."""

    def __init__(self) -> None:
        self._readings: deque[Reading] = deque()
        self._changed = -math.inf
        self._quiet_since: float | None = None

    def decide(self, scale: Scale, size: int, reading: Reading) -> tuple[int, str] | None:
        """Return how many workers there shall be instead of `size`, and why; None to leave it."""
        self._readings.append(reading)
        while self._readings[0].moment < reading.moment - WINDOW:
            self._readings.popleft()
        bounded = min(max(size, scale.least), scale.max_workers)
        if bounded != size:
            return self._change(bounded, f"The limits are {scale.least} to {scale.max_workers} workers.")
        if reading.moment - self._readings[0].moment < SOONEST:
            return None
        load = self._load(scale.target)
        wanted = min(max(_wanted(scale, size, load), scale.least), scale.max_workers)
        return self._in(scale, size, wanted, load) if wanted < size else self._out(scale, size, wanted, load)

    def _out(self, scale: Scale, size: int, wanted: int, load: float) -> tuple[int, str] | None:
        self._quiet_since = None
        if wanted == size or self._readings[-1].moment - self._changed < scale.cool_down_out:
            return None
        return self._change(wanted, f"{_told(scale, size, load)}: more than {scale.value:g} for each worker.")

    def _in(self, scale: Scale, size: int, wanted: int, load: float) -> tuple[int, str] | None:
        moment = self._readings[-1].moment
        self._quiet_since = moment if self._quiet_since is None else self._quiet_since
        if moment - max(self._quiet_since, self._changed) < scale.cool_down_in:
            return None
        told = f"{_told(scale, size, load)} for {scale.cool_down_in:g} s: fewer workers are enough."
        return self._change(max(wanted, size - 1), told)

    def _change(self, wanted: int, why: str) -> tuple[int, str]:
        self._changed, self._quiet_since = time.monotonic(), None
        if self._readings:
            self._changed = self._readings[-1].moment
        return wanted, why

    def _load(self, target: str) -> float:
        values = [value for each in self._readings if (value := getattr(each, target)) is not None]
        return sum(values) / len(values) if values else 0.0


def _wanted(scale: Scale, size: int, load: float) -> int:
    if scale.target == "latency":  # more workers do not divide it, so that it is gone after step by step
        return size + 1 if load > scale.value else size - 1 if load < scale.value * SLACK / 2 else size
    needed = max(1, math.ceil(load / scale.value))
    return size if needed < size and load > (size - 1) * scale.value * SLACK else needed


def _told(scale: Scale, size: int, load: float) -> str:
    return f"{load:.3g} {UNITS[scale.target]} on {size} worker{'s' if size > 1 else ''}"
