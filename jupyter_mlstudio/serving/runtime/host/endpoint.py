"""One endpoint as the host keeps it: its port, who answers there, who is about to, and who takes leave."""

import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from jupyter_mlstudio.serving.runtime.host.adoption import adopt
from jupyter_mlstudio.serving.runtime.host.crew import Crew, newcomer
from jupyter_mlstudio.serving.runtime.host.desired import Desired, fits, main_variant, read_desired
from jupyter_mlstudio.serving.runtime.host.incoming import Failure, Incoming
from jupyter_mlstudio.serving.runtime.host.kept import keep, kept
from jupyter_mlstudio.serving.runtime.host.load import Load
from jupyter_mlstudio.serving.runtime.host.loop import Loop
from jupyter_mlstudio.serving.runtime.host.pace import Pace
from jupyter_mlstudio.serving.runtime.host.port import Port
from jupyter_mlstudio.serving.runtime.host.preparation import unprepared
from jupyter_mlstudio.serving.runtime.host.series import Series
from jupyter_mlstudio.serving.runtime.host.status import former, say
from jupyter_mlstudio.serving.runtime.host.worker import Worker
from jupyter_mlstudio.serving.runtime.order import Order

DRAINING = 40.0


class Endpoint:
    """Keeps somebody answering, whatever happens to them."""

    def __init__(self, folder: Path, loop: Loop) -> None:
        self.folder, self.loop = folder, loop
        self.desired: Desired | None = None
        self.state, self.message, self.trouble = "stopped", "", ""
        self.port = Port(loop)
        self.crew: Crew | None = None
        self.incoming = Incoming(folder, loop, self._hired)
        self.leaving: list[Worker] = []
        self.series = Series(folder)
        self.load = Load(self)
        self.pace = Pace()
        self.restarts = 0
        self.since: str | None = None
        self.methods: list[str] = former(folder).get("methods", [])
        self.good: Order | None = kept(folder)

    @property
    def busy(self) -> bool:
        """Whether the host is needed for it."""
        return self.port.socket is not None or bool(self.leaving)

    @property
    def asleep(self) -> bool:
        """Whether it waits for somebody to call, and has no process."""
        return self.port.watched

    @property
    def changing(self) -> bool:
        """Whether another order is about to take over."""
        return self.incoming.order is not None

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
        begins, before = self.port.socket is None, self.desired
        done = former(self.folder).get("revision") == desired.revision  # by the host before this one
        self.desired, self.message = desired, ""
        if not desired.wanted:
            self.stop()
        elif not begins or self._open():
            self._follow(desired, begins)
            rose = before is not None and before.scale.min_workers == 0 < desired.scale.min_workers
            self._nudge("" if done else "wake" if rose and self.asleep else desired.nudge)
        self.say()

    def see_to(self, moment: float) -> None:
        """Go on with whatever is under way."""
        self._see_to_incoming(moment)
        self._see_to_crew(moment)
        self.leaving = [worker for worker in self.leaving if not self._left(worker)]
        if self.desired is not None and not self.desired.wanted and not self.leaving and self.state != "stopped":
            self.state = "stopped"
        self.say()

    def stop(self) -> None:
        """Take no new connection; let everybody finish what they were asked."""
        self.leaving += self.incoming.dismiss()
        if self.crew is not None:
            self.leaving += self.crew.leave()
            self.crew = None
        self.port.close()

    def sleep(self, why: str) -> None:
        """Let all workers leave; the next connection starts one."""
        if self.crew is None or self.changing:
            return
        self.leaving += self.crew.leave()
        self.crew = None
        self.series.pause()
        self.series.scaled(0, why)
        self.state = "asleep"
        self.port.watch(self.wake)

    def wake(self) -> None:
        """Start who answers."""
        if self.port.socket is None or self.crew is not None or self.good is None:
            return
        self.port.forget()
        self.pace.succeeded()
        self.crew = self._crew(self.good, self._least)
        self.series.resume()
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
        return newcomer(self.incoming.order, self.crew) if self.incoming.order is not None else None

    @property
    def _least(self) -> int:
        return self.desired.scale.least if self.desired is not None else 1

    def _open(self) -> bool:
        """Have a socket to listen on: that of workers whose host was killed, or a new one."""
        assert self.desired is not None
        if former(self.folder).get("state") in ("stopped", "failed", None):
            self.series.begin()
        adopted = adopt(self.folder, self.loop)
        if adopted is not None:
            self.port.socket, self.crew = adopted.listening, adopted.crew
            self.leaving += adopted.leaving
            self._answers(adopted.crew)
            return True
        try:
            self.port.open(self.desired.address, self.desired.port, former(self.folder).get("port"))
        except OSError as error:
            self.state, self.message = "failed", str(error)
            return False
        return True

    def _follow(self, desired: Desired, begins: bool) -> None:
        self.pace.succeeded()
        if begins and self._may_rest(desired):
            self.state = "asleep"
            self.port.watch(self.wake)
            return
        present = self.crew.order if self.crew is not None else self.good if self.asleep else None
        if present is None or not fits(present, desired.order):
            self.state = "ready" if self.crew is not None else "starting"
            self._begin(desired.order)
        else:
            self.leaving += self.incoming.dismiss()
            self.good = desired.order
            keep(self.folder, desired.order)
            if self.crew is not None:
                self.crew.change(desired.order)

    def _nudge(self, nudge: str) -> None:
        if nudge == "sleep":
            self.sleep("It was asked to sleep.")
        elif nudge == "wake":
            self.wake()

    def _may_rest(self, desired: Desired) -> bool:
        """Tell whether an endpoint may begin asleep: it answered before with just this, and a call wakes it."""
        answered = self.crew is None and self.good == desired.order and not unprepared(desired.order)
        return answered and desired.scale.min_workers == 0 and not self.deferred

    def _begin(self, order: Order) -> None:
        self.leaving += self.incoming.dismiss()
        self.incoming.begin(order)

    def _hired(self, order: Order) -> Crew:
        self.port.forget()
        return self._crew(order, self.crew.size if self.crew is not None else self._least)

    def _crew(self, order: Order, size: int) -> Crew:
        assert self.port.socket is not None
        return Crew(self.folder, order, size, self.port.socket, self.loop)

    def _fill(self, crew: Crew) -> None:
        try:
            crew.fill()
        except OSError as error:
            told = f"No process can be started: {error}."
            self._could_not_load(Failure(crew.order, main_variant(crew.order).label, told))

    def _see_to_incoming(self, moment: float) -> None:
        failure = self.incoming.see_to(moment)
        if failure is not None:
            self.leaving += self.incoming.dismiss()
            self._could_not_load(failure)
        elif self.incoming.crew is not None and self.incoming.crew.complete:
            self._take_over(self.incoming.crew)

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
        self.crew = coming
        self.incoming.arrived()
        self._answers(coming)

    def _answers(self, crew: Crew) -> None:
        self.since, self.methods = datetime.now(UTC).isoformat(), crew.methods
        self.state, self.message, self.trouble = "ready", "", ""
        self.good = crew.order
        self.series.answered = time.monotonic()
        self.pace.succeeded()
        keep(self.folder, crew.order)

    def _could_not_load(self, failure: Failure) -> None:
        told = f"{failure.label} could not take over: {failure.reason}"
        if self.crew is not None and self.crew.order is not failure.order:
            self.message, self.state = f"{told} {main_variant(self.crew.order).label} still answers.", "ready"
        elif self.good is not None and not fits(self.good, failure.order) and self.port.socket is not None:
            self.message, self.state = told, "starting"
            self._begin(self.good)
        else:
            self.message, self.state = failure.reason, "failed"
            self.stop()

    def _see_to_crew(self, moment: float) -> None:
        crew = self.crew
        if crew is None:
            return
        lost = [worker for worker in crew.workers if worker.ended]
        crew.workers = [worker for worker in crew.workers if not worker.ended]
        decided = [self.pace.lost(worker) for worker in lost]  # each is counted
        goes_on = all(decided)
        if crew.ready and (self.state != "ready" or (self.trouble and crew.complete)):
            self._answers_again(crew)
        waits = self.incoming.crew is not None and bool(crew.ready)  # those who come are the next ones
        if goes_on and self.short and not waits and moment >= self.pace.again_at:
            self._fill(crew)  # before all else: callers wait
        for worker in lost:
            self._lost(crew, worker, goes_on=goes_on)

    def _lost(self, crew: Crew, worker: Worker, *, goes_on: bool) -> None:
        """Say what became of a worker that nobody told to leave."""
        told = worker.failure or f"The worker {worker.process.how_it_ended()}."
        self._forget(worker)
        self.restarts += 1
        if goes_on:
            self.trouble = f"{told} It is being started again."
            self.state = "ready" if crew.ready else "starting"
        elif not crew.ready:
            self.message, self.state = f"The worker does not come back: {told}", "failed"
            self.stop()

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
