"""Schedules, sweeps, history and comparison over HTTP."""

import asyncio
import json

import pytest
from tornado.httpclient import HTTPClientError

CRON = {"kind": "cron", "cron": "30 7 * * MON-FRI", "timezone": "Europe/Berlin"}


@pytest.fixture
def call(jp_fetch, project):
    cells = [
        {"cell_type": "code", "metadata": {"tags": tags}, "source": source, "outputs": [], "execution_count": None}
        for source, tags in (("depth = 1", ["parameters"]), ("print(depth)", []))
    ]
    metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    (project / "a.ipynb").write_text(json.dumps(notebook))

    async def call(*path, method="GET", body=None, **query):
        text = json.dumps(body or {}) if method in ("POST", "PUT") else None
        answer = await jp_fetch("mlstudio", "jobs", *path, method=method, body=text, params=query)
        kind = answer.headers.get("Content-Type", "")
        return answer.code, json.loads(answer.body) if "json" in kind else answer.body.decode()

    return call


async def refused(call, *path, **more):
    with pytest.raises(HTTPClientError) as failure:
        await call(*path, **more)
    return failure.value.code, json.loads(failure.value.response.body)["message"]


async def until_ended(ask, part):
    for _ in range(600):
        if part((await ask())[1])["ended_at"] is not None:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it did not end")


async def test_a_schedule_is_kept_changed_paused_run_and_removed(call):
    spec = {"job": {"notebook": "a.ipynb"}, "trigger": CRON, "name": "mornings"}
    status, schedule = await call("schedules", method="POST", body=spec)
    assert (status, schedule["name"], len(schedule["next"]), schedule["last"]) == (201, "mornings", 5, [])
    own = ("schedules", schedule["id"])
    assert (await call(*own))[1]["words"] == "At 07:30 on Monday through Friday (Europe/Berlin)"
    _, changed = await call(
        *own, method="PUT", body={**spec, "trigger": {"kind": "interval", "every": 2, "unit": "days"}}
    )
    assert changed["words"] == "Every 2 days"
    assert (await call(*own, "pause", method="POST"))[1]["paused"] is True
    assert (await call(*own, "resume", method="POST"))[1]["paused"] is False
    status, firing = await call(*own, "run", method="POST")
    assert (status, firing["state"]) == (201, "made")
    _, jobs = await call(owner=schedule["id"])
    assert [job["id"] for job in jobs["items"]] == [firing["job_id"]]
    assert [each["id"] for each in (await call("schedules"))[1]["items"]] == [schedule["id"]]
    assert (await call(*own, method="DELETE"))[0] == 204
    assert (await refused(call, *own))[0] == 404


async def test_a_trigger_is_looked_at_before_it_is_saved(call):
    _, preview = await call("schedules", "preview", method="POST", body={"trigger": CRON})
    assert (preview["timezone"], len(preview["items"]), preview["files"]) == ("Europe/Berlin", 5, [])
    _, preview = await call(
        "schedules", "preview", method="POST", body={"trigger": {"kind": "file", "path": "*.ipynb"}}
    )
    assert (preview["items"], preview["files"]) == ([], ["a.ipynb"])
    wrong = {"trigger": {**CRON, "cron": "0 25 * * *"}}
    status, message = await refused(call, "schedules", "preview", method="POST", body=wrong)
    assert (status, message.startswith("trigger.cron: the hour")) == (400, True)


async def test_a_sweep_is_looked_at_run_and_shown_as_a_table(call):
    spec = {
        "job": {"notebook": "a.ipynb"},
        "space": {"kind": "grid", "values": {"depth": {"low": 1, "high": 3, "count": 3}}},
        "parallel": 1,
    }
    assert (await call("sweeps", "preview", method="POST", body=spec))[1]["count"] == 3
    status, sweep = await call("sweeps", method="POST", body=spec)
    assert (status, sweep["count"]) == (201, 3)
    own = ("sweeps", sweep["id"])
    _, table = await call(*own)
    assert [row["parameters"] for row in table["items"]] == [{"depth": 1}, {"depth": 2}, {"depth": 3}]
    await call(*own, "stop", method="POST")
    await until_ended(lambda: call(*own), lambda answer: answer["sweep"])
    assert (await call(*own, "csv"))[1].startswith("number,depth,state")
    assert [each["id"] for each in (await call("sweeps"))[1]["items"]] == [sweep["id"]]
    assert (await call(*own, method="DELETE", jobs="true"))[0] == 204
    assert (await call())[1]["items"] == []
    wrong = {**spec, "space": {"kind": "list", "items": [{"dept": 1}]}}
    status, message = await refused(call, "sweeps", "preview", method="POST", body=wrong)
    assert (status, "Did you mean 'depth'" in message) == (400, True)


async def test_jobs_are_looked_back_at_and_compared_in_the_engine_process(call):
    jobs = [(await call(method="POST", body={"notebook": "a.ipynb", "parameters": {"depth": n}}))[1] for n in (1, 2)]
    for job in jobs:
        await until_ended(lambda job=job: call(job["id"]), lambda answer: answer)
    _, history = await call("history", notebook="a.ipynb")
    assert (history["succeeded"], [item["parameters"] for item in history["items"]]) == (
        2,
        [{"depth": 1}, {"depth": 2}],
    )
    _, comparison = await call("compare", one=jobs[0]["id"], other=jobs[1]["id"])
    assert comparison["parameters"] == [{"name": "depth", "one": 1, "other": 2, "same": False}]
    assert [cell["kind"] for cell in comparison["items"]] == ["same", "changed", "changed"]
    status, _ = await refused(call, "compare", one="nothing")
    assert status == 404
