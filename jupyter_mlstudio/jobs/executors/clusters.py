"""Clusters that agents talk to: the one that the settings name, else one on this machine, which they start."""

import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.core.processes import ProcessRef, alive, end, reap
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.jobs.executors.types import Cluster, ExecutorName
from jupyter_mlstudio.settings import Settings

WORKERS = 2
START = 120  # seconds that a cluster on this machine may take to come up
GRACE = 8.0  # seconds between interrupt, terminate and kill of its processes
BROKEN = 1.0  # the same, where one of them is gone already


class OwnCluster(Struct):
    """A cluster on this machine: its processes, and the folder with its keys; the next agent finds it again."""

    address: str
    folder: str
    processes: list[ProcessRef]

    @property
    def lives(self) -> bool:
        """Whether all its processes run."""
        return all(alive(process) for process in self.processes)

    def end(self, grace: float = GRACE) -> None:
        """End its processes and remove its folder."""
        for process in reversed(self.processes):
            end(process, grace)
        reap()
        shutil.rmtree(self.folder, ignore_errors=True)


def open_cluster(executor: ExecutorName, address: str, changed: Callable[[], None]) -> Cluster:
    """Connect to a cluster that somebody runs.

    Raises:
        EngineError: It does not answer, or its versions do not fit.
    """
    if executor == "dask":
        from jupyter_mlstudio.jobs.executors.dask import DaskExecutor

        return DaskExecutor(address, changed)
    from jupyter_mlstudio.jobs.executors.ray import RayExecutor

    return RayExecutor(address)


def start_own(executor: ExecutorName, settings: Settings, log: Path) -> OwnCluster:
    """Start a cluster on this machine; it may still be on its way when this returns."""
    if executor == "dask":
        from jupyter_mlstudio.jobs.executors import dask_here

        return dask_here.start(settings, private_folder(), log)
    from jupyter_mlstudio.jobs.executors import ray_here

    return ray_here.start(settings, private_folder(), log)


def open_own(executor: ExecutorName, own: OwnCluster, changed: Callable[[], None]) -> Cluster:
    """Connect to a cluster of this machine, as soon as it is up.

    Raises:
        EngineError: It did not come up.
    """
    if executor == "dask":
        from jupyter_mlstudio.jobs.executors import dask_here

        return dask_here.connect(own, changed)
    from jupyter_mlstudio.jobs.executors import ray_here

    return ray_here.connect(own)


def private_folder() -> Path:
    """Make a folder that only this user can enter, with a path short enough for sockets."""
    return Path(tempfile.mkdtemp(prefix="mls-"))


def wait_for(ready: Callable[[], bool], own: OwnCluster) -> None:
    """Wait until a cluster of this machine is up.

    Raises:
        EngineError: It has ended, or takes too long.
    """
    deadline = time.monotonic() + START
    while not ready():
        if not own.lives or time.monotonic() > deadline:
            with suppress(OSError):
                own.end(BROKEN)
            raise EngineError("The cluster on this machine did not come up; see .mlstudio/executors for its log.")
        time.sleep(0.05)
