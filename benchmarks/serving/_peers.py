"""Other servers of models, each in an environment of its own under `.make/peers`, made when it is first needed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

HERE = Path(__file__).parent
PLACE = Path(__file__).parents[2] / ".make" / "peers"
COMMON = ("scikit-learn==1.9.1", "pandas", "pyarrow", "skops==0.16.0", "cloudpickle")
NEEDED = {
    "mlflow": ("mlflow==3.17.2", *COMMON),
    "serve": ("litserve==0.2.19", "ray[serve]==2.60.0", *COMMON),
    "bento": ("bentoml==1.4.39", *COMMON),
    "mlserver": ("mlserver==1.7.1", "mlserver-sklearn==1.7.1", "uvloop==0.21.0", *COMMON),
}
PATIENCE = 120.0


def programs(name: str) -> Path:
    """Return the folder of a peer's programs; makes its environment first if there is none."""
    folder = PLACE / name
    if not (folder / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", *NEEDED[name]], check=True)
    return folder / "bin"


@contextmanager
def mlflow(folder: Path) -> Iterator[str]:
    """Serve a model folder with `mlflow models serve`; gives its address."""
    port, place = free_port(), programs("mlflow")
    command = [place / "mlflow", "models", "serve", "-m", folder, "-p", str(port), "--env-manager", "local"]
    with running(command, place, folder.parent, f"http://127.0.0.1:{port}/ping") as url:
        yield url


@contextmanager
def mlserver(model: Path) -> Iterator[str]:
    """Serve a model that joblib wrote, under the name "model", with MLServer as it comes; gives its address."""
    import json

    place, port = programs("mlserver"), free_port()
    settings = {"http_port": port, "grpc_port": free_port(), "metrics_port": free_port(), "host": "127.0.0.1"}
    model.with_name("settings.json").write_text(json.dumps(settings))
    told = {"name": "model", "implementation": "mlserver_sklearn.SKLearnModel", "parameters": {"uri": str(model)}}
    model.with_name("model-settings.json").write_text(json.dumps(told))
    ready = f"http://127.0.0.1:{port}/v2/models/model/ready"
    with running([place / "mlserver", "start", model.parent], place, model.parent, ready) as url:
        yield url


@contextmanager
def mlserver_all(models: Path) -> Iterator[str]:
    """Serve every joblib file of a folder with MLServer, in one process, as it comes."""
    import json

    place, port = programs("mlserver"), free_port()
    settings = {"http_port": port, "grpc_port": free_port(), "metrics_port": free_port(), "host": "127.0.0.1"}
    folder = models / "mlserver"
    files = sorted(models.glob("*.joblib"))
    for file in files:
        (folder / file.stem).mkdir(parents=True, exist_ok=True)
        told = {"name": file.stem, "implementation": "mlserver_sklearn.SKLearnModel", "parameters": {"uri": str(file)}}
        (folder / file.stem / "model-settings.json").write_text(json.dumps(told))
    (folder / "settings.json").write_text(json.dumps(settings))
    ready = [f"http://127.0.0.1:{port}/v2/models/{file.stem}/ready" for file in files]
    with running([place / "mlserver", "start", folder], place, folder, *ready) as url:
        yield url


@contextmanager
def litserve(models: Path) -> Iterator[str]:
    """Serve every joblib file of a folder with LitServe: /NAME and, in batches, /NAME-batch."""
    place, port = programs("serve"), free_port()
    command = [place / "python", HERE / "_litserve_app.py", models, port]
    with running(command, place, models, f"http://127.0.0.1:{port}/health") as url:
        yield url


@contextmanager
def bentoml(models: Path) -> Iterator[str]:
    """Serve every joblib file of a folder with BentoML: /NAME."""
    place, port = programs("bento"), free_port()
    command = [place / "bentoml", "serve", "_bento_app:Models", "--port", port, "--host", "127.0.0.1"]
    told = {"MODELS": str(models), "BENTOML_DO_NOT_TRACK": "1", "BENTOML_HOME": str(models / "bentoml")}
    with running(command, place, HERE, f"http://127.0.0.1:{port}/readyz", told=told) as url:
        yield url


@contextmanager
def ray_serve(models: Path) -> Iterator[str]:
    """Serve every joblib file of a folder with Ray Serve: /NAME and, in batches, /NAME-batch."""
    place, port, ready = programs("serve"), free_port(), models / "ray-ready"
    ready.unlink(missing_ok=True)
    told = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_TMPDIR": "/tmp", "PYTHONPATH": ""}
    command = [place / "python", HERE / "_ray_app.py", models, port]
    with running(command, place, models, f"http://127.0.0.1:{port}/-/healthz", told=told) as url:
        deadline = time.monotonic() + PATIENCE
        while not ready.exists() and time.monotonic() < deadline:
            time.sleep(0.2)
        yield url


@contextmanager
def running(command: list, place: Path, folder: Path, *ready: str, told: dict | None = None) -> Iterator[str]:
    """Run a server, wait until it answers, and end it with all that it started."""
    environment = {**os.environ, "PATH": f"{place}:{os.environ['PATH']}", "OMP_NUM_THREADS": "1", **(told or {})}
    server = subprocess.Popen(
        [*map(str, command)], env=environment, cwd=folder, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for url in ready:
            until_answering(server, url)
        yield "/".join(ready[0].split("/", 3)[:3])
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def until_answering(server: subprocess.Popen, url: str) -> None:
    """Wait for the first answer that is no failure."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert server.poll() is None, f"{server.args[0]} ended before it answered."
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer in {PATIENCE:g} s.")


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
