"""What can be done with batch transforms."""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import ConflictError, InvalidError, StudioError
from jupyter_mlstudio.core.files import inside, write_atomically
from jupyter_mlstudio.core.store import Store
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.core.validation import convert, parse
from jupyter_mlstudio.serving.batch.asking import Models, key_of, output_of, source_of_spec
from jupyter_mlstudio.serving.batch.frames import as_file, is_frame
from jupyter_mlstudio.serving.batch.joining import check_output
from jupyter_mlstudio.serving.batch.lock import held
from jupyter_mlstudio.serving.batch.notebook import notebook_of
from jupyter_mlstudio.serving.batch.sources import files_of
from jupyter_mlstudio.serving.batch.types import (
    Transform,
    TransformColumns,
    TransformList,
    TransformProgress,
    TransformRecord,
    TransformResult,
    TransformSpec,
    TransformState,
)
from jupyter_mlstudio.serving.sources import meant

SAY = 5.0
"""Seconds between two lines about how far it is."""
WRITE = 0.4


@dataclass(frozen=True)
class JobLook:
    """What serving wants to know of a job."""

    state: TransformState
    started_at: datetime | None
    ended_at: datetime | None
    error: str | None
    notebook: str
    outputs: dict[str, JsonValue]


@dataclass(frozen=True)
class TransformJobs:
    """How a notebook is run in the background, for serving, which knows no jobs.

    Attributes:
        submit: Takes a notebook, its path, what to call the job and its parameters; returns the job's id.
        look: Returns how a job is; None if it was removed.
        stop: Stops a job.
    """

    submit: Callable[[bytes, str, str, dict[str, JsonValue]], str]
    look: Callable[[str], JobLook | None]
    stop: Callable[[str], None]


