"""The whole chain on real flights, without a screen: wrangle, train, track, register, deploy, predict."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.jobs.types import Job, JobSpec, JobState
from jupyter_mlstudio.registry.types import ModelVersion, RegisterSpec
from jupyter_mlstudio.samples import FOLDER, copy_samples
from jupyter_mlstudio.serving.types import EndpointDetail
from jupyter_mlstudio.studio import Studio

Say = Callable[[str], None]
NAME = "late-flights"
TREES = 60


def demo(project: Path, *, rows: int, keep: bool, say: Say) -> None:
    """Go from raw files to a prediction over HTTP, and say at each step what was done.

    Args:
        project: The project folder; made if it does not exist.
        rows: How many flights to use.
        keep: Leave the endpoint running.
        say: Takes each line of the report.

    Raises:
        StudioError: A step failed.
    """
    project.mkdir(parents=True, exist_ok=True)
    studio = Studio.open(project)
    copy_samples(studio.project)
    say(f"Will a flight out of New York arrive more than 30 minutes late?\nProject: {studio.project}\n")
    _wrangle(studio, rows, say)
    job = _train(studio, rows, say)
    version = _register(studio, _tracked(studio, job, say), say)
    endpoint = _deploy(studio, version, say)
    try:
        _predict(studio, endpoint, say)
    finally:
        if not keep:
            studio.serving.stop(endpoint.endpoint.id)
    _goodbye(project, endpoint, keep, say)


def _wrangle(studio: Studio, rows: int, say: Say) -> None:
    from jupyter_mlstudio.wrangling.recipe import Recipe

    say(f"1 Wrangle   {FOLDER}/01-wrangle.ipynb as a job, with rows={rows}")
    _, seconds = _run(studio, "01-wrangle", {"rows": rows})
    recipe = Recipe.read(studio.project / FOLDER / f"{NAME}.recipe.json")
    say(f"              done in {seconds:.1f} s; the recipe is {FOLDER}/{NAME}.recipe.json:")
    for step in recipe.active():
        say(f"              - {step.sentence()}")


def _train(studio: Studio, rows: int, say: Say) -> Job:
    say(f"2 Train     {FOLDER}/02-train.ipynb as a job, with rows={rows} and max_iter={TREES}")
    job, seconds = _run(studio, "02-train", {"rows": rows, "max_iter": TREES})
    say(f"              {job.cells_done} cells done in {seconds:.1f} s; the executed notebook is {job.output}")
    return job


def _run(studio: Studio, notebook: str, parameters: dict[str, Any]) -> tuple[Job, float]:
    """Run a sample notebook as a job; returns the job and the seconds from asking to the end."""
    begin = time.monotonic()
    job = studio.jobs.submit(JobSpec(notebook=f"{FOLDER}/{notebook}.ipynb", parameters=parameters))
    job = studio.jobs.wait(job.id)
    if job.state is not JobState.SUCCEEDED:
        reason = f"{job.error.name}: {job.error.message}" if job.error else "it was stopped"
        raise EngineError(f"{notebook} did not succeed: {reason}. Look at {job.output} and {job.log_path}.")
    return job, time.monotonic() - begin


def _tracked(studio: Studio, job: Job, say: Say) -> str:
    run = studio.experiments.run(studio.experiments.runs_of_job(job.id)[0].id)
    metrics = ", ".join(f"{each.name} {each.value:.3f}" for each in run.metrics if isinstance(each.value, float))
    say(f"3 Track     run “{run.name}” of experiment {run.experiment}: {metrics}")
    return run.id


def _register(studio: Studio, run_id: str, say: Say) -> ModelVersion:
    version = studio.registry.register(RegisterSpec(name=NAME, run_id=run_id, aliases=["champion"]))
    say(f"4 Register  {version.name}, version {version.version}, alias champion")
    return version


def _deploy(studio: Studio, version: ModelVersion, say: Say) -> EndpointDetail:
    begin = time.monotonic()
    endpoint = studio.deploy(f"models:/{version.name}@champion", NAME)
    detail = studio.serving.detail(endpoint.id)
    say(f"5 Deploy    endpoint {NAME} answers on {detail.endpoint.url} after {time.monotonic() - begin:.1f} s")
    return detail


def _predict(studio: Studio, detail: EndpointDetail, say: Say) -> None:
    flights = _flights(detail)
    body = {"dataframe_records": flights, "params": {"predict_method": "predict_proba"}}
    key = (studio.project / detail.key_file).read_text().strip()
    request = Request(
        f"{detail.endpoint.url}/invocations",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    begin = time.monotonic()
    with urlopen(request, timeout=30) as answer:
        chances = json.load(answer)["predictions"]
    took = 1000 * (time.monotonic() - begin)
    say(f"6 Predict   POST {detail.endpoint.url}/invocations with {len(flights)} raw rows took {took:.0f} ms")
    for flight, (_, late) in zip(flights, chances, strict=True):
        say(f"              {_named(flight)}: {late:.0%} chance of arriving more than 30 minutes late")


def _flights(detail: EndpointDetail) -> list[dict[str, Any]]:
    """Take an early flight on a fine day, and the same in the evening with rain."""
    signature = detail.signature
    if signature is None or not signature.example:
        raise EngineError("The deployed model has no input example.")
    fine = {**signature.example[0], "hour": 6, "minute": 0, "sched_dep_time": 600, "precip": 0.0, "visib": 10.0}
    fine["time_hour"] = "2013-07-10T06:00:00"
    poor = {
        **fine,
        "hour": 19,
        "sched_dep_time": 1900,
        "time_hour": "2013-07-10T19:00:00",
        "precip": 0.3,
        "visib": 2.0,
        "humid": 95.0,
    }
    return [fine, poor]


def _named(flight: dict[str, Any]) -> str:
    weather = "rain" if flight["precip"] else "dry"
    route = f"{flight['carrier']} {flight['flight']} {flight['origin']}-{flight['dest']}"
    return f"{route} at {flight['hour']:>2}:00, {weather}"


def _goodbye(project: Path, detail: EndpointDetail, keep: bool, say: Say) -> None:
    say("")
    if keep:
        say(f"The endpoint is still running; its key is in {detail.key_file}. Stop it with:")
        say(f"  jupyter mlstudio --project {project} endpoints stop {NAME}")
    say(f"All of it is in the panels. Open JupyterLab there with:\n  jupyter mlstudio lab {project}")
