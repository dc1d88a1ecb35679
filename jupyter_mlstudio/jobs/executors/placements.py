"""Which agents live, one for each executor and user, and which worker took which attempt at a job."""

import json
import os
import socket
from datetime import datetime
from math import inf
from typing import Any, NamedTuple

from jupyter_mlstudio.core.processes import ProcessRef, account, alive, process_ref
from jupyter_mlstudio.core.sql import Answer, Row, Sql
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.executors.types import Capabilities
from jupyter_mlstudio.jobs.rows import time_text

SCHEMA = """
CREATE TABLE IF NOT EXISTS agents (
    project TEXT NOT NULL, executor TEXT NOT NULL, account TEXT NOT NULL,
    token TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
    pid_created DOUBLE PRECISION NOT NULL, heartbeat_at TEXT NOT NULL, settings TEXT NOT NULL, wanted TEXT NOT NULL,
    problem TEXT, capabilities TEXT, cluster TEXT, PRIMARY KEY (project, executor, account)
);
CREATE TABLE IF NOT EXISTS placements (
    job TEXT NOT NULL, attempt INTEGER NOT NULL, project TEXT NOT NULL, executor TEXT NOT NULL, worker TEXT NOT NULL,
    host TEXT NOT NULL, pid INTEGER NOT NULL, placed_at TEXT NOT NULL, lost_at TEXT, PRIMARY KEY (job, attempt)
);
"""
TAKE = """
INSERT INTO agents (project, executor, account, token, host, pid, pid_created, heartbeat_at, settings, wanted)
VALUES (:project, :executor, :account, :token, :host, :pid, :created, :now, :settings, :settings)
ON CONFLICT (project, executor, account) DO UPDATE SET token = excluded.token, host = excluded.host, pid = excluded.pid,
    pid_created = excluded.pid_created, heartbeat_at = excluded.heartbeat_at, settings = excluded.settings,
    wanted = excluded.settings, problem = NULL, capabilities = NULL
"""
BEGIN = """
INSERT INTO placements (job, attempt, project, executor, worker, host, pid, placed_at)
SELECT :job, :attempt, :project, :executor, :worker, :host, :pid, :now
WHERE EXISTS (SELECT 1 FROM jobs WHERE id = :job AND attempt = :attempt AND state = 'running'
              AND stop_requested_at IS NULL)
ON CONFLICT (job, attempt) DO NOTHING
"""
OURS = "project = :project AND executor = :executor AND account = :account"
MINE = "project = :project AND executor = :executor AND (account IS NULL OR account = :account)"
SILENT = 75.0  # seconds without a sign of life after which an agent counts as gone


class AgentRow(NamedTuple):
    """An agent as the tables know it."""

    token: str
    host: str
    ref: ProcessRef
    settings: str
    wanted: str
    quiet: float
    problem: str | None
    capabilities: Capabilities | None
    cluster: dict[str, Any] | None

    @property
    def lives(self) -> bool:
        """Whether there is such an agent; one on another machine is believed for a while."""
        if self.host == socket.gethostname():
            return alive(self.ref)
        return self.quiet < SILENT


class Placed(NamedTuple):
    """The worker that took an attempt at a job."""

    worker: str
    host: str
    pid: int


