"""Ten thousand runs with 44 columns: CPU to list them beside `mlflow.search_runs`, on the same store in the same run.

The first time the runs are read from the file, after that they come out of memory; both are packed for the browser.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import mlflow
from _store import METRICS, PARAMS, RUNS, TAGS, ten_thousand_runs

from jupyter_mlstudio.experiments.reading.cache import RunCache
from jupyter_mlstudio.experiments.reading.packed import Packed
from jupyter_mlstudio.experiments.reading.table import TableQuery, table

ROUNDS = 3


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = ten_thousand_runs(Path(folder))
        mlflow.set_tracking_uri(f"sqlite:///{database}")
        mlflow.search_runs(["0"], max_results=10)
        check(database)
        cold, warm, first, theirs = [], [], [], []
        for _ in range(ROUNDS):
            cache = RunCache(database)
            first.append(cpu(lambda cache=cache: table(cache, TableQuery(limit=100))))
            cold.append(cpu(lambda cache=cache: table(cache, TableQuery())))
            warm.append(cpu(lambda cache=cache: table(cache, TableQuery())))
            theirs.append(cpu(lambda: mlflow.search_runs(["0"], max_results=RUNS)))
    peer = statistics.median(theirs)
    figure("list-10000-runs-cpu-vs-search-runs", peer / statistics.median(cold), "times", 30)
    figure("list-10000-runs-again-cpu-vs-search-runs", peer / statistics.median(warm), "times", 30)
    told = {"first 100": first, "all": cold, "again": warm, "mlflow": theirs}
    print(", ".join(f"{name}: {statistics.median(taken) * 1000:.0f} ms" for name, taken in told.items()))


def check(database: Path) -> None:
    """Make sure that everything is there before it is timed; also warms up what both sides import."""
    header = Packed(table(RunCache(database), TableQuery())).header
    assert header["total"] == RUNS
    assert [column["count"] for column in header["columns"]] == [RUNS] * (PARAMS + METRICS + TAGS)


def cpu(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def figure(name: str, value: float, unit: str, goal: float) -> None:
    print(f"FIGURE {name} {value:.1f} {unit} goal >={goal:g} {'ok' if value >= goal else 'short'}", flush=True)


if __name__ == "__main__":
    main()
