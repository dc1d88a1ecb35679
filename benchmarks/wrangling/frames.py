"""Frames while somebody scrolls through ten million rows in a real JupyterLab and Chromium, the wheel turned in each.

Chromium draws with the processor here, as it does without a screen; a graphics card has it easier. Three ways to scroll
are measured, after the statistics of all columns have come: line by line, a page in two frames, and jumps all over the
table, where the rows are never there before.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from _table import ROWS, table

FRAME, SLOW = 1000 / 60, 20.0
FRAMES = 300
WAYS = {"lines": 48, "pages": 400, "jumps": 0}
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
SCROLL = """async ([delta, frames, rows]) => {
  const view = document.querySelector('.jp-mlstudio-Wrangling-grid .lm-DataGrid-viewport');
  const { x, y } = view.getBoundingClientRect();
  const at = { clientX: x + 300, clientY: y + 200, bubbles: true, cancelable: true };
  const far = index => ((index * 7919) % 1000 - 500) / 1000 * rows * 24;
  const times = [];
  let last = await new Promise(requestAnimationFrame);
  for (let index = 0; index < frames; index++) {
    view.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: delta || far(index) }));
    const now = await new Promise(requestAnimationFrame);
    times.push(now - last);
    last = now;
  }
  return times.slice(10);
}"""


def main() -> None:
    """Measure and print the figures."""
    with TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        project.mkdir()
        (project / "table.parquet").hardlink_to(table())
        with lab(project, Path(folder)) as url:
            for way, times in measured(url).items():
                ordered = sorted(times)
                late = sum(time > SLOW for time in times) / len(times)
                figure(f"scroll_{way}_frame_p95", ordered[int(len(times) * 0.95)], "ms", SLOW)
                figure(f"scroll_{way}_frames_over_20_ms", late, "share", 0.05)
                print(f"  {way}: median {ordered[len(times) // 2]:.1f} ms, longest {ordered[-1]:.1f} ms")


def measured(url: str) -> dict[str, list[float]]:
    """Open the table in a browser, and return the lengths of the frames for each way to scroll."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        page.goto(url)
        page.wait_for_function("window.jupyterapp?.commands.hasCommand('mlstudio:wrangling-open')")
        open_table = "window.jupyterapp.commands.execute('mlstudio:wrangling-open', { path: 'table.parquet' })"
        page.evaluate(open_table)
        grid = f'.jp-mlstudio-Wrangling-table[data-rows="{ROWS}"][data-profiling="false"]'
        page.locator(grid).wait_for()
        times = {way: page.evaluate(SCROLL, [delta, FRAMES, ROWS]) for way, delta in WAYS.items()}
        browser.close()
    return times


@contextmanager
def lab(project: Path, folder: Path) -> Iterator[str]:
    """Run JupyterLab on a folder; answers its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    homes = {name: str(folder / name.lower()) for name in names}
    command: list[Any] = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
        "--IdentityProvider.token=bench", f"--ServerApp.root_dir={project}", "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, env={**os.environ, **homes}, stdout=log, stderr=log)
    try:
        wait(f"http://127.0.0.1:{port}/api")
        yield f"http://127.0.0.1:{port}/lab?token=bench&reset"
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait(address: str) -> None:
    """Wait until a server answers."""
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(f"Nothing answers at {address}.")


def figure(name: str, value: float, unit: str, bound: float) -> None:
    """Print one promise."""
    print(f"FIGURE {name} {value:.2f} {unit} goal {bound} {'ok' if value <= bound else 'short'}")


if __name__ == "__main__":
    main()
