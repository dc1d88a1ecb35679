"""Reads TensorBoard's event files: scalars, hparams, texts and pictures."""

import struct
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from jupyter_mlstudio.experiments.importing.framing import tensorflow_records
from jupyter_mlstudio.experiments.importing.messages import message
from jupyter_mlstudio.experiments.importing.source import ForeignRun, files_below, identity, store_name
from jupyter_mlstudio.experiments.tracking.entries import Point

EVENTS = "*tfevents*"
PICTURES = 10
"""Pictures of one tag that are kept: the last ones."""

STATES = {1: "FINISHED", 2: "FAILED", 3: "RUNNING"}
NUMBERS = {1: "f", 2: "d", 3: "i", 9: "q", 19: "e"}
"""Codes of TensorFlow's types, and how `struct` reads them."""

TEXT = 7
SESSION = "_hparams_/session_"
SESSION_BYTES = 100_000


def runs_in(place: Path) -> list[ForeignRun]:
    """Return the runs below a folder, or that of one file; every folder with event files is one, as in TensorBoard."""
    if place.is_file():
        return [_run([place], place.stem)] if "tfevents" in place.name else []
    folders: dict[Path, list[Path]] = defaultdict(list)
    for path in files_below(place, EVENTS):
        folders[path.parent].append(path)
    for folder in list(folders):
        if folder.parent in folders and all(map(_is_session, folders[folder])):
            folders[folder.parent] += folders.pop(folder)
    return [
        _run(paths, place.name if folder == place else folder.relative_to(place).as_posix())
        for folder, paths in folders.items()
    ]


def _is_session(path: Path) -> bool:
    """Tell whether a file holds just the hparams of the run above it, as PyTorch's `add_hparams` writes them."""
    if path.stat().st_size > SESSION_BYTES:
        return False
    event = message("Event")
    found = (event.FromString(record) for record in tensorflow_records(path))
    return any(value.tag.startswith(SESSION) for each in found for value in each.summary.value)


def _run(paths: list[Path], name: str) -> ForeignRun:
    with paths[0].open("rb") as file:
        first = file.read(256)  # the time at which it was begun, and by what
    key = f"tensorboard:{identity(name, paths[0].name, first)}"
    return ForeignRun(key=key, name=name, source=name, paths=paths, read=_points)


def _points(run: ForeignRun) -> Iterator[Point]:
    return _Events(run).points()


class _Events:
    """The events of one run. What kind a tag is, only its first value says."""

    def __init__(self, run: ForeignRun) -> None:
        self._run = run
        self._plugins: dict[str, str] = {}
        self._pictures: dict[str, dict[int, bytes]] = defaultdict(dict)

    def points(self) -> Iterator[Point]:
        """Yield the scalars, then keep the last pictures."""
        event = message("Event")
        for path in self._run.paths:
            for record in tensorflow_records(path):
                found = event.FromString(record)
                at = int(found.wall_time * 1000)
                self._run.seen(at)
                for value in found.summary.value:
                    if (number := self._number(value, found.step)) is not None:
                        yield Point(store_name(value.tag), number, at, found.step)
        for tag, steps in self._pictures.items():
            for step in sorted(steps)[-PICTURES:]:
                self._run.texts[f"images/{store_name(tag)}/{step}.png"] = steps[step]
            self._run.left_out["pictures"] += max(0, len(steps) - PICTURES)

    def _number(self, value: Any, step: int) -> float | None:
        """Return a scalar; what is none is kept or counted."""
        if value.HasField("simple_value"):
            return float(value.simple_value)
        plugin = self._plugins.setdefault(value.tag, value.metadata.plugin.name)
        if value.tag.startswith(SESSION):
            _session(self._run, value.metadata.plugin.content)
        elif value.HasField("image"):
            self._pictures[value.tag][step] = value.image.encoded
        elif value.HasField("tensor") and value.tensor.dtype == TEXT:
            self._strings(value, step, plugin)
        elif value.HasField("tensor") and len(numbers := _numbers(value.tensor)) == 1 and plugin in ("", "scalars"):
            return numbers[0]
        elif value.tag and not value.tag.startswith("_hparams_/"):
            self._run.left_out[_kind(value, plugin)] += 1
        return None

    def _strings(self, value: Any, step: int, plugin: str) -> None:
        strings = list(value.tensor.strings)
        if plugin == "images":  # width and height come before the pictures
            self._pictures[value.tag].update(zip([step], strings[2:3], strict=False))
        else:
            tag = store_name(value.tag.removesuffix("/text_summary"))
            self._run.texts[f"text/{tag}.md"] = b"\n\n".join(strings)


def _kind(value: Any, plugin: str) -> str:
    if value.HasField("histo") or plugin == "histograms":
        return "histograms"
    return "sounds" if value.HasField("audio") or plugin == "audio" else f"values of the kind {plugin or 'tensor'!r}"


def _numbers(tensor: Any) -> list[float]:
    """Return the numbers of a tensor; two are enough to know that it is no scalar."""
    if tensor.content and tensor.dtype in NUMBERS:
        kind = struct.Struct(f"<{NUMBERS[tensor.dtype]}")
        return [float(each[0]) for each in islice(kind.iter_unpack(tensor.content), 2)]
    for listed in (tensor.floats, tensor.doubles, tensor.ints, tensor.longs):
        if listed:
            return [float(each) for each in listed[:2]]
    return []


def _session(run: ForeignRun, content: bytes) -> None:
    """Take params and the outcome from what the HParams plugin keeps."""
    session = message("HParams").FromString(content)
    for each in session.start.hparams:
        value = each.value
        if value.HasField("number"):
            run.params[store_name(each.key)] = f"{value.number:.15g}"
        elif value.HasField("truth"):
            run.params[store_name(each.key)] = str(value.truth)
        else:
            run.params[store_name(each.key)] = value.text
    if session.HasField("end"):
        run.status = STATES.get(session.end.status, "FINISHED")
        run.status = "KILLED" if run.status == "RUNNING" else run.status
