"""What could not be written to the store, kept on the disk until it can: one file a run, in `.mlstudio/spool`."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from uuid import uuid4

from jupyter_mlstudio.core.errors import EngineError, StudioError
from jupyter_mlstudio.core.processes import ProcessRef, alive, this_process
from jupyter_mlstudio.experiments.tracking.entries import Batch, DataEntry, Ending, Point, Writer

PAUSE = 3.0
"""Seconds between two attempts to send what is kept."""

PutFile = Callable[[str, Path, str | None], None]
"""Puts a file among the artifacts of a run, into a folder of them."""


class Spool:
    """The kept writings of all runs that go to one store.

    Writing a batch twice does no harm, so a process that is killed while it sends leaves nothing in a doubtful state.
    """

    def __init__(self, folder: Path, store: str, put_file: PutFile) -> None:
        """Take where to keep it, what the store is called (no passwords), and what sends files."""
        self._folder, self._store, self._put_file = folder, store, put_file
        self._lock = Lock()
        self._held: set[str] = set()
        self._sender: Thread | None = None

    def holds(self, run_id: str) -> bool:
        """Tell whether something of a run of this process is kept."""
        return run_id in self._held

    def put(self, run_id: str, batch: Batch) -> None:
        """Keep what a run has logged."""
        points = [[name, _plain(value), at, step] for name, value, at, step in batch.points]
        self._append(run_id, {**batch._asdict(), "points": points})

    def put_file(self, run_id: str, path: Path, folder: str | None) -> None:
        """Keep a copy of a file or folder that a run has logged."""
        kept = self._folder / "files" / uuid4().hex / path.name
        kept.parent.mkdir(parents=True)
        if path.is_dir():
            shutil.copytree(path, kept)
        else:
            shutil.copy2(path, kept)
        self._append(run_id, {"file": str(kept), "folder": folder})

    def deliver(self, run_id: str, writer: Writer) -> bool:
        """Send what is kept of a run; returns whether all of it has been sent."""
        file = self._file(run_id)
        with self._lock:
            try:
                self._send(file, run_id, writer)
            except FileNotFoundError:  # another process has sent it meanwhile
                pass
            except EngineError:
                return False
            except StudioError as error:  # somebody has removed the run: there is nobody to send it to
                file.rename(file.with_suffix(f".refused-{type(error).__name__}"))
            self._held.discard(run_id)
        return True

    def waiting(self) -> list[str]:
        """List the runs of which something is kept."""
        return sorted({*self._held, *self._left()})

    def _left(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        found = [(file.stem, _head(file)) for file in self._folder.glob("*.jsonl")]
        mine = [(run, head) for run, head in found if head is not None and head["store"] == self._store]
        return [run for run, head in mine if run in self._held or not alive(ProcessRef(**head["process"]))]

    def send_later(self, writer: Writer) -> None:
        """Go on trying in the background, as long as this process lives."""
        if self._sender is not None and self._sender.is_alive():
            return
        self._sender = Thread(target=self._keep_trying, args=(writer,), name="mlstudio-spool", daemon=True)
        self._sender.start()

    def _keep_trying(self, writer: Writer) -> None:
        while waiting := self.waiting():
            if not all(self.deliver(run_id, writer) for run_id in waiting):
                time.sleep(PAUSE)

    def _send(self, file: Path, run_id: str, writer: Writer) -> None:
        if not file.exists():
            return
        for line in _lines(file):
            if "file" in line:
                path = Path(line["file"])
                if path.exists():
                    self._put_file(run_id, path, line["folder"])
            elif "params" in line:
                writer.write(run_id, _batch(line))
        for line in _lines(file):
            if "file" in line:
                shutil.rmtree(Path(line["file"]).parent, ignore_errors=True)
        file.unlink()

    def _append(self, run_id: str, entry: dict[str, Any]) -> None:
        file = self._file(run_id)
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8") as lines:
                if lines.tell() == 0:
                    lines.write(json.dumps({"store": self._store, "process": this_process().model_dump()}) + "\n")
                lines.write(json.dumps(entry) + "\n")
            self._held.add(run_id)

    def _file(self, run_id: str) -> Path:
        return self._folder / f"{run_id}.jsonl"


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError:  # the process was killed in the middle of it
                return


def _head(file: Path) -> dict[str, Any] | None:
    try:
        head = next(_lines(file), None)
    except OSError:
        return None
    return head if head is not None and {"store", "process"} <= head.keys() else None


def _batch(line: dict[str, Any]) -> Batch:
    return Batch(
        line["params"],
        line["tags"],
        [Point(name, value, at, step) for name, value, at, step in line["points"]],
        [DataEntry(*entry) for entry in line["inputs"]],
        Ending(*line["ending"]) if line["ending"] else None,
    )


def _plain(value: Any) -> float:
    """Return a value as a float: JSON of Python keeps each of them, NaN and infinity too."""
    return float(value)
