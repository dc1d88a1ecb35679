"""The table of runs: found, narrowed down, kept as a view, deleted and taken back."""

from playwright.sync_api import expect


def test_runs_are_found_filtered_kept_as_a_view_and_deleted_with_a_way_back(lab, page):
    log(lab.project, "slow", 0.1)
    page.evaluate("window.jupyterapp.commands.execute('mlstudio:experiments-open')")
    page.get_by_role("combobox", name="Experiment", exact=True).select_option("learning")
    grid = page.locator(".jp-mlstudio-RunsTable")
    expect(grid.get_by_role("row")).to_have_count(2)
    log(lab.project, "fast", 0.5)
    expect(grid.get_by_role("row")).to_have_count(3)

    filtered = page.get_by_role("combobox", name="Filter runs")
    filtered.fill('params.learning_rate > "')
    filtered.press("Escape")
    expect(page.get_by_role("alert").filter(has_text="not closed")).to_be_visible()
    filtered.fill("params.learning_rate > 0.2")
    filtered.press("Enter")
    expect(grid.get_by_role("row")).to_have_count(2)
    save_view(page)

    grid.get_by_role("checkbox", name="Select fast").check()
    selected = page.get_by_role("toolbar", name="Selected runs")
    selected.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No run fits")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(grid.get_by_role("row")).to_have_count(2)
    grid.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="fast")).to_contain_text("learning_rate")


def log(project, name, rate):
    from jupyter_mlstudio import Studio

    with Studio.open(project).track("learning", name=name) as run:
        run.log_params({"learning_rate": rate})
        run.log_metric("loss", 1 - rate)


def save_view(page):
    """Save the look of the table, lose it, and have it again."""
    page.get_by_role("button", name="Views", exact=True).click()
    page.get_by_role("button", name="Save As…").click()
    asked = page.get_by_role("dialog").filter(has_text="Save the view")
    asked.get_by_role("textbox").fill("Fast learners")
    asked.get_by_role("button", name="Save").click()
    filtered = page.get_by_role("combobox", name="Filter runs")
    expect(page.get_by_role("button", name="Fast learners", exact=True)).to_be_visible()
    filtered.fill("")
    filtered.press("Enter")
    page.get_by_role("button", name="Fast learners *").click()
    views = page.get_by_role("dialog", name="Saved views")
    views.get_by_role("button", name="Fast learners", exact=True).click()
    expect(filtered).to_have_value("params.learning_rate > 0.2")
