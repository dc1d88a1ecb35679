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


def standing(page):
    """Return what a screen reader hears of the cell under the cursor."""
    return page.locator(".jp-mlstudio-Wrangling-spoken [role='status']")


def grid_at(page, x, y):
    box = page.locator(".jp-mlstudio-Wrangling-grid .lm-DataGrid-viewport").bounding_box()
    return box["x"] + x, box["y"] + y


def test_rows_are_sorted_filtered_found_and_copied_in_the_grid(page, lab):
    table = opened(page, lab)
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    page.mouse.click(*grid_at(page, 100, 130))
    standing(page).get_by_text("year, row 2: 2013").wait_for(state="attached")

    page.keyboard.press("Control+End")
    standing(page).get_by_text("row 336,776").wait_for(state="attached")
    page.keyboard.press("Control+Home")
    standing(page).get_by_text("year, row 1:").wait_for(state="attached")

    page.keyboard.press("Control+g")
    page.get_by_label("Go to column or row").fill("tailn")
    page.keyboard.press("Enter")
    standing(page).get_by_text("tailnum, row 1").wait_for(state="attached")

    page.get_by_role("button", name="Largest first").click()
    page.get_by_role("list", name="What is shown").get_by_text("▼ tailnum").wait_for()
    page.get_by_role("button", name="No longer: ▼ tailnum").click()

    page.get_by_role("button", name="Filter rows").click()
    page.get_by_role("form", name="Filter rows").get_by_label("Column").select_option("carrier")
    page.get_by_label("Test", exact=True).select_option("in")
    page.get_by_label("Search values").fill("h")
    page.get_by_role("list", name="Values of carrier").get_by_text("HA").click()
    page.get_by_role("button", name="Show these rows").click()
    page.locator('.jp-mlstudio-Wrangling-table[data-rows="342"]').wait_for()
    page.get_by_role("button", name="No longer: carrier ∈ HA").click()
    page.locator('.jp-mlstudio-Wrangling-table[data-rows="336776"]').wait_for()

    page.mouse.click(*grid_at(page, 100, 130))
    page.keyboard.press("/")
    page.get_by_label("Find in all rows").fill("N14228")
    page.locator(".jp-mlstudio-Wrangling-find", has_text="of 111").wait_for()
    before = page.locator(".jp-mlstudio-Wrangling-find").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "before => document.querySelector('.jp-mlstudio-Wrangling-find').innerText !== before", arg=before
    )
    page.keyboard.press("Escape")
    standing(page).get_by_text("N14228").wait_for(state="attached")

    page.keyboard.press("Control+Shift+c")
    page.wait_for_function("navigator.clipboard.readText().then(text => text === 'tailnum\\nN14228')")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="tailnum, row").get_by_text("N14228").wait_for()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Pin").click()
    page.get_by_role("button", name="Hide").click()
    page.get_by_role("list", name="What is shown").get_by_text("1 column hidden").click()
    assert table.get_attribute("data-columns") == "19"


def test_a_changed_cell_becomes_a_step(page, lab):
    opened(page, lab)
    page.mouse.click(*grid_at(page, 100, 130))
    page.keyboard.press("F2")
    page.get_by_label("New value").fill("2014")
    page.keyboard.press("Enter")
    settled(page, 1)
    page.mouse.click(*grid_at(page, 100, 130))
    standing(page).get_by_text("year, row 2: 2014").wait_for(state="attached")
    page.keyboard.press("F2")
    page.get_by_role("button", name="Make missing").click()
    settled(page, 1)
    page.get_by_role("button", name="Edit 2 cells of year").wait_for()


MESSY = "name,city,amount\n" + "".join(
    f"{first} {last},{city},{amount}\n"
    for first, last, city, amount in [
        ("Ada", "Lovelace", "New York", 10),
        ("Alan", "Turing", "new york", 20),
        ("Grace", "Hopper", "Boston", ""),
        ("Edsger", "Dijkstra", "New York", 40),
        ("Barbara", "Liskov", "Boston", 50),
    ]
)


def tool(page, name):
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("menuitem", name=name).click()
    return page.locator(".jp-mlstudio-Wrangling-sheet")


def test_a_messy_file_is_cleaned_with_the_tools_and_the_recipe_is_found_again_from_its_cell(page, lab):
    (lab.project / "messy.csv").write_text(MESSY)
    page.evaluate("window.jupyterapp.commands.execute('mlstudio:wrangling-open', {path: 'messy.csv'}).then(() => 1)")
    page.locator('.jp-mlstudio-Wrangling-table[data-rows="5"]').wait_for()

    page.get_by_role("tab", name="Suggest").click()
    page.locator(".jp-mlstudio-Wrangling-suggestions button", has_text="amount").first.click()
    page.locator(".jp-mlstudio-Wrangling-suggestions").get_by_role("button", name="Add").click()
    settled(page, 1)

    sheet = tool(page, "By Example")
    sheet.get_by_label("Wanted in row 1", exact=True).fill("A. Lovelace")
    sheet.locator(".jp-mlstudio-Wrangling-candidates code").first.wait_for()
    sheet.get_by_label("Wanted in row 3", exact=True).fill("G. Hopper")
    sheet.get_by_role("button", name="Add column").click()
    settled(page, 2)

    sheet = tool(page, "Cluster Similar Values")
    sheet.get_by_label("Column", exact=True).select_option("city")
    sheet.get_by_label("Merge into New York").check()
    sheet.get_by_role("button", name="Merge 1 value").click()
    settled(page, 3)

    page.get_by_role("tab", name="Rules").click()
    page.get_by_role("button", name="Add rule", exact=True).click()
    page.get_by_role("menuitem", name="In a range").click()
    form = page.locator(".jp-mlstudio-Wrangling-sheet")
    form.get_by_label("Column").select_option("amount")
    form.get_by_label("At most").fill("45")
    form.get_by_role("button", name="Add rule").click()
    page.locator('.jp-mlstudio-Wrangling-rules li[data-state="broken"]').wait_for()
    page.get_by_role("button", name="Show rows").click()
    page.locator(".jp-mlstudio-Wrangling-failing td", has_text="Barbara Liskov").wait_for()

    page.get_by_role("button", name="Report", exact=True).click()
    page.locator(".jp-mlstudio-Wrangling-summary dt", has_text="Rows").first.wait_for()
    page.get_by_role("button", name="Back to the table").click()

    sheet = tool(page, "Show Code")
    sheet.get_by_label("Language", exact=True).select_option("pandas")
    sheet.locator("pre", has_text="import pandas as pd").wait_for()
    sheet.get_by_role("button", name="Insert into notebook").click()
    cell = page.locator(".jp-Notebook .jp-CodeCell", has_text="import pandas as pd")
    cell.click()
    page.get_by_role("button", name="Edit with Wrangle").click()
    settled(page, 3)
