"""A worker as its host sees it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "POLARS_MAX_THREADS")
STUBBORN = 5.0
KEPT = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SSL_CERT_FILE")
KEPT_BEGINNINGS = ("LC_", "LD_", "DYLD_", "CUDA_", "NVIDIA_", "PYTHON", "XDG_", "VIRTUAL_ENV", "CONDA_PREFIX")


class Child:
    """One worker process, from its start to its end."""

    def __init__(
        self, folder: Path, desired: dict[str, Any], deployment: dict[str, Any], listening: socket.socket
    ) -> None:
        self.deployment: dict[str, Any] = deployment
        self.number, self.label = int(deployment["number"]), str(deployment["label"])
        self.state = "loading"
        self.failure: str | None = None
        self.methods: list[str] = []
        self._begun = time.monotonic()
        self._leaving_since: float | None = None
        self._text = b""
        self.report, far = os.pipe()
        os.set_blocking(self.report, False)
        order = {
            "name": desired["name"],
            "project": desired["project"],
            "max_request_rows": desired["max_request_rows"],
            "key": str(folder / "key"),
            "deployment": deployment,
            "socket": listening.fileno(),
            "report": far,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_mlstudio.serving.runtime.worker", json.dumps(order)],
            stdin=subprocess.PIPE,
            env=environment(dict(os.environ)),
            pass_fds=[listening.fileno(), far],
        )
        os.close(far)

    @property
    def ref(self) -> dict[str, Any] | None:
        """The process as the library names it; None once it has ended."""
        import psutil

        try:
            return {"pid": self._process.pid, "created": psutil.Process(self._process.pid).create_time()}
        except psutil.Error:
            return None

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return self._process.poll() is not None

    @property
    def how_it_ended(self) -> str:
        """Words that follow "the worker"."""
        code = self._process.poll()
        if code is None:
            return "still runs"
        return f"was killed by signal {-code} ({signal.Signals(-code).name})" if code < 0 else f"ended with code {code}"

    @property
    def age(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._begun

    @property
    def told_to_leave(self) -> bool:
        """Whether its end is what we wanted."""
        return self._leaving_since is not None

    @property
    def leaving_for(self) -> float:
        """Seconds since it was told to leave."""
        return 0.0 if self._leaving_since is None else time.monotonic() - self._leaving_since

    @property
    def takes_nothing_new(self) -> bool:
        """Whether no new connection can reach it any more."""
        return self.state == "leaving" or self.ended or self.leaving_for > STUBBORN

    def read(self) -> None:
        """Take in what the worker reports."""
        try:
            self._text += os.read(self.report, 65536)
        except BlockingIOError:
            return
        *lines, self._text = self._text.split(b"\n")
        for line in lines:
            message = json.loads(line)
            self.state = message["state"]
            self.failure = message.get("message")
            self.methods = message.get("methods", self.methods)

    def leave(self) -> None:
        """Tell it to finish what it was asked, and to end."""
        if self._leaving_since is None:
            self._leaving_since = time.monotonic()
            self._process.terminate()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Let go of it; it is ended if it has not by itself."""
        if not self.ended:
            self.kill()
        os.close(self.report)
        if self._process.stdin is not None:
            self._process.stdin.close()


def environment(ours: dict[str, str]) -> dict[str, str]:
    """Return what a worker gets of the environment: how to find programs and libraries, and no secret."""
    kept = {name: value for name, value in ours.items() if name in KEPT or name.startswith(KEPT_BEGINNINGS)}
    return {**kept, **dict.fromkeys(THREADS, "1"), "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}
