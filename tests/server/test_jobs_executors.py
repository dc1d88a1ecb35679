"""Where jobs can run, over HTTP."""

import json

import pytest
from tornado.httpclient import HTTPClientError


async def test_executors_are_listed_without_an_engine(jp_fetch):
    answer = await jp_fetch("mlstudio", "jobs", "executors")
    items = json.loads(answer.body)["items"]
    assert [(each["name"], each["state"], each["default"]) for each in items] == [
        ("local", "ready", True),
        ("dask", "resting", False),
        ("ray", "resting", False),
    ]


async def test_a_job_for_an_unknown_executor_is_refused(jp_fetch, project):
    (project / "a.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}')
    body = json.dumps({"notebook": "a.ipynb", "executor": "slurm"})
    with pytest.raises(HTTPClientError) as failed:
        await jp_fetch("mlstudio", "jobs", method="POST", body=body)
    assert failed.value.code == 400
    assert "Choose one of: local, dask, ray" in json.loads(failed.value.response.body)["message"]
