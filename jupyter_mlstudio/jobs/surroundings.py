"""The environment variables of whoever submits a job, kept until its runner starts: it may be started by another."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from jupyter_mlstudio.core.files import write_atomically

FOLDER = "mlstudio-surroundings"
OWN = ("JPY_PARENT_PID", "JPY_INTERRUPT_EVENT", "JPY_SESSION_NAME", "MLSTUDIO_JOB", "OLDPWD", "SHLVL", "_")
"""What tells about one process rather than about its user."""


def keep(environment: Mapping[str, str]) -> str | None:
    """Keep variables in the user's runtime folder, which nobody else can read; return their name.

    None if that cannot be written: a job then starts with the variables of whoever starts it.
    """
    text = json.dumps({name: value for name, value in sorted(environment.items()) if name not in OWN})
    name = sha256(text.encode()).hexdigest()[:32]
    with suppress(OSError):
        path = _path(name)
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(path, text, mode=0o600)
        os.utime(path)  # so that whoever tidies sees that it is in use
        return name
    return None


def kept(name: str | None) -> dict[str, str] | None:
    """Return the variables with a name, or None if they are not on this machine any more."""
    if name is None:
        return None
    try:
        variables: dict[str, str] = json.loads(_path(name).read_text())
    except (OSError, ValueError):
        return None
    return variables


def forget(older_than: float) -> None:
    """Delete variables that nobody has submitted with since a time, in seconds since 1970."""
    with suppress(OSError):
        for path in _path("").iterdir():
            if path.stat().st_mtime < older_than:
                path.unlink(missing_ok=True)


def _path(name: str) -> Path:
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir()) / FOLDER / name
