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
    assert view.locator("dl").inner_text().split() == ["epochs", "20", "model", '"line"']

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
