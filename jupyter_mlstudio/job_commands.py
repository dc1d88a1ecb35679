"""What `jupyter mlstudio run` and `jobs …` do, and what they print; how a job is described on the command line."""

import argparse
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

from jupyter_mlstudio.commands import parameter_of, studio_of, table, time_text
from jupyter_mlstudio.core.errors import InvalidError

if TYPE_CHECKING:
    from jupyter_mlstudio.jobs.types import JobSpec
    from jupyter_mlstudio.studio import Studio

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
PARTS = ("cpu", "memory", "gpu")  # of what a job needs


def add(verbs: Verbs) -> None:
    """Add the commands to a parser."""
    run_verb = verbs.add_parser("run", help="run a notebook as a job and follow it")
    add_job(run_verb)
    run_verb.add_argument("--no-wait", action="store_true", help="print the job's id and return at once")
    run_verb.set_defaults(run=run)
    jobs = verbs.add_parser("jobs", help="list, stop, resume and remove jobs")
    inner = jobs.add_subparsers(required=True, metavar="VERB")
    inner.add_parser("list", help="list the newest jobs").set_defaults(run=jobs_list)
    executors = inner.add_parser("executors", help="list where jobs can run: this machine, Dask, Ray")
    executors.set_defaults(run=jobs_executors)
    for verb, text, command in (
        ("wait", "follow a job until it has ended", jobs_wait),
        ("stop", "stop a job", jobs_stop),
        ("resume", "run a failed job on from the cell that failed, with the notebook as it is now", jobs_resume),
        ("log", "print a job's log", jobs_log),
        ("remove", "forget a job that has ended", jobs_remove),
    ):
        parser = inner.add_parser(verb, help=text)
        parser.add_argument("id", help="id of the job, or its beginning")
        if verb == "remove":
            parser.add_argument("--files", action="store_true", help="delete its result and log too")
        parser.set_defaults(run=command)


def add_job(parser: argparse.ArgumentParser) -> None:
    """Add what describes a job."""
    parser.add_argument("notebook", help="path from the project folder")
    parser.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE", help="may be repeated")
    parser.add_argument("--kernel", help="name of the kernel; the notebook's own if not given")
    parser.add_argument("--name", help="what to call it; the notebook's name if not given")
    parser.add_argument("--priority", type=int, help="jobs with a higher one begin first")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="the whole job fails after so long")
    parser.add_argument("--cell-timeout", type=float, metavar="SECONDS", help="a cell fails after so long")
    parser.add_argument("--retries", type=int, metavar="TIMES", help="how often it is started again when it fails")
    parser.add_argument("--executor", choices=["local", "dask", "ray"], help="where it runs")
    parser.add_argument("--clean", action="store_true", help="start a new interpreter, without imports that are done")
    parser.add_argument("--report", action="store_true", help="hide the code in the result")
    parser.add_argument("--output", metavar="PATH", help="write the result to this path or address too")
    for part, text in zip(PARTS, ("processors", "gigabytes of memory", "graphics processors"), strict=True):
        parser.add_argument(f"--{part}", type=float, help=f"{text} that it needs")


def job_of(options: argparse.Namespace) -> "JobSpec":
    """Read what describes a job."""
    from jupyter_mlstudio.core.validation import convert
    from jupyter_mlstudio.jobs.types import JobSpec

    fields: dict[str, Any] = {
        "notebook": options.notebook,
        "parameters": dict(parameter_of(text) for text in options.parameter),
        "clean_start": options.clean,
        "report_mode": options.report,
        "resources": {part: getattr(options, part) for part in PARTS if getattr(options, part) is not None},
        "retries": [] if options.retries is None else [{"times": options.retries}],
    }
    for name in ("kernel", "name", "priority", "timeout", "cell_timeout", "executor", "output"):
        if getattr(options, name) is not None:
            fields[name] = getattr(options, name)
    spec: JobSpec = convert(JobSpec, fields)
    return spec


def run(options: argparse.Namespace) -> int:
    """Run a notebook as a job and follow it; 1 if it did not succeed."""
    studio = studio_of(options)
    job = studio.jobs.submit(job_of(options))
    print(f"job {job.id}", flush=True)
    return 0 if options.no_wait else _follow(studio, job.id)


def _follow(studio: "Studio", id: str, seen: int = 0) -> int:
    from jupyter_mlstudio.jobs.types import JobState

    titles = dict[int, str]()
    try:
        while True:
            ended = studio.jobs.wait(id, timeout=0.3).ended_at is not None
            page = studio.jobs.events(id, seen)
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
        print(f"\nThe job goes on. Stop it with: jupyter mlstudio jobs stop {id}")
        raise
    job = studio.jobs.get(id)
    if job.error is not None:
        print(job.error.traceback or f"{job.error.name}: {job.error.message}", file=sys.stderr)
    print(f"{job.state.value}: {job.output}")
    return 0 if job.state is JobState.SUCCEEDED else 1


def jobs_list(options: argparse.Namespace) -> None:
    """Print the newest jobs."""
    jobs = studio_of(options).jobs.all(50)
    table(
        ("id", "state", "cells", "created", "notebook"),
        [
            (
                job.id,
                job.state.value,
                f"{job.cells_done}/{job.cells_total}",
                time_text(job.created_at),
                job.spec.notebook,
            )
            for job in jobs
        ],
    )


def jobs_executors(options: argparse.Namespace) -> None:
    """Print where jobs can run, and what is in the way."""
    items = studio_of(options).jobs.executors.all().items
    rows = [
        (each.name, each.state, f"{each.tokens.get('cpu', 0):g}", str(len(each.workers)), each.reason or "")
        for each in items
    ]
    table(("executor", "state", "cpus", "workers", ""), rows)


def jobs_stop(options: argparse.Namespace) -> None:
    """Stop a job and wait until it has ended."""
    studio = studio_of(options)
    studio.jobs.stop(_job_id(studio, options.id))
    job = studio.jobs.wait(_job_id(studio, options.id), timeout=30)
    print(job.state.value)


def jobs_log(options: argparse.Namespace) -> None:
    """Print the whole log of a job."""
    studio = studio_of(options)
    job_id = _job_id(studio, options.id)
    page = studio.jobs.log(job_id, 0)
    while page.text:
        print(page.text, end="")
        page = studio.jobs.log(job_id, page.next)


def jobs_wait(options: argparse.Namespace) -> int:
    """Follow a job until it has ended; 1 if it did not succeed."""
    studio = studio_of(options)
    return _follow(studio, _job_id(studio, options.id))


def jobs_resume(options: argparse.Namespace) -> int:
    """Run a failed job on from the cell that failed and follow it."""
    studio = studio_of(options)
    job = _job_id(studio, options.id)
    seen = 0
    while (page := studio.jobs.events(job, seen)).items:
        seen = page.next
    studio.jobs.resume(job)
    return _follow(studio, job, seen)


def jobs_remove(options: argparse.Namespace) -> None:
    """Forget a job that has ended."""
    studio = studio_of(options)
    studio.jobs.remove(_job_id(studio, options.id), files=options.files)


def _job_id(studio: "Studio", beginning: str) -> str:
    found = [job.id for job in studio.jobs.all() if job.id.startswith(beginning)]
    if len(found) > 1:
        raise InvalidError(f"id: {len(found)} jobs begin with {beginning!r}. Write more of it.")
    return found[0] if found else beginning
