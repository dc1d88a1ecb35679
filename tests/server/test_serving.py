"""Endpoints over HTTP, and predictions through the Jupyter server."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.serving.types import EndpointRecord
from jupyter_mlstudio.studio import Studio
from jupyter_mlstudio_server.events import Looks

SAVING = """
import sys, warnings
warnings.simplefilter("ignore")
import mlflow.sklearn, numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression

class Sleeper:
    "Predicts as many seconds as the row says."

    def fit(self, *_):
        return self

    def predict(self, frame):
        import time

        time.sleep(min(float(frame["seconds"].iloc[0]), 5.0))
        return np.asarray(frame["seconds"])

def save(name, model, example):
    mlflow.sklearn.save_model(model, f"{sys.argv[1]}/{name}", input_example=example,
        serialization_format="cloudpickle", pip_requirements=["scikit-learn"])

frame = pd.DataFrame({"distance": np.linspace(0, 1, 20), "hour": np.arange(20.0)})
for name, answers in (("one", ("late", "on time")), ("two", ("LATE", "ON TIME"))):
    save(name, LogisticRegression().fit(frame, np.where(frame["distance"] > 0.5, *answers)), frame.head(2))
save("sleeper", Sleeper(), pd.DataFrame({"seconds": [0.0]}))
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

    async def make(folder="models/one", **options):
        endpoint = await ask(method="POST", body={"endpoint": "delay", "folder": folder, "trust": True, **options})
        assert endpoint["state"] == "starting"
        return await settled(ask, endpoint["id"])

    yield make
    serving = Studio.open(project).serving
    for endpoint in serving.endpoints().items:
        serving.remove(endpoint.id)


@pytest.fixture
def pass_on(jp_fetch):
    """Sends something through the server to an endpoint, and returns the whole answer, good or bad."""

    async def pass_on(id, path, method="GET", body=None, params=None, **headers):
        headers = {"Content-Type": "application/json", **headers}
        where = ("mlstudio", "serving", "endpoints", id, path)
        options = {"raise_error": False, "follow_redirects": False, "request_timeout": 60, "connect_timeout": 60}
        return await jp_fetch(*where, method=method, body=body, params=params, headers=headers, **options)

    return pass_on


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


async def test_an_endpoint_is_deployed_asked_and_shown(ask, deploy, pass_on):
    deployed = await deploy()
    one = deployed["id"]
    assert deployed["path"] == f"mlstudio/serving/endpoints/{one}/invocations"
    assert await ask(one, "invocations", method="POST", body=ROWS) == {"predictions": ["on time", "late"]}
    csv = await ask(one, "invocations", method="POST", raw="distance,hour\n0.9,18\n", **{"Content-Type": "text/csv"})
    assert csv == {"predictions": ["late"]}
    proba = {**ROWS, "params": {"predict_method": "predict_proba"}}
    assert len((await ask(one, "invocations", method="POST", body=proba))["predictions"][0]) == 2
    bad = {"dataframe_records": [{"distanse": 0.1, "hour": 1.0}]}
    status, body = await refused(ask(one, "invocations", method="POST", body=bad))
    assert (status, body["nearest"]) == (400, "distance")
    stats = await ask(one, "stats")
    assert (stats["requests"], stats["rows"], stats["errors"]) == (4, 5, 1)
    assert isinstance((await ask(one, "log"))["lines"], list)
    await check_the_detail(ask, deployed)
    await check_the_key(ask, deployed)
    await check_what_else_is_passed_on(pass_on, one)


async def check_the_detail(ask, deployed):
    detail = await ask(deployed["id"])
    assert [column["name"] for column in detail["signature"]["inputs"]] == ["distance", "hour"]
    assert detail["signature"]["example"] == [
        {"distance": 0.0, "hour": 0.0},
        {"distance": pytest.approx(1 / 19), "hour": 1.0},
    ]
    assert detail["signature"]["methods"][:2] == ["predict", "predict_proba"]
    assert [(way["number"], way["report"]["way"]) for way in detail["ways"]] == [(1, "compiled")]
    assert [snippet["title"] for snippet in detail["snippets"]] == ["Studio", "Python", "curl", "JavaScript"]
    assert all(deployed["url"] in snippet["text"] for snippet in detail["snippets"][1:])
    key = (await ask(deployed["id"], "key"))["key"]
    assert key not in json.dumps(detail)


async def check_the_key(ask, deployed):
    key = (await ask(deployed["id"], "key"))["key"]
    url, client = f"{deployed['url']}/invocations", AsyncHTTPClient()
    options = {"method": "POST", "body": json.dumps(ROWS), "raise_error": False}
    assert (await client.fetch(url, **options)).code == 401
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    answer = await client.fetch(url, headers=headers, **options)
    assert json.loads(answer.body) == {"predictions": ["on time", "late"]}
    assert (await ask(deployed["id"], "key", method="POST"))["key"] != key
    assert (await client.fetch(url, headers=headers, **options)).code == 401


