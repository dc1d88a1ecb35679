"""Tells whether a result still holds: whether its code, its data or its recipe have changed since."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from jupyter_mlstudio.experiments.provenance import data, files, git
from jupyter_mlstudio.experiments.provenance.blobs import Blobs
from jupyter_mlstudio.experiments.provenance.capture import digest_of
from jupyter_mlstudio.experiments.provenance.document import Document
from jupyter_mlstudio.experiments.provenance.types import NowState, OriginDataset, OriginFile
from jupyter_mlstudio.experiments.types import Dataset

SHOWN = 40
"""Characters of a cell's first line that a sentence shows."""


class Made(NamedTuple):
    """What the tracking store says a run was made from."""

    datasets: Sequence[Dataset]
    recipe: str | None
    recipe_copy: bytes | None
    at: float  # when it ended, in seconds since 1970


@dataclass(frozen=True)
class Today:
    """How things are today, beside how they were when a run was made."""

    notebook: str | None
    cells: list[NowState]
    files: list[OriginFile]
    datasets: list[OriginDataset]
    stale: list[str]
    notes: list[str]


def today(blobs: Blobs, project: Path, document: Document, run: Made) -> Today:
    """Hold everything against how it is now."""
    named = document.manifest.get("notebook")
    there = _notebook(project, document)
    cells = _states(project, document, there, run.at)
    kept = _files(project, document)
    given = [_dataset(blobs, project, each, document) for each in run.datasets]
    stale = [*_edited(document, cells, there), *map(_of_file, (each for each in kept if _differs(each.state)))]
    stale += [_of_data(each.name, each.source, each.state) for each in given if each.stale]
    stale += _of_other_data(blobs, project, document, {each.source for each in given if each.stale})
    stale += _of_recipe(project, run)
    notes = (
        [f"{named} is not there any more." if there is None else f"{named} is now {there}."] if named != there else []
    )
    return Today(there, cells, kept, given, list(dict.fromkeys(stale)), [*notes, *_of_commit(project, document)])


def _states(project: Path, document: Document, notebook: str | None, at: float) -> list[NowState]:
    """Tell of each executed cell how it is in the notebook file, if that was saved since."""
    found = files.read(project / notebook) if notebook is not None else None
    if found is None or notebook is None:
        return [NowState.UNKNOWN] * len(document.cells)
    states = _compared(document, found)
    saved = (project / notebook).stat().st_mtime > at
    return [state if saved or state is NowState.SAME else NowState.UNKNOWN for state in states]


def _compared(document: Document, found: files.NotebookFile) -> list[NowState]:
    by_id = found.sources()
    codes = {digest_of(cell["source"]) for cell in found.cells}
    states: list[NowState] = []
    for cell in document.cells:
        if cell.source.startswith("# Parameters\n"):
            states.append(NowState.SAME)  # papermill has put it in; the file never had it
        elif cell.id in by_id:
            same = by_id[cell.id].rstrip("\n") == cell.source.rstrip("\n")
            states.append(NowState.SAME if same else NowState.CHANGED)
        else:
            same = digest_of(cell.source) in codes
            states.append(NowState.SAME if same else NowState.GONE if cell.id else NowState.CHANGED)
    return states


def _notebook(project: Path, document: Document) -> str | None:
    named = document.manifest.get("notebook")
    if named is None:
        return None
    ids = {cell.id for cell in document.cells if cell.id}
    return files.moved(project, named, ids, {digest_of(cell.source) for cell in document.cells})


def _edited(document: Document, states: Sequence[NowState], notebook: str | None) -> list[str]:
    """Name the needed cells that differ today; of several executions of a cell, the last one counts."""
    last = {cell.id: place for place, cell in enumerate(document.cells) if cell.id}
    found: list[str] = []
    for place in document.needed:
        cell = document.cells[place]
        if cell.id and last[cell.id] != place:
            continue
        if states[place] is NowState.CHANGED:
            found.append(f"The cell [{cell.number or ' '}] {_first_line(cell.source)} was edited since, in {notebook}.")
        elif states[place] is NowState.GONE:
            found.append(f"The cell [{cell.number or ' '}] {_first_line(cell.source)} is no longer in {notebook}.")
    return found


