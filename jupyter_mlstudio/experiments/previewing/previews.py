"""What can be looked at among a run's files."""

import shutil
from collections.abc import Callable
from pathlib import Path

from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.experiments.previewing import models, reading, tables
from jupyter_mlstudio.experiments.previewing.types import ArtifactPreview, ModelDescription

COPIES = "run artifacts"
"""The folder of the project for copies of artifacts that somebody opens with another tool."""

SHORT = 8
"""Characters of a run's id that tell it apart in a path."""


class Previews:
    """Looks into the files of runs; `file` finds one on this machine, and downloads it if it is elsewhere."""

    def __init__(self, project: Path, file: Callable[[str, str], tuple[Path, bool]]) -> None:
        self._project, self._file = project, file

    def look(self, run_id: str, path: str) -> ArtifactPreview:
        """Tell what is in a file."""
        found, is_copy = self._file(run_id, path)
        return reading.looked_into(found, path, is_copy=is_copy)

    def model(self, run_id: str, path: str) -> ModelDescription:
        """Describe the model in a folder."""
        return models.described(path, lambda name: self._file(run_id, name)[0], lambda name: self.look(run_id, name))

    def in_project(self, run_id: str, path: str) -> str:
        """Return a path in the project by which a file can be opened; of a copy where it needs one.

        JupyterLab opens no files in hidden folders, where the studio keeps artifacts. A table that MLflow wrote as JSON
        is copied as Parquet, which everything reads.
        """
        found, _ = self._file(run_id, path)
        root = self._project.resolve()
        if found.suffix != ".json" and (shown := _visible(root, found.resolve())):
            return shown
        copy = inside(root, f"{COPIES}/{run_id[:SHORT]}/{path}")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if found.suffix == ".json":
            copy = copy.with_suffix(".parquet")
            tables.as_parquet(found, copy)
        else:
            shutil.copyfile(found, copy)
        return copy.relative_to(root).as_posix()


def _visible(root: Path, found: Path) -> str | None:
    """Return a file's path in the project; None if it is elsewhere, or where JupyterLab does not look."""
    if not found.is_relative_to(root):
        return None
    path = found.relative_to(root)
    return None if any(part.startswith(".") for part in path.parts) else path.as_posix()
