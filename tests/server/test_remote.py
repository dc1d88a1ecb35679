"""The routes over a store on another machine: the engine process asks a real tracking server."""

import asyncio
import json
import socket
import subprocess
import sys
import time

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_mlstudio.experiments.reading.packed import Packed
from jupyter_mlstudio.studio import Studio

LOGGING = """
import sys, warnings
warnings.simplefilter("ignore")
import pandas as pd
from sklearn.linear_model import LinearRegression
from jupyter_mlstudio import Studio
miles = pd.DataFrame({"miles": [0.0, 1.0]})
with Studio.open(sys.argv[1], tracking_uri=sys.argv[2]).track("routes", name="baseline") as run:
    run.log_metric("loss", 0.5)
    run.log_text("hello", "remark.txt")
    run.log_model(LinearRegression().fit(miles, [0.0, 2.0]), input_example=miles)
print(run.id)
"""


@pytest.fixture
def jp_server_config(jp_server_config, address):
    return {**jp_server_config, "StudioApp": {"tracking_uri": address}}


@pytest.fixture
def ask(jp_fetch):
    async def ask(*path, method="GET", body=None, **params):
        content = None if body is None else json.dumps(body)
        response = await jp_fetch(
            "mlstudio", *path, method=method, body=content, params=params, allow_nonstandard_methods=True,
            headers={"Content-Type": "application/json"}, request_timeout=60,
        )  # fmt: skip
        return json.loads(response.body) if response.body else None

    return ask


async def copied(jp_fetch, name, here, **params):
    """Ask for packed columns until the engine process has copied what is looked for."""
    for _ in range(600):
        header = Packed((await jp_fetch("mlstudio", "experiments", name, params=params)).body).header
        if here(header):
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"Not copied after 60 s: {header}")


class TestThere:
    @pytest.fixture
    def address(self, tracking_server):
        return tracking_server

    @pytest.fixture
    def run_id(self, project, address):
        command = [sys.executable, "-c", LOGGING, str(project), address]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout.split()[-1]  # MLflow prints links before it

    async def test_a_run_is_shown_and_its_model_registered_and_deployed(self, ask, jp_fetch, project, address, run_id):
        before = set(sys.modules)
        listed = await ask("experiments")
        assert (listed["store"], listed["live"]) == (address, False)
        assert [run["id"] for run in (await ask("experiments", "runs", experiment="routes"))["items"]] == [run_id]
        assert (await ask("experiments", "series", ids=run_id, metric="loss"))["items"][0]["values"] == [0.5]
        run = ("experiments", "runs", run_id)
        (model,) = (await ask(*run))["models"]
        for path in ("remark.txt", f"{model['id']}/MLmodel"):
            assert (await jp_fetch("mlstudio", *run, "artifact", params={"path": path})).body
        await copied(jp_fetch, "table", lambda header: header["own"]["id"] == [run_id], experiment="routes")
        await copied(jp_fetch, "curves", lambda header: len(header["items"]) == 1, ids=run_id, metrics="loss")
        await ask(*run, method="DELETE")
        assert (await ask("experiments", "runs", experiment="routes"))["total"] == 0
        await copied(jp_fetch, "table", lambda header: header["total"] == 0, experiment="routes")
        assert not (await ask(*run, "restore", method="POST"))["deleted"]

        version = await ask("registry", "versions", method="POST", body={"name": "routed", "run_id": run_id})
        assert (await ask("registry", "models", "routed", "versions"))["items"] == [version]
        assert "routed" in [model["name"] for model in (await ask("registry", "models"))["items"]]
        spec = {"endpoint": "routed", "model": {"name": "routed", "version": 1}}
        endpoint = await ask("serving", "endpoints", method="POST", body=spec)
        try:
            Studio.open(project).serving.wait(endpoint["id"], 60)
            rows = {"dataframe_records": [{"miles": 0.5}]}
            answer = await ask("serving", "endpoints", endpoint["id"], "invocations", method="POST", body=rows)
            assert answer == {"predictions": [pytest.approx(1.0)]}
        finally:
            await ask("serving", "endpoints", endpoint["id"], method="DELETE")
            await ask("registry", "models", "routed", method="DELETE")
        new = {name.partition(".")[0] for name in set(sys.modules) - before}
        assert not new & {"mlflow", "pandas", "numpy", "sklearn"}


class TestNotThere:
    @pytest.fixture
    def silent(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            yield silent

    @pytest.fixture
    def address(self, silent):
        return f"http://127.0.0.1:{silent.getsockname()[1]}"

    async def test_panels_are_told_and_the_loop_goes_on_while_they_wait(self, ask, jp_fetch, silent, address):
        waiting = asyncio.create_task(ask("experiments"))
        line, _ = await asyncio.get_running_loop().run_in_executor(None, silent.accept)  # it has asked, and waits now
        begun = time.monotonic()
        await jp_fetch("api", "status")
        assert (await ask("jobs"))["items"] == []
        assert time.monotonic() - begun < 2
        assert not waiting.done()
        line.close()
        silent.close()
        for answer in (waiting, ask("registry", "models"), ask("experiments", "runs")):
            begun = time.monotonic()
            with pytest.raises(HTTPClientError) as failed:
                await answer
            told = json.loads(failed.value.response.body)
            assert (failed.value.code, told["reason"]) == (502, "store_unreachable")
            assert address in told["message"]
            assert time.monotonic() - begun < 5
