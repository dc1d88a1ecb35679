"""Workflows over HTTP: status and shape."""

import json

import pytest
from tornado.httpclient import HTTPClientError

WORKFLOWS = ("mlstudio", "jobs", "workflows")
TEXT = "# mine\nnodes:\n  - id: a\n    function: math:sqrt\n    parameters: {x: 4}\n"


async def ask(jp_fetch, *path, method="GET", body=None, **params):
    given = None if method == "GET" else json.dumps(body or {})
    answer = await jp_fetch(*WORKFLOWS, *path, method=method, body=given, params=params)
    return answer.code, json.loads(answer.body)


async def test_a_workflow_is_written_read_checked_and_listed(jp_fetch):
    code, file = await ask(jp_fetch, "file", method="PUT", body={"path": "a.workflow.yaml", "text": TEXT})
    assert (code, file["problems"]) == (200, [])
    assert (await ask(jp_fetch, "file", path="a.workflow.yaml"))[1] == file
    assert (await ask(jp_fetch))[1]["items"] == [{"path": "a.workflow.yaml", "title": "a", "nodes": 1, "problem": None}]
    code, found = await ask(jp_fetch, "check", method="POST", body={"text": "nodes: 3"})
    assert (code, found["workflow"], found["problems"][0]["line"]) == (200, None, 1)
    moved = {**file["workflow"], "layout": {"a": [1, 2]}}
    _, formatted = await ask(jp_fetch, "format", method="POST", body={"text": TEXT, "workflow": moved})
    assert formatted["text"] == TEXT + "layout:\n  a: [1, 2]\n"


async def test_the_palette_holds_forms_for_the_ready_made_nodes(jp_fetch):
    palette = (await ask(jp_fetch, "palette"))[1]
    names = [item["name"] for item in palette["items"]]
    assert names == ["wrangle", "train", "tune", "evaluate", "register_if_better", "deploy", "batch_transform"]
    assert palette["items"][1]["options"]["properties"]["target"]["format"] == "column"
    for template in palette["templates"]:
        _, found = await ask(jp_fetch, "check", method="POST", body={"text": template["text"]})
        assert found["workflow"] is not None


async def test_a_run_is_started_watched_stopped_and_repaired(jp_fetch):
    await ask(jp_fetch, "file", method="PUT", body={"path": "a.workflow.yaml", "text": TEXT})
    code, run = await ask(jp_fetch, "runs", method="POST", body={"path": "a.workflow.yaml"})
    assert (code, run["state"], run["counts"]) == (201, "running", {"running": 1})
    detail = (await ask(jp_fetch, "runs", run["id"]))[1]
    assert [node["id"] for node in detail["nodes"]] == ["a"]
    assert detail["text"] == TEXT
    with pytest.raises(HTTPClientError) as refused:
        await ask(jp_fetch, "runs", run["id"], "repair", method="POST")
    assert refused.value.code == 409
    assert (await ask(jp_fetch, "runs", run["id"], "stop", method="POST"))[0] == 200
    assert (await ask(jp_fetch, "runs", path="a.workflow.yaml"))[1]["total"] == 1


async def test_a_workflow_with_an_error_does_not_run(jp_fetch):
    text = TEXT.replace("math:sqrt", "math")
    await ask(jp_fetch, "file", method="PUT", body={"path": "a.workflow.yaml", "text": text})
    with pytest.raises(HTTPClientError) as refused:
        await ask(jp_fetch, "runs", method="POST", body={"path": "a.workflow.yaml"})
    assert refused.value.code == 400
    assert json.loads(refused.value.response.body)["reason"] == "workflow_invalid"
