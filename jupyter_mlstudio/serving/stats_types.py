"""How an endpoint and its processes have been doing, as it is told to callers."""

from datetime import datetime

from pydantic import Field

from jupyter_mlstudio.core.types import Struct


class StatsPoint(Struct):
    """What happened in one short stretch of time."""

    at: datetime = Field(description="Where the stretch begins.")
    requests: int
    errors: int
    rows: int
    p50_ms: float | None = Field(description="Half of the answers took no longer; null if there were none.")
    p99_ms: float | None
    workers: int = Field(description="How many workers there were at the end of the stretch.")
    memory_mb: float = Field(description="Memory of their own, all workers together; what they share is not counted.")
    cpu: float = Field(description="Per cent of one core, all workers together.")


class VariantStats(Struct):
    """How one deployment of an endpoint has been doing."""

    number: int = Field(description="The deployment's.")
    model: str = Field(description="The model name that callers give; empty for the endpoint's own model.")
    shadow: bool
    loaded: bool = Field(description="Whether it is in memory; a lazy one is loaded at its first request.")
    requests: int
    errors: int
    rows: int
    p50_ms: float | None
    p99_ms: float | None
    compared_rows: int = Field(description="Rows that a shadow answered too.")
    agreeing_rows: int = Field(description="Of these, how many it answered alike.")


class WorkerStats(Struct):
    """One worker process."""

    pid: int
    since: datetime
    requests: int
    connections: int
    memory_mb: float = Field(description="Memory of its own; what it shares with others is not counted.")
    cpu: float = Field(description="Per cent of one core, over the last seconds.")


class ScalingEvent(Struct):
    """A change of the number of workers."""

    at: datetime
    workers: int = Field(description="How many there are since.")
    why: str = Field(description="One sentence.")


class EndpointStats(Struct):
    """How an endpoint has been doing, all its workers together."""

    since: datetime = Field(description="When the endpoint was started; all counts start there.")
    requests: int
    errors: int = Field(description="Answers with a status of 400 or more.")
    rows: int = Field(description="Rows predicted.")
    waiting: int = Field(description="Requests that wait or are being predicted now.")
    p50_ms: float | None = Field(description="Over the last minutes; null if nothing was asked.")
    p99_ms: float | None
    last_error: str | None = Field(description="What the last refused or failed request was told.")
    history: list[StatsPoint] = Field(description="The last minutes, oldest first, without gaps.")
    variants: list[VariantStats]
    workers: list[WorkerStats]
    scaled: list[ScalingEvent] = Field(description="The last changes of the number of workers, oldest first.")


class EndpointLog(Struct):
    """The end of what the endpoint's processes printed."""

    lines: list[str]
