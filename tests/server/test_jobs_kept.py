"""Kernels of jobs over HTTP: run on in them, attach to them, let them go."""

import asyncio
import json
from uuid import uuid4

import pytest
from tornado.httpclient import HTTPClientError


@pytest.fixture
def write(project):
    def write(*sources):
        cells = [
            {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
            for source in sources
        ]
        metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
        body = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
        (project / "a.ipynb").write_text(json.dumps(body))

    return write


@pytest.fixture
def call(jp_fetch):
    async def call(*path, body=None):
        text = None if body is None else json.dumps(body)
        answer = await jp_fetch("mlstudio", "jobs", *path, method="GET" if body is None else "POST", body=text)
        return json.loads(answer.body)

    return call


async def until(call, id, condition):
    for _ in range(600):
        found = await call(id)
        if condition(found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("it never came true")


async def execute(jp_ws_fetch, kernel, code):
    """Run code over the server's websocket as JupyterLab does; return what it shows."""
    socket = await jp_ws_fetch("api", "kernels", kernel, "channels")
    header = {"msg_id": uuid4().hex, "msg_type": "execute_request", "session": "s", "username": "", "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    await socket.write_message(json.dumps({**message, "buffers": []}))
    shown = []
    while True:
        answer = json.loads(await asyncio.wait_for(socket.read_message(), 20))
        if answer["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        if answer["msg_type"] == "execute_result":
            shown.append(answer["content"]["data"]["text/plain"])
        if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
            socket.close()
            return shown


async def test_a_console_talks_to_the_kernel_of_a_failed_job_which_then_runs_on(write, call, jp_fetch, jp_ws_fetch):
    write("x = 20", "y = x / zero", "x + y")
    job = await call(body={"notebook": "a.ipynb"})
    await until(call, job["id"], lambda found: found["kept_until"])
    target = await call(job["id"], "console", body={})
    assert target == await call(job["id"], "console", body={})
    assert await execute(jp_ws_fetch, target["kernel_id"], "zero = 10\nx + 1") == ["21"]
    kernels = json.loads((await jp_fetch("api", "kernels")).body)
    assert target["kernel_id"] in [kernel["id"] for kernel in kernels]
    await jp_fetch("api", "kernels", target["kernel_id"], method="DELETE")  # lets go of it here only
    cells = await call(job["id"], "source")
    assert [(cell["number"], cell["source"]) for cell in cells["items"]][1] == (2, "y = x / zero")
    running = await call(job["id"], "resume", body={"cells": {}})
    assert (running["state"], running["attempt"]) == ("running", 2)
    ended = await until(call, job["id"], lambda found: found["ended_at"])
    assert (ended["state"], ended["cells_done"]) == ("succeeded", 3)
    with pytest.raises(HTTPClientError) as refused:
        await call(job["id"], "resume", body={})
    assert refused.value.code == 409


async def test_a_console_follows_a_running_job_and_is_gone_after_it(write, call, jp_fetch, jp_ws_fetch):
    write("import time", "while 'go' not in globals(): time.sleep(0.05)", "go")
    job = await call(body={"notebook": "a.ipynb"})
    await until(call, job["id"], lambda found: found["cell"] == 2)
    target = await call(job["id"], "console", body={})
    kernel = json.loads((await jp_fetch("api", "kernels", target["kernel_id"])).body)
    assert kernel["name"] == "python3"
    await jp_fetch("mlstudio", "jobs", job["id"], "stop", method="POST", body="{}")
    await until(call, job["id"], lambda found: found["ended_at"])
    for _ in range(200):
        if target["kernel_id"] not in (await jp_fetch("api", "kernels")).body.decode():
            break
        await asyncio.sleep(0.1)
    with pytest.raises(HTTPClientError) as refused:
        await call(job["id"], "console", body={})
    assert refused.value.code == 409
    assert "no kernel on this machine" in json.loads(refused.value.response.body)["message"]


async def test_a_kept_kernel_is_released(write, call):
    write("1 / 0")
    job = await call(body={"notebook": "a.ipynb"})
    await until(call, job["id"], lambda found: found["kept_until"])
    assert (await call(job["id"], "release", body={}))["kept_until"] is None
