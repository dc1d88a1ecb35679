"""A notebook run as a job, from its toolbar to its result."""

import json

TRAIN = [
    (
        "from typing import Literal\nepochs = 3  # how many rounds\nmodel: Literal['trees', 'line'] = 'trees'",
        ["parameters"],
    ),
    ("import time", []),
    ("for epoch in range(epochs):\n    print('epoch', epoch, flush=True)\n    time.sleep(0.4)", []),
    ("print(f'{model} after {epochs} rounds')", []),
]


def write(lab, name, cells):
    body = [
        {
            "cell_type": "code",
            "id": f"c{i}",
            "metadata": {"tags": tags},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for i, (source, tags) in enumerate(cells)
    ]
    metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3 (ipykernel)"}}
    notebook = {"cells": body, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    (lab.project / name).write_text(json.dumps(notebook))


def find(page, name):
    page.locator('[data-id="filebrowser"]').wait_for()
    page.get_by_role("button", name="Refresh the file browser.").click()
    return page.locator(".jp-DirListing-item", has_text=name)


def test_a_notebook_runs_as_a_job_with_another_parameter_and_its_result_opens(page, lab):
    write(lab, "train.ipynb", TRAIN)
    find(page, "train.ipynb").dblclick()
    page.get_by_role("button", name="Run as job").click()
    form = page.locator(".jp-mlstudio-RunForm")
    form.get_by_label("epochs").fill("many")
    page.get_by_text("Enter a whole number.").wait_for()
    assert page.get_by_role("button", name="Run the notebook as a job").is_disabled()
    form.get_by_label("epochs").fill("20")
    form.get_by_label("model").select_option(label="line")
    page.get_by_role("button", name="Run the notebook as a job").click()

    page.locator('[data-id="mlstudio-jobs"]').click()
    row = page.locator(".jp-mlstudio-JobRow")
    row.get_by_role("progressbar", name="of 5 cells").wait_for()
    row.locator(".jp-mlstudio-List-open").click()
    view = page.locator(".jp-mlstudio-JobView")
    view.get_by_role("button", name="Running 4 for epoch in range").wait_for()
    view.locator("pre", has_text="epoch 2").wait_for()
    view.get_by_role("progressbar", name="5 of 5 cells").wait_for()
    view.locator("header").get_by_text("Succeeded", exact=True).wait_for()
    given = view.get_by_label("Parameters", exact=True).inner_text()
    assert given.split() == ["epochs", "20", "model", '"line"']

    view.get_by_role("button", name="Open result").click()
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea", has_text="line after 20 rounds").wait_for()
    assert json.loads((lab.project / "train.ipynb").read_text())["cells"][3]["outputs"] == []


def test_a_job_is_run_from_the_file_browser_stopped_and_is_there_after_a_reload(page, lab):
    write(lab, "endless.ipynb", [("print('begun', flush=True)\nwhile True: pass", [])])
    find(page, "endless.ipynb").click(button="right")
    page.get_by_role("menuitem", name="Run as Job…").click()
    page.get_by_text("This notebook has no parameters and runs as it is.", exact=False).wait_for()
    page.get_by_role("button", name="Run the notebook as a job").click()
    page.locator('[data-id="mlstudio-jobs"]').click()
    row = page.locator(".jp-mlstudio-JobRow", has_text="endless")
    row.locator(".jp-mlstudio-List-open").click()
    view = page.locator(".jp-mlstudio-JobView")
    view.locator("pre", has_text="begun").wait_for()
    page.locator("#jp-main-statusbar").get_by_text("1 job").wait_for()
    page.wait_for_timeout(1500)  # JupyterLab keeps the layout a second later
    page.goto(f"{lab.url}lab?token={lab.token}")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    view.locator("pre", has_text="begun").wait_for()
    view.get_by_role("button", name="Stop", exact=True).click()
    view.locator("header").get_by_text("Stopped", exact=True).wait_for()


SCORE = [
    ("rate = 0.1\nname = 'scoer'  # the name of the function", ["parameters"]),
    ("def score(rate):\n    return round(0.9 - abs(rate - 0.3), 3)", []),
    ("auc = globals()[name](rate)\nprint('auc', auc)", []),
    ("from jupyter_mlstudio import Studio\nStudio.open().output('auc', auc)", []),
]


def test_a_failed_job_is_mended_and_goes_on_then_its_notebook_is_swept_and_scheduled(page, lab):
    write(lab, "score.ipynb", SCORE)
    find(page, "score.ipynb").click(button="right")
    page.get_by_role("menuitem", name="Run as Job…").click()
    page.get_by_role("button", name="Run the notebook as a job").click()
    page.locator('[data-id="mlstudio-jobs"]').click()
    row = page.locator(".jp-mlstudio-JobRow", has_text="score")
    row.locator(".jp-mlstudio-List-open").click()
    view = page.locator(".jp-mlstudio-JobView")
    view.get_by_text("Cell 3: KeyError").wait_for()
    view.get_by_role("region", name="Resume from cell 3").get_by_role("textbox").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("name = 'score'\n")
    view.get_by_role("button", name="Resume from cell 3").click()
    view.locator("header").get_by_text("Succeeded", exact=True).wait_for()
    assert view.get_by_label("Outputs", exact=True).inner_text().split() == ["auc", "0.7"]

    view.get_by_role("button", name="Run again…").click()
    form = page.locator(".jp-mlstudio-RunForm")
    form.get_by_role("button", name="As a sweep").click()
    form.locator("#jp-mlstudio-parameter-name").fill("score")
    form.get_by_label("Values of rate").select_option(label="Several")
    form.locator("#jp-mlstudio-parameter-rate").fill("0.2, 0.3")
    form.get_by_label("Best by").fill("auc")
    form.get_by_text("2 jobs").wait_for()
    page.get_by_role("button", name="Start the sweep").click()
    sweep = page.locator(".jp-mlstudio-SweepView")
    sweep.get_by_role("progressbar", name="2 of 2 jobs").wait_for()
    best = sweep.get_by_role("row", name="best")
    best.get_by_text("0.9", exact=True).wait_for()
    assert "0.3" in best.inner_text()

    page.get_by_role("tab", name="Schedules").click()
    run(page, "mlstudio:jobs-schedule", notebook="score.ipynb")
    form.get_by_text("At 07:00").wait_for()
    form.get_by_label("Cron", exact=True).fill("61 7 * * *")
    form.get_by_text("trigger.cron").wait_for()
    form.get_by_label("Cron", exact=True).fill("30 7 * * 1-5")
    form.get_by_text("At 07:30").wait_for()
    page.get_by_role("button", name="Schedule the notebook").click()
    page.get_by_role("switch", name="score is on").click()
    page.locator(".jp-mlstudio-JobRow").get_by_text("paused").wait_for()


def run(page, command, **arguments):
    page.evaluate("([id, args]) => void window.jupyterapp.commands.execute(id, args)", [command, arguments])
