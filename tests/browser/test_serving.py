"""From a run to a prediction in the panel, as a user goes."""

import re

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=60_000)  # the first registration waits until MLflow is imported

PANEL = '[data-id="mlstudio-serving"]'


@pytest.fixture
def run_id(lab):
    import pandas as pd
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder
    from sklearn.tree import DecisionTreeClassifier

    from jupyter_mlstudio import Studio

    flights = pd.DataFrame({"carrier": ["UA", "AA", "UA", "B6"], "origin": ["JFK", "LGA", "EWR", "JFK"]})
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), DecisionTreeClassifier()).fit(flights, [1, 0, 1, 0])
    with Studio.open(lab.project).track("late flights", name="tree") as run:
        run.log_model(model, input_example=flights)
    return run.id


def test_a_run_is_registered_deployed_and_predicts_until_its_endpoint_is_removed(lab, page, run_id):
    execute(page, "mlstudio:registry-register", {"run_id": run_id})
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("late-flights")
    dialog.get_by_role("button", name="Register").click()
    versions = page.get_by_role("table", name="Versions")
    expect(versions.get_by_role("row")).to_have_count(2)

    versions.get_by_role("button", name="Deploy…").click()
    expect(dialog.get_by_label("Endpoint")).to_have_value("late-flights")
    dialog.get_by_role("button", name="Deploy", exact=True).click()
    page.locator(".Toastify__toast", has_text="answers with late-flights 1").get_by_role("button", name="Open").click()

    view = page.locator(".jp-mlstudio-EndpointView")
    expect(view.get_by_role("heading", name="late-flights")).to_be_visible()
    predict(view)
    refuse(view)
    reload(lab, page)
    roll(page, view)
    stop_and_remove(page, view)


def predict(view):
    expect(view.get_by_label(re.compile("carrier"))).to_have_value("UA")
    view.get_by_role("button", name="Predict", exact=True).click()
    expect(view.locator(".jp-mlstudio-Outcome strong")).to_have_text("1")
    view.get_by_label(re.compile("carrier")).fill("AA")
    view.get_by_label(re.compile("origin")).fill("LGA")
    view.get_by_role("button", name="Predict", exact=True).click()
    expect(view.locator(".jp-mlstudio-Outcome strong")).to_have_text("0")
    expect(view.get_by_role("img", name=re.compile("Rows: 2"))).to_be_visible()


def refuse(view):
    view.get_by_role("button", name="JSON").click()
    view.get_by_label("Body of the request").fill('{"dataframe_records": [{"carrier": "UA"}]}')
    view.get_by_role("button", name="Predict", exact=True).click()
    expect(view.locator(".jp-mlstudio-Outcome-problem")).to_contain_text("origin")


def reload(lab, page):
    page.wait_for_timeout(1500)  # the layout is saved a moment after it has changed
    page.goto(f"{lab.url}lab")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    expect(page.locator(".jp-mlstudio-EndpointView")).to_contain_text("Ready")


def roll(page, view):
    view.get_by_role("button", name="Roll to…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Model").select_option(index=1)
    dialog.get_by_role("button", name="Roll", exact=True).click()
    serving = view.locator(".jp-mlstudio-Deployments li", has_text="in service")
    expect(view.locator(".jp-mlstudio-Deployments li")).to_have_count(2)
    expect(serving).not_to_contain_text("late-flights 1")


def stop_and_remove(page, view):
    page.locator(PANEL).click()
    row = page.get_by_role("list", name="Endpoints").get_by_role("listitem")
    row.get_by_role("button", name="Stop late-flights").click()
    expect(view.get_by_role("button", name="Start again")).to_be_visible()
    view.get_by_role("button", name="Remove…").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No endpoint yet")).to_be_visible()
    expect(view).to_contain_text("This endpoint was removed")


def execute(page, command, arguments):
    page.evaluate("([id, args]) => void window.jupyterapp.commands.execute(id, args)", [command, arguments])
