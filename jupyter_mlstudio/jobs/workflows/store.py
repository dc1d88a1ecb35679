"""Runs of workflows in the database of the jobs."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from jupyter_mlstudio.core.errors import ConflictError, NotFoundError
from jupyter_mlstudio.core.sql import Answer, Row, Sql
from jupyter_mlstudio.jobs.feed import feed
from jupyter_mlstudio.jobs.workflows.rows import Item, NodeRow, RunRow
from jupyter_mlstudio.jobs.workflows.types import NodeState, WorkflowState

SCHEMA = """
CREATE TABLE IF NOT EXISTS workflow_runs (
    seq {serial}, id TEXT UNIQUE NOT NULL, project TEXT NOT NULL, path TEXT NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, spec TEXT NOT NULL, parameters TEXT NOT NULL, state TEXT NOT NULL,
    attempt INTEGER NOT NULL, version INTEGER NOT NULL, use_cache INTEGER NOT NULL, message TEXT NOT NULL,
    created_at TEXT NOT NULL, ended_at TEXT, stop_requested_at TEXT,
    owner_kind TEXT, owner_id TEXT, owner_node TEXT
);
CREATE INDEX IF NOT EXISTS workflow_runs_by_state ON workflow_runs (project, state);
CREATE INDEX IF NOT EXISTS workflow_runs_by_path ON workflow_runs (project, path, seq);
CREATE TABLE IF NOT EXISTS workflow_nodes (
    run TEXT NOT NULL, node TEXT NOT NULL, project TEXT NOT NULL, state TEXT NOT NULL, attempt INTEGER NOT NULL,
    message TEXT NOT NULL, outputs TEXT NOT NULL, started_at TEXT, ended_at TEXT, PRIMARY KEY (run, node)
);
CREATE TABLE IF NOT EXISTS workflow_items (
    run TEXT NOT NULL, node TEXT NOT NULL, position INTEGER NOT NULL, project TEXT NOT NULL, value TEXT NOT NULL,
    state TEXT NOT NULL, attempt INTEGER NOT NULL, job TEXT, submitted INTEGER NOT NULL, key TEXT,
    parts TEXT NOT NULL, parameters TEXT NOT NULL, environment TEXT NOT NULL, outputs TEXT NOT NULL, notebook TEXT,
    message TEXT NOT NULL, why TEXT NOT NULL, cached_from TEXT, started_at TEXT, ended_at TEXT,
    PRIMARY KEY (run, node, position)
);
CREATE TABLE IF NOT EXISTS workflow_results (
    seq {serial}, project TEXT NOT NULL, key TEXT NOT NULL, place TEXT NOT NULL, run TEXT NOT NULL, job TEXT NOT NULL,
    notebook TEXT NOT NULL, outputs TEXT NOT NULL, parts TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS workflow_environments (
    project TEXT NOT NULL, digest TEXT NOT NULL, packages TEXT NOT NULL, PRIMARY KEY (project, digest)
);
CREATE INDEX IF NOT EXISTS workflow_results_by_key ON workflow_results (project, key);
CREATE INDEX IF NOT EXISTS workflow_results_by_place ON workflow_results (project, place);
"""
RUN = (
    "id", "path", "title", "text", "spec", "parameters", "state", "attempt", "version", "use_cache", "message",
    "created_at", "ended_at", "stop_requested_at", "owner_kind", "owner_id", "owner_node",
)  # fmt: skip
NODE = ("node", "state", "attempt", "message", "outputs", "started_at", "ended_at")
ITEM = (
    "value", "state", "attempt", "job", "submitted", "key", "parts", "parameters", "environment", "outputs",
    "notebook", "message", "why", "cached_from", "started_at", "ended_at",
)  # fmt: skip
JSON = frozenset({"spec", "parameters", "outputs", "value", "parts", "environment", "why"})


class Store:
    """Keeps runs of workflows; safe to share between threads and processes."""

    def __init__(self, database: Sql, project: str) -> None:
        self.database, self._project = database, project
        self._environments: set[str] = set()
        database.script(SCHEMA)
        feed(database, "workflow_runs", "workflow")

    def add(self, run: RunRow) -> None:
        """Keep a new run with its nodes.

        Raises:
            ConflictError: There is one with this id.
        """
        names = ", ".join(("project", *RUN))
        marks = ", ".join(f":{name}" for name in ("project", *RUN))
        statement = f"INSERT INTO workflow_runs ({names}) VALUES ({marks}) ON CONFLICT (id) DO NOTHING"
        with self.database.transaction():
            if self._run(statement, _values(run, RUN)).count == 0:
                raise ConflictError(f"There is a run {run.id!r} already.")
            self._write(run)

    def load(self, id: str) -> RunRow:
        """Return a run with its nodes.

        Raises:
            NotFoundError: There is none with this id.
        """
        rows = self._run("SELECT * FROM workflow_runs WHERE id = :id AND project = :project", {"id": id}).rows
        if not rows:
            raise NotFoundError(f"There is no run {id!r} of a workflow. It may have been removed.")
        run = _of(rows[0])
        for row in self._run("SELECT * FROM workflow_nodes WHERE run = :id", {"id": id}).rows:
            run.nodes[row["node"]] = _node(row)
        items = self._run("SELECT * FROM workflow_items WHERE run = :id ORDER BY node, position", {"id": id}).rows
        for row in items:
            run.nodes[row["node"]].items.append(_item(row))
        return run

    def save(self, run: RunRow, results: Iterable[dict[str, Any]] = ()) -> bool:
        """Write what changed, unless somebody else has changed the run since it was loaded."""
        statement = """UPDATE workflow_runs SET state = :state, attempt = :attempt, message = :message,
            ended_at = :ended_at, stop_requested_at = :stop_requested_at, use_cache = :use_cache, version = version + 1
            WHERE id = :id AND version = :version"""
        with self.database.transaction():
            if self._run(statement, _values(run, RUN)).count == 0:
                return False
            self._write(run)
            for result in results:
                self._add_result(result)
        run.version += 1
        return True

    def mark_submitted(self, run: str, node: str, item: Item) -> bool:
        """Note that an item's job is in the queue; false if the item no longer waits for it."""
        statement = """UPDATE workflow_items SET submitted = 1 WHERE run = :run AND node = :node
            AND position = :position AND attempt = :attempt AND state = 'running'"""
        values = {"run": run, "node": node, "position": item.index, "attempt": item.attempt}
        return self._run(statement, values).count == 1

    def request_stop(self, id: str, now: str) -> None:
        """Note that a run shall stop."""
        statement = """UPDATE workflow_runs SET stop_requested_at = coalesce(stop_requested_at, :now),
            version = version + 1 WHERE id = :id AND project = :project AND state = 'running'"""
        self._run(statement, {"id": id, "now": now})

    def running(self) -> list[str]:
        """Return the ids of the runs that have not ended."""
        statement = "SELECT id FROM workflow_runs WHERE project = :project AND state = 'running' ORDER BY seq"
        return [row["id"] for row in self._run(statement).rows]

    def newest(self, path: str, limit: int) -> tuple[list[RunRow], int]:
        """Return runs, the newest first, without their items; and how many there are."""
        where = "project = :project" + (" AND path = :path" if path else "")
        values = {"path": path, "limit": limit}
        rows = self._run(f"SELECT * FROM workflow_runs WHERE {where} ORDER BY seq DESC LIMIT :limit", values).rows
        total = self._run(f"SELECT count(*) AS total FROM workflow_runs WHERE {where}", values).rows[0]["total"]
        found = {row["id"]: _of(row) for row in rows}
        for run in found.values():
            for row in self._run("SELECT * FROM workflow_nodes WHERE run = :id", {"id": run.id}).rows:
                run.nodes[row["node"]] = _node(row)
        return list(found.values()), int(total)

    def unfinished(self, owner: str) -> int:
        """Return how many runs with this owner have not ended."""
        statement = """SELECT count(*) AS runs FROM workflow_runs
            WHERE project = :project AND owner_id = :owner AND state = 'running'"""
        return int(self._run(statement, {"owner": owner}).rows[0]["runs"])

    def remove(self, id: str) -> None:
        """Forget a run."""
        with self.database.transaction():
            for table in ("workflow_items", "workflow_nodes", "workflow_results"):
                self._run(f"DELETE FROM {table} WHERE run = :id AND project = :project", {"id": id})
            self._run("DELETE FROM workflow_runs WHERE id = :id AND project = :project", {"id": id})

    def tidy(self, keep: int) -> None:
        """Forget ended runs, the oldest first, until so many are left."""
        statement = """SELECT id FROM workflow_runs WHERE project = :project AND state != 'running'
            ORDER BY seq DESC LIMIT 100 OFFSET :keep"""
        for row in self._run(statement, {"keep": keep}).rows:
            self.remove(row["id"])

    def results(self, *, key: str | None = None, place: str | None = None) -> list[dict[str, Any]]:
        """Return earlier results with a key, or of a place, the newest first; a few are enough."""
        column = "key" if key is not None else "place"
        statement = f"""SELECT * FROM workflow_results WHERE project = :project AND {column} = :wanted
            ORDER BY seq DESC LIMIT 5"""
        rows = self._run(statement, {"wanted": key or place}).rows
        return [{name: json.loads(row[name]) if name in JSON else row[name] for name in row} for row in rows]

    def note_environment(self, digest: str, packages: Callable[[], dict[str, str]]) -> None:
        """Keep which packages an environment has, the first time that it is met."""
        if digest not in self._environments:
            statement = """INSERT INTO workflow_environments (project, digest, packages)
                VALUES (:project, :digest, :packages) ON CONFLICT (project, digest) DO NOTHING"""
            self._run(statement, {"digest": digest, "packages": json.dumps(packages())})
            self._environments.add(digest)

    def environment(self, digest: str) -> dict[str, str]:
        """Return the packages of an environment that was met before; none if it was not."""
        statement = "SELECT packages FROM workflow_environments WHERE project = :project AND digest = :digest"
        rows = self._run(statement, {"digest": digest}).rows
        found: dict[str, str] = json.loads(rows[0]["packages"]) if rows else {}
        return found

    def _add_result(self, result: dict[str, Any]) -> None:
        names = ("project", "key", "place", "run", "job", "notebook", "outputs", "parts", "created_at")
        marks = ", ".join(f":{name}" for name in names)
        values = {name: _plain(name, value) for name, value in result.items()}
        self._run(f"INSERT INTO workflow_results ({', '.join(names)}) VALUES ({marks})", values)

    def _write(self, run: RunRow) -> None:
        for row in run.nodes.values():
            if not row.changed:
                continue
            self._upsert("workflow_nodes", ("run", "node"), NODE, {"run": run.id, **_values(row, NODE)})
            self._run("DELETE FROM workflow_items WHERE run = :run AND node = :node AND position >= :count",
                      {"run": run.id, "node": row.node, "count": len(row.items)})  # fmt: skip
            for item in row.items:
                if not item.changed:
                    continue
                item.changed = False
                values = {"run": run.id, "node": row.node, "position": item.index, **_values(item, ITEM)}
                self._upsert("workflow_items", ("run", "node", "position"), ITEM, values)
            row.changed = False

    def _upsert(self, table: str, keys: tuple[str, ...], names: tuple[str, ...], values: dict[str, Any]) -> None:
        columns = list(dict.fromkeys(("project", *keys, *names)))
        changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
        self._run(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f':{name}' for name in columns)}) "
            f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}",
            values,
        )

    def _run(self, statement: str, values: dict[str, Any] | None = None) -> Answer:
        return self.database.run(statement, {"project": self._project, **(values or {})})


def _plain(name: str, value: Any) -> Any:
    if name in JSON:
        return json.dumps(value)
    if isinstance(value, bool):
        return int(value)
    return str(value) if isinstance(value, NodeState | WorkflowState) else value


def _values(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(name, getattr(row, name)) for name in names}


def _read(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: json.loads(row[name]) if name in JSON else row[name] for name in names}


def _of(row: Row) -> RunRow:
    fields = _read(row, RUN)
    return RunRow(**fields | {"state": WorkflowState(row["state"]), "use_cache": bool(row["use_cache"])})


def _node(row: Row) -> NodeRow:
    return NodeRow(**_read(row, NODE) | {"state": NodeState(row["state"])}, changed=False)


def _item(row: Row) -> Item:
    fields = _read(row, ITEM) | {"state": NodeState(row["state"]), "submitted": bool(row["submitted"])}
    return Item(index=row["position"], **fields, changed=False)
