"""The shapes of automatic feature selection."""

from typing import Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling.report.types import Exactness, Problem

Decision = Literal[
    "kept",
    "constant",
    "identifier",
    "duplicate",
    "correlated",
    "no signal",
    "eliminated",
    "over the limit",
    "not usable",
]


class SelectionSpec(Struct):
    """How features are to be selected."""

    target: str = Field(min_length=1)
    problem: Problem | None = Field(default=None, description="None: judged by the target.")
    keep: tuple[str, ...] = Field(default=(), description="Columns that stay whatever they tell.")
    correlated: float = Field(
        default=0.9, gt=0, le=1, description="Columns that go together this strongly are one cluster."
    )
    at_most: int | None = Field(default=None, ge=1, description="Keep no more than the best of this number.")
    shuffles: int = Field(default=10, ge=0, le=100, description="Shuffled targets to compare with; 0 leaves it out.")
    eliminate: bool = Field(
        default=False, description="Also eliminate columns one after the other in cross-validation."
    )
    rows: int = Field(default=100_000, ge=1000, le=1_000_000, description="Learn from at most this many rows.")
    seed: int = 0


class FeatureDecision(Struct):
    """What was decided about a column, and the figures behind it."""

    column: str
    decision: Decision
    reason: str
    information: float | None = Field(description="Mutual information with the target, in bits per row, bias removed.")
    importance: float | None = Field(description="Share of the gain in the model with the true target.")
    threshold: float | None = Field(description="What shuffled targets reach by chance; the importance must be above.")
    cluster: int | None = Field(description="Columns with the same number go together; None if it goes with no other.")
    like: str | None = Field(description="The column that is kept in its place.")


class EliminationPoint(Struct):
    """The score in cross-validation with so many columns."""

    columns: int
    score: float
    dropped: tuple[str, ...] = Field(description="The columns that were left out next.")


class FeatureSelection(Struct):
    """Which columns are worth keeping, and why."""

    target: str
    problem: Problem
    rows: int
    rows_read: int
    exactness: Exactness
    seconds: float
    kept: tuple[str, ...] = Field(description="The best first; the target is not among them.")
    items: tuple[FeatureDecision, ...] = Field(description="One for each column but the target: kept ones first.")
    elimination: tuple[EliminationPoint, ...] = Field(description="Empty unless it was asked for.")
    metric: str = Field(description="What the scores of the elimination are; empty without it.")
    method: str = Field(description="What was done, for a caption.")
    step: dict[str, JsonValue] = Field(
        description="The step to append to the recipe; it learns again when it is fitted."
    )


MESSAGES = (SelectionSpec, FeatureSelection)
