"""The shapes of the quality and insights report, and of the bias metrics."""

from typing import Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.types import Struct

Severity = Literal["high", "medium", "low"]
Exactness = Literal["exact", "sampled"]
Problem = Literal["binary", "classes", "numbers"]
"""What predicting the target means: one of two classes, one of several, or a number."""

InsightKind = Literal[
    "missing", "duplicate rows", "unusual rows", "constant", "identifier", "mixed types", "invalid dates", "spelling",
    "placeholder", "outliers", "skew", "same columns", "collinear", "target", "imbalance", "rare classes", "leak",
    "no signal", "infinite",
]  # fmt: skip


class InsightFigure(Struct):
    """A number that belongs to an insight."""

    label: str
    value: float
    unit: Literal["share", "count", "score", "number"] = Field(
        description="How to write it: 12 %, 1,234, 0.87 or as it is."
    )
    exactness: Exactness


class Mend(Struct):
    """Steps that mend what an insight is about; they fit the table that the report is about."""

    label: str = Field(description="What the button says.")
    steps: tuple[dict[str, JsonValue], ...] = Field(description="To be appended to the recipe, in this order.")


class Insight(Struct):
    """One thing that is odd about the table, what it means, and how to mend it."""

    id: str = Field(description="The same for the same finding in the next report: kind and columns.")
    kind: InsightKind
    severity: Severity
    title: str
    text: str = Field(description="What it means for a model, and what to do.")
    columns: tuple[str, ...] = Field(description="The columns it is about; none if it is about rows or the table.")
    figures: tuple[InsightFigure, ...]
    examples: tuple[str, ...] = Field(description="A few of the values it is about, as text.")
    rows: tuple[int, ...] = Field(description="Numbers of a few rows it is about, from 0.")
    mends: tuple[Mend, ...] = Field(description="The first is the one to offer first; there may be none.")


class Bar(Struct):
    """One bar of a chart."""

    label: str
    count: int


class Distribution(Struct):
    """How the values of the target are distributed: its classes, or bins of its numbers."""

    column: str
    bars: tuple[Bar, ...]
    edges: tuple[float, ...] | None = Field(description="Edges of the bins; None for classes.")


class Line(Struct):
    """One line of a chart: a value for each label; None where there is none."""

    name: str
    values: tuple[float | None, ...]


class Relation(Struct):
    """How the target depends on one column: its mean, or the shares of its classes, in bins of the column."""

    column: str
    labels: tuple[str, ...] = Field(description="The bins or values of the column.")
    counts: tuple[int, ...]
    lines: tuple[Line, ...] = Field(description="The mean of a number; the share of each class shown.")
    base: tuple[float, ...] = Field(description="The same over all rows, one for each line.")


class Associations(Struct):
    """How strongly each two columns go together: 0 not at all, 1 entirely; numbers have a sign."""

    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    method: str = Field(description="How it was measured, for a caption.")


class FeaturePower(Struct):
    """What one column alone tells about the target, judged on rows that it was not tuned on."""

    column: str
    power: float = Field(description="0 nothing, 1 everything.")
    metric: float | None = Field(description="ROC AUC of two classes; None otherwise.")
    role: str
    used: bool = Field(description="Whether the quick model used it.")
    reason: str = Field(description="Why it was left out of the quick model; empty if it was used.")


class Score(Struct):
    """A score on held-out rows, beside what always guessing the most frequent class or the mean gets."""

    name: str
    value: float
    baseline: float | None
    higher_is_better: bool


class Point(Struct):
    """A point of a curve or a scatter plot."""

    x: float
    y: float


class Confusion(Struct):
    """How often each class was taken for each other: one row a true class, one column a guessed class."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class FeatureImportance(Struct):
    """How much worse the quick model gets when the values of a column are shuffled."""

    column: str
    importance: float


class QuickModel(Struct):
    """A gradient boosted model, trained quickly, and how it does on held-out rows."""

    algorithm: str
    rows_train: int
    rows_test: int
    scores: tuple[Score, ...] = Field(description="The first is the one to show big.")
    verdict: str = Field(description="What the scores mean, in a sentence.")
    confusion: Confusion | None
    roc: tuple[Point, ...] | None = Field(description="False against true positive rate; of two classes.")
    predicted: tuple[Point, ...] | None = Field(description="True against predicted number, of some held-out rows.")
    residuals: Distribution | None = Field(description="Predicted less true, of all held-out rows.")
    importances: tuple[FeatureImportance, ...]


class QualityReport(Struct):
    """What is wrong with a table, the worst first, and what can be predicted from it."""

    title: str
    target: str | None
    problem: Problem | None = Field(description="None without a target, and for a target that cannot be predicted.")
    rows: int = Field(description="Rows of the table; always counted.")
    rows_read: int = Field(description="Rows that sampled figures come from.")
    columns: int
    exactness: Exactness = Field(description="Exact if all rows were read for everything.")
    seconds: float
    summary: tuple[InsightFigure, ...]
    insights: tuple[Insight, ...]
    features: tuple[FeaturePower, ...] = Field(description="By power, the best first; none without a target.")
    method: str = Field(description="How the power was measured, for a caption.")
    model: QuickModel | None
    distribution: Distribution | None = Field(description="Of the target.")
    relations: tuple[Relation, ...] = Field(description="Of the target with the most telling columns.")
    associations: Associations | None


class BiasGroup(Struct):
    """What counts as the group, by values of a column or by being above a limit."""

    column: str
    values: tuple[bool | int | float | str, ...] = Field(default=(), description="Rows with one of these values.")
    above: float | None = Field(default=None, description="Or rows with more than this number.")


class BiasMetric(Struct):
    """One of SageMaker Clarify's metrics before training."""

    name: Literal["CI", "DPL", "KL", "JS", "LP", "TVD", "KS", "CDDL"]
    title: str
    value: float | None = Field(description="None where it cannot be computed; `text` says why.")
    least: float | None
    most: float | None
    text: str = Field(description="What the value means here, in a sentence.")
    severity: Severity | None = Field(description="How much attention it deserves; None if little.")


class BiasReport(Struct):
    """How differently a group is treated in the data, before any model is trained."""

    facet: str = Field(description="The group that may be disadvantaged, in words.")
    positive: str = Field(description="The outcome that is wished for, in words.")
    rows: int = Field(description="Rows with both facet and target; always all of them.")
    members: int = Field(description="How many of them belong to the group.")
    positives: tuple[float, float] = Field(description="Share of positive outcomes of the group, and of the others.")
    items: tuple[BiasMetric, ...]


class Saved(Struct):
    """A file that was written into the project."""

    path: str = Field(description="Path from the project folder.")
    bytes: int


MESSAGES = (QualityReport, BiasGroup, BiasReport, Saved)
