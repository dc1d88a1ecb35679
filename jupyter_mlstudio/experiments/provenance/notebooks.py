"""Makes the notebook of a run again from its snapshot."""

import json
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.errors import ConflictError, InvalidError, NotFoundError
from jupyter_mlstudio.core.files import inside, write_atomically
from jupyter_mlstudio.experiments.provenance.capture import digest_of
from jupyter_mlstudio.experiments.provenance.document import Document, KeptCell
from jupyter_mlstudio.experiments.provenance.files import Cell
from jupyter_mlstudio.experiments.provenance.outputs import Output, is_text
from jupyter_mlstudio.experiments.provenance.types import NotebookForm

Notebook = dict[str, Any]  # a notebook in the notebook format, whose fields belong to nbformat

MARK = "# Parameters\n"
"""How the cell begins that papermill puts in."""

PARAMETERS = "parameters"
"""Its tag of the cell that declares them."""

INJECTED = "injected-parameters"
"""Papermill's tag of the cell that holds the values that were given."""

NO_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
LONG = 80


def notebook_of(document: Document, form: NotebookForm) -> Notebook:
    """Put the notebook together: sources byte for byte, in the order of their execution, with what they showed.

    Raises:
        NotFoundError: No code was kept.
    """
    cells = _cells(document, form) if document.cells else _script(document)
    if not cells:
        raise NotFoundError(
            "The code of this run was not kept: it was made in a session without a notebook or a script file.",
            code="no_code",
        )
    metadata = {
        key: value for key, value in document.layout.get("metadata", {}).items() if key not in ("widgets", "papermill")
    }
    about = {"run_id": document.run_id, "form": form, "snapshot": document.snapshot}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {**_kernel(document), **metadata, "mlstudio": about},
        "cells": cells,
    }


