"""Endpoints over HTTP, and predictions through the Jupyter server."""

import asyncio
import json
import shutil
import subprocess
import sys

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from jupyter_mlstudio.studio import Studio

SAVING = """
import sys, warnings
warnings.simplefilter("ignore")
import mlflow.sklearn, numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
frame = pd.DataFrame({"distance": np.linspace(0, 1, 20), "hour": np.arange(20.0)})
for name, answers in (("one", ("late", "on time")), ("two", ("LATE", "ON TIME"))):
    model = LogisticRegression().fit(frame, np.where(frame["distance"] > 0.5, *answers))
    mlflow.sklearn.save_model(model, f"{sys.argv[1]}/{name}", input_example=frame.head(2),
        serialization_format="cloudpickle", pip_requirements=["scikit-learn"])
"""
ROWS = {"dataframe_records": [{"distance": 0.1, "hour": 1.0}, {"distance": 0.9, "hour": 18.0}]}


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    subprocess.run([sys.executable, "-c", SAVING, folder], check=True, capture_output=True)
    return folder


@pytest.fixture
def ask(jp_fetch, project, saved):
    shutil.copytree(saved, project / "models")

    async def ask(*path, method="GET", body=None, raw=None, **headers):
        content = raw if raw is not None else None if body is None else json.dumps(body)
        if method == "POST" and content is None:
            content = ""
        headers = {"Content-Type": "application/json", **headers}
        response = await jp_fetch(
            "mlstudio", "serving", "endpoints", *path, method=method, body=content, headers=headers, request_timeout=60
        )
        return json.loads(response.body) if response.body else None

    return ask


@pytest.fixture
def deploy(ask, project):
    """Makes an endpoint that answers; it ends with the test."""

    async def make():
        endpoint = await ask(method="POST", body={"endpoint": "delay", "folder": "models/one", "trust": True})
        assert endpoint["state"] == "starting"
        return await settled(ask, endpoint["id"])

    yield make
    serving = Studio.open(project).serving
    for endpoint in serving.endpoints().items:
        serving.remove(endpoint.id)


async def settled(ask, id):
    for _ in range(600):
        endpoint = (await ask(id))["endpoint"]
        if endpoint["state"] != "starting" and endpoint["rolling_to"] is None:
            return endpoint
        await asyncio.sleep(0.05)
    raise AssertionError(endpoint)


async def refused(call):
    with pytest.raises(HTTPClientError) as failed:
        await call
    return failed.value.code, json.loads(failed.value.response.body)


async def test_a_project_without_endpoints_answers_an_empty_list(ask):
    assert await ask() == {"items": []}


async def test_an_endpoint_predicts_through_the_jupyter_server(ask, deploy):
    deployed = await deploy()
    one = deployed["id"]
    assert deployed["path"] == f"mlstudio/serving/endpoints/{one}/invocations"
    assert await ask(one, "invocations", method="POST", body=ROWS) == {"predictions": ["on time", "late"]}
    csv = await ask(one, "invocations", method="POST", raw="distance,hour\n0.9,18\n", **{"Content-Type": "text/csv"})
    assert csv == {"predictions": ["late"]}
    proba = {**ROWS, "params": {"predict_method": "predict_proba"}}
    assert len((await ask(one, "invocations", method="POST", body=proba))["predictions"][0]) == 2
    stats = await ask(one, "stats")
    assert (stats["requests"], stats["rows"], stats["errors"]) == (3, 5, 0)


async def test_refusals_of_the_endpoint_are_passed_on(ask, deploy):
    deployed = await deploy()
    bad = {"dataframe_records": [{"distanse": 0.1, "hour": 1.0}]}
    status, body = await refused(ask(deployed["id"], "invocations", method="POST", body=bad))
    assert (status, body["reason"], body["nearest"]) == (400, "extra_column", "distance")


