"""The nouns of monitoring."""

import sys
from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, JsonValue, model_validator

from jupyter_mlstudio.core.types import Record, Struct
from jupyter_mlstudio.monitoring.findings import (
    AttributionDrift,
    ColumnDrift,
    ModelQuality,
    RuleFinding,
)

Metric = Literal["accuracy", "f1", "auc", "r2", "mae", "rmse"]
"""How good a model is: of the last two less is better, of the others more."""


class ReportState(StrEnum):
    """What came out of a check."""

    OK = "ok"
    DRIFTED = "drifted"
    WAITING = "waiting"
    FAILED = "failed"


class AlertKind(StrEnum):
    """What an alert is about."""

    COLUMNS = "columns"
    MISSING = "missing"
    VALUES = "values"
    RULES = "rules"
    PREDICTION = "prediction"
    QUALITY = "quality"
    ATTRIBUTION = "attribution"


class LiveWindow(Struct):
    """Which captured rows are looked at: the newest ones."""

    rows: int = Field(default=5000, ge=50, le=1_000_000, description="How many rows at most.")
    hours: float | None = Field(default=None, gt=0, description="Only rows of the last hours; any if not given.")


class Thresholds(Struct):
    """From where on a difference counts: it must be large enough, and too large to be chance."""

    significance: float = Field(
        default=0.01, gt=0, lt=1, description="Share of false alarms that is put up with, over all columns together."
    )
    psi: float = Field(default=0.1, gt=0, description="Least population stability index of a column that has drifted.")
    missing: float = Field(default=0.05, gt=0, le=1, description="Least growth of the share of missing values.")
    new_values: float = Field(
        default=0.01, gt=0, le=1, description="Least share of rows with a category that training never saw."
    )
    out_of_range: float = Field(
        default=0.01, gt=0, le=1, description="Least share of numbers beyond the range of training."
    )
    attribution: float = Field(
        default=0.9, gt=0, le=1, description="The order of the columns' importance must agree at least so well (NDCG)."
    )
    quality: dict[Metric, float] = Field(
        default={}, description="Limits such as accuracy 0.9 or mae 12: mae and rmse at most, the others at least."
    )
    least_rows: int = Field(default=50, ge=10, description="Nothing is judged from fewer rows.")


class Retraining(Struct):
    """The workflow that trains the model anew."""

    workflow: str = Field(min_length=1, description="Path of the workflow file from the project folder.")
    parameters: dict[str, JsonValue] = Field(default={}, description="Values by parameter name.")


class MonitorSpec(Struct):
    """How an endpoint is watched."""

    window: LiveWindow = LiveWindow()
    thresholds: Thresholds = Thresholds()
    every_minutes: int | None = Field(
        default=None, ge=1, le=1_000_000, description="Check so often, as a job; give this, `cron`, or neither."
    )
    cron: str | None = Field(default=None, description="Check at these times, such as `0 7 * * *`.")
    webhook: str | None = Field(
        default=None, max_length=2000, description="Address that is told of alerts with a POST; it never gets rows."
    )
    retrain: Retraining | None = Field(default=None, description="What one click on an alert starts.")
    attribution: bool = Field(default=True, description="Whether columns are weighed by what the answers depend on.")

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.every_minutes is not None and self.cron is not None:
            raise ValueError("give every_minutes or cron, not both")
        if self.webhook is not None and not self.webhook.startswith(("http://", "https://")):
            raise ValueError("webhook: an address that begins with http:// or https:// is needed")
        return self


class MonitorRecord(Record):
    """What is kept of a monitor; its id is the endpoint's."""

    spec: MonitorSpec
    schedule: str | None
    revision: int = 0


class BaselineSummary(Struct):
    """What the live rows are compared with."""

    source: Literal["training_data", "dataset", "input_example", "captured", "file"] = Field(
        description="Where it comes from: what was given when the model was logged, or what was chosen since."
    )
    rows: int
    columns: int
    sample_rows: int = Field(description="Rows that are kept of it; 0 if none may be kept.")
    made_at: datetime


class ReportSummary(Struct):
    """One check, in a list."""

    id: str
    at: datetime
    state: ReportState
    message: str
    number: int = Field(description="The deployment whose rows were looked at.")
    rows: int
    drifted_columns: int
    largest_psi: float | None
    prediction_psi: float | None
    quality: dict[str, float] = Field(description="Metrics of the newest rows with truth; empty without any.")


