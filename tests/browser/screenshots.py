"""Take every picture of the docs anew from the running product, and more for review.

`make screenshots` writes `docs/images/`, each view in the light and the dark theme, and for review, into
`test-results/screens/`, each view wide and narrow, and the panels of an empty and of a broken project. The pictures
show a project in which the demo has run. Names as arguments choose among the views.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import NamedTuple

from conftest import FLAGS, Lab
from playwright.sync_api import Browser, Page, sync_playwright

from jupyter_mlstudio import Recipe, Studio, steps
from jupyter_mlstudio.demo import demo
from jupyter_mlstudio.jobs.schedules.types import CronTrigger, ScheduleSpec
from jupyter_mlstudio.jobs.sweeps.types import SweepGrid, SweepSpan, SweepSpec
from jupyter_mlstudio.jobs.types import JobSpec
from jupyter_mlstudio.monitoring.types import BaselineSpec
from jupyter_mlstudio.serving.types import CaptureSpec

ROOT = Path(__file__).parents[2]
IMAGES, REVIEW = ROOT / "docs" / "images", ROOT / "test-results" / "screens"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 900, "height": 700}
PANELS = {"wrangling": "data", "experiments": "experiments", "jobs": "jobs", "serving": "endpoints"}
LARGEST = 250_000
EXPLORED = "rates and depths"
KERNEL = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel"
WIDE_CHARTS = """() => [...window.jupyterapp.shell.widgets('main')]
  .find(({ id }) => id === 'mlstudio-experiments-tab').content.setRelativeSizes([0.4, 0.6])"""
SCORE = [
    "rate = 0.1\nmodel = 'trees'",
    "auc = round(0.9 - abs(rate - 0.3) / 2 - 0.04 * (model == 'line'), 3)",
    "from jupyter_mlstudio import Studio\nStudio.open().output('auc', auc)",
]
LATE = [
    "import pandas as pd\nfrom jupyter_mlstudio import Studio\nstudio = Studio.open()",
    "flights = pd.read_parquet('tour/data/flights.parquet').dropna(subset=['arr_delay'])\n"
    "known = flights[['dep_delay', 'distance', 'hour']]\nlate = flights['arr_delay'] > 30",
    "from sklearn.ensemble import HistGradientBoostingClassifier\n\n"
    "with studio.track('late flights', name='few columns'):\n"
    "    HistGradientBoostingClassifier(max_iter=40).fit(known, late)",
]
BROKEN = [
    "rows = 1000",
    "values = [row**0.5 for row in range(rows)]\nprint('read', rows, 'rows')",
    "# The mean of all values\nmean = sum(values) / count\nprint('mean', mean)",
    "print('done')",
]


class Desk(NamedTuple):
    """Where pictures are taken."""

    browser: Browser
    lab: Lab
    studio: Studio


class View(NamedTuple):
    """Something to take a picture of: the panel beside it, and how to open it."""

    panel: str
    open: Callable[[Page, Studio], None]


def run(page: Page, command: str, **arguments: object) -> None:
    """Begin a command of JupyterLab, as soon as its plugin has come; one that opens a form ends only with it."""
    page.wait_for_function("id => window.jupyterapp?.commands.hasCommand(id)", arg=command)
    page.evaluate("([id, args]) => void window.jupyterapp.commands.execute(id, args)", [command, arguments])


def open_wrangle(page: Page, studio: Studio) -> None:
    Recipe(
        source={"kind": "file", "path": "tour/data/flights.parquet"},
        steps=[
            steps.DropMissing(columns=["arr_delay"]),
            steps.DeriveColumn(name="late", formula="arr_delay > 30"),
            steps.DropColumns(columns=["year", "dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"]),
            steps.DateParts(column="time_hour", parts=["weekday"]),
            steps.OrdinalEncode(columns=["carrier", "origin", "dest"]),
        ],
    ).write(studio.project / "before-departure.recipe.json")
    run(page, "mlstudio:wrangling-open", path="before-departure.recipe.json")
    page.wait_for_selector(".lm-DataGrid", timeout=60_000)
    page.wait_for_timeout(4_000)  # the headers' charts come after the rows


def open_experiments(page: Page, _: Studio) -> None:
    run(page, "mlstudio:experiments-open")
    page.get_by_label("Experiment", exact=True).select_option(EXPLORED)
    page.wait_for_timeout(2_000)  # the charts come after the table
    page.wait_for_selector(".jp-mlstudio-ChartCard[aria-busy='true']", state="detached")


def open_charts(page: Page, studio: Studio) -> None:
    run(page, "application:toggle-left-area")
    open_experiments(page, studio)
    page.evaluate(WIDE_CHARTS)
    page.wait_for_timeout(1_000)
    page.get_by_role("region", name="Parallel coordinates").evaluate("one => one.scrollIntoView()")
    page.wait_for_timeout(4_000)


def trained(studio: Studio) -> list[str]:
    """Return the ids of the runs of the demo."""
    return [each.id for each in studio.experiments.runs().items if each.job]


def open_run(page: Page, studio: Studio) -> None:
    run(page, "mlstudio:experiments-open-run", run_id=trained(studio)[0])


def open_comparison(page: Page, studio: Studio) -> None:
    ids = trained(studio)[:2]
    run(page, "mlstudio:experiments-compare", run_ids=ids)
    page.get_by_role("article", name="Comparison").wait_for(timeout=60_000)


def open_notebook_runs(page: Page, studio: Studio) -> None:
    made = [each for each in studio.experiments.runs().items if each.notebook and not each.job]
    if not made:
        write_notebook(studio, "late.ipynb", LATE)
    run(page, "docmanager:open", path="late.ipynb")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.wait_for_function(KERNEL)  # without one, a dialog asks for it
    if not made:
        run(page, "notebook:run-all-cells")
    page.get_by_role("button", name="Run few columns").wait_for(timeout=90_000)
    page.wait_for_selector(".jp-Notebook .jp-mlstudio-StateMark[data-state='running']", state="detached")
    page.wait_for_timeout(1_000)


def open_job(page: Page, studio: Studio) -> None:
    run(page, "mlstudio:jobs-open", job_id=studio.jobs.all()[0].id)


def open_job_form(page: Page, _: Studio) -> None:
    run(page, "mlstudio:jobs-run", notebook="tour/02-train.ipynb")


def open_schedules(page: Page, studio: Studio) -> None:
    schedules = studio.jobs.schedules
    if not schedules.all().items:
        for name, cron in (("Every morning", "30 7 * * MON-FRI"), ("At the end of the month", "0 22 28 * *")):
            trigger = CronTrigger(cron=cron, timezone="Europe/Berlin")
            schedules.add(ScheduleSpec(name=name, job=JobSpec(notebook="tour/02-train.ipynb"), trigger=trigger))
    run(page, "mlstudio:jobs-open-schedule", schedule_id=schedules.all().items[-1].id)
    page.get_by_role("tab", name="Schedules").click()


def open_sweep(page: Page, studio: Studio) -> None:
    sweeps = studio.jobs.sweeps
    if not sweeps.all().items:
        write_notebook(studio, "score.ipynb", SCORE)
        space = SweepGrid(values={"rate": SweepSpan(low=0.1, high=0.5, count=5), "model": ["trees", "line"]})
        spec = SweepSpec(name="Rates and models", job=JobSpec(notebook="score.ipynb"), space=space, metric="auc")
        sweeps.wait(sweeps.start(spec).id)
    run(page, "mlstudio:jobs-open-sweep", sweep_id=sweeps.all().items[0].id)
    page.get_by_role("tab", name="Sweeps").click()


def open_resume(page: Page, studio: Studio) -> None:
    failed = [job for job in studio.jobs.all() if job.kept_until is not None]
    if not failed:
        write_notebook(studio, "mean.ipynb", BROKEN)
        failed = [studio.jobs.wait(studio.jobs.submit(JobSpec(notebook="mean.ipynb")).id)]
    run(page, "mlstudio:jobs-open", job_id=failed[0].id)
    page.get_by_role("button", name="Resume from cell 3").wait_for()


def write_notebook(studio: Studio, name: str, sources: list[str]) -> None:
    """Write a notebook whose first cell holds its parameters."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {} if number else {"tags": ["parameters"]},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3 (ipykernel)"}
    content = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (studio.project / name).write_text(json.dumps(content))


