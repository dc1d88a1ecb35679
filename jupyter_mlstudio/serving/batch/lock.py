"""A lock that ends with its process, so that others see whether it still lives."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_mlstudio.core.errors import ConflictError

PATIENCE = 0.5
"""Seconds in which whoever only looked has let go of it, and the processes of an attempt that was killed have left."""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock.

    Raises:
        ConflictError: Another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise ConflictError("The same batch transform is running already.", code="running") from None
            time.sleep(0.01)
        yield


def is_held(path: Path) -> bool:
    """Tell whether a process holds a lock."""
    try:
        with path.open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except OSError:
        return True