class Report(Struct):
    """How the live rows differ from the baseline, and how good the answers were."""

    id: str
    endpoint_id: str
    endpoint: str
    at: datetime
    state: ReportState
    message: str = Field(description="What came out, in a sentence or two.")
    number: int = Field(description="The deployment whose rows were looked at.")
    label: str
    rows: int
    begins: datetime | None = Field(description="When the first row of the window was answered.")
    ends: datetime | None
    baseline: BaselineSummary | None
    columns: list[ColumnDrift] = Field(description="The most drifted first.")
    prediction: ColumnDrift | None = Field(description="The answers; null if they cannot be compared.")
    rules: list[RuleFinding] = Field(description="Rules of the model's recipe, on the live rows.")
    rules_message: str = Field(description="Why there are no rules; empty if there are some.")
    quality: ModelQuality | None = Field(description="Null as long as no truth is known.")
    attribution: AttributionDrift | None
    attribution_message: str = Field(description="Why there is none; empty if there is one.")
    seconds: float

    def show(self) -> None:
        """Show the report: in a cell of a notebook as a table, elsewhere as lines."""
        from IPython.core.getipython import get_ipython
        from IPython.display import display

        from jupyter_mlstudio.monitoring.show import text

        if get_ipython() is None:
            sys.stdout.write(f"{text(self)}\n")
        else:
            display(self)  # type: ignore[no-untyped-call]  # IPython types some of it

    def _repr_html_(self) -> str:
        from jupyter_mlstudio.monitoring.show import html

        return html(self)


class Alert(Record):
    """Something that was found wrong, until a later check finds it right again."""

    endpoint_id: str
    endpoint: str
    kind: AlertKind
    sentence: str
    columns: list[str] = Field(description="The columns that it is about; may be empty.")
    report_id: str = Field(description="The check that found it last.")
    number: int = Field(description="The deployment.")
    at: datetime = Field(description="When it was first found.")
    ended_at: datetime | None = Field(description="When a check found it right again; null while it holds.")
    seen: bool = Field(description="Whether somebody has marked it as seen.")
    told: str = Field(description="How telling the webhook went, as a sentence; empty if there is none.")


class Monitor(Struct):
    """How an endpoint is watched, and what was found last."""

    id: str = Field(description="The endpoint's.")
    endpoint: str = Field(description="The endpoint's name.")
    spec: MonitorSpec
    message: str = Field(description="What is missing to begin, as a sentence; empty if nothing is.")
    capture_share: float
    captured_rows: int = Field(description="How many rows are on disk, of all deployments.")
    captured_bytes: int
    truth_rows: int = Field(description="For how many ids the truth was given.")
    baseline: BaselineSummary | None = Field(description="Of the deployment that answers.")
    next_check: datetime | None
    schedule_id: str | None = Field(description="The schedule whose jobs check; null without one.")
    report: Report | None = Field(description="The newest.")
    alerts: list[Alert] = Field(description="Those that hold, the newest first.")


class MonitorList(Struct):
    """A monitor for each endpoint, those with open alerts first."""

    items: list[Monitor]


class ReportList(Struct):
    """Checks, the newest first."""

    items: list[ReportSummary]


class AlertList(Struct):
    """Alerts, the newest first."""

    items: list[Alert]


class CheckSpec(Struct):
    """What to look at now."""

    number: int | None = Field(default=None, description="Deployment; the one that answers if not given.")


class TruthSpec(Struct):
    """A file that tells what was right."""

    path: str = Field(description="Parquet, CSV or Arrow file, from the project folder.")
    id: str = Field(default="id", description="Column with the ids of the requests.")
    column: str = Field(default="truth", description="Column with what was right.")


class TruthAdded(Struct):
    """What came of it."""

    rows: int = Field(description="Rows with an id and a truth.")
    matched: int = Field(description="Of these, how many belong to a captured row.")
    message: str


class BaselineSpec(Struct):
    """What to compare with from now on, for the deployment that answers."""

    path: str | None = Field(
        default=None, description="A table of the project; the rows captured so far if neither is given."
    )
    training: bool = Field(default=False, description="Go back to the training data that came with the model.")


class DriftedRows(Struct):
    """Captured rows as a file that the wrangling panel opens."""

    path: str = Field(description="Parquet file, from the project folder.")
    rows: int
    message: str = Field(description="Which rows they are, as a sentence.")


class RetrainingStarted(Struct):
    """The run of a workflow that was started."""

    run_id: str
    workflow: str
