"""The nouns of notebook jobs."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.types import Record, Struct


class JobState(StrEnum):
    """Where a job is on its way; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"


ErrorKind = Literal["cell", "kernel", "timeout", "start", "lost", "save"]
"""What made a job fail: its own code, a kernel that died, a limit of time, a start that was impossible, a runner,
worker or machine that vanished, or a result that could not be written."""


class Resources(Struct):
    """What a job needs while it runs; jobs run together only as far as the machine's limits allow."""

    cpu: float = Field(default=1, ge=0, le=10_000, description="Processors.")
    memory: float = Field(default=0, ge=0, description="Gigabytes of memory; 0 if it does not matter.")
    gpu: float = Field(default=0, ge=0, description="Graphics processors; a part of one is a fraction.")
    custom: dict[str, float] = Field(
        default={}, description="Tokens of your own, such as a licence, by the names in `job_resources`."
    )


class Retry(Struct):
    """When a failed job is started again, and how long it waits before."""

    on: list[str] = Field(
        default=["kernel", "timeout", "start", "cell"],
        description="Kinds of failure (cell, kernel, timeout, start, lost) or names of exceptions, such as OSError.",
    )
    times: int = Field(default=1, ge=0, le=100, description="How often it is started again at most; 0 for never.")
    wait: float = Field(default=10, ge=0, description="Seconds before the first time.")
    factor: float = Field(default=2, ge=1, description="How much longer each further wait is.")
    longest: float = Field(default=3600, ge=0, description="Seconds that a wait lasts at most.")


class JobSpec(Struct):
    """What to run: a notebook, values for its parameters, and how."""

    notebook: str = Field(description="Path of the notebook from the project folder.")
    parameters: dict[str, JsonValue] = Field(
        default={}, description="Values by parameter name; the notebook's own defaults hold for the others."
    )
    kernel: str | None = Field(default=None, description="Name of the kernel; the notebook's own if not given.")
    name: str | None = Field(
        default=None, max_length=200, description="What to call the job; the notebook's name if not given."
    )
    cell_timeout: float | None = Field(
        default=None,
        gt=0,
        description="Seconds after which a cell that still runs fails the job; no limit if not given.",
    )
    timeout: float | None = Field(
        default=None, gt=0, description="Seconds after which the whole job fails; no limit if not given."
    )
    priority: int = Field(default=0, ge=-100, le=100, description="Jobs with a higher one begin first.")
    resources: Resources = Field(default=Resources(), description="What it needs while it runs.")
    retries: list[Retry] = Field(default=[], description="What is done when it fails; the first rule that fits holds.")
    executor: str | None = Field(
        default=None, description="Where it runs: local, dask or ray; as the studio is set up if not given."
    )
    clean_start: bool = Field(
        default=False, description="Start a new interpreter, as by hand, instead of one whose imports are done."
    )
    environment: dict[str, str] = Field(
        default={},
        description="Environment variables of the kernel; they are kept with the job, so put no secrets here.",
    )
    keep_kernel_minutes: float | None = Field(
        default=None,
        ge=0,
        description="How long the kernel stays after a failure; as the studio is set up if not given.",
    )
    report_mode: bool = Field(default=False, description="Hide the code in the result, so that it reads as a report.")
    output: str | None = Field(
        default=None, description="Where the result is written too: a path, or an address that papermill can write to."
    )


class JobError(Struct):
    """Why a job failed."""

    kind: ErrorKind = Field(description="What sort of failure it was.")
    cell: int | None = Field(description="Number of the failing code cell, from 1; null if no cell is to blame.")
    name: str = Field(description="Class of the error.")
    message: str = Field(description="What it said.")
    traceback: str = Field(description="Where it happened, as plain text; may be empty.")


class JobOwner(Struct):
    """What made a job on its own account."""

    kind: Literal["schedule", "sweep", "workflow"] = Field(description="A schedule, a sweep or a run of a workflow.")
    id: str = Field(description="Its id.")
    node: str | None = Field(description="Of a workflow: the node, with the place in its for-each.")


class Job(Record):
    """One execution of a notebook, from queue to result."""

    spec: JobSpec = Field(description="What was asked for.")
    name: str = Field(description="What the job is called in lists.")
    state: JobState = Field(description="Where it is on its way.")
    attempt: int = Field(description="How often it was started; only the newest attempt may write.")
    created_at: datetime = Field(description="When it was queued.")
    started_at: datetime | None = Field(description="When its runner was started.")
    ended_at: datetime | None = Field(description="When it reached a final state.")
    stop_requested_at: datetime | None = Field(description="When somebody asked it to stop.")
    heartbeat_at: datetime | None = Field(description="When its runner last gave a sign of life.")
    cells_total: int = Field(
        description="How many code cells there are to run; 0 until the runner has read the notebook."
    )
    cells_done: int = Field(description="How many of them have ended.")
    cell: int | None = Field(description="Number of the code cell that runs now, from 1.")
    error: JobError | None = Field(description="Why it failed, if it did.")
    output: str = Field(
        description="Path of the executed notebook from the project folder; it grows while the job runs."
    )
    log_path: str = Field(description="Path of the log from the project folder.")
    source_digest: str = Field(description="SHA-256 of the notebook file as it was when the job was queued.")
    generated: bool = Field(description="Whether the notebook was made for this job, so that there is no such file.")
    owner: JobOwner | None = Field(description="The schedule, sweep or workflow that it belongs to.")
    not_before: datetime | None = Field(description="For a job that is to be tried again: when.")
    outputs: dict[str, JsonValue] = Field(description="What its cells gave to `studio.output`, by name.")
    executor: str = Field(description="Where it runs: local, dask or ray.")
    start: Literal["warm", "clean"] | None = Field(
        description="Whether its kernel had its imports done; null until it has one."
    )
    kept_until: datetime | None = Field(description="Until when the kernel of the failed job stays.")


