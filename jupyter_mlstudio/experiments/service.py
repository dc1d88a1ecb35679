"""What can be done with experiments and runs."""

from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.events import Changed, Publish, nobody
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.experiments import embedded, plain_edits
from jupyter_mlstudio.experiments.artifacts import Place, file_at, listed, local_folder, of_model
from jupyter_mlstudio.experiments.bulk import Bulk
from jupyter_mlstudio.experiments.comparing.service import Comparing
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.evaluation.service import Evaluation
from jupyter_mlstudio.experiments.importing.service import Importing
from jupyter_mlstudio.experiments.keeping import Keeping
from jupyter_mlstudio.experiments.previewing.previews import Previews
from jupyter_mlstudio.experiments.provenance.service import Again, Provenance
from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.reading.mirror import place_of
from jupyter_mlstudio.experiments.reading.reader import Reader, SqliteReader
from jupyter_mlstudio.experiments.reading.service import Reading
from jupyter_mlstudio.experiments.server import FRESH, TrackingServer, without_credentials
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
from jupyter_mlstudio.experiments.views import Views

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from jupyter_mlstudio.experiments.tracking.active import ActiveRun
    from jupyter_mlstudio.experiments.tracking.target import Target

POINTS = 600
"""Points of a metric that a chart gets: more than there are pixels to tell them apart."""


