"""Whole tables through a model: ours beside MLflow's pyfunc in one shot, Ray Data's map_batches, and a bare scan.

`python benchmarks/serving/transform.py [LINEAR_ROWS [TREE_ROWS]]`; every side runs in a fresh process that has done its
imports before its clock starts, and the sides take turns. Ray Data is there if Ray is installed; its start counts, as
it does for whoever uses it. The answers of all sides are compared.
"""

import json
import os
import subprocess
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ROUNDS = int(os.environ.get("ROUNDS", "3"))
LINEAR, TREES = 5_000_000, 2_000_000
WORDS = 5

BEGIN = """
import json, os, sys, time, warnings
warnings.simplefilter("ignore")
FOLDER = sys.argv[1]
os.chdir(FOLDER)
def memory():
    lines = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines() if ":" in line)
    return int(lines["VmHWM"].split()[0]) / 1024
"""
END = """
print(json.dumps({"seconds": time.perf_counter() - begin, "peak": memory(), **more}))
"""
SCAN = """
import pyarrow.parquet
begin, more = time.perf_counter(), {}
with pyarrow.parquet.ParquetFile("rows.parquet", pre_buffer=False) as file:
    for batch in file.iter_batches(65_536):
        pass
"""
OURS = """
import logging, pyarrow.parquet, pyarrow.csv, sklearn.ensemble, sklearn.linear_model, sklearn.pipeline, pandas
from jupyter_mlstudio import Studio
studio = Studio.open(".")
begin = time.perf_counter()
done = studio.serving.transform("rows.parquet", model="model", output="ours.parquet", trust=True, tell=lambda _: None)
more = {"workers": done.workers, "way": done.way, "answering": done.seconds}
"""
MLFLOW = """
import pandas as pd, mlflow.pyfunc, sklearn.ensemble, sklearn.linear_model
begin, more = time.perf_counter(), {}
model = mlflow.pyfunc.load_model("model")
rows = pd.read_parquet("rows.parquet")
pd.DataFrame({"prediction": model.predict(rows)}).to_parquet("mlflow.parquet")
"""
RAY = """
import shutil, logging
import ray, ray.data
begin, more = time.perf_counter(), {}
ray.init(num_cpus=os.cpu_count(), include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
ray.data.DataContext.get_current().enable_progress_bars = False

class Model:
    def __init__(self):
        import mlflow.pyfunc
        self.model = mlflow.pyfunc.load_model(os.path.join(FOLDER, "model"))
    def __call__(self, rows):
        import pandas as pd
        return pd.DataFrame({"prediction": self.model.predict(rows)})

shutil.rmtree("ray", ignore_errors=True)
rows = ray.data.read_parquet(os.path.join(FOLDER, "rows.parquet"))
rows.map_batches(Model, batch_format="pandas", batch_size=65_536, concurrency=max(1, os.cpu_count() - 1)).write_parquet(
    os.path.join(FOLDER, "ray"))
"""


