"""Loads a server with wrk, and tells how it did."""

import re
import subprocess
from dataclasses import dataclass
from statistics import median
from tempfile import NamedTemporaryFile

UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass(frozen=True)
class Side:
    """One server, and what to ask it."""

    name: str
    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Load:
    """What came of a load: answers a second, milliseconds, and how many were refused or broken."""

    rate: float
    p50: float
    p99: float
    failed: int


def load(side: Side, clients: int, seconds: int) -> Load:
    """Ask as fast as the answers come, over so many kept connections."""
    with NamedTemporaryFile("wb", suffix=".lua") as script:
        fields = "".join(f'wrk.headers["{name}"] = "{value}"\n' for name, value in side.headers.items())
        script.write(b'wrk.method = "POST"\n' + fields.encode() + b"wrk.body = [==[" + side.body + b"]==]\n")
        script.flush()
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}", "--timeout", "30", "--latency", "-s", script.name]
        told = subprocess.run([*command, side.url], capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    failed = int(bad.group(1)) if bad else 0
    failed += sum(map(int, broken.groups())) if broken else 0
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    return Load(float(rate.group(1)) if rate else 0.0, _quantile(told, 50), _quantile(told, 99), failed)


def turns(sides: list[Side], clients: int, seconds: int, rounds: int) -> list[list[Load]]:
    """Load the servers in turns; one list for each."""
    for side in sides:
        load(side, clients, 1)  # to warm up
    found = [[load(side, clients, seconds) for side in sides] for _ in range(rounds)]
    return [list(column) for column in zip(*found, strict=True)]


def ratio(ours: list[Load], theirs: list[Load], what: str) -> float:
    """Return the median of the rounds' ratios."""
    return median(getattr(own, what) / max(getattr(other, what), 1e-9) for own, other in zip(ours, theirs, strict=True))


def told(name: str, loads: list[Load]) -> str:
    """Write down rounds for people."""
    rates = " ".join(f"{each.rate:.0f}" for each in loads)
    p50, p99 = median(each.p50 for each in loads), median(each.p99 for each in loads)
    failed = sum(each.failed for each in loads)
    return f"  {name}: {rates} requests/s, p50 {p50:.3g} ms, p99 {p99:.3g} ms" + (f", {failed} failed" * bool(failed))


def _quantile(text: str, share: int) -> float:
    found = re.search(rf"\s{share}%\s+([\d.]+)(us|ms|s|m)\b", text)
    return float(found.group(1)) * UNITS[found.group(2)] if found else float("inf")
