"""Half an hour of everything at once: load, updates, divisions, scaling, sleep, and kill -9 of workers and of the host.

Held: no wrong answer, no failed request other than those that a killed worker was just answering and stated refusals
(429, 503), and no growth of memory. `python soak.py 300` takes five minutes instead.
"""

import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

from _project import Caller, figure, project, save, until

if TYPE_CHECKING:
    from jupyter_mlstudio.studio import Studio

SECONDS = 1800.0
CALLERS = 6
REFUSED = (429, 503)
GROWTH = 1.1
"""Memory at the end may be so many times that of the first quarter."""


def main() -> None:
    """Measure and print the figures."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with project() as studio:
        soak = Soak(studio, seconds)
        soak.run()
        soak.tell()


class Soak:
    """Two endpoints under load, and what is done to them."""

    def __init__(self, studio: "Studio", seconds: float) -> None:
        self.studio, self.seconds = studio, seconds
        self.random = random.Random(0)
        self.endpoints, self.rows, self.expected = [], [], []
        for name in ("linear", "mixed"):
            rows = save(studio.project, name)
            endpoint = studio.deploy(name, name, trust=True)
            self.endpoints.append(endpoint)
            self.rows.append(rows)
            self.expected.append(Caller(endpoint.url, endpoint.key, rows).ask())
        self.outcomes: Counter = Counter()
        self.deeds: Counter = Counter()
        self.memory: list[float] = []
        self.killed_at = [0.0, 0.0]
        self.failures: list[str] = []
        self._stop = threading.Event()

    def run(self) -> None:
        """Load both endpoints for the whole time, and disturb them."""
        callers = [threading.Thread(target=self._ask, args=[place % 2, place % 3 == 0]) for place in range(CALLERS)]
        for caller in callers:
            caller.start()
        end = time.monotonic() + self.seconds
        deeds = [self.update, self.divide, self.scale, self.doze, self.kill_worker, self.kill_host]
        while time.monotonic() < end:
            deed = self.random.choice(deeds)
            deed(self.random.randrange(2))
            self.deeds[deed.__name__] += 1
            until(lambda: all(endpoint.state in ("ready", "asleep") for endpoint in self.endpoints), 60)
            self.memory.append(self._megabytes())
            time.sleep(0.5)
        self._stop.set()
        for caller in callers:
            caller.join()

    def tell(self) -> None:
        """Print what came of it."""
        quarter = max(1, len(self.memory) // 4)
        growth = max(self.memory[-quarter:]) / max(self.memory[:quarter])
        print(f"  {dict(self.deeds)}; {dict(self.outcomes)}; {len(self.failures)} failures: {self.failures[:5]}")
        figure("soak_wrong", self.outcomes["wrong"], "answers", 0, most=True)
        figure("soak_failed", len(self.failures), "requests", 0, most=True)
        figure("soak_memory_growth", growth, "x", GROWTH, most=True)

    def update(self, place: int) -> None:
        """Roll to another copy of the model."""
        name = ("linear", "mixed")[place]
        self.studio.deploy(name, name, trust=True)

    def divide(self, place: int) -> None:
        """Let a second deployment answer a part."""
        from jupyter_mlstudio.serving.types import RollSpec

        endpoint, name = self.endpoints[place], ("linear", "mixed")[place]
        if len(endpoint.now.traffic) == 1:
            self.studio.serving.roll(endpoint.id, RollSpec(folder=name, trust=True, weight=self.random.randint(1, 99)))
            endpoint.wait()

    def scale(self, place: int) -> None:
        """Change the number of workers."""
        from jupyter_mlstudio.serving.types import Scaling

        least = self.random.randint(0, 2)
        spec = Scaling(min_workers=least, max_workers=3, value=2, cool_down_in=3, idle_seconds=1)
        self.studio.serving.scale(self.endpoints[place].id, spec)

    def doze(self, place: int) -> None:
        """Put it to sleep; whoever asks next wakes it."""
        self.studio.serving.sleep(self.endpoints[place].id)

    def kill_worker(self, place: int) -> None:
        """Kill one worker."""
        self.killed_at[place] = time.monotonic()
        for worker in self.studio.serving.stats(self.endpoints[place].id).workers[:1]:
            kill(worker.pid)
        time.sleep(2.5)

    def kill_host(self, _: int) -> None:
        """Kill the host while both are awake: what sleeps has no other process that could hold its port."""
        from jupyter_mlstudio.serving import reconcile
        from jupyter_mlstudio.serving.types import Scaling

        for endpoint in self.endpoints:
            self.studio.serving.scale(endpoint.id, Scaling())
            self.studio.serving.wake(endpoint.id)
            endpoint.wait()
            until(lambda endpoint=endpoint: endpoint.state == "ready" and endpoint.now.workers > 0)
        root = self.studio.state / "endpoints"
        kill(reconcile.host(root).pid)
        until(lambda: not reconcile.has_host(root))
        self.studio.serving.poll()
        until(lambda: reconcile.has_host(root))
        time.sleep(0.5)

    def _ask(self, place: int, keep: bool) -> None:
        endpoint = self.endpoints[place]
        caller = Caller(endpoint.url, endpoint.key, self.rows[place])
        while not self._stop.is_set():
            begin = time.monotonic()
            try:
                status, content = caller.post()
                self._judge(place, status, content)
            except OSError as error:
                self._lost(place, begin, error)
            if not keep:
                caller.close()
            time.sleep(0.002)
        caller.close()

    def _judge(self, place: int, status: int, content: bytes) -> None:
        import json

        if status in REFUSED:
            self.outcomes["refused"] += 1
        elif status != 200:
            self.failures.append(f"{status} {content[:200]!r}")
        else:
            right = json.loads(content)["predictions"] == self.expected[place]
            self.outcomes["right" if right else "wrong"] += 1

    def _lost(self, place: int, begin: float, error: OSError) -> None:
        """A request that was under way in a process that was killed is lost with it; any other one is a failure."""
        time.sleep(0.05)
        if (
            begin - 1 < self.killed_at[place] + 0.5
            and self.killed_at[place] < time.monotonic() < self.killed_at[place] + 2
        ):
            self.outcomes["lost with a killed worker"] += 1
        else:
            self.failures.append(f"{time.monotonic():.2f} {('linear', 'mixed')[place]} {error!r}")

    def _megabytes(self) -> float:
        from jupyter_mlstudio.serving import reconcile
        from jupyter_mlstudio.serving.runtime.host.usage import own_megabytes

        pids = [worker.pid for endpoint in self.endpoints for worker in self.studio.serving.stats(endpoint.id).workers]
        each = [own_megabytes(pid) for pid in pids]
        host = own_megabytes(reconcile.host(self.studio.state / "endpoints").pid)
        return host + max(each, default=0.0)


def kill(pid: int) -> None:
    """Kill a process that may have ended."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    main()
