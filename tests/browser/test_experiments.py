"""From the first line of tracking code to a compared run, as a user goes."""

import re

import nbformat
from playwright.sync_api import expect

SIDEBAR = '[data-id="mlstudio-experiments"]'


def test_a_run_is_seen_while_the_notebook_logs_it_and_is_still_there_after_a_reload(lab, page):
    write_notebook(lab.project / "tracking.ipynb")
    page.wait_for_function("window.jupyterapp?.commands.hasCommand('docmanager:open')")
    page.evaluate("window.jupyterapp.commands.execute('docmanager:open', {path: 'tracking.ipynb'})")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    open_sidebar(page)
    page.get_by_role("button", name="Insert into Notebook").click()
    expect(page.locator(".jp-Notebook .jp-CodeCell")).to_have_count(2)
    slow_down(page)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell')")

    panel = page.locator("#mlstudio-experiments")
    row = panel.get_by_role("listitem").filter(has_text="first run")
    expect(row).to_contain_text("Running")
    row.get_by_role("button").click()
    detail = page.get_by_role("article", name="first run")
    expect(detail.get_by_role("img", name="loss over the run")).to_be_visible()
    expect(detail.get_by_text("learning_rate", exact=True)).to_be_visible()
    expect(detail).to_contain_text("Finished")
    expect(detail.get_by_role("button", name="Open Notebook")).to_be_visible()
    detail.get_by_role("button", name="environment").click()
    detail.get_by_role("button", name="cells.py").click()
    expect(detail.get_by_text("studio.track")).not_to_have_count(0)

    page.wait_for_timeout(1500)  # the layout is saved a moment after it has changed
    page.goto(f"{lab.url}lab")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    expect(page.get_by_role("article", name="first run")).to_contain_text("loss")
    compare_and_delete(lab, page)


def compare_and_delete(lab, page):
    from jupyter_mlstudio import Studio

    with Studio.open(lab.project).track("my experiment", name="second run") as run:
        run.log_params({"learning_rate": 0.5})
        for value in (1, 0.1):
            run.log_metric("loss", value)
    grid = page.get_by_role("grid", name="Runs")
    expect(grid.get_by_role("row")).to_have_count(3)
    grid.get_by_role("checkbox", name="Select first run").check()
    grid.get_by_role("checkbox", name="Select second run").check()
    comparison = page.get_by_role("article", name="Comparison")
    expect(comparison.get_by_role("row", name=re.compile("learning_rate"))).to_contain_text("0.5")
    expect(comparison.get_by_role("img", name="loss of the compared runs")).to_be_visible()

    page.get_by_role("button", name="Select None").click()
    page.get_by_role("searchbox", name=re.compile("Filter")).fill("learning_rate > 0.2")
    expect(grid.get_by_role("row")).to_have_count(2)
    grid.get_by_role("checkbox", name="Select second run").check()
    page.get_by_role("toolbar", name="Selected runs").get_by_role("button", name="Delete…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No run fits")).to_be_visible()


def open_sidebar(page):
    page.locator(SIDEBAR).click()
    expect(page.get_by_text("No run yet").first).to_be_visible()


def slow_down(page):
    """Let the inserted loop take long enough to be seen while it is running."""
    page.evaluate(
        """() => {
          const [panel] = [...window.jupyterapp.shell.widgets('main')].filter(tab => tab.content?.activeCell);
          const cell = panel.content.activeCell.model.sharedModel;
          const pause = "step=epoch)\\n        __import__('time').sleep(0.5)";
          cell.setSource(cell.getSource().replace('step=epoch)', pause));
        }"""
    )


def write_notebook(path):
    cells = [nbformat.v4.new_code_cell("")]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), path)
