"""Artifacts that are kept on another machine, fetched through MLflow."""

import atexit
import shutil
import tempfile
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.experiments.artifacts import Place
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.types import ArtifactEntry

if TYPE_CHECKING:
    from mlflow import MlflowClient


def listed(client: "MlflowClient", place: Place) -> list[ArtifactEntry]:
    """List one folder of what a run has kept."""
    path = _checked(place.path) or None
    with engine_errors():
        if place.model_id is None:
            found = client.list_artifacts(place.run_id, path)
        else:
            found = client.list_logged_model_artifacts(place.model_id, path)
    entries = [
        ArtifactEntry(
            path=item.path,
            name=item.path.rsplit("/", 1)[-1],
            kind="folder" if item.is_dir else "file",
            size=item.file_size,
        )
        for item in found
    ]
    return sorted(entries, key=lambda entry: (entry.kind == "file", entry.name.lower()))


def fetched(client: "MlflowClient", place: Place) -> str:
    """Download a file into a folder of its own, which goes with this process, and return where it is."""
    path = _checked(place.path)
    with engine_errors():
        from mlflow.artifacts import download_artifacts

        folder = tempfile.mkdtemp(prefix="mlstudio-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        uri = f"{_root(client, place)}/{path}"
        return str(download_artifacts(artifact_uri=uri, dst_path=folder, tracking_uri=client.tracking_uri))


def _root(client: "MlflowClient", place: Place) -> str:
    """Return the address of a run's artifacts or of a model's files; MLflow's short one of a model takes no path."""
    if place.model_id is None:
        return f"runs:/{place.run_id}"
    return str(client.get_logged_model(place.model_id).artifact_location)


def _checked(path: str) -> str:
    if ".." in path.split("/"):
        raise InvalidError(f"{path!r} leads out of the run's artifacts. Name a path among them.", code="outside")
    return path