class Transforms:
    """Sends whole tables through models, here or as jobs."""

    def __init__(
        self,
        project: Path,
        folder: Path,
        store: Callable[[], Store[TransformRecord]],
        jobs: TransformJobs,
        models: Models,
    ) -> None:
        self._project, self._folder, self._jobs, self._models = project, folder, jobs, models
        self._store = store

    def start(self, spec: TransformSpec) -> Transform:
        """Begin a transform as a job, which outlives this process; one that was interrupted is gone on with.

        Raises:
            InvalidError: The paths cannot be read or written.
            NotFoundError: There are no such rows.
        """
        spec = self._complete(spec)
        label = source_of_spec(spec, self._models)[1]
        plain: dict[str, JsonValue] = {"spec": spec.model_dump(mode="json")}
        name = f"Batch transform of {Path(spec.source).name}"
        job = self._jobs.submit(notebook_of(spec, label), "batch-transform.ipynb", name, plain)
        record = TransformRecord(id=job, spec=spec, key=key_of(spec), label=label, created_at=now())
        self._store().add(record)
        return self._shown(record)

    def all(self) -> TransformList:
        """List the transforms that ran as jobs, the newest first."""
        return TransformList(items=[self._shown(record) for record in self._store().all()])

    def get(self, id: str) -> Transform:
        """Return one transform."""
        return self._shown(self._store().get(id))

    def stop(self, id: str) -> Transform:
        """Stop a transform; what it has done so far is kept for the next attempt."""
        self._store().get(id)
        self._jobs.stop(id)
        return self.get(id)

    def remove(self, id: str) -> None:
        """Forget a transform, with what it left behind if it was interrupted.

        Raises:
            ConflictError: It has not ended.
        """
        record = self._store().get(id)
        if self._shown(record).state in ("queued", "running"):
            raise ConflictError("The batch transform has not ended. Stop it first.")
        if not any(other.key == record.key and other.id != id for other in self._store().all()):
            shutil.rmtree(self._folder / record.key, ignore_errors=True)
        self._store().remove(id)

    def columns(self, path: str, table: str | None) -> TransformColumns:
        """Return the columns of a file or folder."""
        from jupyter_mlstudio.serving.batch.reading import schema_of

        files = files_of(inside(self._project, path), path)
        return TransformColumns(items=list(schema_of(files[0], table).names))

    def run(
        self, spec: TransformSpec | dict[str, Any], tell: Callable[[TransformProgress], None] | None = None
    ) -> TransformResult:
        """Run a transform in this process, and return when it is done.

        Args:
            spec: What is asked for, as a TransformSpec or as plain data.
            tell: Told a few times a second how far it is; without it, a line is printed now and then.

        Raises:
            InvalidError: The rows do not fit the model, or it may not be loaded without `trust`.
            NotFoundError: There are no such rows, or there is no such model.
            ConflictError: The same is running already.
            EngineError: The model answers nothing, a file is broken, or too many rows have no answer.
        """
        from jupyter_mlstudio.serving.batch.planning import planned
        from jupyter_mlstudio.serving.batch.run import Run

        spec = self._complete(spec if isinstance(spec, TransformSpec) else convert(TransformSpec, spec))
        work = self._folder / key_of(spec)
        output = inside(self._project, spec.output)
        with held(work.with_suffix(".lock")):
            found = planned(self._project, work, spec, self._models)
            telling = _Telling(work / "progress.json", tell or _Saying())
            run = Run(work, found.plan, found.predictor, output, telling)
            result = run.run(spec.workers, spec.most_errors)
        work.with_suffix(".lock").unlink(missing_ok=True)
        return result.model_copy(
            update={
                "output": self._relative(result.output),
                "errors_path": None if result.errors_path is None else self._relative(result.errors_path),
            }
        )

    def ask(
        self, source: object, model: object, asked: dict[str, Any], tell: Callable[[TransformProgress], None] | None
    ) -> TransformResult:
        """Run a transform of whatever a notebook calls a table and a model.

        Raises:
            StudioError: As `run` does.
        """
        named = {} if model is None else dict(meant(model, self._models.resolve).source)
        if not is_frame(source):
            return self.run(convert(TransformSpec, {**named, **asked, "source": str(source)}), tell)
        if not asked.get("output"):
            raise InvalidError("output: say where the answers of a DataFrame go, such as scores.parquet.")
        kept = self._folder / f"{new_id()}.arrow"
        try:
            as_file(source, kept)
            path = kept.relative_to(self._project).as_posix()
            return self.run(convert(TransformSpec, {**named, **asked, "source": path}), tell)
        finally:
            kept.unlink(missing_ok=True)

    def _complete(self, spec: TransformSpec) -> TransformSpec:
        """Check the paths, which costs nothing, before anything that does."""
        spec = spec.model_copy(update={"output": output_of(spec)})
        files = files_of(inside(self._project, spec.source), spec.source)
        output = inside(self._project, spec.output)
        check_output(output, spec.output)
        if output in files:
            raise ConflictError("output: it is the file with the rows. Name another.")
        return spec

    def _relative(self, path: str) -> str:
        return Path(path).relative_to(self._project.resolve()).as_posix()

    def _shown(self, record: TransformRecord) -> Transform:
        look = self._jobs.look(record.id)
        state: TransformState = "stopped" if look is None else look.state
        result = None if look is None else look.outputs.get("transform")
        work = self._folder / record.key
        return Transform(
            id=record.id,
            label=record.label,
            spec=record.spec,
            state=state,
            created_at=record.created_at,
            started_at=look.started_at if look else None,
            ended_at=look.ended_at if look else None,
            progress=_progress(work / "progress.json") if state != "succeeded" else None,
            result=convert(TransformResult, result) if isinstance(result, dict) else None,
            error=look.error if look else None,
            can_continue=state in ("failed", "stopped") and (work / "plan.json").exists(),
            notebook=look.notebook if look else None,
        )


def _progress(path: Path) -> TransformProgress | None:
    with suppress(OSError, StudioError):
        return parse(TransformProgress, path.read_bytes())
    return None


class _Telling:
    """Keeps how far it is for those who look from other processes."""

    def __init__(self, path: Path, further: Callable[[TransformProgress], None]) -> None:
        self._path, self._further, self._written = path, further, 0.0

    def __call__(self, progress: TransformProgress) -> None:
        if time.monotonic() - self._written > WRITE and self._path.parent.is_dir():
            self._written = time.monotonic()
            write_atomically(self._path, progress.model_dump_json())
        self._further(progress)


class _Saying:
    """Prints how far it is, now and then."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def __call__(self, progress: TransformProgress) -> None:
        if time.monotonic() - self._said > SAY or progress.share >= 1:
            self._said = time.monotonic()
            print(line_of(progress), flush=True)  # noqa: T201  # what a job says while it runs


def line_of(progress: TransformProgress) -> str:
    """Say in a line how far it is."""
    total = f" of {progress.total:,}" if progress.total is not None else ""
    parts = [f"{progress.share:4.0%}", f"{progress.rows:,}{total} rows"]
    if progress.rows_a_second is not None:
        parts.append(f"{progress.rows_a_second:,.0f} a second")
    if progress.errors:
        parts.append(f"{progress.errors:,} without an answer")
    if progress.workers > 1:
        parts.append(f"{progress.workers} processes")
    return " · ".join(parts)
