"""What the Studio tells the registry of runs, jobs, endpoints and monitoring, which it does not know itself."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jupyter_mlstudio.core.errors import NotFoundError, StudioError
from jupyter_mlstudio.core.trust import Trust, digest
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.racing import experiment_id
from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.service import Experiments
from jupyter_mlstudio.experiments.types import Run, RunQuery
from jupyter_mlstudio.jobs.service import Jobs
from jupyter_mlstudio.monitoring.service import Monitoring
from jupyter_mlstudio.registry.folder import described
from jupyter_mlstudio.registry.surroundings import (
    EndpointFacts,
    JobFacts,
    RunFacts,
    RunToKeep,
    Surroundings,
    UsedData,
)
from jupyter_mlstudio.serving.service import Serving
from jupyter_mlstudio.serving.types import Endpoint

if TYPE_CHECKING:
    from mlflow import MlflowClient

BATCH = 100
"""Params and tags that MLflow takes at once."""

LONGEST = 5000
"""Characters of a tag that every MLflow takes."""


class Introducing(Protocol):
    """The Studio, as far as the registry is introduced to its parts."""

    project: Path

    @property
    def experiments(self) -> Experiments:
        """Tells of runs."""

    @property
    def jobs(self) -> Jobs:
        """Tells of jobs."""

    @property
    def serving(self) -> Serving:
        """Tells of endpoints."""

    @property
    def monitoring(self) -> Monitoring:
        """Tells what was found at endpoints."""

    @property
    def trust(self) -> Trust:
        """Remembers which model folders may be unpickled."""


def surroundings(studio: Introducing) -> Surroundings:
    """Introduce the registry to everything that a model comes from or goes to."""
    return Surroundings(
        project=studio.project,
        direct=lambda: studio.experiments.direct,
        run=lambda run: _run(studio.experiments, run),
        metrics=lambda runs: _metrics(studio.experiments, runs),
        job=lambda job: _job(studio.jobs, job),
        endpoints=lambda: [_endpoint(each) for each in studio.serving.endpoints().items],
        watched=lambda endpoint: _watched(studio.monitoring, endpoint),
        keep=lambda run, folder: keep(studio.experiments, run, folder),
        trust=lambda folder: studio.trust.add(digest(folder)),
        trusted=lambda folder: studio.trust.knows(digest(folder)),
    )


def keep(experiments: Experiments, run: RunToKeep, folder: Path) -> tuple[str, str]:
    """Make a finished run with a logged model out of what a file says; nothing of the model is loaded."""
    client = experiments.client()
    with engine_errors():
        experiment = experiment_id(client, run.experiment, experiments.artifact_location)
        tags = {name: value[:LONGEST] for name, value in run.tags.items()}
        made = client.create_run(experiment, tags=tags, run_name=run.name or None).info.run_id
        try:
            _log(client, made, run)
            model = _log_model(client, experiment, made, run, folder)
        except BaseException:
            client.set_terminated(made, "FAILED")
            raise
        client.set_terminated(made, "FINISHED")
    return made, model


def _log(client: "MlflowClient", run_id: str, run: RunToKeep) -> None:
    from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param

    params = [Param(name, value) for name, value in run.params.items()]
    for begin in range(0, len(params), BATCH):
        client.log_batch(run_id, params=params[begin : begin + BATCH])
    at = client.get_run(run_id).info.start_time
    metrics = [Metric(name, value, at, 0) for name, value in run.metrics.items()]
    for begin in range(0, len(metrics), BATCH):
        client.log_batch(run_id, metrics=metrics[begin : begin + BATCH])
    for used in run.datasets:
        shape = f'{{"num_rows": {used.rows or "null"}, "num_columns": {used.columns or "null"}}}'
        data = Dataset(used.name, used.digest, "local", _source(used.source), profile=shape)
        client.log_inputs(run_id, [DatasetInput(data, [InputTag("mlflow.data.context", used.context)])])


def _log_model(client: "MlflowClient", experiment: str, run_id: str, run: RunToKeep, folder: Path) -> str:
    from mlflow.entities import LoggedModelOutput

    params = dict(list(run.params.items())[:BATCH])
    model = client.create_logged_model(experiment, "model", run_id, params=params)
    _readdress(folder / "MLmodel", run_id, model.model_id, model.artifact_location)
    client.log_model_artifacts(model.model_id, str(folder))
    client.finalize_logged_model(model.model_id, "READY")
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, step=0)])
    return str(model.model_id)


def _readdress(file: Path, run_id: str, model_id: str, location: str) -> None:
    """Let a model's description name the run and the logged model that it belongs to here."""
    import yaml

    content = described(file)
    named = {"run_id": run_id, "model_id": model_id, "model_uuid": model_id, "artifact_path": location}
    file.write_text(yaml.safe_dump({**content, **named}, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _source(source: str) -> str:
    import json

    return json.dumps({"uri": source})


def _run(experiments: Experiments, id: str) -> RunFacts | None:
    try:
        return _facts(experiments.run(id))
    except NotFoundError:
        return None


def _facts(run: Run) -> RunFacts:
    return RunFacts(
        id=run.id,
        name=run.name,
        experiment=run.experiment,
        state=run.state.value,
        started_at=run.started_at,
        notebook=run.notebook,
        job=run.job,
        recipe=run.recipe,
        commit=run.commit,
        user=run.user,
        params={param.name: param.value for param in run.params},
        metrics={metric.name: float(metric.value) for metric in run.metrics if metric.value is not None},
        datasets=tuple(
            UsedData(used.name, used.digest, used.source, used.context or "", used.rows, used.columns)
            for used in run.datasets
        ),
        tags={**run.tags, **_origin(run)},
    )


def _origin(run: Run) -> dict[str, str]:
    """Return what the tags of a run say about where it comes from, which hold in another project too."""
    found = {rows.NOTEBOOK: run.notebook, rows.RECIPE: run.recipe, rows.COMMIT: run.commit, rows.NOTE: run.note}
    return {name: value for name, value in found.items() if value}


def _metrics(experiments: Experiments, ids: Sequence[str]) -> dict[str, dict[str, float]]:
    if not ids:
        return {}
    table = experiments.runs(RunQuery(ids=list(dict.fromkeys(ids)), limit=100_000))
    found: dict[str, dict[str, float]] = {run.id: {} for run in table.items}
    for column in table.columns:
        if column.kind == "metric":
            for run, value in zip(table.items, column.values, strict=True):
                if value is not None:
                    found[run.id][column.name] = float(value)
    return found


def _job(jobs: Jobs, id: str) -> JobFacts | None:
    try:
        job = jobs.get(id)
    except NotFoundError:
        return None
    notebook = "" if job.generated else job.spec.notebook
    return JobFacts(name=job.name, state=job.state.value, notebook=notebook, at=job.created_at)


def _endpoint(endpoint: Endpoint) -> EndpointFacts:
    known = {each.number: each for each in endpoint.deployments}
    numbers = dict.fromkeys(share.number for share in endpoint.traffic if share.weight > 0 or share.shadow)
    answering = [known[number] for number in numbers if number in known]
    if not answering and endpoint.deployment is not None:
        answering = [endpoint.deployment]
    follows = endpoint.follow
    return EndpointFacts(
        id=endpoint.id,
        name=endpoint.name,
        state=endpoint.state.value,
        since=endpoint.since,
        follows=None if follows is None else (follows.name, follows.alias),
        serves=tuple(dict.fromkeys(each.model for each in answering if each.model is not None)),
        runs=tuple(dict.fromkeys(each.run_id for each in answering if each.model is None and each.run_id)),
    )


def _watched(monitoring: Monitoring, id: str) -> str:
    try:
        report = monitoring.monitor(id).report
    except StudioError:  # nothing watches it, or it cannot be told now
        return ""
    return "" if report is None else f"{report.message} (checked {report.at:%Y-%m-%d %H:%M} UTC, {report.rows:,} rows)"
