"""The nouns of experiment tracking, in MLflow's meaning of them."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct

Value = float | str | None
"""A metric, a param or a tag. JSON has no NaN: such a metric is the text `NaN`. None where a run has nothing."""


class RunState(StrEnum):
    """How a run is going; MLflow's words."""

    SCHEDULED = "scheduled"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    KILLED = "killed"


class Experiment(Struct):
    """A named group of runs."""

    id: str = Field(description="Id of the experiment.")
    name: str = Field(description="Its name, unique in the store.")
    runs: int = Field(description="How many runs it has, deleted ones not counted.")
    latest: datetime | None = Field(description="When its newest run began; null if it has none.")


class ExperimentList(Struct):
    """All experiments of the store, the one with the newest run first."""

    items: list[Experiment] = Field(description="The experiments.")
    store: str = Field(description="Where the runs are kept: MLflow's tracking URI, passwords left out.")
    live: bool = Field(description="Whether changes by other processes are noticed; if not, ask again now and then.")


class RunQuery(Struct):
    """Which runs to list, and in what order."""

    experiment: str | None = Field(default=None, description="Name of an experiment; all of them if not given.")
    state: RunState | None = Field(default=None, description="Only runs in this state.")
    search: str = Field(default="", description="Only runs with this text in their name, id, notebook or experiment.")
    job: str | None = Field(default=None, description="Only runs that this job made.")
    jobs: list[str] | None = Field(default=None, description="Only runs that one of these jobs made.")
    ids: list[str] | None = Field(default=None, description="Only these runs.")
    deleted: bool = Field(default=False, description="List the deleted runs instead of the others.")
    sort: str = Field(
        default="started_at",
        pattern=r"^(started_at|name|(metrics|params)\..+)$",
        description="`started_at`, `name`, `metrics.<name>` or `params.<name>`; runs without it come last.",
    )
    descending: bool = Field(default=True, description="Whether the largest or newest comes first.")
    limit: int = Field(default=5000, ge=1, le=100_000, description="How many runs at most.")
    brief: bool = Field(default=False, description="Only metrics beside the runs: params and tags may be thousands.")


class RunRow(Struct):
    """What a list tells of a run."""

    id: str = Field(description="Id of the run.")
    name: str = Field(description="What the run is called; not unique.")
    experiment: str = Field(description="Name of its experiment.")
    state: RunState = Field(description="How it is going; a run whose process has vanished counts as killed.")
    started_at: datetime = Field(description="When it began.")
    ended_at: datetime | None = Field(description="When it ended; null while it is running.")
    notebook: str | None = Field(description="The notebook that made it, as a path from the project folder.")
    job: str | None = Field(description="Id of the notebook job that made it.")
    parent: str | None = Field(description="Id of the run that it is a part of.")
    deleted: bool = Field(description="Whether it is in the bin, from where it can be restored.")


class RunColumn(Struct):
    """One param, metric or tag of all listed runs."""

    kind: Literal["param", "metric", "tag"]
    name: str
    values: list[Value] = Field(description="A value for each run of the table; null for a run without it.")


class RunTable(Struct):
    """Runs, and beside them what they logged, by column: thousands of runs stay small and quick."""

    items: list[RunRow] = Field(description="The runs in the order that was asked for.")
    columns: list[RunColumn] = Field(description="Params, latest metrics and tags that any of the runs has.")
    total: int = Field(description="How many runs there are that fit, beyond the limit too.")


class Param(Struct):
    """A param of a run."""

    name: str
    value: str


class Metric(Struct):
    """A metric of a run, as it was last logged."""

    name: str
    value: Value = Field(description="The latest value; the text `NaN` if it is no number.")
    step: int = Field(description="The step of the latest value.")
    at: datetime = Field(description="When it was logged.")


class Dataset(Struct):
    """Data that a run was made from."""

    name: str
    digest: str = Field(description="Differs as soon as the data differ.")
    source: str = Field(description="Where they came from: a path, an address, or what kind of thing.")
    context: str | None = Field(description="What they were used for, such as `training`.")
    rows: int | None
    columns: int | None


class RunModel(Struct):
    """A model that a run has saved."""

    id: str = Field(description="Id of the model.")
    name: str
    uri: str = Field(description="The address that MLflow loads it from and registers it by.")


class Run(RunRow):
    """Everything about one run; how its metrics developed is asked for by metric."""

    params: list[Param]
    metrics: list[Metric]
    tags: dict[str, str] = Field(description="The user's tags, without those of MLflow and the studio.")
    note: str = Field(description="The user's remark, as Markdown.")
    user: str = Field(description="Who made it; may be empty.")
    commit: str | None = Field(description="The git commit of the project at its start.")
    recipe: str | None = Field(description="The recipe it was made with, as a path from the project folder.")
    error: str | None = Field(description="Why it failed, if it did and is known.")
    cell: str | None = Field(description="Source of the notebook cell that made it; null if it was no cell.")
    datasets: list[Dataset]
    models: list[RunModel]
    children: list[str] = Field(description="Ids of the runs that are a part of it, the oldest first.")


class RunEdit(Struct):
    """What to change about a run; what is not named stays."""

    name: str | None = Field(default=None, min_length=1, max_length=250, description="A new name.")
    note: str | None = Field(default=None, max_length=5000, description="A new remark, as Markdown.")
    tags: dict[str, str | None] = Field(default={}, description="New values of tags; null removes a tag.")


class Series(Struct):
    """How a metric of a run developed, thinned out when there are more points than a chart can show."""

    run_id: str
    metric: str
    total: int = Field(description="How many points were logged.")
    steps: list[float] = Field(description="The step of each point; of the middle of a bucket when thinned out.")
    times: list[float] = Field(description="When each was logged, in milliseconds since 1970.")
    values: list[float | None] = Field(description="The value, or the mean of a bucket; null for what is no number.")
    low: list[float | None] | None = Field(description="The smallest value in each bucket; null without buckets.")
    high: list[float | None] | None = Field(description="The largest value in each bucket; null without buckets.")


class SeriesList(Struct):
    """The development of one metric in several runs."""

    items: list[Series]


class ArtifactEntry(Struct):
    """A file or folder that a run has kept."""

    path: str = Field(description="Path among the run's artifacts.")
    name: str = Field(description="What to show: the last part of the path, or the name of a model.")
    kind: Literal["file", "folder", "model"]
    size: int | None = Field(description="Bytes of a file; null for folders.")


class ArtifactList(Struct):
    """What is in one folder of a run's artifacts, folders first."""

    items: list[ArtifactEntry]
