"""Many runs at once, by column."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.experiments.reading.cache import RunCache, moment
from jupyter_mlstudio.experiments.reading.changes import RunWatch
from jupyter_mlstudio.experiments.reading.connection import ReadOnly
from jupyter_mlstudio.experiments.reading.copying import Copying
from jupyter_mlstudio.experiments.reading.curves import CurvesQuery, curves
from jupyter_mlstudio.experiments.reading.mirror import Mirror
from jupyter_mlstudio.experiments.reading.packed import Packer
from jupyter_mlstudio.experiments.reading.table import TableQuery, table

if TYPE_CHECKING:
    from mlflow import MlflowClient


class StoreFile:
    """A file with MLflow's tables: a store, or a copy of one."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.cache, self.connections, self.watch = RunCache(database), ReadOnly(database), RunWatch(ReadOnly(database))


class Reading:
    """Gives runs as packed columns, out of memory; needs no engine.

    Args:
        direct: Tells the store's file; None if the store cannot be read straight: then a copy of it is read.
        copy: Where that copy is.
        client: Makes an MLflow client of the store.
    """

    def __init__(self, direct: Callable[[], Path | None], copy: Path, client: Callable[[], "MlflowClient"]) -> None:
        self._direct, self._mirror = direct, Mirror(copy)
        self._copying = Copying(self._mirror, client)
        self._files: dict[Path, StoreFile] = {}

    def table(self, query: TableQuery) -> bytes:
        """Give the runs that fit as one packed body; those of a server as far as they have been copied.

        Raises:
            InvalidError: The filter cannot be understood, or a column is not named as it should be.
        """
        return table(self._file.cache, query, self._progress())

    def curves(self, query: CurvesQuery) -> bytes:
        """Give how metrics developed as one packed body; those of a server as far as they have been copied."""
        progress = self._progress()
        if progress is not None:
            progress["loading"] = bool(self.lacking(query.ids, query.metrics))
        file = self._file
        if not file.database.exists():
            return Packer().body({"items": [], "progress": progress})
        with file.connections.reading() as connection, moment(connection):
            return curves(connection, query, progress)

    def lacking(self, ids: list[str], metrics: list[str]) -> list[tuple[str, str]]:
        """Return the runs and metrics whose points were not copied yet."""
        return [] if self._direct() is not None else self._mirror.missing(ids, metrics)

    def follow(self, ids: list[str], metrics: list[str]) -> None:
        """Copy the runs of a server from now on, for as long as this is said again within a minute; returns at once.

        Every point of these metrics of these runs is brought first. Imports MLflow.
        """
        if self._direct() is None:
            self._copying.follow(ids, metrics)

    def renew(self, ids: list[str], metrics: list[str]) -> None:
        """Copy the runs of a server, and the points of these metrics of these runs, and wait until they are here."""
        if self._direct() is None:
            self._copying.renew()
            self._copying.bring(self._mirror.missing(ids, metrics))

    def renew_runs(self, ids: list[str]) -> None:
        """Copy runs of a server that were changed from here; without an id that is known, soon all of them."""
        if self._direct() is None:
            self._copying.renew_runs([run for run in ids if run != "*"])

    def poll(self) -> list[Changed]:
        """Return the runs that have changed since the last call."""
        return self._file.watch.poll()

    @property
    def _file(self) -> StoreFile:
        path = self._direct() or self._mirror.database
        if path not in self._files:
            self._files[path] = StoreFile(path)
        return self._files[path]

    def _progress(self) -> dict[str, object] | None:
        return None if self._direct() is not None else self._mirror.progress()._asdict()
