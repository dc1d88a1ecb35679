"""Brings the jobs of one executor to its cluster: `python -m … PROJECT SETTINGS EXECUTOR`.

There is one for each project, executor and user; it ends when it has had nothing to do for a while. The tables are the
only truth: it may be killed at any moment, and the next one goes on with the same jobs.
"""

import logging
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Event

from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.core.events import nobody
from jupyter_mlstudio.core.processes import reap
from jupyter_mlstudio.core.types import new_id
from jupyter_mlstudio.core.validation import parse
from jupyter_mlstudio.jobs.executors.connection import Connection
from jupyter_mlstudio.jobs.executors.placements import Placements
from jupyter_mlstudio.jobs.executors.tending import Tending
from jupyter_mlstudio.jobs.executors.types import ExecutorName
from jupyter_mlstudio.jobs.executors.wake import mark_of, start_agent
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.service import Jobs
from jupyter_mlstudio.settings import Settings

IDLE = 60.0  # seconds without jobs after which the agent and its cluster end
TICK = {"sqlite": 0.1, "postgresql": 0.5}  # seconds between looks while there are jobs
REST = 0.5  # the same, when there are none
BEAT = 1.0  # seconds between signs of life

log = logging.getLogger(__name__)


class Agent:
    """One agent's life."""

    def __init__(self, place: Place, executor: ExecutorName, token: str) -> None:
        self._place, self._executor, self._token = place, executor, token
        self._placements = Placements(place.database, place.project_id)
        self._woken, self._leaving = Event(), Event()
        self._connection = Connection(place, executor, token, self._placements, self._woken.set)
        self._tending = Tending(Jobs(place), place, executor, self._placements)
        self._busy = self._beaten = time.monotonic()

    def take(self) -> bool:
        """Become the agent, with the cluster that the one before has left; false if there is one."""
        try:
            before = self._placements.take(self._executor, self._token, str(self._place.settings_file))
        except PermissionError:
            return False
        self._connection.adopt(None if before is None else before.cluster)
        return True

    def run(self) -> None:
        """Work until there is nothing to do, somebody ends it, or another agent has taken over."""
        self._listen()
        successor = None
        while not self._leaving.is_set() and successor is None and self._turn():
            self._woken.wait(REST if self._connection.cluster is None else TICK[self._place.database.dialect])
            self._woken.clear()
            successor = self._successor()
        self._connection.close(end=self._placements.idle(self._executor))
        if successor is None:
            if self._placements.leave(self._executor, self._token):
                mark_of(self._place, self._executor).unlink(missing_ok=True)
        else:
            self._placements.resign(self._executor, self._token)
            start_agent(self._place, self._executor, successor)

    def _listen(self) -> None:
        """Leave at the next turn when asked to: jobs go on, and so does a cluster of this machine that has some."""

        def leave(*_: object) -> None:
            self._leaving.set()
            self._woken.set()

        signal.signal(signal.SIGTERM, leave)

    def _turn(self) -> bool:
        """Do what there is to do; false if there is nothing any more."""
        reap()
        if self._placements.idle(self._executor):
            self._tending.tasks.clear()
            return time.monotonic() - self._busy < IDLE or self._placements.kept(self._executor)
        self._busy = time.monotonic()
        try:
            if self._connection.cluster is None and self._connection.open() is not None:
                self._listen()  # Ray has put its own answer to signals in the place of ours
            cluster = self._connection.open()
            if cluster is not None:
                self._tending.turn(cluster, self._connection.supply())
        except EngineError:
            log.exception("The cluster does not answer any more.")
            self._connection.broken = True
        return True

    def _successor(self) -> str | None:
        """Give a sign of life; return the settings of the agent that is to follow, if this one must or can go."""
        if self._connection.broken:
            log.info("The connection to the cluster is lost; another agent makes a new one.")
            return str(self._place.settings_file)
        if time.monotonic() - self._beaten < BEAT:
            return None
        self._beaten = time.monotonic()
        wanted = self._placements.beat(self._executor, self._token)
        if wanted is None:
            log.error("Another agent has taken over; this one ends.")
            self._leaving.set()
        elif wanted != str(self._place.settings_file) and not self._tending.tasks and Path(wanted).exists():
            return wanted
        return None


def main() -> None:
    """Become the agent, unless there is one."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stdout)
    place = Place(Path(sys.argv[1]), parse(Settings, Path(sys.argv[2]).read_bytes()), nobody)
    executor: ExecutorName = "ray" if sys.argv[3] == "ray" else "dask"
    agent = Agent(place, executor, new_id())
    if agent.take():
        with suppress(KeyboardInterrupt):
            agent.run()


if __name__ == "__main__":
    main()
