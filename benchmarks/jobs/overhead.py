"""A job of ten trivial cells beside the same notebook through the papermill command line, and how fast the queue is.

Both sides run the same notebook in turns and leave the same kind of result. A job is timed from `submit` to its end,
with the runner's start, the durable record, live events and whole files; papermill from its start to its exit.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROUNDS, QUEUED = 7, 2000
CELLS = [f"x{number} = {number}\nx{number}" for number in range(10)]


def main() -> None:
    """Measure and print the figures."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with TemporaryDirectory() as folder:
        project = Path(folder)
        write(project / "ten.ipynb")
        job(project), command_line(project)  # the first ones write bytecode
        rounds = [(job(project), command_line(project)) for _ in range(ROUNDS)]
        ours, peer = (sorted(each[side] for each in rounds) for side in (0, 1))
        figure("job_of_ten_cells_to_papermill_cli", median(ours) / median(peer), "x", 0.8, most=True)
        print("  job, s:", *(f"{each:.2f}" for each in ours), "| papermill, s:", *(f"{each:.2f}" for each in peer))
        assert outputs(project / "result.ipynb") == outputs(newest(project)), "the results differ"
        added, claimed = (sorted(each) for each in zip(*(queue(project) for _ in range(3)), strict=True))
        figure("jobs_enqueued", median(added), "/s", 2000, most=False)
        figure("jobs_claimed", median(claimed), "/s", 2000, most=False)


def write(path: Path) -> None:
    """Write the notebook of ten cells."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(CELLS)
    ]
    metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    metadata["language_info"] = {"name": "python"}
    path.write_text(json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))


def job(project: Path) -> float:
    """Run it as a job; return seconds."""
    from jupyter_mlstudio import Studio
    from jupyter_mlstudio.jobs.types import JobSpec

    jobs = Studio.open(project).jobs
    begin = time.perf_counter()
    ended = jobs.wait(jobs.submit(JobSpec(notebook="ten.ipynb")).id, 120)
    assert ended.state == "succeeded", ended.error
    return time.perf_counter() - begin


def command_line(project: Path) -> float:
    """Run it through papermill's command line; return seconds."""
    command = [sys.executable, "-m", "papermill", "ten.ipynb", "result.ipynb", "--no-progress-bar"]
    begin = time.perf_counter()
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    return time.perf_counter() - begin


def newest(project: Path) -> Path:
    """Return the result of the newest job."""
    return max(project.glob("jobs/*/ten.ipynb"), key=lambda path: path.stat().st_mtime)


def outputs(path: Path) -> list[list[dict]]:
    """Return what the cells of a result put out."""
    return [cell["outputs"] for cell in json.loads(path.read_text())["cells"]]


def queue(project: Path) -> tuple[float, float]:
    """Add many jobs to an empty queue and claim them all; return both rates."""
    from jupyter_mlstudio.core.sqlite import Database
    from jupyter_mlstudio.core.types import new_id, now
    from jupyter_mlstudio.jobs.queue import Queue
    from jupyter_mlstudio.jobs.types import Job, JobSpec, JobState

    empty = Queue(Database(project / f"{new_id()}.db"))
    spec = JobSpec(notebook="ten.ipynb")
    waiting = dict.fromkeys(("started_at", "ended_at", "stop_requested_at", "heartbeat_at", "cell", "error"))
    begin = time.perf_counter()
    for _ in range(QUEUED):
        job = Job(
            id=new_id(), spec=spec, name="ten", state=JobState.QUEUED, attempt=0, created_at=now(), cells_total=0,
            cells_done=0, output="jobs/ten/ten.ipynb", log_path="jobs/ten/log.txt", source_digest="0", **waiting,
        )  # fmt: skip
        empty.add(job, QUEUED)
    added = time.perf_counter()
    for _ in range(QUEUED):
        assert empty.claim(QUEUED) is not None
    return QUEUED / (added - begin), QUEUED / (time.perf_counter() - added)


def figure(name: str, value: float, unit: str, goal: float, *, most: bool) -> None:
    """Print a figure in the form that is read by machines."""
    good = value <= goal if most else value >= goal
    print(f"FIGURE {name} {value:.2f} {unit} goal {'<=' if most else '>='} {goal} {'ok' if good else 'short'}")


if __name__ == "__main__":
    main()
