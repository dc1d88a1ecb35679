"""The state of the project's repository: the commit, and what differs from it."""

import subprocess
import time
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jupyter_mlstudio.experiments.provenance.secrets import is_secret_file, redacted

PATIENCE = 10
"""Seconds that git may take to answer."""

FRESH = 1.0
"""Seconds for which an answer holds: the runs of a loop need not ask each for itself."""

LARGEST = 2_000_000
"""Bytes of a difference that is kept."""

LISTED = 1000


class Change(NamedTuple):
    """A file that differs from the commit."""

    path: str
    tracked: bool


def repository(project: Path) -> dict[str, Any] | None:
    """Describe commit, branch and changed files of a project; None outside a repository.

    The difference is under `patch`, as bytes.
    """
    return _repository(project, int(time.monotonic() / FRESH))


def commit(project: Path) -> str | None:
    """Return the commit that the project is at now."""
    found = _git(project, "rev-parse", "HEAD")
    return found.decode().strip() if found else None


@lru_cache(maxsize=1)
def _repository(project: Path, _: int) -> dict[str, Any] | None:
    told = _git(project, "status", "--porcelain=v2", "--branch", "-z", "--untracked-files=normal", "--", ".")
    if told is None:
        return None
    heads, changes = _parsed(told)
    oid = heads.get("branch.oid", "")
    branch = heads.get("branch.head", "")
    tracked = [change.path for change in changes if change.tracked]
    secret = [path for path in tracked if is_secret_file(path)]
    patch = _patch(project, secret) if oid != "(initial)" and len(tracked) > len(secret) else None
    too_large = patch is not None and len(patch) > LARGEST
    return {
        "commit": None if oid == "(initial)" else oid,
        "branch": None if branch == "(detached)" else branch,
        "remote": _remote(project),
        "changed": [change.path for change in changes][:LISTED],
        "omitted": tracked[:LISTED] if too_large else secret,
        "patch": None if too_large else patch,
    }


def _parsed(told: bytes) -> tuple[dict[str, str], list[Change]]:
    heads: dict[str, str] = {}
    changes: list[Change] = []
    fields = iter(told.decode("utf-8", "replace").split("\0"))
    for field in fields:
        kind = field[:1]
        if kind == "#":
            name, _, value = field[2:].partition(" ")
            heads[name] = value
        elif kind in ("1", "u", "2"):
            changes.append(Change(field.split(" ", {"1": 8, "2": 9, "u": 10}[kind])[-1], tracked=True))
            if kind == "2":  # a renamed file is followed by its old name
                next(fields, None)
        elif kind == "?":
            changes.append(Change(field[2:], tracked=False))
    return heads, [change for change in changes if ".mlstudio" not in change.path.split("/")]


def _patch(project: Path, secret: list[str]) -> bytes | None:
    without = [f":(exclude,top){path}" for path in secret]
    return _git(project, "diff", "HEAD", "--no-color", "--no-ext-diff", "--", ".", *without)


@lru_cache(maxsize=8)
def _remote(project: Path) -> str | None:
    found = _git(project, "remote", "get-url", "origin")
    return redacted(found.decode("utf-8", "replace").strip()) if found else None


def _git(project: Path, *arguments: str) -> bytes | None:
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", *arguments],
            cwd=project,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
