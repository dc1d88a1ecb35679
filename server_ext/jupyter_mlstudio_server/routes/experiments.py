"""Experiments and runs over HTTP."""

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.experiments.types import (
    ArtifactList,
    ExperimentList,
    Run,
    RunEdit,
    RunQuery,
    RunState,
    RunTable,
    SeriesList,
)
from jupyter_mlstudio_server.http import Content, StudioHandler, operation

if TYPE_CHECKING:
    from jupyter_mlstudio.experiments.service import Experiments

SHOWN = 5_000_000
"""Bytes of an artifact that is shown in a panel."""

SAVED = 500_000_000
"""Bytes of an artifact that can be saved through the browser."""

IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a browser may show as it is: nothing in these can run."""


class RunsHandler(StudioHandler):
    """Base of the verbs on runs."""

    @property
    def reads(self) -> "Experiments":
        """The experiments, here where they are read straight from a file, else in the engine process."""
        here = self.studio.experiments
        return here if here.direct else self.engine.experiments


class ExperimentsHandler(RunsHandler):
    @operation()
    def get(self) -> ExperimentList:
        """List the experiments."""
        return self.reads.experiments()


class RunTableHandler(RunsHandler):
    @operation()
    def get(  # each is a parameter of the address
        self,
        experiment: str | None = None,
        state: RunState | None = None,
        search: str = "",
        job: str | None = None,
        ids: str | None = None,
        deleted: bool = False,
        limit: int = 5000,
    ) -> RunTable:
        """List runs with what they logged, the newest first; `ids` are separated by commas."""
        query = {
            "experiment": experiment,
            "state": state,
            "search": search,
            "job": job,
            "deleted": deleted,
            "limit": limit,
        }
        return self.reads.runs(query=convert(RunQuery, {**query, "ids": None if ids is None else ids.split(",")}))


class RunHandler(RunsHandler):
    @operation()
    def get(self, id: str) -> Run:
        """Tell everything about a run."""
        return self.reads.run(run_id=id)

    @operation()
    def patch(self, id: str, edit: RunEdit) -> Run:
        """Change a run's name, remark or tags."""
        return self.engine.experiments.edit(run_id=id, edit=edit)

    @operation(status=204)
    def delete(self, id: str) -> None:
        """Put a run into the bin."""
        return self.engine.experiments.delete(run_id=id)


class RunRestoreHandler(RunsHandler):
    @operation()
    def post(self, id: str) -> Run:
        """Take a run out of the bin."""
        return self.engine.experiments.restore(run_id=id)


class SeriesHandler(RunsHandler):
    @operation()
    def get(self, ids: str = "", metric: str = "", points: int = 600) -> SeriesList:
        """Tell how a metric developed in some runs, whose `ids` are separated by commas."""
        return self.reads.series(run_ids=[run for run in ids.split(",") if run], metric=metric, points=points)


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


def _content(path: Path, save: bool) -> Content:
    """Read a file; whatever a browser could run goes out as plain text."""
    limit = SAVED if save else SHOWN
    size = path.stat().st_size
    if size > limit:
        raise InvalidError(
            f"{path.name!r} has {size / 1e6:,.0f} MB, more than the {limit / 1e6:,.0f} MB that can be "
            f"{'saved from here. Copy it from ' + str(path.parent) if save else 'shown. Save it instead'}.",
            code="too_large",
        )
    body = path.read_bytes()
    named = mimetypes.guess_type(path.name)[0] or ""
    if named not in IMAGES:
        named = "application/octet-stream" if b"\0" in body[:8192] else "text/plain; charset=utf-8"
    return Content(body, named, path.name if save else None)


ROUTES = [
    (r"/mlstudio/experiments", ExperimentsHandler),
    (r"/mlstudio/experiments/runs", RunTableHandler),
    (r"/mlstudio/experiments/runs/(?P<id>\w+)", RunHandler),
    (r"/mlstudio/experiments/runs/(?P<id>\w+)/restore", RunRestoreHandler),
    (r"/mlstudio/experiments/runs/(?P<id>\w+)/artifacts", ArtifactsHandler),
    (r"/mlstudio/experiments/runs/(?P<id>\w+)/artifact", ArtifactHandler),
    (r"/mlstudio/experiments/series", SeriesHandler),
]
