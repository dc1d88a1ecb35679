"""Processes that outlive their parent: how they are started, recognised again and ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from getpass import getuser
from pathlib import Path

from jupyter_mlstudio.core.types import Struct


class ProcessRef(Struct):
    """Names a process for good: a pid alone may be given to another program after the first has ended."""

    pid: int
    created: float


def account() -> str:
    """Return who this process works for: work is started for nobody else, with nobody else's rights."""
    return str(os.getuid()) if hasattr(os, "getuid") else getuser()


def process_ref(pid: int) -> ProcessRef | None:
    """Return the name of a living process, or None if there is none with this pid."""
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return ProcessRef(pid=pid, created=process.create_time())
    except psutil.Error:
        return None


def this_process() -> ProcessRef:
    """Return the name of the process that asks."""
    return _named(os.getpid())


@lru_cache(maxsize=2)
def _named(pid: int) -> ProcessRef:
    return process_ref(pid) or ProcessRef(pid=pid, created=0)


def alive(ref: ProcessRef | None) -> bool:
    """Tell whether exactly this process still runs; a zombie does not count."""
    if ref is None:
        return False
    current = process_ref(ref.pid)
    return current is not None and abs(current.created - ref.created) < _CLOCK_TOLERANCE


def start_detached(
    module: str,
    arguments: Sequence[str],
    log: Path,
    environment: Mapping[str, str],
    *,
    base: Mapping[str, str] | None = None,
    folder: Path | None = None,
    files: Sequence[int] = (),
) -> ProcessRef:
    """Start `python -m module` in a session of its own, its output appended to a log; it outlives this process.

    `environment` is added to `base`, or to this process's own. The parent poller of Jupyter kernels is told that there
    is no parent. The process starts in `folder`, or where this one is; it finds the open `files` under the numbers that
    are added to its arguments.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    variables = {**(os.environ if base is None else base), **environment}
    variables.pop("JPY_PARENT_PID", None)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments, *map(str, files)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=variables,
            start_new_session=True,
            cwd=folder,
            pass_fds=files,
        )
    _children.append(process)
    return process_ref(process.pid) or ProcessRef(pid=process.pid, created=0)


def reap() -> None:
    """Collect detached children that have ended, so that they do not stay behind as zombies."""
    _children[:] = [child for child in _children if child.poll() is None]


def end(ref: ProcessRef | None, grace: float) -> bool:
    """End a process and its whole session: interrupt, after `grace` seconds terminate, after as many again kill.

    Returns whether it has ended.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if ref is None or not alive(ref):
            return True
        send(ref, number)
        _wait(ref, grace)
    return not alive(ref)


def send(ref: ProcessRef, number: signal.Signals) -> None:
    """Send a signal to the process group that a detached process leads."""
    if alive(ref):
        try:
            os.killpg(ref.pid, number)
        except (ProcessLookupError, PermissionError):  # gone, or somebody else's: their own studio ends it
            return


def _wait(ref: ProcessRef, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while alive(ref) and time.monotonic() < deadline:
        reap()
        time.sleep(0.02)


_CLOCK_TOLERANCE = 0.05  # seconds; start times are read from a clock of 10 ms
_children: list[subprocess.Popen[bytes]] = []
