"""How soon twenty browser tabs have the cell events of running jobs, and whether the server's loop stands still then.

A real Jupyter server with its event bus; two jobs whose cells give fifty events a second together. A tab is what the
view of a job and the list beside it are on the wire: a websocket of the event bus, and questions as the models ask
them. What other programs on the machine do delays the loop too: the worst before the jobs begin shows how much, and
so does a loop beside it, in a process that has nothing to do.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "server"))

from _notebooks import figure, with_bytecode, write  # noqa: E402  (beside this file, as all benchmarks are run)
from loop import delays, start  # noqa: E402

TABS, JOBS, CELLS = 20, 2, 400
CELL = "import time\ntime.sleep(0.076)"  # two events a cell: 25 a second and job
PAUSE, LIST_PAUSE, SECONDS, WARM_UP, QUIET = 0.1, 0.7, 20.0, 3.0, 6.0
BESIDE = """
import asyncio, pathlib, sys
sys.path.insert(0, sys.argv[1])
import _probe
asyncio.run(_probe._look(pathlib.Path(sys.argv[2])))
"""
HEADERS = {"Authorization": "token bench", "Content-Type": "application/json"}


def main() -> None:
    """Start a server and two jobs, watch them from twenty tabs, and print the figures."""
    with_bytecode()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # a runner may still be about to end
        project = Path(folder) / "project"
        server, url = start(Path(folder))
        write(project / "ticks.ipynb", [CELL] * CELLS)
        try:
            time.sleep(QUIET)
            quiet = time.time()
            with loop_beside(project / ".beside"):
                begin, late, events = asyncio.run(measure(url))
        finally:
            server.terminate()
            server.wait(timeout=20)
        noted = delays(project / ".delays")
        before = max((delay for at, delay in noted if quiet - QUIET / 2 <= at < quiet), default=0.0)
        blocked, beside = worst(noted, begin), worst(delays(project / ".beside"), begin)
    ordered = sorted(late)
    print(f"{events / SECONDS:.0f} events a second, {len(late)} arrivals in {TABS} tabs, p50 {middle(ordered):.0f} ms")
    print(
        f"worst delay of the quiet loop {before * 1000:.0f} ms; of the busy one, ms:",
        *(f"{d * 1000:.0f}" for d in blocked[:8]),
    )
    print("worst delays of a loop beside it that has nothing to do, ms:", *(f"{d * 1000:.0f}" for d in beside[:8]))
    figure("event_to_browser_p99", ordered[int(0.99 * len(ordered))] * 1000, "ms", 250)
    figure("event_loop_blocked", blocked[0] * 1000, "ms", 50)


@contextmanager
def loop_beside(file: Path) -> Iterator[None]:
    """Let a process that does nothing else note how late its loop is."""
    control = subprocess.Popen([sys.executable, "-c", BESIDE, str(HERE.parent / "server"), str(file)])
    try:
        yield
    finally:
        control.kill()
        control.wait()


def worst(noted: list[tuple[float, float]], begin: float) -> list[float]:
    """Return the delays while it was measured, the longest first."""
    return sorted((delay for at, delay in noted if begin <= at < begin + SECONDS), reverse=True) or [0.0]


def middle(ordered: list[float]) -> float:
    """Return the median in milliseconds."""
    return ordered[len(ordered) // 2] * 1000


async def measure(url: str) -> tuple[float, list[float], int]:
    """Watch two jobs; returns when that began, how late each event was in each tab, and how many events there were."""
    AsyncHTTPClient.configure(None, max_clients=1000)
    jobs = [(await ask(url, "/mlstudio/jobs", {"notebook": "ticks.ipynb"}))["id"] for _ in range(JOBS)]
    tabs = [Tab(url, jobs[number % JOBS]) for number in range(TABS)]
    running = [asyncio.create_task(tab.run()) for tab in tabs]
    await asyncio.sleep(WARM_UP)
    begin = time.time()
    for tab in tabs:
        tab.late.clear()
    await asyncio.sleep(SECONDS)
    late = [delay for tab in tabs for delay in tab.late]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    for job in jobs:
        await ask(url, f"/mlstudio/jobs/{job}/stop", {})
    return begin, late, sum(len(tab.late) for tab in tabs[:JOBS])


async def ask(url: str, path: str, body: dict | None = None) -> dict:
    """Ask the server."""
    method, sent = ("GET", None) if body is None else ("POST", json.dumps(body))
    request = HTTPRequest(url + path, method=method, body=sent, headers=HEADERS, request_timeout=60)
    return json.loads((await AsyncHTTPClient().fetch(request)).body)


class Pace:
    """Asks at once, and then at most so often, as the browser's models do."""

    def __init__(self, question: Callable[[], Awaitable[None]], pause: float) -> None:
        self._question, self._pause = question, pause
        self._wanted = asyncio.Event()

    def ask(self) -> None:
        """Ask soon."""
        self._wanted.set()

    async def run(self) -> None:
        """Answer what is asked for."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            begin = time.monotonic()
            await self._question()
            await asyncio.sleep(max(0.0, begin + self._pause - time.monotonic()))


class Tab:
    """One browser tab with the view of a job and the list of jobs."""

    def __init__(self, url: str, job: str) -> None:
        self.late: list[float] = []
        self._url, self._job, self._seen = url, job, 0
        self._touched: set[str] = set()
        self._view, self._list = Pace(self._events, PAUSE), Pace(self._jobs, LIST_PAUSE)

    async def run(self) -> None:
        """Look whenever the server says that something has changed."""
        address = self._url.replace("http", "ws", 1) + "/api/events/subscribe"
        socket = await websocket_connect(HTTPRequest(address, headers=HEADERS))
        await asyncio.gather(self._view.run(), self._list.run(), self._listen(socket))

    async def _listen(self, socket: WebSocketClientConnection) -> None:
        while (message := await socket.read_message()) is not None:
            for change in changes(json.loads(message)):
                self._touched.add(change["id"])
                self._list.ask()
                if change["id"] == self._job:
                    self._view.ask()

    async def _events(self) -> None:
        page = await ask(self._url, f"/mlstudio/jobs/{self._job}/events?since={self._seen}")
        now = time.time()
        self._seen = page["next"]
        self.late += [now - datetime.fromisoformat(event["at"]).timestamp() for event in page["items"]]

    async def _jobs(self) -> None:
        touched, self._touched = self._touched, set()
        await asyncio.gather(*(ask(self._url, f"/mlstudio/jobs/{job}") for job in touched))


def changes(message: dict) -> Iterator[dict]:
    """Return the job that a message of the event bus tells about, if it does."""
    if message.get("kind") == "job":
        yield message


if __name__ == "__main__":
    main()
