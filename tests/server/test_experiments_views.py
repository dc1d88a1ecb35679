"""Saved views and changes to many runs over HTTP."""

import json
import sqlite3
import sys

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_mlstudio.experiments import embedded


@pytest.fixture
def ask(jp_fetch):
    async def ask(*path, method="GET", body=None):
        text = None if body is None else json.dumps(body)
        response = await jp_fetch("mlstudio", "experiments", *path, method=method, body=text)
        return json.loads(response.body) if response.body else None

    return ask


@pytest.fixture
def runs(project):
    """Ids of runs in the project's store, written without MLflow: the server must not need it for this."""
    database = project / ".mlstudio" / "mlflow.db"
    embedded.create(database)
    with sqlite3.connect(database) as connection:
        connection.executemany(
            "INSERT INTO runs (run_uuid, name, status, start_time, lifecycle_stage, experiment_id, artifact_uri)"
            " VALUES (?, ?, 'FINISHED', 0, 'active', 0, '/nowhere')",
            [("a", "one"), ("b", "two")],
        )
    connection.close()
    return ["a", "b"]


async def test_a_view_is_saved_changed_and_forgotten(ask, project):
    assert await ask("views") == {"items": []}
    view = await ask("views", method="POST", body={"name": "Best", "filter": "metrics.auc > 0.9", "columns": ["state"]})
    assert view["spec"]["columns"] == ["state"]
    changed = await ask("views", view["id"], method="PUT", body={**view["spec"], "name": "Worst"})
    assert (await ask("views"))["items"] == [changed]
    with pytest.raises(HTTPClientError) as refused:
        await ask("views", method="POST", body={"name": "Worst"})
    assert refused.value.code == 409
    await ask("views", view["id"], method="DELETE", body=None)
    assert await ask("views") == {"items": []}


async def test_a_view_without_a_name_is_refused(ask, project):
    with pytest.raises(HTTPClientError) as refused:
        await ask("views", method="POST", body={"name": ""})
    assert refused.value.code == 400


async def test_many_runs_are_deleted_and_restored_without_mlflow(ask, runs):
    assert await ask("runs", "delete", method="POST", body={"ids": [*runs, "c"]}) == {"items": runs, "failures": []}
    assert (await ask("runs"))["total"] == 0
    assert (await ask("runs", "restore", method="POST", body={"ids": runs}))["items"] == runs
    assert (await ask("runs"))["total"] == 2
    assert "mlflow" not in sys.modules


async def test_a_name_a_note_and_tags_are_changed_without_mlflow(ask, runs):
    await ask("runs", "a", method="PATCH", body={"tags": {"team": "red", "old": "x"}})
    run = await ask("runs", "a", method="PATCH", body={"name": "Größe", "note": "*!*", "tags": {"old": None}})
    assert (run["name"], run["note"], run["tags"]) == ("Größe", "*!*", {"team": "red"})
    assert "mlflow" not in sys.modules
    await ask("runs", "delete", method="POST", body={"ids": ["a"]})
    with pytest.raises(HTTPClientError) as refused:
        await ask("runs", "a", method="PATCH", body={"name": "gone"})
    assert refused.value.code == 404


async def test_views_and_changes_need_the_token(jp_fetch, runs):
    for path in (["views"], ["runs", "delete"]):
        with pytest.raises(HTTPClientError) as refused:
            await jp_fetch(
                "mlstudio", "experiments", *path, method="POST", body="{}", headers={"Authorization": "token wrong"}
            )
        assert refused.value.code == 403
