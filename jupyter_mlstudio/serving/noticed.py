"""What is noticed of endpoints that change by themselves."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.serving.types import Endpoint, EndpointState


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Changed]:
    """Tell which endpoints are new, gone, or said something since the last look; None stands for no look at all."""
    if before is None or before == after:
        return []
    return [
        *(Changed(kind="endpoint", id=gone, change="removed") for gone in before.keys() - after.keys()),
        *(Changed(kind="endpoint", id=new, change="added") for new in after.keys() - before.keys()),
        *(
            Changed(kind="endpoint", id=kept, change="changed")
            for kept in before
            if after.get(kept, before[kept]) != before[kept]
        ),
    ]


def settled(ask: Callable[[], Endpoint], seconds: float) -> Endpoint:
    """Wait until an endpoint answers, or may be woken, with what was asked for last.

    Raises:
        EngineError: It cannot, or does not in time; the message says why.
    """
    deadline, pause = time.monotonic() + seconds, 0.002
    while True:
        endpoint = ask()
        busy = endpoint.state == EndpointState.STARTING or endpoint.rolling_to is not None
        if not busy and endpoint.url is not None and not endpoint.message:
            return endpoint
        if not busy:
            raise EngineError(endpoint.message or "The endpoint was stopped.")
        if time.monotonic() > deadline:
            raise EngineError(f"The endpoint is not ready after {seconds:g} seconds; it goes on loading.")
        time.sleep(pause)
        pause = min(0.05, pause * 1.5)
