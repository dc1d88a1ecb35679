"""Every option of the library, with its default."""

from pydantic import Field

from jupyter_mlstudio.core.types import Struct


class Settings(Struct):
    """How a Studio works; given as keyword arguments of `Studio.open`."""

    tracking_uri: str | None = Field(
        default=None,
        description="Where MLflow keeps runs and models. Without it: a SQLite store in the project's .mlstudio folder.",
    )
    max_parallel_jobs: int = Field(default=2, ge=1, description="How many notebook jobs run at the same time.")
    max_queued_jobs: int = Field(default=1000, ge=1, description="How many jobs may wait; one more is refused.")
    endpoint_host: str = Field(
        default="127.0.0.1", description="Address that endpoints listen on; the default is for this machine only."
    )
    max_request_rows: int = Field(default=100_000, ge=1, description="Rows that one request may hold at most.")
