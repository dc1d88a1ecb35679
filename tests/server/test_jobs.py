"""Jobs over HTTP, and what is left of them after the server was killed."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from tornado.httpclient import HTTPClientError

SLOW = "import time\nfor i in range(60):\n    print('tick', i, flush=True)\n    time.sleep(0.1)"


@pytest.fixture
def write(project):
    def write(name, *sources, parameters=None):
        tagged = [] if parameters is None else [(parameters, ["parameters"])]
        cells = [
            {"cell_type": "code", "metadata": {"tags": tags}, "source": source, "outputs": [], "execution_count": None}
            for source, tags in [*tagged, *((source, []) for source in sources)]
        ]
        metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
        (project / name).write_text(
            json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4})
        )
        return name

    return write


@pytest.fixture
def call(jp_fetch):
    async def call(*path, method="GET", body=None, **query):
        body = json.dumps(body or {}) if method == "POST" else None
        answer = await jp_fetch("mlstudio", "jobs", *path, method=method, body=body, params=query)
        return json.loads(answer.body) if answer.body else answer.code

    return call


async def ended(call, job):
    for _ in range(600):
        found = await call(job["id"])
        if found["ended_at"] is not None:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError("the job did not end")


async def refused(awaitable):
    with pytest.raises(HTTPClientError) as failed:
        await awaitable
    return failed.value.code, json.loads(failed.value.response.body)


async def test_a_submitted_job_is_listed_and_tells_what_it_does(call, write):
    write("a.ipynb", "print(rows)", parameters="rows = 3  # how many")
    job = await call(method="POST", body={"notebook": "a.ipynb", "parameters": {"rows": 5}})
    assert job["state"] in ("queued", "running")
    done = await ended(call, job)
    assert (done["state"], done["cells_done"]) == ("succeeded", 3)
    listed = await call()
    assert (listed["items"], listed["next"], listed["total"], listed["unfinished"]) == ([done], None, 1, 0)
    assert listed["capacity"]["cpu"] == {"limit": 2, "used": 0}
    events = await call(job["id"], "events")
    assert [event["text"] for event in events["items"] if event["kind"] == "output"] == ["5\n"]
    nothing = {"items": [], "next": events["next"], "more": False, "job": done}
    assert await call(job["id"], "events", since=events["next"]) == nothing
    log = await call(job["id"], "log")
    assert "The job has succeeded" in log["text"]
    assert await call(job["id"], "log", since=log["next"]) == {"text": "", "next": log["next"]}


async def test_the_parameters_of_a_notebook_are_answered_with_their_types(call, write):
    write("a.ipynb", "1", parameters="rows = 3  # how many")
    assert await call("parameters", notebook="a.ipynb") == {
        "notebook": "a.ipynb", "language": "python", "kernel": "python3", "tagged": True, "typed": True,
        "items": [{
            "name": "rows", "type": "int", "nullable": False, "default": 3, "default_code": "3", "literal": True,
            "choices": None, "help": "how many",
        }],
    }  # fmt: skip


async def test_a_job_is_stopped_run_again_and_removed(call, write, project):
    write("a.ipynb", SLOW)
    job = await call(method="POST", body={"notebook": "a.ipynb"})
    status, answer = await refused(call(job["id"], method="DELETE"))
    assert (status, answer["reason"]) == (409, "running")
    await call(job["id"], "stop", method="POST")
    assert (await ended(call, job))["state"] == "stopped"
    write("a.ipynb", "1")
    again = await call(job["id"], "rerun", method="POST")
    done = await ended(call, again)
    assert done["state"] == "succeeded"
    assert await call(job["id"], method="DELETE") == 204
    assert await call(again["id"], method="DELETE", files="true") == 204
    assert not (project / done["output"]).exists()
    assert (await call())["items"] == []


async def test_the_list_is_filtered_and_turned_page_by_page(call, write):
    for name in ("one.ipynb", "two.ipynb"):
        write(name, "1")
    jobs = [
        await call(method="POST", body={"notebook": name, "name": title})
        for name, title in (("one.ipynb", "First 100%"), ("two.ipynb", "Second"), ("one.ipynb", "Third"))
    ]
    done = [await ended(call, job) for job in jobs]

    async def names(**query):
        return [job["name"] for job in (await call(**query))["items"]]

    assert await names(notebook="one.ipynb") == ["Third", "First 100%"]
    assert await names(search="100%") == ["First 100%"]
    assert await names(search="%") == ["First 100%"]
    assert await names(search=done[1]["id"]) == ["Second"]
    assert await names(state="succeeded,failed") == ["Third", "Second", "First 100%"]
    assert await names(state="queued") == []
    assert await names(owner="nobody") == []
    page = await call(limit=2)
    assert [job["name"] for job in page["items"]] == ["Third", "Second"]
    assert await names(limit=2, before=page["next"]) == ["First 100%"]
    for query in ({"state": "gone"}, {"before": "x"}):
        status, answer = await refused(call(**query))
        assert (status, answer["reason"]) == (400, "invalid")


@pytest.mark.parametrize(
    ("spec", "status", "words"),
    [
        ({"notebook": "b.ipynb"}, 404, "no file 'b.ipynb'"),
        ({"notebook": "../a.ipynb"}, 400, "outside the project"),
        ({"notebook": "a.ipynb", "parameters": {"rowz": 1}}, 400, "Did you mean 'rows'?"),
        ({"notebook": "a.ipynb", "parameters": {"rows": "x"}}, 400, "parameters.rows"),
        ({"notebook": "a.ipynb", "kernel": "julia"}, 400, "not installed"),
        ({"notebook": "a.ipynb", "sudo": True}, 400, "sudo"),
        ({"notebook": "a.ipynb", "resources": {"cpu": 99}}, 400, "resources.cpu"),
        ({"notebook": "a.ipynb", "executor": "moon"}, 400, "executor"),
        ({}, 400, "notebook"),
    ],
)
async def test_what_cannot_run_is_refused_with_a_reason(call, write, spec, status, words):
    write("a.ipynb", "1", parameters="rows = 3")
    found, answer = await refused(call(method="POST", body=spec))
    assert found == status
    assert words in answer["message"]


async def test_a_change_is_told_on_the_event_bus(call, write, jp_serverapp):
    heard = []

    async def listen(logger, schema_id, data):
        heard.append((data["kind"], data["id"]))

    jp_serverapp.event_logger.add_listener(
        schema_id="https://events.jupyter.org/jupyter_mlstudio/changed/v1", listener=listen
    )
    write("a.ipynb", "1")
    job = await call(method="POST", body={"notebook": "a.ipynb"})
    await ended(call, job)
    assert ("job", job["id"]) in heard


class Server:
    """A Jupyter server in a process of its own."""

    def __init__(self, project, home, port):
        self._project, self._home, self._url = project, home, f"http://127.0.0.1:{port}/mlstudio/jobs"
        self._port = port

    def start(self):
        command = [
            sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={self._port}",
            "--ServerApp.port_retries=0", "--IdentityProvider.token=secret", f"--ServerApp.root_dir={self._project}",
            "--ServerApp.jpserver_extensions={'jupyter_mlstudio_server': True}",
        ]  # fmt: skip
        names = ("CONFIG", "DATA", "RUNTIME")
        variables = {f"JUPYTER_{name}_DIR": str(self._home / name.lower()) for name in names}
        with (self._home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, env={**os.environ, **variables}, stdout=log, stderr=log)
        for _ in range(200):
            try:
                return self.call()
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise AssertionError((self._home / "server.log").read_text())

    def call(self, path="", body=None):
        request = urllib.request.Request(self._url + path, data=None if body is None else json.dumps(body).encode())
        request.add_header("Authorization", "token secret")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(project, tmp_path, port):
    running = Server(project, tmp_path, port)
    running.start()
    yield running
    running.kill()


def last_tick(server, job):
    texts = [event["text"] for event in server.call(f"/{job['id']}/events")["items"] if event["kind"] == "output"]
    return int(texts[-1].split()[-1]) if texts else -1


def until(condition):
    deadline = time.monotonic() + 60
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)
    return found


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_job_outlives_a_killed_server_goes_on_and_can_be_stopped_by_the_next_one(server, write):
    write("a.ipynb", SLOW)
    job, waiting, third = (server.call("", {"notebook": "a.ipynb"}) for _ in range(3))
    assert third["state"] == "queued"
    before = until(lambda: last_tick(server, job) > 3 and last_tick(server, job))
    server.kill()
    time.sleep(1)
    server.start()
    found = server.call(f"/{job['id']}")
    assert (found["state"], found["attempt"], found["started_at"]) == ("running", 1, job["started_at"])
    until(lambda: last_tick(server, job) > before + 5)
    server.call(f"/{job['id']}/stop", {})
    until(lambda: server.call(f"/{job['id']}")["state"] == "stopped")
    until(lambda: server.call(f"/{waiting['id']}")["state"] == "succeeded")
    until(lambda: server.call(f"/{third['id']}")["state"] == "succeeded")
    assert {each["attempt"] for each in server.call()["items"]} == {1}


def test_a_server_stops_at_once_while_jobs_run_and_they_go_on(server, write):
    write("a.ipynb", SLOW.replace("60", "600"))
    job, waiting, _ = (server.call("", {"notebook": "a.ipynb"}) for _ in range(3))
    until(lambda: last_tick(server, job) > 1)
    begun = time.monotonic()
    server.process.terminate()
    server.process.wait(timeout=10)
    assert time.monotonic() - begun < 4  # half of that where nothing else runs
    server.start()
    assert server.call(f"/{job['id']}")["state"] == "running"
    for each in server.call()["items"]:
        server.call(f"/{each['id']}/stop", {})
    until(lambda: server.call(f"/{waiting['id']}")["state"] == "stopped")
