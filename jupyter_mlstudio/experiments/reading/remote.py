"""Reads runs through MLflow's API: slower, and right for every store that MLflow can talk to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.reading import rows, series
from jupyter_mlstudio.experiments.types import (
    Experiment,
    Metric,
    Param,
    Run,
    RunModel,
    RunQuery,
    RunRow,
    RunTable,
    Series,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run as MlflowRun

PAGE = 1000


class ApiReader:
    """The reader of remote stores, and of local ones whose schema is newer than what the quick reader knows."""

    def __init__(self, client: "MlflowClient") -> None:
        self._client = client

    def experiments(self) -> list[Experiment]:
        """Return all experiments that are not deleted; runs are counted up to one page."""
        with engine_errors():
            found = [self._experiment(item.experiment_id, item.name) for item in self._client.search_experiments()]
        return sorted(found, key=lambda item: item.latest.timestamp() if item.latest else 0, reverse=True)

    def runs(self, query: RunQuery) -> RunTable:
        """Return the runs that fit."""
        with engine_errors():
            names = {item.experiment_id: item.name for item in self._client.search_experiments()}
            fitting = [run for run in self._all(query, names) if _fits(query, _row(run, names))]
        found = fitting[: query.limit]
        told = [] if query.brief else found
        ids = [run.info.run_id for run in found]
        return RunTable(
            items=[_row(run, names) for run in found],
            columns=[
                *rows.columns(
                    "param", ids, ((r.info.run_id, k, v[:200]) for r in told for k, v in r.data.params.items())
                ),
                *rows.columns("metric", ids, ((r.info.run_id, *pair) for r in found for pair in _metrics(r))),
                *rows.columns("tag", ids, ((r.info.run_id, k, v[:200]) for r in told for k, v in _own_tags(r))),
            ],
            total=len(fitting),
        )

    def run(self, id: str) -> Run:
        """Return everything about a run."""
        with engine_errors():
            run = self._client.get_run(id)
            experiment = self._client.get_experiment(run.info.experiment_id)
            children = self._client.search_runs(
                [experiment.experiment_id], f"tags.`{rows.PARENT}` = '{run.info.run_id}'"
            )
            models = self._client.search_logged_models(
                [experiment.experiment_id], f"source_run_id = '{run.info.run_id}'"
            )
        inputs = run.inputs.dataset_inputs if run.inputs else []
        return rows.run(
            _row(run, {experiment.experiment_id: experiment.name}),
            run.data.tags,
            params=[Param(name=name, value=value) for name, value in sorted(run.data.params.items())],
            metrics=[
                Metric(name=m.key, value=rows.number(m.value, False), step=m.step, at=rows.known(m.timestamp))
                for m in sorted(run.data._metric_objs, key=lambda metric: metric.key)  # the public form loses the steps
            ],
            datasets=[
                rows.dataset(d.dataset.name, d.dataset.digest, d.dataset.source, d.dataset.profile, _context(d.tags))
                for d in inputs
            ],
            models=[RunModel(id=m.model_id, name=m.name, uri=f"models:/{m.model_id}") for m in models],
            children=[child.info.run_id for child in reversed(children)],
        )

    def series(self, id: str, metric: str, points: int) -> Series:
        """Return how a metric developed, evenly thinned out to so many points at most."""
        with engine_errors():
            history = sorted(self._client.get_metric_history(id, metric), key=lambda m: (m.step, m.timestamp))
        every = max(1, -(-len(history) // points))
        kept = [(m.step, m.timestamp, _finite(m.value)) for m in history[::every]]
        return series.assemble(id, metric, len(history), kept)

    def artifact_root(self, id: str) -> str:
        """Return the address of a run's artifacts."""
        with engine_errors():
            return str(self._client.get_run(id).info.artifact_uri)

    def model_root(self, id: str) -> str:
        """Return the address of the files of a logged model."""
        with engine_errors():
            return str(self._client.get_logged_model(id).artifact_location)

    def _experiment(self, id: str, name: str) -> Experiment:
        found = self._client.search_runs([id], max_results=PAGE)
        return Experiment(
            id=id, name=name, runs=len(found), latest=rows.moment(found[0].info.start_time) if found else None
        )

    def _all(self, query: RunQuery, names: dict[str, str]) -> Iterator["MlflowRun"]:
        if query.ids is not None:
            yield from self._named(query.ids)
            return
        wanted = [key for key, name in names.items() if query.experiment in {None, name}]
        token: str | None = None
        while wanted:
            page = self._client.search_runs(wanted, "", 2 if query.deleted else 1, PAGE, [_order(query)], token)
            yield from page
            token = page.token
            if not token:
                return

    def _named(self, ids: list[str]) -> Iterator["MlflowRun"]:
        for run_id in ids:
            try:
                with engine_errors():
                    yield self._client.get_run(run_id)
            except NotFoundError:
                continue


def _row(run: "MlflowRun", names: dict[str, str]) -> RunRow:
    info = run.info
    return rows.run_row(
        (info.run_id, info.run_name, names.get(info.experiment_id, info.experiment_id)),
        info.status,
        (info.start_time, info.end_time),
        info.lifecycle_stage == "deleted",
        run.data.tags,
    )


def _fits(query: RunQuery, row: RunRow) -> bool:
    text = f"{row.name} {row.id} {row.experiment} {row.notebook or ''}".lower()
    return (
        query.search.lower() in text
        and query.state in {None, row.state}
        and query.job in {None, row.job}
        and (query.jobs is None or row.job in query.jobs)
        and query.deleted == row.deleted
    )


def _order(query: RunQuery) -> str:
    kind, _, name = query.sort.partition(".")
    column = (
        f"{kind}.`{name}`" if name else {"started_at": "attributes.start_time", "name": "attributes.run_name"}[kind]
    )
    return f"{column} {'DESC' if query.descending else 'ASC'}"


def _metrics(run: "MlflowRun") -> list[tuple[str, float | str | None]]:
    return [(name, rows.number(value, False)) for name, value in run.data.metrics.items()]


def _own_tags(run: "MlflowRun") -> list[tuple[str, str]]:
    return [(name, value) for name, value in run.data.tags.items() if not rows.is_own(name)]


def _finite(value: float) -> float | None:
    return value if isinstance(rows.number(value, False), float) else None


def _context(tags: object) -> str | None:
    named = {tag.key: str(tag.value) for tag in tags} if isinstance(tags, list) else {}
    return named.get("mlflow.data.context")
