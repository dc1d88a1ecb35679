"""What the studio wants of one endpoint: the file `desired.json`, which it replaces whole."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.runtime.order import Order, Variant


@dataclass(frozen=True)
class Scale:
    """How many workers there may be, and what decides."""

    min_workers: int = 1
    max_workers: int = 1
    target: str = "concurrency"
    value: float = 16.0
    idle_seconds: float = 60.0
    cool_down_out: float = 3.0
    cool_down_in: float = 30.0

    @property
    def least(self) -> int:
        """How many workers an endpoint has that is awake."""
        return max(1, self.min_workers)


@dataclass(frozen=True)
class Desired:
    """What is wanted of an endpoint.

    Attributes:
        revision: Grows with every wish.
        wanted: Whether it shall be there at all.
        nudge: "sleep" or "wake", once; else empty.
        address: What to listen on.
        port: The port that was asked for.
        scale: How many workers there may be.
        order: What the workers are told.
    """

    revision: int
    wanted: bool
    nudge: str
    address: str
    port: int | None
    scale: Scale
    order: Order


def read_desired(folder: Path) -> Desired | None:
    """Read what is wanted of an endpoint; None if its folder, or the file in it, is gone."""
    try:
        content: dict[str, Any] = json.loads((folder / "desired.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = {field.name for field in fields(Scale)}
    scale = Scale(**{name: value for name, value in content.pop("scaling").items() if name in known})
    return Desired(scale=scale, order=Order.read(json.dumps(content.pop("order"))), **content)


def identity(variant: Variant) -> tuple[object, ...]:
    """Return what a loaded deployment cannot change while it runs."""
    return (variant.number, variant.folder, variant.plan, variant.digest, variant.trusted, variant.model, variant.lazy)


def fits(present: Order, wanted: Order) -> bool:
    """Tell whether workers of one order can follow another without loading anything."""
    return {identity(each) for each in wanted.variants} <= {identity(each) for each in present.variants}


def main_variant(order: Order) -> Variant:
    """Return the deployment that answers most of what callers ask the endpoint's own model."""
    answering = [each for each in order.variants if not each.shadow] or list(order.variants)
    own = [each for each in answering if not each.model] or answering
    return max(own, key=lambda each: each.weight)


def is_prepared(variant: Variant) -> bool:
    """Tell whether the prepared form of a deployment is there, and made of the files that it has now."""
    try:
        content = json.loads((Path(variant.plan) / "prepared.json").read_bytes())
    except (OSError, ValueError):
        return False
    return bool(content.get("digest") == variant.digest)
