"""What `jupyter mlstudio workflows …` does, and what it prints."""

import argparse
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from jupyter_mlstudio.commands import parameter_of, studio_of, table, time_text
from jupyter_mlstudio.core.errors import InvalidError

if TYPE_CHECKING:
    from pydantic import JsonValue

    from jupyter_mlstudio.jobs.workflows.run_types import NodeRun, WorkflowRunDetail
    from jupyter_mlstudio.studio import Studio

SKIPPED = 99
"""Exit code when nothing of what was asked for had to run: schedulers such as Airflow take it for skipped."""
MARKS = {"succeeded": "✓", "cached": "=", "failed": "✗", "stopped": "■", "skipped": "-"}
NODES = ("only", "since", "until")

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add(verbs: Verbs) -> None:
    """Add the command to a parser."""
    workflows = verbs.add_parser("workflows", help="run and repair graphs of notebooks")
    inner = workflows.add_subparsers(required=True, metavar="VERB")
    _add_run(inner)
    inner.add_parser("list", help="list the newest runs, and the files").set_defaults(run=listed)
    for verb, text, command in (
        ("show", "print the nodes of a run", show),
        ("why", "say why the nodes of a run ran again", why),
        ("stop", "stop a run and its jobs", stop),
    ):
        parser = inner.add_parser(verb, help=text)
        parser.add_argument("id", help="id of the run, or its beginning")
        parser.set_defaults(run=command)
    repair_verb = inner.add_parser("repair", help="run what failed, and what depends on it, once more, and follow it")
    repair_verb.add_argument("id", help="id of the run, or its beginning")
    repair_verb.add_argument("--no-wait", action="store_true", help="return at once")
    repair_verb.set_defaults(run=repair)
    check_verb = inner.add_parser("check", help="say what is wrong with a workflow; exit code 1 if it cannot run")
    check_verb.add_argument("path", help="path of the workflow from the project folder")
    check_verb.set_defaults(run=check)
    _add_exchange(inner)


def _add_run(inner: Verbs) -> None:
    run_verb = inner.add_parser("run", help="run a workflow and follow it")
    run_verb.add_argument("path", help="path of the workflow from the project folder")
    run_verb.add_argument(
        "-p", "--parameter", action="append", default=[], metavar="NAME=VALUE", help="may be repeated"
    )
    run_verb.add_argument(
        "--parameters", metavar="JSON", help="all values as one JSON object; unknown names are ignored"
    )
    run_verb.add_argument("--only", action="append", default=[], metavar="NODE", help="run just this node; repeatable")
    run_verb.add_argument("--since", action="append", default=[], metavar="NODE", help="this node and what follows")
    run_verb.add_argument("--until", action="append", default=[], metavar="NODE", help="this node and what it needs")
    run_verb.add_argument("--no-cache", action="store_true", help="use no earlier results")
    run_verb.add_argument("--no-wait", action="store_true", help="print the run's id and return at once")
    run_verb.set_defaults(run=run)


def _add_exchange(inner: Verbs) -> None:
    export_verb = inner.add_parser("export", help="write a workflow as an Elyra pipeline or an Airflow DAG")
    export_verb.add_argument("path", help="path of the workflow from the project folder")
    export_verb.add_argument("--to", choices=["elyra", "airflow"], required=True, help="the format")
    export_verb.add_argument("--output", metavar="FILE", help="where to write it; to the screen if not given")
    export_verb.add_argument("--schedule", metavar="CRON", help="when Airflow runs it")
    export_verb.set_defaults(run=export)
    import_verb = inner.add_parser("import", help="take over an Elyra pipeline")
    import_verb.add_argument("path", help="path of the .pipeline file from the project folder")
    import_verb.add_argument("--output", metavar="FILE", help="path of the workflow; beside the pipeline if not given")
    import_verb.set_defaults(run=take)


def run(options: argparse.Namespace) -> int:
    """Run a workflow; the exit code says how it went."""
    studio = studio_of(options)
    parameters: dict[str, JsonValue] = dict(parameter_of(text) for text in options.parameter)
    path = options.path if options.path.endswith(".workflow.yaml") else f"{options.path}.workflow.yaml"
    if options.parameters:
        workflow = studio.jobs.workflows.read(path).workflow
        known = workflow.parameters if workflow else {}
        given = _object(options.parameters)
        parameters = {name: value for name, value in given.items() if name in known} | parameters
    chosen = {name: getattr(options, name) for name in NODES}
    begun = studio.jobs.workflows.run(path, parameters, use_cache=not options.no_cache, **chosen)
    print(f"run {begun.id}", flush=True)
    return 0 if options.no_wait else _follow(studio, begun.id, options.only)


def _object(text: str) -> "Mapping[str, JsonValue]":
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InvalidError("parameters: give a JSON object, such as '{\"rows\": 500}'.")
    return found


