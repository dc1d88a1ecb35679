"""A run that another tool has written, as it is read: its points one after the other, everything else beside them."""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from posixpath import normpath
from typing import Any

from jupyter_mlstudio.experiments.tracking.entries import Point

MOST_FILES = 200
FILE_BYTES = 20_000_000
"""Files of a run that are copied, and how large they may be."""

_BAD = re.compile(r"[^\w./: -]+")


@dataclass
class ForeignRun:
    """A run that can be read; its facts are complete once all of its points have been read.

    Attributes:
        key: What tells it apart from every other one, for good.
        source: Where it was found.
        paths: The files that it is read from.
        read: Yields its points, and fills in the rest.
    """

    key: str
    name: str
    source: str
    paths: list[Path]
    read: "Callable[[ForeignRun], Iterator[Point]]"
    started: int = 0
    ended: int | None = None
    status: str = "FINISHED"
    note: str = ""
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    project: str | None = None

    @property
    def size(self) -> int:
        """Bytes of the files that it is read from."""
        return sum(path.stat().st_size for path in self.paths)

    def digest(self) -> str:
        """Return what differs as soon as its files do."""
        total = hashlib.sha256()
        for path in self.paths:
            with path.open("rb") as content:
                total.update(hashlib.file_digest(content, "sha256").digest())
        return total.hexdigest()

    def seen(self, milliseconds: int) -> None:
        """Take note that something happened at this time."""
        self.started = min(self.started or milliseconds, milliseconds)
        self.ended = max(self.ended or milliseconds, milliseconds)

    def add_params(self, params: Mapping[str, Any]) -> None:
        """Take params, nested ones under names joined by dots."""
        for name, value in flattened(params):
            self.params[store_name(name)] = value if isinstance(value, str) else json.dumps(value)

    def add_file(self, name: str, path: Path) -> None:
        """Take a file along, unless it is too large or there are too many."""
        if len(self.files) >= MOST_FILES:
            self.left_out[f"files beyond the first {MOST_FILES}"] += 1
        elif path.stat().st_size > FILE_BYTES:
            self.left_out[f"files of more than {FILE_BYTES // 1_000_000} MB"] += 1
        else:
            self.files[name] = path

    def missing(self) -> list[str]:
        """Say what was left out."""
        return [f"Left out: {what} ({count:,})." for what, count in sorted(self.left_out.items()) if count]


def flattened(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the leaves of nested mappings with their names joined by dots."""
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def store_name(name: str) -> str:
    """Return a name that the store takes; what it does not take becomes an underscore."""
    cleaned = _BAD.sub("_", name).strip("/")[:250] or "_"
    tidy = normpath(cleaned)
    return tidy.replace("..", "_") if tidy.startswith("..") or tidy == "." else tidy


def identity(*parts: str | bytes) -> str:
    """Return a short text that differs as soon as a part does."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.encode() if isinstance(part, str) else part)
        total.update(b"\0")
    return total.hexdigest()[:24]


def files_below(folder: Path, pattern: str = "*") -> list[Path]:
    """Return the files of a folder and of those below it in a fixed order; links are not followed."""
    found = [Path(parent, name) for parent, _, names in os.walk(folder) for name in names]
    return sorted(path for path in found if fnmatch(path.name, pattern) and not path.is_symlink())
