"""Flights, from a double click in the file browser to code in the notebook and a recipe in the project."""

import json
import shutil
from pathlib import Path

FLIGHTS = Path(__file__).parents[2] / "sample_notebooks" / "data" / "flights.parquet"


def settled(page, steps):
    page.locator(f'.jp-mlstudio-Wrangling-view[data-steps="{steps}"][data-busy="false"]').wait_for()


def add(page, name):
    page.get_by_role("button", name="Add step").click()
    page.get_by_label("Search steps").fill(name)
    page.keyboard.press("Enter")
    return page.locator(".jp-mlstudio-Wrangling-form")


def apply(page, steps):
    page.locator(".jp-mlstudio-Wrangling-outcome[data-trying='false']").wait_for()
    page.get_by_role("button", name="Apply").click()
    settled(page, steps)


def opened(page, lab):
    shutil.copy(FLIGHTS, lab.project / "flights.parquet")
    page.get_by_role("button", name="Refresh the file browser.").click()
    page.locator(".jp-DirListing-item", has_text="flights.parquet").dblclick()
    table = page.locator(".jp-mlstudio-Wrangling-table")
    page.locator('.jp-mlstudio-Wrangling-table[data-rows="336776"][data-profiled="19"]').wait_for()
    return table


def derive(page, name, formula, steps):
    form = add(page, "compute column")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Formula").fill(formula)
    page.locator("[data-effect='added']", has_text=name).wait_for()
    apply(page, steps)


def test_flights_are_wrangled_and_the_code_lands_in_a_notebook(page, lab):
    table = opened(page, lab)
    page.locator(".jp-mlstudio-Wrangling-spoken td", has_text="2013").first.wait_for(state="attached")
    derive(page, "late", "arr_delay > 30", 1)

    page.get_by_role("button", name="Use as target").click()
    page.locator(".jp-mlstudio-Wrangling-leaks", has_text="arr_delay").wait_for()
    page.get_by_role("button", name="Drop these").click()
    settled(page, 2)
    assert int(table.get_attribute("data-columns")) < 20

    form = add(page, "filter rows")
    form.get_by_role("button", name="Add").click()
    form.get_by_role("combobox", name="Column").select_option("distance")
    form.get_by_label("Is", exact=True).select_option(">")
    form.get_by_label("Value", exact=True).fill("2000")
    page.locator("[data-effect='rows']", has_text="rows removed").wait_for()
    apply(page, 3)
    page.locator('.jp-mlstudio-Wrangling-table:not([data-rows="336776"])').wait_for()
    assert int(table.get_attribute("data-rows")) < 100_000

    page.get_by_role("button", name="late = arr_delay > 30").click()
    page.get_by_label("Formula").fill("arr_delay > 45")
    apply(page, 3)
    page.get_by_role("button", name="late = arr_delay > 45").wait_for()
    page.get_by_role("button", name="Undo (Ctrl+Z)").click()
    page.get_by_role("button", name="late = arr_delay > 30").wait_for()

    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Path from the project folder").fill("late.recipe.json")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.get_by_text("Saved the recipe as late.recipe.json").first.wait_for()
    recipe = json.loads((lab.project / "late.recipe.json").read_text())
    assert [step["op"] for step in recipe["steps"]] == ["derive", "drop", "filter"]

    page.get_by_role("button", name="Insert code").click()
    cell = page.locator(".jp-Notebook .jp-CodeCell", has_text="arr_delay")
    cell.wait_for()
    assert "import polars as pl" in cell.inner_text()