def open_model(page: Page, _: Studio) -> None:
    run(page, "mlstudio:registry-open", name="late-flights")


def open_lineage(page: Page, studio: Studio) -> None:
    open_model(page, studio)
    page.get_by_role("tab", name="Lineage").click()
    page.wait_for_selector(".react-flow__node")


def open_endpoint(page: Page, studio: Studio) -> None:
    run(page, "mlstudio:serving-open", endpoint_id=studio.serving.named("late-flights").id)


def open_scaling(page: Page, studio: Studio) -> None:
    open_endpoint(page, studio)
    page.get_by_role("tab", name="Scaling").click()


def open_deploy(page: Page, studio: Studio) -> None:
    open_endpoint(page, studio)
    run(page, "mlstudio:serving-deploy", name="late-flights")
    page.get_by_role("dialog").wait_for()


def open_monitoring(page: Page, studio: Studio) -> None:
    endpoint = studio.endpoint("late-flights")
    if not studio.monitoring.reports(endpoint.id).items:
        watch_something_else(studio, endpoint.id)
    page.add_style_tag(content=".Toastify { display: none }")  # what was found just now is told on top of the view
    run(page, "mlstudio:monitoring-open", endpoint_id=endpoint.id)
    page.wait_for_selector(".jp-mlstudio-DriftList")


