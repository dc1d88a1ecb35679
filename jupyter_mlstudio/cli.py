"""`jupyter mlstudio …`: everything that a script, CI or a scheduler needs."""

import argparse
import sys
from collections.abc import Sequence
from typing import TypeAlias

from jupyter_mlstudio import (
    commands,
    endpoint_commands,
    job_commands,
    monitor_commands,
    registry_commands,
    run_commands,
    schedule_commands,
    sweep_commands,
    transform_commands,
    workflow_commands,
)
from jupyter_mlstudio.core.errors import StudioError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what the studio refuses is said in a sentence, and the exit code is then 1."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.run is not commands.lab:
        parser.error(f"unknown: {' '.join(rest)}")
    options.rest = rest
    try:
        return int(options.run(options) or 0)
    except StudioError as error:
        print(f"jupyter mlstudio: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jupyter mlstudio", description="ML Studio without a screen.")
    parser.add_argument("--project", default=".", metavar="FOLDER", help="the project folder; this one if not given")
    parser.add_argument("--settings", metavar="FILE", help="a JSON file with settings, such as max_parallel_jobs")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_starts(verbs)
    job_commands.add(verbs)
    schedule_commands.add(verbs)
    sweep_commands.add(verbs)
    workflow_commands.add(verbs)
    monitor_commands.add(verbs)
    endpoint_commands.add(verbs)
    transform_commands.add(verbs)
    registry_commands.add(verbs)
    run_commands.add(verbs)
    _add_lists(verbs)
    return parser


Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add_starts(verbs: Verbs) -> None:
    lab = verbs.add_parser(
        "lab", help="open JupyterLab in a project", epilog="Other options, such as --port=9000, go to JupyterLab."
    )
    lab.add_argument("folder", nargs="?", help="the project folder; made if it does not exist")
    lab.add_argument("--samples", action="store_true", help="copy the sample notebooks into the project first")
    lab.set_defaults(run=commands.lab)
    demo = verbs.add_parser("demo", help="go from a raw file to a prediction over HTTP, without a screen")
    demo.add_argument(
        "folder", nargs="?", default="mlstudio-demo", help="the project folder; made if it does not exist"
    )
    demo.add_argument("--rows", type=int, default=50_000, help="how many flights to use")
    demo.add_argument("--keep", action="store_true", help="leave the endpoint running")
    demo.set_defaults(run=commands.demo)


def _add_lists(verbs: Verbs) -> None:
    runs = verbs.add_parser("runs", help="list runs").add_subparsers(required=True, metavar="VERB")
    listed = runs.add_parser("list", help="list the newest runs with their metrics")
    listed.add_argument("--experiment", help="only the runs of this experiment")
    listed.set_defaults(run=commands.runs_list)


if __name__ == "__main__":
    sys.exit(main())
