"""Lists of jobs: those that run, then the newest, page by page, by what they are and what they are called."""

from typing import Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.sql import Row, Sql
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.jobs.capacity import capacity
from jupyter_mlstudio.jobs.claims import usage
from jupyter_mlstudio.jobs.rows import job_of
from jupyter_mlstudio.jobs.types import JobList, JobState
from jupyter_mlstudio.settings import Settings

LONGEST = 1000  # jobs of one page
CONDITIONS = {
    "owner": "owner_id = :owner",
    "notebook": "json_extract(spec, '$.notebook') = :notebook",
    "search": "(lower(name) LIKE :search ESCAPE '!' OR lower(output) LIKE :search ESCAPE '!' OR id = :word)",
}
NOTEBOOK = "(spec::jsonb ->> 'notebook') = :notebook"  # in the words of PostgreSQL

TOTALS = """
SELECT (SELECT count(*) FROM jobs WHERE project = :project AND state = 'queued') AS waiting,
    (SELECT count(*) FROM jobs WHERE project = :project AND state = 'running') AS running,
    (SELECT count(*) FROM jobs WHERE project = :project AND ended_at IS NOT NULL) AS ended
"""  # each from an index of its own


class Filter(Struct):
    """Which jobs a list shows; what is empty does not matter.

    `state` may name several, with commas; `before` is the `next` of the page before.
    """

    state: str = ""
    owner: str = ""
    notebook: str = ""
    search: str = ""
    before: str = ""


def page(database: Sql, project: str, settings: Settings, limit: int, wanted: Filter) -> JobList:
    """Return those that run, then the newest.

    Raises:
        InvalidError: There is no such state, or no such page.
    """
    limit = max(1, min(limit, LONGEST))
    conditions, values = _conditions(database, project, wanted)
    first = [] if wanted.before else _rows(database, [*conditions, "state = 'running'"], values, LONGEST)
    others = [*conditions, "state <> 'running'", *(["seq < :before"] if wanted.before else [])]
    room = max(1, limit - len(first))
    later = _rows(database, others, values, room + 1)
    total, unfinished = _totals(database, project)
    return JobList(
        items=[job_of(row) for row in (*first, *later[:room])],
        next=str(later[room - 1]["seq"]) if len(later) > room else None,
        total=total,
        unfinished=unfinished,
        capacity=capacity(settings, usage(database, project, "local")),
    )


def nothing(settings: Settings) -> JobList:
    """Return the list of a project without jobs."""
    return JobList(items=[], next=None, total=0, unfinished=0, capacity=capacity(settings, {}))


def _totals(database: Sql, project: str) -> tuple[int, int]:
    row = database.run(TOTALS, {"project": project}).rows[0]
    unfinished = int(row["waiting"]) + int(row["running"])
    return int(row["ended"]) + unfinished, unfinished


def _conditions(database: Sql, project: str, wanted: Filter) -> tuple[list[str], dict[str, Any]]:
    word = wanted.search.lower()
    pattern = "".join(f"!{sign}" if sign in "!%_" else sign for sign in word)
    values: dict[str, Any] = {"project": project, **wanted.model_dump(), "word": word, "search": f"%{pattern}%"}
    conditions = ["project = :project"]
    conditions += [text for name, text in CONDITIONS.items() if getattr(wanted, name)]
    if database.dialect == "postgresql":
        conditions = [NOTEBOOK if text == CONDITIONS["notebook"] else text for text in conditions]
    if wanted.state:
        states = wanted.state.split(",")
        _check(states)
        values |= {f"state{number}": state for number, state in enumerate(states)}
        conditions.append(f"state IN ({', '.join(f':state{number}' for number in range(len(states)))})")
    if wanted.before:
        if not wanted.before.isdigit():
            raise InvalidError("before: give the `next` of the page before.")
        values["before"] = int(wanted.before)
    return conditions, values


def _check(states: list[str]) -> None:
    unknown = set(states) - set(JobState)
    if unknown:
        raise InvalidError(f"state: {min(unknown)!r} is none of {', '.join(JobState)}.")


def _rows(database: Sql, conditions: list[str], values: dict[str, Any], limit: int) -> list[Row]:
    statement = f"SELECT * FROM jobs WHERE {' AND '.join(conditions)} ORDER BY seq DESC LIMIT :limit"
    return list(database.run(statement, values | {"limit": limit}).rows)
