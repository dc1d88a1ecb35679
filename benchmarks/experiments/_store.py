"""Stores of the size that is promised: ten thousand runs with 44 columns, and a million points of a hundred runs.

Written straight into the tables of a store that MLflow's own schema made: through MLflow it would take an hour.
"""

import random
import sqlite3
from pathlib import Path

from jupyter_mlstudio.experiments import embedded

RUNS, PARAMS, METRICS, TAGS = 10_000, 20, 20, 4
CURVES, STEPS = 100, 10_000
STARTED = 1_790_000_000_000


def ten_thousand_runs(folder: Path) -> Path:
    """Make a store of 10,000 runs with 20 params, 20 metrics and 4 tags each."""
    database = folder / "mlflow.db"
    embedded.create(database)
    draw = random.Random(0)
    names = [f"{draw.getrandbits(128):032x}" for _ in range(RUNS)]
    connection = _open(database)
    _runs(connection, names)
    connection.executemany("INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)", _params(draw, names))
    metrics = [(f"metric_{column:02}", draw.random(), name) for name in names for column in range(METRICS)]
    connection.executemany(
        "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, 0, 0, 0, ?)", metrics
    )
    connection.executemany(
        "INSERT INTO metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, 0, 0, 0, ?)", metrics
    )
    tags = [(f"tag_{column}", draw.choice("abcdefgh") * 3, name) for name in names for column in range(TAGS)]
    tags += [("mlflow.runName", f"run {index}", name) for index, name in enumerate(names)]
    connection.executemany("INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)", tags)
    _close(connection)
    return database


def million_points(folder: Path) -> Path:
    """Make a store of 100 runs with 10,000 points of one metric each, among them one spike a run."""
    database = folder / "mlflow.db"
    embedded.create(database)
    draw = random.Random(0)
    names = [f"{draw.getrandbits(128):032x}" for _ in range(CURVES)]
    connection = _open(database)
    _runs(connection, names)
    for name in names:
        spike = draw.randrange(STEPS)
        points = [
            ("loss", 1000.0 if step == spike else 1 / (step + 1) + draw.random() / 100, STARTED + step, step, name)
            for step in range(STEPS)
        ]
        connection.executemany(
            "INSERT INTO metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, 0, ?)", points
        )
        connection.execute(
            "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, 0, ?)",
            points[-1],
        )
    _close(connection)
    return database


def _params(draw: random.Random, names: list[str]) -> list[tuple[str, str, str]]:
    """Half of the params are a choice of few, half are numbers that hardly occur twice."""
    return [
        (
            f"param_{column:02}",
            str(draw.choice([1, 3, 10, 30])) if column % 2 else f"{draw.random():.6g}",
            name,
        )
        for name in names
        for column in range(PARAMS)
    ]


def _runs(connection: sqlite3.Connection, names: list[str]) -> None:
    connection.executemany(
        "INSERT INTO runs"
        " (run_uuid, name, status, start_time, end_time, lifecycle_stage, experiment_id, artifact_uri, user_id,"
        " source_type, source_name, entry_point_name, source_version)"
        " VALUES (?, ?, 'FINISHED', ?, ?, 'active', 0, '/nowhere', 'somebody', 'LOCAL', '', '', '')",
        [(name, f"run {i}", STARTED + i * 1000, STARTED + i * 1000 + 500) for i, name in enumerate(names)],
    )


def _open(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA synchronous=OFF")
    return connection


def _close(connection: sqlite3.Connection) -> None:
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
