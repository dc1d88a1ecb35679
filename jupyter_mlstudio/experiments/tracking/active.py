"""A run while it is being made: what a notebook logs into."""

import re
import tempfile
import time
from collections.abc import Mapping
from contextvars import ContextVar, Token
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self, SupportsFloat

from jupyter_mlstudio.core.errors import ConflictError, InvalidError
from jupyter_mlstudio.core.trust import digest
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.experiments import frames
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.keeping import Keeping, Training, example_of
from jupyter_mlstudio.experiments.provenance import origin as provenance
from jupyter_mlstudio.experiments.racing import experiment_id, log_input
from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.tracking.buffer import Buffer, Point
from jupyter_mlstudio.experiments.types import RunModel, RunState

if TYPE_CHECKING:
    from mlflow import MlflowClient

NAME = re.compile(r"^[\w./: -]{1,250}$")
"""Names that MLflow takes for metrics and params."""

MESSAGE_SHOWN = 1000

_current: ContextVar[str | None] = ContextVar("mlstudio_run", default=None)


class RunSpec(Struct):
    """What a run shall be."""

    experiment: str
    name: str | None
    note: str
    tags: dict[str, str]


class Target(Protocol):
    """Where runs are recorded."""

    def client(self) -> "MlflowClient":
        """Return an MLflow client of the store."""

    @property
    def artifact_location(self) -> str | None:
        """Where new experiments keep their files."""


