"""One row at a time: our endpoint beside `mlflow models serve` with the same model, in turns.

Both get the same body, and their first answers are compared. Every caller is a thread with a kept connection, so that
both pay the same for the client. Requests a second are counted with one caller and with eight.
"""

import json
import os
import socket
import subprocess
import sys
import time
import warnings
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread

ROUNDS, SECONDS = 3, 3.0


def main() -> None:
    """Measure and print the figures."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["OMP_NUM_THREADS"] = "1"
    from jupyter_mlstudio.studio import Studio

    with TemporaryDirectory() as folder:
        project = Path(folder)
        body = save(project / "model")
        begin = time.perf_counter()
        endpoint = Studio.open(project).deploy("model", "bench", trust=True)
        started = time.perf_counter() - begin
        server = None
        try:
            begin = time.perf_counter()
            server, port = mlflow_server(project / "model")
            peer_started = time.perf_counter() - begin
            headers = {"Authorization": f"Bearer {endpoint.key}", "Content-Type": "application/json"}
            sides = [(endpoint.now.port, headers), (port, headers)]
            assert ask(*sides[0], body) == ask(*sides[1], body), "the answers differ"
            for callers in (1, 8):
                compare(sides, body, callers)
            figure("start_to_mlflow", started / peer_started, "x", 0.7, most=True)
        finally:
            endpoint.stop()
            if server is not None:
                server.terminate()
                server.wait()


def compare(sides: list, body: bytes, callers: int) -> None:
    """Load both in turns and print the median of the ratios."""
    rounds = [[load(*side, body, callers) for side in sides] for _ in range(ROUNDS)]
    rates = [[len(each) / SECONDS for each in pair] for pair in rounds]
    p50 = [[median(each) for each in pair] for pair in rounds]
    print("  requests/s:", *(f"{ours:.0f}|{theirs:.0f}" for ours, theirs in rates), f"with {callers} callers")
    print("  p50, ms:", *(f"{ours * 1e3:.2f}|{theirs * 1e3:.2f}" for ours, theirs in p50))
    goal = 4 if callers == 1 else 5
    figure(f"requests_to_mlflow_c{callers}", median(ours / theirs for ours, theirs in rates), "x", goal, most=False)
    figure(f"p50_to_mlflow_c{callers}", median(ours / theirs for ours, theirs in p50), "x", 1 / goal, most=True)


def save(folder: Path) -> bytes:
    """Save a logistic regression on twenty columns; return a body with one row."""
    import mlflow.sklearn
    import numpy as np
    import pandas as pd
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(500, 20)), columns=[f"column_{number}" for number in range(20)])
    model = LogisticRegression().fit(frame, frame.sum(axis=1) > 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlflow.sklearn.save_model(
            model, str(folder), input_example=frame.head(2), serialization_format="cloudpickle",
            pip_requirements=["scikit-learn"],
        )  # fmt: skip
    return json.dumps({"dataframe_split": frame.head(1).to_dict(orient="split")}).encode()


def mlflow_server(folder: Path) -> tuple[subprocess.Popen, int]:
    """Start the peer and wait until it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serve = ["-m", "mlflow", "models", "serve", "-m", str(folder), "-p", str(port), "--env-manager=local"]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # it looks for the program uvicorn there
    server = subprocess.Popen(
        [sys.executable, *serve], env={**os.environ, "PATH": path}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port)):
                return server, port
        except OSError:
            assert server.poll() is None, "mlflow did not start"
            time.sleep(0.05)


def ask(port: int, headers: dict, body: bytes) -> bytes:
    """Ask once."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/invocations", body, headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def load(port: int, headers: dict, body: bytes, callers: int) -> list[float]:
    """Ask as fast as the answers come; return how long each took."""
    times: list[float] = []
    threads = [Thread(target=keep_asking, args=[port, headers, body, times]) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def keep_asking(port: int, headers: dict, body: bytes, times: list[float]) -> None:
    """Ask over one kept connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    end = time.perf_counter() + SECONDS
    while (begin := time.perf_counter()) < end:
        connection.request("POST", "/invocations", body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        times.append(time.perf_counter() - begin)
    connection.close()


def figure(name: str, value: float, unit: str, goal: float, *, most: bool) -> None:
    """Print one promise."""
    held = value <= goal if most else value >= goal
    bound = f"{'<=' if most else '>='}{goal:g}"
    print(f"FIGURE serving_{name} {value:.3g} {unit} goal {bound} {'ok' if held else 'short'}")


if __name__ == "__main__":
    main()
