"""The order that is about to take over: prepared first, then loaded beside those who answer."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from jupyter_mlstudio.serving.runtime.host.crew import Crew
from jupyter_mlstudio.serving.runtime.host.desired import main_variant
from jupyter_mlstudio.serving.runtime.host.loop import Loop
from jupyter_mlstudio.serving.runtime.host.preparation import Preparation, unprepared
from jupyter_mlstudio.serving.runtime.host.worker import Worker
from jupyter_mlstudio.serving.runtime.order import Order

LOADING = 600.0


class Failure(NamedTuple):
    """Why an order cannot take over; `label` is the deployment that it fails for."""

    order: Order
    label: str
    reason: str


class Incoming:
    """At most one order of an endpoint, on its way."""

    def __init__(self, folder: Path, loop: Loop, hire: Callable[[Order], Crew]) -> None:
        self._folder, self._loop, self._hire = folder, loop, hire
        self._preparation: Preparation | None = None
        self.order: Order | None = None
        self.crew: Crew | None = None

    def begin(self, order: Order) -> None:
        """Prepare what must be, then load; nothing else may be on its way."""
        self.order = order
        variants = unprepared(order)
        if variants:
            self._preparation = Preparation(self._folder, order, variants, self._loop)
        else:
            self.crew = self._hire(order)

    def see_to(self, moment: float) -> Failure | None:
        """Go on; returns what went wrong, after which nothing is on its way."""
        if self._preparation is not None and self._preparation.ended:
            failed = self._preparation.failure()
            self._preparation.close()
            self._preparation = None
            if failed is not None:
                return self._failed(failed[1], failed[0].label)
            if self.order is not None:
                self.crew = self._hire(self.order)
        if self.crew is None:
            return None
        if self.crew.failure is not None:
            return self._failed(self.crew.failure)
        if moment - self.crew.begun > LOADING:
            return self._failed(f"The model was not loaded within {LOADING / 60:g} minutes.")
        try:
            self.crew.fill()
        except OSError as error:
            return self._failed(f"No process can be started: {error}.")
        return None

    def arrived(self) -> None:
        """Forget what has taken over."""
        self.order = self.crew = None

    def dismiss(self) -> list[Worker]:
        """Give it up; returns the workers that are to leave."""
        if self._preparation is not None:
            self._preparation.close()
            self._preparation = None
        workers = self.crew.leave() if self.crew is not None else []
        self.arrived()
        return workers

    def _failed(self, reason: str, label: str | None = None) -> Failure:
        assert self.order is not None
        return Failure(self.order, label or main_variant(self.order).label, reason)
