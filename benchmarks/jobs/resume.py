"""Running on from a failed cell after an edit, beside running the whole notebook again.

Timed from `resume` until the job is recorded as ended; the edited cell itself takes no time worth naming.
"""

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from _notebooks import figure, with_bytecode, write

ROUNDS, SLOW = 7, 2.0
SOURCES = [f"import time\ntime.sleep({SLOW})\nx = 20", "x / 0", "x + 1"]


def main() -> None:
    """Measure and print the figures."""
    with_bytecode()
    from jupyter_mlstudio import Studio
    from jupyter_mlstudio.core import forkserver

    with TemporaryDirectory(prefix="mls") as folder:
        project = Path(folder)
        write(project / "a.ipynb", SOURCES)
        jobs = Studio.open(project).jobs
        forkserver.warm_up()
        forkserver.wait_until_warm(60)
        resumed, whole = [], []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            job = jobs.wait(jobs.submit("a.ipynb").id, 60)
            whole.append(time.perf_counter() - begin)
            while jobs.get(job.id).kept_until is None:
                time.sleep(0.02)
            begin = time.perf_counter()
            jobs.resume(job.id, {2: "x / 2"})
            job = jobs.wait(job.id, 60)
            resumed.append(time.perf_counter() - begin)
            assert job.state == "succeeded", job.error
    print("  resumed, ms:", *(f"{1000 * each:.0f}" for each in sorted(resumed)))
    figure("resume_beyond_the_cell", 1000 * median(resumed), "ms", 100)
    figure("resume_to_the_whole_again", median(resumed) / median(whole), "x", 0.1)


if __name__ == "__main__":
    main()
