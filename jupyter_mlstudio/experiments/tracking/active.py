"""A run while it is being made: what a notebook logs into."""

import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextvars import Token
from itertools import count
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, ParamSpec, Self, SupportsFloat, TypeVar

from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError, StudioError
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.experiments.artifacts import local_folder
from jupyter_mlstudio.experiments.keeping import Keeping
from jupyter_mlstudio.experiments.provenance.recording import Recording
from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.tracking import current, endings
from jupyter_mlstudio.experiments.tracking.autolog import Autolog
from jupyter_mlstudio.experiments.tracking.base import Target
from jupyter_mlstudio.experiments.tracking.buffer import Buffer
from jupyter_mlstudio.experiments.tracking.decorating import decorated
from jupyter_mlstudio.experiments.tracking.entries import (
    Batch,
    Ending,
    NewRun,
    Point,
    Writer,
    checked,
    kept,
    named,
    step_of,
)
from jupyter_mlstudio.experiments.tracking.models import Models
from jupyter_mlstudio.experiments.tracking.system import SystemMetrics
from jupyter_mlstudio.experiments.tracking.through_api import ApiWriter, patiently
from jupyter_mlstudio.experiments.types import RunState

P = ParamSpec("P")
R = TypeVar("R")

MESSAGE_SHOWN = 1000

BEGIN_PATIENCE = 60.0
"""Seconds that the begin of a run waits for other processes that write."""

_numbers = count()


class RunSpec(Struct):
    """What a run shall be."""

    experiment: str | None = None
    name: str | None = None
    note: str = ""
    tags: dict[str, str] = {}
    autolog: bool = True
    system_metrics: bool | float = False