def watch_something_else(studio: Studio, id: str) -> None:
    """Compare the rows of the example with those of a warmer and windier season."""
    studio.serving.capture(id, CaptureSpec(share=1.0))
    endpoint, signature = studio.endpoint("late-flights"), studio.serving.detail(id).signature
    example = signature.example if signature else []
    endpoint.predict(example * 100)
    await_rows(studio, id, len(example) * 100)
    studio.monitoring.take_baseline(id, BaselineSpec())
    windy = [{name: larger_of(name, value) for name, value in row.items()} for row in example]
    endpoint.predict(windy * 100)
    await_rows(studio, id, len(example) * 200)
    studio.monitoring.check(id)


def larger_of(name: str, value: object) -> object:
    return value * 1.4 if name in {"wind_speed", "temp"} and isinstance(value, float) else value


def await_rows(studio: Studio, id: str, rows: int) -> None:
    """Wait until what was asked is on disk."""
    until = time.monotonic() + 30
    while studio.monitoring.monitor(id).captured_rows < rows and time.monotonic() < until:
        time.sleep(0.1)


def open_launcher(page: Page, _: Studio) -> None:
    run(page, "launcher:create")


def open_notebook(page: Page, _: Studio) -> None:
    run(page, "docmanager:open", path="tour/02-train.ipynb")
    page.wait_for_selector(".jp-Notebook .jp-Cell")


def open_workflow(page: Page, studio: Studio) -> None:
    workflows = studio.jobs.workflows
    if not workflows.runs("tour/champion.workflow.yaml").items:
        for trees in (40, 60):
            workflows.wait(workflows.run("tour/champion", parameters={"trees": trees}).id)
    run(page, "application:toggle-left-area")
    run(page, "mlstudio:jobs-workflow-open", path="tour/champion.workflow.yaml")
    node = page.locator(".react-flow__node, .jp-mlstudio-WorkflowList-open", has_text="Train a forest")
    node.first.dblclick()  # a narrow page shows the list
    page.wait_for_selector(".jp-mlstudio-WorkflowResult")
    palette = page.get_by_role("button", name="Add nodes", pressed=True)
    if palette.count():
        palette.click()


VIEWS = {
    "wrangle": View("wrangling", open_wrangle),
    "experiments": View("experiments", open_experiments),
    "run": View("experiments", open_run),
    "charts": View("experiments", open_charts),
    "comparison": View("experiments", open_comparison),
    "notebook-runs": View("experiments", open_notebook_runs),
    "job": View("jobs", open_job),
    "workflow": View("jobs", open_workflow),
    "job-form": View("jobs", open_job_form),
    "schedules": View("jobs", open_schedules),
    "sweep": View("jobs", open_sweep),
    "resume": View("jobs", open_resume),
    "model": View("serving", open_model),
    "lineage": View("serving", open_lineage),
    "endpoint": View("serving", open_endpoint),
    "serving-scaling": View("serving", open_scaling),
    "serving-deploy": View("serving", open_deploy),
    "monitoring": View("serving", open_monitoring),
    "launcher": View("jobs", open_launcher),
    "notebook": View("wrangling", open_notebook),
}


def main(names: list[str]) -> None:
    """Take the pictures of these views, or of all."""
    chosen = {name: view for name, view in VIEWS.items() if name in names or not names}
    REVIEW.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        with project(empty=False) as (lab, studio):
            desk = Desk(browser, lab, studio)
            for theme in THEMES:
                for name, view in chosen.items():
                    take(desk, view, theme, IMAGES / f"{name}-{theme}.png")
                    take(desk, view, theme, REVIEW / f"{name}-narrow-{theme}.png", size=NARROW)
        if not names:
            take_odd_looks(browser)
    large = [path.name for path in IMAGES.glob("*.png") if path.stat().st_size > LARGEST]
    sys.exit(f"Larger than {LARGEST} bytes: {' '.join(large)}" if large else 0)


