"""The nouns of serving."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, JsonValue, model_validator

from jupyter_mlstudio.core.processes import ProcessRef
from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.core.types import Record, Struct

NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$"


class EndpointState(StrEnum):
    """Where an endpoint is in its life."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"


class ModelSource(Struct):
    """Which model to put behind an endpoint: exactly one of the three."""

    model: ModelRef | None = Field(default=None, description="A version of a registered model.")
    run_id: str | None = Field(default=None, description="A run; its newest logged model is taken.")
    folder: str | None = Field(default=None, description="A model folder, as a path from the project folder.")
    trust: bool = Field(
        default=False,
        description="Load the model even though it is not known to come from this project. Loading can run its code.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum(source is not None for source in (self.model, self.run_id, self.folder)) != 1:
            raise ValueError("name exactly one of model, run_id and folder")
        return self


class RollSpec(ModelSource):
    """Which model to put behind an existing endpoint, without losing a request."""


class DeploySpec(ModelSource):
    """Which model to put behind which endpoint; an endpoint of that name that exists is rolled to the model."""

    endpoint: str = Field(pattern=NAME, description="Name: letters, digits, - and _; begins with a letter or digit.")
    port: int | None = Field(default=None, ge=1, le=65535, description="Port to listen on; a free one if not given.")


class Deployment(Struct):
    """One model behind an endpoint; a copy of its folder belongs to the endpoint."""

    number: int = Field(description="Counts the endpoint's deployments, from 1.")
    label: str = Field(description='What to call the model on the screen, such as "flight-delay 3".')
    model: ModelRef | None = Field(description="The version of a registered model, if it came from one.")
    run_id: str | None = Field(description="The run that trained it, if known.")
    folder: str | None = Field(description="The folder that it was copied from, if it came from a folder.")
    digest: str = Field(description="SHA-256 of the model folder; the model is loaded only if it still agrees.")
    trusted: bool = Field(description="Whether loading may run the model's code. If not, only vetted classes load.")
    created_at: datetime


class EndpointRecord(Record):
    """What the studio keeps of an endpoint; how it does is asked of its process."""

    name: str
    port: int | None
    wanted: bool
    deployments: list[Deployment]
    created_at: datetime


class RuntimeStatus(Record):
    """What an endpoint's host process last wrote about itself; its id is the endpoint's."""

    revision: int = Field(description="Which `desired.json` it knows of.")
    state: EndpointState
    message: str
    host: ProcessRef
    worker: ProcessRef | None
    deployment: int | None = Field(description="The last one that answered.")
    rolling_to: int | None
    address: str
    port: int | None
    restarts: int
    since: datetime | None
    methods: list[str]


class Endpoint(Struct):
    """An address that answers predictions."""

    id: str
    name: str
    state: EndpointState
    message: str = Field(description="What goes on or what is wrong, as a sentence; empty when all is well.")
    url: str | None = Field(description="Address of its own, such as http://127.0.0.1:8000; null while it has none.")
    path: str = Field(description="Path below the Jupyter server's base URL that passes a prediction on to it.")
    port: int | None = Field(description="The port that was asked for, or the one that it has.")
    deployment: Deployment | None = Field(description="What answers now; null while nothing does.")
    rolling_to: Deployment | None = Field(description="What is being loaded to take over; null if nothing is.")
    deployments: list[Deployment] = Field(description="All deployments, the newest first; any can be rolled to again.")
    restarts: int = Field(description="How often a crashed worker was started again since the endpoint was started.")
    created_at: datetime
    since: datetime | None = Field(description="When the present deployment began to answer.")


class EndpointList(Struct):
    """Endpoints, the newest first."""

    items: list[Endpoint]


class ModelColumn(Struct):
    """One column that the model wants, or answers with."""

    name: str
    type: str = Field(description="MLflow's type: boolean, integer, long, float, double, string, binary, datetime, ...")
    required: bool = Field(description="Whether a row must have a value here.")


class ModelSignature(Struct):
    """What the model takes and answers, from its folder."""

    inputs: list[ModelColumn] = Field(description="Empty if the model was saved without a signature.")
    outputs: list[ModelColumn]
    methods: list[str] = Field(description='What can be asked for, such as "predict_proba"; default first.')
    example: list[dict[str, JsonValue]] = Field(description="Rows of the model's input example; may be empty.")


class Snippet(Struct):
    """A few lines that call the endpoint."""

    title: str
    language: str = Field(description='For colours: "python" or "bash".')
    text: str


class EndpointDetail(Struct):
    """An endpoint, and what one needs to call it."""

    endpoint: Endpoint
    signature: ModelSignature | None = Field(description="Of the deployment that answers, or else the newest.")
    snippets: list[Snippet]
    key_file: str = Field(description="Path of the file with the endpoint's key, from the project folder.")


class EndpointKey(Struct):
    """The secret that callers of the endpoint's own port must send."""

    key: str


class StatsPoint(Struct):
    """What happened in one short stretch of time."""

    at: datetime = Field(description="Where the stretch begins.")
    requests: int
    errors: int
    rows: int
    p50_ms: float | None = Field(description="Half of the answers took no longer; null if there were none.")
    p99_ms: float | None


class EndpointStats(Struct):
    """How the worker that answers now has been doing."""

    since: datetime = Field(description="When the worker began to answer; all counts start there.")
    requests: int
    errors: int = Field(description="Answers with a status of 400 or more.")
    rows: int = Field(description="Rows predicted.")
    waiting: int = Field(description="Requests that wait or are being predicted now.")
    p50_ms: float | None = Field(description="Over the last minutes; null if nothing was asked.")
    p99_ms: float | None
    last_error: str | None = Field(description="What the last refused or failed request was told.")
    history: list[StatsPoint] = Field(description="The last minutes, oldest first, without gaps.")


class EndpointLog(Struct):
    """The end of what the endpoint's processes printed."""

    lines: list[str]


class RollbackSpec(Struct):
    """Which earlier deployment shall answer again."""

    number: int = Field(ge=1, description="Number of the deployment.")


class Invocation(Struct):
    """Rows to predict, in the plainest of the forms that an endpoint takes."""

    dataframe_records: list[dict[str, JsonValue]] = Field(description="One object a row: column name to value.")
    params: dict[str, JsonValue] = Field(default={}, description='Such as {"predict_method": "predict_proba"}.')


class Predictions(Struct):
    """What the model answers, one item a row."""

    predictions: JsonValue
