"""Finds the host of a project's endpoints, and starts it where it should be and is not."""

import fcntl
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from jupyter_mlstudio.core.processes import ProcessRef, process_ref, reap, start_detached
from jupyter_mlstudio.serving.runtime.host.process import environment
from jupyter_mlstudio.serving.types import EndpointState

HOST = "jupyter_mlstudio.serving.runtime.host"
LOG_SIZE = 5_000_000
PATIENCE = 5.0
"""Seconds that a host which was started may take to begin, before another one is tried."""


def reconcile(root: Path) -> None:
    """Start the host again if an endpoint is wanted and nobody keeps it; costs little when all is well."""
    with suppress(OSError):
        if not has_host(root) and any(_is_missed(file.parent) for file in root.glob("*/desired.json")):
            _start_once(root)


def has_host(root: Path) -> bool:
    """Tell whether a host is at work: it holds a lock as long as it lives."""
    try:
        with (root / "host.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def host(root: Path) -> ProcessRef | None:
    """Return the process of the host, or of the last one; None if there was none."""
    try:
        return ProcessRef.model_validate_json((root / "host.json").read_bytes())
    except (OSError, ValueError):
        return None


def start_host(root: Path) -> ProcessRef:
    """Start a host; it ends at once if another one is quicker."""
    log = root / "host.log"
    if log.is_file() and log.stat().st_size > LOG_SIZE:
        log.replace(log.with_name("host.old.log"))
    return start_detached(HOST, [], log, {}, base=environment(os.environ), folder=root)


def _is_missed(folder: Path) -> bool:
    wanted, said = _content(folder / "desired.json"), _content(folder / "status.json")
    return bool(wanted.get("wanted")) and said.get("state") != EndpointState.FAILED


def _content(file: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return content


def _start_once(root: Path) -> None:
    """Start a host, unless this process has just started one that has yet to begin."""
    with _lock:
        reap()
        started, at = _started.get(root, (None, 0.0))
        begins = started is not None and time.monotonic() - at < PATIENCE and process_ref(started.pid) == started
        if not begins:
            _started[root] = (start_host(root), time.monotonic())


_lock = Lock()
_started: dict[Path, tuple[ProcessRef | None, float]] = {}
