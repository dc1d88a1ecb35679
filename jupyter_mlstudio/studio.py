"""Studio: one project folder, its services, and how they meet."""

import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from jupyter_mlstudio.core.events import Changed, Publish, nobody
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.core.sqlite import Database, SqliteStore
from jupyter_mlstudio.core.trust import Trust
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.experiments.embedded import database_of
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.keeping import Keeping
from jupyter_mlstudio.experiments.provenance.capture import listen
from jupyter_mlstudio.experiments.service import Experiments
from jupyter_mlstudio.experiments.types import RunQuery
from jupyter_mlstudio.introductions import answering, keep_baseline, meeting, polled, run_again, transform_jobs
from jupyter_mlstudio.jobs.place import Place, inherited
from jupyter_mlstudio.jobs.service import Jobs
from jupyter_mlstudio.jobs.sweeps.types import LoggedRun
from jupyter_mlstudio.jobs.types import Job, JobSpec
from jupyter_mlstudio.monitoring.service import Monitoring
from jupyter_mlstudio.monitoring.types import Alert, MonitorRecord
from jupyter_mlstudio.registry.models import MlflowModels
from jupyter_mlstudio.registry.reader import StoreReader
from jupyter_mlstudio.registry.service import Registry
from jupyter_mlstudio.registry_introductions import surroundings
from jupyter_mlstudio.serving.batch.asking import Models
from jupyter_mlstudio.serving.batch.service import Transforms
from jupyter_mlstudio.serving.batch.types import TransformRecord
from jupyter_mlstudio.serving.client import EndpointClient
from jupyter_mlstudio.serving.copies import Copies
from jupyter_mlstudio.serving.following import Aliases
from jupyter_mlstudio.serving.service import Serving
from jupyter_mlstudio.serving.sources import called, meant
from jupyter_mlstudio.serving.supervisor import Supervisor
from jupyter_mlstudio.serving.types import DeploySpec, EndpointRecord, ModelSource
from jupyter_mlstudio.settings import Settings
from jupyter_mlstudio.showing import Showing
from jupyter_mlstudio.tracked import Tracked
from jupyter_mlstudio.wrangling.service import Recipes

if TYPE_CHECKING:
    from jupyter_mlstudio.experiments.comparing.types import RunComparison

POLLED = ("wrangling", "experiments", "jobs", "registry", "serving", "monitoring")
"""The services that notice what other processes change."""