def _files(project: Path, document: Document) -> list[OriginFile]:
    found: list[OriginFile] = []
    for path, role, digest, kept in document.manifest.get("files", ()):
        content = document.contents.get(digest) if kept else None
        source = None if content is None else content.decode("utf-8", "replace")
        found.append(OriginFile(path=path, role=role, digest=digest, source=source, state=_now(project, path, digest)))
    return found


def _now(project: Path, path: str, digest: str) -> NowState:
    try:
        content = (project / path).read_bytes()
    except OSError:
        return NowState.GONE
    return NowState.SAME if sha256(content).hexdigest() == digest else NowState.CHANGED


def _dataset(blobs: Blobs, project: Path, dataset: Dataset, document: Document) -> OriginDataset:
    """Look at the file that a dataset came from, if there is one."""
    path = Path(dataset.source) if "://" not in dataset.source else None
    place = None if path is None else project / path
    known = {project / each[0]: data.Read(*each) for each in document.manifest.get("data", ())}
    state, digest = NowState.UNKNOWN, None
    if place is not None and place in known:
        state = data.now(blobs, project, known[place])
    elif place is not None and place.is_file() and dataset.rows is None:  # described by the bytes of the file
        digest = data.digest_of_file(blobs, place)
        same = digest is not None and digest.startswith(dataset.digest)
        state = NowState.UNKNOWN if digest is None else NowState.SAME if same else NowState.CHANGED
    elif place is not None and dataset.rows is None and path is not None and path.is_absolute():
        state = NowState.GONE
    shown = None if digest is None else digest[: len(dataset.digest)]
    return OriginDataset(
        name=dataset.name,
        context=dataset.context,
        source=dataset.source,
        digest=dataset.digest,
        now=shown if shown is not None else dataset.digest if state is NowState.SAME else None,
        state=state,
        stale=_differs(state),
    )


def _of_other_data(blobs: Blobs, project: Path, document: Document, told: set[str]) -> list[str]:
    found: list[str] = []
    for each in document.manifest.get("data", ()):
        then = data.Read(*each)
        state = data.now(blobs, project, then)
        if _differs(state) and then.path not in told and str(project / then.path) not in told:
            found.append(_of_data(then.path, then.path, state))
    return found


def _of_data(name: str, source: str, state: NowState) -> str:
    what = f"The data {name!r}" + (f" ({source})" if source != name else "")
    return f"{what} are gone." if state is NowState.GONE else f"{what} have changed since."


def _of_file(file: OriginFile) -> str:
    what = f"The {file.role} {file.path}"
    return f"{what} is gone." if file.state is NowState.GONE else f"{what} was edited since."


def _of_recipe(project: Path, run: Made) -> list[str]:
    """Hold the recipe file against the copy that the run has logged."""
    if run.recipe is None or run.recipe_copy is None:
        return []
    state = _now(project, run.recipe, sha256(run.recipe_copy).hexdigest())
    if state is NowState.SAME:
        return []
    return [
        f"The recipe {run.recipe} is gone." if state is NowState.GONE else f"The recipe {run.recipe} was edited since."
    ]


def _of_commit(project: Path, document: Document) -> list[str]:
    kept = document.part("git")
    if kept is None or kept.get("commit") is None:
        return []
    head = git.commit(project)
    return [] if head in (None, kept["commit"]) else [f"The project is now at commit {str(head)[:10]}."]


def _differs(state: NowState) -> bool:
    return state in (NowState.CHANGED, NowState.GONE)


def _first_line(source: str) -> str:
    line = next((line.strip() for line in source.splitlines() if line.strip()), "")
    return json.dumps(line if len(line) <= SHOWN else line[: SHOWN - 1] + "…", ensure_ascii=False)
