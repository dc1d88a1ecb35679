"""The table of 10,000 runs x 44 columns in Chromium beside MLflow's own UI (one worker) on the same store, in one run.

Ours is timed from the command that opens it in a JupyterLab that is already open; MLflow's from the navigation to its
page, once more with its files in the browser's cache. Both until the newest run is in the page. It wants a quiet
machine: what an idle page gets in frames a second is measured beside the scrolling.
"""

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _store import ten_thousand_runs
from playwright.sync_api import CDPSession, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "serving"))
from _peers import free_port, programs, running  # the environments of peers are shared by all areas

ROUNDS, NEWEST, TOKEN, PATIENCE = 3, "run 9999", "bench", 120_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
ALL_THERE = "document.querySelector('.jp-mlstudio-RunsView-foot')?.textContent.startsWith('10,000 of 10,000')"
MODEL = "[...window.jupyterapp.shell.widgets('main')].find(w => w.id === 'mlstudio-experiments-tab').content.runs.model"

TIMED = """async ([change, rounds]) => {
  const model = %s;
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const taken = [];
  for (let round = 0; round < rounds; round += 1) {
    await frame();
    const began = performance.now();
    new Function('model', 'round', change)(model, round);
    await frame();  // the table has drawn itself in it
    taken.push(performance.now() - began);
    await new Promise(done => setTimeout(done, 400));
  }
  return taken;
}"""
SCROLLED = """async ([by, seconds]) => {
  const table = document.querySelector('.jp-mlstudio-RunsTable');
  const began = performance.now();
  let frames = 0;
  await new Promise(done => {
    const step = now => {
      frames += 1;
      table.scrollTop += by;
      now - began > seconds * 1000 ? done() : requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  return frames * 1000 / (performance.now() - began);
}"""


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        project = Path(place) / "project"
        (project / ".mlstudio").mkdir(parents=True)
        store = ten_thousand_runs(project / ".mlstudio")
        peer_store = Path(place) / "peer.db"
        shutil.copy(store, peer_store)
        with lab(project, Path(place) / "state") as ours, peer(peer_store, Path(place)) as theirs:
            measure(ours, theirs)


def measure(ours: str, theirs: str) -> None:
    """Open both in turns, then look closer at ours."""
    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        first, whole, other, heaps = [], [], [], []
        for round_ in range(ROUNDS + 1):
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            page.set_default_timeout(PATIENCE)
            painted, complete, heap = opened(page, ours)
            if round_ == ROUNDS:
                closer(page)
            page.context.close()
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            page.set_default_timeout(PATIENCE)
            there, cached, heap_there = opened_there(page, theirs)
            page.context.close()
            if round_ > 0:  # in the first round both servers wake up
                first.append(painted)
                whole.append(complete)
                other.append(there)
                heaps.append(heap_there / heap)
            told = f"round {round_}: ours {painted:.2f} s, all rows and columns {complete:.2f} s, {heap / 1e6:.0f} MB"
            print(
                f"{told}; mlflow {there:.2f} s (its files cached: {cached:.2f} s), {heap_there / 1e6:.0f} MB",
                flush=True,
            )
        browser.close()
    ours_first, theirs_first = statistics.median(first), statistics.median(other)
    figure("first-rows-of-10000-runs-vs-mlflow-ui", theirs_first / ours_first, "times", 8)
    figure("all-rows-and-columns-loaded-and-sorted", statistics.median(whole), "s", 5, most=True)
    figure("heap-of-100-runs-in-mlflow-ui-vs-10000-here", statistics.median(heaps), "times", 1)


