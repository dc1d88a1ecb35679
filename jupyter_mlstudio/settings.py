"""Every option of the library, with its default."""

from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct


class Settings(Struct):
    """How a Studio works; given as keyword arguments of `Studio.open`."""

    tracking_uri: str | None = Field(
        default=None,
        description="Where MLflow keeps runs and models. Without it: a SQLite store in the project's .mlstudio folder.",
    )
    max_parallel_jobs: int = Field(
        default=2, ge=1, description="How many CPUs the jobs of this machine may use together; a job asks for one."
    )
    max_queued_jobs: int = Field(default=10_000, ge=1, description="How many jobs may wait; one more is refused.")
    job_resources: dict[str, float] = Field(
        default={},
        description="How much of `memory` (GB), `gpu` and tokens of your own the jobs of this machine may use.",
    )
    jobs_url: str | None = Field(
        default=None,
        description="PostgreSQL that keeps the jobs of a team (postgresql://…); SQLite in the project if not given.",
    )
    executor: Literal["local", "dask", "ray"] = Field(
        default="local", description="Where jobs run that do not say it themselves."
    )
    executor_address: str | None = Field(
        default=None, description="Address of the Dask scheduler or the Ray cluster; one on this machine if not given."
    )
    warm_kernels: bool = Field(
        default=True,
        description="Whether jobs use kernels whose imports are done; the first job starts the fork server.",
    )
    keep_failed_kernels: float = Field(
        default=10, ge=0, description="Minutes that the kernel of a failed job stays, to look into it and to resume."
    )
    keep_jobs: int = Field(default=1000, ge=1, description="How many ended jobs are kept with their files.")
    keep_jobs_days: float | None = Field(
        default=None, gt=0, description="Days after which an ended job and its files are removed; never if not given."
    )
    keep_training_sample: bool = Field(
        default=True,
        description="Whether up to 2,000 rows of the training data are kept in a model's folder, for monitoring and"
        " for proving its compiled form. Figures a column are kept in any case.",
    )
    endpoint_host: str = Field(
        default="127.0.0.1", description="Address that endpoints listen on; the default is for this machine only."
    )
    max_request_rows: int = Field(default=100_000, ge=1, description="Rows that one request may hold at most.")
