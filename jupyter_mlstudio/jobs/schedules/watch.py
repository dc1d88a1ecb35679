"""Which watched files have changed: by time and size, then by what they hold, once they have come to rest."""

import time
from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.jobs.schedules.table import Seen
from jupyter_mlstudio.jobs.schedules.types import FileTrigger

MOST = 10_000  # files that one pattern may name
READ = 100_000_000  # bytes beyond which a file counts as changed when its time or size has
OWN = ("jobs", ".mlstudio")  # folders that the studio itself writes to: a job that fired for its own result never ends
WILD = frozenset("*?[")

Sign = tuple[int, int]
"""When a file was written, in nanoseconds, and how many bytes it has."""


class Look(NamedTuple):
    """What one look at the files of a schedule has found."""

    seen: Seen  # what to remember
    changed: list[str]  # paths of files that are new or hold something else, by name


class Watch:
    """Looks at the files of schedules; remembers only which of them have not come to rest."""

    def __init__(self, project: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._project, self._clock = project, clock
        self._restless: dict[tuple[str, str], tuple[Sign, float]] = {}

    def first(self, trigger: FileTrigger) -> Seen:
        """Return what the files are like when their schedule begins.

        Raises:
            InvalidError: The pattern leads out of the project, or names too many files.
        """
        found = signs(self._project, trigger)
        return {path: [*sign, digest(self._project / path, sign)] for path, sign in found.items()}

    def look(self, schedule: str, trigger: FileTrigger, seen: Seen) -> Look | None:
        """Compare the files with what they were like; None if nothing is worth noting."""
        found = signs(self._project, trigger)
        later = {path: known for path, known in seen.items() if path in found}
        changed = []
        for path, sign in found.items():
            known = seen.get(path)
            if known is not None and (known[0], known[1]) == sign:
                continue
            if self._rests(schedule, trigger, path, sign):
                later[path] = [*sign, digest(self._project / path, sign)]
                if known is None or later[path][2] != known[2] or known[2] is None:
                    changed.append(path)
        return None if later == seen else Look(later, changed)

    def _rests(self, schedule: str, trigger: FileTrigger, path: str, sign: Sign) -> bool:
        key, now = (schedule, path), self._clock()
        noted, since = self._restless.get(key, (None, now))
        if noted != sign:
            since = now
        if now - since >= trigger.settle:
            self._restless.pop(key, None)
            return True
        self._restless[key] = (sign, since)
        return False


def signs(project: Path, trigger: FileTrigger) -> dict[str, Sign]:
    """Return the files that a trigger names, by path from the project, each with when and how large it was written.

    Raises:
        InvalidError: The pattern leads out of the project, or names too many files.
    """
    pattern = trigger.path.removeprefix("./").strip("/") if not Path(trigger.path).is_absolute() else trigger.path
    if not pattern or ".." in Path(pattern).parts:
        raise InvalidError("trigger.path: name a file, or a pattern such as raw/*.csv, inside the project folder.")
    inside(project, pattern.partition("*")[0])
    own = Path(pattern).parts[0] in OWN
    found: dict[str, Sign] = {}
    for file in sorted(project.glob(pattern)) if WILD & set(pattern) else [project / pattern]:
        path = file.relative_to(project)
        if (path.parts[0] in OWN and not own) or (sign := _sign(file)) is None:
            continue
        found[path.as_posix()] = sign
        if len(found) > MOST:
            raise InvalidError(f"trigger.path: {trigger.path!r} names more than {MOST} files. Make it narrower.")
    return found


def digest(file: Path, sign: Sign) -> str | None:
    """Return what stands for what a file holds; None if it is too large to be read, or has just gone."""
    if sign[1] > READ:
        return None
    try:
        with file.open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None


def _sign(file: Path) -> Sign | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size) if file.is_file() else None