async def check_what_else_is_passed_on(pass_on, one):
    added = {"1795404743716": ""}  # by JupyterLab
    assert (await pass_on(one, "invocations", "POST", json.dumps(ROWS), params=added)).code == 200  # the key is new
    document = await pass_on(one, "proxy/openapi.json")
    assert "/invocations" in json.loads(document.body).get("paths", document.body)
    page = await pass_on(one, "proxy/")
    assert (page.code, page.headers["Content-Type"].partition(";")[0]) == (200, "text/html")
    assert (await pass_on(one, "proxy")).headers["Location"].endswith(f"{one}/proxy/")
    assert "connect-src 'self'" in page.headers["Content-Security-Policy"]
    many = json.dumps({"dataframe_records": ROWS["dataframe_records"] * 20_000})
    answer = await pass_on(one, "invocations", "POST", many)
    assert len(json.loads(answer.body)["predictions"]) == 40_000
    later = await pass_on(one, "invocations", "POST", json.dumps(ROWS), Prefer="respond-async")
    assert later.code == 202
    request = json.loads(later.body)["id"]
    assert later.headers["Location"].endswith(f"/mlstudio/serving/endpoints/{one}/proxy/async/{request}")
    for _ in range(200):
        found = await pass_on(one, f"proxy/async/{request}")
        if found.code != 202:
            break
        await asyncio.sleep(0.02)
    assert json.loads(found.body) == {"predictions": ["on time", "late"]}
    listed = json.loads((await pass_on(one, "requests")).body)
    assert [(item["id"], item["state"]) for item in listed["items"]] == [(request, "succeeded")]
    assert json.loads((await pass_on(one, f"requests/{request}", "DELETE")).body)["id"] == request
    assert json.loads((await pass_on(one, "requests")).body) == {"items": [], "waiting": 0}
    large = await pass_on(one, "invocations", "POST", b" " * (66 * 2**20))
    assert large.code in (413, 599)  # or the connection is cut before all of it was sent


async def test_an_endpoint_is_split_rolled_back_scaled_stopped_and_started(ask, deploy):
    deployed = await deploy()
    one = deployed["id"]
    rolled = await ask(one, "roll", method="POST", body={"folder": "models/two", "trust": True, "weight": 20})
    assert (rolled["state"], rolled["deployment"]["number"], rolled["rolling_to"]["number"]) == ("ready", 1, 2)
    assert [(share["number"], share["weight"]) for share in (await settled(ask, one))["traffic"]] == [(1, 80), (2, 20)]
    answers = [await ask(one, "invocations", method="POST", body=ROWS) for _ in range(20)]
    assert answers.count({"predictions": ["ON TIME", "LATE"]}) in (3, 4, 5)
    shares = [{"number": 1, "weight": 0}, {"number": 2, "weight": 1}]
    await ask(one, "traffic", method="PUT", body={"shares": shares})
    await settled(ask, one)
    assert await ask(one, "invocations", method="POST", body=ROWS) == {"predictions": ["ON TIME", "LATE"]}
    assert (await refused(ask(one, "traffic", method="PUT", body={"shares": [{"number": 7}]})))[0] == 400
    await ask(one, "promote", method="POST", body={"number": 2})
    assert [share["number"] for share in (await settled(ask, one))["traffic"]] == [2]
    await ask(one, "rollback", method="POST", body={"number": 1})
    assert (await settled(ask, one))["deployment"]["number"] == 1
    scaling = {"min_workers": 0, "max_workers": 2, "idle_seconds": 30}
    assert (await ask(one, "scaling", method="PUT", body=scaling))["scaling"]["min_workers"] == 0
    capture = {"share": 0.5, "masked": ["hour"]}
    assert (await ask(one, "capture", method="PUT", body=capture))["capture"]["masked"] == ["hour"]
    await asyncio.sleep(1)  # a kept connection may bring one more answer of the former model
    await ask(one, "sleep", method="POST")
    assert await ask(one, "invocations", method="POST", body=ROWS) == {"predictions": ["on time", "late"]}
    assert (await ask(one, "wake", method="POST"))["state"] == "ready"
    assert (await ask(one, "stop", method="POST"))["state"] == "stopped"
    await asyncio.sleep(1)  # for so long the address is remembered
    status, body = await refused(ask(one, "invocations", method="POST", body=ROWS))
    assert (status, body["reason"]) == (409, "not_ready")
    assert (await refused(ask(one, "sleep", method="POST")))[0] == 409
    await ask(one, "start", method="POST")
    assert (await settled(ask, one))["port"] == deployed["port"]


async def test_a_worker_that_is_killed_in_the_middle_is_told_and_replaced(deploy, pass_on, project):
    deployed = await deploy("models/sleeper")
    assert (deployed["state"], deployed["message"]) == ("ready", "")
    body = json.dumps({"dataframe_records": [{"seconds": 5.0}]})
    asked = asyncio.ensure_future(pass_on(deployed["id"], "invocations", "POST", body))
    await asyncio.sleep(0.3)
    status = project / ".mlstudio" / "endpoints" / deployed["id"] / "status.json"
    [worker] = json.loads(status.read_text())["workers"]
    os.kill(worker["pid"], signal.SIGKILL)
    answer = await asked
    assert (answer.code, json.loads(answer.body)["reason"]) == (503, "worker_ended")
    assert answer.headers["Retry-After"] == "1"
    body = json.dumps({"dataframe_records": [{"seconds": 0.0}]})
    assert json.loads((await pass_on(deployed["id"], "invocations", "POST", body)).body) == {"predictions": [0.0]}


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


def test_aliases_on_a_tracking_server_are_asked_for_by_the_engine_process(tmp_path):
    studio = Studio.open(tmp_path, tracking_uri="http://127.0.0.1:9")
    asked = threading.Event()
    look = Looks(studio, SimpleNamespace(serving=SimpleNamespace(catch_up=asked.set)))
    studio.serving.endpoints()
    look()
    assert not asked.wait(0.1)
    followed = {"follow": {"name": "delay", "alias": "champion"}}
    studio.serving._store.add(
        EndpointRecord(id="1", name="x", port=None, wanted=False, deployments=[], created_at=now(), **followed)
    )
    look._next = 0.0
    look()
    assert asked.wait(5)
    asked.clear()
    look()
    assert not asked.wait(0.1)
