"""The nouns for looking at versions side by side and for moving an alias from one to another."""

from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct

Cell = float | str | None
"""A number or a text; the texts NaN, Infinity and -Infinity for numbers that JSON does not know."""


class ServedBy(Struct):
    """An endpoint that serves a version."""

    id: str = Field(description="Id of the endpoint.")
    name: str
    state: str


class VersionOverview(Struct):
    """What a list tells of a version beside what the registry keeps."""

    version: int
    stage: str = Field(description="The value of its tag `stage`; empty without one.")
    value: Cell = Field(description="Its value of the list's metric; null if its run did not log it.")
    run_name: str = Field(description="What its run is called; empty if there is none.")
    served_by: list[ServedBy]


class VersionOverviewList(Struct):
    """The versions of a registered model, the newest first."""

    items: list[VersionOverview]
    metric: str | None = Field(description="The metric that stands for the versions; null if their runs logged none.")
    better: Literal["higher", "lower"] = Field(description="Which values of the metric are good.")
    metrics: list[str] = Field(description="All metrics that can be shown instead.")


class ComparedRow(Struct):
    """One thing that versions have in common or differ in."""

    kind: Literal["version", "metric", "param", "data", "input", "output", "requirement", "tag"]
    name: str
    values: list[Cell] = Field(description="One for each version; null where a version has nothing.")
    same: bool = Field(description="Whether all versions have the same.")


class VersionComparison(Struct):
    """Versions of a registered model side by side."""

    versions: list[int]
    runs: list[str | None] = Field(description="The run of each; null if it has none.")
    rows: list[ComparedRow] = Field(description="Grouped by kind, those that differ first.")


class FollowingEndpoint(Struct):
    """An endpoint that rolls when an alias moves."""

    id: str = Field(description="Id of the endpoint.")
    name: str
    state: str
    serves: list[int] = Field(description="The versions of the model that answer there now.")


class Gate(Struct):
    """Whether a metric lets a version take an alias."""

    metric: str
    better: Literal["higher", "lower"]
    before: float | None = Field(description="What the version has that the alias stands for now; null if nothing.")
    after: float | None = Field(description="What the new version has; null if nothing.")
    passed: bool
    reason: str = Field(description="Why, as a sentence.")


class PromotionSpec(Struct):
    """Which alias moves to a version, and on which condition."""

    alias: str = Field(default="champion", description="The alias that moves.")
    metric: str | None = Field(default=None, description="Refuse if the version is worse in this metric.")
    better: Literal["higher", "lower"] | None = Field(
        default=None, description="Which values of the metric are good; guessed from its name if not given."
    )
    force: bool = Field(default=False, description="Move it although the metric is worse.")
    expected: int | None = Field(
        default=None, description="Refuse if the alias stands for another version than this by now; 0 for none."
    )


class Promotion(Struct):
    """What moving an alias changes, or has changed."""

    name: str = Field(description="The registered model.")
    alias: str
    before: int | None = Field(description="The version that the alias stood for; null if it is new.")
    version: int = Field(description="The version that it stands for afterwards.")
    endpoints: list[FollowingEndpoint] = Field(description="The endpoints that roll to the version.")
    gate: Gate | None = Field(description="Null if no metric was to be looked at.")
    done: bool = Field(description="Whether the alias has been moved; false for a look ahead.")