def fresh(notebook: Notebook) -> Notebook:
    """Return a notebook as it is before it runs."""
    cells = [
        {**cell, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell
        for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def written(notebook: Notebook) -> bytes:
    """Write a notebook as Jupyter does: texts by line, so that a save in JupyterLab changes nothing."""
    by_line = {**notebook, "cells": [_by_line(cell) for cell in notebook["cells"]]}
    text = json.dumps(by_line, ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _by_line(cell: Cell) -> Cell:
    cut = {**cell, "source": cell["source"].splitlines(keepends=True)}
    return {**cut, "outputs": [_shown_by_line(each) for each in cell["outputs"]]} if "outputs" in cell else cut


def _shown_by_line(output: Output) -> Output:
    if "text" in output:
        return {**output, "text": output["text"].splitlines(keepends=True)}
    texts = {
        kind: value.splitlines(keepends=True) if isinstance(value, str) and is_text(kind) else value
        for kind, value in output.get("data", {}).items()
    }
    return {**output, "data": texts} if texts else output


def put(project: Path, notebook: Notebook, beside: str | None, run_name: str, path: str | None) -> str:
    """Write a notebook into the project: where it is asked for, else beside the one that it comes from.

    Raises:
        InvalidError: The path leads out of the project, or is no notebook.
        ConflictError: There is such a file already.
    """
    content = written(notebook)
    if path is not None:
        if not path.endswith(".ipynb"):
            raise InvalidError(f"path: {path!r} is no notebook. Let it end with .ipynb.")
        target = inside(project, path)
        if target.exists():
            raise ConflictError(f"There is a file {path!r} already. Name another path.", code="exists")
    else:
        target = _free(_folder(project, beside), _name(beside, run_name, notebook), content)
    write_atomically(target, content)
    return target.relative_to(project.resolve()).as_posix()


def _cells(document: Document, form: NotebookForm) -> list[Cell]:
    """Return the executed cells, and before each the text that stands before it in the notebook file."""
    layout: list[Cell] = document.layout.get("cells", [])
    found = originals_of(document)
    places = _minimal(document, found) if form == "minimal" else range(len(document.cells))
    originals = {place: found[place] for place in places}
    texts = _texts(layout, [cell for cell in originals.values() if cell is not None])
    made: list[Cell] = []
    told: set[int] = set()
    for place in places:
        original = originals[place]
        if original is not None and id(original) not in told:
            told.add(id(original))
            made += texts.get(id(original), [])
        made.append(_code(document.cells[place], original))
    return _with_ids([*_declared_once(made), *texts.get(0, [])])


def _minimal(document: Document, originals: Sequence[Cell | None]) -> list[int]:
    """Return the places of the cells that are needed; where values were given, also of the cell that declares them."""
    needed = document.needed
    if not any(document.cells[place].source.startswith(MARK) for place in needed):
        return needed
    declaring = [place for place, cell in enumerate(originals) if PARAMETERS in _tags(cell)]
    return sorted({*needed, *declaring[-1:]})


def _declared_once(cells: list[Cell]) -> list[Cell]:
    """Let only the last execution of a cell declare parameters: values that are given go below the first that does."""
    declaring = [place for place, cell in enumerate(cells) if PARAMETERS in _tags(cell)]
    for place in declaring[:-1]:
        tags = [tag for tag in _tags(cells[place]) if tag != PARAMETERS]
        cells[place] = {**cells[place], "metadata": {**cells[place]["metadata"], "tags": tags}}
    return cells


def _tags(cell: Cell | None) -> list[str]:
    return list((cell or {}).get("metadata", {}).get("tags", ()))


def originals_of(document: Document) -> list[Cell | None]:
    """Return for each executed cell the cell of the notebook file that it was, by its id or else by its source."""
    layout: list[Cell] = document.layout.get("cells", [])
    code = [cell for cell in layout if cell["cell_type"] == "code"]
    known = {cell["id"]: cell for cell in code if "id" in cell}
    by_code = {cell["code"]: cell for cell in code}
    return [known.get(cell.id) or by_code.get(digest_of(cell.source).hex()) for cell in document.cells]


def _texts(layout: Sequence[Cell], executed: Sequence[Cell]) -> dict[int, list[Cell]]:
    """Tell which texts stand before which executed cell; under 0 those after the last."""
    there = {id(cell) for cell in executed}
    found: dict[int, list[Cell]] = {}
    waiting: list[Cell] = []
    for cell in layout:
        if cell["cell_type"] != "code":
            waiting.append(dict(cell))
        elif id(cell) in there:
            found[id(cell)], waiting = waiting, []
    return {**found, 0: waiting}


def _code(cell: KeptCell, original: Cell | None) -> Cell:
    metadata = dict((original or {}).get("metadata", {}))
    tags = _tags(original)
    if cell.source.startswith(MARK) and INJECTED not in tags:
        tags.append(INJECTED)
    if cell.state == "failed" and "raises-exception" not in tags:
        tags.append("raises-exception")  # so that a job goes on after it, as the session did
    return {
        "cell_type": "code",
        "id": cell.id or (original or {}).get("id"),
        "metadata": {**metadata, **({"tags": tags} if tags else {})},
        "source": cell.source,
        "outputs": cell.outputs,
        "execution_count": cell.number,
    }


def _with_ids(cells: list[Cell]) -> list[Cell]:
    """Give every cell an id that no other has; of several executions of a cell, the last keeps it."""
    taken: set[str] = set()
    for place in range(len(cells) - 1, -1, -1):
        wished = cells[place].get("id")
        name = wished if wished and wished not in taken else sha256(f"{place} {wished}".encode()).hexdigest()[:8]
        taken.add(name)
        cells[place] = {**cells[place], "id": name}
    return cells


def _script(document: Document) -> list[Cell]:
    """Return a script as a cell, and before it one that sets its arguments."""
    script = next((file for file in document.manifest.get("files", ()) if file[1] == "script"), None)
    content = None if script is None else document.contents.get(script[2])
    if script is None or content is None:
        return []
    arguments = document.manifest.get("arguments") or []
    sources = [f"import sys\n\nsys.argv = {[script[0], *arguments]!r}"] if arguments else []
    sources.append(content.decode("utf-8", "replace"))
    return _with_ids([_code(KeptCell(None, None, source, None, None, "done", []), None) for source in sources])


def _kernel(document: Document) -> dict[str, Any]:
    """Tell of the kernel all that JupyterLab writes down, so that it has nothing to add when it opens the file."""
    version = (document.part("environment") or {}).get("python", "3")
    return {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {
            "codemirror_mode": {"name": "ipython", "version": 3},
            "file_extension": ".py",
            "mimetype": "text/x-python",
            "name": "python",
            "nbconvert_exporter": "python",
            "pygments_lexer": "ipython3",
            "version": version,
        },
    }


def _folder(project: Path, beside: str | None) -> Path:
    if beside is not None:
        folder = (project / beside).resolve().parent
        if folder.is_relative_to(project.resolve()) and folder.is_dir():
            return folder
    return project.resolve()


def _name(beside: str | None, run_name: str, notebook: Notebook) -> str:
    stem = Path(beside).stem if beside else "notebook"
    minimal = ", minimal" if notebook["metadata"]["mlstudio"]["form"] == "minimal" else ""
    name = (
        " ".join(NO_NAME.sub(" ", run_name).split()).strip(".")[:LONG] or notebook["metadata"]["mlstudio"]["run_id"][:8]
    )
    return f"{stem} (run {name}{minimal})"


def _free(folder: Path, name: str, content: bytes) -> Path:
    """Return a path that nothing is at, or at which is just this."""
    number = 1
    while True:
        path = folder / (f"{name}.ipynb" if number == 1 else f"{name} {number}.ipynb")
        if not path.exists() or path.read_bytes() == content:
            return path
        number += 1
