"""The table of sweeps; their jobs are in the queue like all others."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.core.sql import Answer, Row, Sql
from jupyter_mlstudio.jobs.feed import feed
from jupyter_mlstudio.jobs.rows import job_of, time_text
from jupyter_mlstudio.jobs.schema import prepare
from jupyter_mlstudio.jobs.sweeps.types import Parameters, SweepCounts, SweepSpec
from jupyter_mlstudio.jobs.types import Job

TABLES = """
CREATE TABLE IF NOT EXISTS sweeps (
    seq {serial}, id TEXT UNIQUE NOT NULL, project TEXT NOT NULL, spec TEXT NOT NULL, count INTEGER NOT NULL,
    sets TEXT NOT NULL, created_at TEXT NOT NULL
);
"""
ADD = """
INSERT INTO sweeps (id, project, spec, count, sets, created_at) VALUES (:id, :project, :spec, :count, :sets, :at)
"""
COUNTS = """
SELECT owner_id, state, count(*) AS jobs, max(ended_at) AS ended_at FROM (
    SELECT owner_id, state, ended_at, row_number() OVER (PARTITION BY owner_id, owner_node ORDER BY seq DESC) AS place
    FROM jobs WHERE project = :project AND owner_kind = 'sweep'{one}
) AS newest WHERE place = 1 GROUP BY owner_id, state
"""
LISTED = "SELECT id, spec, count, created_at FROM sweeps WHERE project = :project"


class Kept(NamedTuple):
    """A sweep as it is kept."""

    id: str
    spec: SweepSpec
    size: int  # parameter sets that it has
    created_at: datetime


class Progress(NamedTuple):
    """How far the jobs of a sweep are."""

    counts: SweepCounts
    ended_at: datetime | None


class Table:
    """Keeps sweeps; safe to share between threads and processes."""

    def __init__(self, database: Sql, project: str) -> None:
        self.database, self._project = database, project
        prepare(database, project)
        database.script(TABLES)
        feed(database, "sweeps", "sweep")

    def add(self, kept: Kept, sets: list[Parameters]) -> None:
        """Keep a new sweep."""
        values = {"id": kept.id, "spec": kept.spec.model_dump_json(), "count": kept.size, "sets": json.dumps(sets)}
        self._run(ADD, {**values, "at": time_text(kept.created_at)})

    def get(self, id: str) -> Kept:
        """Return a sweep.

        Raises:
            NotFoundError: There is none with this id.
        """
        return _kept(self._one(f"{LISTED} AND id = :id", id))

    def all(self) -> list[Kept]:
        """Return all sweeps, the newest first."""
        return [_kept(row) for row in self._run(f"{LISTED} ORDER BY seq DESC").rows]

    def sets(self, id: str) -> list[Parameters]:
        """Return the parameters of each job of a sweep."""
        row = self._one("SELECT sets FROM sweeps WHERE project = :project AND id = :id", id)
        sets: list[Parameters] = json.loads(row["sets"])
        return sets

    def remove(self, id: str) -> None:
        """Forget a sweep."""
        self._run("DELETE FROM sweeps WHERE project = :project AND id = :id", {"id": id})

    def progress(self, kepts: list[Kept]) -> list[Progress]:
        """Return how far sweeps are."""
        one = " AND owner_id = :id" if len(kepts) == 1 else ""
        rows = self._run(COUNTS.format(one=one), {"id": kepts[0].id if one else None}).rows if kepts else []
        return [_progress(kept, [row for row in rows if row["owner_id"] == kept.id]) for kept in kepts]

    def jobs(self, id: str) -> list[Job]:
        """Return the jobs of a sweep in the order in which they were asked for."""
        statement = "SELECT * FROM jobs WHERE project = :project AND owner_id = :id ORDER BY seq"
        return [job_of(row) for row in self._run(statement, {"id": id}).rows]

    def owners(self, jobs: list[str]) -> list[str]:
        """Return the sweeps that any of these jobs belongs to."""
        names = {f"job{number}": job for number, job in enumerate(jobs)}
        which = ", ".join(f":{name}" for name in names)
        statement = f"""SELECT DISTINCT owner_id FROM jobs
                        WHERE project = :project AND owner_kind = 'sweep' AND id IN ({which})"""
        return [row["owner_id"] for row in self._run(statement, names).rows]

    def _one(self, statement: str, id: str) -> Row:
        rows = self._run(statement, {"id": id}).rows
        if not rows:
            raise NotFoundError(f"There is no sweep {id!r}. It may have been removed.")
        return rows[0]

    def _run(self, statement: str, values: Mapping[str, Any] | None = None) -> Answer:
        return self.database.run(statement, {"project": self._project, **(values or {})})


def _kept(row: Row) -> Kept:
    spec = SweepSpec.model_validate_json(row["spec"])
    return Kept(row["id"], spec, row["count"], datetime.fromisoformat(row["created_at"]))


def _progress(kept: Kept, rows: list[Row]) -> Progress:
    states = ("queued", "running", "succeeded", "failed", "stopped")
    counts = {**dict.fromkeys(states, 0), **{row["state"]: row["jobs"] for row in rows}}
    found = SweepCounts(**counts, removed=max(0, kept.size - sum(counts.values())))
    ends = [datetime.fromisoformat(row["ended_at"]) for row in rows if row["ended_at"] is not None]
    return Progress(found, None if found.queued or found.running else max(ends, default=kept.created_at))
