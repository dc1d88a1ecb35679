"""What runs have kept, over HTTP: listed, looked into, and as it is."""

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.experiments.previewing.reading import RAW, needs_engine
from jupyter_mlstudio.experiments.previewing.types import ArtifactPreview, ModelDescription, ProjectPath
from jupyter_mlstudio.experiments.types import ArtifactList
from jupyter_mlstudio_server.http import Content, operation
from jupyter_mlstudio_server.routes.experiments import RunsHandler

if TYPE_CHECKING:
    from jupyter_mlstudio.experiments.service import Experiments

SAVED = 500_000_000
"""Bytes of an artifact that can be saved through the browser."""

SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a browser may show as it is: nothing in these can run."""


class ArtifactsHandler(RunsHandler):
    @operation()
    def get(self, id: str, path: str = "") -> ArtifactList:
        """List one folder of what a run has kept."""
        return self.reads.artifacts(run_id=id, path=path)


class ArtifactHandler(RunsHandler):
    @operation()
    def get(self, id: str, path: str = "", save: bool = False) -> Content:
        """Give the content of an artifact, to show it or to save it as a file."""
        return _content(Path(self.reads.artifact_file(run_id=id, path=path)), save)


class PreviewHandler(RunsHandler):
    @operation()
    def get(self, id: str, path: str = "") -> ArtifactPreview:
        """Tell what is in an artifact, as far as it is shown."""
        return self._looking(path).previews.look(run_id=id, path=path)

    def _looking(self, path: str) -> "Experiments":
        return self.engine.experiments if needs_engine(path) else self.reads


class ModelHandler(RunsHandler):
    @operation()
    def get(self, id: str, path: str = "") -> ModelDescription:
        """Describe a model that a run has kept, from its files; nothing of it is loaded."""
        return self.reads.previews.model(run_id=id, path=path)


class CopyHandler(RunsHandler):
    @operation(status=201)
    def post(self, id: str, path: str = "") -> ProjectPath:
        """Make sure that an artifact can be opened by a path in the project."""
        return ProjectPath(path=self.engine.experiments.previews.in_project(run_id=id, path=path))


def _content(path: Path, save: bool) -> Content:
    """Read a file; whatever a browser could run goes out as plain text."""
    limit = SAVED if save else RAW
    size = path.stat().st_size
    if size > limit:
        raise InvalidError(
            f"{path.name!r} has {size / 1e6:,.0f} MB, more than the {limit / 1e6:,.0f} MB that can be "
            f"{'saved from here. Copy it from ' + str(path.parent) if save else 'shown. Save it instead'}.",
            code="too_large",
        )
    body = path.read_bytes()
    named = mimetypes.guess_type(path.name)[0] or ""
    if named not in SHOWN:
        named = "application/octet-stream" if b"\0" in body[:8192] else "text/plain; charset=utf-8"
    return Content(body, named, path.name if save else None)


ROUTES = [
    (r"/mlstudio/experiments/runs/(?P<id>\w+)/artifacts", ArtifactsHandler),
    (r"/mlstudio/experiments/runs/(?P<id>\w+)/artifact", ArtifactHandler),
    (r"/mlstudio/experiments/runs/(?P<id>\w+)/artifact/copy", CopyHandler),
    (r"/mlstudio/experiments/runs/(?P<id>\w+)/preview", PreviewHandler),
    (r"/mlstudio/experiments/runs/(?P<id>\w+)/model", ModelHandler),
]
