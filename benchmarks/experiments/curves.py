"""A million points of a hundred runs: all of them, and as a chart draws them, beside MLflow's ways on the same store.

All points: `MlflowClient.get_metric_history`, of a few runs and counted up. As drawn: what MLflow's server does for its
own charts (`get-metric-history-bulk-interval`), called in this process: it is spared HTTP. Ours keeps every spike.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
from _store import CURVES, STEPS, million_points
from mlflow.tracking._tracking_service.utils import _get_store

from jupyter_mlstudio.experiments.reading.curves import CurvesQuery
from jupyter_mlstudio.experiments.reading.packed import Packed
from jupyter_mlstudio.experiments.reading.service import Reading

ROUNDS, SOME, DRAWN = 3, 5, 320
SPIKE = 1000.0


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = million_points(Path(folder))
        uri = f"sqlite:///{database}"
        client, store = mlflow.MlflowClient(uri), _get_store(uri)
        reading = Reading(lambda: database, database, lambda: client)
        ids = [run.info.run_id for run in client.search_runs(["0"], max_results=CURVES)]
        every = CurvesQuery(ids=ids, metrics=["loss"], points=0)
        drawn = CurvesQuery(ids=ids, metrics=["loss"], points=DRAWN)
        seconds: dict[str, list[float]] = {"all": [], "all mlflow": [], "drawn": [], "drawn mlflow": []}
        for _ in range(ROUNDS):
            seconds["all"].append(took(lambda: reading.curves(every)))
            some = took(lambda: [client.get_metric_history(run, "loss") for run in ids[:SOME]])
            seconds["all mlflow"].append(some * CURVES / SOME)
            seconds["drawn"].append(took(lambda: reading.curves(drawn)))
            seconds["drawn mlflow"].append(took(lambda: intervals(store, ids)))
        kept = spikes(reading.curves(drawn))
    middle = {name: statistics.median(taken) for name, taken in seconds.items()}
    figure("million-points-vs-mlflow-client", middle["all mlflow"] / middle["all"], "times", 30)
    figure("million-points-as-drawn-vs-mlflow", middle["drawn mlflow"] / middle["drawn"], "times", 3)
    figure("spikes-kept-of-100", kept, "curves", CURVES)
    print(", ".join(f"{name}: {value:.2f} s" for name, value in middle.items()))


def intervals(store: Any, ids: list[str]) -> int:
    """Do what MLflow's route does: choose steps that are evenly apart, and read the points at them."""
    return len(store.get_metric_history_bulk_interval(ids, "loss", DRAWN, 0, STEPS - 1))


def spikes(body: bytes) -> int:
    """Return how many curves show their spike."""
    packed = Packed(body)
    return sum(max(packed.buffer(item["high"], "d")) == SPIKE for item in packed.header["items"])


def took(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def figure(name: str, value: float, unit: str, goal: float) -> None:
    print(f"FIGURE {name} {value:.1f} {unit} goal >={goal:g} {'ok' if value >= goal else 'short'}", flush=True)


if __name__ == "__main__":
    main()
