"""What can be done with where runs come from."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError, StudioError
from jupyter_mlstudio.core.files import existing, inside, write_atomically
from jupyter_mlstudio.experiments.provenance import files, listing, notebooks, portable
from jupyter_mlstudio.experiments.provenance.blobs import Blobs
from jupyter_mlstudio.experiments.provenance.describing import described
from jupyter_mlstudio.experiments.provenance.document import Document, manifest_of, read
from jupyter_mlstudio.experiments.provenance.environment import requirements
from jupyter_mlstudio.experiments.provenance.keeper import ARTIFACT
from jupyter_mlstudio.experiments.provenance.listed import runs_elsewhere, told
from jupyter_mlstudio.experiments.provenance.parameters import given
from jupyter_mlstudio.experiments.provenance.stale import Made, today
from jupyter_mlstudio.experiments.provenance.types import (
    AgainJob,
    NotebookForm,
    NotebookRun,
    NotebookRuns,
    Origin,
    RestoredNotebook,
)
from jupyter_mlstudio.experiments.reading.connection import ReadOnly
from jupyter_mlstudio.experiments.types import Run, RunQuery, RunTable

Again = Callable[[str, bytes, Mapping[str, JsonValue]], str]
"""Queues a notebook as a job: its path, what it holds, values for its parameters; returns the job's id."""

REMEMBERED = 500
"""Answers about stale runs that are remembered until something changes."""


RENAMED = 3.0
"""Seconds between looks whether a notebook has had another name."""


class Store(Protocol):
    """The runs, as the tracking store has them."""

    def run(self, run_id: str) -> Run:
        """Tell everything about a run."""

    def runs(self, query: RunQuery | None = None) -> RunTable:
        """List runs."""

    def artifact_file(self, run_id: str, path: str) -> str:
        """Return where an artifact can be read."""

    @property
    def direct(self) -> bool:
        """Whether runs are read straight from the store's file."""


