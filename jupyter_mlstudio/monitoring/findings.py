"""What is found about the parts of a window: a column, the answers, a rule, what the answers depend on."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct

ColumnKind = Literal["number", "category", "text", "boolean", "time", "other"]


class DriftTest(Struct):
    """One way of comparing live values with those of training."""

    name: Literal["psi", "kolmogorov_smirnov", "chi_square", "wasserstein", "missing", "new_values", "range"]
    statistic: float
    p_value: float | None = Field(description="Corrected for the number of columns; null for a mere distance.")
    threshold: float | None = Field(description="From where on the statistic counts; null if it is only shown.")
    drifted: bool
    words: str = Field(description="What was found, as a plain sentence.")


class DriftHistogram(Struct):
    """How values are spread, side by side; numbers have one edge more than there are shares."""

    edges: list[float] | None = Field(description="Of numbers; null for categories.")
    labels: list[str] | None = Field(description="Of categories; null for numbers.")
    training: list[float] = Field(description="Shares of the rows that have a value.")
    live: list[float]


class ColumnDrift(Struct):
    """How the live values of a column differ from those of training."""

    name: str
    kind: ColumnKind
    drifted: bool
    score: float = Field(description="The population stability index, by which columns are ranked; 0 if there is none.")
    message: str = Field(description="The finding in a sentence.")
    tests: list[DriftTest]
    histogram: DriftHistogram | None
    missing_training: float = Field(description="Share of the rows.")
    missing_live: float
    new_values: list[str] = Field(description="Categories that training never saw, the most frequent first.")
    importance: float | None = Field(description="How much the live answers depend on it, of 1; null if not weighed.")


class RuleFinding(Struct):
    """Whether the live rows keep a rule of the model's recipe."""

    sentence: str
    state: Literal["kept", "broken", "error"]
    severity: Literal["fail", "warn"]
    failing: int | None = Field(description="Rows that break it.")
    share: float | None
    message: str


class QualityWindow(Struct):
    """How good the answers of a stretch of time were."""

    begins: datetime
    ends: datetime
    rows: int
    metrics: dict[str, float]


class ModelQuality(Struct):
    """How good the answers were, as far as the truth is known."""

    problem: Literal["classification", "regression"]
    rows: int = Field(description="Rows of the window whose truth is known.")
    metrics: dict[str, float] = Field(description="accuracy, f1 and auc; or mae, rmse and r2.")
    below: list[str] = Field(description="Metrics that are worse than their limit.")
    windows: list[QualityWindow] = Field(description="The same in pieces, oldest first.")
    message: str


class AttributionItem(Struct):
    """How much the answers depend on a column, then and now."""

    column: str
    training: float = Field(description="Share of all importance.")
    live: float


class AttributionDrift(Struct):
    """Whether the answers depend on the same columns as in training."""

    method: str = Field(description="How it was found, in a sentence.")
    ndcg: float = Field(description="1: the same order of importance; less: another one.")
    drifted: bool
    items: list[AttributionItem] = Field(description="The most important in training first.")
    message: str