def take_odd_looks(browser: Browser) -> None:
    """Take the panels of an empty project, while they load, and after the server has gone."""
    with project(empty=True) as (lab, studio):
        desk = Desk(browser, lab, studio)
        for theme in THEMES:
            for panel, name in PANELS.items():
                empty = View(panel, open_launcher)
                take(desk, empty, theme, REVIEW / f"{name}-empty-{theme}.png")
                take(desk, empty, theme, REVIEW / f"{name}-loading-{theme}.png", answer="late")
                take(desk, empty, theme, REVIEW / f"{name}-failing-{theme}.png", answer="error")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser."""
    with sync_playwright() as playwright:
        found = which("chromium") or which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def project(*, empty: bool) -> Iterator[tuple[Lab, Studio]]:
    """Start JupyterLab in a fresh project, after the demo and two more jobs if it shall not be empty."""
    with TemporaryDirectory() as folder:
        lab = Lab(Path(folder))
        studio = Studio.open(lab.project)
        if not empty:
            demo(lab.project, rows=60_000, keep=True, say=print)
            for rate in (0.03, 0.3):
                parameters = {"rows": 60_000, "learning_rate": rate}
                studio.jobs.wait(studio.jobs.submit(JobSpec(notebook="tour/02-train.ipynb", parameters=parameters)).id)
            explore(studio)
            ask(studio)
        lab.start()
        try:
            yield lab, studio
        finally:
            lab.stop()
            for endpoint in studio.serving.endpoints().items:
                studio.serving.remove(endpoint.id)


def explore(studio: Studio) -> None:
    """Try a few rates, depths and sizes, so that there is something to look through."""
    import pandas as pd
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import log_loss, roc_auc_score

    flights = pd.read_parquet(studio.project / "tour/data/flights.parquet").dropna(subset=["arr_delay"]).head(6_000)
    known, late = flights[["dep_delay", "distance", "hour", "month", "day"]], flights["arr_delay"] > 30
    half = len(known) // 2
    for rate in (0.02, 0.05, 0.1, 0.3):
        for depth in (2, 3, 6):
            with studio.track(EXPLORED, name=f"rate {rate}, depth {depth}", autolog=False) as tried:
                tried.log_params({"rate": rate, "depth": depth, "leaves": 2**depth})
                model = HistGradientBoostingClassifier(learning_rate=rate, max_depth=depth, max_iter=60)
                model.fit(known[:half], late[:half])
                for step, sure in enumerate(model.staged_predict_proba(known[half:])):
                    tried.log_metric("loss", log_loss(late[half:], sure), step=step)
                tried.log_metric("auc", roc_auc_score(late[half:], model.predict_proba(known[half:])[:, 1]))


def ask(studio: Studio) -> None:
    """Let the endpoint answer a little, so that there is something to draw."""
    endpoint = studio.endpoint("late-flights")
    signature = studio.serving.detail(endpoint.id).signature
    for _ in range(200 if signature else 0):
        endpoint.predict(signature.example)


def take(desk: Desk, view: View, theme: str, file: Path, *, size: dict = WIDE, answer: str = "right") -> None:
    """Open a view in a page of its own and take its picture; `answer` says what the server does meanwhile."""
    page = desk.browser.new_page(viewport=size)
    page.set_default_timeout(60_000)
    spoil(page, answer)
    page.goto(f"{desk.lab.url}lab?token={desk.lab.token}&reset")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    run(page, "apputils:change-theme", theme=THEMES[theme])
    show(page, f"mlstudio-{view.panel}")
    view.open(page, desk.studio)
    page.wait_for_timeout(2_500)
    page.screenshot(path=file)
    page.unroute_all(behavior="ignoreErrors")
    page.close()


def show(page: Page, panel: str) -> None:
    """Bring a sidebar panel to the front, as soon as it is there."""
    page.wait_for_selector(f"[data-id='{panel}']")
    page.evaluate("id => window.jupyterapp.shell.activateById(id)", panel)


def spoil(page: Page, answer: str) -> None:
    """Let requests of the panels wait or fail."""
    if answer == "late":
        page.route("**/mlstudio/**", lambda route: None)
    if answer == "error":
        body = '{"message": "The disk is full. Free some space and try again.", "reason": "engine_failed"}'
        page.route(
            "**/mlstudio/**", lambda route: route.fulfill(status=502, body=body, content_type="application/json")
        )


if __name__ == "__main__":
    main(sys.argv[1:])
