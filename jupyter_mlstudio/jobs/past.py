"""The nouns of looking back: how a notebook's jobs went, and how two results differ."""

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.notebook_diff import ComparedCell
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.jobs.types import JobState


class PastJob(Struct):
    """One past execution of a notebook."""

    job_id: str = Field(description="Id of the job.")
    name: str = Field(description="What the job is called.")
    state: JobState = Field(description="How it ended, or where it is.")
    started_at: datetime = Field(description="When its runner was started.")
    seconds: float | None = Field(description="How long it ran; null while it runs.")
    parameters: dict[str, JsonValue] = Field(description="What it was given.")
    start: Literal["warm", "clean"] | None = Field(description="Whether its kernel had its imports done.")
    cells: list[float | None] = Field(
        description="Seconds of each code cell, from the first; null for those that did not end."
    )


class PastCell(Struct):
    """How long one code cell takes."""

    number: int = Field(description="Number of the code cell, from 1.")
    title: str = Field(description="Its first line in the newest job.")
    median: float | None = Field(description="Seconds that it usually takes.")
    last: float | None = Field(description="Seconds that it took in the newest job in which it ended.")
    runs: int = Field(description="In how many jobs it ended.")
    failed: int = Field(description="In how many jobs it failed.")


class JobHistory(Struct):
    """How a notebook's jobs went."""

    notebook: str = Field(description="Path from the project folder.")
    items: list[PastJob] = Field(description="Its newest jobs that were started, oldest first.")
    cells: list[PastCell] = Field(description="Its code cells, as of the newest job.")
    total: int = Field(description="How many jobs of it are kept.")
    ended: int = Field(description="How many of them have ended, stopped ones not counted.")
    succeeded: int = Field(description="How many of those succeeded.")
    median: float | None = Field(description="Seconds that a job that succeeds usually takes.")
    last: float | None = Field(description="Seconds that the newest one took that succeeded.")


class ComparedParameter(Struct):
    """A parameter on both sides."""

    name: str
    one: JsonValue = Field(description="Its value in the first; null if it has none.")
    other: JsonValue = Field(description="Its value in the second; null if it has none.")
    same: bool = Field(description="Whether both have the same value, or neither has one.")


class ComparedSide(Struct):
    """One of two notebooks."""

    label: str = Field(description="What to call it: the job's name and time, or the path of the file.")
    job_id: str | None = Field(description="The job that it is the result of; null for a file.")
    notebook: str = Field(description="Path of the notebook that is shown, from the project folder.")
    state: JobState | None = Field(description="How the job went.")
    seconds: float | None = Field(description="How long the job ran.")


class Comparison(Struct):
    """Two executed notebooks, cell by cell."""

    one: ComparedSide = Field(description="The first.")
    other: ComparedSide = Field(description="The second.")
    parameters: list[ComparedParameter] = Field(description="What they were given.")
    items: list[ComparedCell] = Field(description="The cells of both, in order.")
    changed: int = Field(description="How many of them are not the same.")
