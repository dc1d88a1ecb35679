"""Experiments over HTTP: shapes, statuses, and what is never given out."""

import asyncio
import json
import sys

import pytest
from tornado.httpclient import HTTPClientError

LOGGING = """
import sys
from jupyter_mlstudio import Studio
studio = Studio.open(sys.argv[1])
with studio.track("late flights", name="baseline", tags={"team": "blue"}) as run:
    run.log_params({"depth": 3})
    for value in (0.7, 0.5, float("nan")):
        run.log_metric("loss", value)
    run.log_text("<script>alert(1)</script>", "report.html")
print(run.id)
"""


@pytest.fixture
def run_id(log):
    return log(LOGGING)


@pytest.fixture
def ask(jp_fetch):
    async def ask(*path, method="GET", body=None, **params):
        response = await jp_fetch("mlstudio", "experiments", *path, method=method, body=body, params=params)
        return json.loads(response.body) if response.body else None

    return ask


async def test_a_project_without_runs_answers_empty_lists(ask, project):
    assert await ask("runs") == {"items": [], "columns": [], "total": 0}
    assert await ask() == {"items": [], "store": f"sqlite:///{project}/.mlstudio/mlflow.db", "live": True}


async def test_runs_are_listed_by_column(ask, run_id):
    table = await ask("runs", experiment="late flights", state="finished")
    assert [run["id"] for run in table["items"]] == [run_id]
    assert table["columns"] == [
        {"kind": "param", "name": "depth", "values": ["3"]},
        {"kind": "metric", "name": "loss", "values": ["NaN"]},
        {"kind": "tag", "name": "team", "values": ["blue"]},
    ]
    assert (await ask("runs", ids=f"{run_id},other"))["total"] == 1
    assert (await ask("runs", search="nothing"))["total"] == 0


async def test_a_run_and_its_metrics_are_told(ask, run_id):
    run = await ask("runs", run_id)
    assert (run["name"], run["params"]) == ("baseline", [{"name": "depth", "value": "3"}])
    (series,) = (await ask("series", ids=run_id, metric="loss"))["items"]
    assert (series["steps"], series["values"], series["low"]) == ([0, 1, 2], [0.7, 0.5, None], None)


async def test_an_unknown_run_and_a_wrong_question_are_told(ask):
    for path, params, status in (
        (["runs", "nothing"], {}, 404),
        (["runs"], {"state": "odd"}, 400),
        (["runs"], {"limit": 0}, 400),
    ):
        with pytest.raises(HTTPClientError) as failed:
            await ask(*path, **params)
        assert failed.value.code == status


async def test_a_run_is_edited_deleted_and_restored(ask, run_id):
    edited = await ask("runs", run_id, method="PATCH", body=json.dumps({"name": "better", "tags": {"team": None}}))
    assert (edited["name"], edited["tags"]) == ("better", {})
    await ask("runs", run_id, method="DELETE")
    assert (await ask("runs"))["total"] == 0
    assert (await ask("runs", deleted="true"))["total"] == 1
    restored = await ask("runs", run_id, "restore", method="POST", body="")
    assert not restored["deleted"]


async def test_a_run_that_another_process_logs_is_an_event(jp_serverapp, project, ask):
    told = []

    async def listen(logger, schema_id, data):
        told.append(data)

    jp_serverapp.event_logger.add_listener(
        schema_id="https://events.jupyter.org/jupyter_mlstudio/changed/v1", listener=listen
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LOGGING, str(project), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    for _ in range(40):
        if told:
            break
        await asyncio.sleep(0.1)
    assert {"kind": "run", "id": output.decode().strip(), "change": "added"} in told


async def test_the_server_imports_no_engine(jp_serverapp, ask, run_id):
    before = set(sys.modules)
    await ask("runs")
    await ask("runs", run_id)
    await ask("series", ids=run_id, metric="loss")
    new = {name.partition(".")[0] for name in set(sys.modules) - before}
    assert not new & {"mlflow", "pandas", "numpy", "sklearn", "sqlalchemy"}
