"""The files that a run has kept. A model of the run stands among them as a folder named by the model's id."""

from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.experiments.types import ArtifactEntry, RunModel


class Place(NamedTuple):
    """Where an artifact is: of a run, or of one of its models, in a folder of this machine or elsewhere."""

    run_id: str
    model_id: str | None
    path: str
    folder: Path | None

    def outwards(self, entry: ArtifactEntry) -> ArtifactEntry:
        """Return an entry with its path as the run's artifacts count it."""
        return entry if self.model_id is None else entry.model_copy(update={"path": f"{self.model_id}/{entry.path}"})


def local_folder(uri: str) -> Path | None:
    """Return the folder that an artifact address names on this machine; None if it is elsewhere."""
    parts = urlsplit(uri)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return Path(uri) if uri.startswith("/") else None


def listed(root: Path, path: str) -> list[ArtifactEntry]:
    """List one folder of a run's artifacts; a run that has kept nothing yet has no folder, and that is fine.

    Raises:
        InvalidError: The path leads out of the run's artifacts.
        NotFoundError: They are in a place that this machine does not have.
    """
    folder = inside(root, path)
    if not folder.is_dir():
        _check_place(root)
        return []
    entries = [_entry(root.resolve(), child) for child in folder.iterdir() if not child.is_symlink()]
    return sorted(entries, key=lambda entry: (entry.kind == "file", entry.name.lower()))


def file_at(root: Path, path: str) -> Path:
    """Return the file of an artifact.

    Raises:
        InvalidError: The path leads out of the run's artifacts.
        NotFoundError: There is no such file, or the whole place is missing.
    """
    found = inside(root, path)
    if not found.is_file():
        _check_place(root)
        raise NotFoundError(f"The run has no artifact {path!r}.")
    return found


def of_model(model: RunModel) -> ArtifactEntry:
    """Return a model as it stands among the artifacts."""
    return ArtifactEntry(path=model.id, name=model.name, kind="model", size=None)


def _check_place(root: Path) -> None:
    """Raise if not even the folder is there in which the store keeps the folders of its experiments."""
    if not root.exists() and not any(parent.exists() for parent in root.parents[: min(3, len(root.parents) - 1)]):
        raise NotFoundError(
            f"The files of this run are kept in {root}, which this machine does not have. Open the project where "
            "they are, or copy that folder here.",
            code="elsewhere",
        )


def _entry(root: Path, path: Path) -> ArtifactEntry:
    is_file = path.is_file()
    return ArtifactEntry(
        path=path.relative_to(root).as_posix(),
        name=path.name,
        kind="file" if is_file else "folder",
        size=path.stat().st_size if is_file else None,
    )
