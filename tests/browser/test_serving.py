"""From a run to a watched endpoint in the panel, as a user goes."""

import re
import time

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=60_000)  # the first registration waits until MLflow is imported

PANEL = '[data-id="mlstudio-serving"]'
MOST = 200


@pytest.fixture
def run_ids(lab):
    import pandas as pd
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder
    from sklearn.tree import DecisionTreeClassifier

    from jupyter_mlstudio import Studio

    flights = pd.DataFrame({"carrier": ["UA", "AA", "UA", "B6"], "origin": ["JFK", "LGA", "EWR", "JFK"]})
    pd.concat([flights] * 50).to_csv(lab.project / "train.csv", index=False)
    ids = []
    for name in ("tree", "second tree"):
        model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), DecisionTreeClassifier())
        with Studio.open(lab.project).track("late flights", name=name) as run:
            run.log_model(model.fit(flights, [1, 0, 1, 0]), input_example=flights)
        ids.append(run.id)
    return ids


def test_a_run_is_deployed_predicts_shares_its_traffic_sleeps_wakes_and_is_watched(lab, page, run_ids):
    register_and_deploy(page, run_ids[0])
    view = page.locator(".jp-mlstudio-EndpointView")
    expect(view.get_by_role("heading", name="late-flights")).to_be_visible()
    predict(view)
    refuse(view)
    reload(lab, page)
    split(page, view)
    sleep_and_wake(view)
    watch(lab, page, view)
    stop_and_remove(page, view)


def register_and_deploy(page, run_id):
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


def predict(view):
    expect(view.get_by_label(re.compile("carrier"))).to_have_value("UA")
    view.get_by_role("button", name="Predict", exact=True).click()
    expect(view.locator(".jp-mlstudio-Outcome strong")).to_have_text("1")
    view.get_by_label(re.compile("carrier")).fill("AA")
    view.get_by_label(re.compile("origin")).fill("LGA")
    view.get_by_role("button", name="Predict", exact=True).click()
    expect(view.locator(".jp-mlstudio-Outcome strong")).to_have_text("0")
    expect(view.get_by_text("2 in all")).to_be_visible()
    expect(view.get_by_role("button", name=re.compile("compiled|original")).first).to_be_visible()


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


def split(page, view):
    view.get_by_role("button", name="Deploy another…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Run", exact=True).click()
    dialog.get_by_role("button", name="Canary").click()
    dialog.get_by_role("button", name="Deploy", exact=True).click()
    canary = view.get_by_role("spinbutton", name=re.compile("Traffic of"))
    expect(canary).to_have_count(2)
    canary.last.fill("40")
    expect(canary.first).to_have_value("60")
    view.get_by_role("button", name="Apply").click()
    expect(view.get_by_role("button", name="Apply")).to_have_count(0)
    view.get_by_role("button", name="Promote").first.click()
    expect(view.get_by_text("One more deployment")).to_be_visible()


def sleep_and_wake(view):
    view.get_by_role("button", name="Sleep").click()
    expect(view.locator(".jp-mlstudio-Headline")).to_contain_text("Asleep")
    view.get_by_role("button", name="Predict", exact=True).click()
    expect(view.locator(".jp-mlstudio-Outcome strong")).to_have_text("1")
    expect(view.locator(".jp-mlstudio-Headline")).to_contain_text("Ready")


def watch(lab, page, view):
    view.get_by_role("button", name="Monitoring").click()
    monitor = page.locator(".jp-mlstudio-MonitorView")
    monitor.get_by_role("button", name="Keep requests and answers").click()
    expect(monitor.get_by_text("Waiting for requests")).to_be_visible()
    ask_for_something_new(lab)
    monitor.get_by_role("button", name="Change…").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("select").select_option(label="A table of this project…")
    dialog.get_by_role("button", name="Compare").click()
    page.get_by_role("dialog").locator("input").fill("train.csv")
    page.get_by_role("dialog").get_by_role("button", name="Compare").click()
    expect(monitor.get_by_text("Compared with a file")).to_be_visible()
    monitor.get_by_role("button", name="Check now").first.click()
    expect(monitor.get_by_role("button", name=re.compile("^carrier.*drifted"))).to_be_visible()
    expect(monitor.get_by_text("ZZ", exact=True)).to_be_visible()
    monitor.get_by_role("button", name="Endpoint", exact=True).click()


def ask_for_something_new(lab):
    """Ask for carriers that training never saw, and wait until the requests are on disk."""
    from jupyter_mlstudio import Studio

    studio = Studio.open(lab.project)
    endpoint = studio.endpoint("late-flights")
    endpoint.predict([{"carrier": "ZZ", "origin": "JFK"}] * MOST)
    while studio.monitoring.monitor(endpoint.id).captured_rows < MOST:
        time.sleep(0.05)


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
