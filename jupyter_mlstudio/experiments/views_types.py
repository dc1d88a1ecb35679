"""The nouns of saved views of the runs table."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Record, Struct
from jupyter_mlstudio.experiments.evaluation.types import ChartSpec

MOST_COLUMNS = 20_000
"""Columns of a view at most: stores with twelve thousand params exist."""

Key = Annotated[str, Field(max_length=500)]
"""A column: `metric:<name>`, `param:<name>`, `tag:<name>`, or the name of what every run has, such as `started`."""


class RunViewSort(Struct):
    """One column that a view sorts by."""

    key: Key = Field(description="The column.")
    descending: bool = Field(description="Whether the largest, newest or last comes first.")


class RunViewSpec(Struct):
    """How the runs table looks: what is shown, of which runs, and in what order."""

    name: str = Field(min_length=1, max_length=100, description="What to call it; unique among views of its kind.")
    kind: Literal["view", "columns"] = Field(
        default="view", description="`view`: everything below; `columns`: a set of columns, and nothing else counts."
    )
    experiment: str | None = Field(default=None, description="Only runs of this experiment; null for all.")
    filter: str = Field(default="", max_length=20_000, description="Only runs that fit, in MLflow's search syntax.")
    state: Literal["all", "running", "finished", "failed", "deleted"] = Field(
        default="all", description="Only runs in this state; `deleted` for those in the bin."
    )
    columns: list[Key] | None = Field(
        default=None, max_length=MOST_COLUMNS, description="The columns in their order; null for those that tell most."
    )
    pins: list[Key] = Field(default=[], max_length=100, description="Columns that stay at the left.")
    widths: dict[Key, int] = Field(default={}, description="Pixels of columns that were made wider or narrower.")
    sorts: list[RunViewSort] = Field(
        default=[], max_length=10, description="What it is sorted by, the first one first."
    )
    groups: list[Key] = Field(
        default=[], max_length=5, description="Columns by which runs are grouped, outermost first."
    )
    summary: Literal["best", "min", "mean", "max"] = Field(
        default="best", description="What stands in the line of a group: its best, smallest, mean or largest value."
    )
    nested: bool = Field(default=True, description="Whether the parts of a run stand below it.")
    differing: bool = Field(default=False, description="Whether only columns are shown in which the runs differ.")
    lower: dict[Key, bool] = Field(
        default={}, description="Metrics of which was said whether less is better, against what their names tell."
    )
    bars: list[Key] = Field(default=[], max_length=200, description="Columns whose values are drawn as bars too.")
    charts: list[ChartSpec] | None = Field(
        default=None, max_length=60, description="The charts beside the table; null for those to begin with."
    )


class RunView(Record):
    """A look of the runs table that was given a name."""

    spec: RunViewSpec = Field(description="How the table looks.")
    created_at: datetime = Field(description="When it was saved for the first time.")
    changed_at: datetime = Field(description="When it was saved last.")


class RunViewList(Struct):
    """The saved views of a project, in the order of their names."""

    items: list[RunView] = Field(description="The views.")
