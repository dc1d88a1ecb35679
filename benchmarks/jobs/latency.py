"""One notebook from the wish to the saved result: a job beside papermill in a process, papermill's command line, and
jupyter-scheduler by REST.

All sides run the same notebook in turns on bytecode. A job is timed from `submit` until it is recorded as ended; its
result is then compared with papermill's. Jobs wait a moment between the rounds, as people do.
"""

import importlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from _notebooks import ML, TEN, figure, outputs, with_bytecode, write

ROUNDS, REST = 5, 1.0
PORT = 8917


def main() -> None:
    """Measure and print the figures."""
    with_bytecode()
    with TemporaryDirectory(prefix="mls") as folder:
        project = Path(folder)
        write(project / "ml.ipynb", ML)
        write(project / "ten.ipynb", TEN)
        sides = {"job": job, "in-process": in_process, "command line": command_line}
        times = interleaved(project, "ml", sides)
        figure("ml_job_to_papermill_in_process", times["job"] / times["in-process"], "x", 1 / 15)
        figure("ml_job_to_papermill_cli", times["job"] / times["command line"], "x", 1 / 20)
        with_scheduler(project)


def interleaved(project: Path, name: str, sides: dict) -> dict[str, float]:
    """Run the sides in turns, compare what they leave, and return the median of each."""
    rounds: dict[str, list[float]] = {side: [] for side in sides}
    for number in range(ROUNDS + 1):  # the first ones write bytecode and start what stays
        for side, run in sides.items():
            time.sleep(REST)
            seconds, result = run(project, name)
            rounds[side] += [seconds] * (number > 0)
            if side == "job":
                expected = outputs(result)
            assert outputs(result) == expected, f"the result of {side} differs"
    for side, seconds in rounds.items():
        print(f"  {name} {side}, ms:", *(f"{1000 * each:.0f}" for each in sorted(seconds)))
    return {side: median(seconds) for side, seconds in rounds.items()}


def job(project: Path, name: str) -> tuple[float, Path]:
    """Run it as a job."""
    from jupyter_mlstudio import Studio
    from jupyter_mlstudio.core import forkserver

    jobs = Studio.open(project).jobs
    forkserver.warm_up()
    forkserver.wait_until_warm(60)
    begin = time.perf_counter()
    ended = jobs.wait(jobs.submit(f"{name}.ipynb").id, 120)
    seconds = time.perf_counter() - begin
    assert ended.state == "succeeded", ended.error
    return seconds, project / ended.output


def in_process(project: Path, name: str) -> tuple[float, Path]:
    """Run it through papermill in this process, with an ordinary kernel."""
    execute_notebook = importlib.import_module("papermill").execute_notebook
    result = project / "in-process.ipynb"
    begin = time.perf_counter()
    execute_notebook(str(project / f"{name}.ipynb"), str(result), progress_bar=False, cwd=str(project))
    return time.perf_counter() - begin, result


def command_line(project: Path, name: str) -> tuple[float, Path]:
    """Run it through papermill's command line."""
    result = project / "command-line.ipynb"
    command = [sys.executable, "-m", "papermill", f"{name}.ipynb", result.name, "--no-progress-bar"]
    begin = time.perf_counter()
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    return time.perf_counter() - begin, result


def with_scheduler(project: Path) -> None:
    """Compare with jupyter-scheduler, in an environment of its own; say so if it cannot be had."""
    with TemporaryDirectory(prefix="mls") as folder:
        python = scheduler_environment(Path(folder))
        if python is None:
            print("  jupyter-scheduler could not be installed: not compared")
            return
        server = subprocess.Popen(
            [
                *(str(python), "-m", "jupyter", "server", "--allow-root", "--no-browser", f"--port={PORT}"),
                *("--IdentityProvider.token=tok", f"--ServerApp.root_dir={project}"),
            ],
            env={**os.environ, "JUPYTER_DATA_DIR": folder, "JUPYTER_CONFIG_DIR": f"{folder}/config"},
            cwd=project,  # where it puts the results
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            until(lambda: rest("/scheduler/jobs?max_items=1"), 60)
            times = interleaved(project, "ten", {"job": job, "jupyter-scheduler": scheduled})
        finally:
            server.kill()
            server.wait()
    figure("ten_job_to_jupyter_scheduler", times["job"] / times["jupyter-scheduler"], "x", 1 / 15)


def scheduler_environment(folder: Path) -> Path | None:
    """Install jupyter-scheduler for itself, compiled; return its Python, or None if that fails."""
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "-q", "jupyter-scheduler>=2.12", "ipykernel"]
    if subprocess.run(install, check=False, capture_output=True).returncode != 0:
        return None
    subprocess.run([str(python), "-m", "compileall", "-q", str(folder / "venv" / "lib")], check=False)
    return python


def scheduled(project: Path, name: str) -> tuple[float, Path]:
    """Run it as a job of jupyter-scheduler."""
    body = {"name": name, "input_uri": f"{name}.ipynb", "runtime_environment_name": "venv", "output_formats": ["ipynb"]}
    begin = time.perf_counter()
    made = rest("/scheduler/jobs", {**body, "runtime_environment_name": environment()})["job_id"]
    found = until(
        lambda: (found := rest(f"/scheduler/jobs/{made}"))["status"] in ("COMPLETED", "FAILED") and found, 120
    )
    seconds = time.perf_counter() - begin
    assert found["status"] == "COMPLETED", found
    rest(f"/scheduler/jobs/{made}/download_files")
    [staged] = until(lambda: list((project / "jobs").glob(f"*{made}/{name}-*.ipynb")) or None, 60)
    result = project / "scheduled.ipynb"
    shutil.copy(staged, result)
    return seconds, result


def environment() -> str:
    """Return the name by which jupyter-scheduler knows its environment."""
    return rest("/scheduler/runtime_environments")[0]["name"]


def rest(path: str, body: dict | None = None) -> dict:
    """Ask jupyter-scheduler."""
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}{path}", content, {"Authorization": "token tok", "Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text.strip() else {}


def until(condition: Callable[[], Any], seconds: float) -> Any:
    """Wait until a condition holds, looking often; a server that is not up yet counts as no."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := condition():
                return found
        except OSError:
            pass
        time.sleep(0.01)
    raise TimeoutError


if __name__ == "__main__":
    main()
