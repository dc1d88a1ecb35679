"""How a notebook's jobs went: from the queue's own tables, without opening a notebook."""

import json
from collections import defaultdict
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple

from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.core.sql import Row, Sql
from jupyter_mlstudio.jobs.past import JobHistory, PastCell, PastJob
from jupyter_mlstudio.jobs.place import Place

MOST = 500  # jobs that one answer tells about
NOTEBOOK = {"sqlite": "json_extract(spec, '$.notebook')", "postgresql": "(spec::jsonb ->> 'notebook')"}
JOBS = """
SELECT id, seq, name, spec, state, started_at, ended_at, start FROM jobs
WHERE project = :project AND {notebook} = :notebook AND generated = 0 AND started_at IS NOT NULL
ORDER BY seq DESC LIMIT :limit
"""
TOTALS = """
SELECT count(*) AS jobs, count(CASE WHEN state IN ('succeeded', 'failed') THEN 1 END) AS ended,
    count(CASE WHEN state = 'succeeded' THEN 1 END) AS succeeded
FROM jobs WHERE project = :project AND {notebook} = :notebook AND generated = 0
"""
EVENTS = """
SELECT job, kind, cell, seconds, titles FROM events
WHERE kind IN ('planned', 'done', 'failed') AND job IN (SELECT id FROM ({jobs}) AS listed) ORDER BY seq
"""


class Cells(NamedTuple):
    """What the cells of one job told: seconds by number, which failed, and their titles."""

    seconds: dict[int, float]
    failed: set[int]
    titles: list[str]


def history(place: Place, notebook: str, limit: int) -> JobHistory:
    """Tell how a notebook's jobs went.

    Raises:
        InvalidError: The path leads out of the project.
    """
    path = inside(place.project, notebook).relative_to(place.project.resolve()).as_posix()
    if not place.used:
        return _history(path, [], {}, {"jobs": 0, "ended": 0, "succeeded": 0})
    values = {"project": place.project_id, "notebook": path, "limit": max(1, min(limit, MOST))}
    rows = _run(place.database, JOBS, values)
    [totals] = _run(place.database, TOTALS, values)
    return _history(path, rows[::-1], _cells(_run(place.database, EVENTS.replace("{jobs}", JOBS), values)), totals)


def _run(database: Sql, statement: str, values: dict[str, Any]) -> list[Row]:
    return list(database.run(statement.replace("{notebook}", NOTEBOOK[database.dialect]), values).rows)


def _cells(rows: list[Row]) -> dict[str, Cells]:
    """Return what the cells of each job told; of a job that was started again, the last attempt."""
    found: dict[str, Cells] = defaultdict(lambda: Cells({}, set(), []))
    for row in rows:
        if row["kind"] == "planned":
            found[row["job"]] = Cells({}, set(), json.loads(row["titles"] or "[]"))
        elif row["cell"] is not None:
            cells = found[row["job"]]
            if row["seconds"] is not None:
                cells.seconds[row["cell"]] = row["seconds"]
            (cells.failed.add if row["kind"] == "failed" else cells.failed.discard)(row["cell"])
    return found


def _history(path: str, rows: list[Row], cells: dict[str, Cells], totals: Row) -> JobHistory:
    items = [_job(row, cells.get(row["id"])) for row in rows]
    good = [item.seconds for item in items if item.state == "succeeded" and item.seconds is not None]
    return JobHistory(
        notebook=path,
        items=items,
        cells=_past_cells([cells[row["id"]] for row in rows if row["id"] in cells]),
        total=totals["jobs"],
        ended=totals["ended"],
        succeeded=totals["succeeded"],
        median=median(good) if good else None,
        last=good[-1] if good else None,
    )


def _job(row: Row, cells: Cells | None) -> PastJob:
    started = datetime.fromisoformat(row["started_at"])
    ended = None if row["ended_at"] is None else datetime.fromisoformat(row["ended_at"])
    seconds = {} if cells is None else cells.seconds
    return PastJob.model_validate(
        {
            "job_id": row["id"],
            "name": row["name"],
            "state": row["state"],
            "started_at": started,
            "seconds": None if ended is None else (ended - started).total_seconds(),
            "parameters": json.loads(row["spec"])["parameters"],
            "start": row["start"],
            "cells": [seconds.get(number) for number in range(1, max(seconds, default=0) + 1)],
        }
    )


def _past_cells(jobs: list[Cells]) -> list[PastCell]:
    """Return the cells of the newest job; those of older ones count by their title, else by their number."""
    newest = next((cells for cells in reversed(jobs) if cells.titles), None)
    if newest is None:
        return []
    found = []
    for number, title in enumerate(newest.titles, start=1):
        places = [(cells, _place(cells, number, newest.titles)) for cells in jobs]
        good = [(cells, place) for cells, place in places if place in cells.seconds and place not in cells.failed]
        seconds = [cells.seconds[place] for cells, place in good]
        found.append(
            PastCell(
                number=number,
                title=title,
                median=median(seconds) if seconds else None,
                last=seconds[-1] if seconds else None,
                runs=len(seconds),
                failed=sum(place in cells.failed for cells, place in places),
            )
        )
    return found


def _place(cells: Cells, number: int, titles: list[str]) -> int:
    """Find a cell of the newest job in another: what is put in front moves its number, an edit changes its title."""
    title, there = titles[number - 1], cells.titles[number - 1 : number]
    if there == [title] or (there and there[0] not in titles and title not in cells.titles):
        return number
    return cells.titles.index(title) + 1 if cells.titles.count(title) == 1 else 0