class Experiments:
    """Records runs in MLflow's store, and finds them again.

    Reading needs no MLflow when `direct` is true; everything that writes imports it, at the first call.
    """

    def __init__(
        self, project: Path, tracking_uri: str | None, publish: Publish, keeping: Keeping, again: Again
    ) -> None:
        self._project, self._publish, self._keeping, self._again = project, publish, keeping, again
        self.tracking_uri = embedded.resolved(tracking_uri, project / ".mlstudio")
        self._database = embedded.database_of(self.tracking_uri)
        self._server = TrackingServer(self.tracking_uri)
        self._lock = Lock()

    def apart(self) -> "Experiments":
        """Return the same once more, which notices changes for itself: for whoever watches besides others."""
        return Experiments(self._project, self.tracking_uri, nobody, self._keeping, self._again)

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
        return str(self._artifact(run_id, path)[0])

    @cached_property
    def previews(self) -> Previews:
        """What is in the files of runs."""
        return Previews(self._project, self._artifact)

    def edit(self, run_id: str, edit: RunEdit) -> Run:
        """Change a run's name, remark or tags."""
        if own := [name for name in edit.tags if rows.is_own(name)]:
            raise InvalidError(f"The tag {own[0]!r} is kept by MLflow or the studio. Use another name.")
        if self.can_edit(edit) and self._database is not None:
            plain_edits.write(self._database, run_id, edit)
        else:
            self._edit(run_id, edit)
        self._tell(Changed(kind="run", id=run_id, change="changed"))
        return self.run(run_id)

    def can_edit(self, edit: RunEdit) -> bool:
        """Tell whether a change can be written here, without MLflow."""
        return self.direct and self._database is not None and self._database.exists() and plain_edits.is_plain(edit)

    def _edit(self, run_id: str, edit: RunEdit) -> None:
        client = self.client()
        with engine_errors():
            if edit.name is not None:
                client.update_run(run_id, name=edit.name)
            if edit.note is not None:
                client.set_tag(run_id, rows.NOTE, edit.note)
            for name, value in edit.tags.items():
                client.delete_tag(run_id, name) if value is None else client.set_tag(run_id, name, value)

    def delete(self, run_id: str) -> None:
        """Put a run into the bin; its files stay until MLflow's garbage collection."""
        client = self.client()
        with engine_errors():
            client.delete_run(run_id)
        self._tell(Changed(kind="run", id=run_id, change="removed"))

    def restore(self, run_id: str) -> Run:
        """Take a run out of the bin again."""
        client = self.client()
        with engine_errors():
            client.restore_run(run_id)
        self._tell(Changed(kind="run", id=run_id, change="added"))
        return self.run(run_id)

    @cached_property
    def bulk(self) -> Bulk:
        """Changes to many runs at once."""
        return Bulk(lambda: self._database if self.direct else None, self.client, self._tell)

    @cached_property
    def views(self) -> Views:
        """Saved views of the runs table."""
        return Views(self._project / ".mlstudio" / "studio.db")

    def track(self, experiment: str | None = None, **spec: Any) -> "ActiveRun":
        """Prepare a run that begins when its block is entered; `spec` are the other fields of `RunSpec`."""
        from jupyter_mlstudio.experiments.tracking.active import ActiveRun, RunSpec

        return ActiveRun(
            self.target, self._project, convert(RunSpec, {"experiment": experiment, **spec}), self._keeping
        )

    @cached_property
    def target(self) -> "Target":
        """The store as runs are written to it."""
        from jupyter_mlstudio.experiments.tracking.target import Target

        return Target(self._project, self.tracking_uri, self.client)

    def client(self, fresh: float = FRESH) -> "MlflowClient":
        """Return an MLflow client of the store, and make the store first if it is a file that does not exist yet.

        Args:
            fresh: For how many seconds a server counts as there after it has answered.

        Raises:
            EngineError: The store is on a server, and that does not answer.
        """
        self._server.check(fresh)
        if self._database is not None:
            embedded.create(self._database)
        with self._lock:
            return self._client

    @property
    def artifact_location(self) -> str | None:
        """Where new experiments keep their files; None leaves it to the tracking server."""
        return None if self._database is None else str(embedded.artifacts_of(self._database))

    def poll(self) -> list[Changed]:
        """Return the runs that other processes have changed since the last call; of a server, those copied anew."""
        return self.reading.poll()

    def _tell(self, change: Changed) -> None:
        """Tell of a change; the copy of a server's runs does not learn of it in any other way."""
        self.reading.renew_runs([change.id])
        self._publish(change)

    @cached_property
    def reading(self) -> Reading:
        """Many runs at once, by column."""
        copy = place_of(self._project / ".mlstudio", self.tracking_uri)
        return Reading(lambda: self._database if self.direct else None, copy, lambda: self.client(fresh=0))

    @cached_property
    def provenance(self) -> Provenance:
        """Where runs come from, and their notebooks again."""
        return Provenance(self._project, self, self._database, self._again)

    @cached_property
    def evaluation(self) -> Evaluation:
        """What charts tell about runs: importance, contours, logged predictions, pictures and tables."""
        return Evaluation(self)

    @cached_property
    def comparing(self) -> Comparing:
        """Runs beside each other, and what explains how they differ."""
        return Comparing(self)

    @cached_property
    def importing(self) -> Importing:
        """Runs that other tools have written, brought into the store."""
        return Importing(self._project, self)

    @cached_property
    def _client(self) -> "MlflowClient":
        with engine_errors():
            from mlflow import MlflowClient

            return MlflowClient(self.tracking_uri)

    @cached_property
    def _direct(self) -> SqliteReader | None:
        return None if self._database is None else SqliteReader(self._database)

    @property
    def _reader(self) -> Reader:
        if self._direct is not None and self._direct.understands():
            return self._direct
        from jupyter_mlstudio.experiments.reading.remote import ApiReader

        return ApiReader(self.client())

    def _artifact(self, run_id: str, path: str) -> tuple[Path, bool]:
        """Return where an artifact can be read, and whether that is a copy of what is kept elsewhere."""
        place = self._place(run_id, path)
        if place.folder is None:
            from jupyter_mlstudio.experiments import download

            return Path(download.fetched(self.client(), place)), True
        return file_at(place.folder, place.path), False

    def _place(self, run_id: str, path: str) -> Place:
        first, _, rest = path.partition("/")
        if first.startswith("m-") and any(model.id == first for model in self.run(run_id).models):
            return Place(run_id, first, rest, local_folder(self._reader.model_root(first)))
        return Place(run_id, None, path, local_folder(self._reader.artifact_root(run_id)))
