"""What `jupyter mlstudio sweeps …` does, and what it prints."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.commands import parameter_of, studio_of, table, time_text
from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.job_commands import Verbs, add_job, job_of

if TYPE_CHECKING:
    from jupyter_mlstudio.jobs.sweeps.types import Sweep, SweepCounts, SweepResults
    from jupyter_mlstudio.studio import Studio


def add(verbs: Verbs) -> None:
    """Add the command to a parser."""
    inner = verbs.add_parser("sweeps", help="run a notebook with many sets of parameters").add_subparsers(
        required=True, metavar="VERB"
    )
    start_verb = inner.add_parser("start", help="run every combination of the values, and wait for the table")
    add_job(start_verb)
    start_verb.add_argument(
        "-s", "--space", action="append", default=[], metavar="NAME=[VALUES]",
        help="values of one parameter as JSON, such as depth=[2,4,8]; may be repeated",
    )  # fmt: skip
    start_verb.add_argument("--sets", metavar="FILE", help="a JSON file with a list of parameter sets instead")
    start_verb.add_argument("--metric", help="what the jobs are ranked by: an output, or a metric of their runs")
    start_verb.add_argument("--minimize", action="store_true", help="the smallest is best, not the largest")
    start_verb.add_argument("--parallel", type=int, help="how many run at a time at most")
    start_verb.add_argument("--dry-run", action="store_true", help="only tell how many jobs it would be")
    start_verb.add_argument("--no-wait", action="store_true", help="print the sweep's id and return at once")
    start_verb.set_defaults(run=start)
    inner.add_parser("list", help="list the sweeps").set_defaults(run=listed)
    for verb, text, command in (
        ("show", "print the table of results", show),
        ("stop", "stop all jobs of a sweep", stop),
        ("retry", "run the jobs that failed or were stopped once more", retry),
    ):
        parser = inner.add_parser(verb, help=text)
        parser.add_argument("id", help="id of the sweep, or its beginning")
        if verb == "show":
            parser.add_argument("--csv", action="store_true", help="as CSV")
        parser.set_defaults(run=command)


def start(options: argparse.Namespace) -> int:
    """Start a sweep and wait for its table; 1 if not all its jobs succeeded."""
    from jupyter_mlstudio.core.validation import convert
    from jupyter_mlstudio.jobs.sweeps.types import SweepSpec

    sweeps = studio_of(options).jobs.sweeps
    fields: dict[str, Any] = {
        "job": job_of(options),
        "space": _space(options),
        "metric": options.metric,
        "direction": "minimize" if options.minimize else "maximize",
        "parallel": options.parallel,
    }
    spec: SweepSpec = convert(SweepSpec, fields)
    if options.dry_run:
        print(f"{sweeps.preview(spec).count} jobs")
        return 0
    sweep = sweeps.start(spec)
    print(f"sweep {sweep.id}: {sweep.count} jobs", flush=True)
    if options.no_wait:
        return 0
    try:
        sweep = sweeps.wait(sweep.id)
    except KeyboardInterrupt:
        print(f"\nThe jobs go on. Stop them with: jupyter mlstudio sweeps stop {sweep.id}")
        raise
    _print(sweeps.results(sweep.id))
    return int(sweep.counts.succeeded < sweep.count)


def _space(options: argparse.Namespace) -> dict[str, Any]:
    if (options.sets is None) == (not options.space):
        raise InvalidError("--space: give values of parameters, or a file with --sets, and not both.")
    if options.sets is not None:
        try:
            return {"kind": "list", "items": json.loads(Path(options.sets).read_text(encoding="utf-8"))}
        except (OSError, ValueError) as error:
            raise InvalidError(f"--sets: {options.sets!r} cannot be read as JSON: {error}.") from None
    values = dict(parameter_of(text) for text in options.space)
    wrong = next((name for name, found in values.items() if not isinstance(found, list)), None)
    if wrong is not None:
        raise InvalidError(f"--space: write the values of {wrong} as a list, such as {wrong}=[1,2,3].")
    return {"kind": "grid", "values": values}


def listed(options: argparse.Namespace) -> None:
    """Print the sweeps."""
    table(
        ("id", "name", "jobs", "state", "started"),
        [
            (each.id, each.name, str(each.count), _counts(each.counts), time_text(each.created_at))
            for each in studio_of(options).jobs.sweeps.all().items
        ],
    )


def show(options: argparse.Namespace) -> None:
    """Print the table of results."""
    studio = studio_of(options)
    sweep = _found(studio, options.id)
    if options.csv:
        print(studio.jobs.sweeps.csv(sweep.id), end="")
    else:
        _print(studio.jobs.sweeps.results(sweep.id))


def stop(options: argparse.Namespace) -> None:
    """Stop all jobs of a sweep."""
    studio = studio_of(options)
    print(_counts(studio.jobs.sweeps.stop(_found(studio, options.id).id).counts))


def retry(options: argparse.Namespace) -> None:
    """Run the jobs that failed or were stopped once more."""
    studio = studio_of(options)
    print(_counts(studio.jobs.sweeps.retry(_found(studio, options.id).id).counts))


def _print(results: "SweepResults") -> None:
    head = ("", *results.parameters, "state", "seconds", *results.metrics, "notebook")
    rows = [
        (
            "★" if row.number == results.best else "",
            *(json.dumps(row.parameters.get(name)) for name in results.parameters),
            row.state.value if row.state else "removed",
            "" if row.seconds is None else f"{row.seconds:.1f}",
            *("" if value is None else f"{value:.6g}" for value in row.values),
            row.output or "",
        )
        for row in results.items
    ]
    table(head, rows)


def _counts(counts: "SweepCounts") -> str:
    return ", ".join(f"{number} {state}" for state, number in counts if number) or "no jobs"


def _found(studio: "Studio", beginning: str) -> "Sweep":
    found = [each for each in studio.jobs.sweeps.all().items if each.id.startswith(beginning)]
    if len(found) > 1:
        raise InvalidError(f"id: {len(found)} sweeps begin with {beginning!r}. Write more of it.")
    return found[0] if found else studio.jobs.sweeps.get(beginning)
