"""Listing 2,000 runs with 20 params and 20 metrics each beside `mlflow.search_runs`; logging beside MLflow's own call.

Both sides use the same store in the same process, interleaved; logging is timed until everything is in the store.
"""

import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import mlflow

from jupyter_mlstudio import Studio
from jupyter_mlstudio.experiments.types import RunQuery

RUNS, WIDTH, ROUNDS, POINTS = 2000, 20, 3, 500


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio.open(folder)
        studio.experiments.client()
        fill(studio.state / "mlflow.db")
        mlflow.set_tracking_uri(studio.tracking_uri)
        query = RunQuery(limit=RUNS)
        ours, theirs = interleaved(
            lambda: len(studio.experiments.runs(query).items), lambda: len(mlflow.search_runs(["0"], max_results=RUNS))
        )
        figure("list-2000-runs-vs-mlflow", theirs / ours, "times", 20)
        logged, baseline = interleaved(lambda: log_ours(studio), log_theirs)
        figure("log-metric-vs-mlflow", baseline / logged, "times", 20)
        print(f"listing: {ours * 1000:.0f} ms, mlflow {theirs * 1000:.0f} ms; metric: {logged / POINTS * 1e6:.1f} us")


def interleaved(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Return the median seconds of both; the first round warms up and does not count."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):
        for call, seconds in zip((one, other), taken, strict=True):
            began = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - began)
    return statistics.median(taken[0][1:]), statistics.median(taken[1][1:])


def log_ours(studio: Studio) -> None:
    """Log points as a training loop does, until they are in the store."""
    with studio.track("Default") as run:
        for step in range(POINTS):
            run.log_metric("loss", 1 / (step + 1), step=step)


def log_theirs() -> None:
    with mlflow.start_run(experiment_id="0"):
        for step in range(POINTS):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)


def fill(database: Path) -> None:
    """Write runs straight into the tables: through MLflow it would take minutes."""
    names = [f"{index:032x}" for index in range(RUNS)]
    with sqlite3.connect(database) as connection:
        connection.executemany(
            "INSERT INTO runs"
            " (run_uuid, name, status, start_time, end_time, lifecycle_stage, experiment_id, artifact_uri, user_id,"
            " source_type, source_name, entry_point_name, source_version)"
            " VALUES (?, ?, 'FINISHED', ?, ?, 'active', 0, '/nowhere', 'somebody', 'LOCAL', '', '', '')",
            [(name, f"run {index}", index * 1000, index * 1000 + 500) for index, name in enumerate(names)],
        )
        wide = [(f"name_{column}", random.random(), name) for name in names for column in range(WIDTH)]
        connection.executemany("INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)", wide)
        connection.executemany(
            "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, 0, 0, 0, ?)", wide
        )
    connection.close()


def figure(name: str, value: float, unit: str, goal: float) -> None:
    print(f"FIGURE {name} {value:.1f} {unit} goal >={goal:g} {'ok' if value >= goal else 'short'}", flush=True)


if __name__ == "__main__":
    main()
