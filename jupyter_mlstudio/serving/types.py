"""The nouns of serving."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, JsonValue, field_validator, model_validator

from jupyter_mlstudio.core.processes import ProcessRef
from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.core.types import Record, Struct
from jupyter_mlstudio.serving.signature_types import ModelSignature

NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$"


class EndpointState(StrEnum):
    """Where an endpoint is in its life."""

    STARTING = "starting"
    READY = "ready"
    ASLEEP = "asleep"
    FAILED = "failed"
    STOPPED = "stopped"


class ModelSource(Struct):
    """Which model to put behind an endpoint: exactly one of the three."""

    model: ModelRef | None = Field(default=None, description="A version of a registered model.")
    run_id: str | None = Field(default=None, description="A run; its newest logged model is taken.")
    folder: str | None = Field(default=None, description="A model folder or file, as a path from the project folder.")
    trust: bool = Field(
        default=False,
        description="Load the model even though it is not known to come from this project. Loading can run its code.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum(source is not None for source in (self.model, self.run_id, self.folder)) != 1:
            raise ValueError("name exactly one of model, run_id and folder")
        return self


class Scaling(Struct):
    """How many workers answer for an endpoint."""

    min_workers: int = Field(default=1, ge=0, le=64, description="0: the endpoint falls asleep when nobody asks.")
    max_workers: int = Field(default=1, ge=1, le=64)
    target: Literal["concurrency", "requests", "latency", "cpu"] = Field(
        default="concurrency",
        description="What is held near `value` for each worker: requests at once, requests a second, p99 in ms,"
        " or per cent of a core.",
    )
    value: float = Field(default=16.0, gt=0)
    idle_seconds: float = Field(default=60.0, ge=1, description="Without a request for so long: asleep.")
    cool_down_out: float = Field(default=3.0, ge=0, description="Seconds between two additions of workers.")
    cool_down_in: float = Field(default=30.0, ge=0, description="Seconds of little load before a worker is let go.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max_workers < max(self.min_workers, 1):
            raise ValueError("max_workers must be at least min_workers, and at least 1")
        return self


class CaptureSpec(Struct):
    """What is kept of requests and answers, for monitoring."""

    share: float = Field(default=0.0, ge=0, le=1, description="Which share of the requests; 0 keeps none.")
    masked: list[str] = Field(default=[], description="Columns whose values are left out.")
    most_megabytes: float = Field(default=200.0, gt=0, description="The oldest files are deleted beyond it.")


class RollSpec(ModelSource):
    """Which model to put behind an existing endpoint, without losing a request."""

    follow: str | None = Field(
        default=None,
        description="An alias such as champion: whenever it stands for another version, that is rolled to.",
    )
    weight: float | None = Field(
        default=None, gt=0, lt=100, description="Per cent of the traffic; the rest stays. All of it if not given."
    )
    shadow: bool = Field(default=False, description="Ask it what the others are asked, and only compare its answers.")
    served_as: str = Field(
        default="", pattern=r"^[A-Za-z0-9_.-]{0,64}$", description="Answer to this model name beside the other models."
    )


class DeploySpec(RollSpec):
    """Which model to put behind which endpoint; an endpoint of that name that exists is rolled to the model."""

    endpoint: str = Field(
        json_schema_extra={"pattern": NAME},
        description="Name: letters, digits, - and _; begins with a letter or digit.",
    )
    port: int | None = Field(default=None, ge=1, le=65535, description="Port to listen on; a free one if not given.")
    scaling: Scaling | None = Field(default=None, description="As it is for an endpoint that exists; else one worker.")
    capture: CaptureSpec | None = None
    lazy: bool = Field(default=False, description="Load models that have names of their own at their first request.")

    @field_validator("endpoint")
    @classmethod
    def _named(cls, name: str) -> str:
        if not re.fullmatch(NAME, name):
            raise ValueError("use up to 63 letters, digits, - and _, and begin with a letter or a digit")
        return name


class Share(Struct):
    """The part of the traffic that a deployment has."""

    number: int = Field(description="The deployment's.")
    model: str = Field(default="", description="The model name that callers give; empty for the endpoint's own model.")
    weight: float = Field(default=100.0, ge=0, description="Relative to the others of the same model name.")
    shadow: bool = Field(default=False, description="Whether it is only compared, and answers nobody.")


class TrafficSpec(Struct):
    """How requests are divided from now on; no process is started anew for it."""

    shares: list[Share] = Field(min_length=1)


class Deployment(Struct):
    """One model behind an endpoint; a copy of its folder belongs to the endpoint."""

    number: int = Field(description="Counts the endpoint's deployments, from 1.")
    label: str = Field(description='What to call the model on the screen, such as "flight-delay 3".')
    model: ModelRef | None = Field(description="The version of a registered model, if it came from one.")
    run_id: str | None = Field(description="The run that trained it, if known.")
    folder: str | None = Field(description="The folder that it was copied from, if it came from a folder.")
    digest: str = Field(description="SHA-256 of the model folder; the model is loaded only if it still agrees.")
    trusted: bool = Field(description="Whether loading may run the model's code. If not, only vetted classes load.")
    served_as: str = Field(default="", description="The model name that it was deployed for; empty for the endpoint's.")
    created_at: datetime


class WayReport(Struct):
    """How a deployment is computed, as found out when it was deployed."""

    way: Literal["compiled", "original"]
    why: str = Field(description="One sentence; for the original, what stands against a compiled form.")
    methods: list[str] = Field(description='What can be asked for, such as "predict_proba"; default first.')
    rows_compared: int = Field(description="Rows on which both forms were compared; 0 for the original.")
    differing_labels: int
    largest_difference: float | None = Field(description="Between probabilities or numbers; null if there were none.")
    one_row_ms: float | None = Field(description="Measured time for one row; null if it was not measured.")
    original_one_row_ms: float | None
    prepared_ms: float = Field(description="How long loading, translating and proving took.")


class ModelAlias(Struct):
    """An alias of a registered model, whose version an endpoint follows."""

    name: str
    alias: str


class FollowSpec(Struct):
    """Which alias an endpoint follows from now on."""

    follow: ModelAlias | None = Field(
        default=None, description="Whenever it stands for another version, that is rolled to. Null: it follows none."
    )


class EndpointRecord(Record):
    """What the studio keeps of an endpoint; how it does is asked of its process."""

    name: str
    port: int | None
    wanted: bool
    deployments: list[Deployment]
    created_at: datetime
    traffic: list[Share] = []
    scaling: Scaling = Scaling()
    capture: CaptureSpec = CaptureSpec()
    follow: ModelAlias | None = None
    followed: int | None = Field(default=None, description="The version that the alias stood for when last looked at.")
    trouble: str = Field(default="", description="Why that version does not answer, if it could not be deployed.")
    lazy: bool = False


class RuntimeStatus(Record):
    """What the host of a project's endpoints last wrote about one of them; its id is the endpoint's."""

    revision: int = Field(description="Which `desired.json` it knows of.")
    state: EndpointState
    message: str
    host: ProcessRef
    workers: list[ProcessRef] = Field(description="Those that answer now.")
    deployment: int | None = Field(description="The one that answers most, or did last.")
    traffic: list[Share] = Field(description="How requests are divided now, or were last.")
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
    traffic: list[Share] = Field(description="Who answers how much of what is asked; also the shadows.")
    scaling: Scaling
    capture: CaptureSpec
    follow: ModelAlias | None = Field(description="The alias that it follows; null if it follows none.")
    workers: int = Field(description="How many worker processes answer now; 0 while it is asleep.")
    restarts: int = Field(description="How often a crashed worker was started again since the endpoint was started.")
    created_at: datetime
    since: datetime | None = Field(description="When the present deployment began to answer.")


class EndpointList(Struct):
    """Endpoints, the newest first."""

    items: list[Endpoint]


class Snippet(Struct):
    """A few lines that call the endpoint."""

    title: str
    language: str = Field(description='For colours: "python", "bash" or "javascript".')
    text: str


class DeploymentWay(Struct):
    """How one deployment of an endpoint is computed."""

    number: int
    report: WayReport | None = Field(description="Null while it is being prepared, or if that failed.")


class EndpointDetail(Struct):
    """An endpoint, and what one needs to call it."""

    endpoint: Endpoint
    ways: list[DeploymentWay] = Field(description="Of the deployments in the traffic.")
    signature: ModelSignature | None = Field(description="Of the deployment that answers, or else the newest.")
    snippets: list[Snippet]
    key_file: str = Field(description="Path of the file with the endpoint's key, from the project folder.")


class EndpointKey(Struct):
    """The secret that callers of the endpoint's own port must send."""

    key: str


class RollbackSpec(Struct):
    """Which earlier deployment shall answer again."""

    number: int = Field(ge=1, description="Number of the deployment.")


class PromoteSpec(Struct):
    """Which canary or shadow shall get the whole traffic of its model name."""

    number: int = Field(ge=1, description="Number of the deployment.")


class Invocation(Struct):
    """Rows to predict, in the plainest of the forms that an endpoint takes."""

    dataframe_records: list[dict[str, JsonValue]] = Field(description="One object a row: column name to value.")
    params: dict[str, JsonValue] = Field(default={}, description='Such as {"predict_method": "predict_proba"}.')


class Predictions(Struct):
    """What the model answers, one item a row."""

    predictions: JsonValue
