"""An agent's connection to its cluster: opened when there are jobs, opened again when it breaks."""

import logging
import time
from collections.abc import Callable
from typing import Any

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.jobs.capacity import supply_of
from jupyter_mlstudio.jobs.claims import Supply
from jupyter_mlstudio.jobs.executors.available import address_of
from jupyter_mlstudio.jobs.executors.clusters import BROKEN, OwnCluster, open_cluster, open_own, start_own
from jupyter_mlstudio.jobs.executors.placements import Placements
from jupyter_mlstudio.jobs.executors.types import Capabilities, Cluster, ExecutorName
from jupyter_mlstudio.jobs.place import Place

LOOK = 2.0  # seconds between looks at what the cluster has
LONGEST = 30.0  # seconds between attempts to reach a cluster, after several

log = logging.getLogger(__name__)


class Connection:
    """Holds what an agent needs to reach its cluster, and tells the tables how that goes."""

    def __init__(
        self, place: Place, executor: ExecutorName, token: str, placements: Placements, changed: Callable[[], None]
    ) -> None:
        self._place, self._executor, self._token = place, executor, token
        self._placements, self._changed = placements, changed
        self._log = place.state / "executors" / f"{executor}-cluster.log"
        self._address = address_of(executor, place.settings)
        self._own: OwnCluster | None = None
        self._has = Capabilities(workers=[], tokens={}, dashboard=None)
        self._pause, self._next, self._looked, self._told = 1.0, 0.0, 0.0, False
        self.cluster: Cluster | None = None
        self.broken = False  # whether a connection or a cluster is lost: a new process makes a clean one

    def adopt(self, cluster: dict[str, Any] | None) -> None:
        """Take over the cluster of this machine that another agent has left, if it still works."""
        if cluster is None:
            return
        own = OwnCluster.model_validate(cluster)
        if own.lives and self._address is None:
            self._own = own
        else:
            own.end(BROKEN)
            self._placements.keep_cluster(self._executor, self._token, None)

    def open(self) -> Cluster | None:
        """Return the cluster if it can be reached now."""
        if self.cluster is not None:
            self.broken = not self._holds()
            self._look()
            return None if self.broken else self.cluster
        if time.monotonic() < self._next:
            return None
        if self._own is not None and not self._own.lives:
            self.broken = True
            return None
        try:
            self.cluster = self._connect()
            self._look()
        except StudioError as error:
            log.error("%s", error)  # noqa: TRY400  # a sentence for people
            self._placements.tell(self._executor, self._token, str(error), None)
            self._next, self._pause = time.monotonic() + self._pause, min(self._pause * 2, LONGEST)
            return None
        self._pause = 1.0
        return self.cluster

    def supply(self) -> Supply:
        """Return what the jobs on the cluster may use together.

        Of a cluster that grows when there is work, that is at least what the settings say.
        """
        settings = self._place.settings
        if self._address is None:
            return Supply(supply_of(settings).limits, 0.0)
        grown = {**settings.job_resources, "cpu": float(settings.max_parallel_jobs)}
        tokens = self._has.tokens
        limits = {name: max(grown.get(name, 0.0), tokens.get(name, 0.0)) for name in grown.keys() | tokens.keys()}
        return Supply(limits, 0.0)

    def close(self, *, end: bool) -> None:
        """Leave the cluster; one of this machine is ended if wanted."""
        if self.cluster is not None:
            try:
                self.cluster.close()
            except Exception as error:  # it is broken: whatever closing it says is of no use
                log.info("Left the cluster: %s", error)
            self.cluster = None
        if end and self._own is not None:
            self._own.end()
            self._own = None
            self._placements.keep_cluster(self._executor, self._token, None)

    def _connect(self) -> Cluster:
        if self._address is not None:
            return open_cluster(self._executor, self._address, self._changed)
        if self._own is None:
            self._own = start_own(self._executor, self._place.settings, self._log)
            self._placements.keep_cluster(self._executor, self._token, self._own.model_dump(mode="json"))
        return open_own(self._executor, self._own, self._changed)

    def _holds(self) -> bool:
        own = self._own is None or self._own.lives
        return own and self.cluster is not None and self.cluster.lives()

    def _look(self) -> None:
        if self.cluster is None or self.broken or time.monotonic() - self._looked < LOOK:
            return
        self._looked = time.monotonic()
        has = self.cluster.capabilities()
        if has != self._has or not self._told:
            self._has, self._told = has, True
            self._placements.tell(self._executor, self._token, None, has)
