"""Where a training is logged: in the run that is open, or in a part of it."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.tracking.entries import (
    LONGEST_PARAM,
    Batch,
    DataEntry,
    Ending,
    FinishedRun,
    NewRun,
    Point,
)
from jupyter_mlstudio.experiments.tracking.through_api import patiently

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlstudio.experiments.tracking.active import ActiveRun

ODD = str.maketrans(dict.fromkeys("@#$%^&*()[]{}<>=+,;'\"\\|?!~`\n\t", "_"))

PATIENCE = 30.0

LONG = 500
"""Characters of an object's own text, beyond which its kind says more."""

ITEMS = 50
"""Items of a list that a param shows one by one."""


class Sink(Protocol):
    """Takes what is found out about one training."""

    run: "ActiveRun"

    def params(self, params: Mapping[str, object]) -> None:
        """Take what it was made with."""

    def tags(self, tags: Mapping[str, str]) -> None:
        """Take labels."""

    def metric(self, name: str, value: float, step: int = 0) -> None:
        """Take a measured value."""

    def input(self, entry: "Callable[[], DataEntry | None]") -> None:
        """Take what tells which data it was made from, when there is time for it."""

    def done(self) -> None:
        """Take note that there will be nothing more."""


class RunSink:
    """Logs into the run itself; what the user has logged there stays."""

    def __init__(self, run: "ActiveRun") -> None:
        self.run = run

    def params(self, params: Mapping[str, object]) -> None:
        """Log what the user has not logged by the same name."""
        self.run.note_params(_named(params))

    def tags(self, tags: Mapping[str, str]) -> None:
        """Label the run."""
        self.run.set_tags(dict(tags))

    def metric(self, name: str, value: float, step: int = 0) -> None:
        """Log a value; the buffer takes it."""
        self.run.note_point(name.translate(ODD), value, step)

    def input(self, entry: "Callable[[], DataEntry | None]") -> None:
        """Let the buffer's thread find out which data it was, unless the user has said it."""
        if not self.run.knows_data:
            buffer = self.run.buffer
            buffer.later(lambda: self._put(buffer, entry()))

    def _put(self, buffer: Any, entry: DataEntry | None) -> None:
        if entry is not None and not self.run.knows_data:
            buffer.add_labels(tags={rows.DIGEST: entry.digest})
            buffer.add_input(entry)

    def done(self) -> None:
        """Everything is logged already."""


class ChildSink:
    """Gathers what is logged, and writes it as a run of its own inside the open one, when the training is over."""

    def __init__(self, run: "ActiveRun", title: str) -> None:
        self.run, self._title, self._began = run, title, _now()
        self._params: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._points: list[Point] = []
        self._entry: Callable[[], DataEntry | None] | None = None

    def params(self, params: Mapping[str, object]) -> None:
        """Take params."""
        self._params.update({name: str(value) for name, value in _named(params).items()})

    def tags(self, tags: Mapping[str, str]) -> None:
        """Take labels."""
        self._tags.update(tags)

    def metric(self, name: str, value: float, step: int = 0) -> None:
        """Take a value."""
        self._points.append(Point(name.translate(ODD), float(value), _now(), step))

    def input(self, entry: "Callable[[], DataEntry | None]") -> None:
        """Take what tells which data it was."""
        self._entry = entry

    def done(self) -> None:
        """Have the run written by the buffer's thread."""
        self.run.buffer.later(lambda: write_children(self.run, [self._finished()]))

    def _finished(self) -> FinishedRun:
        entry = self._entry() if self._entry is not None else None
        tags = {**self._tags, **({rows.DIGEST: entry.digest} if entry else {})}
        batch = Batch(self._params, tags, self._points, [entry] if entry else [], Ending("FINISHED", _now()))
        return FinishedRun(NewRun("", self._title, child_tags(self.run), self._began), batch)


def child_tags(run: "ActiveRun") -> dict[str, str]:
    """Return what a part of a run has in common with it."""
    kept = ("mlflow.user", "mlflow.source.type", "mlflow.source.name", rows.NOTEBOOK, rows.JOB, rows.PROCESS)
    origin = run.origin
    return {name: origin[name] for name in kept if name in origin} | {rows.PARENT: run.id}


def write_children(run: "ActiveRun", runs: list[FinishedRun]) -> None:
    """Write parts of a run that are over."""
    patiently(lambda: run.writer.write_finished(run.experiment_id, runs), PATIENCE)


def _named(params: Mapping[str, object]) -> dict[str, object]:
    return {name.translate(ODD)[:250]: shown(value) for name, value in params.items() if name.strip()}


def shown(value: object) -> str:
    """Write a value of a param, briefly: what is large or nested by its kind, without its address in memory."""
    if isinstance(value, str | int | float | bool | type(None)):
        return str(value)[:LONGEST_PARAM]
    if isinstance(value, list | tuple | dict) and len(value) <= ITEMS:
        return _nested(value)[:LONGEST_PARAM]
    if isinstance(value, type) or (callable(value) and hasattr(value, "__qualname__")):
        return str(value.__qualname__)
    try:
        return _odd(value)
    except Exception:  # an object whose own text fails
        return type(value).__name__


def _nested(value: "list[object] | tuple[object, ...] | dict[object, object]") -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {shown(item)}" for key, item in value.items()) + "}"
    inner = ", ".join(map(shown, value))
    return f"[{inner}]" if isinstance(value, list) else f"({inner})"


def _odd(value: Any) -> str:
    name = type(value).__name__
    if hasattr(value, "get_params"):
        return name
    if hasattr(value, "dtype") and getattr(value, "ndim", 0) > 0:
        return f"{name}{tuple(value.shape)}"
    text = repr(value) if isinstance(value, list | tuple | dict) else str(value)
    return name if " at 0x" in text or len(text) > LONG else text


def _now() -> int:
    return time.time_ns() // 1_000_000
