"""Two executed notebooks of jobs side by side."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.core.files import existing
from jupyter_mlstudio.core.notebook_diff import compared_cells
from jupyter_mlstudio.core.sql import Sql
from jupyter_mlstudio.jobs.notebooks import Notebook, read
from jupyter_mlstudio.jobs.parameters import read_parameters
from jupyter_mlstudio.jobs.past import ComparedParameter, ComparedSide, Comparison
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.types import Job

ERROR = "papermill-error-cell-tag"
PREVIOUS = """
SELECT id FROM jobs WHERE project = :project AND {notebook} = :notebook AND generated = 0 AND started_at IS NOT NULL
    AND seq < (SELECT seq FROM jobs WHERE id = :id) ORDER BY seq DESC LIMIT 1
"""
NOTEBOOK = {"sqlite": "json_extract(spec, '$.notebook')", "postgresql": "(spec::jsonb ->> 'notebook')"}


class Side(NamedTuple):
    """One notebook, with what is told about it."""

    told: ComparedSide
    notebook: Notebook
    parameters: dict[str, JsonValue]


def compare(place: Place, get: Callable[[str], Job], one: str, other: str) -> Comparison:
    """Compare two executed notebooks, cell by cell; the older one comes first where that is known."""
    job = get(one)
    first = _of_job(place, job)
    if other == "source":
        second = _of_file(place, job)
    elif other == "previous":
        first, second = _of_job(place, get(_previous(place.database, place.project_id, job))), first
    else:
        second = _of_job(place, get(other))
    cells = list(compared_cells(_own(first.notebook), _own(second.notebook)))
    return Comparison(
        one=first.told,
        other=second.told,
        parameters=_parameters(first.parameters, second.parameters),
        items=cells,
        changed=sum(cell.kind != "same" for cell in cells),
    )


def _of_job(place: Place, job: Job) -> Side:
    if not (place.project / job.output).is_file():
        raise NotFoundError(f"The job {job.name!r} has no result notebook. It may not have begun, or it was deleted.")
    started, ended = job.started_at, job.ended_at
    told = ComparedSide(
        label=f"{job.name}, {(started or job.created_at).astimezone():%Y-%m-%d %H:%M:%S}",
        job_id=job.id,
        notebook=job.output,
        state=job.state,
        seconds=(ended - started).total_seconds() if started and ended else None,
    )
    notebook = _read(place, job.output)
    return Side(told, notebook, {**_defaults(job.output, notebook), **job.spec.parameters})


def _of_file(place: Place, job: Job) -> Side:
    if job.generated:
        raise InvalidError("other: the notebook of this job was made for it; there is no file to compare it with.")
    path = job.spec.notebook
    told = ComparedSide(label=path, job_id=None, notebook=path, state=None, seconds=None)
    notebook = _read(place, path)
    return Side(told, notebook, _defaults(path, notebook))


def _read(place: Place, path: str) -> Notebook:
    existing(place.project, path)
    return read(place.project, path)[0]


def _defaults(path: str, notebook: Notebook) -> dict[str, JsonValue]:
    declared = read_parameters(path, notebook).items
    return {item.name: item.default if item.literal else item.default_code for item in declared}


def _previous(database: Sql, project: str, job: Job) -> str:
    statement = PREVIOUS.replace("{notebook}", NOTEBOOK[database.dialect])
    rows = database.run(statement, {"project": project, "notebook": job.spec.notebook, "id": job.id}).rows
    if not rows:
        raise NotFoundError(f"There is no earlier job of {job.spec.notebook!r} to compare this one with.")
    return str(rows[0]["id"])


def _parameters(one: dict[str, JsonValue], other: dict[str, JsonValue]) -> list[ComparedParameter]:
    return [
        ComparedParameter(
            name=name,
            one=one.get(name),
            other=other.get(name),
            same=json.dumps(one.get(name), sort_keys=True) == json.dumps(other.get(name), sort_keys=True),
        )
        for name in {**one, **other}
    ]


def _own(notebook: Notebook) -> list[Any]:
    """Return the cells without those with which papermill marks where a job failed."""
    return [cell for cell in notebook["cells"] if ERROR not in cell.get("metadata", {}).get("tags", [])]