class ActiveRun(Models):
    """Records one run, from entering its block to leaving it, or from `start()` to `end()`; or each call of a function.

    Left by an exception the run is `failed`, interrupted it is `killed`; either way nothing that was logged is lost.
    Everything is written by a thread within a second; files before the call returns. May be shared by threads.
    A run that is opened inside another one becomes a part of it. MLflow's own active run is not touched.
    """

    def __init__(self, target: Target, project: Path, spec: RunSpec, keeping: Keeping) -> None:
        self._target, self._project, self._spec, self._keeping = target, project, spec, keeping
        self._steps: dict[str, int] = {}
        self._params: dict[str, str] = {}
        self._lock = Lock()
        self._tables: list[dict[str, str]] = []
        self._system: SystemMetrics | None = None

    def __enter__(self) -> Self:
        self._begin()
        self._token: Token[ActiveRun | None] = current.entered(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        current.left(self._token)
        self._finish(_outcome(kind), error)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Record every call of a function as a run of its own, with the plain ones of its arguments as params."""
        return decorated(function, lambda: ActiveRun(self._target, self._project, self._spec, self._keeping))

    def start(self) -> Self:
        """Begin the run without a block, for notebooks that log from several cells; `end()` ends it.

        A run that was begun so before in this thread is ended: the cell has been run again, or another one begins.
        """
        current.end_here()
        self._begin()
        current.begun(self)
        return self

    def end(self, state: RunState | str = RunState.FINISHED) -> None:
        """End a run that `start()` has begun.

        Raises:
            ConflictError: The run has not begun, or has ended already.
        """
        _ = self._logging
        current.ended(self)
        self._finish(RunState(state), None)

    def flush(self) -> None:
        """Wait until everything that was logged so far is in the store."""
        self._logging.flush()

    def log_params(self, params: Mapping[str, object]) -> None:
        """Log what the run was made with; a param keeps its first value.

        Raises:
            InvalidError: A param has another value already, or a name that MLflow refuses.
        """
        buffer = self._logging
        texts = {checked(name): kept(value) for name, value in params.items()}
        with self._lock:
            for name, text in texts.items():
                if self._params.get(name, text) != text:
                    before = self._params[name]
                    raise InvalidError(f"The param {name!r} has been logged as {before!r}, and keeps its first value.")
            self._params.update(texts)
        buffer.add_labels(params=texts)

    def log_param(self, name: str, value: object) -> None:
        """Log one thing that the run was made with."""
        self.log_params({name: value})

    def log_metric(self, name: str, value: SupportsFloat, step: int | None = None) -> None:
        """Log a measured value; without a step, the values of a metric are counted from 0."""
        buffer = self._buffer or self._logging
        steps = self._steps
        if name not in steps:
            checked(name)
        try:
            number = float(value)
        except (TypeError, ValueError) as error:
            raise InvalidError(f"{name}: a metric is a number, not {type(value).__name__}.") from error
        if step is not None:
            step = step_of(name, step)
        with self._lock:
            taken = steps.get(name, 0) if step is None else step
            steps[name] = taken + 1
        buffer.add_point(Point(name, number, time.time_ns() // 1_000_000, taken))

    def log_metrics(self, metrics: Mapping[str, SupportsFloat], step: int | None = None) -> None:
        """Log measured values of one moment; returns at once."""
        for name, value in metrics.items():
            self.log_metric(name, value, step)

    def watch(self, model: Any, optimizer: Any = None, *, every: int = 1) -> None:
        """Log a PyTorch training: what the model and the optimizer are; at each step the loss and the learning rate.

        The loss is what `backward()` was called on. Nothing waits for the device: a value is read when it is written.

        Args:
            model: The module that is trained.
            optimizer: What trains it; any optimizer if not given.
            every: Log every so many steps.

        Raises:
            InvalidError: PyTorch is not there, or these are none of its things.
        """
        from jupyter_mlstudio.experiments.tracking.autolog import torch_loops

        _ = self._logging
        self._autolog.watch(torch_loops.Watch(self, model, optimizer, every))

    def note_params(self, params: Mapping[str, object]) -> None:
        """Log params that were found, not given: what the user has logged by these names stays."""
        with self._lock:
            texts = {name: kept(value) for name, value in params.items() if name not in self._params}
        if texts and self._buffer is not None:
            self._buffer.add_found(texts)

    def note_point(self, name: str, value: Any, step: int) -> None:
        """Log a value that becomes a float only when it is written."""
        if self._buffer is not None:
            self._buffer.add_point(Point(name, value, time.time_ns() // 1_000_000, step))

    @property
    def autolog(self) -> Autolog:
        """What logs by itself."""
        return self._autolog

    @property
    def origin(self) -> dict[str, str]:
        """What is known of where the run comes from."""
        return self._recording.tags

    @property
    def writer(self) -> Writer:
        """What writes to the store."""
        return self._target.writer

    @property
    def experiment_id(self) -> str:
        """Id of the experiment in the store."""
        return self._begun.experiment_id

    @property
    def buffer(self) -> Buffer:
        """What the run logs, on its way to the store."""
        return self._logging

    def _begin(self) -> None:
        if self._buffer is not None:
            raise ConflictError("The run is open already.")
        self._recording = Recording(self._project)
        origin = self._recording.tags
        parent = current.current()
        experiment = self._spec.experiment or (
            parent.experiment if parent else _called(self._project, origin.get(rows.NOTEBOOK))
        )
        new = NewRun(named(experiment), self._spec.name, self._tags(origin, parent), int(time.time() * 1000))
        writer = self._target.writer
        self.experiment = experiment
        self._begun = patiently(lambda: writer.begin(new), BEGIN_PATIENCE)
        self.id, self.name, self.number = self._begun.id, self._begun.name, next(_numbers)
        self._buffer = Buffer(self.id, writer, self._target.spool, holds_found=isinstance(writer, ApiWriter))
        is_here = local_folder(self._begun.artifact_uri) is not None
        self._recording.begin(self.id, self._label, None if is_here else self._keep_file)
        self._autolog = Autolog(self, wanted=self._spec.autolog)
        self._autolog.begin()
        if self._spec.system_metrics:
            self._system = SystemMetrics(self, self._spec.system_metrics)

    def _tags(self, origin: dict[str, str], parent: "ActiveRun | None") -> dict[str, str]:
        tags = {**origin, **({rows.PARENT: parent.id} if parent else {}), **self._spec.tags}
        if self._spec.note:
            tags[rows.NOTE] = self._spec.note
        return {name: kept(value) for name, value in tags.items()}

    def _finish(self, state: RunState, error: BaseException | None) -> None:
        self._autolog.end()
        self._recording.end()
        if self._system is not None:
            self._system.stop()
        buffer = self._logging
        if error is not None:
            buffer.add_labels(tags={rows.ERROR: kept(f"{type(error).__name__}: {error}")[:MESSAGE_SHOWN]})
        self._buffer = None
        try:
            buffer.close(Ending(state.value.upper(), int(time.time() * 1000)))
        except StudioError as refused:
            if error is None:
                raise
            error.add_note(f"The run could not be kept whole: {refused}")
        finally:
            endings.tell(self._target, self.id)

    def _label(self, tags: Mapping[str, str]) -> None:
        """Write tags that are found out later, also when the run has ended."""
        batch = Batch({}, dict(tags), [], [])
        try:
            patiently(lambda: self._target.writer.write(self.id, batch), BEGIN_PATIENCE)
        except EngineError:
            self._target.spool.put(self.id, batch)
            self._target.spool.send_later(self.writer)

    def _keep_file(self, name: str, content: bytes) -> None:
        """Keep a file with the run, also when it has ended."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, Path(name).name)
            path.write_bytes(content)
            above = Path(name).parent.as_posix()
            self._upload(path, None if above == "." else above)


def _called(project: Path, notebook: str | None) -> str:
    """Return what the runs of a notebook, or of a script, are an attempt at: its name."""
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    if notebook:
        return Path(notebook).stem
    return Path(script).stem if script and "IPython" not in script else project.name or "Default"


def _outcome(kind: type[BaseException] | None) -> RunState:
    if kind is None:
        return RunState.FINISHED
    return RunState.KILLED if issubclass(kind, KeyboardInterrupt) else RunState.FAILED
