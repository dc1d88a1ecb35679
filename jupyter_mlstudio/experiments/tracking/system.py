"""What the machine does while a run goes on: CPU, memory, disk, network and graphics cards, by MLflow's names."""

import time
from importlib import import_module
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_mlstudio.experiments.tracking.active import ActiveRun

EVERY = 10.0
"""Seconds between two looks."""

LEAST = 0.1
MEGABYTE = 1e6


class SystemMetrics:
    """Looks at the machine from a thread of its own, at once and then every few seconds, until it is stopped."""

    def __init__(self, run: "ActiveRun", every: bool | float) -> None:
        """Begin; `every` is the time between two looks, or True for ten seconds."""
        import psutil

        self._run = run
        self._every = EVERY if every is True else max(float(every), LEAST)
        self._stopped = Event()
        self._network = psutil.net_io_counters()
        psutil.cpu_percent()  # the first call only begins to count
        self._cards = Cards()
        self._thread = Thread(target=self._work, name="mlstudio-system-metrics", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look a last time and end the thread."""
        self._stopped.set()
        self._thread.join(timeout=2)

    def _work(self) -> None:
        step = 0
        began = time.monotonic()
        self._stopped.wait(min(self._every, 1.0))
        while True:
            for name, value in {**self._machine(), **self._cards.looked_at()}.items():
                self._run.note_point(f"system/{name}", round(float(value), 1), step)
            step += 1
            wait = began + step * self._every - time.monotonic()
            if self._stopped.is_set() or self._stopped.wait(max(wait, LEAST)):
                return

    def _machine(self) -> dict[str, float]:
        import psutil

        memory, disk, network = psutil.virtual_memory(), psutil.disk_usage("/"), psutil.net_io_counters()
        looked = {
            "cpu_utilization_percentage": psutil.cpu_percent(),
            "system_memory_usage_megabytes": memory.used / MEGABYTE,
            "system_memory_usage_percentage": memory.used / memory.total * 100,
            "disk_usage_percentage": disk.percent,
            "disk_usage_megabytes": disk.used / MEGABYTE,
            "disk_available_megabytes": disk.free / MEGABYTE,
        }
        if network is None or self._network is None:  # a machine without a network
            return looked
        return {
            **looked,
            "network_receive_megabytes": (network.bytes_recv - self._network.bytes_recv) / MEGABYTE,
            "network_transmit_megabytes": (network.bytes_sent - self._network.bytes_sent) / MEGABYTE,
        }


class Cards:
    """The graphics cards that NVIDIA's library tells of; none without it."""

    def __init__(self) -> None:
        try:
            self._library: Any = import_module("pynvml")
            self._library.nvmlInit()
            places = range(self._library.nvmlDeviceGetCount())
            self._cards = [self._library.nvmlDeviceGetHandleByIndex(place) for place in places]
        except Exception:  # no library, no driver, no card: its errors are of its own kinds
            self._cards = []

    def looked_at(self) -> dict[str, float]:
        """Tell what the cards do; one that cannot tell is left out."""
        found: dict[str, float] = {}
        for place, card in enumerate(self._cards):
            try:
                memory = self._library.nvmlDeviceGetMemoryInfo(card)
                found[f"gpu_{place}_memory_usage_percentage"] = memory.used / memory.total * 100
                found[f"gpu_{place}_memory_usage_megabytes"] = memory.used / MEGABYTE
                found[f"gpu_{place}_utilization_percentage"] = self._library.nvmlDeviceGetUtilizationRates(card).gpu
                found[f"gpu_{place}_power_usage_watts"] = self._library.nvmlDeviceGetPowerUsage(card) / 1000
            except self._library.NVMLError:
                continue
        return found
