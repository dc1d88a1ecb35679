"""The feed of changes: triggers note what was written, by whatever process, so that watchers need not compare."""

from jupyter_mlstudio.core.sql import Sql

SCHEMA = """
CREATE TABLE IF NOT EXISTS changes (
    kind TEXT NOT NULL, id TEXT NOT NULL, project TEXT NOT NULL, seq BIGINT NOT NULL, change TEXT NOT NULL,
    PRIMARY KEY (kind, id)
){form};
CREATE INDEX IF NOT EXISTS changes_by_seq ON changes (project, seq);
"""
NOTE = """
INSERT INTO changes VALUES (
    '{kind}', {id}, {project}, (SELECT coalesce(max(seq), 0) + 1 FROM changes WHERE project = {project}), '{change}'
) ON CONFLICT (kind, id) DO UPDATE SET seq = excluded.seq, change = excluded.change;
"""
SQLITE = """
DROP TRIGGER IF EXISTS {name};
CREATE TRIGGER {name} AFTER {act} ON {table} BEGIN {note} END;
"""
POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {note} RETURN NULL; END $$;
CREATE OR REPLACE TRIGGER {name} AFTER {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
"""
CHANGES = {"INSERT": "added", "UPDATE": "changed", "DELETE": "removed"}


def feed(database: Sql, table: str, kind: str, *, id: str = "id", acts: tuple[str, ...] = tuple(CHANGES)) -> None:
    """Let every write to a table be noted as a change of something of this kind.

    Args:
        database: Where the table is.
        table: Its name; it has the columns `project` and `id`.
        kind: What its rows are.
        id: The column that names what changes.
        acts: Which writes count.
    """
    shape, form = (SQLITE, " WITHOUT ROWID") if database.dialect == "sqlite" else (POSTGRESQL, "")
    database.script(SCHEMA.format(form=form) + "".join(_trigger(shape, table, kind, id, act) for act in acts))


def _trigger(shape: str, table: str, kind: str, id: str, act: str) -> str:
    row = "OLD" if act == "DELETE" else "NEW"
    change = CHANGES[act] if table == f"{kind}s" else "changed"
    note = NOTE.format(kind=kind, id=f"{row}.{id}", project=f"{row}.project", change=change)
    return shape.format(name=f"{table}_{act.lower()}", act=act, table=table, note=note)
