"""What it costs to save a notebook of 5 MB of outputs while it runs, and what a reader sees of it meanwhile.

The same cells run with saving and without, in turns, both for a job's engine and for papermill's; the difference is
the cost. In further runs a reader looks at each version of a job's file: it must be whole, and no older than a second.
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from _notebooks import figure, with_bytecode, write

ROUNDS, READ, CELLS, LOOK = 5, 2, 20, 0.02
PAUSE = "import time, random, sys"
PRINT = """for _ in range(10):
    sys.stdout.write(f'{time.time()}\\n' + 'x' * 25_000 + '\\n')
    sys.stdout.flush()
    sum(i * i for i in range(40_000))"""


def main() -> None:
    """Measure and print the figures."""
    with_bytecode()
    with TemporaryDirectory(prefix="mls") as folder:
        path = Path(folder) / "big.ipynb"
        write(path, [PAUSE] + [PRINT] * CELLS)
        ours, theirs, ages = [], [], []
        for _ in range(ROUNDS):
            ours.append((engine(path, True), engine(path, False)))
            theirs.append((papermill(path, True), papermill(path, False)))
        for _ in range(READ):
            engine(path, True, ages)
    cost = median(saved for saved, _ in ours) / median(plain for _, plain in ours) - 1
    peer = median(saved for saved, _ in theirs) / median(plain for _, plain in theirs) - 1
    print("  cells with and without saving, s:", *(f"{a:.2f}/{b:.2f}" for a, b in ours))
    print("  papermill's, s:", *(f"{a:.2f}/{b:.2f}" for a, b in theirs), f"that is {100 * peer:.0f} %")
    print(f"  {len(ages)} versions were seen")
    figure("saving_big_of_cell_time", 100 * cost, "%", 15)
    figure("saving_oldest_version", max(ages), "s", 1)


def engine(path: Path, saving: bool, ages: list[float] | None = None) -> float:
    """Run the cells through the engine of jobs; return the seconds of the cells alone."""
    import nbformat
    from papermill.iorw import load_notebook_node

    from jupyter_mlstudio.jobs.engine import Client, Progress
    from jupyter_mlstudio.jobs.engine_kernel import JobKernel
    from jupyter_mlstudio.jobs.saving import Saver

    notebook, result = load_notebook_node(str(path)), path.with_name("ours.ipynb")
    result.unlink(missing_ok=True)
    saver = Saver(notebook, result)
    if not saving:
        saver.changed = lambda *_: None
    seen = threading.Event()
    reader = threading.Thread(target=read, args=[result, seen, ages])
    if ages is None:
        seen.set()

    async def run() -> float:
        kernel = JobKernel("python3", warm=False)
        await kernel.begin(path.parent, {})
        await kernel.ready(60)
        progress = Progress(notebook, saver)
        progress.notebook_start()
        begin = time.perf_counter()
        reader.start()
        await Client(progress, kernel, Silent(), None).run(0)
        seconds = time.perf_counter() - begin
        if saving:
            begin = time.perf_counter()
            saver.save()
            seconds += time.perf_counter() - begin
            assert result.read_text() == nbformat.writes(notebook)
        seen.set()
        reader.join()
        await kernel.end()
        return seconds

    return asyncio.run(run())


class Silent:
    """A report to nobody, so that only the cells and the saving are timed."""

    current, lost = None, False

    def __getattr__(self, _: str) -> Callable[..., None]:
        return lambda *_, **__: None


def read(path: Path, done: threading.Event, ages: list[float]) -> None:
    """Look at every version: parse it, and note how old its newest line is when the next one replaces it."""
    last, newest = None, None
    while not done.wait(LOOK):
        with suppress(FileNotFoundError):
            version = path.stat().st_mtime_ns
            if version == last:
                continue
            body = json.loads(path.read_text())
            if newest is not None:
                ages.append(time.time() - newest)
            last = version
            texts = [output for cell in body["cells"] for output in cell.get("outputs", [])]
            if texts:
                newest = version / 1e9


def papermill(path: Path, saving: bool) -> float:
    """Run the cells through papermill's own engine; return the seconds of the cells alone."""
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NotebookExecutionManager
    from papermill.iorw import load_notebook_node

    notebook = load_notebook_node(str(path))
    manager = NotebookExecutionManager(notebook, str(path.with_name("theirs.ipynb")) if saving else None, False, False)
    client = PapermillNotebookClient(manager, kernel_name="python3")
    client.reset_execution_trackers()
    manager.notebook_start()
    with client.setup_kernel():
        begin = time.perf_counter()
        client.papermill_execute_cells()
        return time.perf_counter() - begin


if __name__ == "__main__":
    main()
