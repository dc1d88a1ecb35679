"""Requests that an endpoint answers later, as they are told to callers."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from jupyter_mlstudio.core.types import Struct


class DeferredState(StrEnum):
    """Where a request that is answered later is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"


class DeferredRequest(Struct):
    """One request of asynchronous inference, from queue to result."""

    id: str
    state: DeferredState
    path: str = Field(description="Where it was sent, such as /invocations.")
    megabytes: float = Field(description="Size of the request.")
    tries: int = Field(description="How often a worker has begun with it.")
    status: int | None = Field(description="The status of its answer; null while there is none.")
    message: str = Field(description="Why it failed; else empty.")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    kept_until: datetime | None = Field(description="When its result is deleted; null while it is waited for.")


class DeferredList(Struct):
    """Requests that are answered later, the newest first."""

    items: list[DeferredRequest]
    waiting: int = Field(description="How many of all have not begun.")
