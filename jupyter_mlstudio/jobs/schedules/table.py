"""The tables of schedules: what they are, when they are due next, and what came of each time."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.core.processes import account
from jupyter_mlstudio.core.sql import Answer, Row, Sql
from jupyter_mlstudio.jobs.feed import feed
from jupyter_mlstudio.jobs.rows import time_text
from jupyter_mlstudio.jobs.schedules.types import Firing, ScheduleSpec
from jupyter_mlstudio.jobs.schema import prepare

TABLES = """
CREATE TABLE IF NOT EXISTS schedules (
    seq {serial}, id TEXT UNIQUE NOT NULL, project TEXT NOT NULL, spec TEXT NOT NULL, paused INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL, looked_at TEXT NOT NULL, next_at TEXT, seen TEXT, problem TEXT, account TEXT
);
CREATE INDEX IF NOT EXISTS schedules_by_next ON schedules (project, paused, next_at);
CREATE TABLE IF NOT EXISTS firings (
    seq {serial}, schedule TEXT NOT NULL, project TEXT NOT NULL, mark TEXT NOT NULL, due TEXT NOT NULL,
    at TEXT NOT NULL, state TEXT NOT NULL, file TEXT, job TEXT, run TEXT, reason TEXT NOT NULL DEFAULT '',
    UNIQUE (schedule, mark)
);
CREATE INDEX IF NOT EXISTS firings_waiting ON firings (project, state) WHERE state = 'waiting';
"""
KEPT = 500  # times that are remembered of one schedule, so that a clock that was set back does not bring them again
NOTE = """
INSERT INTO firings (schedule, project, mark, due, at, state, file, job, run, reason)
VALUES (:schedule, :project, :mark, :due, :at, :state, :file, :job, :run, :reason) ON CONFLICT DO NOTHING
"""
FORGET = """
DELETE FROM firings WHERE schedule = :schedule AND state <> 'waiting'
    AND seq <= (SELECT seq FROM firings WHERE schedule = :schedule ORDER BY seq DESC LIMIT 1 OFFSET :kept)
