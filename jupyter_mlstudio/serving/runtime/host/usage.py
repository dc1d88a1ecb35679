"""What processes take of the machine."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def cpu_seconds(pid: int) -> float:
    """Return how long a process has computed; 0 where the system does not tell."""
    with suppress(OSError):
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / TICK
    return 0.0


def own_megabytes(pid: int) -> float:
    """Return the memory that would be free if this process ended: its private pages, shared ones not counted."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return round(sum(_kilobytes(lines)) / 1024, 2)
    return 0.0


def _kilobytes(lines: Iterable[str]) -> Iterable[int]:
    return (int(line.split()[1]) for line in lines if line.startswith(("Private_Clean:", "Private_Dirty:")))
