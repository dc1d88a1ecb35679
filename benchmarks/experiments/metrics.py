"""`log_metric` in a loop of 10,000: how fast the loop is, how fast all of it is in the store, and when a value is safe.

Beside MLflow's own `log_metric`, on a store of the same kind, interleaved. Another process looks when values arrive.
"""

import multiprocessing
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

import mlflow

from jupyter_mlstudio import Studio

POINTS, PEER_POINTS, ROUNDS = 10_000, 200, 5
LOOKING = 3.0


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio.open(folder)
        with studio.track("Default"):
            pass
        mlflow.set_tracking_uri(studio.tracking_uri)
        loops, wholes, peers = [], [], []
        for turn in range(ROUNDS + 1):
            loop, whole = ours(studio)
            peer = theirs()
            if turn:
                loops.append(POINTS / loop)
                wholes.append(POINTS / whole)
                peers.append(PEER_POINTS / peer)
        late = lateness(studio)
    loop, whole, peer = map(statistics.median, (loops, wholes, peers))
    print(f"loop {loop:.0f}/s, until all is in the store {whole:.0f}/s, mlflow {peer:.0f}/s")
    figure("log-metric-loop", loop, "values/s", ">=20000", ok=loop >= 20_000)
    figure("log-metric-until-stored", whole, "values/s", ">=20000", ok=whole >= 20_000)
    figure("log-metric-vs-mlflow", whole / peer, "times", ">=100", ok=whole / peer >= 100)
    figure("log-metric-safe-after", late * 1000, "ms at most", "<=1000", ok=late <= 1)


def ours(studio: Studio) -> tuple[float, float]:
    """Return the seconds of the loop, and of the whole block, after which all is in the store."""
    began = time.perf_counter()
    with studio.track("Default") as run:
        for step in range(POINTS):
            run.log_metric("loss", 1 / (step + 1), step=step)
        looped = time.perf_counter() - began
    return looped, time.perf_counter() - began


def theirs() -> float:
    began = time.perf_counter()
    with mlflow.start_run(experiment_id="0"):
        for step in range(PEER_POINTS):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
    return time.perf_counter() - began


def lateness(studio: Studio) -> float:
    """Return how late the latest value was in the store, seen from another process, in a loop that never rests."""
    spawned = multiprocessing.get_context("spawn")
    found = spawned.Queue()
    with studio.track("Default") as run:
        run.log_metric("at", time.time(), 0)
        run.flush()
        watcher = spawned.Process(target=watch, args=(str(studio.state / "mlflow.db"), run.id, found))
        watcher.start()
        found.get(timeout=60)
        until, step = time.time() + LOOKING, 1
        while time.time() < until:
            run.log_metric("at", time.time(), step)
            step += 1
            if step % 500 == 0:
                time.sleep(0.01)
    late: float = found.get(timeout=60)
    watcher.join()
    return late


def watch(database: str, run_id: str, found: "multiprocessing.Queue[float]") -> None:
    """Compare what is newest in the store with the clock, again and again."""
    connection = sqlite3.connect(f"file:{Path(database)}?mode=ro", uri=True)
    asked = "SELECT value FROM latest_metrics WHERE run_uuid = ? AND key = 'at'"
    found.put(0.0)
    time.sleep(0.5)
    until, late = time.time() + LOOKING - 1, 0.0
    while time.time() < until:
        (newest,) = connection.execute(asked, (run_id,)).fetchone()
        late = max(late, time.time() - newest)
        time.sleep(0.005)
    found.put(late)


def figure(name: str, value: float, unit: str, goal: str, *, ok: bool) -> None:
    print(f"FIGURE {name} {value:.1f} {unit} goal {goal} {'ok' if ok else 'short'}", flush=True)


if __name__ == "__main__":
    main()
