"""What workers have done, as anybody can read it without asking them.

Each worker counts in a file, which is an array of 64-bit numbers in the machine's order: a header, the text of the last
error, one slot for each deployment (number 0 stands for what was refused before a deployment was chosen), and for each
of the last stretches of ten seconds a copy of the sums as they were when it began.
"""

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MAGIC = 0x3153524554_4E4355
STRETCH, KEPT = 10, 60
FINENESS, SHORTEST, BUCKETS = 8, 1e-5, 192
"""Durations are kept in classes of which each is 9 % wider than the one before, from 10 µs to 170 s."""
HEADER, TEXT = 32, 64
SHIFT = -math.log2(SHORTEST) * FINENESS

PID, SINCE, SLOTS, IN_FLIGHT, CONNECTIONS, WAITING_ROWS, ACCEPTED, LATEST = range(1, 9)
NUMBER, REQUESTS, ERRORS, FAILURES, ROWS, MICROSECONDS, COMPARED, AGREEING = range(8)
FIRST_BUCKET = 8
SLOT = FIRST_BUCKET + BUCKETS
SHADOW = 1 << 32
"""Added to the number of a deployment for what it did as a shadow: that answered nobody."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums of one deployment, or of everything, since the worker began.

    Attributes:
        requests: Answered, refused ones too.
        errors: Answers with a status of 400 or more.
        failures: Of these, with a status of 500 or more.
        microseconds: Of all answers together, from the last byte of the request on.
        compared: Rows that a shadow answered, too.
        agreeing: Of these, how many it answered alike.
        buckets: Answers by how long they took; see `quantile`.
    """

    requests: int = 0
    errors: int = 0
    failures: int = 0
    rows: int = 0
    microseconds: int = 0
    compared: int = 0
    agreeing: int = 0
    buckets: tuple[int, ...] = (0,) * BUCKETS

    def plus(self, other: "Counts", sign: int = 1) -> "Counts":
        """Return the sums of both, or with sign -1 what has come since the other."""
        buckets = tuple(own + sign * more for own, more in zip(self.buckets, other.buckets, strict=True))
        sums = [own + sign * more for own, more in zip(_numbers(self), _numbers(other), strict=True)]
        return _made(sums, buckets)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was answered in ten seconds; `at` is when they began, in seconds since 1970."""

    at: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one worker has counted, or several together.

    Attributes:
        since: When the first began, in seconds since 1970.
        accepted: Connections since then.
        last_error: What the last refused or failed request was told.
        history: The last ten minutes, oldest first; stretches without requests are left out.
    """

    pid: int
    since: float
    in_flight: int
    connections: int
    waiting_rows: int
    accepted: int
    last_error: str | None
    variants: dict[int, Counts]
    history: tuple[Stretch, ...]

    @property
    def counts(self) -> Counts:
        """What callers were answered, by all deployments together."""
        return _answered(self.variants)


def quantile(buckets: Sequence[int], share: float) -> float | None:
    """Return how many milliseconds that share of the answers took at most; None if there are none."""
    wanted, passed = share * sum(buckets), 0
    for place, count in enumerate(buckets):
        passed += count
        if count and passed >= wanted:
            return float(f"{SHORTEST * 2 ** ((place + 0.5) / FINENESS) * 1e3:.3g}")
    return None


def bucket(seconds: float) -> int:
    """Return the class of a duration."""
    place = int(math.log2(seconds) * FINENESS + SHIFT) if seconds > SHORTEST else 0
    return place if place < BUCKETS else BUCKETS - 1


