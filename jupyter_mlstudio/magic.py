"""`%load_ext jupyter_mlstudio`: `%%job` runs a cell in the background, `%jobs` lists what runs."""

import argparse
import html
import json
import os
import shlex
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.commands import parameter_of, time_text
from jupyter_mlstudio.core.errors import EngineError, InvalidError, NotFoundError, StudioError
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.jobs.types import Job, JobSpec, JobState
from jupyter_mlstudio.studio import Studio

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

LISTED = 15  # jobs that `%jobs` shows
LOOK = 0.2  # seconds between looks of `--wait`
COLOURS = {"succeeded": "var(--jp-success-color1)", "failed": "var(--jp-error-color1)"}


class BackgroundJob:
    """A job in a notebook: it shows how it goes whenever it is displayed."""

    def __init__(self, studio: Studio, id: str) -> None:
        self._studio, self.id = studio, id

    @property
    def job(self) -> Job:
        """The job as it is now."""
        return self._studio.jobs.get(self.id)

    @property
    def outputs(self) -> dict[str, Any]:
        """What its cells gave to `studio.output`."""
        return dict(self.job.outputs)

    def wait(self) -> "BackgroundJob":
        """Return when it has ended.

        Raises:
            EngineError: It has failed.
        """
        job = self._studio.jobs.wait(self.id)
        if job.state is not JobState.SUCCEEDED:
            raise EngineError(f"The job {job.name!r} {_ending(job)}", code="job_failed")
        return self

    def stop(self) -> "BackgroundJob":
        """Stop it."""
        self._studio.jobs.stop(self.id)
        return self

    def log(self) -> str:
        """Return the last lines of its log."""
        return self._studio.jobs.log(self.id).text

    def __repr__(self) -> str:
        return _line(self.job)

    def _repr_html_(self) -> str:
        return _table([self.job])


class JobTable:
    """Some jobs in a notebook."""

    def __init__(self, jobs: list[Job]) -> None:
        self.jobs = jobs

    def __repr__(self) -> str:
        return "\n".join(map(_line, self.jobs)) or "There are no jobs."

    def _repr_html_(self) -> str:
        return _table(self.jobs) if self.jobs else "There are no jobs."


def register(shell: "InteractiveShell") -> None:
    """Make the magics known to a shell."""
    manager: Any = shell.magics_manager  # what IPython says of the types here is wrong
    manager.register_function(_jobs, "line", "jobs")
    manager.register_function(_Cell(shell), "cell", "job")


class _Cell:
    """`%%job`: runs a cell in the background."""

    _ipython_magic_no_var_expand = True  # or IPython would put texts in the place of `$name` before we see it

    def __init__(self, shell: "InteractiveShell") -> None:
        self._shell = shell

    def __call__(self, line: str, cell: str) -> BackgroundJob:
        """Run the cell as a job of its own and return at once.

        %%job [-p NAME=VALUE]... [--name NAME] [--wait] [--clean] [--priority N] [--retries N]

        The cell has nothing of this notebook but what `-p` gives it: `-p rows=500` a number, `-p rows=$n` the value of
        the variable `n` of this notebook, as far as it is plain data.
        """
        from IPython.core.error import UsageError

        try:
            options = _options(line)
            job = self._submit(options, cell)
        except StudioError as error:  # a sentence for the user, who has no use for where it was raised
            raise UsageError(str(error)) from None
        if options.wait:
            _show_until_it_ends(job)
            job.wait()
        return job

    def _submit(self, options: argparse.Namespace, cell: str) -> BackgroundJob:
        studio = Studio.open()
        values = dict(self._parameter(text) for text in options.parameter)
        fields = {
            "notebook": _here(studio),
            "name": options.name or _title(cell),
            "parameters": values,
            "clean_start": options.clean,
            "priority": options.priority,
            "retries": [] if options.retries is None else [{"times": options.retries}],
        }
        job = studio.jobs.submit(convert(JobSpec, fields), source=_notebook(cell, values))
        return BackgroundJob(studio, job.id)

    def _parameter(self, text: str) -> tuple[str, Any]:
        name, _, value = text.partition("=")
        if not name.isidentifier():
            raise InvalidError(f"-p: {name!r} is no name. Write -p rows=500.")
        if not value.startswith("$"):
            return parameter_of(text)
        if value[1:] not in self._shell.user_ns:
            raise NotFoundError(f"-p {text}: there is no variable {value[1:]!r} here.")
        found = self._shell.user_ns[value[1:]]
        found = found.item() if getattr(found, "shape", None) == () else found
        try:
            return name, json.loads(json.dumps(found, allow_nan=False))
        except (TypeError, ValueError):
            kind = type(found).__name__
            raise InvalidError(
                f"-p {text}: a {kind} cannot be given to a job. Write it to a file and give its path."
            ) from None


