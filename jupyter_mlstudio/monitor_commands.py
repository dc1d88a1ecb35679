"""What `jupyter mlstudio monitor …` does, and what it prints."""

import argparse
from typing import Any

from jupyter_mlstudio.commands import parameter_of, studio_of, table, time_text
from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.job_commands import Verbs

DRIFTED = 3
"""Exit code of `check` when something has drifted, so that a script can act on it."""


def add(verbs: Verbs) -> None:
    """Add the command to a parser."""
    told = "hold what endpoints see against what their models were trained on"
    inner = verbs.add_parser("monitor", help=told).add_subparsers(required=True, metavar="VERB")
    _listing(inner)
    check_verb = inner.add_parser("check", help=f"check an endpoint now; exit code {DRIFTED} if something has drifted")
    check_verb.add_argument("endpoint", help="name or id of the endpoint")
    check_verb.add_argument("--all", action="store_true", help="every deployment that gets requests")
    check_verb.set_defaults(run=check)
    _setting(inner)
    truth = inner.add_parser("truth", help="take in from a file what was right")
    truth.add_argument("endpoint", help="name or id of the endpoint")
    truth.add_argument("file", help="Parquet, CSV or Arrow file, from the project folder")
    truth.add_argument("--id", default="id", help="column with the ids of the requests")
    truth.add_argument("--column", default="truth", help="column with what was right")
    truth.set_defaults(run=add_truth)
    retrain_verb = inner.add_parser("retrain", help="start the workflow that the monitor names")
    retrain_verb.add_argument("endpoint", help="name or id of the endpoint")
    retrain_verb.set_defaults(run=retrain)


def _listing(inner: Verbs) -> None:
    inner.add_parser("list", help="list the endpoints with what was found last").set_defaults(run=listed)
    alerts = inner.add_parser("alerts", help="list the alerts, the newest first")
    alerts.add_argument("endpoint", nargs="?", default="", help="only those of this endpoint")
    alerts.set_defaults(run=alerted)


def _setting(inner: Verbs) -> None:
    parser = inner.add_parser("set", help="change how an endpoint is watched")
    parser.add_argument("endpoint", help="name or id of the endpoint")
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--every", type=int, metavar="MINUTES", help="check so often, as a job")
    when.add_argument("--cron", help="check at these times, such as '0 7 * * *'")
    when.add_argument("--never", action="store_true", help="check only when asked")
    parser.add_argument("--rows", type=int, help="how many of the newest rows are looked at")
    parser.add_argument("--hours", type=float, help="only rows of the last hours")
    parser.add_argument("--webhook", metavar="URL", help="address that is told of alerts; empty for none")
    parser.add_argument("--retrain", metavar="WORKFLOW", help="workflow file that trains the model anew")
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a threshold, such as psi=0.2 or accuracy=0.9",
    )
    parser.set_defaults(run=set_monitor)


def listed(options: argparse.Namespace) -> None:
    """Print the endpoints with what was found last."""
    items = studio_of(options).monitoring.monitors().items
    rows = [
        (
            each.endpoint,
            each.report.state.value if each.report else "",
            str(each.captured_rows),
            time_text(each.report.at) if each.report else "",
            time_text(each.next_check),
            each.message or (each.report.message if each.report else ""),
        )
        for each in items
    ]
    table(("endpoint", "state", "rows", "checked", "next", "found"), rows)


def alerted(options: argparse.Namespace) -> None:
    """Print the alerts."""
    items = studio_of(options).monitoring.alerts(options.endpoint).items
    rows = [(time_text(each.at), time_text(each.ended_at) or "holds", each.sentence) for each in items]
    table(("since", "until", "alert"), rows)


def check(options: argparse.Namespace) -> int:
    """Check an endpoint now, and print what was found."""
    from jupyter_mlstudio.monitoring.show import text
    from jupyter_mlstudio.monitoring.types import ReportState

    monitoring = studio_of(options).monitoring
    reports = monitoring.check_all(options.endpoint) if options.all else [monitoring.check(options.endpoint)]
    print("\n\n".join(text(report) for report in reports))
    return DRIFTED if any(report.state is ReportState.DRIFTED for report in reports) else 0


def set_monitor(options: argparse.Namespace) -> None:
    """Change how an endpoint is watched."""
    monitoring = studio_of(options).monitoring
    spec = monitoring.monitor(options.endpoint).spec
    changes: dict[str, Any] = {}
    if options.every is not None or options.cron is not None or options.never:
        changes |= {"every_minutes": options.every, "cron": options.cron}
    window = {name: value for name in ("rows", "hours") if (value := getattr(options, name)) is not None}
    if window:
        changes["window"] = {**spec.window.model_dump(), **window}
    if options.webhook is not None:
        changes["webhook"] = options.webhook or None
    if options.retrain is not None:
        changes["retrain"] = {"workflow": options.retrain} if options.retrain else None
    if options.limit:
        changes["thresholds"] = _thresholds(spec.thresholds.model_dump(), options.limit)
    found = monitoring.watch(options.endpoint, **changes)
    print(f"next check {time_text(found.next_check)}" if found.next_check else "checked only when asked")


def _thresholds(known: dict[str, Any], limits: list[str]) -> dict[str, Any]:
    """Take a limit as one of the quality if no threshold has its name."""
    for limit in limits:
        name, value = parameter_of(limit)
        if not isinstance(value, int | float):
            raise InvalidError(f"--limit: {limit!r} is no number. Write it as psi=0.2.")
        if name in known and name != "quality":
            known[name] = value
        else:
            known["quality"] = {**known["quality"], name: value}
    return known


def add_truth(options: argparse.Namespace) -> None:
    """Take in from a file what was right."""
    monitoring = studio_of(options).monitoring
    print(monitoring.add_truth(options.endpoint, options.file, id=options.id, column=options.column).message)


def retrain(options: argparse.Namespace) -> None:
    """Start the workflow that trains the model anew."""
    started = studio_of(options).monitoring.retrain(options.endpoint)
    print(f"run {started.run_id} of {started.workflow}")
