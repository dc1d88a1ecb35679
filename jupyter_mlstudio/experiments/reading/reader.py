"""Reads runs straight from MLflow's SQLite store: fifty times faster than through MLflow, and without importing it.

Only tables that have been the same for years are touched, and only of a store whose schema is known.
"""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.experiments.reading import rows, schemas
from jupyter_mlstudio.experiments.reading.connection import ReadOnly
from jupyter_mlstudio.experiments.types import (
    Experiment,
    Metric,
    Param,
    Run,
    RunModel,
    RunQuery,
    RunRow,
    RunTable,
    Series,
    Value,
)

SHOWN = 200
"""Characters of a param or tag that a table gets; the run itself has all of them."""

STATE = "CASE WHEN r.run_uuid IN (SELECT value FROM json_each(:vanished)) THEN 'KILLED' ELSE r.status END"
RUNS = "FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id"
LISTED = "run_uuid IN (SELECT value FROM json_each(?))"


class Reader(Protocol):
    """What is asked of a store; unknown runs raise `NotFoundError`."""

    def experiments(self) -> list[Experiment]:
        """Return all experiments that are not deleted."""

    def runs(self, query: RunQuery) -> RunTable:
        """Return the runs that fit."""

    def run(self, id: str) -> Run:
        """Return everything about a run."""

    def series(self, id: str, metric: str, points: int) -> Series:
        """Return how a metric developed, in about so many points at most."""

    def artifact_root(self, id: str) -> str:
        """Return the address of a run's artifacts."""

    def model_root(self, id: str) -> str:
        """Return the address of the files of a logged model."""


class SqliteReader:
    """The reader of stores that are a SQLite file."""

    def __init__(self, database: Path) -> None:
        self._store = ReadOnly(database)
        self._understood: sqlite3.Connection | None = None

    def understands(self) -> bool:
        """Tell whether the store has a schema that this reader knows; one that does not exist yet will have."""
        if not self._store.database.exists():
            return True
        with self._store.reading() as connection:
            if connection is not self._understood and schemas.readable(connection):
                self._understood = connection  # as long as it is the same file: its schema is only ever upgraded
            return connection is self._understood

    def experiments(self) -> list[Experiment]:
        """Return all experiments that are not deleted, the one with the newest run first."""
        if not self._store.database.exists():
            return []
        with self._store.reading() as connection:
            found = connection.execute(
                "SELECT e.experiment_id, e.name, COUNT(r.run_uuid), MAX(r.start_time) FROM experiments e"
                " LEFT JOIN runs r ON r.experiment_id = e.experiment_id AND r.lifecycle_stage = 'active'"
                " WHERE e.lifecycle_stage = 'active' GROUP BY e.experiment_id"
                " ORDER BY MAX(r.start_time) DESC NULLS LAST, e.name"
            )
            return [
                Experiment(id=str(key), name=name, runs=runs, latest=rows.moment(latest))
                for key, name, runs, latest in found
            ]

    def runs(self, query: RunQuery) -> RunTable:
        """Return the runs that fit."""
        if not self._store.database.exists():
            return RunTable(items=[], columns=[], total=0)
        with self._store.reading() as connection:
            connection.execute("BEGIN")  # so that runs and what they logged are of one moment
            try:
                return _table(connection, query)
            finally:
                connection.execute("ROLLBACK")

    def run(self, id: str) -> Run:
        """Return everything about a run."""
        table = self.runs(RunQuery(ids=[id])).items or self.runs(RunQuery(ids=[id], deleted=True)).items
        if not table:
            raise NotFoundError(f"There is no run {id!r}. It may have been deleted for good.")
        with self._store.reading() as connection:
            return _run(connection, table[0])

    def series(self, id: str, metric: str, points: int) -> Series:
        """Return how a metric developed, in about so many points at most."""
        from jupyter_mlstudio.experiments.reading.series import read

        with self._store.reading() as connection:
            return read(connection, id, metric, points)

    def artifact_root(self, id: str) -> str:
        """Return the address of a run's artifacts."""
        return self._single("SELECT artifact_uri FROM runs WHERE run_uuid = ?", id, "run")

    def model_root(self, id: str) -> str:
        """Return the address of the files of a logged model."""
        return self._single("SELECT artifact_location FROM logged_models WHERE model_id = ?", id, "model")

    def _single(self, statement: str, id: str, noun: str) -> str:
        if self._store.database.exists():
            with self._store.reading() as connection:
                found = connection.execute(statement, (id,)).fetchone()
                if found is not None:
                    return str(found[0])
        raise NotFoundError(f"There is no {noun} {id!r}.")


def vanished(connection: sqlite3.Connection) -> list[str]:
    """Return the runs that count as running though their process has ended."""
    found = connection.execute(
        "SELECT r.run_uuid, t.value FROM runs r JOIN tags t ON t.run_uuid = r.run_uuid AND t.key = ?"
        " WHERE r.status = 'RUNNING'",
        (rows.PROCESS,),
    )
    return [run for run, process in found if rows.vanished(process)]


