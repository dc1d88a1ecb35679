"""What the host makes of how much is asked: more workers, fewer, or none."""

import time
from typing import TYPE_CHECKING

from jupyter_mlstudio.serving.runtime.host.scaling import Scaler

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.runtime.host.desired import Scale
    from jupyter_mlstudio.serving.runtime.host.endpoint import Endpoint


class Load:
    """Watches the load of one endpoint."""

    def __init__(self, endpoint: "Endpoint") -> None:
        self._endpoint = endpoint
        self._scaler = Scaler()
        self._spread: int | None = None

    def look(self) -> None:
        """Measure, and act on it."""
        endpoint = self._endpoint
        crew, desired = endpoint.crew, endpoint.desired
        if crew is None or desired is None:
            return
        reading = endpoint.series.measure([worker.process for worker in crew.workers])
        if endpoint.changing:
            return
        if self._idle(desired.scale):
            endpoint.sleep("Nobody asked.")
            return
        decision = self._scaler.decide(desired.scale, crew.size, reading)
        if decision is not None:
            endpoint.resize(*decision)
            self._spread = crew.size
        if self._spread is not None and crew.complete:
            self._spread = None
            crew.tell({"shed": crew.size})  # kept connections stay with those who have them, unless they are told

    def _idle(self, scale: "Scale") -> bool:
        series = self._endpoint.series
        idle = time.monotonic() - series.answered >= scale.idle_seconds
        return scale.min_workers == 0 and idle and not series.busy and not self._endpoint.deferred
