"""What passes between the queue, the agent, a cluster and its workers."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal, Protocol

from pydantic import Field

from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.jobs.claims import SHARED
from jupyter_mlstudio.jobs.types import Resources

ExecutorName = Literal["local", "dask", "ray"]
CLUSTERS: tuple[ExecutorName, ...] = ("dask", "ray")


class Work(Struct):
    """One attempt at a job, as it travels to a worker; everything else is read from the shared folder and tables."""

    project: str
    settings_file: str
    job: str
    attempt: int
    executor: ExecutorName
    resources: Resources
    priority: int
    version: str
    host: str

    @property
    def key(self) -> str:
        """What names this attempt on a cluster: handing the same in twice is handing it in once."""
        return f"mlstudio-{self.job}-{self.attempt}"


class Outcome(Struct):
    """What a worker says of a piece of work; how the notebook went stands in the tables."""

    kind: Literal[
        "ended", "begun", "refused"
    ]  # its runner has ended; it was begun before, elsewhere; it cannot run here
    message: str = ""


class Sign(StrEnum):
    """What a cluster knows of a piece of work."""

    WAITING = "waiting"  # or running: the tables say which
    ENDED = "ended"
    FAILED = "failed"  # the worker could not even begin, or broke off; `logs` says why
    LOST = "lost"  # its worker or the whole cluster is gone


class Worker(Struct):
    """A process of a cluster that runs jobs."""

    name: str = Field(description="What the cluster calls it.")
    host: str = Field(description="The machine that it is on.")
    cpus: float = Field(description="Processors that it offers.")
    memory: float = Field(description="Gigabytes of memory that it offers; 0 if it does not say.")
    tokens: dict[str, float] = Field(description="What else it offers, such as `gpu`.")


class Capabilities(Struct):
    """What a cluster has."""

    workers: list[Worker] = Field(description="Its workers.")
    tokens: dict[str, float] = Field(description="What they offer together: `cpu`, and others by name.")
    dashboard: str | None = Field(description="Address of the cluster's own page, if it has one.")


class Executor(Protocol):
    """A place where runners run: five calls, and what opens and closes it."""

    def submit(self, spec: Work, key: str) -> Any:
        """Hand work in and return a handle; the same key again finds the work that was handed in before."""

    def poll(self, handle: Any) -> Sign:
        """Tell at once how the work is."""

    def cancel(self, handle: Any) -> None:
        """Forget the work if it has not begun; what runs is stopped through the tables."""

    def logs(self, handle: Any) -> str:
        """Return what the cluster says of the work; the notebook's own log is in the project."""

    def capabilities(self) -> Capabilities:
        """Return what there is at this moment."""


class Cluster(Executor, Protocol):
    """An executor in processes of others, which may vanish."""

    def outcome(self, handle: Any) -> Outcome:
        """Return what the worker said of work that has ended."""

    def lives(self) -> bool:
        """Tell at once whether the connection holds."""

    def close(self) -> None:
        """Let go of the connection; work that runs goes on."""


class ExecutorStatus(Struct):
    """Where jobs can run."""

    name: ExecutorName = Field(description="Its name in `executor` of a job.")
    label: str = Field(description="Its name for people.")
    default: bool = Field(description="Whether jobs run here that do not say where.")
    available: bool = Field(description="Whether a job may be sent here.")
    reason: str | None = Field(description="What is in the way, or what it waits for.")
    version: str | None = Field(description="Of the package underneath; null if it is not installed.")
    install: str | None = Field(description="What to install so that it can be used; null if nothing is missing.")
    address: str | None = Field(description="The cluster; null for one on this machine.")
    dashboard: str | None = Field(description="Address of the cluster's own page, if it has one.")
    state: Literal["ready", "resting", "starting", "unreachable", "missing"] = Field(
        description="Jobs start at once; it is started by the first job; it is being started; it does not answer; "
        "its package is not installed."
    )
    workers: list[Worker] = Field(description="Its workers, as far as they are known.")
    tokens: dict[str, float] = Field(description="What they offer together: `cpu`, and others by name.")
    running: int = Field(description="How many jobs of this project run there.")
    waiting: int = Field(description="How many wait for it.")


class ExecutorList(Struct):
    """Where jobs can run."""

    items: list[ExecutorStatus] = Field(description="This machine first.")


def tokens_of(resources: Resources) -> Mapping[str, float]:
    """Return what a job needs beside processors and memory, without what only the queue counts."""
    needs = {"gpu": resources.gpu, **resources.custom}
    return {name: amount for name, amount in needs.items() if amount and not name.startswith(SHARED)}
