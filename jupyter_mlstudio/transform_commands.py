"""What `jupyter mlstudio transform` and `endpoints export` do, and what they print."""

import argparse
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

from jupyter_mlstudio.commands import studio_of

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.batch.types import TransformProgress

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
TARGETS = ("ray", "kserve", "container", "sagemaker")


def add(verbs: Verbs) -> None:
    """Add the command to a parser."""
    parser = verbs.add_parser(
        "transform",
        help="send every row of a table through a model",
        epilog="Asked for again after it was interrupted, it goes on where it was.",
    )
    parser.add_argument("source", help="a file or folder of rows, or a database, as a path from the project folder")
    parser.add_argument(
        "output", nargs="?", default="", help="what is written; a Parquet file beside the rows if not given"
    )
    model = parser.add_mutually_exclusive_group(required=True)
    model.add_argument("--model", metavar="ADDRESS", help="models:/name/3, models:/name@alias, a run's id or a folder")
    model.add_argument("--endpoint", metavar="NAME", help="the model that answers at this endpoint now")
    parser.add_argument("--table", help="table or view, in a SQLite or DuckDB file")
    parser.add_argument("--method", help="such as predict_proba; the model's own if not given")
    parser.add_argument("--carry", action="append", default=[], metavar="COLUMN",
                        help="a column that is written beside the answers; may be repeated; * for all")  # fmt: skip
    parser.add_argument("--column", default="prediction", help="name of the column with the answers")
    parser.add_argument("--workers", type=int, help="how many processes; as many as prove quicker if not given")
    parser.add_argument("--most-errors", type=int, metavar="ROWS", help="fail if more rows than so many have no answer")
    parser.add_argument("--trust", action="store_true", help="load the model even if it is not from this project")
    parser.set_defaults(run=transform)


def add_export(verbs: Verbs) -> None:
    """Add the verb of endpoints to a parser."""
    parser = verbs.add_parser("export", help="write an endpoint as files that run elsewhere")
    parser.add_argument("name", help="name of the endpoint")
    parser.add_argument("target", choices=TARGETS, help="where it shall run")
    parser.add_argument("folder", nargs="?", help="folder to write; export/NAME-TARGET if not given")
    parser.set_defaults(run=export)


def transform(options: argparse.Namespace) -> int:
    """Send a table through a model and wait; 3 if some rows have no answer."""
    line = _Line()
    result = studio_of(options).serving.transform(
        options.source,
        model=options.model,
        endpoint=options.endpoint,
        output=options.output,
        carry=options.carry,
        method=options.method,
        table=options.table,
        column=options.column,
        workers=options.workers,
        most_errors=options.most_errors,
        trust=options.trust,
        tell=line.show,
    )
    line.end()
    print(f"{result.rows:,} rows in {result.seconds:.1f} s, {result.rows_a_second:,.0f} a second: {result.output}")
    print(result.way)
    if result.continued_rows:
        print(f"{result.continued_rows:,} of them had been answered by an earlier attempt.")
    if result.errors_path is None:
        return 0
    print(f"{result.errors:,} rows have no answer; the reasons are in {result.errors_path}", file=sys.stderr)
    return 3


class _Line:
    """Shows how far it is: one line that changes on a screen, and nothing elsewhere."""

    def __init__(self) -> None:
        self._width = 0

    def show(self, progress: "TransformProgress") -> None:
        """Show it."""
        from jupyter_mlstudio.serving.batch.service import line_of

        if sys.stderr.isatty():
            text = line_of(progress)
            print("\r" + text.ljust(self._width), end="", file=sys.stderr, flush=True)
            self._width = len(text)

    def end(self) -> None:
        """Leave the line."""
        if self._width:
            print(file=sys.stderr)


def export(options: argparse.Namespace) -> None:
    """Write an endpoint as files, and say how to run them."""
    target: Any = options.target
    made = studio_of(options).serving.export(options.name, target, options.folder)
    print(f"{len(made.files)} files in {made.folder}")
    print("\nRun it with:", *(f"  {command}" for command in made.commands), sep="\n")
    if made.left_out:
        print("\nWhat it does not have there:", *(f"  {sentence}" for sentence in made.left_out), sep="\n")
