"""From the first line of tracking code to a compared run and its notebook again, as a user goes."""

import re

import nbformat
from playwright.sync_api import expect

SIDEBAR = '[data-id="mlstudio-experiments"]'

PAGE = """<!doctype html><p>A report</p><script>
const told = [];
try { parent.document.title = 'taken'; told.push('reached') } catch { told.push('kept out') }
try { localStorage.length; told.push('stored') } catch { told.push('no storage') }
fetch(location.ancestorOrigins[0] + '/user/x/mlstudio/experiments')
  .then(() => told.push('asked'), () => told.push('not asked'))
  .then(() => { document.body.append(told.join(', ')) });
</script>"""
"""A page that tries what it must not be able to do, and writes down how that went."""


def test_a_run_is_seen_while_the_notebook_logs_it_and_leads_back_to_its_notebook(lab, page):
    write_notebook(lab.project / "tracking.ipynb")
    page.evaluate("window.jupyterapp.commands.execute('docmanager:open', {path: 'tracking.ipynb'})")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.locator(SIDEBAR).click()
    page.get_by_role("button", name="Insert into Notebook").click()
    expect(page.locator(".jp-Notebook .jp-CodeCell")).to_have_count(2)
    slow_down(page)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell')")

    here = page.get_by_role("region", name="Runs of this notebook")
    expect(here.get_by_role("listitem").filter(has_text="first run")).to_contain_text("Running")
    badge = page.locator(".jp-Notebook .jp-CodeCell").nth(1).get_by_role("button", name="Run first run: loss")
    expect(badge).to_contain_text("running")
    badge.click()
    detail = page.get_by_role("article", name="first run")
    expect(detail.get_by_text("learning_rate", exact=True)).to_be_visible()
    expect(detail).to_contain_text("Finished")

    lead_back(page, detail)
    log_second(lab)
    compare(page)
    chart(page)
    look_at_page(page)
    page.wait_for_timeout(1500)  # the layout is saved a moment after it has changed
    page.goto(f"{lab.url}lab")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    expect(page.get_by_role("article", name="second run")).to_contain_text("learning_rate")


def lead_back(page, detail):
    """The notebook of the run is there again, as it was run."""
    detail.get_by_role("button", name="Open Notebook of This Run").click()
    restored = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    expect(restored.locator(".jp-CodeCell").last).to_contain_text('studio.track("my experiment"')
    expect(page.get_by_role("tab", name=re.compile(r"tracking \(run first run\)"))).to_have_count(1)


def log_second(lab):
    from jupyter_mlstudio import Studio

    with Studio.open(lab.project).track("my experiment", name="second run") as run:
        run.log_params({"learning_rate": 0.5})
        for value in (1, 0.1):
            run.log_metric("loss", value)
        run.log_text(PAGE, "report.html")


def compare(page):
    every = page.get_by_role("region", name="All runs")
    every.get_by_role("checkbox", name="Tick first run").check(force=True)
    every.get_by_role("checkbox", name="Tick second run").check(force=True)
    page.get_by_role("button", name="Compare 2").click()
    comparison = page.get_by_role("article", name="Comparison")
    expect(comparison).to_contain_text("learning_rate", timeout=60_000)  # the first one waits for the engines
    expect(comparison).to_contain_text("0.5")
    page.get_by_role("button", name="Clear").click()


def chart(page):
    """The curves of both runs are drawn beside the table, and become the output of a cell."""
    page.evaluate("() => { window.jupyterapp.commands.execute('mlstudio:experiments-open') }")
    curves = page.locator(".jp-mlstudio-ChartsPane").get_by_role("region", name="loss", exact=True)
    expect(curves.get_by_role("button", name=re.compile("second run"))).to_be_visible()
    expect(curves.locator("canvas").first).to_be_visible()
    curves.hover()
    curves.get_by_role("button", name="More about the chart").click()
    curves.get_by_role("menuitem", name="Put into the Notebook").click()
    output = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea")
    drawn = output.get_by_role("region", name="loss", exact=True)
    expect(drawn.locator("canvas").first).to_be_visible(timeout=60_000)  # the kernel has to import the studio first


def look_at_page(page):
    """A page that a run has kept runs nothing, and where it is let, it reaches nothing."""
    page.get_by_role("region", name="All runs").get_by_role("button", name=re.compile("second run")).click()
    detail = page.get_by_role("article", name="second run")
    detail.get_by_role("tab", name="Artifacts").click()
    detail.get_by_role("button", name="report.html").click()
    report = page.frame_locator('iframe[title="report.html"]')
    expect(report.locator("body")).to_have_text("A report")
    detail.get_by_role("button", name="Run Scripts").click()
    expect(report.locator("body")).to_contain_text("kept out, no storage, not asked")
    assert page.title() != "taken"
    detail.get_by_role("tab", name="Overview").click()


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
