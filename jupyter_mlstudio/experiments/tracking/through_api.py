"""Writes runs through MLflow's own API: to tracking servers, other databases, and SQLite stores of unknown schemas."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from jupyter_mlstudio.core.errors import EngineError, StudioError
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.racing import experiment_id, log_input
from jupyter_mlstudio.experiments.tracking.entries import (
    LONGEST_PARAM,
    LONGEST_TAG,
    Batch,
    Begun,
    DataEntry,
    Ending,
    FinishedRun,
    NewRun,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput, Param

T = TypeVar("T")

POINTS, LABELS = 1000, 100
"""How many metrics, and how many params or tags, MLflow takes at a time."""

CANDIDATES = 20
"""Finished runs that are written at most: each costs several requests."""


class ApiWriter:
    """Writes through MLflow's client, in pieces that MLflow takes."""

    def __init__(self, client: Callable[[], "MlflowClient"], artifacts: str | None) -> None:
        """Take what gives a client, or raises if the server is away, and where new experiments keep their files."""
        self._client, self._artifacts = client, artifacts
        self._lock = Lock()
        self._experiments: dict[str, str] = {}

    def begin(self, run: NewRun) -> Begun:
        """Make a run, and its experiment if need be."""
        client = self._client()
        with engine_errors(), self._lock:
            experiment = experiment_id(client, run.experiment, self._artifacts)
            tags = {name: value[:LONGEST_TAG] for name, value in run.tags.items()}
            made = client.create_run(experiment, start_time=run.started, tags=tags, run_name=run.name)
        return Begun(made.info.run_id, made.info.run_name, experiment, made.info.artifact_uri)

    def write(self, run_id: str, batch: Batch) -> None:
        """Write what a run has logged."""
        from mlflow.entities import Metric, Param, RunTag

        client = self._client()
        params = [Param(name, value[:LONGEST_PARAM]) for name, value in batch.params.items()]
        tags = [RunTag(name, value[:LONGEST_TAG]) for name, value in batch.tags.items()]
        points = [Metric(name, float(value), at, step) for name, value, at, step in batch.points]
        with engine_errors():
            for part in _parts(points, POINTS):
                client.log_batch(run_id, metrics=part)
            for some in _parts(tags, LABELS):
                client.log_batch(run_id, tags=some)
        for few in _parts(params, LABELS):
            self._put_params(client, run_id, few)
        for entry in batch.inputs:
            log_input(client, run_id, _described(entry))
        if batch.ending is not None:
            with engine_errors():
                _end(client, run_id, batch.ending)

    def write_finished(self, experiment_id: str, runs: list[FinishedRun]) -> None:
        """Write the first few runs that are over already."""
        for run, batch in runs[:CANDIDATES]:
            with engine_errors():
                made = self._client().create_run(
                    experiment_id, start_time=run.started, tags=run.tags, run_name=run.name
                )
            self.write(made.info.run_id, batch)

    def _put_params(self, client: "MlflowClient", run_id: str, params: "list[Param]") -> None:
        """Log params; where some are there with other values, the others still are logged."""
        try:
            with engine_errors():
                client.log_batch(run_id, params=params)
        except StudioError as error:
            if isinstance(error, EngineError):
                raise
            for param in params:
                try:
                    with engine_errors():
                        client.log_batch(run_id, params=[param])
                except EngineError:
                    raise
                except StudioError:  # it has a value already, which stays
                    continue


def is_passing(error: Exception) -> bool:
    """Tell whether what failed may succeed later: the store is busy or away, rather than against it."""
    return isinstance(error, EngineError | OSError)


def patiently(call: Callable[[], T], patience: float) -> T:
    """Call, and again while the store is busy for so many seconds."""
    until = time.monotonic() + patience
    while True:
        try:
            return call()
        except EngineError as error:
            if error.code != "busy" or time.monotonic() > until:
                raise
            time.sleep(0.05)


def _end(client: "MlflowClient", run_id: str, ending: Ending) -> None:
    """Note how a run ended; the client's own call would print the server's address with the password in it."""
    from mlflow.entities import RunStatus

    status = RunStatus.from_string(ending.status)
    client._tracking_client.store.update_run_info(run_id, status, ending.at, None)


def _parts(items: Sequence[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def _described(entry: DataEntry) -> "DatasetInput":
    from mlflow.entities import Dataset, DatasetInput, InputTag

    dataset = Dataset(
        name=entry.name,
        digest=entry.digest,
        source_type=entry.kind,
        source=entry.source,
        schema=entry.schema,
        profile=entry.profile,
    )
    return DatasetInput(dataset, [InputTag("mlflow.data.context", entry.context)])
