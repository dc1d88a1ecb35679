"""Warm processes: a fork server that has done the imports once, and what it forks: job runners and kernels.

Light to import: numpy and the like live in the fork server, never in the process that asks it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_mlstudio.core.forkserver.client import start, status, stop, wait_until_warm, warm_up
    from jupyter_mlstudio.core.forkserver.fitness import can_be_warm, use_warm
    from jupyter_mlstudio.core.forkserver.types import ForkserverStatus

__all__ = ["ForkserverStatus", "can_be_warm", "start", "status", "stop", "use_warm", "wait_until_warm", "warm_up"]

PLACES = {"ForkserverStatus": "types", "can_be_warm": "fitness", "use_warm": "fitness"}


def __getattr__(name: str) -> object:
    """Import a name when it is asked for: the host of endpoints asks for forks, and stays small."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{PLACES.get(name, 'client')}"), name)
