"""What charts need of the place where runs are kept."""

from typing import Protocol

from jupyter_mlstudio.experiments.reading.curves import CurvesQuery
from jupyter_mlstudio.experiments.reading.table import TableQuery
from jupyter_mlstudio.experiments.types import ArtifactList, RunQuery, RunTable


class Packing(Protocol):
    """Gives runs and their curves as packed bodies."""

    def table(self, query: TableQuery) -> bytes:
        """Give the runs that fit as one packed body."""

    def curves(self, query: CurvesQuery) -> bytes:
        """Give how metrics developed as one packed body."""

    def renew(self, ids: list[str], metrics: list[str]) -> None:
        """Bring what is on a server here, and wait for it."""


class Runs(Protocol):
    """Where runs are read."""

    def runs(self, query: RunQuery | None = None) -> RunTable:
        """List runs with what they logged."""

    def artifacts(self, run_id: str, path: str = "") -> ArtifactList:
        """List one folder of what a run has kept."""

    def artifact_file(self, run_id: str, path: str) -> str:
        """Return where on this machine an artifact can be read."""

    @property
    def reading(self) -> Packing:
        """Runs by column."""
