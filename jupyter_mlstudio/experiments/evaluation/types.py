"""The nouns of charts and of what a model's predictions tell."""

from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct

ChartKind = Literal[
    "curves",
    "parallel",
    "scatter",
    "importance",
    "contour",
    "box",
    "confusion",
    "roc",
    "pr",
    "calibration",
    "images",
    "table",
]

JUDGED = frozenset({"confusion", "roc", "pr", "calibration"})
"""The charts that are drawn from logged predictions."""

Cell = float | str | None
"""A value of a column. JSON has no NaN and no infinity: such a number is None."""


class ChartSpec(Struct):
    """Everything about a chart: what it shows of which runs, how, and how large it is on a board.

    Columns are named `metric:<name>`, `param:<name>`, `tag:<name>`, or are one of the plain words `name`,
    `experiment`, `state`, `notebook`, `started` and `duration` (both in milliseconds).
    """

    kind: ChartKind = Field(description="What kind of chart.")
    title: str = Field(default="", max_length=200, description="Its heading; made from the rest if empty.")
    runs: list[str] | None = Field(
        default=None, max_length=2000, description="Ids of its runs; null: those that the table beside it shows."
    )
    experiment: str | None = Field(default=None, description="Without runs, in a notebook: those of this experiment.")
    filter: str = Field(default="", description="Without runs, in a notebook: those that pass this filter of MLflow's.")
    metrics: list[str] = Field(default=[], max_length=50, description="Metrics of curves; of the others the first.")
    by: Literal["step", "time", "relative"] = Field(default="step", description="What curves are drawn over.")
    smoothing: float = Field(default=0, ge=0, lt=1, description="How much of a curve is smoothed away.")
    log_x: bool = Field(default=False, description="Whether the horizontal axis counts in powers of ten.")
    log_y: bool = Field(default=False, description="Whether the vertical axis counts in powers of ten.")
    envelope: bool = Field(default=True, description="Whether the smallest and largest values around a curve show.")
    x: str | None = Field(default=None, description="Column of the horizontal axis: scatter and contour.")
    y: str | None = Field(default=None, description="Column of the vertical axis: scatter, contour and box.")
    colour: str | None = Field(default=None, description="Column that colours: scatter and parallel.")
    group: str | None = Field(default=None, description="Column by which a box chart groups.")
    columns: list[str] = Field(default=[], max_length=60, description="The axes of parallel coordinates, in order.")
    label: str | None = Field(default=None, description="Which class counts as positive; the last one if not given.")
    path: str = Field(default="", description="Which artifact: a table, or the folder or name of images.")
    wide: int = Field(default=1, ge=1, le=3, description="How many columns of the board it takes.")
    tall: int = Field(default=260, ge=120, le=1600, description="Height on the board in pixels.")


class ImportantParam(Struct):
    """How much a param matters for a metric."""

    param: str
    importance: float = Field(description="Its share of what all params explain, from 0 to 1.")
    correlation: float | None = Field(
        description="Rank correlation with the metric, from -1 to 1; null for params that are no numbers."
    )


class Importance(Struct):
    """Which params matter for a metric, the most important one first."""

    metric: str
    runs: int = Field(description="How many runs it was computed from: all that have the metric.")
    score: float | None = Field(
        description="How much of the metric's variance the params explain (R squared on held-back runs); "
        "null when there are too few runs to hold any back."
    )
    items: list[ImportantParam]


class Axis(Struct):
    """One side of a contour."""

    key: str
    ticks: list[float] = Field(description="Where the grid's lines are; the places of the words for a param of words.")
    words: list[str] | None = Field(description="The values of a param that is no number; null for numbers.")
    log: bool = Field(description="Whether the grid was laid in powers of ten.")


class ContourPoint(Struct):
    """A run on the contour."""

    run: str
    x: float
    y: float
    z: float


class Contour(Struct):
    """How a metric depends on two params."""

    x: Axis
    y: Axis
    z: list[list[float | None]] = Field(description="The metric, one row for each tick of y; null far from any run.")
    points: list[ContourPoint]


class RunConfusion(Struct):
    """What was taken for what by the model of a run."""

    run: str
    labels: list[str]
    counts: list[list[int]] = Field(description="A row for each true label, in it a count for each predicted one.")
    accuracy: float


class JudgedCurve(Struct):
    """A ROC, precision-recall or calibration curve of a run."""

    run: str
    label: str = Field(description="The class that counts as positive.")
    x: list[float]
    y: list[float]
    score: float = Field(description="Area under the ROC curve, average precision, or Brier score.")
    weights: list[int] | None = Field(description="Rows in each bin of a calibration; null for the others.")


class Judgement(Struct):
    """What the logged predictions of some runs tell."""

    confusions: list[RunConfusion] = Field(description="Filled for the kind `confusion`.")
    curves: list[JudgedCurve] = Field(description="Filled for the other kinds.")
    labels: list[str] = Field(description="The classes that any of the runs knows.")
    missing: list[str] = Field(description="Runs that logged no predictions of the kind that is needed.")


class LoggedImage(Struct):
    """A picture that a run has kept."""

    run: str
    path: str
    name: str = Field(description="What pictures of several steps and runs have in common.")
    step: int | None = Field(description="The step in its file name; null if there is none.")


class LoggedImages(Struct):
    """The pictures of some runs, by name and step."""

    items: list[LoggedImage]


class LoggedTable(Struct):
    """A table that a run has kept, its first rows."""

    run: str
    path: str
    columns: list[str]
    rows: list[list[Cell]]
    total: int = Field(description="How many rows the file has.")


class LoggedTables(Struct):
    """A table of several runs side by side."""

    paths: list[str] = Field(description="All tables that the runs have kept.")
    items: list[LoggedTable]


class ChartRuns(Struct):
    """The runs that a chart is about."""

    runs: list[str] = Field(max_length=2000, description="Their ids.")


class JudgementSpec(ChartRuns):
    """Which chart of logged predictions."""

    kind: Literal["confusion", "roc", "pr", "calibration"]
    label: str | None = Field(default=None, description="Which class counts as positive; the last one if not given.")


class ImportanceSpec(Struct):
    """What to compute importance for; with runs only those count, else all that fit."""

    metric: str
    runs: list[str] | None = None
    experiment: str | None = None


class ContourSpec(ImportanceSpec):
    """Which contour."""

    x: str = Field(description="Name of the param along the horizontal axis.")
    y: str = Field(description="Name of the param along the vertical axis.")


class LoggedSpec(ChartRuns):
    """Which artifacts of some runs."""

    path: str = Field(default="", description="The folder or a part of the name; all of them if empty.")
    limit: int = Field(default=200, ge=1, le=2000, description="How many pictures, or rows of each table.")


class ShownColumn(Struct):
    """A column of the runs of a chart."""

    key: str
    name: str
    values: list[Cell]


class ShownRuns(Struct):
    """The runs of a chart, and the columns that it draws."""

    ids: list[str]
    names: list[str]
    columns: list[ShownColumn]


class ChartContent(Struct):
    """All that a chart draws but its curves; of its parts the one that its kind needs."""

    runs: ShownRuns
    importance: Importance | None
    contour: Contour | None
    judgement: Judgement | None
    images: LoggedImages | None
    tables: LoggedTables | None
