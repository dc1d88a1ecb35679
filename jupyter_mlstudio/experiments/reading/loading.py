"""Statements that bring runs out of MLflow's tables, into columns."""

import json
import math
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Any

from jupyter_mlstudio.experiments.reading import bulk, rows
from jupyter_mlstudio.experiments.reading.columns import SHOWN, Column, Kind, Runs

WIDE = 300
"""Columns that are kept; of a wider store the others are read when they are asked for."""

OWN = {
    "notebook": rows.NOTEBOOK,
    "job": rows.JOB,
    "parent": rows.PARENT,
    "user": rows.USER,
    "recipe": rows.RECIPE,
    "commit": rows.COMMIT,
    "data": rows.DIGEST,
    "process": rows.PROCESS,
    "error": rows.ERROR,
    "note": rows.NOTE,
    "cell": "mlstudio.cell_id",
    "code": "mlstudio.code",
    "snapshot": "mlstudio.snapshot",
    "environment": "mlstudio.environment",
}
"""What a table tells of every run, and the tag that says it."""

FIELDS = {tag: field for field, tag in OWN.items()}
INFINITE = repr(rows.INFINITE)
NUMBER = (
    f"CASE WHEN is_nan THEN NULL WHEN value >= {INFINITE} THEN 9e999"
    f" WHEN value <= -{INFINITE} THEN -9e999 ELSE value END"
)
TEXT = f"CASE WHEN length(value) > {SHOWN} THEN substr(value, 1, {SHOWN}) || '…' ELSE ifnull(value, '') END"
TABLES: dict[Kind, tuple[str, str]] = {
    "metric": ("latest_metrics", NUMBER),
    "param": ("params", TEXT),
    "tag": ("tags", TEXT),
}

TABLE_OF_RUNS = "FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id"
GONE = "(r.lifecycle_stage = 'deleted' OR e.lifecycle_stage = 'deleted')"
NAMES = (
    "WITH RECURSIVE names(name) AS (SELECT MIN(key) FROM {table} UNION ALL"
    " SELECT (SELECT MIN(key) FROM {table} WHERE key > name) FROM names WHERE name IS NOT NULL)"
    " SELECT name FROM names WHERE name IS NOT NULL"
)
"""The different names in a table, by a jump from each to the next: there are few, and many rows of each."""

ROWS = (
    "SELECT r.run_uuid, ifnull(nullif(r.name, ''), substr(r.run_uuid, 1, 8)), e.name, r.status, r.start_time,"
    f" r.end_time, {GONE}, r.source_version {TABLE_OF_RUNS}"
)
LISTED = "run_uuid IN (SELECT value FROM json_each(:ids))"

Row = tuple[str, str, str, str, int | None, int | None, int, str | None]
"""Id, name, experiment, state, begin and end, whether it is deleted; and a word that differs in a renewed copy."""


def run_rows(connection: sqlite3.Connection, ids: Iterable[str] | None = None) -> dict[str, Row]:
    """Return what the list tells of runs, in the order in which they were made; of all of them if none are named."""
    if ids is None:
        found = connection.execute(f"{ROWS} ORDER BY r.rowid")
    else:
        found = connection.execute(f"{ROWS} WHERE r.{LISTED} ORDER BY r.rowid", {"ids": json.dumps(list(ids))})
    return {row[0]: row for row in found}


def newest_rows(
    connection: sqlite3.Connection, experiment: str | None, deleted: bool, ids: Sequence[str] | None, limit: int | None
) -> tuple[list[Row], int]:
    """Return the newest of the runs that fit, and how many fit."""
    fitting = (
        f"WHERE {GONE} = :deleted AND (:experiment IS NULL OR e.name = :experiment)"
        " AND (:ids IS NULL OR r.run_uuid IN (SELECT value FROM json_each(:ids)))"
    )
    values = {
        "deleted": deleted,
        "experiment": experiment,
        "ids": None if ids is None else json.dumps(ids),
        "limit": -1 if limit is None else limit,
    }
    found = connection.execute(f"{ROWS} {fitting} ORDER BY r.start_time DESC, r.rowid LIMIT :limit", values)
    listed = [tuple(row) for row in found]
    total = connection.execute(f"SELECT COUNT(*) {TABLE_OF_RUNS} {fitting}", values).fetchone()[0]
    return listed, total


def all_runs(connection: sqlite3.Connection, found: Sequence[Row], revision: int) -> Runs:
    """Read every run, column by column."""
    runs = Runs()
    runs.fill(found, revision)
    counts = counted(connection)
    kept = set(widest(counts))
    runs.more = {key: count for key, count in counts.items() if key not in kept}
    for kind, (table, value) in TABLES.items():
        names = {name for of, name in kept if of == kind}
        pieces = bulk.cells(connection, bulk.Wanted(table, value, None if kind == "metric" else SHOWN))
        for name, places, values in gathered(runs, names | FIELDS.keys() if kind == "tag" else names, pieces):
            _kept(runs, kind, name).fill(places, values)
    return runs


def gathered(
    runs: Runs, names: AbstractSet[str], pieces: Iterable[bulk.Cells | bulk.Blocks]
) -> Iterator[tuple[str, "array[int]", Iterable[Any]]]:
    """Yield the columns that rows of cells make."""
    parts: dict[str, list[tuple[array[int], Sequence[Any]]]] = {name: [] for name in names}
    for piece in pieces:
        for name, places, values in _by_name(runs, names, piece):
            parts[name].append((places, values))
    for name in sorted(parts):
        joined = array("i")
        for part, _ in parts[name]:
            joined.extend(part)
        yield name, joined, chain.from_iterable(values for _, values in parts.pop(name))


