"""Processes that the host starts: forked from the fork server, or, where that cannot be, the ordinary way."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from jupyter_mlstudio.core.forkserver import asking
from jupyter_mlstudio.core.forkserver.address import own_environment

KEPT = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SSL_CERT_FILE")
KEPT_BEGINNINGS = ("LC_", "LD_", "DYLD_", "CUDA_", "NVIDIA_", "XDG_", "VIRTUAL_ENV", "CONDA_PREFIX")
OWN = ("MLFLOW_DISABLE_TELEMETRY",)
PATIENCE = 0.02
"""Seconds in which the fork server has surely heard how a process ended."""


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return what the processes of endpoints get of the environment: how to find programs and libraries, no secret.

    What decides about imports is among it, so that the fork server of the studio serves them too.
    """
    kept = {name: value for name, value in ours.items() if name in (*KEPT, *OWN) or name.startswith(KEPT_BEGINNINGS)}
    return {**own_environment(ours), **kept}


class Process:
    """A process that is no child of ours, or not for certain: it is named by pid and time of creation."""

    def __init__(self, pid: int, child: "subprocess.Popen[bytes] | None" = None) -> None:
        self.pid, self._child = pid, child
        self.created = created(pid)
        self.handle = os.pidfd_open(pid) if sys.platform == "linux" else -1

    @classmethod
    def start(cls, module: str, arguments: Sequence[str], log: Path, files: Sequence[int] = ()) -> Self:
        """Run a module's `main` in a process of its own, its output appended to a log."""
        with suppress(OSError), asking.forked(module, arguments, log, os.environ, files) as pid:
            if pid is not None:
                return cls(pid)
        asking.warm_up(os.environ)
        with log.open("ab") as output:
            child = subprocess.Popen(
                [sys.executable, "-m", module, *arguments, *map(str, files)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=files,
            )
        return cls(child.pid, child)

    @property
    def ref(self) -> dict[str, Any]:
        """The process as the library names it."""
        return {"pid": self.pid, "created": self.created}

    @property
    def ended(self) -> bool:
        """Whether it is gone."""
        if self._child is not None:
            return self._child.poll() is not None
        if self.handle >= 0:
            poll = select.poll()
            poll.register(self.handle, select.POLLIN)
            return bool(poll.poll(0))
        return created(self.pid) != self.created

    def how_it_ended(self) -> str:
        """Return words that follow "the worker"."""
        code = self._code()
        if code is None or code == 0:
            return "ended"
        return f"was killed by signal {-code} ({signal.Signals(-code).name})" if code < 0 else f"ended with code {code}"

    def kill(self) -> None:
        """End it at once."""
        if not self.ended:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Let go of it."""
        if self.handle >= 0:
            os.close(self.handle)
            self.handle = -1

    def _code(self) -> int | None:
        if self._child is not None:
            return self._child.poll()
        deadline = time.monotonic() + PATIENCE
        while (code := asking.ending(os.environ, self.pid)) is None and time.monotonic() < deadline:
            time.sleep(0.001)
        return code


def created(pid: int) -> float:
    """Return when a process began, as psutil tells it; 0 if there is none."""
    try:
        if sys.platform == "linux":
            ticks = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
            return ticks / os.sysconf("SC_CLK_TCK") + _booted()
        import psutil

        return float(psutil.Process(pid).create_time())
    except Exception:  # gone; psutil has errors of its own
        return 0.0


def _booted() -> float:
    lines = Path("/proc/stat").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("btime"))
