"""How an endpoint has been doing: from the files in which its workers count, and what the host has measured."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.runtime.counters import SHADOW, Counts, quantile, readings, total
from jupyter_mlstudio.serving.runtime.host.usage import own_megabytes
from jupyter_mlstudio.serving.stats_types import EndpointStats, ScalingEvent, StatsPoint, VariantStats, WorkerStats
from jupyter_mlstudio.serving.types import RuntimeStatus, Share

STRETCH, KEPT = 5, 180
"""The charts show fifteen minutes, in stretches of five seconds."""
RECENT = 300.0
"""Seconds over which the percentiles are taken."""


def stats(folder: Path, status: RuntimeStatus | None) -> EndpointStats:
    """Add up what is known of an endpoint."""
    found = readings(folder / "run")
    together, series = total(found), _series(folder)
    now = datetime.now(UTC).timestamp()
    recent = Counts()
    for stretch in together.history:
        if stretch.at > now - RECENT:
            recent = recent.plus(stretch.counts)
    traffic = status.traffic if status is not None else []
    counts = together.counts
    living = {worker.pid: worker.created for worker in status.workers} if status is not None else {}
    return EndpointStats(
        since=_time(series["since"]) if series["since"] else _time(together.since),
        requests=counts.requests,
        errors=counts.errors,
        rows=counts.rows,
        waiting=together.in_flight,
        p50_ms=quantile(recent.buckets, 0.5),
        p99_ms=quantile(recent.buckets, 0.99),
        last_error=together.last_error,
        history=list(_points(series["points"], now, living)),
        variants=[_variant(share, together.variants.get(_slot(share), Counts()), folder) for share in traffic],
        workers=[
            WorkerStats(
                pid=reading.pid,
                since=_time(living[reading.pid]),
                requests=reading.counts.requests,
                connections=reading.connections,
                memory_mb=_usage(series, reading.pid)[0],
                cpu=_usage(series, reading.pid)[1],
            )
            for reading in found
            if reading.pid in living
        ],
        scaled=[ScalingEvent(**event) for event in series["scaled"]],
    )


def _slot(share: Share) -> int:
    return share.number + SHADOW * share.shadow


def _variant(share: Share, counts: Counts, folder: Path) -> VariantStats:
    return VariantStats(
        number=share.number,
        model=share.model,
        shadow=share.shadow,
        loaded=counts.requests > 0 or not is_lazy(folder, share.number),
        requests=counts.requests,
        errors=counts.errors,
        rows=counts.rows,
        p50_ms=quantile(counts.buckets, 0.5),
        p99_ms=quantile(counts.buckets, 0.99),
        compared_rows=counts.compared,
        agreeing_rows=counts.agreeing,
    )


def is_lazy(folder: Path, number: int) -> bool:
    """Tell whether a deployment is loaded only when it is asked for."""
    try:
        variants = json.loads((folder / "desired.json").read_bytes())["order"]["variants"]
    except (OSError, ValueError, KeyError):
        return False
    return any(variant["number"] == number and variant["lazy"] for variant in variants)


def _points(points: Sequence[dict[str, Any]], now: float, living: dict[int, float]) -> Iterator[StatsPoint]:
    """Put what was measured into equal stretches: nothing was measured while the endpoint was asleep."""
    latest = int(now) // STRETCH
    places: dict[int, dict[str, Any]] = {}
    for point in points:
        place = round(point["at"] / STRETCH)
        places[place] = _together(places[place], point) if place in places else point
    first = max(latest - KEPT, min(places, default=latest))
    for place in range(first, latest):
        if living and place == latest - 1 and place not in places:
            return  # it is just being measured
        point = places.get(place, {})
        yield StatsPoint(
            at=_time(place * STRETCH),
            requests=point.get("requests", 0),
            errors=point.get("errors", 0),
            rows=point.get("rows", 0),
            p50_ms=point.get("p50_ms"),
            p99_ms=point.get("p99_ms"),
            workers=point.get("workers", 0),
            memory_mb=point.get("memory_mb", 0.0),
            cpu=point.get("cpu", 0.0),
        )


def _together(point: dict[str, Any], later: dict[str, Any]) -> dict[str, Any]:
    """Join two parts of one stretch: the endpoint fell asleep in it, and was woken."""
    return {**later, **{name: point[name] + later[name] for name in ("requests", "errors", "rows")}}


def _usage(series: dict[str, Any], pid: int) -> tuple[float, float]:
    memory, cpu = series["workers"].get(str(pid), (None, 0.0))
    return own_megabytes(pid) if memory is None else memory, cpu


def _series(folder: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((folder / "series.json").read_bytes())
    except (OSError, ValueError):
        return {"since": None, "points": [], "scaled": [], "workers": {}}
    return content


def _time(moment: float | str) -> datetime:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else datetime.fromtimestamp(moment, UTC)