class Capacity(Struct):
    """How much of something the jobs of this machine may use together, and how much they use now."""

    limit: float = Field(description="What there is.")
    used: float = Field(description="What running jobs have taken.")


class JobList(Struct):
    """Jobs: those that run, then the newest."""

    items: list[Job] = Field(description="As many as were asked for.")
    next: str | None = Field(description="Ask with this as `before` for older ones; null if there are none.")
    total: int = Field(description="How many jobs are kept altogether.")
    unfinished: int = Field(description="How many of them run or wait to run.")
    capacity: dict[str, Capacity] = Field(description="What local jobs share, by name: cpu, memory, gpu and your own.")


class JobEvent(Struct):
    """One thing that happened in a job; events are only ever added, their numbers only grow."""

    seq: int = Field(description="Number of the event, growing over all jobs.")
    at: datetime = Field(description="When it happened.")
    kind: Literal["planned", "started", "output", "done", "failed", "value", "retry", "resumed"] = Field(
        description="The cells are known; a cell started; it printed something; it ended well; it failed; it gave an "
        "output; the job will be tried again, for the reason in `text`; it goes on from the cell that failed."
    )
    cell: int | None = Field(description="Number of the code cell, from 1.")
    text: str | None = Field(description="What was printed, or the message of the error.")
    titles: list[str] | None = Field(description="For `planned`: the first line of each code cell.")
    seconds: float | None = Field(description="For `done` and `failed`: how long the cell ran.")
    memory: int | None = Field(
        description="For `done` and `failed`: bytes that the kernel occupied at the end of the cell."
    )


class JobEvents(Struct):
    """A page of a job's events, oldest first."""

    job: Job = Field(description="The job, at least as new as the events.")
    items: list[JobEvent] = Field(description="The events after the number that was asked for.")
    next: int = Field(description="Ask with this number for what happens later.")
    more: bool = Field(description="Whether there are more already.")


class JobCell(Struct):
    """A code cell of a job, as it ran or will run."""

    number: int = Field(description="Number of the code cell, from 1.")
    source: str = Field(description="Its code.")


class JobCells(Struct):
    """The code cells of a job's notebook, injected parameters included."""

    items: list[JobCell] = Field(description="In their order.")
    language: str = Field(description="Language of the notebook; may be empty if it does not say.")


class ResumeSpec(Struct):
    """How a failed job runs on from the cell that failed."""

    cells: dict[int, str] | None = Field(
        default=None,
        description="New sources by number of the code cell; if not given, the notebook file holds as it is now.",
    )
    write: bool = Field(default=False, description="Write the new sources into the notebook file too.")


class ConsoleTarget(Struct):
    """How to talk to the kernel of a job."""

    kernel_id: str = Field(description="Id under which the Jupyter server knows it, once it was asked for.")
    kernel_name: str = Field(description="Name of its kernelspec.")
    connection_file: str = Field(description="For `jupyter console --existing` on the same machine.")


class JobLog(Struct):
    """A part of a job's log."""

    text: str = Field(description="Whole lines where possible.")
    next: int = Field(description="Ask with this number for what is written later.")


class Parameter(Struct):
    """One parameter that a notebook declares."""

    name: str = Field(description="Its name in the notebook.")
    type: Literal["int", "float", "bool", "str", "list", "dict", "any"] = Field(
        description="From the annotation, else from the default."
    )
    nullable: bool = Field(description="Whether it may be null.")
    default: JsonValue = Field(description="The value in the notebook; null also if it is an expression.")
    default_code: str = Field(description="The default as it is written in the notebook.")
    literal: bool = Field(description="Whether the default is a plain value rather than an expression.")
    choices: list[JsonValue] | None = Field(description="The only values allowed, from `Literal[...]`.")
    help: str = Field(description="The comment beside it; may be empty.")


class NotebookParameters(Struct):
    """What a notebook declares in its cell tagged `parameters`."""

    notebook: str = Field(description="Path from the project folder.")
    language: str = Field(description="Language of the notebook; may be empty if it does not say.")
    kernel: str | None = Field(description="Name of the kernel that the notebook names.")
    tagged: bool = Field(description="Whether there is a cell tagged `parameters`.")
    typed: bool = Field(description="Whether the parameters could be read; if not, any name may be given a value.")
    items: list[Parameter] = Field(description="The parameters, in the notebook's order.")
