"""The notebook of a run, restored: is it always there, byte for byte, how fast, and what it costs to keep it.

A kernel executes a notebook of 30 cells and logs a thousand runs, from cells that are executed again and again and from
a loop; then every notebook is restored and held against what was executed.
"""

import json
import os
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from jupyter_client.manager import KernelManager

from jupyter_mlstudio import Studio
from jupyter_mlstudio.experiments.provenance.blobs import Blobs

CELLS, LOOPED, SINGLE, SESSIONS = 30, 900, 100, 5
ROWS = {"runs": 60, "pieces": 25, "sessions": 80}
"""About how many bytes a row of these tables takes, its indices included."""

RESTORED = 200
"""Runs whose whole notebook is written as a file; all of them are compared."""

TRACK = "with studio.track('late') as run:\n    run.log_metric('auc', {value})\nmade.append(run.id)"

COST = """
import statistics, time
from pathlib import Path
from jupyter_mlstudio.experiments.provenance.recording import Recording, flush
project, taken = Path('.').resolve(), []
for place in range(200):
    began = time.perf_counter()
    recording = Recording(project)
    recording.begin(f'{place:032x}', lambda tags: None)
    recording.end()
    taken.append(time.perf_counter() - began)
    if place % 20 == 0: flush()
flush()
print(statistics.median(taken) * 1000, sorted(taken)[190] * 1000)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        sources = written(project)
        kernel = Kernel(project, project / "late.ipynb")
        try:
            runs = logged(kernel, project, sources)
            median, slow = map(float, kernel.run(COST).split())
        finally:
            kernel.stop()
        studio = Studio.open(project)
        figure("snapshot-calling-thread", median, "ms", 5)
        figure("snapshot-calling-thread-p95", slow, "ms", 5)
        exact, seconds = compared(studio, runs)
        figure("notebooks-restored-exactly", 100 * exact / len(runs), "%", 100, least=True)
        figure("notebook-restored-median", statistics.median(seconds) * 1000, "ms", 1000)
        figure("notebook-restored-slowest", max(seconds) * 1000, "ms", 1000)
        asked = timed(lambda: studio.experiments.provenance.runs_of("late.ipynb"), 20)
        figure("runs-of-a-notebook", asked * 1000, "ms", 10)
        figure("bytes-of-a-session-more", sessions(project, sources), "bytes", 4000)


class Kernel:
    """A kernel that belongs to a notebook."""

    def __init__(self, project: Path, notebook: Path) -> None:
        self._manager = KernelManager(kernel_name="python3")
        self._manager.start_kernel(cwd=str(project), env={**os.environ, "JPY_SESSION_NAME": str(notebook)})
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)

    def run(self, source: str, cell: str = "") -> str:
        """Execute a cell and return what it printed."""
        content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        message = self._client.session.msg("execute_request", {**content, "stop_on_error": True})
        message["metadata"] = {"cellId": cell}
        self._client.shell_channel.send(message)
        printed = ""
        while True:
            heard = self._client.get_iopub_msg(timeout=300)
            if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if heard["msg_type"] == "error":
                raise RuntimeError("\n".join(heard["content"]["traceback"]))
            printed += heard["content"].get("text", "") if heard["msg_type"] == "stream" else ""
            if heard["content"].get("execution_state") == "idle":
                self._client.get_shell_msg(timeout=300)
                return printed

    def stop(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel()


def written(project: Path) -> list[str]:
    """Write a notebook of ordinary cells, and return their sources."""
    sources = ["from jupyter_mlstudio import Studio\nstudio, made = Studio.open('.'), []"]
    sources += [f"# step {place}\nvalue_{place} = [{place}] * 10\nprint('step', {place})" for place in range(CELLS - 1)]
    cells = [
        {
            "cell_type": "code",
            "id": f"c{place}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for place, source in enumerate(sources)
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    (project / "late.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return sources


def logged(kernel: Kernel, project: Path, sources: list[str]) -> dict[str, list[str]]:
    """Log a thousand runs; return for each the sources that were executed until then."""
    executed: list[str] = []

    def run(source: str, cell: str) -> str:
        executed.append(source)
        return kernel.run(source, cell)

    for place, source in enumerate(sources):
        run(source, f"c{place}")
    before: dict[str, list[str]] = {}
    known = 0

    def take() -> None:
        nonlocal known
        ids = json.loads(run(f"import json; print(json.dumps(made[{known}:]))", "c-list"))
        before.update((each, list(executed[:-1])) for each in ids)
        known += len(ids)

    empty = 0
    for place in range(SINGLE):
        run(TRACK.format(value=place / SINGLE), "c-track")
        take()
        if place == 0:
            empty = size(kernel, project)
    single = size(kernel, project)
    indented = TRACK.format(value="place").replace("\n", "\n    ")
    run(f"for place in range({LOOPED}):\n    {indented}", "c-loop")
    take()
    whole = size(kernel, project)
    figure("bytes-of-a-run-more-in-a-cell", (single - empty) / (SINGLE - 1), "bytes", 4000)
    figure("bytes-of-a-run-more-in-a-loop", (whole - single) / LOOPED, "bytes", 500)
    return before


def size(kernel: Kernel, project: Path) -> int:
    """Return the bytes of all that is kept; the cell that asks is not counted as executed by a run before."""
    kernel.run("from jupyter_mlstudio.experiments.provenance.recording import flush; flush()", "")
    return Blobs(project / ".mlstudio").size()


def compared(studio: Studio, runs: dict[str, list[str]]) -> tuple[int, list[float]]:
    """Restore all runs; return how many are byte for byte what was executed, and the seconds of those written out."""
    exact, seconds = 0, []
    for place, (run_id, sources) in enumerate(runs.items()):
        began = time.perf_counter()
        if place % (len(runs) // RESTORED) == 0:
            path = studio.experiments.provenance.restore(run_id).path
            seconds.append(time.perf_counter() - began)
            cells = json.loads((studio.project / path).read_bytes())["cells"]
        else:
            cells = studio.experiments.provenance.notebook(run_id)["cells"]
        found = ["".join(cell["source"]) for cell in cells]
        kept = [source for source in found if "provenance.recording import flush" not in source]
        exact += kept == sources
    return exact, seconds


def sessions(project: Path, sources: list[str]) -> float:
    """Return the bytes of a further run whose kernel is a new one, as each job's is, with another parameter."""
    sizes = []
    for place in range(SESSIONS):
        kernel = Kernel(project, project / "late.ipynb")
        for number, source in enumerate([f"# Parameters\nrate = {place}", *sources, TRACK.format(value=place)]):
            kernel.run(source, f"c{number}")
        kernel.run("from jupyter_mlstudio.experiments.provenance.recording import flush; flush()")
        kernel.stop()
        sizes.append(payload(project))
    return (sizes[-1] - sizes[0]) / (SESSIONS - 1)


def payload(project: Path) -> int:
    """Return about how many bytes the rows take; the file grows by whole pages."""
    with sqlite3.connect(project / ".mlstudio" / "provenance.db") as connection:
        blobs = connection.execute("SELECT sum(length(content) + 2 * length(digest) + 16) FROM blobs").fetchone()[0]
        rows = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ROWS]
    connection.close()
    return int(blobs) + sum(count * each for count, each in zip(rows, ROWS.values(), strict=True))


def timed(call: object, rounds: int) -> float:
    """Return the median seconds of a call; the first warms up and does not count."""
    assert callable(call)
    taken = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[1:])


def figure(name: str, value: float, unit: str, goal: float, *, least: bool = False) -> None:
    good = value >= goal if least else value <= goal
    sign = ">=" if least else "<="
    print(f"FIGURE {name} {value:.2f} {unit} goal {sign}{goal:g} {'ok' if good else 'short'}", flush=True)


if __name__ == "__main__":
    main()