def opened(page: Page, url: str) -> tuple[float, float, float]:
    """Open our table; returns the seconds to its first rows and to all of them in order, and the bytes it takes."""
    page.goto(f"{url}/lab?token={TOKEN}&reset")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    page.wait_for_function("window.jupyterapp.commands.hasCommand('mlstudio:experiments-open')")
    time.sleep(3)
    tools = page.context.new_cdp_session(page)
    before = heap_of(tools)
    began = time.perf_counter()
    page.evaluate("void window.jupyterapp.commands.execute('mlstudio:experiments-open')")
    page.wait_for_selector(f".jp-mlstudio-RunsTable-name:text-is('{NEWEST}')")
    painted = time.perf_counter() - began
    page.wait_for_function(ALL_THERE)
    page.evaluate(f"{MODEL}.sortBy('metric:metric_00')")
    page.wait_for_selector("[data-line='0'] .jp-mod-best")
    whole = time.perf_counter() - began
    return painted, whole, heap_of(tools) - before


def opened_there(page: Page, url: str) -> tuple[float, float, float]:
    """Open MLflow's list of runs twice; returns the seconds of both, the second out of the cache, and the bytes."""
    tools, taken = page.context.new_cdp_session(page), []
    for _ in range(2):
        page.goto("about:blank")
        began = time.perf_counter()
        page.goto(f"{url}/#/experiments/0/runs")
        page.get_by_text(NEWEST, exact=True).first.wait_for()
        taken.append(time.perf_counter() - began)
    return taken[0], taken[1], heap_of(tools)


def closer(page: Page) -> None:
    """Sort, filter and scroll all the rows with all their columns."""
    page.evaluate(f"{{ const model = {MODEL}; model.change({{ columns: model.columns.map(one => one.key) }}); }}")
    time.sleep(2)
    sort = page.evaluate(TIMED % MODEL, ["model.sortBy(`metric:metric_0${round}`)", 9])
    texts = page.evaluate(TIMED % MODEL, ["model.sortBy(`param:param_0${round}`)", 9])
    narrow = 'model.change({ filter: `metrics.metric_0${round} > 0.5 and params.param_01 = "3" and run` })'
    filters = page.evaluate(TIMED % MODEL, [narrow, 9])
    page.evaluate(f"{MODEL}.change({{ filter: '' }})")
    time.sleep(1)
    idle = page.evaluate(SCROLLED, [0, 3])
    fast = page.evaluate(SCROLLED, [90, 5])
    figure("sort-10000-runs-until-drawn", statistics.median([*sort, *texts]), "ms", 50, most=True)
    figure("filter-10000-runs-until-drawn", statistics.median(filters), "ms", 50, most=True)
    figure("scrolling-10000-runs", fast, "frames/s", 58)
    print(f"an idle page gets {idle:.0f} frames/s", flush=True)


def heap_of(tools: CDPSession) -> float:
    tools.send("HeapProfiler.collectGarbage")
    return float(tools.send("Runtime.getHeapUsage")["usedSize"])


@contextmanager
def lab(project: Path, state: Path) -> Iterator[str]:
    """Serve a project in a JupyterLab of its own."""
    port = free_port()
    names = ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "JUPYTER_RUNTIME_DIR")
    told = {name: str(state / name.lower()) for name in names}
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}"),
        *("--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={project}"),
        "--LabApp.expose_app_in_browser=True",
    ]
    with running(command, Path(sys.executable).parent, project, f"http://127.0.0.1:{port}/api", told=told) as url:
        yield url


@contextmanager
def peer(store: Path, folder: Path) -> Iterator[str]:
    """Serve the store with `mlflow server`, one worker and no jobs."""
    port, place = free_port(), programs("mlflow")
    command = [place / "mlflow", "server", "--backend-store-uri", f"sqlite:///{store}", "--port", port, "--workers", 1]
    told = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    with running(command, place, folder, f"http://127.0.0.1:{port}/health", told=told) as url:
        yield url


def figure(name: str, value: float, unit: str, goal: float, *, most: bool = False) -> None:
    sign, good = ("<=", value <= goal) if most else (">=", value >= goal)
    print(f"FIGURE {name} {value:.1f} {unit} goal {sign}{goal:g} {'ok' if good else 'short'}", flush=True)


if __name__ == "__main__":
    main()
