"""What `jupyter mlstudio schedules …` does, and what it prints."""

import argparse
import time
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.commands import studio_of, table, time_text
from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.job_commands import Verbs, add_job, job_of

if TYPE_CHECKING:
    from jupyter_mlstudio.jobs.schedules.types import Schedule
    from jupyter_mlstudio.studio import Studio

LOOK = 0.5  # seconds between looks of `serve`
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def add(verbs: Verbs) -> None:
    """Add the command to a parser."""
    inner = verbs.add_parser("schedules", help="run notebooks and workflows by themselves").add_subparsers(
        required=True, metavar="VERB"
    )
    _add_add(inner)
    inner.add_parser("list", help="list the schedules with their next times").set_defaults(run=listed)
    for verb, text, command in (
        ("show", "print what came of the newest times of a schedule", show),
        ("pause", "make no jobs for the time being", pause),
        ("resume", "make jobs again", resume),
        ("run", "make a schedule's job now", run),
        ("remove", "forget a schedule; its jobs stay", remove),
    ):
        parser = inner.add_parser(verb, help=text)
        parser.add_argument("id", help="id or name of the schedule, or its beginning")
        parser.set_defaults(run=command)
    serve_verb = inner.add_parser("serve", help="make the jobs at their times, without a Jupyter server, until Ctrl-C")
    serve_verb.set_defaults(run=serve)
    take = inner.add_parser("import", help="take over the job definitions of jupyter-scheduler")
    take.add_argument("database", nargs="?", help="its SQLite file; the one in Jupyter's data folder if not given")
    take.add_argument("--dry-run", action="store_true", help="only tell what would be done")
    take.set_defaults(run=take_over)


def _add_add(inner: Verbs) -> None:
    parser = inner.add_parser("add", help="run a notebook or a workflow at certain times, or when a file changes")
    add_job(parser)
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--cron", help="five fields, such as '30 7 * * MON-FRI', or @daily")
    when.add_argument("--every", metavar="N[smhd]", help="an interval, such as 10m or 6h")
    when.add_argument("--when-changed", metavar="PATH", help="a file of the project or a pattern, such as 'raw/*.csv'")
    parser.add_argument(
        "--timezone", metavar="ZONE", help="for --cron: such as Europe/Berlin; this machine's if not given"
    )
    parser.add_argument("--file-parameter", metavar="NAME", help="parameter that is given the path of the changed file")
    parser.add_argument("--due-parameter", metavar="NAME", help="parameter that is given the time that was due")
    parser.add_argument(
        "--missed", choices=["skip", "last", "all"], default="last", help="what to do about missed times"
    )
    parser.add_argument("--max-active", type=int, default=1, help="how many of its jobs may wait or run at a time")
    parser.add_argument(
        "--queue", action="store_true", help="make the job afterwards when so many do; else it is left out"
    )
    parser.set_defaults(run=added)


def added(options: argparse.Namespace) -> None:
    """Keep a schedule."""
    from jupyter_mlstudio.core.validation import convert
    from jupyter_mlstudio.jobs.schedules.types import ScheduleSpec

    job = job_of(options)
    fields: dict[str, Any] = {
        "name": options.name,
        "trigger": _trigger(options),
        "missed": options.missed,
        "max_active": options.max_active,
        "when_active": "queue" if options.queue else "skip",
        "due_parameter": options.due_parameter,
    }
    if job.notebook.endswith((".yaml", ".yml")):
        fields["workflow"] = {"path": job.notebook, "parameters": job.parameters}
    else:
        fields["job"] = job
    schedule = studio_of(options).jobs.schedules.add(convert(ScheduleSpec, fields))
    print(f"schedule {schedule.id}\n{schedule.words}")
    for at in schedule.next:
        print(f"  {time_text(at)}")


def _trigger(options: argparse.Namespace) -> dict[str, Any]:
    if options.cron is not None:
        return {"kind": "cron", "cron": options.cron, "timezone": options.timezone}
    if options.when_changed is not None:
        return {"kind": "file", "path": options.when_changed, "parameter": options.file_parameter}
    number, unit = options.every[:-1], UNITS.get(options.every[-1:])
    if unit is None or not number.isdigit():
        raise InvalidError(f"--every: {options.every!r} is no interval. Write a number and s, m, h or d, such as 10m.")
    return {"kind": "interval", "every": int(number), "unit": unit}


def listed(options: argparse.Namespace) -> None:
    """Print the schedules."""
    table(
        ("id", "name", "when", "next", "last", "problem"),
        [
            (
                each.id,
                each.name,
                each.words,
                "paused" if each.paused else time_text(each.next[0] if each.next else None),
                f"{time_text(each.last[0].due)} {each.last[0].state}" if each.last else "",
                each.problem or "",
            )
            for each in studio_of(options).jobs.schedules.all().items
        ],
    )


def show(options: argparse.Namespace) -> None:
    """Print the newest times of a schedule and what came of them."""
    schedule = _found(studio_of(options), options.id)
    print(f"{schedule.name}: {schedule.words}")
    rows = [(time_text(each.due), each.state, each.job_id or each.run_id or "", each.reason) for each in schedule.last]
    table(("due", "state", "job", ""), rows)


def pause(options: argparse.Namespace) -> None:
    """Make no jobs for the time being."""
    studio = studio_of(options)
    studio.jobs.schedules.pause(_found(studio, options.id).id)


def resume(options: argparse.Namespace) -> None:
    """Make jobs again."""
    studio = studio_of(options)
    schedule = studio.jobs.schedules.resume(_found(studio, options.id).id)
    print(time_text(schedule.next[0]) if schedule.next else schedule.words)


def run(options: argparse.Namespace) -> None:
    """Make a schedule's job now."""
    studio = studio_of(options)
    firing = studio.jobs.schedules.run(_found(studio, options.id).id)
    print(f"job {firing.job_id}" if firing.job_id else f"run {firing.run_id}")


def remove(options: argparse.Namespace) -> None:
    """Forget a schedule."""
    studio = studio_of(options)
    studio.jobs.schedules.remove(_found(studio, options.id).id)


def serve(options: argparse.Namespace) -> None:
    """Make jobs at their times until Ctrl-C; jobs that run then go on."""
    studio = studio_of(options)
    count = len(studio.jobs.schedules.all().items)
    print(f"Looking after {count} schedules of {studio.project}. Ctrl-C ends it.", flush=True)
    while True:
        for change in studio.jobs.poll():
            if change.kind == "job" and change.change == "added":
                print(f"{time.strftime('%Y-%m-%d %H:%M:%S')}  job {change.id}", flush=True)
        time.sleep(LOOK)


def take_over(options: argparse.Namespace) -> int:
    """Take over the definitions of jupyter-scheduler; 1 if one could not be."""
    from jupyter_mlstudio.jobs.schedules.types import SchedulerImport

    wanted = SchedulerImport(database=options.database, dry_run=options.dry_run)
    report = studio_of(options).jobs.schedules.take_over(wanted)
    print(f"{report.database}:")
    for each in report.items:
        print(f"{'✗' if each.problem else '✓'} {each.name}: {each.problem or each.notebook}")
        for note in each.notes:
            print(f"    {note}")
    return int(any(each.problem for each in report.items))


def _found(studio: "Studio", text: str) -> "Schedule":
    items = studio.jobs.schedules.all().items
    found = [each for each in items if each.id.startswith(text)] or [each for each in items if each.name == text]
    if len(found) > 1:
        raise InvalidError(f"id: {len(found)} schedules are meant by {text!r}. Write more of the id.")
    return found[0] if found else studio.jobs.schedules.get(text)
