"""Requests that endpoints answer later, as seen from outside: their workers need not run."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.core.store import Store
from jupyter_mlstudio.serving.deferred_types import DeferredList, DeferredRequest, DeferredState
from jupyter_mlstudio.serving.runtime.queue import Entry, Queue
from jupyter_mlstudio.serving.supervisor import Supervisor
from jupyter_mlstudio.serving.types import EndpointRecord

MOST = 1000


class LaterVerbs:
    """What can be done with requests that are answered later; a part of the service."""

    _store: Store[EndpointRecord]
    _supervisor: Supervisor

    def requests(self, id: str, limit: int) -> DeferredList:
        """List the requests that are answered later, the newest first."""
        self._store.get(id)
        queue = _queue(self._supervisor.folder(id))
        if queue is None:
            return DeferredList(items=[], waiting=0)
        with queue:
            found = queue.newest(min(max(limit, 1), MOST))
            return DeferredList(items=[_request(entry) for entry in found], waiting=queue.waiting())

    def cancel(self, id: str, request: str) -> DeferredRequest:
        """Take back a request that waits, or delete the result of one that has ended.

        Raises:
            NotFoundError: There is no such request, or no longer.
        """
        self._store.get(id)
        queue = _queue(self._supervisor.folder(id))
        if queue is not None:
            with queue:
                entry = queue.cancel(request)
                if entry is not None:
                    return _request(entry)
        raise NotFoundError(f"There is no request {request!r}, or no longer.")


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