def _follow(studio: "Studio", id: str, only: list[str] | None = None) -> int:
    told: dict[str, str] = {}
    try:
        while True:
            found = studio.jobs.workflows.wait(id, timeout=0.3)
            for node in found.nodes:
                if told.get(node.id) != node.state and node.state in MARKS:
                    told[node.id] = node.state
                    print(_line(node), flush=True)
            if found.run.ended_at is not None:
                break
            time.sleep(0.1)
    except KeyboardInterrupt:
        print(f"\nThe run goes on. Stop it with: jupyter mlstudio workflows stop {id[:8]}")
        raise
    return _end(found, only)


def _end(found: "WorkflowRunDetail", only: list[str] | None) -> int:
    for node in found.nodes:
        if node.state == "failed":
            print(f"{node.id}: {node.message}", file=sys.stderr)
    if found.run.state == "failed":
        print(f"Repair it with: jupyter mlstudio workflows repair {found.run.id[:8]}", file=sys.stderr)
    print(found.run.state.value)
    if only and all(node.state == "skipped" for node in found.nodes if node.id in only):
        return SKIPPED
    return 0 if found.run.state == "succeeded" else 1


def _line(node: "NodeRun") -> str:
    seconds = ""
    if node.started_at is not None and node.ended_at is not None and node.state != "cached":
        seconds = f"{(node.ended_at - node.started_at).total_seconds():.1f} s"
    remark = node.message or "; ".join(node.why)
    return f"{MARKS[node.state]} {seconds:>9}  {node.id}  {remark}".rstrip()


def listed(options: argparse.Namespace) -> None:
    """Print the newest runs, then the files."""
    workflows = studio_of(options).jobs.workflows
    table(
        ("id", "state", "attempt", "created", "workflow", "nodes"),
        [
            (
                run.id[:8],
                run.state.value,
                str(run.attempt),
                time_text(run.created_at),
                run.path,
                ", ".join(f"{count} {state}" for state, count in run.counts.items()),
            )
            for run in workflows.runs(limit=30).items
        ],
    )
    print()
    table(("file", "nodes", "problem"), [(f.path, str(f.nodes), f.problem or "") for f in workflows.all().items])


def show(options: argparse.Namespace) -> None:
    """Print the nodes of a run."""
    studio = studio_of(options)
    found = studio.jobs.workflows.get(_run_id(studio, options.id))
    print(f"{found.run.path}: {found.run.state.value} {found.run.message}".rstrip())
    for name, value in found.run.parameters.items():
        print(f"  {name} = {json.dumps(value, ensure_ascii=False)}")
    rows = [(node.id, node.state.value, node.notebook or "", node.message) for node in found.nodes]
    table(("node", "state", "result", "message"), rows)


def why(options: argparse.Namespace) -> None:
    """Print why nodes ran although there was an earlier result."""
    studio = studio_of(options)
    for node in studio.jobs.workflows.get(_run_id(studio, options.id)).nodes:
        if node.state == "cached":
            print(f"{node.id}: the result of run {str(node.cached_from)[:8]} was used.")
        else:
            print(f"{node.id}: {' '.join(node.why) or node.message or 'it had no earlier result to take.'}")


def stop(options: argparse.Namespace) -> None:
    """Stop a run and wait until it has ended."""
    studio = studio_of(options)
    run_id = _run_id(studio, options.id)
    studio.jobs.workflows.stop(run_id)
    print(studio.jobs.workflows.wait(run_id, timeout=60).run.state.value)


def repair(options: argparse.Namespace) -> int:
    """Run what failed once more."""
    studio = studio_of(options)
    begun = studio.jobs.workflows.repair(_run_id(studio, options.id))
    return 0 if options.no_wait else _follow(studio, begun.id)


def check(options: argparse.Namespace) -> int:
    """Print what is wrong with a workflow."""
    found = studio_of(options).jobs.workflows.read(options.path)
    for problem in found.problems:
        print(f"{options.path}:{problem.line or 1}: {problem.severity}: {problem.message}")
    errors = sum(problem.severity == "error" for problem in found.problems)
    if not errors:
        print(f"{options.path} can run.")
    return 1 if errors else 0


def export(options: argparse.Namespace) -> None:
    """Write a workflow in another format."""
    from jupyter_mlstudio.jobs.workflows.exchange import WorkflowExport

    spec = WorkflowExport(path=options.path, format=options.to, output=options.output, schedule=options.schedule)
    found = studio_of(options).jobs.workflows.export(spec)
    print(found.text if found.path is None else f"written to {found.path}")
    for sentence in found.left_out:
        print(f"left out: {sentence}", file=sys.stderr)


def take(options: argparse.Namespace) -> None:
    """Take over an Elyra pipeline."""
    from jupyter_mlstudio.jobs.workflows.exchange import WorkflowImport

    found = studio_of(options).jobs.workflows.take(WorkflowImport(path=options.path, output=options.output))
    print(f"written to {Path(found.path)}")
    for sentence in found.left_out:
        print(f"left out: {sentence}", file=sys.stderr)


def _run_id(studio: "Studio", beginning: str) -> str:
    found = [run.id for run in studio.jobs.workflows.runs(limit=1000).items if run.id.startswith(beginning)]
    if len(found) > 1:
        raise InvalidError(f"id: {len(found)} runs begin with {beginning!r}. Write more of it.")
    return found[0] if found else beginning
