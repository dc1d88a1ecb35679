"""Makes schedules of the job definitions of jupyter-scheduler, and tells what could not be taken over, and why."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.jobs.schedules.scheduler import (
    Definition,
    default_database,
    definitions,
    notebooks_named,
    value_of,
)
from jupyter_mlstudio.jobs.schedules.types import (
    CronTrigger,
    ImportedSchedule,
    ImportReport,
    SchedulerImport,
    ScheduleSpec,
)
from jupyter_mlstudio.jobs.types import JobSpec

FOLDER = "scheduled"  # of the project, for notebooks of which jupyter-scheduler has the only copy
Keep = Callable[[str, ScheduleSpec], bool]
"""Keeps a schedule under an id, or only checks it; false if there is one with this id."""


def take_over(project: Path, wanted: SchedulerImport, keep: Keep) -> ImportReport:
    """Make a schedule of each definition that can be one.

    Raises:
        NotFoundError: There is no such database.
        InvalidError: It is none of jupyter-scheduler's.
    """
    database = Path(wanted.database).expanduser() if wanted.database else default_database()
    items = [_taken(project, each, keep, dry=wanted.dry_run) for each in definitions(database)]
    return ImportReport(database=str(database), items=items)


def _taken(project: Path, definition: Definition, keep: Keep, *, dry: bool) -> ImportedSchedule:
    schedule = sha256(f"jupyter-scheduler {definition.id}".encode()).hexdigest()[:32]
    notes = list(definition.notes)

    def told(notebook: str | None, problem: str | None) -> ImportedSchedule:
        taken = None if problem or dry else schedule
        return ImportedSchedule(
            name=definition.name, schedule_id=taken, notebook=notebook, problem=problem, notes=notes
        )

    if definition.cron is None:
        return told(None, "It has no schedule: run its notebook as a job when you need it.")
    notebook, problem = _notebook(project, definition, notes, dry=dry)
    if notebook is None:
        return told(None, problem)
    if dry and not (project / notebook).exists():
        return told(notebook, None)
    try:
        new = keep(schedule, _spec(definition, notebook))
    except StudioError as error:
        return told(notebook, str(error))
    return told(notebook, None if new else "It was taken over before.")


def _notebook(project: Path, definition: Definition, notes: list[str], *, dry: bool) -> tuple[str | None, str | None]:
    """Find the notebook in the project; where it is not, put jupyter-scheduler's copy there."""
    found = notebooks_named(definition.file, project)
    if len(found) > 1:
        places = ", ".join(found)
        return None, f"Several notebooks are called {definition.file!r}: {places}. Add a schedule for the right one."
    if found:
        if definition.copy.is_file() and definition.copy.read_bytes() != (project / found[0]).read_bytes():
            notes.append("It ran a copy from when it was defined; here it runs the notebook as it is at the time.")
        return found[0], None
    if not definition.copy.is_file():
        return None, f"Its notebook {definition.file!r} is neither in the project nor in jupyter-scheduler's folder."
    notebook = f"{FOLDER}/{definition.file}"
    if dry:
        notes.append(f"Its notebook is not in the project: jupyter-scheduler's copy would be put into {notebook}.")
        return notebook, None
    write_atomically(project / notebook, definition.copy.read_bytes())
    notes.append(f"Its notebook was not in the project: jupyter-scheduler's copy is now {notebook}.")
    return notebook, None


def _spec(definition: Definition, notebook: str) -> ScheduleSpec:
    parameters = {name: value_of(value) for name, value in definition.parameters.items()}
    return ScheduleSpec(
        name=definition.name,
        job=JobSpec(notebook=notebook, parameters=parameters),
        trigger=CronTrigger(cron=definition.cron or "", timezone=definition.timezone),
        missed="skip",  # as jupyter-scheduler does
        max_active=1000,
        paused=not definition.active,
    )
