"""Twenty updates and twenty changes of the division under load: not one request may fail.

The load is wrk's with kept connections, and callers of our own that open a connection for each request and look at
every answer. Then a worker is killed, and it is measured how soon another one answers.
"""

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from _project import Caller, figure, project, save, until

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.client import EndpointClient
    from jupyter_mlstudio.studio import Studio

SWAPS = 20
KILLS = 9
STEADY = 2.5
"""Seconds between two kills: a worker that ends soon after its start is taken for one that crashes in a loop."""


def main() -> None:
    """Measure and print the figures."""
    swaps = int(sys.argv[1]) if len(sys.argv) > 1 else SWAPS
    with project() as studio:
        rows = save(studio.project, "linear")
        endpoint = studio.deploy("linear", "swaps", trust=True)
        expected = Caller(endpoint.url, endpoint.key, rows[:1]).ask()
        with Kept(endpoint, rows[:1], studio.project) as kept, Fresh(endpoint, rows[:1], expected) as fresh:
            times = [swap(studio, endpoint) for _ in range(swaps)]
            for share in range(swaps):
                divide(studio, endpoint, 100 * (share + 1) / (swaps + 1))
            time.sleep(0.3)
        print(f"  {swaps} updates, {statistics.median(times):.2f} s each; {swaps} divisions;", end=" ")
        print(f"{kept.requests} answers over kept connections, {fresh.answers} over new ones")
        figure("failed_in_swaps", kept.failed + fresh.failed, "requests", 0, most=True)
        figure("wrong_in_swaps", fresh.wrong, "answers", 0, most=True)
        times = [killed(studio, endpoint, rows[:1], expected) for _ in range(KILLS)]
        print(f"  killed worker, ms until another one answers: {' '.join(f'{each:.0f}' for each in sorted(times))}")
        figure("killed_worker_back", statistics.median(times), "ms", 100, most=True)


def swap(studio: "Studio", endpoint: "EndpointClient") -> float:
    """Roll to another copy of the model; returns how long that took."""
    begin = time.perf_counter()
    studio.deploy("linear", "swaps", trust=True)
    return time.perf_counter() - begin


def divide(studio: "Studio", endpoint: "EndpointClient", weight: float) -> None:
    """Divide the requests between two deployments."""
    from jupyter_mlstudio.serving.types import RollSpec, Share, TrafficSpec

    present = endpoint.now.traffic
    if len(present) == 1:
        studio.serving.roll(endpoint.id, RollSpec(folder="linear", trust=True, weight=50))
        present = endpoint.wait().now.traffic
    shares = [Share(number=present[0].number, weight=weight), Share(number=present[1].number, weight=100 - weight)]
    studio.serving.divide(endpoint.id, TrafficSpec(shares=shares))


def killed(studio: "Studio", endpoint: "EndpointClient", rows: list, expected: list) -> float:
    """Kill the worker and ask at once; returns how long the answer took."""
    endpoint.wait()
    time.sleep(STEADY)
    for worker in studio.serving.stats(endpoint.id).workers:
        os.kill(worker.pid, signal.SIGKILL)
    begin = time.perf_counter()
    assert asked(endpoint, rows) == expected
    passed = time.perf_counter() - begin
    until(lambda: endpoint.now.state == "ready" and endpoint.now.workers == 1)
    return 1e3 * passed


def asked(endpoint: "EndpointClient", rows: list) -> list:
    """Ask over a new connection; one that the dying process had accepted is asked again."""
    caller = Caller(endpoint.url, endpoint.key, rows)
    while True:
        try:
            return caller.ask()
        except OSError:
            continue
        finally:
            caller.close()


class Kept:
    """wrk with eight kept connections, for as long as the block takes."""

    def __init__(self, endpoint: "EndpointClient", rows: list, folder: Path) -> None:
        wrk = shutil.which("wrk")
        if wrk is None:
            sys.exit("This needs wrk: apt install wrk, or brew install wrk.")
        script = folder / "ask.lua"
        body = json.dumps({"dataframe_records": rows}).replace("'", "\\'")
        headers = f"['Authorization'] = 'Bearer {endpoint.key}', ['Content-Type'] = 'application/json'"
        script.write_text(f"wrk.method = 'POST'\nwrk.body = '{body}'\nwrk.headers = {{{headers}}}\n")
        self._command = [wrk, "-t1", "-c8", "-d600s", "-s", str(script), f"{endpoint.url}/invocations"]
        self.requests = self.failed = 0

    def __enter__(self) -> "Kept":
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        time.sleep(0.3)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        told = self._process.communicate()[0]
        self.requests = int(re.search(r"(\d+) requests in", told).group(1))
        errors = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
        refused = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
        self.failed = sum(map(int, errors.groups())) if errors else 0
        self.failed += int(refused.group(1)) if refused else 0


class Fresh:
    """Callers that open a connection for each request."""

    def __init__(self, endpoint: "EndpointClient", rows: list, expected: list, callers: int = 2) -> None:
        self._callers = [Caller(endpoint.url, endpoint.key, rows) for _ in range(callers)]
        self._expected = expected
        self._threads = [threading.Thread(target=self._run, args=[caller]) for caller in self._callers]
        self._stop = threading.Event()
        self.answers = self.wrong = self.failed = 0

    def __enter__(self) -> "Fresh":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, caller: Caller) -> None:
        while not self._stop.is_set():
            try:
                self.wrong += caller.ask() != self._expected
                self.answers += 1
            except (OSError, AssertionError) as error:
                print(f"  failed: {error!r}")
                self.failed += 1
            caller.close()


if __name__ == "__main__":
    main()
