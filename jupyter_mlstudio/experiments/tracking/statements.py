"""The SQL that writes MLflow's tables.

Python's SQLite lets other threads run at every row of an `executemany`, and gets its turn back only milliseconds later
while a training loop is busy. So many rows go into one statement.
"""

import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from uuid import uuid4

from jupyter_mlstudio.experiments.tracking.entries import (
    LONGEST_PARAM,
    LONGEST_TAG,
    Begun,
    DataEntry,
    NewRun,
    Point,
)

HUGE = 1.7976931348623157e308
"""What MLflow keeps for infinity."""

SIZES = (1000, 50, 1)
"""Rows of one statement."""

NAME_TAG = "mlflow.runName"

LOCATION = "SELECT artifact_location FROM experiments WHERE experiment_id = ?"
IS_THERE = "SELECT 1 FROM experiments WHERE experiment_id = ? AND lifecycle_stage = 'active'"
RUN_IS_THERE = "SELECT 1 FROM runs WHERE run_uuid = ?"
EXPERIMENT = "SELECT experiment_id, artifact_location, lifecycle_stage FROM experiments WHERE name = ?"
NEW_EXPERIMENT = (
    "INSERT INTO experiments (name, artifact_location, lifecycle_stage, creation_time, last_update_time)"
    " VALUES (?, ?, 'active', ?, ?)"
)
RUN = (
    "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time,"
    " source_version, lifecycle_stage, artifact_uri, experiment_id)"
    " VALUES (?, ?, 'UNKNOWN', '', '', ?, 'RUNNING', ?, '', 'active', ?, ?)"
)
END = "UPDATE runs SET status = ?, end_time = ? WHERE run_uuid = ?"
TAG = (
    "INSERT INTO tags (run_uuid, key, value) VALUES {} ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value"
)
PARAM = (
    "INSERT INTO params (run_uuid, key, value) VALUES {}"
    " ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value"
)
POINT = "INSERT OR IGNORE INTO metrics (run_uuid, key, value, timestamp, step, is_nan) VALUES {}"
LATEST = (
    "INSERT INTO latest_metrics (run_uuid, key, value, timestamp, step, is_nan) VALUES {}"
    " ON CONFLICT (key, run_uuid) DO UPDATE SET"
    " value = excluded.value, timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan"
    " WHERE (excluded.step, excluded.timestamp, excluded.value)"
    " > (latest_metrics.step, latest_metrics.timestamp, latest_metrics.value)"
)

Row = tuple[str, float, int, int, bool]


def create_run(connection: sqlite3.Connection, begun: Begun, run: NewRun) -> None:
    """Write a run that has begun."""
    tags = {**run.tags, NAME_TAG: begun.name}
    user = tags.get("mlflow.user", "unknown")
    values = (begun.id, begun.name, user, run.started, begun.artifact_uri, begun.experiment_id)
    connection.execute(RUN, values)
    put_tags(connection, begun.id, tags)


def put_tags(connection: sqlite3.Connection, run_id: str, tags: Mapping[str, str]) -> None:
    """Write tags; one that is there gets the new value, and the tag that names the run renames it."""
    _insert(connection, TAG, run_id, [(name, value[:LONGEST_TAG]) for name, value in tags.items()])
    if NAME_TAG in tags:
        connection.execute("UPDATE runs SET name = ? WHERE run_uuid = ?", (tags[NAME_TAG], run_id))


def put_params(connection: sqlite3.Connection, run_id: str, params: Mapping[str, str]) -> None:
    """Write params. One that is there gets the new value: it was found, and now it is given."""
    _insert(connection, PARAM, run_id, [(name, value[:LONGEST_PARAM]) for name, value in params.items()])


def put_points(connection: sqlite3.Connection, run_id: str, points: Iterable[Point]) -> None:
    """Write values of metrics, and which of each is the latest: by step, then time, then value."""
    rows = [_row(point) for point in points]
    latest: dict[str, Row] = {}
    for row in rows:
        known = latest.get(row[0])
        if known is None or _order(row) > _order(known):
            latest[row[0]] = row
    _insert(connection, POINT, run_id, rows)
    _insert(connection, LATEST, run_id, list(latest.values()))


def put_input(connection: sqlite3.Connection, run_id: str, entry: DataEntry) -> None:
    """Write which data a run was made from; data that the experiment has seen are not written again."""
    (experiment,) = connection.execute("SELECT experiment_id FROM runs WHERE run_uuid = ?", (run_id,)).fetchone()
    connection.execute(
        "INSERT OR IGNORE INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type,"
        " dataset_source, dataset_schema, dataset_profile) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (uuid4().hex, experiment, entry.name, entry.digest, entry.kind, entry.source, entry.schema, entry.profile),
    )
    (dataset,) = connection.execute(
        "SELECT dataset_uuid FROM datasets WHERE experiment_id = ? AND name = ? AND digest = ?",
        (experiment, entry.name, entry.digest),
    ).fetchone()
    made = uuid4().hex
    written = connection.execute(
        "INSERT OR IGNORE INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id)"
        " VALUES (?, 'DATASET', ?, 'RUN', ?)",
        (made, dataset, run_id),
    )
    if written.rowcount:
        connection.execute("INSERT INTO input_tags VALUES (?, 'mlflow.data.context', ?)", (made, entry.context))


def restore_experiment(connection: sqlite3.Connection, experiment_id: int, at: int) -> None:
    """Take an experiment out of the bin, and its runs with it, as MLflow does."""
    connection.execute(
        "UPDATE experiments SET lifecycle_stage = 'active', last_update_time = ? WHERE experiment_id = ?",
        (at, experiment_id),
    )
    connection.execute(
        "UPDATE runs SET lifecycle_stage = 'active', deleted_time = NULL WHERE experiment_id = ?", (experiment_id,)
    )


def _order(row: Row) -> tuple[int, int, float]:
    return row[3], row[2], row[1]


def _row(point: Point) -> Row:
    value = float(point.value)
    if math.isnan(value):
        return point.name, 0.0, point.timestamp, point.step, True
    if math.isinf(value):
        value = math.copysign(HUGE, value)
    return point.name, value, point.timestamp, point.step, False


def _insert(connection: sqlite3.Connection, statement: str, run_id: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows of one run: a thousand at a time, the rest in smaller pieces, so that few statements are compiled."""
    place = 0
    for size in SIZES:
        while len(rows) - place >= size:
            part = rows[place : place + size]
            values = [run_id, *(value for row in part for value in row)]
            connection.execute(_sized(statement, size, len(part[0])), values)
            place += size


@lru_cache(maxsize=64)
def _sized(statement: str, rows: int, columns: int) -> str:
    row = "(?1, {})".format(", ".join("?" * columns))
    return statement.format(", ".join([row] * rows))
