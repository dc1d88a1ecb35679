"""Notebook files as the queue needs them: read without nbformat, and kept as they were when a job was asked for."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.files import existing, write_atomically

Notebook = dict[str, Any]  # the JSON of the file; its fields belong to nbformat
Cell = dict[str, Any]


def read(project: Path, path: str) -> tuple[Notebook, bytes]:
    """Return a project's notebook as JSON and as bytes.

    Raises:
        InvalidError: The path leads out of the project, or the file is no notebook that can run.
        NotFoundError: There is no such file.
    """
    return parse(path, existing(project, path).read_bytes())


def parse(path: str, raw: bytes) -> tuple[Notebook, bytes]:
    """Return a notebook as JSON and as bytes; the path is only named in what is said.

    Raises:
        InvalidError: It is no notebook that can run.
    """
    try:
        notebook = json.loads(raw)
    except ValueError:
        raise InvalidError(f"notebook: {path!r} is not a notebook: it holds no JSON.") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise InvalidError(f"notebook: {path!r} is not a notebook of format 4. Open it in JupyterLab and save it.")
    return notebook, raw


def language_of(notebook: Notebook) -> str:
    """Return the language in lower case, or nothing if the notebook does not say."""
    metadata = notebook.get("metadata", {})
    name = metadata.get("language_info", {}).get("name") or metadata.get("kernelspec", {}).get("language") or ""
    return str(name).lower()


def kernel_of(notebook: Notebook) -> str | None:
    """Return the name of the kernel that the notebook asks for."""
    name = notebook.get("metadata", {}).get("kernelspec", {}).get("name")
    return str(name) if name else None


def tagged(cell: Cell, tag: str) -> bool:
    """Tell whether a cell has a tag."""
    return tag in cell.get("metadata", {}).get("tags", [])


def source_of(cell: Cell) -> str:
    """Return the source of a cell, which may be kept as lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def tagged_source(notebook: Notebook, tag: str) -> str | None:
    """Return the source of the first cell with a tag."""
    return next((source_of(cell) for cell in notebook["cells"] if tagged(cell, tag)), None)


def runs(cell: Cell) -> bool:
    """Tell whether a cell is code that can run."""
    return cell.get("cell_type") == "code" and bool(source_of(cell).strip())


def code_cells(cells: list[Cell]) -> list[Cell]:
    """Return the cells that run, in order: the first has the number 1."""
    return [cell for cell in cells if runs(cell)]


def fresh(cell: Cell, source: str | None = None) -> Cell:
    """Return a cell as it is before it runs, with another source if one is given."""
    text = source_of(cell) if source is None else source
    clean = {**cell, "source": text, "metadata": {**cell.get("metadata", {})}}
    clean["metadata"].pop("papermill", None)
    clean["metadata"].pop("execution", None)
    return {**clean, "outputs": [], "execution_count": None} if cell.get("cell_type") == "code" else clean


class Sources:
    """Notebooks as they were when a job was queued, by digest: many jobs of one notebook share a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, raw: bytes) -> str:
        """Keep a notebook and return its digest."""
        digest = sha256(raw).hexdigest()
        if not self.path(digest).exists():
            write_atomically(self.path(digest), raw)
        return digest

    def path(self, digest: str) -> Path:
        """Return where the notebook with this digest is kept."""
        return self._folder / f"{digest}.ipynb"

    def forget(self, digest: str) -> None:
        """Delete a notebook that no job needs any more."""
        self.path(digest).unlink(missing_ok=True)
