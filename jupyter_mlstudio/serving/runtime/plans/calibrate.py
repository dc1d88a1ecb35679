"""Measures a plan and the original at several numbers of rows, to know which is quicker where."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from jupyter_mlstudio.serving.runtime.plans.opened import Plan
from jupyter_mlstudio.serving.runtime.plans.prove import Ask
from jupyter_mlstudio.serving.runtime.question import Cells, Rows
from jupyter_mlstudio.serving.runtime.wire.arrays import columns_of
from jupyter_mlstudio.serving.runtime.wire.schema import MOST_CELLS, Schema

COUNTS = (1, 8, 64, 1000, 8000)
BUDGET = 0.06
"""Seconds that measuring may take in all."""
MUCH = 1.5
"""So many times quicker must the original be for many rows, to be worth the memory that it takes."""
EVER = 10**12


@dataclass
class Times:
    """Seconds by way and number of rows."""

    measured: dict[str, list[list[float]]] = field(default_factory=dict)
    most_rows: int = EVER

    def one(self, way: str) -> float | None:
        """Return the milliseconds for one row."""
        points = self.measured.get(way, [])
        return round(points[0][1] * 1e3, 4) if points and points[0][0] == 1 else None


def calibrated(plan: Plan, original: Ask, schema: Schema, cells: Sequence[Cells], method: str, *, many: bool) -> Times:
    """Measure both, as far as the time allows; what is dear at few rows is not asked about more."""
    times = Times({"compiled": [], "original": []})
    end = time.perf_counter() + BUDGET
    for count in COUNTS[3:] if many else COUNTS:
        rows = _rows(schema, cells, count)
        for way, ask in (("compiled", plan.ask), ("original", original)):
            if way == "original" and 1 < count < COUNTS[3]:
                continue
            left = end - time.perf_counter()
            points = times.measured[way]
            if points and points[-1][1] * _growth(points[-1][0], count) > max(left, 0.0):
                continue
            points.append([count, _seconds(ask, rows, method, left / 8)])
    times.most_rows = _crossing(times)
    return times


def _growth(before: float, count: int) -> float:
    """Guess how many times longer more rows take: up to about a thousand it is the call that counts, not the rows."""
    return (count + 1000) / (before + 1000)


def _rows(schema: Schema, cells: Sequence[Cells], count: int) -> Rows:
    repeated = [*cells] * (count // len(cells) + 1)
    rows = Rows(count, cells=repeated[:count])
    return rows if count <= MOST_CELLS else Rows(count, columns=columns_of(schema, rows))


def _seconds(ask: Any, rows: Rows, method: str, budget: float) -> float:
    """Take the best of a few: whatever else runs on the machine only ever adds."""
    best, end = float("inf"), time.perf_counter() + min(budget, 0.01)
    for _ in range(7):
        begin = time.perf_counter()
        ask(rows, method)
        now = time.perf_counter()
        best = min(best, now - begin)
        if now > end:
            break
    return best


def _crossing(times: Times) -> int:
    """Return up to how many rows the plan answers."""
    original = {int(count): seconds for count, seconds in times.measured["original"]}
    before = 1
    for count, seconds in times.measured["compiled"]:
        if count in original and seconds > MUCH * original[int(count)]:
            return max(before, int(before + count) // 2)
        before = int(count)
    return EVER
