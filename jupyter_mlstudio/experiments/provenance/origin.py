"""Where a run comes from: its notebook and cell, the commit, the packages."""

import json
import os
import platform
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jupyter_mlstudio.core.processes import process_ref
from jupyter_mlstudio.experiments.reading import rows

CELL_SHOWN = 5000
"""Characters of a cell's source that a tag holds; the artifact holds all of them."""

GIT_PATIENCE = 5
"""Seconds that git may take to answer."""


class Origin(NamedTuple):
    """What is known at once about where a run comes from."""

    tags: dict[str, str]
    cells: list[str]


def origin(project: Path) -> Origin:
    """Tell which notebook, cell, job and process this is."""
    cells = executed_cells()
    notebook = notebook_path(project)
    tags = {
        "mlflow.user": _user(),
        "mlflow.source.type": "NOTEBOOK" if cells else "LOCAL",
        "mlflow.source.name": notebook or "",
        rows.PROCESS: _process(),
        rows.NOTEBOOK: notebook or "",
        rows.JOB: os.environ.get("MLSTUDIO_JOB", ""),
        rows.CELL: cells[-1][:CELL_SHOWN] if cells else "",
    }
    return Origin({name: value for name, value in tags.items() if value}, cells)


def notebook_path(project: Path) -> str | None:
    """Return the notebook that this kernel belongs to, from the project folder; None if there is none.

    Jupyter tells its kernels by a variable, and so do notebook jobs; Visual Studio Code puts it into the namespace.
    """
    shell = _shell()
    named = os.environ.get("JPY_SESSION_NAME") or (shell.user_ns.get("__vsc_ipynb_file__") if shell else None)
    if not named or not str(named).endswith(".ipynb"):
        return None
    path = Path(str(named))
    if not path.is_absolute():
        return path.as_posix()
    resolved = path.resolve()
    return resolved.relative_to(project).as_posix() if resolved.is_relative_to(project) else str(resolved)


def executed_cells() -> list[str]:
    """Return the sources of the cells that this kernel has run, in their order; the last is the running one."""
    shell = _shell()
    return [str(source) for source in shell.user_ns.get("In", [])[1:]] if shell else []


def script(cells: list[str]) -> str:
    """Write executed cells as one file that editors know as a notebook."""
    return "\n\n".join(f"# %% [{number}]\n{source}" for number, source in enumerate(cells, 1)) + "\n"


@lru_cache
def packages() -> str:
    """List the installed packages with their versions, in the form that pip installs from."""
    from importlib.metadata import distributions

    found = {f"{item.metadata['Name']}=={item.version}" for item in distributions() if item.metadata["Name"]}
    return f"# Python {platform.python_version()}\n" + "\n".join(sorted(found, key=str.lower)) + "\n"


def commit(project: Path) -> dict[str, str]:
    """Return the commit of the project and whether files differ from it; nothing outside a repository."""
    head = _git(project, "rev-parse", "HEAD")
    if head is None:
        return {}
    changed = _git(project, "status", "--porcelain", "--untracked-files=no")
    return {rows.COMMIT: head, "mlstudio.git_changed": str(bool(changed)).lower()}


def _git(project: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=project, capture_output=True, text=True, timeout=GIT_PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _process() -> str:
    ref = process_ref(os.getpid())
    return json.dumps({"host": platform.node(), **ref.model_dump()}) if ref else ""


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in many containers
        return ""


def _shell() -> Any:
    """Return IPython's shell; only in a process that has it anyway, and untyped there."""
    import sys

    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None
