"""How often a check is wrong, and how quick: false alarms where nothing drifted, and drift that is missed.

Beside Evidently on the same tables, in turns; it has an environment of its own under `.make/peers`. By default it tests
each column by itself, so that on tables without drift it finds drifted columns in proportion to their number.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl

from jupyter_mlstudio.monitoring.baseline import profile
from jupyter_mlstudio.monitoring.drift import compare
from jupyter_mlstudio.monitoring.types import Thresholds

COLUMNS, TRAINED, LIVE, TABLES = 20, 2000, 1000, 100
SHIFT = 0.4  # of a standard deviation, in one column of twenty
LARGE, ROUNDS = 100_000, 3
TESTS_ALONE = Thresholds(psi=1e-9, missing=1e-9, out_of_range=1e-9, new_values=1e-9)
PEER = Path(__file__).parents[2] / ".make" / "peers" / "evidently"
ASKED = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import pandas as pd
from evidently import Dataset, DataDefinition, Report
from evidently.presets import DataDriftPreset
for line in sys.stdin:
    before, live = (pd.read_parquet(path) for path in json.loads(line))
    began = time.perf_counter()
    found = Report([DataDriftPreset()]).run(live, before).dict()
    seconds = time.perf_counter() - began
    count = next(each["value"]["count"] for each in found["metrics"] if "DriftedColumnsCount" in each["metric_name"])
    print(json.dumps([count, seconds]), flush=True)
"""


def main() -> None:
    """Measure and print the figures; `--alone` leaves the peer out."""
    warnings.simplefilter("ignore")
    quiet = [checked(number, 0.0) for number in range(TABLES)]
    figure("false-alarms-default", share(found["default"] for found in quiet), "of tables", 0.01)
    figure("false-alarms-tests-alone", share(found["tests"] for found in quiet), "of tables", 0.03)
    print(f"without the correction: {share(found['plain'] for found in quiet):.0%} of {TABLES} tables without drift")
    moved = [checked(number, SHIFT) for number in range(TABLES)]
    hits = [found["columns"] for found in moved]
    figure(
        "drift-found",
        share([name for name in names if name == "x0"] == ["x0"] for names in hits),
        "of tables",
        0.95,
        most=False,
    )
    figure("drift-found-elsewhere", share(set(names) - {"x0"} for names in hits), "of tables", 0.01)
    speed()


def tables(number: int, shift: float, trained: int = TRAINED, live: int = LIVE) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Draw training and live rows: normal, skewed, counted and categorical columns."""
    rng = np.random.default_rng(number)
    return drawn(rng, trained, 0.0), drawn(rng, live, shift)


def drawn(rng: np.random.Generator, rows: int, shift: float) -> pl.DataFrame:
    columns: dict[str, object] = {}
    for place in range(COLUMNS):
        kind = place % 4
        moved = shift if place == 0 else 0.0
        columns[f"x{place}"] = (
            rng.normal(moved, 1, rows)
            if kind == 0
            else rng.gamma(2, 3, rows)
            if kind == 1
            else rng.poisson(20, rows)
            if kind == 2
            else rng.choice(list("abcdef"), rows, p=[0.4, 0.2, 0.15, 0.15, 0.07, 0.03])
        )
    return pl.DataFrame(columns)


def checked(number: int, shift: float) -> dict[str, object]:
    """Check one pair of tables as it comes, by the tests alone, and by tests that nobody corrected."""
    before, live = tables(number, shift)
    columns = profile(before, "training_data").columns
    found = compare(columns, live, before, Thresholds())
    alone = compare(columns, live, before, TESTS_ALONE)
    single = [compare([column], live, before, TESTS_ALONE)[0] for column in columns]
    return {
        "default": any(each.drifted for each in found),
        "columns": [each.name for each in found if each.drifted],
        "tests": any(each.drifted for each in alone),
        "plain": any(each.drifted for each in single),
    }


def speed() -> None:
    """Compare large tables, in turns with the peer."""
    before, live = tables(1, 0.0, LARGE, LARGE)
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder, name)) for name in ("before.parquet", "live.parquet")]
        before.write_parquet(paths[0])
        live.write_parquet(paths[1])
        peer = None if "--alone" in sys.argv else asked()
        ours, theirs = [], []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            sample = before.sample(2000, seed=0)
            compare(profile(before, "training_data").columns, live, sample, Thresholds())
            ours.append(time.perf_counter() - began)
            if peer is not None:
                theirs.append(ask(peer, paths)[1])
        figure("rows-a-second", LARGE / statistics.median(ours), "rows/s", 100_000, most=False)
        if peer is not None:
            ratio = statistics.median(their / our for their, our in zip(theirs, ours, strict=True))
            figure("evidently-report-time", ratio, "x", 3, most=False)
            alarms(peer, Path(folder))
            peer.stdin.close()
            peer.wait()


def alarms(peer: "subprocess.Popen[str]", folder: Path) -> None:
    """Count the tables without drift in which the peer finds a drifted column."""
    found = []
    for number in range(20):
        paths = [str(folder / f"{name}.parquet") for name in ("b", "l")]
        for table, path in zip(tables(number, 0.0), paths, strict=True):
            table.write_parquet(path)
        found.append(ask(peer, paths)[0] > 0)
    print(f"Evidently finds drifted columns in {share(found):.0%} of 20 tables without drift")


def asked() -> "subprocess.Popen[str]":
    """Start the peer, and make its environment if there is none."""
    if not (PEER / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
        subprocess.run([str(PEER / "bin" / "pip"), "install", "--quiet", "evidently>=0.7", "pandas<3"], check=True)
    command = [str(PEER / "bin" / "python"), "-c", ASKED]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def ask(peer: "subprocess.Popen[str]", paths: list[str]) -> tuple[float, float]:
    """Let the peer compare two files; returns how many columns drifted, and the seconds without reading."""
    assert peer.stdin is not None
    assert peer.stdout is not None
    print(json.dumps(paths), file=peer.stdin, flush=True)
    count, seconds = json.loads(peer.stdout.readline())
    return float(count), float(seconds)


def share(found: Iterable[object]) -> float:
    """Return the share of what is true."""
    return statistics.mean(bool(each) for each in found)


def figure(name: str, value: float, unit: str, goal: float, *, most: bool = True) -> None:
    """Print a figure in the form that is read by machines."""
    good = value <= goal if most else value >= goal
    print(f"FIGURE {name} {value:.4g} {unit} goal {'<=' if most else '>='} {goal:.4g} {'ok' if good else 'short'}")


if __name__ == "__main__":
    main()
