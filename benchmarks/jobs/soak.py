"""Kill anything at random, again and again, and look whether a job is lost, ends twice, or stays stuck.

`python soak.py [KILLS] [SEED]`: a real Jupyter server takes in jobs; at random moments SIGKILL goes to the server, the
fork server, a runner, a kernel, or all of them at once. After each kill one reconcile has to make everything true.

What is counted: a trigger in the database notes every job that reaches a final state; the notebook itself writes when
each of its runs begins and ends; the tables of processes tell what is really alive.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from jupyter_mlstudio import Studio
from jupyter_mlstudio.core import forkserver
from jupyter_mlstudio.core.processes import alive, process_ref
from jupyter_mlstudio.jobs.types import Job, JobSpec, JobState, Retry

TARGETS = {"server": 3, "fork server": 4, "runner": 6, "kernel": 5, "tree": 2}  # how often each is chosen
LIMIT = 1500.0  # seconds that the killing may take
PATIENCE = 180.0  # seconds in which all jobs have to end when nobody is killed any more
AHEAD = 4  # jobs that are unfinished at any time
RETRIES = [Retry(on=["lost", "kernel", "start"], times=100, wait=0.2, factor=1)]
CELLS = [
    "import os, time\nfrom pathlib import Path\nme = os.environ['MLSTUDIO_JOB']\n"
    "told = Path('effects') / f'{me}-{os.getpid()}-{time.time_ns()}'\ntold.write_text('begun')",
    *["told.touch(); time.sleep(0.25)"] * 3,
    "told.write_text('ended')",
]
AUDIT = """
CREATE TABLE ended (job TEXT, attempt INTEGER, state TEXT);
CREATE TRIGGER audit AFTER UPDATE OF state ON jobs WHEN NEW.state IN ('succeeded', 'failed', 'stopped')
BEGIN INSERT INTO ended VALUES (NEW.id, NEW.attempt, NEW.state); END;
"""


class Soak:
    """One project, one server, and somebody who kills."""

    def __init__(self, project: Path, kills: int, seed: int) -> None:
        self.project, self.kills, self.random = project, kills, random.Random(seed)
        self.studio = Studio.open(project, max_parallel_jobs=3)
        self.server: subprocess.Popen[bytes] | None = None
        self.port = 20_000 + os.getpid() % 10_000
        self.submitted: list[str] = []
        self.killed: Counter[str] = Counter()
        self.reconciles: list[float] = []
        self.stuck = 0

    def run(self) -> None:
        """Kill as often as asked, then wait until all jobs have ended."""
        self.begin()
        deadline = time.monotonic() + LIMIT
        while self.killed.total() < self.kills and time.monotonic() < deadline:
            self.submit()
            time.sleep(self.random.uniform(0.0, 0.9))
            if self.kill(self.random.choices(list(TARGETS), list(TARGETS.values()))[0]):
                self.reconcile()
        self.start_server()
        deadline = time.monotonic() + PATIENCE
        while self.unfinished() and time.monotonic() < deadline:
            time.sleep(0.2)

    def begin(self) -> None:
        """Write the notebook and the database, with a trigger that notes every end."""
        (self.project / "effects").mkdir()
        (self.project / "a.ipynb").write_text(json.dumps(notebook()))
        self.studio.jobs.queue.database.run("SELECT 1")
        with sqlite3.connect(self.project / ".mlstudio/jobs.db") as database:
            database.executescript(AUDIT)
        self.start_server()

    def start_server(self) -> None:
        """Start the Jupyter server, unless it is up, and wait until it answers."""
        if self.server is not None and self.server.poll() is None:
            return
        command = [
            sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={self.port}",
            "--ServerApp.port_retries=0", "--IdentityProvider.token=t", f"--ServerApp.root_dir={self.project}",
            "--ServerApp.jpserver_extensions={'jupyter_mlstudio_server': True}", "--StudioApp.max_parallel_jobs=3",
        ]  # fmt: skip
        with (self.project.parent / "server.log").open("ab") as log:
            self.server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        for _ in range(300):
            with suppress(OSError, urllib.error.URLError):
                self.ask("?limit=1")
                return
            time.sleep(0.1)
        raise RuntimeError((self.project.parent / "server.log").read_text()[-3000:])

    def ask(self, path: str = "", body: dict[str, Any] | None = None) -> Any:
        """Call the server."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/mlstudio/jobs{path}", data=content)
        request.add_header("Authorization", "token t")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def submit(self) -> None:
        """Keep some jobs ahead; what the server has answered for must not be lost."""
        self.start_server()
        for _ in range(AHEAD - len(self.unfinished())):
            spec = JobSpec(notebook="a.ipynb", retries=RETRIES).model_dump(mode="json")
            self.submitted.append(self.ask(body=spec)["id"])

    def unfinished(self) -> list[Job]:
        """Return the jobs that have not ended, without mending anything."""
        jobs = [self.studio.jobs.queue.get(name) for name in self.submitted[-40:]]
        return [job for job in jobs if job.ended_at is None]

    def kill(self, target: str) -> bool:
        """Kill something; false if there was nothing of the kind."""
        running = self.studio.jobs.queue.running()
        status = forkserver.status()
        runners = [each.runner.pid for each in running if each.runner is not None and alive(each.runner)]
        kernels = [each.kernel.pid for each in running if each.kernel is not None and alive(each.kernel)]
        assert self.server is not None
        found = {
            "server": [self.server.pid],
            "fork server": [] if status is None else [status.pid],
            "runner": runners[:1],
            "kernel": kernels[:1],
        }
        found["tree"] = [pid for pids in (found["server"], found["fork server"], runners, kernels) for pid in pids]
        self.random.shuffle(found["tree"])
        doomed = [ref for ref in map(process_ref, found[target]) if ref is not None]
        for ref in doomed:
            with suppress(ProcessLookupError):
                os.kill(ref.pid, signal.SIGKILL)
        if self.server.pid in found[target]:
            self.server.wait()
        while any(alive(ref) for ref in doomed):  # the kernel of the system takes its time to clear up
            time.sleep(0.001)
        self.killed[target] += bool(found[target])
        return bool(found[target])

    def reconcile(self) -> None:
        """Reconcile once, time it, and look whether anything is left that nobody would ever go on with."""
        begin = time.perf_counter()
        self.studio.jobs.reconcile()
        self.reconciles.append(time.perf_counter() - begin)
        for each in self.studio.jobs.queue.running():
            held = each.runner or each.starter
            if held is None or not alive(held):
                again = self.studio.jobs.queue.find(each.job.id)  # it may have ended just now
                gone = again.job.attempt == each.job.attempt and again.job.state is JobState.RUNNING
                if gone and (again.runner or again.starter) == held and not alive(held):
                    self.stuck += 1
                    print("  stuck:", again)

    def report(self) -> bool:
        """Print the figures; true if all are good."""
        stopped = self.stop_server()
        jobs = {name: self.studio.jobs.queue.get(name) for name in self.submitted}
        lost = [job for job in jobs.values() if job.state is not JobState.SUCCEEDED]
        with sqlite3.connect(self.project / ".mlstudio/jobs.db") as database:
            ends = Counter(row[0] for row in database.execute("SELECT job FROM ended"))
        effects = [file.name.split("-")[0] for file in (self.project / "effects").iterdir()]
        done = Counter(f.name.split("-")[0] for f in (self.project / "effects").iterdir() if f.read_text() == "ended")
        print(f"  kills: {dict(self.killed)}; jobs: {len(jobs)}; runs of the notebook that began: {len(effects)},")
        print(f"  that came to their end: {done.total()}; attempts: {sum(job.attempt for job in jobs.values())}")
        for job in lost:
            print("  lost:", job)
        without = [name for name in jobs if not done[name]]
        return all(
            [
                figure("soak_kills", self.killed.total(), "", self.kills, least=True),
                figure("soak_jobs_lost", len(lost) + len(without), "jobs", 0),
                figure("soak_jobs_finished_twice", sum(count > 1 for count in ends.values()), "jobs", 0),
                figure("soak_runs_at_the_same_time", overlaps(self.project / "effects"), "jobs", 0),
                figure("soak_jobs_stuck_after_one_reconcile", self.stuck, "jobs", 0),
                figure("soak_longest_reconcile", max(self.reconciles), "s", 2),
                figure("soak_server_stops_with_jobs_running", stopped, "s", 2),
                figure("soak_processes_left_behind", len(self.left()), "", 0),
            ]
        )

    def stop_server(self) -> float:
        """End the server while jobs run; return the seconds that it took, and end the jobs too."""
        assert self.server is not None
        self.submit()
        begin = time.perf_counter()
        self.server.terminate()
        self.server.wait()
        seconds = time.perf_counter() - begin
        for job in self.unfinished():
            self.studio.jobs.wait(job.id, 60)
        return seconds

    def end(self) -> None:
        """End what still runs."""
        if self.server is not None:
            self.server.kill()
            self.server.wait()
        forkserver.stop()

    def left(self) -> list[psutil.Process]:
        """Return what was forked or started for the project and belongs to nobody any more."""
        time.sleep(3)
        status = forkserver.status()
        owners = {os.getpid(), *([] if status is None else [status.pid])}
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                ours = str(self.project.parent) in " ".join(process.cmdline())
                if ours and process.pid not in owners and process.ppid() not in owners:
                    found.append(process)
        return found