async def test_the_endpoints_own_port_wants_its_key(ask, deploy):
    deployed = await deploy()
    key = (await ask(deployed["id"], "key"))["key"]
    url, client = f"{deployed['url']}/invocations", AsyncHTTPClient()
    options = {"method": "POST", "body": json.dumps(ROWS), "raise_error": False}
    assert (await client.fetch(url, **options)).code == 401
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    answer = await client.fetch(url, headers=headers, **options)
    assert json.loads(answer.body) == {"predictions": ["on time", "late"]}
    assert (await ask(deployed["id"], "key", method="POST"))["key"] != key
    assert (await client.fetch(url, headers=headers, **options)).code == 401


async def test_the_detail_has_what_a_caller_needs(ask, deploy):
    deployed = await deploy()
    detail = await ask(deployed["id"])
    assert [column["name"] for column in detail["signature"]["inputs"]] == ["distance", "hour"]
    assert detail["signature"]["example"] == [
        {"distance": 0.0, "hour": 0.0},
        {"distance": pytest.approx(1 / 19), "hour": 1.0},
    ]
    assert detail["signature"]["methods"][:2] == ["predict", "predict_proba"]
    key = (await ask(deployed["id"], "key"))["key"]
    assert key not in json.dumps(detail)
    assert deployed["url"] in detail["snippets"][2]["text"]


async def test_an_endpoint_is_rolled_back_stopped_and_started(ask, deploy):
    deployed = await deploy()
    one = deployed["id"]
    rolled = await ask(one, "roll", method="POST", body={"folder": "models/two", "trust": True})
    assert (rolled["state"], rolled["deployment"]["number"], rolled["rolling_to"]["number"]) == ("ready", 1, 2)
    assert (await settled(ask, one))["deployment"]["number"] == 2
    assert await ask(one, "invocations", method="POST", body=ROWS) == {"predictions": ["ON TIME", "LATE"]}
    await ask(one, "rollback", method="POST", body={"number": 1})
    assert (await settled(ask, one))["deployment"]["number"] == 1
    assert (await ask(one, "stop", method="POST"))["state"] == "stopped"
    status, body = await refused(ask(one, "invocations", method="POST", body=ROWS))
    assert (status, body["reason"]) == (409, "not_ready")
    assert (await refused(ask(one, "stats")))[0] == 409
    assert (await ask(one, "start", method="POST"))["state"] == "starting"
    assert (await settled(ask, one))["port"] == deployed["port"]


async def test_a_model_from_elsewhere_wants_trust(ask):
    status, body = await refused(ask(method="POST", body={"endpoint": "x", "folder": "models/one"}))
    assert (status, body["reason"]) == (400, "untrusted")
    assert await ask() == {"items": []}


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"endpoint": "x", "folder": "../models/one"}, 400, "outside"),
        ({"endpoint": "x", "folder": "/etc"}, 400, "outside"),
        ({"endpoint": "x", "folder": "nowhere"}, 404, "not_found"),
        ({"endpoint": "x", "run_id": "0" * 32}, 404, "no_model"),
        ({"endpoint": "x", "model": {"name": "late", "version": 1}}, 404, "not_found"),
        ({"endpoint": "x"}, 400, "invalid"),
        ({"endpoint": "x y", "folder": "models/one"}, 400, "invalid"),
        ({"endpoint": "x", "folder": "models/one", "port": 0}, 400, "invalid"),
    ],
)
async def test_what_cannot_be_deployed_is_told(ask, body, status, reason):
    code, answer = await refused(ask(method="POST", body=body))
    assert (code, answer["reason"]) == (status, reason)
    assert await ask() == {"items": []}


async def test_an_unknown_endpoint_is_not_found(ask):
    for path, method in ((("1",), "GET"), (("1", "stop"), "POST"), (("1", "key"), "GET"), (("1",), "DELETE")):
        assert (await refused(ask(*path, method=method)))[0] == 404
    assert (await refused(ask("1", "invocations", method="POST", body=ROWS)))[0] == 404


async def test_the_log_can_be_read(ask, deploy):
    deployed = await deploy()
    assert isinstance((await ask(deployed["id"], "log"))["lines"], list)
