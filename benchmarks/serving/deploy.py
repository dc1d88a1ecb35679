"""From the click to the first answer, with the model in the registry.

Loading, translating, proving and starting are in it. Peers, measured in the same rounds where their environment is
there: `mlflow models serve` with the same model folder.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from _project import MODELS, Caller, figure, project, save, until

if TYPE_CHECKING:
    from jupyter_mlstudio.studio import Studio

ROUNDS = 5
MOST = 1.0


def main() -> None:
    """Measure and print the figures."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with project() as studio:
        for name in MODELS:
            version, rows = registered(studio, name)
            times, peer = [], []
            for turn in range(rounds):
                times.append(deployed(studio, version, f"{name}-{turn}", rows))
                if turn < 1:
                    peer.append(mlflow(studio.project / name, rows))
            print(f"  {name}, s: {' '.join(f'{each:.2f}' for each in sorted(times))}; mlflow {peer[0]:.1f}")
            figure(f"deploy_{name}", statistics.median(times), "s", MOST, most=True)
            figure(f"deploy_{name}_to_mlflow", peer[0] / statistics.median(times), "x", 10, most=False)


def registered(studio: "Studio", name: str) -> tuple[str, list[dict]]:
    """Log the model with a run and register it; return its address and a few rows."""
    import cloudpickle

    from jupyter_mlstudio.registry.types import RegisterSpec

    rows = save(studio.project, name)
    with (studio.project / name / "model.pkl").open("rb") as file:
        model = cloudpickle.load(file)
    import pandas as pd

    with studio.track("deploy") as run:
        run.log_model(model, input_example=pd.DataFrame(rows[:5]))
    made = studio.registry.register(RegisterSpec(name=name, run_id=run.id))
    return f"models:/{made.name}/{made.version}", rows


def deployed(studio: "Studio", version: str, name: str, rows: list[dict]) -> float:
    """Deploy, and ask as soon as there is an answer; returns seconds."""
    begin = time.perf_counter()
    endpoint = studio.deploy(version, name)
    Caller(endpoint.url, endpoint.key, rows[:1]).ask()
    passed = time.perf_counter() - begin
    studio.serving.remove(endpoint.id)
    return passed


def mlflow(folder: Path, rows: list[dict]) -> float:
    """Start the peer and ask as soon as it listens; returns seconds."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    begin = time.perf_counter()
    serve = ["-m", "mlflow", "models", "serve", "-m", str(folder), "-p", str(port), "--env-manager=local"]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # it looks for the program uvicorn there
    server = subprocess.Popen(
        [sys.executable, *serve], env={**os.environ, "PATH": path}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: listens(port), 120, 0.02)
        caller = Caller(f"http://127.0.0.1:{port}", "", rows[:1])
        caller.body = json.dumps({"dataframe_records": rows[:1]}).encode()
        caller.ask()
        return time.perf_counter() - begin
    finally:
        server.terminate()
        server.wait()


def listens(port: int) -> bool:
    """Tell whether anybody listens."""
    try:
        with socket.create_connection(("127.0.0.1", port)):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    main()