def overlaps(effects: Path) -> int:
    """Count the jobs of which two runs wrote at the same time: a file is touched as long as its run lives."""
    runs: dict[str, list[tuple[float, float]]] = {}
    for file in effects.iterdir():
        job, _, begun = file.name.split("-")
        runs.setdefault(job, []).append((int(begun) / 1e9, file.stat().st_mtime))
    count = 0
    for spans in runs.values():
        spans.sort()
        count += any(later[0] < earlier[1] - 0.02 for earlier, later in pairwise(spans))
    return count


def notebook() -> dict[str, Any]:
    """Return the notebook: it writes when it begins, that it lives, and that it has come to its end."""
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for n, source in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def figure(name: str, value: float, unit: str, goal: float, *, least: bool = False) -> bool:
    """Print a figure in the form that is read by machines; true if it is good."""
    good = value >= goal if least else value <= goal
    print(f"FIGURE {name} {value:.3g} {unit} goal {'>=' if least else '<='} {goal} {'ok' if good else 'short'}")
    return good


def main() -> None:
    """Run the soak."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    print(f"seed {seed}, {kills} kills, process {process_ref(os.getpid())}", flush=True)
    with TemporaryDirectory(prefix="soak", ignore_cleanup_errors=True) as folder:
        os.environ["JUPYTER_RUNTIME_DIR"] = f"{folder}/run"  # a fork server of its own
        (Path(folder) / "project").mkdir()
        soak = Soak(Path(folder) / "project", kills, seed)
        try:
            soak.run()
            good = soak.report()
        finally:
            soak.end()
    sys.exit(not good)


if __name__ == "__main__":
    main()