def _table(connection: sqlite3.Connection, query: RunQuery) -> RunTable:
    where, order, values = _conditions(query)
    values["vanished"] = json.dumps(vanished(connection))
    total = connection.execute(f"SELECT COUNT(*) {RUNS} WHERE {where}", values).fetchone()[0]
    found = connection.execute(
        f"SELECT r.run_uuid, r.name, e.name, {STATE}, r.start_time, r.end_time, r.lifecycle_stage"
        f" {RUNS} WHERE {where} ORDER BY {order} LIMIT {query.limit}",
        values,
    ).fetchall()
    ids = [row[0] for row in found]
    listed = (json.dumps(ids),)
    tags = connection.execute(
        f"SELECT run_uuid, key, substr(value, 1, {SHOWN}) FROM tags WHERE {LISTED}", listed
    ).fetchall()
    params = connection.execute(
        f"SELECT run_uuid, key, substr(value, 1, {SHOWN}) FROM params WHERE {LISTED} LIMIT {0 if query.brief else -1}",
        listed,
    )
    metrics = connection.execute(f"SELECT run_uuid, key, value, is_nan FROM latest_metrics WHERE {LISTED}", listed)
    own: dict[str, dict[str, str]] = {run: {} for run in ids}
    for run, key, value in tags:
        if rows.is_own(key):
            own[run][key] = value
    return RunTable(
        items=[
            rows.run_row(tuple(row[:3]), row[3], (row[4], row[5]), row[6] == "deleted", own[row[0]]) for row in found
        ],
        columns=[
            *rows.columns("param", ids, params),
            *rows.columns(
                "metric", ids, ((run, key, rows.number(value, is_nan)) for run, key, value, is_nan in metrics)
            ),
            *rows.columns("tag", ids, (cell for cell in tags if not query.brief and not rows.is_own(cell[1]))),
        ],
        total=total,
    )


def _conditions(query: RunQuery) -> tuple[str, str, dict[str, Value]]:
    """Return condition, order and values; only fixed text gets into the statement."""
    parts = ["r.lifecycle_stage = :stage"]
    values: dict[str, Value] = {"stage": "deleted" if query.deleted else "active"}
    if query.experiment is not None:
        parts.append("e.name = :experiment")
        values["experiment"] = query.experiment
    if query.state is not None:
        parts.append(f"{STATE} = :state")
        values["state"] = query.state.value.upper()
    if query.ids is not None:
        parts.append("r.run_uuid IN (SELECT value FROM json_each(:ids))")
        values["ids"] = json.dumps(query.ids)
    made = f"EXISTS (SELECT 1 FROM tags t WHERE t.run_uuid = r.run_uuid AND t.key = '{rows.JOB}' AND t.value"
    if query.job is not None:
        parts.append(f"{made} = :job)")
        values["job"] = query.job
    if query.jobs is not None:
        parts.append(f"{made} IN (SELECT value FROM json_each(:jobs)))")
        values["jobs"] = json.dumps(query.jobs)
    if query.search:
        tagged = f"(SELECT t.value FROM tags t WHERE t.run_uuid = r.run_uuid AND t.key = '{rows.NOTEBOOK}')"
        parts.append(
            f"instr(lower(r.name || ' ' || r.run_uuid || ' ' || e.name || ' ' || ifnull({tagged}, '')), :search) > 0"
        )
        values["search"] = query.search.lower()
    return " AND ".join(parts), _order(query, values), values


def _order(query: RunQuery, values: dict[str, Value]) -> str:
    direction = "DESC" if query.descending else "ASC"
    kind, _, name = query.sort.partition(".")
    if not name:
        return f"{'r.name COLLATE NOCASE' if kind == 'name' else 'r.start_time'} {direction}, r.run_uuid"
    values["sort"] = name
    of_run = "WHERE s.run_uuid = r.run_uuid AND s.key = :sort"
    if kind == "metrics":
        value = f"(SELECT s.value FROM latest_metrics s {of_run} AND s.is_nan = 0)"
        return f"{value} {direction} NULLS LAST, r.start_time DESC"
    value = f"(SELECT s.value FROM params s {of_run})"
    return f"{value} IS NULL, CAST({value} AS REAL) {direction}, {value} {direction}, r.start_time DESC"


def _run(connection: sqlite3.Connection, row: RunRow) -> Run:
    this = (row.id,)
    tags = dict(_pairs(connection.execute("SELECT key, value FROM tags WHERE run_uuid = ?", this)))
    params = connection.execute("SELECT key, value FROM params WHERE run_uuid = ? ORDER BY key", this)
    metrics = connection.execute(
        "SELECT key, value, is_nan, step, timestamp FROM latest_metrics WHERE run_uuid = ? ORDER BY key", this
    )
    datasets = connection.execute(
        "SELECT d.name, d.digest, d.dataset_source, d.dataset_profile, t.value FROM inputs i"
        " JOIN datasets d ON d.dataset_uuid = i.source_id"
        " LEFT JOIN input_tags t ON t.input_uuid = i.input_uuid AND t.name = 'mlflow.data.context'"
        " WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id = ?",
        this,
    )
    models = connection.execute(
        "SELECT model_id, name FROM logged_models WHERE source_run_id = ? AND lifecycle_stage = 'active'"
        " ORDER BY creation_timestamp_ms",
        this,
    )
    children = connection.execute(
        "SELECT r.run_uuid FROM tags t JOIN runs r ON r.run_uuid = t.run_uuid AND r.lifecycle_stage = 'active'"
        f" WHERE t.key = '{rows.PARENT}' AND t.value = ? ORDER BY r.start_time",
        this,
    )
    return rows.run(
        row,
        tags,
        params=[Param(name=name, value=value) for name, value in params],
        metrics=[
            Metric(name=name, value=rows.number(value, is_nan), step=step, at=rows.known(at))
            for name, value, is_nan, step, at in metrics
        ],
        datasets=[rows.dataset(*found) for found in datasets],
        models=[RunModel(id=model, name=name, uri=f"models:/{model}") for model, name in models],
        children=[child for (child,) in children],
    )


def _pairs(found: sqlite3.Cursor) -> Sequence[tuple[str, str]]:
    return [(key, value or "") for key, value in found]
