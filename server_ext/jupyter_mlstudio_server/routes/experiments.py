"""Experiments and runs over HTTP."""

from threading import Thread
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.validation import convert, parse
from jupyter_mlstudio.experiments.reading.curves import CurvesQuery
from jupyter_mlstudio.experiments.reading.packed import MEDIA_TYPE
from jupyter_mlstudio.experiments.reading.table import TableQuery
from jupyter_mlstudio.experiments.types import (
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


def listed(ids: str | None) -> list[str] | None:
    """Read ids that are separated by commas."""
    return None if ids is None else [run for run in ids.split(",") if run]


def named(names: str | None, of: str) -> list[str] | None:
    """Read names of columns, which may hold any character: a JSON list, or one name.

    Raises:
        InvalidError: It begins as a list and is none.
    """
    if names is None or not names.startswith("["):
        return None if names is None else [names]
    return parse(list[str], names, of)


class RunsHandler(StudioHandler):
    """Base of the verbs on runs."""

    @property
    def reads(self) -> "Experiments":
        """The experiments, here where they are read straight from a file, else in the engine process."""
        here = self.studio.experiments
        return here if here.direct else self.engine.experiments

    def table(self, query: TableQuery) -> Content:
        """Give runs; those of a server are brought up to date meanwhile."""
        self._follow([], [])
        return Content(self.studio.experiments.reading.table(query), MEDIA_TYPE)

    def curves(self, query: CurvesQuery) -> Content:
        """Give how metrics developed; what of it is only on a server is fetched meanwhile."""
        reading = self.studio.experiments.reading
        if reading.lacking(query.ids, query.metrics):
            self._follow(query.ids, query.metrics)
        return Content(reading.curves(query), MEDIA_TYPE)

    def _follow(self, ids: list[str], metrics: list[str]) -> None:
        """Let the engine process copy runs of a server; nobody waits for that process to start."""
        if not self.studio.experiments.direct:
            follow = self.engine.experiments.reading.follow
            Thread(target=follow, kwargs={"ids": ids, "metrics": metrics}, name="mlstudio-follow", daemon=True).start()

    def writes(self, edit: RunEdit) -> "Experiments":
        """Return the experiments that can write a change: here if it needs no MLflow, else in the engine process."""
        here = self.studio.experiments
        return here if here.can_edit(edit) else self.engine.experiments


class ExperimentsHandler(RunsHandler):
    @operation()
    def get(self) -> ExperimentList:
        """List the experiments."""
        return self.reads.experiments()


class TableHandler(RunsHandler):
    @operation()
    def get(  # each is a parameter of the address
        self,
        experiment: str | None = None,
        filter: str = "",
        deleted: bool = False,
        limit: int | None = None,
        ids: str | None = None,
        columns: str | None = None,
        since: str | None = None,
    ) -> Content:
        """Give runs as packed columns; `ids` are separated by commas, `columns` a JSON list."""
        query = {
            "experiment": experiment,
            "filter": filter,
            "deleted": deleted,
            "limit": limit,
            "ids": listed(ids),
            "columns": named(columns, "columns"),
            "since": since,
        }
        return self.table(convert(TableQuery, query))

    @operation()
    def post(self, query: TableQuery) -> Content:
        """Give runs as packed columns, for more ids than an address can hold."""
        return self.table(query)


class CurvesHandler(RunsHandler):
    @operation()
    def get(self, ids: str = "", metrics: str = "", points: int = 600, by: str = "step") -> Content:
        """Give how metrics developed, packed; `ids` are separated by commas, `metrics` one name or a JSON list."""
        query = {"ids": listed(ids), "metrics": named(metrics, "metrics"), "points": points, "by": by}
        return self.curves(convert(CurvesQuery, query))

    @operation()
    def post(self, query: CurvesQuery) -> Content:
        """Give how metrics developed, for more ids than an address can hold, or only what is new."""
        return self.curves(query)


class RunTableHandler(RunsHandler):
    @operation()
    def get(  # noqa: PLR0913, PLR0917  # each is a parameter of the address
        self,
        experiment: str | None = None,
        state: RunState | None = None,
        search: str = "",
        job: str | None = None,
        ids: str | None = None,
        deleted: bool = False,
        limit: int = 5000,
        brief: bool = False,
    ) -> RunTable:
        """List runs with what they logged, the newest first; `ids` are separated by commas."""
        query = {
            "experiment": experiment,
            "state": state,
            "search": search,
            "job": job,
            "deleted": deleted,
            "limit": limit,
            "brief": brief,
        }
        return self.reads.runs(query=convert(RunQuery, {**query, "ids": listed(ids)}))


class RunHandler(RunsHandler):
    @operation()
    def get(self, id: str) -> Run:
        """Tell everything about a run."""
        return self.reads.run(run_id=id)

    @operation()
    def patch(self, id: str, edit: RunEdit) -> Run:
        """Change a run's name, remark or tags."""
        return self.writes(edit).edit(run_id=id, edit=edit)

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


ROUTES = [
    (r"/mlstudio/experiments", ExperimentsHandler),
    (r"/mlstudio/experiments/table", TableHandler),
    (r"/mlstudio/experiments/curves", CurvesHandler),
    (r"/mlstudio/experiments/runs", RunTableHandler),
    (r"/mlstudio/experiments/runs/(?P<id>\w+)", RunHandler),
    (r"/mlstudio/experiments/runs/(?P<id>\w+)/restore", RunRestoreHandler),
    (r"/mlstudio/experiments/series", SeriesHandler),
]
