"""The nouns of batch transform."""

from datetime import datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.core.types import Record, Struct

ALL = "*"

TransformState = Literal["queued", "running", "succeeded", "failed", "stopped"]


class TransformSpec(Struct):
    """Which rows go through which model, and where the answers go."""

    source: str = Field(
        description="The rows: a Parquet, CSV, JSON lines, Arrow or Feather file, a folder of such files, or a SQLite"
        " or DuckDB file, as a path from the project folder."
    )
    table: str | None = Field(default=None, description="Table or view, in a SQLite or DuckDB file.")
    output: str = Field(
        default="",
        description="Where the answers go, row for row: .parquet, .csv, .jsonl or .arrow; without an ending, a folder"
        " of Parquet files. Empty: a Parquet file beside the rows.",
    )
    model: ModelRef | None = Field(default=None, description="A version of a registered model.")
    run_id: str | None = Field(default=None, description="A run; its newest logged model is taken.")
    folder: str | None = Field(default=None, description="A model folder, as a path from the project folder.")
    endpoint: str | None = Field(default=None, description="Name of an endpoint; the model that answers there now.")
    trust: bool = Field(default=False, description="Load the model even though it does not come from this project.")
    method: str | None = Field(
        default=None, description='Such as "predict_proba"; the model\'s own if not given. One column a class then.'
    )
    carry: list[str] = Field(
        default=[], description='Columns of the rows that are written beside the answers, such as an id; ["*"] for all.'
    )
    column: str = Field(default="prediction", min_length=1, description="Name of the column with the answers.")
    workers: int | None = Field(
        default=None, ge=1, le=64, description="How many processes; as many as proved quicker if not given."
    )
    most_errors: int | None = Field(
        default=None, ge=0, description="Fail if more rows than so many cannot be answered; no limit if not given."
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum(source is not None for source in (self.model, self.run_id, self.folder, self.endpoint)) != 1:
            raise ValueError("name exactly one of model, run_id, folder and endpoint")
        return self


class TransformProgress(Struct):
    """How far a batch transform is."""

    rows: int = Field(description="Rows that have been answered, those of an earlier attempt included.")
    total: int | None = Field(description="How many there are; null while nobody knows, as in a CSV file.")
    share: float = Field(description="How much is done, from 0 to 1.")
    errors: int = Field(description="Rows that could not be answered.")
    rows_a_second: float | None = Field(description="Null until there is something to tell.")
    seconds: float = Field(description="How long this attempt has taken.")
    seconds_left: float | None = Field(description="At this pace; null until there is one.")
    workers: int = Field(description="How many processes are at work.")
    continued_rows: int = Field(description="Rows that an earlier attempt had answered already.")
    way: str = Field(description='"compiled" or "original", and why.')


class TransformResult(Struct):
    """What a finished batch transform wrote."""

    output: str = Field(description="Path of what was written.")
    rows: int
    errors: int = Field(description="Rows that could not be answered; their answers are null.")
    errors_path: str | None = Field(description="Path of the table of these rows with reasons; null if there are none.")
    columns: list[str] = Field(description="Of the output.")
    seconds: float
    rows_a_second: float
    workers: int
    continued_rows: int = Field(description="Rows that an earlier attempt had answered already.")
    way: str = Field(description='"compiled" or "original", and why.')


class TransformColumns(Struct):
    """The columns of what is to be predicted."""

    items: list[str]


class TransformRecord(Record):
    """What the studio keeps of a batch transform that runs as a job; its id is the job's."""

    spec: TransformSpec
    key: str
    label: str
    created_at: datetime


class Transform(Struct):
    """A batch transform that runs as a job."""

    id: str = Field(description="The job's.")
    label: str = Field(description='What to call the model on the screen, such as "flight-delay 3".')
    spec: TransformSpec
    state: TransformState
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    progress: TransformProgress | None = Field(description="Null before it has begun.")
    result: TransformResult | None = Field(description="Null unless it succeeded.")
    error: str | None = Field(description="Why it failed, as a sentence.")
    can_continue: bool = Field(description="Whether asking for the same again goes on where this one ended.")
    notebook: str | None = Field(description="Path of the executed notebook; null if the job was removed.")


class TransformList(Struct):
    """Batch transforms, the newest first."""

    items: list[Transform]
