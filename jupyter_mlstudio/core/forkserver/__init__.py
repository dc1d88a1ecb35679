"""Warm processes: a fork server that has done the imports once, and what it forks: job runners and kernels.

Light to import: numpy and the like live in the fork server, never in the process that asks it.
"""

from jupyter_mlstudio.core.forkserver.client import start, status, stop, wait_until_warm, warm_up
from jupyter_mlstudio.core.forkserver.fitness import can_be_warm, use_warm
from jupyter_mlstudio.core.forkserver.types import ForkserverStatus

__all__ = ["ForkserverStatus", "can_be_warm", "start", "status", "stop", "use_warm", "wait_until_warm", "warm_up"]
