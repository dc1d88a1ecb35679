"""Writes the same few runs with whichever MLflow is installed, and keeps the store as compressed SQL.

Each file beside this one was made in an environment of its own:

    python -m venv old && old/bin/pip install mlflow==3.5.0 && old/bin/python make.py
"""

import gzip
import sqlite3
import sys
import tempfile
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param

STARTED = 1_700_000_000_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "mlflow.db")
        write(MlflowClient(f"sqlite:///{database}"))
        connection = sqlite3.connect(database)
        text = "\n".join(connection.iterdump()).replace(folder, "/made")
        connection.close()
    target = Path(__file__).with_name(f"mlflow-{mlflow.__version__}.sql.gz")
    target.write_bytes(gzip.compress(text.encode(), mtime=0))
    sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes\n")


def write(client: MlflowClient) -> None:
    """Write runs with everything that the studio reads without MLflow."""
    flights = client.create_experiment("late flights")
    gone = client.create_experiment("thrown away")
    first = run(client, flights, "baseline", 0)
    client.log_batch(
        first,
        metrics=[Metric("loss", 1 / (step + 1), STARTED + step, step) for step in range(10)]
        + [Metric("auc", 0.9, STARTED, 0), Metric("odd", float("nan"), STARTED, 0)]
        + [Metric("huge", float("inf"), STARTED, 0), Metric("tiny", float("-inf"), STARTED, 0)],
        params=[Param("depth", "3"), Param("with space/and.more", "ü" * 300)],
    )
    client.log_inputs(
        first, [DatasetInput(Dataset("flights", "d1", "local", "{}"), [InputTag("mlflow.data.context", "training")])]
    )
    client.set_tag(first, "team", "blue")
    client.set_tag(first, "mlflow.note.content", "The *first* one.")
    client.set_terminated(first, "FINISHED", STARTED + 500)
    second = run(client, flights, "child", 1000)
    client.set_tag(second, "mlflow.parentRunId", first)
    client.log_metric(second, "auc", 0.8, STARTED, 0)
    client.set_terminated(second, "FAILED", STARTED + 1500)
    client.delete_run(run(client, flights, "deleted", 2000))
    run(client, gone, "of a deleted experiment", 3000)
    client.delete_experiment(gone)


def run(client: MlflowClient, experiment: str, name: str, after: int) -> str:
    return client.create_run(experiment, STARTED + after, {"mlflow.user": "ann"}, name).info.run_id


if __name__ == "__main__":
    main()
