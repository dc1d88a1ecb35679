"""What one needs to know of an endpoint to call it, and of what it shall answer later."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.serving.copies import Copies
from jupyter_mlstudio.serving.runtime.queue import Entry, Queue
from jupyter_mlstudio.serving.snippets import snippets
from jupyter_mlstudio.serving.supervisor import Supervisor
from jupyter_mlstudio.serving.types import (
    DeferredList,
    DeferredRequest,
    DeferredState,
    Endpoint,
    EndpointDetail,
)


def detail(endpoint: Endpoint, supervisor: Supervisor, copies: Copies) -> EndpointDetail:
    """Describe an endpoint with what one needs to call it."""
    shown = endpoint.deployment or endpoint.rolling_to or endpoint.deployments[0]
    ways = supervisor.ways(endpoint.id, [share.number for share in endpoint.traffic])
    report = next((way.report for way in ways if way.number == shown.number), None)
    methods = report.methods if report is not None else supervisor.methods(endpoint.id)
    signature = copies.signature(endpoint.id, shown.number, methods)
    key_file = f".mlstudio/endpoints/{endpoint.id}/key"
    url = endpoint.url or f"http://127.0.0.1:{endpoint.port or 'PORT'}"
    return EndpointDetail(
        endpoint=endpoint,
        ways=ways,
        signature=signature,
        snippets=snippets(endpoint.name, url, key_file, signature.example[:1] if signature else [], shown.served_as),
        key_file=key_file,
    )


def requests(folder: Path, limit: int) -> DeferredList:
    """List what an endpoint answers later, the newest first."""
    queue = _queue(folder)
    if queue is None:
        return DeferredList(items=[], waiting=0)
    with queue:
        return DeferredList(items=[_request(entry) for entry in queue.newest(limit)], waiting=queue.waiting())


def cancelled(folder: Path, id: str) -> DeferredRequest:
    """Take a waiting request back, or delete the result of one that has ended.

    Raises:
        NotFoundError: There is no such request, or no longer.
    """
    queue = _queue(folder)
    if queue is not None:
        with queue:
            entry = queue.cancel(id)
            if entry is not None:
                return _request(entry)
    raise NotFoundError(f"There is no request {id!r}, or no longer.")


def _queue(folder: Path) -> Queue | None:
    """Open the queue of an endpoint, if it was ever asked to answer later."""
    place = folder / "deferred"
    return Queue(place) if (place / "queue.db").is_file() else None


def _request(entry: Entry) -> DeferredRequest:
    return DeferredRequest(
        id=entry.id,
        state=DeferredState(entry.state),
        path=entry.path,
        megabytes=round(entry.size / 1e6, 3),
        tries=entry.tries,
        status=entry.status,
        message=entry.message,
        created_at=_time(entry.created),
        started_at=_time(entry.started),
        ended_at=_time(entry.ended),
        kept_until=_time(entry.kept_until),
    )


def _time(seconds: float | None) -> Any:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
