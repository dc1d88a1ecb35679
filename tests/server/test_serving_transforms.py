"""Batch transforms and exports over HTTP."""

import json

import pytest
from tornado.httpclient import HTTPClientError

PLACE = ("mlstudio", "serving", "transforms")


async def ask(jp_fetch, *path, method="GET", body=None, **params):
    options = {"body": json.dumps(body or {})} if method == "POST" else {}
    answer = await jp_fetch(*path, method=method, params=params or None, **options)
    return answer.code, json.loads(answer.body) if answer.body else None


async def refusal(jp_fetch, *path, **options):
    with pytest.raises(HTTPClientError) as refused:
        await ask(jp_fetch, *path, **options)
    return refused.value.code, json.loads(refused.value.response.body)["message"]


async def test_a_transform_is_begun_shown_stopped_and_forgotten(jp_fetch, jp_root_dir):
    (jp_root_dir / "rows.csv").write_text("a,b\n1,2\n")
    spec = {"source": "rows.csv", "folder": "model", "carry": ["a"]}
    code, made = await ask(jp_fetch, *PLACE, method="POST", body=spec)
    assert (code, made["spec"]["output"], made["label"]) == (201, "rows.predictions.parquet", "model")
    assert (await refusal(jp_fetch, *PLACE, made["id"], method="DELETE"))[0] == 409
    await ask(jp_fetch, *PLACE, made["id"], "stop", method="POST")
    while (shown := (await ask(jp_fetch, *PLACE, made["id"]))[1])["ended_at"] is None:
        pass
    assert shown["state"] in ("stopped", "failed")
    assert [item["id"] for item in (await ask(jp_fetch, *PLACE))[1]["items"]] == [made["id"]]
    assert (await ask(jp_fetch, *PLACE, made["id"], method="DELETE"))[0] == 204
    assert (await ask(jp_fetch, *PLACE))[1] == {"items": []}


async def test_what_cannot_be_transformed_is_refused(jp_fetch, jp_root_dir):
    (jp_root_dir / "rows.csv").write_text("a,b\n1,2\n")
    code, message = await refusal(jp_fetch, *PLACE, method="POST", body={"source": "rows.csv"})
    assert (code, "name exactly one of model, run_id, folder and endpoint" in message) == (400, True)
    for spec, status in [
        ({"source": "none.csv", "folder": "model"}, 404),
        ({"source": "../rows.csv", "folder": "model"}, 400),
        ({"source": "rows.csv", "folder": "model", "output": "x.xls"}, 400),
        ({"source": "rows.csv", "endpoint": "nobody"}, 404),
    ]:
        assert (await refusal(jp_fetch, *PLACE, method="POST", body=spec))[0] == status
    assert (await refusal(jp_fetch, *PLACE, "unknown"))[0] == 404


async def test_the_columns_of_a_file_are_listed(jp_fetch, jp_root_dir):
    (jp_root_dir / "rows.csv").write_text("a,b\n1,2\n")
    assert (await ask(jp_fetch, *PLACE, "columns", path="rows.csv"))[1] == {"items": ["a", "b"]}


async def test_only_an_endpoint_that_is_there_is_exported(jp_fetch):
    body = {"target": "ray", "folder": "elsewhere"}
    place = ("mlstudio", "serving", "endpoints", "unknown", "export")
    assert (await refusal(jp_fetch, *place, method="POST", body=body))[0] == 404
    assert (await refusal(jp_fetch, *place, method="POST", body={**body, "target": "moon"}))[0] == 400