class Studio(Tracked, Showing):
    """Everything that can be done in a project folder, with or without a server.

    State lives in the folder's `.mlstudio/`; opening costs little and imports no engine. Safe to share between threads.
    """

    def __init__(self, project: Path, settings: Settings, publish: Publish) -> None:
        self.project, self.settings, self.publish = project, settings, publish
        self.state = project / ".mlstudio"
        os.environ.setdefault(
            "MLFLOW_DISABLE_TELEMETRY", "true"
        )  # here and in the processes that are started from here

    @classmethod
    def open(cls, project: str | Path | None = None, *, publish: Publish = nobody, **settings: Any) -> Self:
        """Open a project folder.

        Args:
            project: The folder; it must exist. Without it: the project of the job that this kernel belongs to, else the
                nearest folder upwards that has been opened before, else the working folder.
            publish: Told of every change made through this Studio.
            **settings: Fields of `Settings`. In a kernel that a studio has started, those of that studio hold for what
                is not given, as long as it is the same project.

        Raises:
            InvalidError: A setting is unknown or out of range.
        """
        folder = Path(project or _nearest()).resolve()
        listen()  # in a kernel: so that runs know what the cells before them have shown
        return cls(folder, convert(Settings, {**inherited(folder), **settings}), publish)

    @cached_property
    def trust(self) -> Trust:
        """The model folders that may be unpickled without asking."""
        return Trust(Database(self.state / "studio.db"))

    @cached_property
    def wrangling(self) -> Recipes:
        """The recipe files of the project."""
        return Recipes(self.project, self.publish)

    def run_recipe(
        self,
        recipe: str,
        output: str,
        *,
        source: str | None = None,
        table: str | None = None,
        rules: Literal["fail", "warn", "off"] = "fail",
    ) -> Job:
        """Run a recipe file over the whole data as a job, which outlives this process.

        Args:
            recipe: Path of the recipe file.
            output: Path of what is written; its ending says how.
            source: Another file to run it on.
            table: Name of the table in a SQLite or DuckDB file.
            rules: Whether a broken rule fails the job, is only told, or is not looked at.
        """
        made = self.wrangling.job(recipe, output, table=table, rules=rules)
        return self.jobs.submit(JobSpec(notebook=made.notebook, parameters={**made.parameters, "source": source}))

    @cached_property
    def experiments(self) -> Experiments:
        """Runs and what they logged."""
        return Experiments(
            self.project,
            self.settings.tracking_uri,
            self.publish,
            Keeping(lambda digest: self.trust.add(digest), keep_baseline, sample=self.settings.keep_training_sample),
            run_again(lambda: self.jobs),
        )

    @property
    def tracking_uri(self) -> str:
        """Where MLflow keeps this project's runs and models; for `mlflow.set_tracking_uri` and MLflow's own tools."""
        return self.experiments.tracking_uri

    def compare(self, *runs: Any, metric: str | None = None) -> "RunComparison":
        """Put runs, or their ids, beside each other, and explain how they differ from the first one."""
        return self.experiments.comparing.of(*runs, metric=metric)

    @property
    def settings_file(self) -> Path:
        """The settings as a file that only this user can read, for processes that go on with the work."""
        return Place(self.project, self.settings, self.publish).settings_file

    @cached_property
    def jobs(self) -> Jobs:
        """Notebooks that run in the background."""
        return Jobs(Place(self.project, self.settings, self.publish), self._runs_of)

    def _runs_of(self, jobs: Sequence[str]) -> dict[str, list[LoggedRun]]:
        """Find the runs that jobs logged, for sweeps, which know no MLflow."""
        if not jobs:
            return {}
        table = self.experiments.runs(RunQuery(jobs=list(jobs), limit=100_000))
        metrics = [column for column in table.columns if column.kind == "metric"]
        found: dict[str, list[LoggedRun]] = {}
        for place, run in enumerate(table.items):
            values = {column.name: column.values[place] for column in metrics}
            numbers = {name: value for name, value in values.items() if isinstance(value, float)}
            found.setdefault(str(run.job), []).append(LoggedRun(run.id, run.name, numbers))
        return found

    def output(self, name: str, value: Any) -> None:
        """Hand on a value or a table from a job: it is kept with the job, and later nodes of a workflow get it.

        Args:
            name: What it is called.
            value: Plain data, or a DataFrame, which becomes a Parquet file beside the result, or the `Path` of such a
                file.

        Raises:
            InvalidError: The name is none, or the value is neither a table nor plain data.
        """
        from jupyter_mlstudio.jobs.outputs import give

        give(self.project, name, value)

    @cached_property
    def registry(self) -> Registry:
        """Registered models and their versions."""
        database = database_of(self.tracking_uri)
        models = MlflowModels(self.experiments.client, engine_errors)
        return Registry(StoreReader(database) if database else None, models, self._model_changed, surroundings(self))

    def _model_changed(self, change: Changed) -> None:
        """Tell of it, and let the endpoints that follow an alias know."""
        self.publish(change)
        self.serving.alias_moved()

    @cached_property
    def serving(self) -> Serving:
        """Endpoints: models behind HTTP."""
        supervisor = Supervisor(
            self.project, self.state / "endpoints", self.settings.endpoint_host, self.settings.max_request_rows
        )
        copies = Copies(supervisor.model_folder, self.trust, self._model_folder)
        store = SqliteStore(Database(self.state / "studio.db"), "endpoints", EndpointRecord)
        aliases = Aliases(self.registry.resolve, self.registry.changes)
        return Serving(store, supervisor, copies, self.publish, aliases, self._transforms)

    @property
    def _transforms(self) -> Transforms:
        """Whole tables through models."""

        def store() -> SqliteStore[TransformRecord]:
            return SqliteStore(Database(self.state / "studio.db"), "transforms", TransformRecord)

        models = Models(
            self.trust, self._model_folder, self.registry.resolve, lambda name: answering(lambda: self.serving, name)
        )
        return Transforms(self.project, self.state / "transforms", store, transform_jobs(lambda: self.jobs), models)

    @cached_property
    def monitoring(self) -> Monitoring:
        """What endpoints see and answer, held against what their models were trained on."""

        def stores() -> tuple[SqliteStore[MonitorRecord], SqliteStore[Alert]]:
            database = Database(self.state / "studio.db")
            return SqliteStore(database, "monitors", MonitorRecord), SqliteStore(database, "alerts", Alert)

        met = meeting(self.state, lambda: self.serving, lambda: self.jobs)
        return Monitoring(self.project, self.state, stores, met, self.publish)

    def deploy(
        self,
        model: Any,
        name: str | None = None,
        *,
        input_example: Any = None,
        trust: bool = False,
        port: int | None = None,
        follow: bool | str = False,
        **options: Any,
    ) -> EndpointClient:
        """Put a model behind an endpoint, and wait until it answers; an endpoint of that name is rolled to the model.

        Args:
            model: A version of a registered model or its address ("models:/name/3", "models:/name@champion"), a run or
                its id, the path of a model folder or file, or a fitted scikit-learn pipeline, which is logged with a
                run first.
            name: What to call the endpoint; the model's name if not given.
            input_example: A few raw rows; wanted for a fitted pipeline, to know which columns it takes.
            trust: Load the model even though it is not known to come from this project.
            port: Port to listen on; a free one if not given.
            follow: Roll by itself whenever the alias stands for another version: the one in the address, or this one.
            **options: Further fields of `DeploySpec`: `weight` (per cent of the traffic), `shadow`, `served_as`,
                `scaling`, `capture`, `lazy`.

        Raises:
            InvalidError: There is no such model, or it may not be loaded without `trust`.
            EngineError: The model was found, but cannot predict.
        """
        if hasattr(model, "fit") and hasattr(model, "predict"):
            name = name or called(model)
            with self.track("deployments", name=name) as run:
                run.log_model(model, input_example=input_example)
            model = run
        source, short, alias = meant(model, self.registry.resolve, follow)
        fields = {**dict(source), "endpoint": name or short, "port": port, "trust": trust, "follow": alias, **options}
        return EndpointClient(self.serving, self.serving.deploy(convert(DeploySpec, fields)).id).wait()

    def endpoint(self, name: str) -> EndpointClient:
        """Return the endpoint of this name, to ask it for predictions."""
        return EndpointClient(self.serving, self.serving.named(name).id)

    def _model_folder(self, source: ModelSource, into: Callable[[], Path]) -> Path:
        """Find the files of a model for serving, which knows no registry."""
        if source.model is not None:
            return self.registry.version_folder(source.model, into)
        if source.run_id is not None:
            return self.registry.logged_folder(source.run_id, into)
        return inside(self.project, str(source.folder))

    def poll(self) -> list[Changed]:
        """Return what other processes have changed since the last call."""
        if not self.state.is_dir():  # looking must not leave a folder where nobody has used the studio
            return self.experiments.poll()  # which leaves none, and takes for new whatever appears from now on
        return [change for service in POLLED for change in polled(self, service)]


def _nearest() -> Path:
    """Find the project that code without a word about it belongs to."""
    if "MLSTUDIO_PROJECT" in os.environ:
        return Path(os.environ["MLSTUDIO_PROJECT"])
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".mlstudio").is_dir()), here)
