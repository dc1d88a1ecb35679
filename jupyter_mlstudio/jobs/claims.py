"""Which waiting job is started next: by what is free, by priority, by order, and without letting big ones starve."""

import json
import socket
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from jupyter_mlstudio.core.processes import account, this_process
from jupyter_mlstudio.core.sql import Row, Sql
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.rows import time_text

PATIENCE = timedelta(seconds=60)  # for which a big job lets smaller ones pass before what it needs is kept for it
DEMANDS = 50  # different needs that one look compares
SHARED = "sweep:"  # tokens whose name begins so are a sweep's own: there is one, on whatever machine
CRUMB = 1e-9  # what sums of fractions may be off by

WAITS = """
SELECT 1 FROM jobs WHERE project = :project AND executor = :executor AND state = 'queued'
    AND (not_before IS NULL OR not_before <= :now) LIMIT 1
"""
FIRST = """
SELECT id, tokens, passed_at FROM jobs WHERE project = :project AND executor = :executor AND state = 'queued'
    AND (not_before IS NULL OR not_before <= :now) AND (account IS NULL OR account = :account) {others}
ORDER BY priority DESC, seq LIMIT 1
"""
USED = """
SELECT executor, host, tokens, count(*) AS jobs FROM jobs WHERE project = :project AND state = 'running'
GROUP BY executor, host, tokens
"""
TAKE = """
UPDATE jobs SET state = 'running', attempt = attempt + 1, started_at = :now, heartbeat_at = :now, host = :host,
    starter_pid = :starter, starter_created = :starter_created, pid = NULL, pid_created = NULL,
    kernel_pid = NULL, kernel_created = NULL, connection = NULL, handle = NULL,
    cells_done = 0, cell = NULL, error = NULL, outputs = '{}', start = NULL, not_before = NULL, passed_at = NULL
WHERE id = :id AND state = 'queued' RETURNING *
"""
PASSED = "UPDATE jobs SET passed_at = :now WHERE id = :id AND passed_at IS NULL"


class Supply(NamedTuple):
    """How much there is of each token, and of those that are not named."""

    limits: Mapping[str, float]
    others: float

    def limit(self, name: str) -> float:
        """Return how much of a token all jobs may use together."""
        return 1.0 if name.startswith(SHARED) else self.limits.get(name, self.others)


def claim(database: Sql, project: str, executor: str, supply: Supply) -> Row | None:
    """Take the job that is to start now; nobody else can take it.

    Of the jobs whose needs are free, that is the one with the highest priority, then the oldest. One that does not fit
    lets others pass; when that has gone on for long, what it needs is set aside for it.
    """
    names = {"project": project, "executor": executor, "now": time_text(), "account": account()}
    if not database.run(WAITS, names).rows:
        return None
    with database.transaction():
        used = usage(database, project, executor)
        blocked: list[Row] = []
        while (row := _first(database, names, blocked)) is not None:
            needs = needs_of(row["tokens"])
            if all(used.get(name, 0.0) + need <= supply.limit(name) + CRUMB for name, need in needs.items()):
                _note_passed(database, blocked)
                me = this_process()
                starter = {"host": socket.gethostname(), "starter": me.pid, "starter_created": me.created}
                return database.run(TAKE, names | {"id": row["id"], **starter}).rows[0]
            blocked.append(row)
            if _waited(row) and lacking(needs, supply) is None:
                used = {name: used.get(name, 0.0) + needs.get(name, 0.0) for name in used.keys() | needs.keys()}
    return None


def usage(database: Sql, project: str, executor: str) -> dict[str, float]:
    """Return how much of each token the running jobs of an executor use; of the local one, those of this machine."""
    used: dict[str, float] = {}
    here = socket.gethostname()
    for row in database.run(USED, {"project": project}).rows:
        mine = row["executor"] == executor and (executor != "local" or row["host"] == here)
        for name, need in needs_of(row["tokens"]).items():
            if mine or name.startswith(SHARED):
                used[name] = used.get(name, 0.0) + need * row["jobs"]
    return used


@lru_cache(maxsize=4096)
def needs_of(tokens: str) -> Mapping[str, float]:
    """Return how much of each token a job needs."""
    needs: dict[str, float] = json.loads(tokens)
    return needs


def lacking(needs: Mapping[str, float], supply: Supply) -> str | None:
    """Return the token of which there is less than a job needs even when nothing else runs."""
    return next((name for name, need in needs.items() if need > supply.limit(name) + CRUMB), None)


def _first(database: Sql, names: dict[str, str], blocked: list[Row]) -> Row | None:
    if len(blocked) == DEMANDS:
        return None
    skipped = {f"skip{number}": row["tokens"] for number, row in enumerate(blocked)}
    others = f"AND tokens NOT IN ({', '.join(f':{name}' for name in skipped)})" if skipped else ""
    rows = database.run(FIRST.format(others=others), names | skipped).rows
    return rows[0] if rows else None


def _waited(row: Row) -> bool:
    return row["passed_at"] is not None and row["passed_at"] < time_text(now() - PATIENCE)


def _note_passed(database: Sql, blocked: list[Row]) -> None:
    for row in blocked:
        if row["passed_at"] is None:
            database.run(PASSED, {"id": row["id"], "now": time_text()})
