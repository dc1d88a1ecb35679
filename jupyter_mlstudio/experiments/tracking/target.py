"""Where runs are recorded: how the store is written, and what is kept while it cannot be."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.experiments import embedded
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.server import without_credentials
from jupyter_mlstudio.experiments.tracking.direct import DirectWriter
from jupyter_mlstudio.experiments.tracking.entries import Writer
from jupyter_mlstudio.experiments.tracking.spool import Spool
from jupyter_mlstudio.experiments.tracking.through_api import ApiWriter

if TYPE_CHECKING:
    from mlflow import MlflowClient

FRESH = 0.0
"""Seconds for which a server counts as there after it has answered: asking again costs less than MLflow's patience."""


class Target:
    """The store of a project, as runs are written to it."""

    def __init__(self, project: Path, tracking_uri: str, client: Callable[[float], "MlflowClient"]) -> None:
        """Take what gives a client of a store that has answered so many seconds ago."""
        self._project, self._tracking_uri, self._client = project, tracking_uri, client
        self._database = embedded.database_of(tracking_uri)

    def client(self) -> "MlflowClient":
        """Return an MLflow client of a store that is there: MLflow itself would go on asking for minutes."""
        return self._client(FRESH)

    @cached_property
    def writer(self) -> Writer:
        """What writes runs: straight into a SQLite store of a known schema, through MLflow's API into any other."""
        if self._database is None:
            return ApiWriter(self.client, None)
        artifacts = str(embedded.artifacts_of(self._database))
        embedded.create(self._database)
        direct = DirectWriter(self._database, artifacts)
        return direct if direct.fits else ApiWriter(self.client, artifacts)

    @cached_property
    def spool(self) -> Spool:
        """What could not be written; what an earlier process has left there is sent from now on."""
        kept = Spool(self._project / ".mlstudio" / "spool", without_credentials(self._tracking_uri), self._put_file)
        if kept.waiting():
            kept.send_later(self.writer)
        return kept

    def _put_file(self, run_id: str, path: Path, folder: str | None) -> None:
        with engine_errors():
            self.client().log_artifact(run_id, str(path), folder)
