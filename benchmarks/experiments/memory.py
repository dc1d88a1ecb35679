"""Memory that the Jupyter server needs for ten thousand runs with 44 columns: of a process that only reads them."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from _store import ten_thousand_runs

READING = """
import gc, sys
from pathlib import Path
import psutil
from jupyter_mlstudio.experiments.reading.cache import RunCache
from jupyter_mlstudio.experiments.reading.table import TableQuery, table
from jupyter_mlstudio.experiments.reading.packed import Packed
memory = psutil.Process().memory_full_info
before = memory().uss
cache = RunCache(Path(sys.argv[1]))
table(cache, TableQuery(limit=100))
size = len(table(cache, TableQuery()))
gc.collect()
print((memory().uss - before) / 1e6, size / 1e6, 'mlflow' in sys.modules, len(psutil.Process().children()))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = ten_thousand_runs(Path(folder))
        command = [sys.executable, "-c", READING, str(database)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        out = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.split()
    grown, size = float(out[0]), float(out[1])
    assert out[2:] == ["False", "0"]
    print(f"FIGURE memory-of-10000-runs {grown:.0f} MB goal <=60 {'ok' if grown <= 60 else 'short'}")
    print(f"packed: {size:.1f} MB")


if __name__ == "__main__":
    main()
