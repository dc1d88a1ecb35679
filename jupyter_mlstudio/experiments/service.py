"""What can be done with experiments and runs."""

from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.events import Changed, Publish
from jupyter_mlstudio.experiments import embedded
from jupyter_mlstudio.experiments.artifacts import Place, file_at, listed, local_folder, of_model
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.keeping import Keeping
from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.reading.changes import RunWatch
from jupyter_mlstudio.experiments.reading.connection import ReadOnly
from jupyter_mlstudio.experiments.reading.reader import Reader, SqliteReader
from jupyter_mlstudio.experiments.server import TrackingServer, without_credentials
from jupyter_mlstudio.experiments.types import (
    ArtifactList,
    ExperimentList,
    Run,
    RunEdit,
    RunQuery,
    RunRow,
    RunTable,
    SeriesList,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from jupyter_mlstudio.experiments.tracking.active import ActiveRun

POINTS = 600
"""Points of a metric that a chart gets: more than there are pixels to tell them apart."""


class Experiments:
    """Records runs in MLflow's store, and finds them again.

    Reading needs no MLflow when `direct` is true; everything that writes imports it, at the first call.
    """

    def __init__(self, project: Path, tracking_uri: str | None, publish: Publish, keeping: Keeping) -> None:
        self._project, self._publish, self._keeping = project, publish, keeping
        self.tracking_uri = embedded.resolved(tracking_uri, project / ".mlstudio")
        self._database = embedded.database_of(self.tracking_uri)
        self._server = TrackingServer(self.tracking_uri)
        self._lock = Lock()

    @property
    def direct(self) -> bool:
        """Whether runs are read straight from the store's file."""
        return self._direct is not None and self._direct.understands()

    def experiments(self) -> ExperimentList:
        """List the experiments, the one with the newest run first."""
        items = self._reader.experiments()
        return ExperimentList(items=items, store=without_credentials(self.tracking_uri), live=self.direct)

    def runs(self, query: RunQuery | None = None) -> RunTable:
        """List runs with what they logged, the newest first unless another order is asked for."""
        return self._reader.runs(query or RunQuery())

    def runs_of_job(self, job_id: str) -> list[RunRow]:
        """List the runs that a notebook job made, the newest first."""
        return self.runs(RunQuery(job=job_id)).items

    def run(self, run_id: str) -> Run:
        """Tell everything about a run."""
        return self._reader.run(run_id)

    def series(self, run_ids: list[str], metric: str, points: int = POINTS) -> SeriesList:
        """Tell how a metric developed in some runs; beyond so many points each, in buckets."""
        return SeriesList(items=[self._reader.series(run_id, metric, points) for run_id in run_ids])

    def artifacts(self, run_id: str, path: str = "") -> ArtifactList:
        """List one folder of what a run has kept.

        Raises:
            InvalidError: The path leads out of the run's artifacts.
        """
        place = self._place(run_id, path)
        if place.folder is None:
            from jupyter_mlstudio.experiments import download

            items = download.listed(self.client(), place)
        else:
            items = listed(place.folder, place.path)
        models = [] if path else [of_model(model) for model in self.run(run_id).models]
        return ArtifactList(items=[*models, *map(place.outwards, items)])

    def artifact_file(self, run_id: str, path: str) -> str:
        """Return where on this machine an artifact can be read; what is kept elsewhere is downloaded first.

        Raises:
            InvalidError: The path leads out of the run's artifacts.
            NotFoundError: The run has no such artifact.
        """
        place = self._place(run_id, path)
        if place.folder is None:
            from jupyter_mlstudio.experiments import download

            return download.fetched(self.client(), place)
        return str(file_at(place.folder, place.path))

    def edit(self, run_id: str, edit: RunEdit) -> Run:
        """Change a run's name, remark or tags."""
        if own := [name for name in edit.tags if rows.is_own(name)]:
            raise InvalidError(f"The tag {own[0]!r} is kept by MLflow or the studio. Use another name.")
        client = self.client()
        with engine_errors():
            if edit.name is not None:
                client.update_run(run_id, name=edit.name)
            if edit.note is not None:
                client.set_tag(run_id, rows.NOTE, edit.note)
            for name, value in edit.tags.items():
                client.delete_tag(run_id, name) if value is None else client.set_tag(run_id, name, value)
        self._publish(Changed(kind="run", id=run_id, change="changed"))
        return self.run(run_id)

    def delete(self, run_id: str) -> None:
        """Put a run into the bin; its files stay until MLflow's garbage collection."""
        client = self.client()
        with engine_errors():
            client.delete_run(run_id)
        self._publish(Changed(kind="run", id=run_id, change="removed"))

    def restore(self, run_id: str) -> Run:
        """Take a run out of the bin again."""
        client = self.client()
        with engine_errors():
            client.restore_run(run_id)
        self._publish(Changed(kind="run", id=run_id, change="added"))
        return self.run(run_id)

    def track(self, experiment: str, name: str | None, note: str, tags: dict[str, str]) -> "ActiveRun":
        """Prepare a run that begins when its block is entered."""
        from jupyter_mlstudio.experiments.tracking.active import ActiveRun, RunSpec

        spec = RunSpec(experiment=experiment, name=name, note=note, tags=tags)
        return ActiveRun(self, self._project, spec, self._keeping)

    def client(self) -> "MlflowClient":
        """Return an MLflow client of the store, and make the store first if it is a file that does not exist yet.

        Raises:
            EngineError: The store is on a server, and that does not answer.
        """
        self._server.check()
        if self._database is not None:
            embedded.create(self._database)
        with self._lock:
            return self._client

    @property
    def artifact_location(self) -> str | None:
        """Where new experiments keep their files; None leaves it to the tracking server."""
        return None if self._database is None else str(embedded.artifacts_of(self._database))

    def poll(self) -> list[Changed]:
        """Return the runs that other processes have changed since the last call; nothing for remote stores."""
        return self._watch.poll() if self._watch is not None and self.direct else []

    @cached_property
    def _client(self) -> "MlflowClient":
        with engine_errors():
            from mlflow import MlflowClient

            return MlflowClient(self.tracking_uri)

    @cached_property
    def _direct(self) -> SqliteReader | None:
        return None if self._database is None else SqliteReader(self._database)

    @cached_property
    def _watch(self) -> RunWatch | None:
        return None if self._database is None else RunWatch(ReadOnly(self._database))

    @property
    def _reader(self) -> Reader:
        if self._direct is not None and self._direct.understands():
            return self._direct
        from jupyter_mlstudio.experiments.reading.remote import ApiReader

        return ApiReader(self.client())

    def _place(self, run_id: str, path: str) -> Place:
        first, _, rest = path.partition("/")
        if first.startswith("m-") and any(model.id == first for model in self.run(run_id).models):
            return Place(run_id, first, rest, local_folder(self._reader.model_root(first)))
        return Place(run_id, None, path, local_folder(self._reader.artifact_root(run_id)))
