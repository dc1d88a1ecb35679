"""What the host tells a worker: one JSON document, written down so that either side can be read by itself."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Variant:
    """One deployment in the traffic of an endpoint.

    Attributes:
        number: The deployment's.
        label: What to call it, such as "flight-delay 3".
        model: The name that callers give to reach it; empty for the endpoint's own model.
        weight: Its share of the requests for `model`, relative to the others.
        shadow: Whether it answers nobody, and is only asked what the others were asked.
        folder: The copy of the model.
        plan: The folder of its prepared form.
        digest: SHA-256 of the model folder.
        trusted: Whether loading may run its code.
        lazy: Whether it is loaded at its first request.
    """

    number: int
    label: str
    folder: str
    plan: str
    digest: str
    trusted: bool
    model: str = ""
    weight: float = 1.0
    shadow: bool = False
    lazy: bool = False


@dataclass(frozen=True)
class Capture:
    """What is written down of requests and answers; `share` 0 switches it off."""

    share: float = 0.0
    folder: str = ""
    masked: tuple[str, ...] = ()
    most_megabytes: float = 200.0


@dataclass(frozen=True)
class Limits:
    """How much one worker takes on."""

    rows: int = 100_000
    body: int = 64 * 2**20
    waiting_rows: int = 200_000
    seconds: float = 60.0
    connections: int = 4096
    loaded_models: int = 8


@dataclass(frozen=True)
class Order:
    """Everything a worker needs to answer for one endpoint.

    Attributes:
        id: The endpoint's.
        name: What callers call the endpoint.
        folder: The endpoint's folder; key, counters, captured rows and waiting requests lie in it.
        project: Modules of trusted models are looked for here.
        revision: Grows with everything that is wanted anew.
    """

    id: str
    name: str
    folder: str
    project: str
    revision: int
    variants: tuple[Variant, ...]
    limits: Limits = field(default_factory=Limits)
    capture: Capture = field(default_factory=Capture)

    def text(self) -> str:
        """Write it as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Self:
        """Read it from JSON."""
        content: dict[str, Any] = json.loads(text)
        content["variants"] = tuple(Variant(**each) for each in content["variants"])
        content["limits"] = Limits(**content["limits"])
        capture = content["capture"]
        content["capture"] = Capture(**{**capture, "masked": tuple(capture["masked"])})
        return cls(**content)