def total(readings: Iterable[Reading]) -> Reading:
    """Add up what several workers have counted."""
    found = sorted(readings, key=lambda each: each.since)
    variants: dict[int, Counts] = {}
    stretches: dict[int, Counts] = {}
    for reading in found:
        for number, counts in reading.variants.items():
            variants[number] = variants.get(number, Counts()).plus(counts)
        for stretch in reading.history:
            stretches[stretch.at] = stretches.get(stretch.at, Counts()).plus(stretch.counts)
    return Reading(
        pid=found[-1].pid if found else 0,
        since=found[0].since if found else time.time(),
        in_flight=sum(each.in_flight for each in found),
        connections=sum(each.connections for each in found),
        waiting_rows=sum(each.waiting_rows for each in found),
        accepted=sum(each.accepted for each in found),
        last_error=next((each.last_error for each in reversed(found) if each.last_error), None),
        variants=variants,
        history=tuple(Stretch(at, counts) for at, counts in sorted(stretches.items())),
    )


def read(path: Path) -> Reading:
    """Read what one worker has counted so far.

    Raises:
        OSError: There is no such file.
        ValueError: It is none of ours.
    """
    return _read(memoryview(path.read_bytes()).cast("Q"), history=True)


def readings(folder: Path) -> list[Reading]:
    """Read what all workers of an endpoint have counted, of those that have ended, too."""
    return _all(folder, history=True)


def peek(folder: Path) -> list[Reading]:
    """Read the same without the history, which is quicker."""
    return _all(folder, history=False)


def _all(folder: Path, *, history: bool) -> list[Reading]:
    found = []
    for path in sorted(folder.glob("*.counters")):
        try:
            found.append(_read(memoryview(path.read_bytes()).cast("Q"), history=history))
        except (OSError, ValueError):
            continue  # folded meanwhile, or not yet complete
    return found


def _made(sums: Sequence[int], buckets: tuple[int, ...]) -> Counts:
    requests, errors, failures, rows, microseconds, compared, agreeing = sums
    return Counts(requests, errors, failures, rows, microseconds, compared, agreeing, buckets)


def _numbers(counts: Counts) -> tuple[int, ...]:
    return (
        counts.requests,
        counts.errors,
        counts.failures,
        counts.rows,
        counts.microseconds,
        counts.compared,
        counts.agreeing,
    )


def _answered(variants: Mapping[int, Counts]) -> Counts:
    together = Counts()
    for number, counts in variants.items():
        if number < SHADOW:
            together = together.plus(counts)
    return together


def _read(cells: memoryview, *, history: bool) -> Reading:
    if len(cells) < HEADER or cells[0] != MAGIC:
        raise ValueError("This is no file of counters.")
    slots = cells[SLOTS]
    variants = {}
    for slot in range(cells[LATEST]):
        place = HEADER + TEXT + slot * SLOT
        variants[cells[place]] = _counts(cells, place)
    text = bytes(cells[HEADER : HEADER + TEXT]).rstrip(b"\0").decode("utf-8", "ignore")
    return Reading(
        pid=cells[PID],
        since=cells[SINCE] / 1e6,
        in_flight=cells[IN_FLIGHT],
        connections=cells[CONNECTIONS],
        waiting_rows=cells[WAITING_ROWS],
        accepted=cells[ACCEPTED],
        last_error=text or None,
        variants=variants,
        history=_history(cells, HEADER + TEXT + slots * SLOT, _answered(variants)) if history else (),
    )


def _counts(cells: memoryview, place: int) -> Counts:
    return _made(
        cells[place + 1 : place + FIRST_BUCKET].tolist(), tuple(cells[place + FIRST_BUCKET : place + SLOT].tolist())
    )


def _history(cells: memoryview, begin: int, present: Counts) -> tuple[Stretch, ...]:
    oldest = int(time.time()) // STRETCH - KEPT
    snapshots = sorted((cells[begin + at * SLOT], begin + at * SLOT) for at in range(KEPT))
    kept = [(number, _counts(cells, place)) for number, place in snapshots if number > oldest]
    after = [counts for _, counts in kept[1:]] + [present]
    return tuple(
        Stretch(number * STRETCH, later.plus(sums, -1)) for (number, sums), later in zip(kept, after, strict=False)
    )
