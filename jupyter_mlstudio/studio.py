"""Studio: one project folder, its services, and how they meet."""

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from jupyter_mlstudio.core.events import Changed, Publish, nobody
from jupyter_mlstudio.core.sqlite import Database
from jupyter_mlstudio.core.trust import Trust
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.experiments.service import Experiments
from jupyter_mlstudio.jobs.service import Jobs
from jupyter_mlstudio.settings import Settings

if TYPE_CHECKING:
    from jupyter_mlstudio.experiments.tracking import ActiveRun


class Studio:
    """Everything that can be done in a project folder, with or without a server.

    State lives in the folder's `.mlstudio/`; opening costs little and imports no engine. Safe to share between threads.
    """

    def __init__(self, project: Path, settings: Settings, publish: Publish) -> None:
        self.project, self.settings, self.publish = project, settings, publish
        self.state = project / ".mlstudio"

    @classmethod
    def open(cls, project: str | Path | None = None, *, publish: Publish = nobody, **settings: Any) -> Self:
        """Open a project folder.

        Args:
            project: The folder; it must exist. Without it: the project of the job that this kernel belongs to, else the
                nearest folder upwards that has been opened before, else the working folder.
            publish: Told of every change made through this Studio.
            **settings: Fields of `Settings`.

        Raises:
            InvalidError: A setting is unknown or out of range.
        """
        return cls(Path(project or _nearest()).resolve(), convert(Settings, settings), publish)

    @cached_property
    def trust(self) -> Trust:
        """The model folders that may be unpickled without asking."""
        return Trust(Database(self.state / "studio.db"))

    @cached_property
    def experiments(self) -> Experiments:
        """Runs and what they logged."""
        return Experiments(
            self.project, self.settings.tracking_uri, self.publish, lambda digest: self.trust.add(digest)
        )

    @property
    def tracking_uri(self) -> str:
        """Where MLflow keeps this project's runs and models; for `mlflow.set_tracking_uri` and MLflow's own tools."""
        return self.experiments.tracking_uri

    def track(
        self, experiment: str, *, name: str | None = None, note: str = "", tags: dict[str, str] | None = None
    ) -> "ActiveRun":
        """Record a run, in a `with` block that logs into it.

        Args:
            experiment: What is being tried; runs of one experiment are compared with each other.
            name: What to call the run; MLflow makes a name up if not given.
            note: A remark, as Markdown.
            tags: Labels to find the run by.
        """
        return self.experiments.track(experiment, name, note, tags or {})

    @cached_property
    def jobs(self) -> Jobs:
        """Notebooks that run in the background."""
        return Jobs(
            self.project,
            self.state,
            parallel=self.settings.max_parallel_jobs,
            waiting=self.settings.max_queued_jobs,
            publish=self.publish,
        )

    def poll(self) -> list[Changed]:
        """Return what other processes have changed since the last call."""
        return [*self.experiments.poll(), *self.jobs.poll()]


def _nearest() -> Path:
    """Find the project that code without a word about it belongs to."""
    if "MLSTUDIO_PROJECT" in os.environ:
        return Path(os.environ["MLSTUDIO_PROJECT"])
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".mlstudio").is_dir()), here)
