"""How features meet that do not import one another: what the Studio hands to each of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import EngineError, NotFoundError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.jobs.service import Jobs
from jupyter_mlstudio.jobs.types import JobSpec
from jupyter_mlstudio.monitoring.findings import RuleFinding
from jupyter_mlstudio.monitoring.meeting import Meeting, Watched, WatchedModel
from jupyter_mlstudio.serving.batch.service import JobLook, TransformJobs
from jupyter_mlstudio.serving.service import Serving
from jupyter_mlstudio.serving.types import Endpoint, ModelSource

if TYPE_CHECKING:
    import polars as pl

NOT_FOR_WINDOWS = frozenset({"rows", "fresh"})
"""Rules about a whole table, which say nothing about a window of live rows."""


def meeting(state: Path, serving: Callable[[], Serving], jobs: Callable[[], Jobs]) -> Meeting:
    """Introduce monitoring to endpoints, recipes, schedules and workflows."""
    return Meeting(
        endpoints=lambda: [_watched(each, state / "endpoints" / each.id) for each in serving().endpoints().items],
        check_rules=check_rules,
        schedule=lambda *asked: _schedule(jobs(), *asked),
        unschedule=lambda schedule: _unschedule(jobs(), schedule),
        next_time=lambda schedule: _next_time(jobs(), schedule),
        run_workflow=lambda path, parameters: jobs().workflows.run(path, parameters).id,
        read_table=read_table,
    )


def transform_jobs(jobs: Callable[[], Jobs]) -> TransformJobs:
    """Introduce batch transforms to jobs."""

    def submit(notebook: bytes, path: str, name: str, parameters: dict[str, JsonValue]) -> str:
        return jobs().submit(JobSpec(notebook=path, name=name, parameters=parameters), source=notebook).id

    return TransformJobs(submit=submit, look=lambda job: _look(jobs(), job), stop=lambda job: _stop(jobs(), job))


def answering(serving: Callable[[], Serving], endpoint: str) -> tuple[ModelSource, str]:
    """Tell which copy of a model answers at an endpoint, and what it is called."""
    found = serving().named(endpoint)
    deployment = found.deployment or found.deployments[0]
    return ModelSource(folder=f".mlstudio/endpoints/{found.id}/models/{deployment.number}"), deployment.label


def keep_baseline(
    folder: Path,
    pipeline: Any,
    rows: Any,
    source: Literal["training_data", "dataset", "input_example"],
    target: str | None,
    keep_sample: bool,
) -> None:
    """Write the profile of a model's training data, and its recipe, into the model's folder."""
    from jupyter_mlstudio.monitoring.baseline import FOLDER, Training, keep

    keep(folder, pipeline, Training(rows, source, target, keep_sample))
    recipe = next((step.recipe_ for step in _steps(pipeline) if hasattr(step, "recipe_")), None)
    if recipe is not None:
        (folder / FOLDER / "recipe.json").write_text(recipe.text(), encoding="utf-8")


def run_again(jobs: Callable[[], Jobs]) -> Callable[[str, bytes, Mapping[str, JsonValue]], str]:
    """Let experiments queue the notebook of a run as a job."""

    def queue(path: str, notebook: bytes, parameters: Mapping[str, JsonValue]) -> str:
        return jobs().submit(JobSpec(notebook=path, parameters=dict(parameters)), source=notebook).id

    return queue


def check_rules(text: str, frame: "pl.DataFrame") -> list[RuleFinding]:
    """Hold raw rows against the rules of a recipe, after its steps; rules about the target and the table are left out.

    Raises:
        InvalidError: A step does not fit the rows.
    """
    from jupyter_mlstudio.wrangling.recipe import Recipe
    from jupyter_mlstudio.wrangling.rules.check import check

    recipe = Recipe.model_validate_json(text).model_copy(update={"source": None})
    rules = [rule for rule in recipe.rules if rule.kind not in NOT_FOR_WINDOWS]
    if not rules:
        return []
    made = recipe.run(frame)
    there = [rule for rule in rules if set(rule.names()) <= set(made.columns)]
    return [
        RuleFinding(
            sentence=item.sentence,
            state=item.state,
            severity=item.severity,
            failing=item.failing,
            share=item.share,
            message=item.message,
        )
        for item in check(made.lazy(), there).items
    ]


def read_table(path: Path) -> "pl.DataFrame":
    """Read a file as a table, in any form that wrangling reads."""
    from jupyter_mlstudio.wrangling.recipe import Recipe

    return Recipe().run(path)


def _watched(endpoint: Endpoint, folder: Path) -> Watched:
    answering = endpoint.deployment or next(iter(endpoint.deployments), None)
    shares = [share for share in endpoint.traffic if not share.shadow and share.weight > 0]
    return Watched(
        id=endpoint.id,
        name=endpoint.name,
        folder=folder,
        number=None if answering is None else answering.number,
        traffic=tuple(dict.fromkeys(share.number for share in shares)),
        models=tuple(
            WatchedModel(each.number, each.label, folder / "models" / str(each.number)) for each in endpoint.deployments
        ),
        capture_share=endpoint.capture.share,
    )


def _look(jobs: Jobs, id: str) -> JobLook | None:
    try:
        job = jobs.get(id)
    except NotFoundError:
        return None
    return JobLook(
        state=job.state.value,
        started_at=job.started_at,
        ended_at=job.ended_at,
        error=job.error.message if job.error is not None else None,
        notebook=job.output,
        outputs=job.outputs,
    )


def _stop(jobs: Jobs, id: str) -> None:
    jobs.stop(id)


def _schedule(
    jobs: Jobs,
    id: str | None,
    name: str,
    notebook: str,
    parameters: Mapping[str, JsonValue],
    minutes: int | None,
    cron: str | None,
) -> str:
    from jupyter_mlstudio.jobs.schedules.types import ScheduleSpec

    trigger = {"kind": "cron", "cron": cron} if cron is not None else {"kind": "interval", "every": minutes}
    job = {"notebook": notebook, "parameters": dict(parameters)}
    spec = convert(ScheduleSpec, {"name": name, "job": job, "trigger": trigger})
    if id is not None:
        try:
            return jobs.schedules.replace(id, spec).id
        except NotFoundError:  # somebody removed it among the schedules
            pass
    return jobs.schedules.add(spec).id


def _unschedule(jobs: Jobs, id: str) -> None:
    try:
        jobs.schedules.remove(id)
    except NotFoundError:
        return


def _next_time(jobs: Jobs, id: str) -> datetime | None:
    try:
        return next(iter(jobs.schedules.get(id).next), None)
    except NotFoundError:
        return None


def _steps(pipeline: Any) -> list[Any]:
    return [pipeline, *(step for _, step in getattr(pipeline, "steps", []))]


def polled(studio: object, service: str) -> list[Changed]:
    """Ask a service what has changed; where a project can only be read, one that has to write has nothing to tell."""
    try:
        found: list[Changed] = getattr(studio, service).poll()
    except EngineError as error:
        if error.code != "read_only":
            raise
        return []
    return found
