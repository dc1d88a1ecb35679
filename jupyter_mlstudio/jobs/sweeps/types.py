"""The nouns of sweeps."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.types import Record, Struct
from jupyter_mlstudio.jobs.types import JobError, JobSpec, JobState

Parameters = dict[str, JsonValue]
"""Values by parameter name."""


class SweepSpan(Struct):
    """Evenly spaced numbers; whole if both ends are and the distances are too."""

    low: float = Field(description="The first number.")
    high: float = Field(description="The last number.")
    count: int = Field(ge=2, le=1000, description="How many numbers, both ends counted.")
    log: bool = Field(default=False, description="Whether the ratio is the same between neighbours, not the distance.")


class DrawUniform(Struct):
    """Any number between two, all equally likely."""

    kind: Literal["uniform"] = "uniform"
    low: float
    high: float


class DrawLogUniform(Struct):
    """Any number between two positive ones; each order of magnitude is equally likely."""

    kind: Literal["loguniform"] = "loguniform"
    low: float = Field(gt=0)
    high: float = Field(gt=0)


class DrawInteger(Struct):
    """A whole number between two, both possible."""

    kind: Literal["integer"] = "integer"
    low: int
    high: int


class DrawChoice(Struct):
    """One of some values."""

    kind: Literal["choice"] = "choice"
    values: list[JsonValue] = Field(min_length=1, max_length=1000)


Draw = Annotated[DrawUniform | DrawLogUniform | DrawInteger | DrawChoice, Field(discriminator="kind")]


class SweepGrid(Struct):
    """Every combination of the values."""

    kind: Literal["grid"] = "grid"
    values: dict[str, list[JsonValue] | SweepSpan] = Field(
        description="By parameter: its values, or evenly spaced numbers."
    )


class SweepSets(Struct):
    """Parameter sets, one by one."""

    kind: Literal["list"] = "list"
    items: list[Parameters] = Field(description="What each job is given.")


class SweepDraws(Struct):
    """Values drawn at random; the same seed draws the same again."""

    kind: Literal["random"] = "random"
    draws: dict[str, Draw] = Field(description="By parameter: what its values are drawn from.")
    count: int = Field(ge=1, le=10_000, description="How many jobs.")
    seed: int | None = Field(default=None, ge=0, description="Number to begin from; one is chosen if not given.")


Space = Annotated[SweepGrid | SweepSets | SweepDraws, Field(discriminator="kind")]
Direction = Literal["maximize", "minimize"]


class SweepSpec(Struct):
    """Which notebook to run many times, and with what."""

    name: str | None = Field(
        default=None, max_length=200, description="What to call it; the notebook's name if not given."
    )
    job: JobSpec = Field(description="What all its jobs have in common.")
    space: Space = Field(description="What differs between them.")
    parallel: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="How many run at a time at most; as many as there is room for without it.",
    )
    metric: str | None = Field(
        default=None, description="What they are ranked by: an output of the notebook, or a metric of its run."
    )
    direction: Direction = Field(default="maximize", description="Which end of the metric is best.")


class SweepPreview(Struct):
    """What a sweep would do."""

    count: int = Field(description="How many jobs it makes.")
    items: list[Parameters] = Field(description="The parameters of the first twenty.")


class SweepCounts(Struct):
    """How far a sweep is."""

    queued: int
    running: int
    succeeded: int
    failed: int
    stopped: int
    removed: int = Field(description="Jobs that were removed since.")


class Sweep(Record):
    """Many jobs from one notebook."""

    spec: SweepSpec = Field(description="What was asked for.")
    name: str = Field(description="What it is called.")
    created_at: datetime = Field(description="When it was started.")
    count: int = Field(description="How many parameter sets it has.")
    counts: SweepCounts = Field(description="How many of their newest jobs are in which state.")
    ended_at: datetime | None = Field(description="When its last job ended; null while any waits or runs.")


class SweepList(Struct):
    """All sweeps, the newest first."""

    items: list[Sweep] = Field(description="The sweeps.")


class SweepRun(Struct):
    """A run that a job of the sweep logged."""

    id: str = Field(description="Id of the run.")
    name: str = Field(description="What it is called.")


class SweepRow(Struct):
    """One parameter set and what came of it."""

    number: int = Field(description="Its place in the sweep, from 1.")
    parameters: Parameters = Field(description="What differs between the jobs.")
    job_id: str | None = Field(description="Its newest job; null if that was removed.")
    state: JobState | None = Field(description="Where the job is on its way.")
    attempts: int = Field(description="How many jobs were made of it; more than one if it was run again.")
    started_at: datetime | None = Field(description="When the job was started.")
    seconds: float | None = Field(description="How long it ran, or has run so far.")
    cells_done: int = Field(description="How many of its cells have ended.")
    cells_total: int = Field(description="How many cells it has.")
    values: list[float | None] = Field(description="A number for each name in `metrics`.")
    outputs: Parameters = Field(description="What its cells gave to `studio.output`.")
    runs: list[SweepRun] = Field(description="The runs that it logged, newest first.")
    output: str | None = Field(description="Path of the executed notebook.")
    error: JobError | None = Field(description="Why it failed, if it did.")
    rank: int | None = Field(description="1 for the best by the metric; null without a value.")


class SweepResults(Struct):
    """A sweep and its jobs as one table."""

    sweep: Sweep = Field(description="The sweep.")
    parameters: list[str] = Field(description="Names of the parameters that differ.")
    metrics: list[str] = Field(description="Names of the numbers that any of the jobs gave, the ranking one first.")
    metric: str | None = Field(description="What the rows are ranked by.")
    direction: Direction = Field(description="Which end of it is best.")
    best: int | None = Field(description="Number of the best row; null if none has a value.")
    items: list[SweepRow] = Field(description="The rows, in the sweep's order.")


class LoggedRun(NamedTuple):
    """A run that a job logged, as the keeper of runs tells it."""

    id: str
    name: str
    metrics: dict[str, float]


RunsOf = Callable[[Sequence[str]], dict[str, list[LoggedRun]]]
"""Returns the runs that jobs logged, by job, newest first."""


def no_runs(_: Sequence[str]) -> dict[str, list[LoggedRun]]:
    """Tell of no runs: for jobs without anybody who keeps them."""
    return {}