"""
SUMMARY = """
SELECT count(*) AS unfinished FROM jobs WHERE project = :project AND owner_id = :owner AND ended_at IS NULL
"""

Seen = dict[str, list[Any]]
"""What files were like: time, size and digest by path."""


class Kept(NamedTuple):
    """A schedule as it is kept."""

    id: str
    spec: ScheduleSpec
    paused: bool
    created_at: datetime
    looked_at: datetime
    next_at: datetime | None
    seen: Seen | None
    problem: str | None


class Due(NamedTuple):
    """A time, or a change of a file, for which a schedule is to make something."""

    mark: str
    at: datetime
    file: str | None = None


class Table:
    """Keeps schedules; safe to share between threads and processes."""

    def __init__(self, database: Sql, project: str) -> None:
        self.database, self._project = database, project
        prepare(database, project)
        database.script(TABLES)
        feed(database, "schedules", "schedule")

    def add(self, kept: Kept) -> None:
        """Keep a new schedule."""
        values = _values(kept) | {"id": kept.id, "created_at": time_text(kept.created_at), "project": self._project}
        names = ", ".join(values)
        self._run(f"INSERT INTO schedules ({names}) VALUES ({', '.join(f':{name}' for name in values)})", values)

    def replace(self, kept: Kept) -> None:
        """Keep this in place of what was kept under its id."""
        values = _values(kept)
        changes = ", ".join(f"{name} = :{name}" for name in values)
        if self._run(f"UPDATE schedules SET {changes} WHERE id = :id", {**values, "id": kept.id}).count == 0:
            raise _unknown(kept.id)

    def get(self, id: str) -> Kept:
        """Return a schedule.

        Raises:
            NotFoundError: There is none with this id.
        """
        rows = self._run("SELECT * FROM schedules WHERE project = :project AND id = :id", {"id": id}).rows
        if not rows:
            raise _unknown(id)
        return _kept(rows[0])

    def all(self) -> list[Kept]:
        """Return all schedules, the newest first."""
        statement = "SELECT * FROM schedules WHERE project = :project ORDER BY seq DESC"
        return [_kept(row) for row in self._run(statement).rows]

    def remove(self, id: str) -> None:
        """Forget a schedule and its times."""
        with self.database.transaction():
            if self._run("DELETE FROM schedules WHERE project = :project AND id = :id", {"id": id}).count == 0:
                raise _unknown(id)
            self._run("DELETE FROM firings WHERE schedule = :id", {"id": id})

    def due(self, now: datetime, before: datetime) -> list[str]:
        """Return what is due of this account's, and what was last looked at after a moment that is to come."""
        statement = """SELECT id FROM schedules WHERE project = :project AND paused = 0 AND account = :account
                       AND next_at IS NOT NULL AND (next_at <= :now OR looked_at > :before)"""
        names = {"now": time_text(now), "before": time_text(before), "account": account()}
        return [row["id"] for row in self._run(statement, names).rows]

    def watching(self) -> list[Kept]:
        """Return this account's schedules that wait for files."""
        statement = """SELECT * FROM schedules WHERE project = :project AND paused = 0 AND account = :account
                       AND seen IS NOT NULL"""
        return [_kept(row) for row in self._run(statement, {"account": account()}).rows]

    def waiting(self, schedule: str | None = None) -> list[tuple[str, Due]]:
        """Return the times whose jobs wait for earlier ones, oldest first, each with its schedule."""
        which = "" if schedule is None else " AND schedule = :schedule"
        statement = f"SELECT * FROM firings WHERE project = :project AND state = 'waiting'{which} ORDER BY seq"
        rows = self._run(statement, {"schedule": schedule}).rows
        return [(row["schedule"], Due(row["mark"], datetime.fromisoformat(row["due"]), row["file"])) for row in rows]

    def note(self, schedule: str, due: Due, firing: Firing) -> bool:
        """Note what came of a time; false if that time was noted before."""
        values = {
            "schedule": schedule, "mark": due.mark, "due": time_text(due.at), "at": time_text(firing.at),
            "state": firing.state, "file": due.file, "job": firing.job_id, "run": firing.run_id,
            "reason": firing.reason,
        }  # fmt: skip
        return self._run(NOTE, values).count == 1

    def settle(self, schedule: str, due: Due, firing: Firing) -> None:
        """Note what came of a time that was noted before."""
        statement = """UPDATE firings SET state = :state, job = :job, run = :run, reason = :reason
                       WHERE schedule = :schedule AND mark = :mark"""
        outcome = {"state": firing.state, "job": firing.job_id, "run": firing.run_id, "reason": firing.reason}
        self._run(statement, {**outcome, "schedule": schedule, "mark": due.mark})

    def known(self, schedule: str, mark: str) -> bool:
        """Tell whether a time was noted before."""
        statement = "SELECT 1 FROM firings WHERE schedule = :schedule AND mark = :mark"
        return bool(self._run(statement, {"schedule": schedule, "mark": mark}).rows)

    def firings(self, schedule: str, limit: int) -> list[Firing]:
        """Return the newest times of a schedule."""
        statement = "SELECT * FROM firings WHERE schedule = :schedule ORDER BY seq DESC LIMIT :limit"
        return [_firing(row) for row in self._run(statement, {"schedule": schedule, "limit": limit}).rows]

    def forget_old(self, schedule: str) -> None:
        """Forget times beyond those that are worth remembering."""
        self._run(FORGET, {"schedule": schedule, "kept": KEPT})

    def note_problem(self, schedule: str, problem: str | None) -> None:
        """Note what keeps a schedule from working, if that is news."""
        statement = "UPDATE schedules SET problem = :problem WHERE id = :id AND coalesce(problem, '') <> :text"
        self._run(statement, {"id": schedule, "problem": problem, "text": problem or ""})

    def unfinished(self, schedule: str) -> int:
        """Return how many jobs of a schedule have not ended."""
        return int(self._run(SUMMARY, {"owner": schedule}).rows[0]["unfinished"])

    def _run(self, statement: str, values: Mapping[str, Any] | None = None) -> Answer:
        return self.database.run(statement, {"project": self._project, **(values or {})})


def _unknown(id: str) -> NotFoundError:
    return NotFoundError(f"There is no schedule {id!r}. It may have been removed.")


def _values(kept: Kept) -> dict[str, Any]:
    return {
        "spec": kept.spec.model_dump_json(),
        "paused": int(kept.paused),
        "looked_at": time_text(kept.looked_at),
        "next_at": None if kept.next_at is None else time_text(kept.next_at),
        "seen": None if kept.seen is None else json.dumps(kept.seen),
        "problem": kept.problem,
        "account": account(),  # whoever saves it: jobs are made with nobody else's rights
    }


def _kept(row: Row) -> Kept:
    return Kept(
        id=row["id"],
        spec=ScheduleSpec.model_validate_json(row["spec"]),
        paused=bool(row["paused"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        looked_at=datetime.fromisoformat(row["looked_at"]),
        next_at=None if row["next_at"] is None else datetime.fromisoformat(row["next_at"]),
        seen=None if row["seen"] is None else json.loads(row["seen"]),
        problem=row["problem"],
    )


def _firing(row: Row) -> Firing:
    return Firing(
        due=row["due"], at=row["at"], state=row["state"], job_id=row["job"], run_id=row["run"], reason=row["reason"]
    )
