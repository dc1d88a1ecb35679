"""Which Python code of recipes may run: what its user has allowed in this project. A file alone allows nothing."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from jupyter_mlstudio.core.sqlite import Database
from jupyter_mlstudio.core.trust import Trust
from jupyter_mlstudio.wrangling.sources import project_folder

_STORE = ".mlstudio/studio.db"


def allow(code: str) -> None:
    """Let code run from now on, in this project."""
    _trust(project_folder() / _STORE).add(_digest(code))


def allowed(code: str) -> bool:
    """Tell whether code may run here."""
    path = project_folder() / _STORE
    return path.is_file() and _trust(path).knows(_digest(code))


@lru_cache(maxsize=8)
def _trust(path: Path) -> Trust:
    return Trust(Database(path))


def _digest(code: str) -> str:
    return sha256(f"recipe step\n{code.strip()}".encode()).hexdigest()
