"""Monitoring over HTTP, of a real endpoint that captures what it is asked."""

import asyncio
import json
import shutil
import subprocess
import sys

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_mlstudio.studio import Studio

SAVING = """
import pathlib, sys, warnings
warnings.simplefilter("ignore")
import mlflow.sklearn, numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from jupyter_mlstudio.introductions import keep_baseline
rng = np.random.default_rng(0)
frame = pd.DataFrame({"distance": rng.normal(size=500), "hour": rng.normal(size=500)})
model = LogisticRegression().fit(frame, np.where(frame["distance"] > 0, "late", "on time"))
folder = pathlib.Path(sys.argv[1], "late")
mlflow.sklearn.save_model(model, str(folder), input_example=frame.head(2), serialization_format="cloudpickle",
    pip_requirements=["scikit-learn"])
keep_baseline(folder, model, frame, "training_data", None, True)
"""
WORKFLOW = """
version: 1
nodes:
  - id: again
    notebook: again.ipynb
"""
JSON = {"Content-Type": "application/json"}
NOTEBOOK = {"cells": [], "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    subprocess.run([sys.executable, "-c", SAVING, folder], check=True, capture_output=True)
    return folder


@pytest.fixture
def ask(jp_fetch):
    async def ask(*path, method="GET", body=None, feature="monitoring", **query):
        content = None if method == "GET" else json.dumps(body or {})
        response = await jp_fetch(
            *("mlstudio", feature, *path),
            method=method,
            body=content,
            params=query,
            request_timeout=60,
            headers={**JSON},
        )
        return json.loads(response.body) if response.body else None

    return ask


@pytest.fixture
def deploy(ask, project, saved):
    """Makes an endpoint that was asked for rows whose distances are too long; it ends with the test."""
    shutil.copytree(saved, project / "models")

    async def make():
        spec = {"endpoint": "late", "folder": "models/late", "trust": True, "capture": {"share": 1.0}}
        endpoint = await ask("endpoints", feature="serving", method="POST", body=spec)
        here = ("endpoints", endpoint["id"])
        for _ in range(600):
            if (await ask(*here, feature="serving"))["endpoint"]["state"] != "starting":
                break
            await asyncio.sleep(0.05)
        rows = {"dataframe_records": [{"distance": 3.0 + place / 100, "hour": 0.1} for place in range(80)]}
        await ask(*here, "invocations", feature="serving", method="POST", body=rows)
        return endpoint["id"]

    yield make
    serving = Studio.open(project).serving
    for endpoint in serving.endpoints().items:
        serving.remove(endpoint.id)


async def refused(call):
    with pytest.raises(HTTPClientError) as failed:
        await call
    return failed.value.code, json.loads(failed.value.response.body)


async def test_a_project_without_endpoints_has_no_monitors(ask):
    assert await ask("monitors") == {"items": []}
    assert await ask("alerts") == {"items": []}
    assert (await refused(ask("monitors", "nobody")))[0] == 404


async def test_an_endpoint_is_watched_checked_and_its_model_trained_anew(ask, deploy, project):
    late = await deploy()
    for _ in range(100):
        if (await ask("monitors", late))["captured_rows"]:
            break
        await asyncio.sleep(0.05)
    monitor = await ask("monitors", late)
    assert (monitor["captured_rows"], monitor["message"], monitor["report"]) == (80, "", None)
    assert monitor["baseline"]["source"] == "training_data"
    await no_nonsense(ask, late)
    (project / "again.workflow.yaml").write_text(WORKFLOW)
    (project / "again.ipynb").write_text(json.dumps(NOTEBOOK))
    spec = {"retrain": {"workflow": "again.workflow.yaml"}, "every_minutes": 60}
    kept = await ask("monitors", late, method="PUT", body=spec)
    assert kept["next_check"] is not None

    report = await ask("monitors", late, "check", method="POST")
    assert (report["state"], report["rows"], report["columns"][0]["name"]) == ("drifted", 80, "distance")
    assert (await ask("monitors", late))["report"] == report
    assert [item["id"] for item in (await ask("monitors", late, "reports"))["items"]] == [report["id"]]
    assert await ask("monitors", late, "reports", report["id"]) == report
    alerts = (await ask("alerts"))["items"]
    assert {alert["report_id"] for alert in alerts} == {report["id"]}
    assert (await ask("alerts", alerts[0]["id"], "seen", method="POST"))["seen"] is True

    rows = await ask("monitors", late, "rows", report=report["id"], column="distance")
    assert (rows["rows"], (project / rows["path"]).is_file()) == (80, True)
    (project / "truth.csv").write_text("id,truth\nnobody,late\n")
    added = await ask("monitors", late, "truth", method="POST", body={"path": "truth.csv"})
    assert (added["rows"], added["matched"]) == (1, 0)
    taken = await ask("monitors", late, "baseline", method="POST", body={})
    assert taken["baseline"]["source"] == "captured"

    started = await ask("monitors", late, "retrain", method="POST")
    assert Studio.open(project).jobs.workflows.wait(started["run_id"], 60).run.state == "succeeded"


async def no_nonsense(ask, late):
    assert (await refused(ask("monitors", late, "retrain", method="POST")))[1]["reason"] == "no_workflow"
    assert (await refused(ask("monitors", late, method="PUT", body={"webhook": "ftp://here"})))[0] == 400
    assert (await refused(ask("monitors", late, method="PUT", body={"cron": "soon"})))[0] == 400
    assert (await refused(ask("monitors", late, "truth", method="POST", body={"path": "../x.csv"})))[0] == 400
    assert (await refused(ask("monitors", late, "reports", "0")))[0] == 404
