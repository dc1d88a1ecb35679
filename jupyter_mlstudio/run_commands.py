"""What `jupyter mlstudio compare` and `jupyter mlstudio import` do, and what they print."""

import argparse
import sys

from jupyter_mlstudio.commands import studio_of
from jupyter_mlstudio.experiments.importing.types import RunImport
from jupyter_mlstudio.job_commands import Verbs


def add(verbs: Verbs) -> None:
    """Add the commands to a parser."""
    comparing = verbs.add_parser("compare", help="put runs beside each other and explain how they differ")
    comparing.add_argument("runs", nargs="+", metavar="RUN", help="ids of two runs or more, the reference first")
    comparing.add_argument("--metric", help="the metric to explain; the one that moved most if not given")
    comparing.add_argument("--json", action="store_true", help="print everything as JSON")
    comparing.set_defaults(run=compare)
    importing = verbs.add_parser("import", help="import runs from TensorBoard's event files or from W&B")
    importing.add_argument("path", help="folder or file, from the project folder or absolute")
    importing.add_argument("--experiment", help="experiment to put them into; named by the source if not given")
    importing.set_defaults(run=import_runs)


def compare(options: argparse.Namespace) -> None:
    """Print what explains the change and what differs, as Markdown."""
    found = studio_of(options).compare(*options.runs, metric=options.metric)
    print(found.model_dump_json(indent=2) if options.json else found.markdown)


def import_runs(options: argparse.Namespace) -> None:
    """Import runs, and print what became of each."""
    done = 0

    def tell(report: RunImport) -> None:
        nonlocal done
        for run in report.items[done:]:
            print(f"{run.run_id}  {run.name}: {run.state}, {run.points:,} values", *run.left_out, flush=True)
        done = len(report.items)

    report = studio_of(options).experiments.importing.any(options.path, experiment=options.experiment, progress=tell)
    for text in report.left_out:
        print(text, file=sys.stderr)
    print(f"{len(report.items)} of {report.total} runs are in the experiment {report.experiment!r}.")
