"""The notebook file of a run as it is on disk: what it has beside the cells that were executed, and where it went."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jupyter_mlstudio.experiments.provenance.capture import digest_of

LARGEST = 100_000_000
"""Bytes of a notebook that is read to find its cells."""

Cell = dict[str, Any]  # a cell in the notebook format, whose fields belong to nbformat


class NotebookFile(NamedTuple):
    """A notebook without its outputs."""

    metadata: dict[str, Any]
    cells: list[Cell]

    def sources(self) -> dict[str, str]:
        """Return the sources of its code cells by cell id."""
        return {str(cell["id"]): cell["source"] for cell in self.cells if cell["cell_type"] == "code" and "id" in cell}


def read(path: Path) -> NotebookFile | None:
    """Return a notebook's cells without outputs; None if there is no such notebook or it cannot be read."""
    try:
        state = path.stat()
        return _read(path, state.st_mtime_ns, state.st_size) if state.st_size <= LARGEST else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


@lru_cache(maxsize=16)
def _read(path: Path, _time: int, _size: int) -> NotebookFile:
    notebook = json.loads(path.read_bytes())
    return NotebookFile(dict(notebook.get("metadata") or {}), [_bare(cell) for cell in notebook["cells"]])


def _bare(cell: Cell) -> Cell:
    source = cell.get("source", "")
    metadata = {key: value for key, value in (cell.get("metadata") or {}).items() if key not in VOLATILE}
    kept = {
        "cell_type": str(cell["cell_type"]),
        "source": source if isinstance(source, str) else "".join(source),
        "metadata": metadata,
    }
    return {**kept, **({"id": str(cell["id"])} if "id" in cell else {})}


VOLATILE = ("execution", "papermill", "collapsed", "scrolled", "trusted", "mlstudio")
"""Metadata of a cell that says how it was executed or shown, not what it is."""


def moved(project: Path, notebook: str, ids: set[str], codes: set[bytes]) -> str | None:
    """Return where a notebook is today: where it was, else the notebook nearby that has most of its cells."""
    there = Path(project, notebook)
    if there.is_file():
        return notebook
    best, most = None, 0
    for path in _around(project, there):
        found = read(path)
        if found is None or "mlstudio" in found.metadata:  # one that was made from a run
            continue
        same = sum(cell.get("id") in ids or digest_of(cell["source"]) in codes for cell in found.cells)
        if same > most and same * 2 >= min(len(ids | codes), len(found.cells)):
            best, most = path, same
    return best.relative_to(project).as_posix() if best is not None and best.is_relative_to(project) else None


def _around(project: Path, there: Path) -> list[Path]:
    """List the notebooks in the folder where one was, in those beside it, and in the project's own."""
    folders = [folder for folder in dict.fromkeys((there.parent, project)) if folder.is_dir()]
    beside = [child for folder in folders for child in sorted(folder.iterdir()) if child.is_dir()][:50]
    named = [folder for folder in beside if not folder.name.startswith(".")]
    return [path for folder in (*folders, *named) for path in sorted(folder.glob("*.ipynb"))][:200]
