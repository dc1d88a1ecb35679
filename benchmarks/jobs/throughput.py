"""Many notebooks on two processors: a burst of jobs beside papermill's command line, two at a time, and plain scripts.

A burst is thirty jobs; of the slower sides fewer runs are timed and scaled to thirty, which the output says. All sides
take turns.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from _notebooks import ML, TEN, figure, with_bytecode, write

ROUNDS, BURST, FEW, AT_ONCE = 3, 30, 4, 2


def main() -> None:
    """Measure and print the figures."""
    with_bytecode()
    from jupyter_mlstudio import Studio
    from jupyter_mlstudio.core import forkserver

    with TemporaryDirectory(prefix="mls") as folder:
        project = Path(folder)
        jobs = Studio.open(project, max_parallel_jobs=AT_ONCE).jobs
        forkserver.warm_up()
        for name, sources in {"ten": TEN, "ml": ML}.items():
            write(project / f"{name}.ipynb", sources)
            (project / f"{name}.py").write_text("\n".join(sources))
            command_line(project, name, 1), script(project, name, 1)  # the first ones write bytecode
            forkserver.wait_until_warm(60)
            rounds = [
                (burst(jobs, name), command_line(project, name, FEW), script(project, name, FEW)) for _ in range(ROUNDS)
            ]
            ours, papermill, scripts = (median(each[side] for each in rounds) for side in (0, 1, 2))
            print(f"  {BURST} x {name}, s: jobs {ours:.2f}", end="; ")
            print(f"scaled from {FEW}: papermill {papermill:.1f}, scripts {scripts:.1f}")
            figure(f"throughput_{name}_to_papermill_cli", papermill / ours, "x", 30, most=False)
            if name == "ml":
                figure("throughput_ml_to_plain_scripts", scripts / ours, "x", 4, most=False)


def burst(jobs: Any, name: str) -> float:
    """Submit all at once; return the seconds until the last has ended."""
    begin = time.perf_counter()
    ids = [jobs.submit(f"{name}.ipynb").id for _ in range(BURST)]
    ended = [jobs.wait(job, 300) for job in ids]
    seconds = time.perf_counter() - begin
    assert all(job.state == "succeeded" for job in ended), [job.error for job in ended if job.error]
    return seconds


def command_line(project: Path, name: str, count: int) -> float:
    """Run it through papermill's command line, two at a time; return the seconds of a whole burst."""

    def run(number: int) -> None:
        command = [sys.executable, "-m", "papermill", f"{name}.ipynb", f"out{number}.ipynb", "--no-progress-bar"]
        subprocess.run(command, cwd=project, check=True, capture_output=True)

    return two_at_a_time(run, count)


def script(project: Path, name: str, count: int) -> float:
    """Run it as a plain script, two at a time; return the seconds of a whole burst."""

    def run(_: int) -> None:
        subprocess.run([sys.executable, f"{name}.py"], cwd=project, check=True, capture_output=True)

    return two_at_a_time(run, count)


def two_at_a_time(run: Callable[[int], None], count: int) -> float:
    """Run something so often; return the seconds that a whole burst would take."""
    begin = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(run, range(count)))
    return (time.perf_counter() - begin) * BURST / count


if __name__ == "__main__":
    main()
