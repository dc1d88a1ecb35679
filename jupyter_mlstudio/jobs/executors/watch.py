"""One look at a running job of a cluster: who has it, and what is to be done when nobody has."""

import signal
import socket
from enum import StrEnum

from jupyter_mlstudio.core.processes import alive, send
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.rows import Running

QUIET = 15.0  # seconds without a sign of life after which a runner counts as gone whose worker is known to be lost
SILENCE = 60.0  # the same, if nothing bad is known


class Fate(StrEnum):
    """What has become of a runner."""

    LIVES = "lives"
    GONE = "gone"


def fate(running: Running, *, suspect: bool) -> Fate:
    """Tell whether a begun job's runner may still be at work; never says that it is gone while it may write."""
    if running.host == socket.gethostname() and running.runner is not None:
        return Fate.LIVES if alive(running.runner) else Fate.GONE
    moment = running.job.heartbeat_at
    quiet = float("inf") if moment is None else (now() - moment).total_seconds()
    return Fate.GONE if quiet > (QUIET if suspect else SILENCE) else Fate.LIVES


def clear(running: Running) -> None:
    """Kill the kernel that a vanished runner of this machine has left behind."""
    if running.host == socket.gethostname() and running.kernel is not None:
        send(running.kernel, signal.SIGKILL)
