"""What the extension adds to a Jupyter server with JupyterLab: time to load, and memory.

Servers with and without it are set up in turn, each in a fresh process, and the medians compared. Loading is computing
from warm files, so processor time is measured: it is the same on a busy machine.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROUNDS = 9
ENGINES = ["mlflow", "optuna", "pandas", "polars", "sklearn", "papermill", "pyarrow", "numpy"]
START = """
import json, sys, time
import psutil
from jupyter_server.serverapp import ServerApp
app = ServerApp()
extensions = {"jupyterlab": True, "jupyter_mlstudio_server": sys.argv[2] == "with"}
app.config.ServerApp.update(jpserver_extensions=extensions, root_dir=sys.argv[1], port=0, open_browser=False)
begin = time.process_time()
app.initialize(argv=["--allow-root"], find_extensions=False)
seconds = time.process_time() - begin
engines = [name for name in sys.argv[3].split(",") if name in sys.modules]
memory = psutil.Process().memory_full_info().uss
print(json.dumps({"seconds": seconds, "memory": memory, "engines": engines}))
"""


def main() -> None:
    """Measure and print the figures."""
    subprocess.run([sys.executable, "-c", "import compileall; compileall.compile_path(quiet=2)"], check=True)
    for _ in range(2):  # the first start of each kind writes bytecode
        measure("with"), measure("without")
    rounds = [(measure("with"), measure("without")) for _ in range(ROUNDS)]
    report("extension_load", "ms", 150, rounds, lambda server: 1000 * server["seconds"])
    report("extension_memory", "MB", 30, rounds, lambda server: server["memory"] / 1e6)
    figure("engines_in_server", max(len(ours["engines"]) for ours, _ in rounds), "modules", 0)


def report(name: str, unit: str, bound: float, rounds: list[tuple[dict, dict]], value: Callable[[dict], float]) -> None:
    """Print what the extension adds, and below it what the servers needed."""
    ours, bare = (sorted(value(each[side]) for each in rounds) for side in (0, 1))
    figure(name, median(ours) - median(bare), unit, bound)
    print(f"  with it, {unit}:", *(f"{each:.0f}" for each in ours), "| without:", *(f"{each:.0f}" for each in bare))


def measure(kind: str) -> dict:
    """Set up one server in a fresh process."""
    with TemporaryDirectory() as folder:
        variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
            variables[f"JUPYTER_{name}"] = str(Path(folder) / name)
        project = Path(folder) / "project"
        project.mkdir()
        command = [sys.executable, "-c", START, str(project), kind, ",".join(ENGINES)]
        done = subprocess.run(command, env=variables, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr)
        return json.loads(done.stdout.splitlines()[-1])


def figure(name: str, value: float, unit: str, bound: float) -> None:
    """Print one promise."""
    print(f"FIGURE {name} {value:.1f} {unit} goal <={bound} {'ok' if value <= bound else 'short'}", flush=True)


if __name__ == "__main__":
    main()
