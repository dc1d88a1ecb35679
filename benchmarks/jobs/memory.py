"""What the fourth warm kernel costs in memory of its own, beside the fourth ordinary one, after the same small model.

Unique memory (USS) is what a process would give back if it ended; what warm kernels share with the fork server and
with one another costs once. Also printed: what it takes to fork a runner and to claim a kernel.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

import psutil
from jupyter_client.manager import KernelManager

from jupyter_mlstudio.core import forkserver
from jupyter_mlstudio.core.processes import end

MODEL = """
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
rng = np.random.default_rng(0)
frame = pd.DataFrame(rng.normal(size=(2000, 10)), columns=list("abcdefghij"))
frame["y"] = (frame.a + frame.b > 0).astype(int)
train, test = train_test_split(frame, random_state=0)
model = LogisticRegression().fit(train.drop(columns="y"), train.y)
model.score(test.drop(columns="y"), test.y)
frame.describe()
"""
KERNELS, ROUNDS, STARTS = 4, 3, 15


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="warm-") as folder:
        os.environ["JUPYTER_RUNTIME_DIR"] = folder
        assert forkserver.wait_until_warm(60)
        try:
            pairs = [(fourth(warm=True), fourth(warm=False)) for _ in range(ROUNDS)]
            warm, ordinary = (statistics.median(values) for values in zip(*pairs, strict=True))
            print(
                f"FIGURE warm-kernel-memory {warm / ordinary:.2f} times goal <=0.33 {verdict(warm / ordinary <= 1 / 3)}"
            )
            print(f"fourth kernel: {warm / 2**20:.0f} MB warm, {ordinary / 2**20:.0f} MB ordinary")
            times(Path(folder))
        finally:
            forkserver.stop()


def fourth(*, warm: bool) -> float:
    """Return the unique memory of the fourth of as many living kernels that have fitted the model."""
    managers = [start(warm=warm) for _ in range(KERNELS)]
    try:
        return float(psutil.Process(managers[-1].provisioner.pid).memory_full_info().uss)
    finally:
        for manager in managers:
            manager.shutdown_kernel(now=True)


def start(*, warm: bool) -> KernelManager:
    manager = KernelManager(kernel_name="python3")
    assert not warm or forkserver.use_warm(manager)
    manager.start_kernel()
    assert getattr(manager.provisioner, "warm", False) is warm
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    reply = client.execute_interactive(MODEL, output_hook=lambda _: None, timeout=120)
    assert reply["content"]["status"] == "ok"
    client.stop_channels()
    return manager


def times(folder: Path) -> None:
    """Print what a fork and a claim take, each alone, with a pause in which the pool is filled again."""
    forks, claims = [], []
    for _ in range(STARTS):
        began = time.perf_counter()
        started = forkserver.start("jupyter_mlstudio.core.forkserver.types", [], folder / "log", {})
        forks.append(time.perf_counter() - began)
        end(started, 1)
        manager = KernelManager(kernel_name="python3")
        forkserver.use_warm(manager)
        began = time.perf_counter()
        manager.start_kernel()
        claims.append(time.perf_counter() - began)
        time.sleep(0.5)
        manager.shutdown_kernel(now=True)
        time.sleep(0.2)
    print(f"fork of a process: {statistics.median(forks) * 1000:.1f} ms; start of a warm kernel, 10 ms of which")
    print(f"jupyter_client only waits: {statistics.median(claims) * 1000:.1f} ms")


def verdict(reached: bool) -> str:
    return "ok" if reached else "short"


if __name__ == "__main__":
    main()
