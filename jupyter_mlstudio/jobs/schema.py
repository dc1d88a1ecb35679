"""The tables of jobs, and how a database of an older version becomes one of this."""

from jupyter_mlstudio.core.sql import Sql
from jupyter_mlstudio.jobs.feed import feed

TABLES = """
CREATE TABLE IF NOT EXISTS jobs (
    seq {serial}, id TEXT UNIQUE NOT NULL, project TEXT NOT NULL, spec TEXT NOT NULL, name TEXT NOT NULL,
    state TEXT NOT NULL, attempt INTEGER NOT NULL DEFAULT 0, priority INTEGER NOT NULL DEFAULT 0,
    executor TEXT NOT NULL, tokens TEXT NOT NULL DEFAULT '{"cpu": 1.0}', not_before TEXT,
    passed_at TEXT, retried TEXT NOT NULL DEFAULT '{}', account TEXT, surroundings TEXT, settings TEXT,
    owner_kind TEXT, owner_id TEXT, owner_node TEXT,
    created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT,
    stop_requested_at TEXT, heartbeat_at TEXT, kept_until TEXT,
    cells_total INTEGER NOT NULL DEFAULT 0, cells_done INTEGER NOT NULL DEFAULT 0,
    cell INTEGER, error TEXT, outputs TEXT NOT NULL DEFAULT '{}', start TEXT,
    output TEXT NOT NULL, log_path TEXT NOT NULL, source_digest TEXT NOT NULL, generated INTEGER NOT NULL DEFAULT 0,
    host TEXT, pid INTEGER, pid_created DOUBLE PRECISION, kernel_pid INTEGER, kernel_created DOUBLE PRECISION,
    starter_pid INTEGER, starter_created DOUBLE PRECISION, connection TEXT, handle TEXT
);
CREATE TABLE IF NOT EXISTS events (
    seq {serial}, job TEXT NOT NULL, project TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, cell INTEGER,
    text TEXT, titles TEXT, seconds DOUBLE PRECISION, memory BIGINT
);
"""
INDEXES = """
DROP INDEX IF EXISTS jobs_by_state;
CREATE INDEX IF NOT EXISTS jobs_waiting ON jobs (project, executor, priority DESC, seq, tokens, not_before)
    WHERE state = 'queued';
CREATE INDEX IF NOT EXISTS jobs_running ON jobs (project, executor, host, tokens) WHERE state = 'running';
CREATE INDEX IF NOT EXISTS jobs_ended ON jobs (project, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS jobs_kept ON jobs (project) WHERE kept_until IS NOT NULL;
CREATE INDEX IF NOT EXISTS jobs_by_owner ON jobs (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS jobs_by_source ON jobs (source_digest);
CREATE INDEX IF NOT EXISTS events_by_job ON events (job, seq);
"""
ADDED = {
    "jobs": {
        "project": "TEXT NOT NULL DEFAULT ''",
        "priority": "INTEGER NOT NULL DEFAULT 0",
        "executor": "TEXT NOT NULL DEFAULT 'local'",
        "tokens": """TEXT NOT NULL DEFAULT '{"cpu": 1.0}'""",
        "retried": "TEXT NOT NULL DEFAULT '{}'",
        "outputs": "TEXT NOT NULL DEFAULT '{}'",
        "generated": "INTEGER NOT NULL DEFAULT 0",
        **dict.fromkeys(
            ("not_before", "passed_at", "account", "surroundings", "settings", "kept_until", "start"), "TEXT"
        ),
        "starter_pid": "INTEGER",
        "starter_created": "DOUBLE PRECISION",
        **dict.fromkeys(("owner_kind", "owner_id", "owner_node", "connection", "handle"), "TEXT"),
    },
    "events": {"project": "TEXT NOT NULL DEFAULT ''"},
}
"""Columns that came after the first version, with what they hold in rows that are older."""

KINDS = """
UPDATE jobs SET error = json_set(error, '$.kind', CASE json_extract(error, '$.name') WHEN 'RunnerLost' THEN 'lost'
    WHEN 'DeadKernelError' THEN 'kernel' WHEN 'CellTimeoutError' THEN 'timeout' ELSE 'cell' END)
WHERE error IS NOT NULL
"""


def prepare(database: Sql, project: str) -> None:
    """Make the tables, or bring those of an older version up to date, all or nothing."""
    if not _current(database):
        with database.transaction():
            _upgrade(database, project)
    database.script(TABLES + INDEXES)
    feed(database, "jobs", "job")
    feed(database, "events", "job", id="job", acts=("INSERT",))


def _current(database: Sql) -> bool:
    found = {table: database.columns(table) for table in ADDED}
    return not found["jobs"] or all(set(ADDED[table]) <= found[table] for table in ADDED)


def _upgrade(database: Sql, project: str) -> None:
    first = "job" in database.columns("changes")
    if first:  # its triggers write to columns that will be gone
        for trigger in ("jobs_insert", "jobs_update", "jobs_delete", "events_insert"):
            database.run(f"DROP TRIGGER IF EXISTS {trigger}")
        database.run("DROP TABLE changes")
    for table, added in ADDED.items():
        for name in added.keys() - database.columns(table):
            database.run(f"ALTER TABLE {table} ADD COLUMN {name} {added[name]}")
        database.run(f"UPDATE {table} SET project = :project WHERE project = ''", {"project": project})
    if first:  # its errors did not say of what kind they are
        database.run(KINDS)