def _jobs(line: str) -> JobTable:
    """List the newest jobs of the project; a word after it is looked for in their names."""
    jobs = Studio.open().jobs.all()
    return JobTable([job for job in jobs if line.strip().lower() in job.name.lower()][:LISTED])


class _Parser(argparse.ArgumentParser):
    """Tells what is wrong instead of ending the kernel."""

    def error(self, message: str) -> Any:
        raise InvalidError(f"%%job: {message}. Write %%job -p rows=500 --name NAME --wait.")

    def exit(self, status: int = 0, message: str | None = None) -> Any:
        raise InvalidError(message or "")


def _options(line: str) -> argparse.Namespace:
    parser = _Parser(prog="%%job", add_help=False)
    parser.add_argument("-p", "--parameter", action="append", default=[])
    parser.add_argument("--name")
    parser.add_argument("--wait", action="store_true")
    parser.add_argument("--clean", action="store_true")
    parser.add_argument("--priority", type=int, default=0)
    parser.add_argument("--retries", type=int)
    try:
        return parser.parse_args(shlex.split(line))
    except ValueError as error:
        raise InvalidError(f"%%job: {error}.") from None


def _notebook(cell: str, values: dict[str, Any]) -> bytes:
    """Make a notebook of a cell; what it is given is declared first, so that the values count as parameters."""
    declared = "\n".join(f"{name} = None" for name in values)
    cells = [_code(declared, ["parameters"])] if values else []
    kernel = {"name": _kernel(), "display_name": "Python 3", "language": "python"}
    whole = {
        "cells": [*cells, _code(cell, [])],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole).encode()


def _code(source: str, tags: list[str]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": f"cell-{len(tags)}",
        "metadata": {"tags": tags},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def _kernel() -> str:
    """Return the kernel of this environment: a kernel is not told its own name."""
    from jupyter_client.kernelspec import KernelSpecManager

    found = KernelSpecManager().get_all_specs()
    same = [name for name, each in found.items() if Path(each["spec"]["argv"][0]) == Path(sys.executable)]
    return "python3" if "python3" in same or not same else same[0]


def _here(studio: Studio) -> str:
    """Return what the job counts as belonging to: this notebook, whose folder is then its working folder too."""
    session = Path(os.environ.get("JPY_SESSION_NAME", ""))
    if session.suffix != ".ipynb":  # a console has no notebook, and one that several edit at once has another name
        session = Path("cell.ipynb")
    place = session if session.is_absolute() else Path.cwd() / session.name
    if not place.is_relative_to(studio.project):
        return "cell.ipynb"
    return place.relative_to(studio.project).as_posix()


def _title(cell: str) -> str:
    lines = [line.strip() for line in cell.splitlines() if line.strip()]
    return (lines[0].lstrip("# ") if lines else "cell")[:60]


def _show_until_it_ends(shown: BackgroundJob) -> None:
    from IPython.display import DisplayHandle

    handle: Any = DisplayHandle()  # type: ignore[no-untyped-call]
    handle.display(shown)
    before = ""
    while (job := shown.job).ended_at is None:
        if (now := _line(job)) != before:
            handle.update(shown)
            before = now
        time.sleep(LOOK)
    handle.update(shown)


def _line(job: Job) -> str:
    cells = f"{job.cells_done}/{job.cells_total}" if job.cells_total else "-"
    said = f": {job.error.name}: {job.error.message}" if job.error else ""
    return f"{job.id[:8]}  {job.state.value:<9}  {cells:>5}  {time_text(job.created_at)}  {job.name}{said}"


def _ending(job: Job) -> str:
    if job.state is JobState.STOPPED:
        return "was stopped."
    return "has failed." if job.error is None else f"has failed. {job.error.name}: {job.error.message}"


def _table(jobs: Iterable[Job]) -> str:
    """Write jobs as HTML; everything that somebody typed is escaped."""
    rows = "".join(
        f"<tr><td><code>{job.id[:8]}</code></td><td style='text-align:left'>{html.escape(job.name)}</td>"
        f"<td style='color:{COLOURS.get(job.state.value, 'inherit')}'>{job.state.value}</td>"
        f"<td>{job.cells_done}/{job.cells_total or '?'}</td><td>{_seconds(job)}</td>"
        f"<td style='text-align:left'>{_result(job)}</td></tr>"
        for job in jobs
    )
    head = "<tr><th>job</th><th>name</th><th>state</th><th>cells</th><th>seconds</th><th>result</th></tr>"
    return f"<table>{head}{rows}</table>"


def _seconds(job: Job) -> str:
    if job.started_at is None or job.ended_at is None:
        return ""
    return f"{(job.ended_at - job.started_at).total_seconds():.1f}"


def _result(job: Job) -> str:
    if job.error is not None:
        return html.escape(f"{job.error.name}: {job.error.message}"[:300])
    return f"<code>{html.escape(job.output)}</code>" if job.started_at else ""
