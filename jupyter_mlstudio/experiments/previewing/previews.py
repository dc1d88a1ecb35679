"""What can be looked at among a run's files."""

import shutil
from collections.abc import Callable
from pathlib import Path

from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.experiments.previewing import models, reading, tables
from jupyter_mlstudio.experiments.previewing.types import ArtifactPreview, ModelDescription

COPIES = ".mlstudio/copies"
"""Where files are put that are not in the project, so that other tools find them by a path."""


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
        """Return a path in the project by which a file can be opened; a copy where it needs one.

        A table that MLflow wrote as JSON is copied as Parquet, which everything reads.
        """
        found, _ = self._file(run_id, path)
        root = self._project.resolve()
        copy = inside(root, f"{COPIES}/{run_id}/{path}")
        if found.suffix == ".json":
            copy = copy.with_suffix(".parquet")
            copy.parent.mkdir(parents=True, exist_ok=True)
            tables.as_parquet(found, copy)
        elif found.resolve().is_relative_to(root):
            return found.resolve().relative_to(root).as_posix()
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found, copy)
        return copy.relative_to(root).as_posix()
