"""Imports what other tools have written: TensorBoard's event files, W&B's logs and exports."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Protocol

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError, StudioError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.core.types import new_id
from jupyter_mlstudio.experiments.importing import tensorboard, wandb_export, wandb_log
from jupyter_mlstudio.experiments.importing.source import ForeignRun
from jupyter_mlstudio.experiments.importing.types import (
    FoundRun,
    Importable,
    ImportedRun,
    ImportSpec,
    Kind,
    RunImport,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from jupyter_mlstudio.experiments.tracking.target import Target

KEPT = 20
"""Reports of imports in the background that are remembered."""


class Store(Protocol):
    """Where imported runs go."""

    def client(self) -> "MlflowClient":
        """Return an MLflow client of the store."""

    @property
    def target(self) -> "Target":
        """The store as runs are written to it."""


class Importing:
    """Brings runs of other tools into the store; importing again adds only what is new."""

    def __init__(self, project: Path, store: Store) -> None:
        self._project, self._store = project, store
        self._reports: dict[str, RunImport] = {}
        self._lock = Lock()

    def tensorboard(
        self, path: str | Path, *, experiment: str | None = None, progress: Callable[[RunImport], None] | None = None
    ) -> RunImport:
        """Import a folder with TensorBoard's event files; each folder that has some becomes a run.

        Args:
            path: The folder, or one event file; from the project folder or absolute.
            experiment: The experiment to put the runs into; called after the folder if not given.
            progress: Told after each run how far it is.

        Raises:
            InvalidError: There are no event files.
        """
        return self._import("tensorboard", self._place(path), experiment, progress)

    def wandb(
        self, path: str | Path, *, experiment: str | None = None, progress: Callable[[RunImport], None] | None = None
    ) -> RunImport:
        """Import what W&B has left: its client's `wandb` folder, or exported histories and charts.

        Args:
            path: The folder or file; from the project folder or absolute.
            experiment: The experiment to put the runs into; called after the project in W&B, or the folder, if not
                given.
            progress: Told after each run how far it is.

        Raises:
            InvalidError: There are no such runs.
        """
        return self._import("wandb", self._place(path), experiment, progress)

    def any(
        self, path: str | Path, *, experiment: str | None = None, progress: Callable[[RunImport], None] | None = None
    ) -> RunImport:
        """Import whatever of both is found in a folder or file."""
        place = self._place(path)
        return self._import(_found(place)[0], place, experiment, progress)

    def look(self, path: str) -> Importable:
        """Tell what there is to import in a folder or file of the project.

        Raises:
            InvalidError: Nothing that can be imported.
        """
        place = inside(self._project, path)
        kind, runs = _found(place)
        items = [FoundRun(name=run.name, source=run.source, size=run.size) for run in runs]
        return Importable(kind=kind, items=items, experiment=_experiment(place, runs))

    def start(self, spec: ImportSpec) -> RunImport:
        """Begin an import in the background; `report` tells how far it is.

        Raises:
            InvalidError: There is nothing that can be imported.
        """
        place = inside(self._project, spec.path)
        kind, runs = _found(place)
        begun = _begun(spec.experiment or _experiment(place, runs), len(runs))
        self._note(begun)
        Thread(target=self._work, args=[kind, place, begun], name="mlstudio-import", daemon=True).start()
        return begun

    def report(self, id: str) -> RunImport:
        """Tell how far an import is, or how it went.

        Raises:
            NotFoundError: There is no such import, or it was long ago.
        """
        with self._lock:
            if id not in self._reports:
                raise NotFoundError(f"There is no import {id!r}. Import again: what is there stays as it is.")
            return self._reports[id]

    def stop(self, id: str) -> RunImport:
        """End an import; the runs that are done stay, and importing again goes on with the others."""
        report = self.report(id)
        if report.state == "running":
            self._note(report.model_copy(update={"state": "stopped"}))
        return self.report(id)

    def _work(self, kind: Kind, place: Path, begun: RunImport) -> None:
        def go_on() -> bool:
            return self.report(begun.id).state == "running"

        try:
            done = self._run(kind, place, begun, self._progressed, go_on)
        except Exception as error:  # whatever it was, the panel must hear of it
            failed = {"state": "failed", "error": str(error)}
            self._note(self.report(begun.id).model_copy(update=failed))
        else:
            self._note(done)

    def _progressed(self, report: RunImport) -> None:
        if self.report(report.id).state == "running":
            self._note(report)

    def _note(self, report: RunImport) -> None:
        with self._lock:
            self._reports[report.id] = report
            for old in list(self._reports)[:-KEPT]:
                del self._reports[old]

    def _place(self, path: str | Path) -> Path:
        place = (self._project / Path(path).expanduser()).resolve()
        if not place.exists():
            raise InvalidError(f"path: there is no {str(path)!r}. Name a folder or file that exists.")
        return place

    def _import(
        self, kind: Kind, place: Path, experiment: str | None, progress: Callable[[RunImport], None] | None
    ) -> RunImport:
        runs = READERS[kind](place)
        if not runs:
            raise InvalidError(f"path: {place.name!r} has {NOTHING[kind]}.")
        begun = _begun(experiment or _experiment(place, runs), len(runs))
        return self._run(kind, place, begun, progress or (lambda _: None), lambda: True)

    def _run(
        self,
        kind: Kind,
        place: Path,
        begun: RunImport,
        progress: Callable[[RunImport], None],
        go_on: Callable[[], bool],
    ) -> RunImport:
        from jupyter_mlstudio.experiments.importing.writing import Importer, Stopped

        client = self._store.client()
        importer = Importer(client, self._store.target.writer, begun.experiment, go_on)
        items: list[ImportedRun] = []
        left_out: list[str] = []
        for run in READERS[kind](place):
            if not go_on():
                return begun.model_copy(update={"state": "stopped", "items": items, "left_out": left_out})
            try:
                items.append(importer.write(run))
            except Stopped:
                continue
            except InvalidError as error:
                left_out.append(f"{run.source}: {error}")
            progress(begun.model_copy(update={"items": list(items), "left_out": list(left_out)}))
        return begun.model_copy(update={"state": "succeeded", "items": items, "left_out": left_out})


def _wandb(place: Path) -> list[ForeignRun]:
    return wandb_log.runs_in(place) or wandb_export.runs_in(place)


READERS: dict[Kind, Callable[[Path], list[ForeignRun]]] = {"tensorboard": tensorboard.runs_in, "wandb": _wandb}
NOTHING: dict[Kind, str] = {
    "tensorboard": "no event files. TensorBoard's files have `tfevents` in their names",
    "wandb": "no runs of W&B. Name a `wandb` folder, or one with `history.csv` and `config.json`",
}


def _found(place: Path) -> tuple[Kind, list[ForeignRun]]:
    if not place.exists():
        raise InvalidError(f"path: there is no {place.name!r}. Name a folder or file that exists.")
    for kind, read in READERS.items():
        try:
            runs = read(place)
        except StudioError:
            continue
        if runs:
            return kind, sorted(runs, key=lambda run: run.name)
    raise InvalidError(f"path: {place.name!r} has neither TensorBoard's event files nor runs of W&B.")


def _experiment(place: Path, runs: list[ForeignRun]) -> str:
    project = next((run.project for run in runs if run.project), None)
    return project or (place.stem if place.is_file() else place.name) or "imported"


def _begun(experiment: str, total: int) -> RunImport:
    return RunImport(
        id=new_id(), state="running", experiment=experiment, total=total, items=[], left_out=[], error=None
    )
