"""What is known at once about where a run comes from: the notebook, the job, the process, the user."""

import json
import os
import platform
from functools import lru_cache
from pathlib import Path

from jupyter_mlstudio.core.processes import this_process
from jupyter_mlstudio.experiments.provenance.capture import shell
from jupyter_mlstudio.experiments.provenance.sources import shown
from jupyter_mlstudio.experiments.reading import rows

EXECUTING = frozenset({"papermill", "jupyter-nbconvert", "nbconvert", "jupyter-execute", "execute"})
"""Commands that execute the notebook that they are given."""


def tags(notebook: str | None, script: Path | None) -> dict[str, str]:
    """Tell which notebook, script, job and process this is."""
    found = {
        "mlflow.user": _user(),
        "mlflow.source.type": "NOTEBOOK" if shell() is not None else "LOCAL",
        "mlflow.source.name": notebook or (script.name if script is not None else ""),
        rows.PROCESS: _process(os.getpid()),
        rows.NOTEBOOK: notebook or "",
        rows.JOB: os.environ.get("MLSTUDIO_JOB", ""),
    }
    return {name: value for name, value in found.items() if value}


def notebook_path(project: Path) -> str | None:
    """Return the notebook that this kernel belongs to, from the project folder; None if there is none.

    Jupyter tells its kernels by a variable, and so do notebook jobs; Visual Studio Code puts it into the namespace;
    of papermill and nbconvert the command says it.
    """
    found = shell()
    if found is None and "JPY_SESSION_NAME" not in os.environ:
        return None
    named = os.environ.get("JPY_SESSION_NAME") or found.user_ns.get("__vsc_ipynb_file__") or _executed(os.getppid())
    if not named or not str(named).endswith(".ipynb"):
        return None
    path = Path(str(named))
    if not path.is_absolute():
        return path.as_posix()
    return shown(project, path.resolve())


@lru_cache(maxsize=2)
def _executed(parent: int) -> str | None:
    """Return the notebook that the command of a kernel's parent process executes."""
    try:
        import psutil

        process = psutil.Process(parent)
        command = process.cmdline()
        if EXECUTING.isdisjoint(Path(word).name for word in command[:4]):
            return None
        named = next((argument for argument in command[1:] if argument.endswith(".ipynb")), None)
        return None if named is None else str(Path(process.cwd(), named))
    except (psutil.Error, OSError):
        return None


@lru_cache(maxsize=2)
def _process(_: int) -> str:
    return json.dumps({"host": platform.node(), **this_process().model_dump()})


@lru_cache(maxsize=1)
def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in many containers
        return ""
