"""What an endpoint tells of itself: that it lives, and its figures, those of all its workers together."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec

from jupyter_mlstudio.serving.runtime.counters import (
    BUCKETS,
    FINENESS,
    KEPT,
    SHADOW,
    SHORTEST,
    STRETCH,
    Counts,
    Reading,
    quantile,
    readings,
    total,
)
from jupyter_mlstudio.serving.runtime.http.exchange import Exchange, Response, Route

TEXT = b"text/plain; charset=utf-8"
PROMETHEUS = b"text/plain; version=0.0.4; charset=utf-8"
COARSE = 2 * FINENESS
"""Prometheus gets every sixteenth of our limits: each is four times the one before."""
MONITORED = "monitor.prom"


def alive(_: Exchange, __: Any) -> Response:
    """Tell that the endpoint answers."""
    return Response(b"\n", kind=TEXT)


def mlflow_version(_: Exchange, __: Any) -> Response:
    """Tell the version of MLflow, as its own server does."""
    return Response(_version().encode(), kind=TEXT)


def stats(_: Exchange, application: Any) -> Response:
    """Tell the figures as JSON."""
    return Response(msgspec.json.encode(summary(total(readings(_run(application))))))


def metrics(_: Exchange, application: Any) -> Response:
    """Tell the figures as Prometheus reads them."""
    lines = "\n".join(prometheus(application.order.name, readings(_run(application))))
    monitored = Path(application.order.folder) / MONITORED
    more = monitored.read_text("utf-8") if monitored.exists() else ""
    return Response(f"{lines}\n{more}".encode(), kind=PROMETHEUS)


def summary(reading: Reading) -> dict[str, Any]:
    """Write figures down as plain data, the last ten minutes without gaps."""
    counts = reading.counts
    known = {stretch.at: stretch.counts for stretch in reading.history}
    latest = int(time.time()) // STRETCH
    begin = max(latest - KEPT + 1, int(reading.since) // STRETCH)
    recent = [known[at * STRETCH] for at in range(begin, latest + 1) if at * STRETCH in known]
    buckets = [sum(each.buckets[place] for each in recent) for place in range(BUCKETS)]
    return {
        "since": datetime.fromtimestamp(reading.since, UTC).isoformat(),
        "requests": counts.requests,
        "errors": counts.errors,
        "rows": counts.rows,
        "waiting": reading.in_flight,
        "p50_ms": quantile(buckets, 0.5),
        "p99_ms": quantile(buckets, 0.99),
        "last_error": reading.last_error,
        "history": [_point(at * STRETCH, known.get(at * STRETCH, Counts())) for at in range(begin, latest + 1)],
    }


def prometheus(name: str, found: list[Reading]) -> Iterator[str]:
    """Write figures down line by line."""
    together = total(found)
    endpoint = name.replace("\\", "\\\\").replace('"', '\\"')
    for metric, kind, told, field in _SUMS:
        yield from _header(metric, kind, told)
        for number, counts in together.variants.items():
            yield f"{metric}{{{_labels(endpoint, number)}}} {getattr(counts, field)}"
    yield from _header("mlstudio_request_seconds", "histogram", "How long answers took, from the last byte asked.")
    for number, counts in together.variants.items():
        yield from _histogram(_labels(endpoint, number), counts)
    for metric, told, field in _GAUGES:
        yield from _header(metric, "gauge", told)
        yield f'{metric}{{endpoint="{endpoint}"}} {getattr(together, field)}'


_SUMS = (
    ("mlstudio_requests_total", "counter", "Predictions asked for and answered, refused ones too.", "requests"),
    ("mlstudio_errors_total", "counter", "Of these, answers with a status of 400 or more.", "errors"),
    ("mlstudio_failures_total", "counter", "Of these, answers with a status of 500 or more.", "failures"),
    ("mlstudio_rows_total", "counter", "Rows predicted.", "rows"),
    ("mlstudio_compared_rows_total", "counter", "Rows that a shadow deployment was asked, too.", "compared"),
    ("mlstudio_agreeing_rows_total", "counter", "Of these, rows that it answered alike.", "agreeing"),
)
_GAUGES = (
    ("mlstudio_in_flight", "Questions that wait or are being predicted.", "in_flight"),
    ("mlstudio_waiting_rows", "Rows of these.", "waiting_rows"),
    ("mlstudio_connections", "Open connections.", "connections"),
)


def _labels(endpoint: str, number: int) -> str:
    role = ',shadow="true"' if number >= SHADOW else ""
    return f'endpoint="{endpoint}",deployment="{number % SHADOW}"{role}'


def _header(metric: str, kind: str, told: str) -> Iterator[str]:
    yield f"# HELP {metric} {told}"
    yield f"# TYPE {metric} {kind}"


def _histogram(labels: str, counts: Counts) -> Iterator[str]:
    passed = 0
    for place in range(0, BUCKETS, COARSE):
        passed += sum(counts.buckets[place : place + COARSE])
        limit = SHORTEST * 2 ** ((place + COARSE) / FINENESS)
        yield f'mlstudio_request_seconds_bucket{{{labels},le="{limit:.6g}"}} {passed}'
    yield f'mlstudio_request_seconds_bucket{{{labels},le="+Inf"}} {passed}'
    yield f"mlstudio_request_seconds_sum{{{labels}}} {counts.microseconds / 1e6:.6f}"
    yield f"mlstudio_request_seconds_count{{{labels}}} {passed}"


def _point(at: int, counts: Counts) -> dict[str, Any]:
    return {
        "at": datetime.fromtimestamp(at, UTC).isoformat(),
        "requests": counts.requests,
        "errors": counts.errors,
        "rows": counts.rows,
        "p50_ms": quantile(counts.buckets, 0.5),
        "p99_ms": quantile(counts.buckets, 0.99),
    }


def _run(application: Any) -> Path:
    return Path(application.order.folder) / "run"


@cache
def _version() -> str:
    try:
        return version("mlflow")
    except PackageNotFoundError:
        return "unknown"


ROUTES = (
    Route("/ping", ("GET",), teller=alive, open=True),
    Route("/health", ("GET",), teller=alive, open=True),
    Route("/version", ("GET",), teller=mlflow_version, open=True),
    Route("/stats", ("GET",), teller=stats),
    Route("/metrics", ("GET",), teller=metrics),
)
