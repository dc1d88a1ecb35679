"""The code of the project that a process has used beside its cells: the script itself, and the modules it imported."""

import sys
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from jupyter_mlstudio.experiments.provenance.secrets import is_secret_file

LARGEST = 1_000_000
"""Bytes of a file that is kept; of a larger one only the digest."""

MANY = 500
"""Modules that are kept."""

ELSEWHERE = frozenset({"site-packages", "dist-packages", ".venv", "venv", "node_modules", ".mlstudio"})
"""Folders inside a project whose modules belong to somebody else."""


class Used(NamedTuple):
    """A file of code."""

    path: str
    role: str
    digest: str
    content: bytes | None


def script() -> Path | None:
    """Return the file that this process was started with; None for a kernel and for code without a file."""
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    if not file or getattr(getattr(main, "__spec__", None), "name", "").startswith("ipykernel"):
        return None
    path = Path(file)
    return path.resolve() if path.is_file() else None


def used(project: Path, main: Path | None) -> list[Used]:
    """Read the script and the project's modules as they are now."""
    paths = {main: "script"} if main is not None else {}
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.endswith(".py") and _belongs(project, Path(file)):
            paths.setdefault(Path(file).resolve(), "module")
    found = [_read(project, path, role) for path, role in list(paths.items())[: MANY + 1]]
    return sorted((each for each in found if each is not None), key=lambda each: (each.role != "script", each.path))


def shown(project: Path, path: Path) -> str:
    """Return a path from the project folder, or whole if it is elsewhere."""
    return path.relative_to(project).as_posix() if path.is_relative_to(project) else str(path)


def _belongs(project: Path, path: Path) -> bool:
    return path.is_relative_to(project) and ELSEWHERE.isdisjoint(path.relative_to(project).parts)


def _read(project: Path, path: Path, role: str) -> Used | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    kept = None if len(content) > LARGEST or is_secret_file(path.name) else content
    return Used(shown(project, path), role, sha256(content).hexdigest(), kept)
