"""How many jobs a second the durable queue takes in and gives out, on a disk and in memory.

Every job is written durably (write-ahead log, synchronous=NORMAL) and claimed in a transaction of its own, with needs,
priorities and the feed of changes, while a dozen others run; thousands more wait.
"""

import os
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from jupyter_mlstudio.core.sql import Sql
from jupyter_mlstudio.core.sqlite import Database
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.types import Job, JobSpec, JobState, Resources

JOBS, ROUNDS, RUNNING, GOAL = 5000, 5, 12, 5000
NEEDS = [Resources(), Resources(cpu=2), Resources(memory=1), Resources(gpu=0.5)]
LIMITS = {"cpu": 1000.0, "memory": 1000.0, "gpu": 1000.0}


def main() -> None:
    """Measure and print the figures; an address of a PostgreSQL server may be given."""
    folders = {"disk": Path.cwd(), "memory": Path("/dev/shm")}
    for name, folder in folders.items():
        if not os.access(folder, os.W_OK):
            continue
        with TemporaryDirectory(dir=folder, prefix=".queue-") as home:
            rounds = [measure(Database(Path(home) / f"{number}.db"), JOBS) for number in range(ROUNDS)]
        added, claimed = (sorted(side) for side in zip(*rounds, strict=True))
        figure(f"jobs_enqueued_{name}", median(added), GOAL)
        figure(f"jobs_claimed_{name}", median(claimed), GOAL)
        print("  rounds, /s:", *(f"{a:.0f}/{c:.0f}" for a, c in rounds))
    if len(sys.argv) > 1:
        from jupyter_mlstudio.core.postgres import PostgresDatabase

        rounds = [measure(PostgresDatabase(sys.argv[1]), 500) for _ in range(ROUNDS)]
        print("  PostgreSQL, /s:", *(f"{a:.0f}/{c:.0f}" for a, c in rounds))


def measure(database: Sql, jobs: int) -> tuple[float, float]:
    """Add many jobs to an empty queue and claim them all; return both rates."""
    queue = Queue(database, new_id())
    asked = [made(number) for number in range(jobs)]
    begin = time.perf_counter()
    for job in asked:
        queue.add(job, 10 * jobs)
    added = time.perf_counter() - begin
    spent = 0.0
    for first in range(0, jobs, RUNNING):
        begin = time.perf_counter()
        found = [queue.claim(LIMITS) for _ in range(min(RUNNING, jobs - first))]
        spent += time.perf_counter() - begin
        with database.transaction():
            for job in found:
                assert job is not None
                queue.finish(job, JobState.SUCCEEDED)
    return jobs / added, jobs / spent


def made(number: int) -> Job:
    """Make a job, every fourth of a kind and every tenth in a hurry."""
    spec = JobSpec(notebook="a.ipynb", priority=int(number % 10 == 0), resources=NEEDS[number % 4])
    never = dict.fromkeys(("started_at", "ended_at", "stop_requested_at", "heartbeat_at", "not_before", "kept_until"))
    nothing = dict.fromkeys(("cell", "error", "owner", "start"))
    return Job(
        id=new_id(), spec=spec, name="a", state=JobState.QUEUED, attempt=0, created_at=now(), cells_total=0,
        cells_done=0, output="jobs/a/a.ipynb", log_path="jobs/a/log.txt", source_digest="0", generated=False,
        outputs={}, executor="local", **never, **nothing,
    )  # fmt: skip


def figure(name: str, value: float, goal: float) -> None:
    """Print a figure in the form that is read by machines."""
    print(f"FIGURE {name} {value:.0f} /s goal >= {goal} {'ok' if value >= goal else 'short'}")


if __name__ == "__main__":
    main()
