"""Runs and curves over HTTP as packed columns: shape, statuses, and what a query that makes no sense is told."""

import json
import sys

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_mlstudio.experiments.reading.packed import MEDIA_TYPE, Packed

LOGGING = """
import sys
from jupyter_mlstudio import Studio
with Studio.open(sys.argv[1]).track("late flights", name="baseline", tags={"a,b": "x"}) as run:
    run.log_params({"depth": 3})
    for step in range(20):
        run.log_metric("loss", step, step=step)
print(run.id)
"""


@pytest.fixture
def run_id(log):
    return log(LOGGING)


@pytest.fixture
def ask(jp_fetch):
    async def ask(name, body=None, **params):
        method = "GET" if body is None else "POST"
        sent = None if body is None else json.dumps(body)
        answer = await jp_fetch("mlstudio", "experiments", name, method=method, body=sent, params=params)
        assert answer.headers["Content-Type"] == MEDIA_TYPE
        return Packed(answer.body)

    return ask


async def test_a_project_without_runs_has_an_empty_table(ask, project):
    header = (await ask("table")).header
    assert (header["rows"], header["total"], header["columns"], header["progress"]) == (0, 0, [], None)
    assert (await ask("curves", ids="x", metrics="loss")).header == {"items": [], "progress": None}


async def test_runs_are_given_by_column(ask, run_id):
    header = (await ask("table", experiment="late flights", filter="metrics.loss > 5", limit=10)).header
    assert (header["own"]["id"], header["own"]["name"]) == ([run_id], ["baseline"])
    assert [(column["kind"], column["name"]) for column in header["columns"]] == [
        ("metric", "loss"),
        ("param", "depth"),
        ("tag", "a,b"),
    ]
    asked = (await ask("table", {"ids": [run_id], "columns": ["tag:a,b"]})).header
    assert [column["words"] for column in asked["columns"]] == [["x"]]
    assert (await ask("table", columns='["param:depth"]')).header["columns"][0]["words"] == ["3"]


async def test_curves_are_given_as_an_envelope_or_exactly(ask, run_id):
    body = await ask("curves", ids=run_id, metrics='["loss"]', points=5)
    (item,) = body.header["items"]
    assert (item["total"], body.buffer(item["high"], "d").tolist()) == (20, [3, 7, 11, 15, 19])
    body = await ask("curves", {"ids": [run_id], "metrics": ["loss"], "points": 0, "after": {run_id: 17}})
    assert body.buffer(body.header["items"][0]["values"], "d").tolist() == [18, 19]


@pytest.mark.parametrize(
    ("name", "query", "field"),
    [
        ("table", {"filter": "metrics.loss >"}, "filter"),
        ("table", {"columns": "depth"}, "columns"),
        ("table", {"limit": -1}, "limit"),
        ("curves", {"ids": "x", "metrics": "loss", "by": "hour"}, "by"),
        ("curves", {"ids": "x", "metrics": "loss", "points": 9999}, "points"),
    ],
)
async def test_a_query_that_makes_no_sense_names_the_field(ask, project, name, query, field):
    with pytest.raises(HTTPClientError) as refused:
        await ask(name, **query)
    assert refused.value.code == 400
    assert json.loads(refused.value.response.body)["message"].startswith(field)


@pytest.mark.parametrize("name", ["table", "curves"])
async def test_nobody_reads_runs_without_the_token(jp_fetch, run_id, name):
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("mlstudio", "experiments", name, headers={"Authorization": "token wrong"})
    assert refused.value.code == 403


async def test_reading_imports_no_engine(ask, run_id):
    before = set(sys.modules)
    await ask("table")
    await ask("curves", ids=run_id, metrics="loss")
    new = {name.partition(".")[0] for name in set(sys.modules) - before}
    assert not new & {"mlflow", "pandas", "numpy", "pyarrow", "sqlalchemy"}
