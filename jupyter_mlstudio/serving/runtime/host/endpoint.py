"""One endpoint as the host keeps it: its port, who answers there, who is about to, and who takes leave."""

import json
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from jupyter_mlstudio.serving.runtime.host.crew import Crew
from jupyter_mlstudio.serving.runtime.host.desired import Desired, fits, main_variant, read_desired
from jupyter_mlstudio.serving.runtime.host.load import Load
from jupyter_mlstudio.serving.runtime.host.loop import Loop
from jupyter_mlstudio.serving.runtime.host.pace import Pace
from jupyter_mlstudio.serving.runtime.host.preparation import Preparation, unprepared
from jupyter_mlstudio.serving.runtime.host.series import Series
from jupyter_mlstudio.serving.runtime.host.sockets import listen
from jupyter_mlstudio.serving.runtime.host.status import former, say
from jupyter_mlstudio.serving.runtime.host.worker import Worker, orphans
from jupyter_mlstudio.serving.runtime.order import Order

LOADING = 600.0
DRAINING = 40.0


class Endpoint:
    """Keeps somebody answering, whatever happens to them."""

    def __init__(self, folder: Path, loop: Loop) -> None:
        self.folder, self.loop = folder, loop
        self.desired: Desired | None = None
        self.state, self.message, self.trouble = "stopped", "", ""
        self.listening: socket.socket | None = None
        self.crew: Crew | None = None
        self.coming: Crew | None = None
        self.leaving: list[Worker] = []
        self.series = Series(folder)
        self.load = Load(self)
        self.pace = Pace()
        self.restarts = 0
        self.since: str | None = None
        self.methods: list[str] = former(folder).get("methods", [])
        self.good: Order | None = _good(folder)
        self._preparation: Preparation | None = None
        self._watched = False

    @property
    def busy(self) -> bool:
        """Whether the host is needed for it."""
        return self.listening is not None or bool(self.leaving)

    @property
    def asleep(self) -> bool:
        """Whether it waits for somebody to call, and has no process."""
        return self._watched

    @property
    def changing(self) -> bool:
        """Whether another order is about to take over."""
        return self.coming is not None or self._preparation is not None

    @property
    def short(self) -> bool:
        """Whether a worker is missing."""
        return self.crew is not None and len(self.crew.workers) < self.crew.size

    @property
    def deferred(self) -> bool:
        """Whether requests wait that are to be answered later."""
        with suppress(OSError):
            return any((self.folder / "deferred" / "waiting").iterdir())
        return False

    def follow(self) -> None:
        """Read what is wanted now, and begin with it."""
        desired = read_desired(self.folder)
        if desired is None or (self.desired is not None and desired.revision == self.desired.revision):
            return
        begins = self.listening is None
        self.desired, self.message = desired, ""
        if not desired.wanted:
            self.stop()
        elif not begins or self._open():
            self._follow(desired, begins)
        self.say()

    def see_to(self, moment: float) -> None:
        """Go on with whatever is under way."""
        self._see_to_preparation()
        self._see_to_coming(moment)
        self._see_to_crew(moment)
        self.leaving = [worker for worker in self.leaving if not self._left(worker)]
        if self.desired is not None and not self.desired.wanted and not self.leaving and self.state != "stopped":
            self.state = "stopped"
        self.say()

    def stop(self) -> None:
        """Take no new connection; let everybody finish what they were asked."""
        self._dismiss_coming()
        if self.crew is not None:
            self.leaving += self.crew.leave()
            self.crew = None
        self._close()

    def sleep(self, why: str) -> None:
        """Let all workers leave; the next connection starts one."""
        if self.crew is None or self.changing:
            return
        self.leaving += self.crew.leave()
        self.crew = None
        self.series.pause()
        self.series.scaled(0, why)
        self.state = "asleep"
        self._watch()

    def wake(self) -> None:
        """Start who answers."""
        if self.listening is None or self.crew is not None or self.good is None:
            return
        self._unwatch()
        self.pace.succeeded()
        self.crew = self._crew(self.good, self._least)
        self.series.answered = time.monotonic()
        self._fill(self.crew)
        self.series.scaled(self.crew.size if self.crew is not None else 0, "Somebody asked.")

    def resize(self, size: int, why: str) -> None:
        """Have another number of workers."""
        crew = self.crew
        if crew is None or crew.size == size:
            return
        crew.size = size
        self.leaving += crew.surplus()
        self._fill(crew)
        self.series.scaled(size, why)

    def say(self) -> None:
        """Write down how things stand, if that has changed."""
        say(self)

    @property
    def rolling_to(self) -> int | None:
        """The deployment that is about to take over."""
        if self._preparation is not None:
            return main_new(self._preparation.order, self.crew)
        return main_new(self.coming.order, self.crew) if self.coming is not None else None

    @property
    def _least(self) -> int:
        return self.desired.scale.least if self.desired is not None else 1

    def _open(self) -> bool:
        """Have a socket to listen on: that of workers whose host was killed, or a new one."""
        assert self.desired is not None
        if former(self.folder).get("state") in ("stopped", "failed", None):
            self.series.begin()
        try:
            self.listening = self._adopted() or listen(
                self.desired.address, self.desired.port, former(self.folder).get("port")
            )
        except OSError as error:
            self.state, self.message = "failed", str(error)
            return False
        return True

    def _adopted(self) -> socket.socket | None:
        found = [adopted for path in orphans(self.folder) if (adopted := Worker.adopt(path, self.loop)) is not None]
        for worker, order, listening in found:
            if worker.state != "ready" or (self.crew is not None and not fits(self.crew.order, order)):
                listening.close()
                self.leaving.append(worker)
                worker.leave()
                continue
            if self.crew is None:
                self.listening = listening
                self.crew = self._crew(order, 0)
            else:
                listening.close()
            self.crew.workers.append(worker)
            self.crew.size += 1
        if self.crew is None:
            return None
        self._answers(self.crew)
        return self.listening

    def _follow(self, desired: Desired, begins: bool) -> None:
        self.pace.succeeded()
        if begins and self._may_rest(desired):
            self.state = "asleep"
            self._watch()
            return
        present = self.crew.order if self.crew is not None else self.good if self.asleep else None
        if present is None or not fits(present, desired.order):
            self.state = "ready" if self.crew is not None else "starting"
            self._begin(desired.order)
        else:
            self._dismiss_coming()
            self.good = desired.order
            _keep(self.folder, desired.order)
            if self.crew is not None:
                self.crew.change(desired.order)
        if desired.nudge == "sleep":
            self.sleep("It was asked to sleep.")
        elif desired.nudge == "wake":
            self.wake()

    def _may_rest(self, desired: Desired) -> bool:
        """Tell whether an endpoint may begin asleep: it answered before with just this, and a call wakes it."""
        answered = self.crew is None and self.good == desired.order and not unprepared(desired.order)
        return answered and desired.scale.min_workers == 0 and not self.deferred

    def _begin(self, order: Order) -> None:
        """Prepare what must be, then load it beside those who answer."""
        self._dismiss_coming()
        variants = unprepared(order)
        if variants:
            self._preparation = Preparation(self.folder, order, variants, self.loop)
        else:
            self._call(order)

    def _call(self, order: Order) -> None:
        self._unwatch()
        self.coming = self._crew(order, self.crew.size if self.crew is not None else self._least)
        self._fill(self.coming)

    def _crew(self, order: Order, size: int) -> Crew:
        assert self.listening is not None
        return Crew(self.folder, order, size, self.listening, self.loop)

    def _fill(self, crew: Crew) -> None:
        try:
            crew.fill()
        except OSError as error:
            self._could_not_load(crew.order, f"No process can be started: {error}.")

    def _see_to_preparation(self) -> None:
        done = self._preparation
        if done is None or not done.ended:
            return
        self._preparation = None
        failed = done.failure()
        done.close()
        if failed is None:
            self._call(done.order)
        else:
            self._could_not_load(done.order, failed[1], failed[0].label)

    def _see_to_coming(self, moment: float) -> None:
        coming = self.coming
        if coming is None:
            return
        failure = coming.failure
        if failure is None and moment - coming.begun > LOADING:
            failure = f"The model was not loaded within {LOADING / 60:g} minutes."
        if failure is not None:
            self._dismiss_coming()
            self._could_not_load(coming.order, failure)
        elif coming.complete:
            self._take_over(coming)

    def _take_over(self, coming: Crew) -> None:
        """The new ones answer already: the old ones may leave."""
        old = self.crew
        if old is not None:
            old.leave()
            if not old.gone:
                return  # "ready" shall mean that whoever calls from now on is answered by the new ones
            self.leaving += old.workers
        else:
            self.series.scaled(coming.size, "The endpoint was started.")
        self.crew, self.coming = coming, None
        self._answers(coming)

    def _answers(self, crew: Crew) -> None:
        self.since, self.methods = datetime.now(UTC).isoformat(), crew.methods
        self.state, self.message, self.trouble = "ready", "", ""
        self.good = crew.order
        self.series.answered = time.monotonic()
        self.pace.succeeded()
        _keep(self.folder, crew.order)

    def _could_not_load(self, order: Order, reason: str, label: str | None = None) -> None:
        label = label or main_variant(order).label
        if self.crew is not None and self.crew.order is not order:
            self.message = f"{label} could not take over: {reason} {main_variant(self.crew.order).label} still answers."
            self.state = "ready"
        elif self.good is not None and not fits(self.good, order) and self.listening is not None:
            self.message, good = f"{label} could not take over: {reason}", self.good
            self.state = "starting"
            self._begin(good)
        else:
            self.message, self.state = reason, "failed"
            self.stop()

    def _see_to_crew(self, moment: float) -> None:
        crew = self.crew
        if crew is None:
            return
        for worker in [each for each in crew.workers if each.ended]:
            crew.workers.remove(worker)
            self._lost(worker)
        if crew.ready and (self.state != "ready" or (self.trouble and crew.complete)):
            self._answers_again(crew)
        if len(crew.workers) < crew.size and self.coming is None and moment >= self.pace.again_at:
            self._fill(crew)

    def _lost(self, worker: Worker) -> None:
        """A worker of those who answer has ended: another one is started, at once if that is the first time."""
        told = worker.failure or f"The worker {worker.process.how_it_ended()}."
        age = worker.process.age
        self._forget(worker)
        self.restarts += 1
        crew = self.crew
        assert crew is not None
        if not self.pace.lost(age) or worker.failure is not None:
            if not crew.ready:
                self.message, self.state = f"The worker does not come back: {told}", "failed"
                self.stop()
            return
        self.trouble = f"{told} It is being started again."
        self.state = "ready" if crew.ready else "starting"

    def _answers_again(self, crew: Crew) -> None:
        self.state, self.trouble = "ready", ""
        self.methods = crew.methods
        self.since = self.since or datetime.now(UTC).isoformat()

    def _left(self, worker: Worker) -> bool:
        if not worker.ended and worker.leaving_for > DRAINING:
            worker.process.kill()
        if worker.ended:
            self._forget(worker)
        return worker.ended

    def _forget(self, worker: Worker) -> None:
        worker.close()
        self.series.ended()

    def _dismiss_coming(self) -> None:
        if self._preparation is not None:
            self._preparation.close()
            self._preparation = None
        if self.coming is not None:
            self.leaving += self.coming.leave()
            self.coming = None

    def _watch(self) -> None:
        if not self._watched and self.listening is not None:
            self._watched = True
            self.loop.watch(self.listening.fileno(), self.wake)

    def _unwatch(self) -> None:
        if self._watched and self.listening is not None:
            self._watched = False
            self.loop.forget(self.listening.fileno())

    def _close(self) -> None:
        self._unwatch()
        if self.listening is not None:
            self.listening.close()
            self.listening = None


def main_new(order: Order, crew: Crew | None) -> int | None:
    """Return the newest deployment of an order that does not answer yet; None if all do."""
    known = {variant.number for variant in crew.order.variants} if crew is not None else set()
    return max((variant.number for variant in order.variants if variant.number not in known), default=None)


def _good(folder: Path) -> Order | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return Order.read((folder / "good.json").read_text(encoding="utf-8"))
    return None


def _keep(folder: Path, order: Order) -> None:
    """Keep what answered, to fall back on."""
    part = folder / ".good.json.part"
    with suppress(OSError):
        part.write_text(json.dumps(json.loads(order.text())), encoding="utf-8")
        part.replace(folder / "good.json")
