"""Files that survive a crash, and paths that stay inside the project."""

import os
from pathlib import Path
from uuid import uuid4

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError


def write_atomically(path: Path, content: str | bytes, *, mode: int | None = None) -> None:
    """Replace a file whole: readers see the old content or the new, never a part, also after a crash.

    `mode` are its permissions; without it they are those of any new file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        with part.open("wb") as file:
            if mode is not None:
                part.chmod(mode)
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def inside(root: Path, path: str) -> Path:
    """Return the absolute path of a project file, links resolved.

    Raises:
        InvalidError: The path leads out of the project.
    """
    resolved = (root / path).resolve()
    if not resolved.is_relative_to(root.resolve()):
        raise InvalidError(f"{path!r} is outside the project. Name a path inside the project folder.", code="outside")
    return resolved


def existing(root: Path, path: str) -> Path:
    """Return the absolute path of a project file that exists.

    Raises:
        InvalidError: The path leads out of the project.
        NotFoundError: There is no such file.
    """
    found = inside(root, path)
    if not found.is_file():
        raise NotFoundError(f"There is no file {path!r} in the project.")
    return found
