"""Counts what an endpoint answers, in stretches of ten seconds."""

import math
import time
from collections import Counter, deque
from datetime import UTC, datetime
from typing import Any

STRETCH = 10
KEPT = 60
FINENESS = 20.0
"""Latencies are kept in classes of which each is five percent wider than the one before."""


class Stretch:
    """What happened in ten seconds."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.requests = self.errors = self.rows = 0
        self.latencies: Counter[int] = Counter()


class Stats:
    """What happened since the worker began, and the last ten minutes in detail. Used from one thread."""

    def __init__(self) -> None:
        self._since = datetime.now(UTC)
        self._requests = self._errors = self._rows = 0
        self._last_error: str | None = None
        self._stretches: deque[Stretch] = deque(maxlen=KEPT)

    def add(self, seconds: float, rows: int, error: str | None) -> None:
        """Count one answer; `error` is what a refused caller was told."""
        stretch = self._present()
        self._requests += 1
        self._rows += rows
        stretch.requests += 1
        stretch.rows += rows
        stretch.latencies[round(FINENESS * math.log(max(seconds, 1e-6)))] += 1
        if error is not None:
            self._errors += 1
            stretch.errors += 1
            self._last_error = error

    def summary(self, waiting: int) -> dict[str, Any]:
        """Tell everything as plain data, the last stretches without gaps."""
        latest = self._present().number
        known = {stretch.number: stretch for stretch in self._stretches}
        begin = max(latest - KEPT + 1, int(self._since.timestamp()) // STRETCH)
        together: Counter[int] = sum((stretch.latencies for stretch in self._stretches), Counter())
        return {
            "since": self._since.isoformat(),
            "requests": self._requests,
            "errors": self._errors,
            "rows": self._rows,
            "waiting": waiting,
            "p50_ms": _quantile(together, 0.5),
            "p99_ms": _quantile(together, 0.99),
            "last_error": self._last_error,
            "history": [_point(known.get(number) or Stretch(number)) for number in range(begin, latest + 1)],
        }

    def _present(self) -> Stretch:
        number = int(time.time()) // STRETCH
        if not self._stretches or self._stretches[-1].number < number:
            self._stretches.append(Stretch(number))
        return self._stretches[-1]


def _point(stretch: Stretch) -> dict[str, Any]:
    return {
        "at": datetime.fromtimestamp(stretch.number * STRETCH, UTC).isoformat(),
        "requests": stretch.requests,
        "errors": stretch.errors,
        "rows": stretch.rows,
        "p50_ms": _quantile(stretch.latencies, 0.5),
        "p99_ms": _quantile(stretch.latencies, 0.99),
    }


def _quantile(latencies: Counter[int], share: float) -> float | None:
    wanted = share * latencies.total()
    passed = 0
    for place in sorted(latencies):
        passed += latencies[place]
        if passed >= wanted:
            return round(math.exp(place / FINENESS) * 1000, 3)
    return None