class Provenance:
    """Tells where runs come from, and makes their notebooks again."""

    def __init__(self, project: Path, store: Store, database: Path | None, again: Again) -> None:
        self._project, self._store, self._again = project, store, again
        self._blobs = Blobs(project / ".mlstudio")
        self._runs = None if database is None else ReadOnly(database)
        self._remembered: dict[tuple[object, ...], list[str]] = {}
        self._known_names: dict[str, tuple[float, list[str]]] = {}
        self._lock = Lock()

    def origin(self, run_id: str) -> Origin:
        """Tell where a run comes from, and whether its result still holds.

        Raises:
            NotFoundError: There is no such run.
        """
        run = self._store.run(run_id)
        document = self._document(run)
        return described(self._project, run, document, today(self._blobs, self._project, document, self._made(run)))

    def stale(self, run_id: str) -> list[str]:
        """Say in sentences why the result of a run may not hold any more; nothing if all is as it was."""
        run = self._store.run(run_id)
        return today(self._blobs, self._project, self._document(run), self._made(run)).stale

    def notebook(self, run_id: str, form: NotebookForm = "run") -> dict[str, Any]:
        """Return the notebook of a run in the notebook format, with the outputs of then.

        Raises:
            NotFoundError: There is no such run, or no code of it was kept.
        """
        return notebooks.notebook_of(self._document(self._store.run(run_id)), form)

    def environment(self, run_id: str) -> dict[str, str]:
        """Return the packages that a run was made with and their versions, Python among them."""
        found = self._document(self._store.run(run_id)).part("environment")
        return {} if found is None else {"Python": found["python"], **dict(found["packages"])}

    def requirements(self, run_id: str) -> str:
        """Return the packages that a run was made with, in the form that pip installs from.

        Raises:
            NotFoundError: They were not kept.
        """
        found = self._document(self._store.run(run_id)).part("environment")
        if found is None:
            raise NotFoundError(f"What the run {run_id!r} was made with was not kept.")
        return requirements(found)

    def restore(self, run_id: str, form: NotebookForm = "run", path: str | None = None) -> RestoredNotebook:
        """Write the notebook of a run as a file: beside the original, unless a path is given.

        Raises:
            NotFoundError: There is no such run, or no code of it was kept.
            InvalidError: The path leads out of the project, or is no notebook.
            ConflictError: There is a file at that path.
        """
        run = self._store.run(run_id)
        document = self._document(run)
        notebook = notebooks.notebook_of(document, form)
        beside = document.manifest.get("notebook") or document.manifest.get("script") or run.notebook
        target = notebooks.put(self._project, notebook, beside, run.name, path)
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        return RestoredNotebook(path=target, cells=len(code), notes=_restored(document))

    def again(
        self, run_id: str, form: NotebookForm = "minimal", parameters: dict[str, JsonValue] | None = None
    ) -> AgainJob:
        """Run the notebook of a run once more, as a job.

        Args:
            run_id: The run.
            form: Whether all its cells run, or those that the result depends on.
            parameters: New values for the notebook's parameters; the others stay as they were.

        Raises:
            NotFoundError: There is no such run, or no code of it was kept.
            InvalidError: The notebook has no such parameter.
        """
        run = self._store.run(run_id)
        document = self._document(run)
        notebook = notebooks.fresh(notebooks.notebook_of(document, form))
        values = {**given(document), **parameters} if parameters else {}
        beside = document.manifest.get("notebook") or document.manifest.get("script") or "run.ipynb"
        path = str(Path(beside).with_suffix(".ipynb"))
        if not inside(self._project, path).parent.is_dir():
            path = Path(path).name
        return AgainJob(job=self._again(path, notebooks.written(notebook), values))

    def export(self, run_id: str, path: str) -> str:
        """Write all that is kept about where a run comes from as one file of the project, and return its path.

        Raises:
            NotFoundError: There is no such run, or nothing was kept.
            InvalidError: The path leads out of the project.
        """
        document = self._document(self._store.run(run_id))
        if document.body is None and not document.cells:
            raise NotFoundError(f"Nothing was kept about where the run {run_id!r} comes from.")
        write_atomically(inside(self._project, path), portable.written(document))
        return path

    def take(self, path: str, run_id: str | None = None) -> str:
        """Keep what such a file says, for the run that it was written for or for another; return that run's id.

        Raises:
            NotFoundError: There is no such file or run.
            InvalidError: It is no such file, or it was damaged.
        """
        document = portable.opened(existing(self._project, path).read_bytes())
        known = self._store.run(run_id or document.run_id).id
        portable.take(self._blobs, document, known)
        return known

    def runs_of(self, notebook: str) -> NotebookRuns:
        """List the runs that a notebook has made, the newest first."""
        path = self._inside(notebook)
        if self._runs is None or not self._store.direct:
            return runs_elsewhere(self._store.runs, path)
        found, total, metrics = listing.runs_of(self._runs, self._names(self._runs, path))
        newest: set[object] = set()
        items: list[NotebookRun] = []
        for run in found:
            metric = metrics.get(run.run_id)
            if run.cell_id in newest or run.parent is not None:
                items.append(told(run, metric))
            else:
                newest.add(run.cell_id)
                stale = self._remembered_stale(run) if run.ended is not None else []
                items.append(told(run, metric).model_copy(update={"newest": True, "stale": stale}))
        return NotebookRuns.model_construct(items=items, total=total)

    def _names(self, store: ReadOnly, notebook: str) -> list[str]:
        """Return the names that a notebook has had: others with its cells that are not there any more."""
        at, known = self._known_names.get(notebook, (0.0, []))
        if time.monotonic() - at > RENAMED:
            file = files.read(self._project / notebook)
            ids = file.sources().keys() if file is not None and "mlstudio" not in file.metadata else ()
            others = listing.names_of(store, ids) if ids else []
            gone = [name for name in others if name != notebook and not (self._project / name).is_file()]
            known = [notebook, *gone]
            self._known_names[notebook] = (time.monotonic(), known)
        return known

    def _remembered_stale(self, run: listing.Found) -> list[str]:
        """Say why a run is stale, looking again only when a file has changed; never fail the list for it."""
        try:
            manifest = manifest_of(self._blobs, run.run_id)
            if manifest is None:
                return []
            key = (run.run_id, run.ended, *_stamps(self._project, manifest))
            with self._lock:
                known = self._remembered.get(key)
            return self._remember(key, self.stale(run.run_id)) if known is None else known
        except (StudioError, OSError, ValueError, KeyError):
            return []

    def _remember(self, key: tuple[object, ...], sentences: list[str]) -> list[str]:
        with self._lock:
            while len(self._remembered) >= REMEMBERED:
                self._remembered.pop(next(iter(self._remembered)))
            self._remembered[key] = sentences
        return sentences

    def _document(self, run: Run) -> Document:
        """Read what was kept about a run: here, else beside the run; else what the run itself says."""
        document = read(self._blobs, run.id)
        if document is None and not self._store.direct:
            try:
                document = portable.opened(Path(self._store.artifact_file(run.id, ARTIFACT)).read_bytes())
            except NotFoundError:
                document = None
        return document or Document(run.id, -1, -1, False, None, [], {})

    def _made(self, run: Run) -> Made:
        copy = None
        if run.recipe is not None:
            try:
                copy = Path(self._store.artifact_file(run.id, Path(run.recipe).name)).read_bytes()
            except (StudioError, OSError):
                copy = None
        return Made(run.datasets, run.recipe, copy, (run.ended_at or run.started_at).timestamp())

    def _inside(self, notebook: str) -> str:
        path = inside(self._project, notebook)
        if path.suffix != ".ipynb":
            raise InvalidError(f"path: {notebook!r} is no notebook.")
        return path.relative_to(self._project.resolve()).as_posix()


def _restored(document: Document) -> list[str]:
    """Say what to know about a restored notebook."""
    notes: list[str] = []
    if document.body is None:
        notes.append("The process ended before everything was kept: the text between the cells is missing.")
    if any(each[1] == "module" for each in document.manifest.get("files", ())):
        notes.append("It imports modules of the project, which are used as they are today.")
    return notes


def _stamps(project: Path, manifest: Mapping[str, Any]) -> list[object]:
    """Return what differs as soon as a file changes that a run depends on."""
    named = [manifest.get("notebook"), *(each[0] for each in manifest.get("files", ()))]
    paths = [*named, *(each[0] for each in manifest.get("data", ()))]
    return [_stamp(project / path) for path in paths if path]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size