class ActiveRun:
    """Records one run, from entering its block to leaving it.

    Left by an exception the run is `failed`, interrupted it is `killed`; either way nothing that was logged is lost.
    Metrics are written by a thread within a second, everything else before the call returns. May be shared by threads.
    A run that is entered inside another one becomes a part of it. MLflow's own active run is not touched.
    """

    id: str

    def __init__(self, target: Target, project: Path, spec: RunSpec, keeping: Keeping) -> None:
        self._target, self._project, self._spec, self._keeping = target, project, spec, keeping
        self._buffer: Buffer | None = None
        self._dataset: Any = None
        self._steps: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._client = self._target.client()
        origin = provenance.origin(self._project)
        parent = _current.get()
        tags = {**origin.tags, **({rows.PARENT: parent} if parent else {}), **self._spec.tags}
        if self._spec.note:
            tags[rows.NOTE] = self._spec.note
        with engine_errors():
            self._experiment = experiment_id(self._client, self._spec.experiment, self._target.artifact_location)
            run = self._client.create_run(self._experiment, tags=tags, run_name=self._spec.name)
        self.id, self.name = run.info.run_id, run.info.run_name
        self._token: Token[str | None] = _current.set(self.id)
        self._buffer = Buffer(self._write, lambda: self._record_origin(origin.cells))
        self._buffer.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _current.reset(self._token)
        buffer, self._buffer = self._logging, None
        try:
            buffer.close()
        finally:
            with engine_errors():
                if error is not None:
                    self._client.set_tag(self.id, rows.ERROR, f"{type(error).__name__}: {error}"[:MESSAGE_SHOWN])
                self._client.set_terminated(self.id, _outcome(kind).value.upper())

    def log_params(self, params: Mapping[str, object]) -> None:
        """Log what the run was made with; a param keeps its first value.

        Raises:
            InvalidError: A param has another value already, or a name that MLflow refuses.
        """
        from mlflow.entities import Param

        self._batch(params=[Param(_checked(name), str(value)) for name, value in params.items()])

    def log_param(self, name: str, value: object) -> None:
        """Log one thing that the run was made with."""
        self.log_params({name: value})

    def log_metric(self, name: str, value: SupportsFloat, step: int | None = None) -> None:
        """Log a measured value; without a step, the values of a metric are counted from 0."""
        self.log_metrics({name: value}, step)

    def log_metrics(self, metrics: Mapping[str, SupportsFloat], step: int | None = None) -> None:
        """Log measured values of one moment; returns at once."""
        at = int(time.time() * 1000)
        points = [Point(_checked(name), float(value), at, self._step(name, step)) for name, value in metrics.items()]
        self._logging.add(points)

    def set_tags(self, tags: Mapping[str, object]) -> None:
        """Label the run; a tag can be given a new value."""
        from mlflow.entities import RunTag

        self._batch(tags=[RunTag(name, str(value)) for name, value in tags.items()])

    def log_dataset(
        self, dataset: Any, name: str = "dataset", context: str = "training", source: str | None = None
    ) -> str:
        """Log what tells the run's data apart: digest, rows, columns and types; never the data.

        Args:
            dataset: A DataFrame of pandas or Polars, or the path of a file.
            name: What to call the data.
            context: What they are used for.
            source: Where a DataFrame was read from.

        Returns:
            The digest of the data.
        """
        if isinstance(dataset, str | Path):
            described = frames.described_file(self._file(dataset), name, context)
        else:
            described = frames.described_frame(frames.as_pandas(dataset), name, context, source)
            self._dataset = dataset if context == "training" else self._dataset
        self._open()
        log_input(self._client, self.id, described)
        self.set_tags({rows.DIGEST: described.dataset.digest})
        return str(described.dataset.digest)

    def log_recipe(self, recipe: Any) -> None:
        """Log the recipe that prepared the data: a recipe, or the path of its file."""
        if isinstance(recipe, str | Path):
            path = self._file(recipe)
            inside = path.is_relative_to(self._project)
            self.set_tags({rows.RECIPE: path.relative_to(self._project).as_posix() if inside else str(path)})
            self.log_artifact(path)
        elif hasattr(recipe, "model_dump_json"):
            self.log_text(recipe.model_dump_json(indent=2), "recipe.json")
        else:
            raise InvalidError(f"A recipe or the path of its file is needed, not {type(recipe).__name__}.")

    def log_artifact(self, path: str | Path, folder: str | None = None) -> None:
        """Keep a copy of a file or a folder with the run."""
        self._open()
        with engine_errors():
            self._client.log_artifact(self.id, str(self._file(path)), folder)

    def log_text(self, text: str, name: str) -> None:
        """Keep a text with the run, as a file of this name."""
        self._open()
        with engine_errors():
            self._client.log_text(self.id, text, name)

    def log_figure(self, figure: Any, name: str) -> None:
        """Keep a figure of Matplotlib or Plotly with the run; the ending of the name says in which form."""
        self._open()
        with engine_errors():
            self._client.log_figure(self.id, figure, name)

    def log_model(
        self,
        pipeline: Any,
        *,
        input_example: Any = None,
        training_data: Any = None,
        target: str | None = None,
        keep_sample: bool = True,
        name: str = "model",
        requirements: list[str] | None = None,
    ) -> RunModel:
        """Save a fitted scikit-learn pipeline with the run, ready to be registered, deployed and watched.

        Args:
            pipeline: The fitted pipeline; with its recipe as the first step it takes raw rows.
            input_example: A few raw rows. They say which columns an endpoint takes.
            training_data: The raw training rows. Their profile travels with the model, as what live rows are compared
                with; for want of it the frame of `log_dataset` is taken, or the example.
            target: Column of the training data that was to be predicted; the one that is left over if not given.
            keep_sample: Whether up to 2,000 of these rows may be kept in the model's folder.
            name: What to call the model.
            requirements: Packages that the model needs, as for pip; found by themselves if not given.

        Raises:
            InvalidError: The model cannot predict the example, or the training data does not fit.
        """
        self._open()
        if input_example is None and training_data is not None:
            input_example = example_of(pipeline, training_data, target)
        training = Training(training_data, target, keep_sample, self._dataset)
        return self._write_model(pipeline, input_example, training, name, requirements)

    def _write_model(
        self, pipeline: Any, example: Any, training: Training, name: str, requirements: list[str] | None
    ) -> RunModel:
        from mlflow.entities import LoggedModelOutput
        from mlflow.models import Model

        from jupyter_mlstudio.experiments.saving import save

        with tempfile.TemporaryDirectory() as parent, engine_errors():
            folder = Path(parent, "model")
            description = Model(run_id=self.id, artifact_path=name)
            save(pipeline, folder, description, example, requirements)
            self._keeping.profile(folder, pipeline, training, example)
            params = self._client.get_run(self.id).data.params
            model = self._client.create_logged_model(self._experiment, name, self.id, params=params)
            description.model_id = description.model_uuid = model.model_id
            description.artifact_path = model.artifact_location
            description.save(str(folder / "MLmodel"))
            self._client.log_model_artifacts(model.model_id, str(folder))
            self._client.finalize_logged_model(model.model_id, "READY")
            self._client.log_outputs(self.id, [LoggedModelOutput(model.model_id, step=0)])
            self._keeping.trust(digest(folder))
        return RunModel(id=model.model_id, name=name, uri=f"models:/{model.model_id}")

    @property
    def _logging(self) -> Buffer:
        if self._buffer is None:
            raise ConflictError("The run is not open: log inside its `with` block.")
        return self._buffer

    def _open(self) -> None:
        _ = self._logging

    def _batch(self, **entities: Any) -> None:
        self._open()
        with engine_errors():
            self._client.log_batch(self.id, **entities)

    def _write(self, points: list[Point]) -> None:
        from mlflow.entities import Metric

        with engine_errors():
            self._client.log_batch(self.id, [Metric(*point) for point in points])

    def _step(self, name: str, step: int | None) -> int:
        taken = self._steps.get(name, 0) if step is None else int(step)
        self._steps[name] = taken + 1
        return taken

    def _file(self, path: str | Path) -> Path:
        found = Path(path).expanduser()
        if not found.exists() and not found.is_absolute():
            found = self._project / found
        if not found.exists():
            raise InvalidError(f"There is no file {str(path)!r}, neither here nor in the project.")
        return found.resolve()

    def _record_origin(self, cells: list[str]) -> None:
        """Keep what takes a moment to find out; a run is worth as much without it, so failing is no failure."""
        try:
            for name, value in provenance.commit(self._project).items():
                self._client.set_tag(self.id, name, value)
            self._client.log_text(self.id, provenance.packages(), "environment/requirements.txt")
            if cells:
                self._client.log_text(self.id, provenance.script(cells), "environment/cells.py")
        except Exception:  # whatever the store says, the run itself goes on
            return


def _checked(name: str) -> str:
    if not NAME.match(name):
        raise InvalidError(f"{name!r} is no name for a metric or param. Use letters, digits, and _ - . / : or space.")
    return name


def _outcome(kind: type[BaseException] | None) -> RunState:
    if kind is None:
        return RunState.FINISHED
    return RunState.KILLED if issubclass(kind, KeyboardInterrupt) else RunState.FAILED
