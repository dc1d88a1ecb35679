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


class JobSpec(Struct):
    """What to run: a notebook, and values for its parameters."""

    notebook: str = Field(description="Path of the notebook from the project folder.")
    parameters: dict[str, JsonValue] = Field(
        default={}, description="Values by parameter name; the notebook's own defaults hold for the others."
    )
    kernel: str | None = Field(default=None, description="Name of the kernel; the notebook's own if not given.")
    name: str | None = Field(
        default=None, max_length=200, description="What to call the job; the notebook's name if not given."
    )
    cell_timeout: int | None = Field(
        default=None,
        gt=0,
        description="Seconds after which a cell that still runs fails the job; no limit if not given.",
    )


class JobError(Struct):
    """Why a job failed."""

    cell: int | None = Field(description="Number of the failing code cell, from 1; null if no cell is to blame.")
    name: str = Field(description="Class of the error.")
    message: str = Field(description="What it said.")
    traceback: str = Field(description="Where it happened, as plain text; may be empty.")


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


class JobList(Struct):
    """Jobs: those that run, then the newest."""

    items: list[Job] = Field(description="As many as were asked for.")
    total: int = Field(description="How many jobs are kept altogether.")
    unfinished: int = Field(description="How many of them run or wait to run.")


class JobEvent(Struct):
    """One thing that happened in a job; events are only ever added, their numbers only grow."""

    seq: int = Field(description="Number of the event, growing over all jobs.")
    at: datetime = Field(description="When it happened.")
    kind: Literal["planned", "started", "output", "done", "failed"] = Field(
        description="The cells are known; a cell started; it printed something; it ended well; it failed."
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

    items: list[JobEvent] = Field(description="The events after the number that was asked for.")
    next: int = Field(description="Ask with this number for what happens later.")
    more: bool = Field(description="Whether there are more already.")


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
