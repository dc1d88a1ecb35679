"""One run as a notebook reads it: what it was made with, what came out, its files, its model, its notebook."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.experiments.types import ArtifactEntry, Run, RunModel, RunState

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_mlstudio.experiments.service import Experiments

MANY = 100_000_000
"""Points of a metric, none of them left out."""

LoadModel = Callable[[RunModel, bool], Any]
"""Loads a model that a run has saved; with a word about whether it is trusted anyway."""


class RunHandle:
    """A run, looked at: every call tells what is in the store now."""

    def __init__(self, experiments: "Experiments", run_id: str, load_model: LoadModel) -> None:
        self.id = run_id
        self._experiments, self._load_model = experiments, load_model

    def __repr__(self) -> str:
        run = self._run
        return f"<Run {run.name!r} of {run.experiment!r}: {run.state.value}>"

    @property
    def _run(self) -> Run:
        return self._experiments.run(self.id)

    @property
    def name(self) -> str:
        """What it is called."""
        return self._run.name

    @property
    def experiment(self) -> str:
        """The name of its experiment."""
        return self._run.experiment

    @property
    def state(self) -> RunState:
        """How it is going."""
        return self._run.state

    @property
    def started_at(self) -> datetime:
        """When it began."""
        return self._run.started_at

    @property
    def ended_at(self) -> datetime | None:
        """When it ended; None while it goes on."""
        return self._run.ended_at

    @property
    def params(self) -> dict[str, str]:
        """What it was made with; MLflow keeps params as text."""
        return {param.name: param.value for param in self._run.params}

    @property
    def metrics(self) -> dict[str, float]:
        """The latest values of its metrics."""
        return {metric.name: float(metric.value or 0) for metric in self._run.metrics}

    @property
    def tags(self) -> dict[str, str]:
        """Its labels, without those of MLflow and the studio."""
        return self._run.tags

    @property
    def note(self) -> str:
        """The remark about it, as Markdown."""
        return self._run.note

    @property
    def details(self) -> Run:
        """Everything about it at once."""
        return self._run

    @property
    def children(self) -> "list[RunHandle]":
        """The runs that are a part of it, the oldest first."""
        return [RunHandle(self._experiments, child, self._load_model) for child in self._run.children]

    def history(self, metric: str) -> "pd.DataFrame":
        """Return every value of a metric, with its step and time.

        Raises:
            NotFoundError: The run has no such metric.
        """
        import pandas as pd

        (series,) = self._experiments.series([self.id], metric, MANY).items
        if not series.total:
            known = ", ".join(sorted(self.metrics)) or "none"
            raise NotFoundError(f"The run has no metric {metric!r}. Its metrics: {known}.")
        values = [float("nan") if value is None else value for value in series.values]
        times = pd.to_datetime(series.times, unit="ms", utc=True)
        return pd.DataFrame({"step": [int(step) for step in series.steps], "time": times, "value": values})

    def artifacts(self, folder: str = "") -> list[ArtifactEntry]:
        """List a folder of what it has kept."""
        return self._experiments.artifacts(self.id, folder).items

    def file(self, path: str) -> Path:
        """Return where a file that it has kept can be read; one that is kept elsewhere is fetched first.

        Raises:
            NotFoundError: It has no such file.
        """
        return Path(self._experiments.artifact_file(self.id, path))

    def table(self, name: str = "table") -> "pd.DataFrame":
        """Return a table that `log_table` has kept.

        Raises:
            NotFoundError: The run has no such table.
        """
        import pandas as pd

        if name.endswith(".json"):
            return pd.read_json(self.file(name), orient="split")
        return pd.read_parquet(self.file(name if name.endswith(".parquet") else f"{name}.parquet"))

    def load_model(self, name: str | None = None, *, trust: bool = False) -> Any:
        """Load a model that it has saved.

        Args:
            name: Which one; the latest if not given.
            trust: Load it even though it is not known to come from this project: loading a model runs its code.

        Raises:
            NotFoundError: The run has saved no such model.
            InvalidError: The model is not known to come from this project.
        """
        models = [model for model in self._run.models if name in (None, model.name)]
        if not models:
            raise NotFoundError("The run has saved no model." if name is None else f"The run has no model {name!r}.")
        return self._load_model(models[-1], trust)

    def notebook(self, form: str = "run") -> dict[str, Any]:
        """Return the notebook that made it: the cells as they were run, or only those that its result needs.

        Args:
            form: `run` or `minimal`.

        Raises:
            NotFoundError: The run was made by no notebook, or by one of which nothing was kept.
        """
        if form not in ("run", "minimal"):
            raise InvalidError(f"form: `run` or `minimal` is needed, not {form!r}.")
        return self._experiments.provenance.notebook(self.id, form)  # type: ignore[arg-type]  # one of the two
