"""The answered pieces of a batch transform on disk: who works on which, and which are done."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Done:
    """What is known of an answered piece."""

    number: int
    rows: int
    errors: int


class Parts:
    """The folder of the pieces. A lock on a piece ends with its process, so that another takes what one leaves."""

    def __init__(self, work: Path) -> None:
        self._folder = work / "parts"
        self._running = work / "running"

    def prepare(self) -> None:
        """Make the folders."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._running.mkdir(exist_ok=True)
        for left in self._running.iterdir():
            left.unlink()

    def answers(self, number: int) -> Path:
        """Return where the answers of a piece lie."""
        return self._folder / f"{number:06}.arrow"

    def errors(self, number: int) -> Path:
        """Return where the rows of a piece lie that have no answer."""
        return self._folder / f"{number:06}.errors.arrow"

    @contextmanager
    def claimed(self, number: int) -> Iterator[bool]:
        """Try to be the only one who works on a piece; tells whether it worked."""
        with (self._folder / f"{number:06}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            yield self.done(number) is None

    def finish(self, done: Done) -> None:
        """Note that a piece is answered; its files are in their places."""
        _replace(self._note(done.number), {"rows": done.rows, "errors": done.errors})

    def done(self, number: int) -> Done | None:
        """Return what is known of an answered piece; None if it is not answered."""
        try:
            content = json.loads(self._note(number).read_bytes())
            return Done(number, content["rows"], content["errors"])
        except (OSError, ValueError, KeyError):
            return None

    def forget(self, number: int) -> None:
        """Let a piece be answered again."""
        self._note(number).unlink(missing_ok=True)

    def tell(self, number: int, rows: int, errors: int) -> None:
        """Say how far this process is with a piece."""
        _replace(self._running / str(os.getpid()), {"number": number, "rows": rows, "errors": errors})

    def told(self) -> dict[int, tuple[int, int]]:
        """Return by piece how far the processes are: rows and errors."""
        found: dict[int, tuple[int, int]] = {}
        with suppress(FileNotFoundError):
            for path in self._running.iterdir():
                with suppress(OSError, ValueError, KeyError):
                    content = json.loads(path.read_bytes())
                    found[content["number"]] = (content["rows"], content["errors"])
        return found

    def _note(self, number: int) -> Path:
        return self._folder / f"{number:06}.done"


def _replace(path: Path, content: dict[str, Any]) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(json.dumps(content))
    part.replace(path)