class Placements:
    """Agents and what they have placed; safe to share between threads and processes."""

    def __init__(self, database: Sql, project: str) -> None:
        self.database, self._project = database, project
        database.script(SCHEMA)

    def agent(self, executor: str) -> AgentRow | None:
        """Return the agent of an executor; whether it lives is another question."""
        rows = self._run(f"SELECT * FROM agents WHERE {OURS}", executor=executor).rows
        return _agent(rows[0]) if rows else None

    def take(self, executor: str, token: str, settings: str) -> AgentRow | None:
        """Become the agent, and return the row that was there; `PermissionError` if another one lives."""
        me = process_ref(os.getpid())
        assert me is not None
        with self.database.transaction():
            before = self.agent(executor)
            if before is not None and before.lives:
                raise PermissionError
            values = {"token": token, "host": socket.gethostname(), "settings": settings, **me.model_dump()}
            self._run(TAKE, executor=executor, now=time_text(), **values)
        return before

    def beat(self, executor: str, token: str) -> str | None:
        """Give a sign of life; return which settings are wanted, or None if another agent has taken over."""
        statement = f"UPDATE agents SET heartbeat_at = :now WHERE {OURS} AND token = :token RETURNING wanted"
        rows = self._run(statement, executor=executor, token=token, now=time_text()).rows
        return str(rows[0]["wanted"]) if rows else None

    def want(self, executor: str, settings: str) -> None:
        """Ask the agent to make place for one with other settings as soon as it has nothing to do."""
        self._run(f"UPDATE agents SET wanted = :settings WHERE {OURS}", executor=executor, settings=settings)

    def tell(self, executor: str, token: str, problem: str | None, capabilities: Capabilities | None) -> None:
        """Note what the cluster has, or what is in the way."""
        body = None if capabilities is None else capabilities.model_dump_json()
        self._mine("problem = :problem, capabilities = :body", executor, token, problem=problem, body=body)

    def keep_cluster(self, executor: str, token: str, cluster: dict[str, Any] | None) -> None:
        """Note the processes of a cluster on this machine, so that the next agent finds them."""
        body = None if cluster is None else json.dumps(cluster)
        self._mine("cluster = :body", executor, token, body=body)

    def leave(self, executor: str, token: str) -> bool:
        """Stop being the agent, unless jobs have come in."""
        statement = f"""DELETE FROM agents WHERE {OURS} AND token = :token
                        AND NOT EXISTS (SELECT 1 FROM jobs WHERE {MINE} AND ended_at IS NULL)"""
        with self.database.transaction():
            return self._run(statement, executor=executor, token=token).count == 1

    def resign(self, executor: str, token: str) -> None:
        """Stop being the agent at once, for another one that finds what this one has noted."""
        self._mine("pid = 0, pid_created = 0, heartbeat_at = ''", executor, token)

    def begin(self, job: str, attempt: int, executor: str, worker: str) -> bool:
        """Take an attempt at a job; false if it was taken before, is over, or was stopped."""
        values = {"job": job, "attempt": attempt, "executor": executor, "worker": worker}
        with self.database.transaction():
            return self._run(BEGIN, **values, host=socket.gethostname(), pid=os.getpid(), now=time_text()).count == 1

    def placed(self, job: str, attempt: int) -> Placed | None:
        """Return who has taken an attempt at a job."""
        statement = "SELECT worker, host, pid FROM placements WHERE job = :job AND attempt = :attempt"
        rows = self._run(statement, job=job, attempt=attempt).rows
        return Placed(**rows[0]) if rows else None

    def lose(self, job: str, attempt: int) -> None:
        """Note that the worker or the runner of an attempt is gone."""
        statement = "UPDATE placements SET lost_at = :now WHERE job = :job AND attempt = :attempt"
        self._run(statement, job=job, attempt=attempt, now=time_text())

    def idle(self, executor: str) -> bool:
        """Tell whether no job of this user waits or runs there."""
        return not self._run(f"SELECT 1 FROM jobs WHERE {MINE} AND ended_at IS NULL LIMIT 1", executor=executor).rows

    def kept(self, executor: str) -> bool:
        """Tell whether the kernel of a failed job of this user still stays there."""
        statement = f"SELECT 1 FROM jobs WHERE {MINE} AND kept_until > :now LIMIT 1"
        return bool(self._run(statement, executor=executor, now=time_text()).rows)

    def mine(self, executor: str) -> set[str]:
        """Return the ids of this user's jobs that are said to run there."""
        rows = self._run(f"SELECT id FROM jobs WHERE {MINE} AND state = 'running'", executor=executor).rows
        return {row["id"] for row in rows}

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many jobs have not ended, by executor and state."""
        statement = """SELECT executor, state, count(*) AS jobs FROM jobs
                       WHERE project = :project AND state IN ('queued', 'running') GROUP BY executor, state"""
        return {(row["executor"], row["state"]): int(row["jobs"]) for row in self._run(statement).rows}

    def _mine(self, changes: str, executor: str, token: str, **values: Any) -> None:
        statement = f"UPDATE agents SET {changes} WHERE {OURS} AND token = :token"
        self._run(statement, executor=executor, token=token, **values)

    def _run(self, statement: str, **values: Any) -> Answer:
        return self.database.run(statement, {"project": self._project, "account": account(), **values})


def _agent(row: Row) -> AgentRow:
    body, cluster = row["capabilities"], row["cluster"]
    return AgentRow(
        token=row["token"],
        host=row["host"],
        ref=ProcessRef(pid=row["pid"], created=row["pid_created"]),
        settings=row["settings"],
        wanted=row["wanted"],
        quiet=(now() - datetime.fromisoformat(row["heartbeat_at"])).total_seconds() if row["pid"] else inf,
        problem=row["problem"],
        capabilities=None if body is None else Capabilities.model_validate_json(body),
        cluster=None if cluster is None else json.loads(cluster),
    )
