"""How long the event loop of a real Jupyter server stands still while panels ask for all that they ask for.

Quiet seconds and busy seconds take turns; a probe in the server notes how late its loop is. What other programs on the
machine do delays the loop too: the quiet worst shows how much.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
ROUNDS, SECONDS, CLIENTS = 5, 3.0, 4


def main() -> None:
    """Start a server, ask it in turns, and print the figures."""
    with TemporaryDirectory() as folder:
        server, url = start(Path(folder))
        try:
            paths = readable(url)
            print(f"{len(paths)} routes asked for by {CLIENTS} clients:", *paths)
            ask(url, paths, 2.0)  # first requests import and open what they need, as they do for a user
            periods = [period(url, paths, kind) for _ in range(ROUNDS) for kind in ("quiet", "busy")]
        finally:
            server.terminate()
            server.wait(timeout=20)
        report(periods, delays(Path(folder) / "project" / ".delays"))


def start(folder: Path) -> tuple[subprocess.Popen, str]:
    """Start a Jupyter server with JupyterLab, the extension and the probe."""
    project = folder / "project"
    project.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    variables["PYTHONPATH"] = os.pathsep.join([str(HERE), variables.get("PYTHONPATH", "")])
    for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
        variables[f"JUPYTER_{name}"] = str(folder / name)
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}"),
        *("--IdentityProvider.token=bench", f"--ServerApp.root_dir={project}", "--ServerApp.log_level=ERROR"),
        "--ServerApp.jpserver_extensions={'jupyterlab': True, 'jupyter_mlstudio_server': True, '_probe': True}",
    ]
    server = subprocess.Popen(command, env=variables)
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        time.sleep(0.1)
        try:
            fetch(url, "/api/status")
        except OSError:
            continue
        return server, url
    server.kill()
    sys.exit("The server did not start.")


def readable(url: str) -> list[str]:
    """Return every route without a variable part that can be read: what panels ask for when they refresh."""
    contract = json.loads((HERE.parents[1] / "server_ext" / "openapi.json").read_text())
    known = [path for path, verbs in contract["paths"].items() if "get" in verbs and "{" not in path]
    paths = [path if path.startswith("/mlstudio") else f"/mlstudio{path}" for path in known]
    return [path for path in paths if answers(url, path)]


def answers(url: str, path: str) -> bool:
    """Tell whether a route answers without any argument."""
    try:
        fetch(url, path)
    except urllib.error.HTTPError:
        return False
    return True


def fetch(url: str, path: str) -> bytes:
    """Ask the server for a path."""
    request = urllib.request.Request(url + path, headers={"Authorization": "token bench"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def ask(url: str, paths: list[str], seconds: float) -> int:
    """Let several clients ask for all routes again and again; returns how many requests were answered."""
    end = time.time() + seconds

    def client(first: int) -> int:
        count = 0
        while time.time() < end:
            fetch(url, paths[(first + count) % len(paths)])
            count += 1
        return count

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(client, range(CLIENTS)))


def period(url: str, paths: list[str], kind: str) -> tuple[str, float, float, int]:
    """Be quiet or busy for a while; returns when that was and how many requests were answered."""
    begin = time.time()
    count = ask(url, paths, SECONDS) if kind == "busy" else time.sleep(SECONDS) or 0
    return kind, begin, time.time(), count


def delays(file: Path) -> list[tuple[float, float]]:
    """Read what the probe wrote: when, and how late."""
    return [(float(at), float(late)) for at, late in (line.split() for line in file.read_text().splitlines())]


def report(periods: list[tuple[str, float, float, int]], noted: list[tuple[float, float]]) -> None:
    """Print the worst delays of quiet and of busy periods."""
    worst = {"quiet": [], "busy": []}
    for kind, begin, end, _ in periods:
        worst[kind].append(1000 * max((late for at, late in noted if begin <= at <= end), default=0.0))
    for kind, values in worst.items():
        print(f"worst delay of {kind} periods, ms:", *(f"{value:.1f}" for value in values))
    rate = sum(count for *_, count in periods) / (ROUNDS * SECONDS)
    block = max(worst["busy"])
    print(f"{rate:.0f} requests a second")
    print(f"FIGURE event_loop_blocked {block:.1f} ms goal <=50 {'ok' if block <= 50 else 'short'}", flush=True)


if __name__ == "__main__":
    main()
