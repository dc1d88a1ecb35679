"""What the commands of `jupyter mlstudio` do, and what they print."""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError

if TYPE_CHECKING:
    from pydantic import JsonValue

    from jupyter_mlstudio.jobs.types import Job
    from jupyter_mlstudio.studio import Studio


def _studio(options: argparse.Namespace) -> "Studio":
    from jupyter_mlstudio.studio import Studio

    if not Path(options.project).is_dir():
        raise InvalidError(f"project: there is no folder {options.project!r}. Name one that exists.")
    return Studio.open(options.project)


def lab(options: argparse.Namespace) -> int:
    """Open JupyterLab in a project; returns when it has ended."""
    from jupyterlab.labapp import LabApp

    from jupyter_mlstudio.samples import copy_samples

    folder = Path(options.folder or options.project).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if options.samples:
        copy_samples(folder)
    LabApp.launch_instance([f"--ServerApp.root_dir={folder}", *options.rest])
    return 0


def demo(options: argparse.Namespace) -> None:
    """Go from a raw file to a prediction over HTTP."""
    from jupyter_mlstudio.demo import demo

    demo(Path(options.folder), rows=options.rows, keep=options.keep, say=lambda text: print(text, flush=True))


def run(options: argparse.Namespace) -> int:
    """Run a notebook as a job and follow it; 1 if it did not succeed."""
    from jupyter_mlstudio.jobs.types import JobSpec

    studio = _studio(options)
    parameters = dict(_parameter(text) for text in options.parameter)
    job = studio.jobs.submit(JobSpec(notebook=options.notebook, parameters=parameters, kernel=options.kernel))
    print(f"job {job.id}", flush=True)
    return 0 if options.no_wait else _follow(studio, job)


def _parameter(text: str) -> tuple[str, "JsonValue"]:
    name, equals, value = text.partition("=")
    if not equals:
        raise InvalidError(f"parameter: {text!r} has no value. Write it as name=value.")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, {"True": True, "False": False, "None": None}.get(value, value)


def _follow(studio: "Studio", job: "Job") -> int:
    from jupyter_mlstudio.jobs.types import JobState

    seen, titles = 0, dict[int, str]()
    try:
        while True:
            ended = studio.jobs.wait(job.id, timeout=0.3).ended_at is not None
            page = studio.jobs.events(job.id, seen)
            seen = page.next
            for event in page.items:
                titles.update(enumerate(event.titles or [], start=1))
                if event.kind in ("done", "failed"):
                    mark = "✓" if event.kind == "done" else "✗"
                    print(
                        f"{mark} {event.cell:>3} {event.seconds or 0:7.1f} s  {titles.get(event.cell or 0, '')}",
                        flush=True,
                    )
            if ended and not page.more:
                break
    except KeyboardInterrupt:
        print(f"\nThe job goes on. Stop it with: jupyter mlstudio jobs stop {job.id}")
        raise
    job = studio.jobs.get(job.id)
    if job.error is not None:
        print(job.error.traceback or f"{job.error.name}: {job.error.message}", file=sys.stderr)
    print(f"{job.state.value}: {job.output}")
    return 0 if job.state is JobState.SUCCEEDED else 1


def jobs_list(options: argparse.Namespace) -> None:
    """Print the newest jobs."""
    jobs = _studio(options).jobs.all(50)
    _table(
        ("id", "state", "cells", "created", "notebook"),
        [
            (job.id, job.state.value, f"{job.cells_done}/{job.cells_total}", _time(job.created_at), job.spec.notebook)
            for job in jobs
        ],
    )


def jobs_executors(options: argparse.Namespace) -> None:
    """Print where jobs can run, and what is in the way."""
    items = _studio(options).jobs.executors.all().items
    rows = [
        (each.name, each.state, f"{each.tokens.get('cpu', 0):g}", str(len(each.workers)), each.reason or "")
        for each in items
    ]
    _table(("executor", "state", "cpus", "workers", ""), rows)


def jobs_stop(options: argparse.Namespace) -> None:
    """Stop a job and wait until it has ended."""
    studio = _studio(options)
    studio.jobs.stop(_job_id(studio, options.id))
    job = studio.jobs.wait(_job_id(studio, options.id), timeout=30)
    print(job.state.value)


def jobs_log(options: argparse.Namespace) -> None:
    """Print the whole log of a job."""
    studio = _studio(options)
    job_id = _job_id(studio, options.id)
    page = studio.jobs.log(job_id, 0)
    while page.text:
        print(page.text, end="")
        page = studio.jobs.log(job_id, page.next)


def _job_id(studio: "Studio", beginning: str) -> str:
    found = [job.id for job in studio.jobs.all() if job.id.startswith(beginning)]
    if len(found) > 1:
        raise InvalidError(f"id: {len(found)} jobs begin with {beginning!r}. Write more of it.")
    return found[0] if found else beginning


def deploy(options: argparse.Namespace) -> None:
    """Put a model behind an endpoint and wait until it answers."""
    studio = _studio(options)
    name = options.endpoint or re.split("[@/]", options.model or f"run-{options.run_id[:8]}")[0]
    model = options.run_id or _address(studio, options.model)
    endpoint = studio.deploy(model, name, port=options.port, trust=options.trust)
    print(f"{endpoint.name} answers on {endpoint.url}")
    for snippet in studio.serving.detail(endpoint.id).snippets:
        print(f"\n{snippet.title}:\n{snippet.text}")


def _address(studio: "Studio", model: str) -> str:
    """Write a registered model as MLflow does; one without alias and version means the newest version."""
    if "@" in model or "/" in model:
        return f"models:/{model}"
    return f"models:/{model}/{studio.registry.model(model).latest_version}"


def endpoints_list(options: argparse.Namespace) -> None:
    """Print the endpoints."""
    _table(
        ("name", "state", "model", "address", "message"),
        [
            (
                each.name,
                each.state.value,
                each.deployment.label if each.deployment else "",
                each.url or "",
                each.message,
            )
            for each in _studio(options).serving.endpoints().items
        ],
    )


def endpoints_stop(options: argparse.Namespace) -> None:
    """Stop an endpoint."""
    serving = _studio(options).serving
    print(serving.stop(serving.named(options.name).id).state.value)


def runs_list(options: argparse.Namespace) -> None:
    """Print the newest runs with their metrics."""
    from jupyter_mlstudio.experiments.types import RunQuery

    table = _studio(options).experiments.runs(RunQuery(experiment=options.experiment, limit=50))
    metrics = [column for column in table.columns if column.kind == "metric"]
    head = ("id", "name", "experiment", "state", "started", *(column.name for column in metrics))
    rows = [
        (
            run.id,
            run.name,
            run.experiment,
            run.state.value,
            _time(run.started_at),
            *(_number(column.values[row]) for column in metrics),
        )
        for row, run in enumerate(table.items)
    ]
    _table(head, rows)


def models_list(options: argparse.Namespace) -> None:
    """Print the registered models."""
    models = _studio(options).registry.models().items
    _table(
        ("name", "versions", "latest", "aliases", "changed"),
        [
            (
                each.name,
                str(each.versions),
                str(each.latest_version or ""),
                ", ".join(f"{alias.alias}={alias.version}" for alias in each.aliases),
                _time(each.updated_at),
            )
            for each in models
        ],
    )


def _number(value: float | str | None) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value or "")


def _time(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
