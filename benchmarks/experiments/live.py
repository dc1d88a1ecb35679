"""How soon a metric that a script logs is drawn in the browser, and how long many curves take.

A real JupyterLab and a real Chromium: `python benchmarks/experiments/live.py [--port 8990]`. The time of a point is
taken in the page, by the clock of the same machine, in the frame in which its value is on the canvas.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from statistics import median
from urllib.request import urlopen

POINTS, PAUSE, SOON = 25, 0.7, 300
MANY, LONG, QUICK = 100, 10_000, 2000
TOKEN = "bench"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
LOGGING = """
import sys, time
from jupyter_mlstudio import Studio
with Studio.open(sys.argv[1]).track("live", name="live") as run:
    run.log_metric("loss", 0.0, step=0)
    time.sleep(1)
    print("ready", flush=True)
    sys.stdin.readline()
    for step in range(1, int(sys.argv[2]) + 1):
        print(step, time.time() * 1000, flush=True)
        run.log_metric("loss", float(step), step=step)
        time.sleep(float(sys.argv[3]))
"""
WATCH = """() => {
  window.seen = {};
  const chart = () => [...window.jupyterapp.shell.widgets('main')].find(w => w.id === 'mlstudio-experiments-tab')
    .content.widgets.find(w => w.board).board.charts[0].chart;
  const look = () => {
    const { content } = chart();
    const steps = content && content.kind === 'curves' && content.curves.length ? content.curves[0].steps : [];
    const last = steps[steps.length - 1];
    if (last !== undefined && !(last in window.seen)) {
      const place = last;
      // what came is drawn in this frame; the next one begins when it is on the screen
      requestAnimationFrame(() => { window.seen[place] = window.seen[place] ?? Date.now(); });
    }
    requestAnimationFrame(look);
  };
  look();
}"""
DRAW = """async ids => {
  const board = [...window.jupyterapp.shell.widgets('main')].find(w => w.id === 'mlstudio-experiments-tab')
    .content.widgets.find(w => w.board).board;
  const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const begin = performance.now();
  board.specs = [{ kind: 'curves', metrics: ['loss'], runs: ids, wide: 2, tall: 500 }];
  for (;;) {
    await frame();
    const { content } = board.charts[0].chart;
    const canvas = document.querySelector('.jp-mlstudio-Plot canvas');
    if (content && content.curves.length === ids.length && canvas) { await frame(); return performance.now() - begin; }
    if (performance.now() - begin > 60000) { return -1; }
  }
}"""


def main() -> None:
    """Measure both, and print their figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8990)
    port = parser.parse_args().port
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "project")
        project.mkdir()
        ids = _many(project)
        lab = _lab(project, Path(folder), port)
        try:
            _measure(project, port, ids)
        finally:
            lab.terminate()
            lab.wait()


def _measure(project: Path, port: int, ids: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"http://127.0.0.1:{port}/lab?token={TOKEN}&reset")
        page.wait_for_selector("#jupyterlab-splash", state="detached", timeout=120_000)
        page.wait_for_timeout(3000)  # the layout of before is restored first
        page.evaluate("() => { window.jupyterapp.commands.execute('mlstudio:experiments-open'); }")
        page.wait_for_selector(".jp-mlstudio-ChartCard", timeout=60_000)
        page.evaluate(DRAW, ids[:2])  # the libraries have come
        drawn = [float(page.evaluate(DRAW, ids)) for _ in range(3)]
        _tell("curves_100x10000_drawn", median(drawn), "ms", QUICK)
        delays = _delays(page, project)
        _tell("metric_logged_to_point_drawn", median(delays), "ms", SOON)
        print(f"points {len(delays)} of {POINTS}, slowest {max(delays):.0f} ms")
        browser.close()


def _delays(page: object, project: Path) -> list[float]:
    command = [sys.executable, "-c", textwrap.dedent(LOGGING), str(project), str(POINTS), str(PAUSE)]
    script = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert script.stdin is not None
    assert script.stdout is not None  # both opened as pipes
    script.stdout.readline()
    time.sleep(2)
    page.evaluate(  # type: ignore[attr-defined]  # playwright is imported where it is used
        """() => { const board = [...window.jupyterapp.shell.widgets('main')]
          .find(w => w.id === 'mlstudio-experiments-tab').content.widgets.find(w => w.board).board;
          board.specs = [{ kind: 'curves', metrics: ['loss'], runs: [board.runs.all[0]] }]; }"""
    )
    time.sleep(2)
    page.evaluate(WATCH)  # type: ignore[attr-defined]
    print(file=script.stdin, flush=True)
    logged = {int(step): float(at) for step, at in (line.split() for line in script.stdout)}
    script.wait()
    time.sleep(1)
    seen = page.evaluate("() => window.seen")  # type: ignore[attr-defined]
    return [seen[str(step)] - at for step, at in logged.items() if str(step) in seen]


def _many(project: Path) -> list[str]:
    """Make runs with long curves, straight into the store, which is quicker than logging them."""
    import random

    from jupyter_mlstudio import Studio

    studio = Studio.open(project)
    ids = []
    for number in range(MANY):
        with studio.track("many", name=f"run {number}") as run:
            ids.append(run.id)
    import sqlite3

    database = sqlite3.connect(project / ".mlstudio" / "mlflow.db")
    chance = random.Random(0)
    for run in ids:
        rows = [
            ("loss", 1 / (1 + step / 500) + chance.gauss(0, 0.02), step * 1000, run, step, 0) for step in range(LONG)
        ]
        database.executemany(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)", rows
        )
        database.execute(
            "INSERT INTO latest_metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)",
            rows[-1],
        )
    database.commit()
    database.close()
    return ids


def _lab(project: Path, folder: Path, port: int) -> "subprocess.Popen[bytes]":
    places = {name: str(folder / name) for name in ("config", "runtime", "settings", "workspaces")}
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": places["config"],
        "JUPYTER_RUNTIME_DIR": places["runtime"],
        "JUPYTERLAB_SETTINGS_DIR": places["settings"],
        "JUPYTERLAB_WORKSPACES_DIR": places["workspaces"],
    }
    options = [
        *("--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={project}"),
        "--LabApp.expose_app_in_browser=True",
    ]
    command = [str(Path(sys.executable).with_name("jupyter")), "lab", *options]
    lab = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(240):
        try:
            urlopen(f"http://127.0.0.1:{port}/api?token={TOKEN}").close()
        except OSError:
            time.sleep(0.5)
        else:
            return lab
    lab.kill()
    raise SystemExit("JupyterLab did not start.")


def _tell(name: str, value: float, unit: str, bound: float) -> None:
    print(f"FIGURE {name} {value:.0f} {unit} goal <={bound} {'ok' if 0 <= value <= bound else 'short'}", flush=True)


if __name__ == "__main__":
    main()