def main() -> None:
    """Measure both kinds of models and print the figures."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ |= {"OMP_NUM_THREADS": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "RAY_TRAIN_V2_ENABLED": "0"}
    linear, trees = (*map(int, sys.argv[1:]), LINEAR, TREES)[:2] if len(sys.argv) != 2 else (int(sys.argv[1]), TREES)
    with TemporaryDirectory() as folder:
        make_linear(Path(folder), linear)
        found = measured(Path(folder))
        figure("linear_to_mlflow", found["mlflow"], "x", 3)
        figure("linear_to_bare_scan", found["scan"], "x", 1.3, most=True)
        figure("linear_memory_to_mlflow", found["memory"], "x", 1 / 3, most=True)
        peer(found, "linear")
    with TemporaryDirectory() as folder:
        make_trees(Path(folder), trees)
        found = measured(Path(folder))
        figure("trees_to_mlflow", found["mlflow"], "x", 2)
        figure("trees_memory_to_mlflow", found["memory"], "x", 1 / 3, most=True)
        peer(found, "trees")


def peer(found: dict[str, float], kind: str) -> None:
    """Print the figure of Ray Data, if it ran."""
    if "ray" in found:
        figure(f"{kind}_to_ray_data", found["ray"], "x", 5)


def measured(folder: Path) -> dict[str, float]:
    """Let the sides take turns; return the medians of the rounds' ratios, ours against a scan and others against ours.

    Where several processes are at work, each is taken to need as much memory as the first.
    """
    sides = {"scan": SCAN, "ours": OURS, "mlflow": MLFLOW, **({"ray": RAY} if find_spec("ray") else {})}
    runs: dict[str, list[dict]] = {side: [] for side in sides}
    for turn in range(ROUNDS):
        for side, program in sides.items():
            if side != "ray" or turn == 0:  # once: it takes as long as all others together
                runs[side].append(run(program, folder))
                print(f"  {side}: {runs[side][-1]}", flush=True)
    check(folder)
    ours = runs["ours"]
    found = {side: _ratio(runs[side], ours, "seconds") for side in sides if side not in ("ours", "scan")}
    memory = median(
        one["peak"] * one["workers"] / other["peak"] for one, other in zip(ours, runs["mlflow"], strict=True)
    )
    return {**found, "scan": _ratio(ours, runs["scan"], "seconds"), "memory": memory}


def _ratio(one: list[dict], other: list[dict], name: str) -> float:
    return median(a[name] / b[name] for a, b in zip(one, other, strict=False))


def run(program: str, folder: Path) -> dict:
    """Run one side in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + program + END, str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def check(folder: Path) -> None:
    """Hold the answers against each other."""
    import pandas as pd

    ours, theirs = (pd.read_parquet(folder / f"{side}.parquet")["prediction"] for side in ("ours", "mlflow"))
    assert len(ours) == len(theirs), "the number of answers differs"
    assert (ours.to_numpy() == theirs.to_numpy()).all(), "the answers differ"


def make_linear(folder: Path, rows: int) -> None:
    """Write a table of 20 numbers and a logistic regression."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from pyarrow import parquet
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(0)
    names = [f"column_{number}" for number in range(20)]
    frame = pd.DataFrame(random.normal(size=(2000, 20)), columns=names)
    save(folder, LogisticRegression().fit(frame, frame.sum(axis=1) > 0), frame)
    schema = pa.schema([(name, pa.float64()) for name in names])
    with parquet.ParquetWriter(folder / "rows.parquet", schema) as writer:
        for start in range(0, rows, 500_000):
            count = min(500_000, rows - start)
            writer.write_table(pa.table([random.normal(size=count) for _ in names], schema=schema))


def make_trees(folder: Path, rows: int) -> None:
    """Write a table of 5 texts and 10 numbers, and a pipeline of scaling, one-hot and gradient boosting."""
    import pandas as pd
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    texts, numbers = [f"text_{number}" for number in range(WORDS)], [f"number_{number}" for number in range(10)]
    frame = mixed(20_000, 0)
    encode = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), texts), (StandardScaler(), numbers)
    )
    target = (frame[numbers].sum(axis=1) + frame["text_0"].str.len() > WORDS).map({True: "yes", False: "no"})
    model = make_pipeline(encode, HistGradientBoostingClassifier(max_iter=100, early_stopping=False, random_state=0))
    save(folder, model.fit(frame, target), frame)
    parts = [mixed(min(500_000, rows - start), start + 1) for start in range(0, rows, 500_000)]
    pd.concat(parts, ignore_index=True).to_parquet(folder / "rows.parquet", row_group_size=500_000)


def mixed(rows: int, seed: int) -> "pd.DataFrame":
    """Draw texts and numbers."""
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(seed)
    words = np.array(["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"], dtype=object)
    texts = {f"text_{number}": words[random.integers(0, len(words), rows)] for number in range(WORDS)}
    return pd.DataFrame({**texts, **{f"number_{number}": random.normal(size=rows) for number in range(10)}})


def save(folder: Path, model: object, frame: "pd.DataFrame") -> None:
    """Save a model as MLflow does."""
    import mlflow.sklearn

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlflow.sklearn.save_model(
            model, str(folder / "model"), input_example=frame.head(5), serialization_format="cloudpickle",
            pip_requirements=["scikit-learn"],
        )  # fmt: skip


def figure(name: str, value: float, unit: str, goal: float, *, most: bool = False) -> None:
    """Print one promise."""
    held = value <= goal if most else value >= goal
    bound = f"{'<=' if most else '>='}{goal:.3g}"
    print(f"FIGURE transform_{name} {value:.3g} {unit} goal {bound} {'ok' if held else 'short'}", flush=True)


if __name__ == "__main__":
    main()
