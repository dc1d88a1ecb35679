"""What an endpoint's workers did, stretch by stretch: charts survive a roll, and sleep costs nothing."""

import json
import time
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.runtime.counters import peek, quantile, total
from jupyter_mlstudio.serving.runtime.counting import fold
from jupyter_mlstudio.serving.runtime.host.process import Process
from jupyter_mlstudio.serving.runtime.host.scaling import Reading
from jupyter_mlstudio.serving.runtime.host.usage import cpu_seconds, own_megabytes

STRETCH = 5.0
KEPT = 180
"""Stretches: fifteen minutes."""
CHANGES = 100


class Series:
    """Measures the workers of one endpoint, and writes `series.json`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        kept = _kept(folder)
        self._since: str = kept["since"]
        self._points: deque[dict[str, Any]] = deque(kept["points"], maxlen=KEPT)
        self._scaled: deque[dict[str, Any]] = deque(kept["scaled"], maxlen=CHANGES)
        self._shares: dict[int, float] = {}
        self._before = self._last = _Counts.read(folder, [])
        self.answered = time.monotonic()
        self.busy = False

    def begin(self) -> None:
        """Forget everything: the endpoint is started anew."""
        for file in (self._folder / "run").glob("*.counters"):
            file.unlink(missing_ok=True)
        self._points.clear()
        self._scaled.clear()
        self._since = _now()
        self._before = self._last = _Counts.read(self._folder, [])

    def scaled(self, workers: int, why: str) -> None:
        """Remember a change of the number of workers."""
        if not self._scaled or self._scaled[-1]["workers"] != workers:
            self._scaled.append({"at": _now(), "workers": workers, "why": why})
            self._write()

    def ended(self) -> None:
        """Keep what a worker has counted that is gone now."""
        fold(self._folder / "run")

    def measure(self, processes: Sequence[Process]) -> Reading:
        """Look at the workers; tells what they did since the last look."""
        last, new = self._last, _Counts.read(self._folder, processes)
        self._last = new
        passed = max(new.moment - last.moment, 1e-3)
        self.busy = new.in_flight > 0
        if self.busy or new.requests != last.requests:
            self.answered = new.moment
        if new.place > self._before.place:
            self._end_stretch(processes, new.place - 1)
        buckets = _minus(new.buckets, last.buckets)
        return Reading(
            moment=new.moment,
            concurrency=float(new.in_flight),
            requests=max(0, new.requests - last.requests) / passed,
            latency=quantile(buckets, 0.99),
            cpu=sum(_shares(last.cpu, new.cpu, passed).values()),
        )

    def pause(self) -> None:
        """End the present stretch: nobody will look for a while."""
        self._end_stretch([], self._last.place)

    def resume(self) -> None:
        """Begin a new stretch: somebody answers again."""
        self._before = self._last = _Counts.read(self._folder, [])
        self.answered = time.monotonic()

    def _end_stretch(self, processes: Sequence[Process], place: int) -> None:
        before, new = self._before, self._last
        self._before = new
        passed = max(new.moment - before.moment, 1e-3)
        buckets = _minus(new.buckets, before.buckets)
        shares = _shares(before.cpu, new.cpu, passed)
        memory = {process.pid: own_megabytes(process.pid) for process in processes}
        self._points.append(
            {
                "at": place * STRETCH,
                "requests": max(0, new.requests - before.requests),
                "errors": max(0, new.errors - before.errors),
                "rows": max(0, new.rows - before.rows),
                "p50_ms": quantile(buckets, 0.5),
                "p99_ms": quantile(buckets, 0.99),
                "workers": len(processes),
                "memory_mb": round(sum(memory.values()), 2),
                "cpu": round(sum(shares.values()), 1),
            }
        )
        self._shares = shares
        self._write(memory)

    def _write(self, memory: dict[int, float] | None = None) -> None:
        memory = memory or {}
        content = {
            "since": self._since,
            "points": list(self._points),
            "scaled": list(self._scaled),
            "workers": {pid: [memory[pid], round(self._shares.get(pid, 0.0), 1)] for pid in memory},
        }
        replace(self._folder / "series.json", content)


class _Counts:
    """All that an endpoint's workers have counted, those that are gone included."""

    def __init__(self) -> None:
        self.moment, self.place = time.monotonic(), int(time.time() // STRETCH)
        self.requests = self.errors = self.rows = self.in_flight = 0
        self.buckets: Sequence[int] = ()
        self.cpu: dict[int, float] = {}

    @classmethod
    def read(cls, folder: Path, processes: Sequence[Process]) -> "_Counts":
        counts = cls()
        counts.cpu = {process.pid: cpu_seconds(process.pid) for process in processes}
        together = total(peek(folder / "run"))
        counts.in_flight = together.in_flight
        all_variants = together.counts
        counts.requests, counts.errors, counts.rows = all_variants.requests, all_variants.errors, all_variants.rows
        counts.buckets = all_variants.buckets
        return counts


def replace(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file whole, for readers beside us; nothing in it must survive a power cut."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(json.dumps(content), encoding="utf-8")
        part.replace(path)
    except FileNotFoundError:  # the folder was deleted
        return


def _kept(folder: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((folder / "series.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"since": _now(), "points": [], "scaled": []}
    return content


def _minus(new: Sequence[int], before: Sequence[int]) -> list[int]:
    return [max(0, count - earlier) for count, earlier in zip(new, before or [0] * len(new), strict=True)]


def _shares(before: dict[int, float], new: dict[int, float], passed: float) -> dict[int, float]:
    return {pid: 100 * max(0.0, seconds - before.get(pid, seconds)) / passed for pid, seconds in new.items()}


def _now() -> str:
    return datetime.now(UTC).isoformat()