def _by_name(
    runs: Runs, names: AbstractSet[str], piece: bulk.Cells | bulk.Blocks
) -> Iterable[tuple[str, "array[int]", Sequence[Any]]]:
    """Part cells by name."""
    if isinstance(piece, bulk.Blocks) and runs.places.keys() >= set(piece.runs):
        places, width = array("i", map(runs.places.__getitem__, piece.runs)), len(piece.names)
        columns = ((name, piece.values[first::width]) for first, name in enumerate(piece.names) if name in names)
        return [(name, places[: len(values)], values) for name, values in columns]
    found: dict[str, tuple[array[int], list[Any]]] = {}
    for run, name, value in zip(*_singly(piece), strict=True):
        if name in names and run in runs.places:  # a row may be left over from a run that is gone
            column = found.get(name) or found.setdefault(name, (array("i"), []))
            column[0].append(runs.places[run])
            column[1].append(math.nan if value is None else value)
    return [(name, *column) for name, column in found.items()]


def _singly(piece: bulk.Cells | bulk.Blocks) -> bulk.Cells:
    if isinstance(piece, bulk.Cells):
        return piece
    count = len(piece.values)
    runs = [run for run in piece.runs for _ in piece.names][:count]
    return bulk.Cells(runs, (list(piece.names) * len(piece.runs))[:count], piece.values)


def _kept(runs: Runs, kind: Kind, name: str) -> Column:
    own = kind == "tag" and rows.is_own(name)
    return runs.column("own", FIELDS[name]) if own else runs.column(kind, name)


def some_runs(connection: sqlite3.Connection, found: Sequence[Row], revision: int) -> Runs:
    """Read a few runs with all that they logged."""
    runs = Runs()
    for row in found:
        runs.put(row, revision)
    refresh(connection, runs, [row[0] for row in found], every=True)
    return runs


def refresh(connection: sqlite3.Connection, runs: Runs, ids: Sequence[str], *, every: bool = False) -> None:
    """Read again what some runs have logged; columns beyond the widest are only counted, unless all are wanted."""
    listed = {"ids": json.dumps(ids)}
    for kind, (table, value) in TABLES.items():
        found = connection.execute(f"SELECT run_uuid, key, {value} FROM {table} WHERE {LISTED}", listed).fetchall()
        for run, name, logged in found:
            column = _column(runs, kind, name, every)
            if column is not None and run in runs.places:
                column.put(runs.places[run], math.nan if logged is None else logged)
    for column in runs.cells():
        column.settle()


def whole(connection: sqlite3.Connection, runs: Runs, kind: Kind, name: str, *, cut: bool = True) -> Column:
    """Read one column of all runs, its texts to their end if they are not to be `cut`."""
    table, value = TABLES[kind]
    value = value if cut or kind == "metric" else "ifnull(value, '')"
    found = connection.execute(f"SELECT run_uuid, {value} FROM {table} WHERE key = ?", (name,)).fetchall()
    known = [(runs.places[run], logged) for run, logged in found if run in runs.places]
    column = Column(kind, name)
    values = (math.nan if logged is None else logged for _, logged in known)
    column.fill(array("i", (place for place, _ in known)), values)
    return column


def datasets(connection: sqlite3.Connection, name: str) -> list[tuple[str, str]]:
    """Return runs with a text of each of their datasets: its `name`, its `digest` or its `context`."""
    text = {"name": "d.name", "digest": "d.digest", "context": "t.value"}[name]
    return connection.execute(
        f"SELECT i.destination_id, {text} FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id"
        " LEFT JOIN input_tags t ON t.input_uuid = i.input_uuid AND t.name = 'mlflow.data.context'"
        f" WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND {text} IS NOT NULL"
    ).fetchall()


def state(runs: Runs, place: int) -> str:
    """Return how a run is going; one whose process has vanished counts as killed."""
    running = runs.states[place] == "RUNNING"
    return "KILLED" if running and rows.vanished(process(runs, place)) else runs.states[place]


def process(runs: Runs, place: int) -> str:
    """Return which process a run was begun by, as its tag says it; empty if it does not."""
    column = runs.own.get("process")
    return str(column.get(place) or "") if column is not None else ""


def counted(connection: sqlite3.Connection) -> dict[tuple[Kind, str], int]:
    """Return every column with how many runs have it, and the user's tags only; 0 where nobody needs to know."""
    names = [
        (kind, name)
        for kind, (table, _) in TABLES.items()
        for (name,) in connection.execute(NAMES.format(table=table))
        if kind != "tag" or not rows.is_own(name)
    ]
    if len(names) <= WIDE:
        return dict.fromkeys(names, 0)
    counts = {
        (kind, name): int(count)
        for kind, (table, _) in TABLES.items()
        for name, count in connection.execute(f"SELECT key, COUNT(*) FROM {table} GROUP BY key")
    }
    return {key: counts[key] for key in names}


def widest(counts: dict[tuple[Kind, str], int]) -> list[tuple[Kind, str]]:
    """Return the columns that are kept: metrics before others, then what most runs have."""
    return sorted(counts, key=lambda key: (key[0] != "metric", -counts[key], key))[:WIDE]


def _column(runs: Runs, kind: Kind, name: str, every: bool) -> Column | None:
    if kind == "tag" and rows.is_own(name):
        return runs.column("own", FIELDS[name]) if name in FIELDS else None
    if every or (kind, name) in runs.columns or len(runs.columns) < WIDE:
        return runs.column(kind, name)
    runs.more[kind, name] = runs.more.get((kind, name), 0) + 1
    return None
