"""How a Studio records runs, and gives them back."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.trust import Trust, digest
from jupyter_mlstudio.experiments.service import Experiments
from jupyter_mlstudio.experiments.types import RunModel

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_mlstudio.experiments.run_handle import RunHandle
    from jupyter_mlstudio.experiments.tracking.active import ActiveRun


class Tracking(Protocol):
    """Something that has runs, and knows which models it has made."""

    @property
    def experiments(self) -> Experiments:
        """The runs and what they logged."""

    @property
    def trust(self) -> Trust:
        """The model folders that may be unpickled without asking."""


class Tracked:
    """Records runs, and finds them again."""

    def track(
        self: Tracking,
        experiment: str | None = None,
        *,
        name: str | None = None,
        note: str = "",
        tags: dict[str, str] | None = None,
        autolog: bool = True,
        system_metrics: bool | float = False,
    ) -> "ActiveRun":
        """Record a run: in a `with` block, between `start()` and `end()`, or each call of a function it decorates.

        Args:
            experiment: What is being tried; runs of one experiment are compared with each other. The notebook's name
                if not given.
            name: What to call the run; a name is made up if not given.
            note: A remark, as Markdown.
            tags: Labels to find the run by.
            autolog: Whether trainings of scikit-learn, XGBoost, LightGBM, CatBoost and PyTorch are logged by
                themselves while the run is open.
            system_metrics: Whether to log what the machine does, or every how many seconds; True is every ten.
        """
        asked = {"name": name, "note": note, "tags": tags or {}, "autolog": autolog, "system_metrics": system_metrics}
        return self.experiments.track(experiment, **asked)

    @property
    def open_run(self) -> "ActiveRun | None":
        """The innermost run that is being recorded here, to log into; None if there is none."""
        from jupyter_mlstudio.experiments.tracking.current import current

        return current()

    def run(self: Tracking, run: Any) -> "RunHandle":
        """Return a run to read: params, metrics and how they developed, files, models, its notebook.

        Args:
            run: Its id, or a run.

        Raises:
            NotFoundError: There is no such run.
        """
        from jupyter_mlstudio.experiments.run_handle import RunHandle

        run_id = str(getattr(run, "id", run))
        self.experiments.run(run_id)
        return RunHandle(self.experiments, run_id, _loader(lambda: self.experiments, lambda: self.trust))

    def runs(
        self: Tracking,
        experiment: str | None = None,
        filter: str = "",
        *,
        limit: int | None = None,
        deleted: bool = False,
    ) -> "pd.DataFrame":
        """Return runs with all that they logged as a DataFrame, the newest first.

        Args:
            experiment: Only runs of this experiment.
            filter: Only runs that fit, in MLflow's search syntax, such as `metrics.auc > 0.9 and params.model = "rf"`.
            limit: How many at most.
            deleted: The runs in the bin instead of the others.

        Raises:
            InvalidError: The filter is not understood; the message says where.
        """
        from jupyter_mlstudio.experiments.reading.table import TableQuery
        from jupyter_mlstudio.experiments.run_frame import run_frame

        query = TableQuery(experiment=experiment, filter=filter, limit=limit, deleted=deleted)
        return run_frame(self.experiments, query)


def _loader(experiments: Callable[[], Experiments], trust: Callable[[], Trust]) -> Callable[[RunModel, bool], Any]:
    """Return what loads a logged model, if this project has made it or the user trusts it."""

    def load(model: RunModel, trusted: bool) -> Any:
        from mlflow.artifacts import download_artifacts

        from jupyter_mlstudio.experiments.engine import engine_errors

        with engine_errors():
            found = experiments().client().get_logged_model(model.id)
            folder = Path(download_artifacts(found.artifact_location, tracking_uri=experiments().tracking_uri))
        if not trusted and not trust().knows(digest(folder)):
            raise InvalidError(
                f"The model {model.name!r} is not known to come from this project, and loading it runs its code. If you"
                " trust who made it, say `trust=True`."
            )
        return _loaded(folder)

    return load


def _loaded(folder: Path) -> Any:
    """Load a model as what it was saved from, as far as MLflow knows it."""
    import mlflow
    from mlflow.models import Model

    flavors = Model.load(str(folder)).flavors
    if "sklearn" in flavors:
        import mlflow.sklearn

        return mlflow.sklearn.load_model(str(folder))
    return mlflow.pyfunc.load_model(str(folder))
