"""Where runs come from, over HTTP."""

import json
import subprocess
import sys

import pytest
from tornado.httpclient import HTTPClientError

LOGGING = """
import sys
from pathlib import Path
from jupyter_mlstudio import Studio
Path(sys.argv[1], "flights.csv").write_text("a\\n1\\n")
studio = Studio.open(sys.argv[1])
frame = open(Path(sys.argv[1], "flights.csv")).read()
with studio.track("late flights", name="baseline") as run:
    run.log_metric("auc", 0.5)
print(run.id)
"""


IN_NOTEBOOK = """
from jupyter_mlstudio import Studio
with Studio.open(".").track("x", name="one") as run:
    run.log_metric("auc", 1)
"""


@pytest.fixture
def run_id(project):
    """A run that a script of the project has logged."""
    (project / "train.py").write_text(LOGGING)
    done = subprocess.run(
        [sys.executable, "train.py", str(project)], cwd=project, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def ask(jp_fetch):
    async def ask(*path, method="GET", body=None, **params):
        text = None if body is None else json.dumps(body)
        response = await jp_fetch("mlstudio", "experiments", *path, method=method, body=text, params=params)
        return json.loads(response.body)

    return ask


async def test_the_origin_of_a_run_is_told_and_its_notebook_written(ask, run_id, project):
    origin = await ask("runs", run_id, "origin")
    assert (origin["kind"], origin["script"], origin["stale"], origin["missing"]) == ("script", "train.py", [], [])
    assert [file["path"] for file in origin["files"]] == ["train.py"]
    assert "jupyter-mlstudio" in [package["name"] for package in origin["environment"]["packages"]]
    restored = await ask("runs", run_id, "notebook", method="POST", body={"form": "run"})
    assert restored == {"path": "train (run baseline).ipynb", "cells": 2, "notes": []}
    cells = json.loads((project / restored["path"]).read_text())["cells"]
    assert "".join(cells[1]["source"]) == LOGGING
    (project / "train.py").write_text("another\n")
    assert (await ask("runs", run_id, "origin"))["stale"] == ["The script train.py was edited since."]


async def test_a_run_is_run_again_as_a_job(ask, run_id, jp_fetch):
    made = await ask("runs", run_id, "again", method="POST", body={"form": "run"})
    response = await jp_fetch("mlstudio", "jobs", made["job"])
    assert json.loads(response.body)["spec"]["notebook"] == "train.ipynb"
    await jp_fetch("mlstudio", "jobs", made["job"], "stop", method="POST", body="{}")


@pytest.fixture
def notebook_run(project):
    """A run that a notebook of the project has logged."""
    environment = {"JPY_SESSION_NAME": str(project / "train.ipynb"), "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-c", IN_NOTEBOOK], cwd=project, check=True, env=environment)


async def test_a_notebook_without_runs_has_an_empty_list(ask):
    assert await ask("notebooks", path="nothing.ipynb") == {"items": [], "total": 0}


@pytest.mark.usefixtures("notebook_run")
async def test_the_runs_of_a_notebook_are_listed(ask):
    answer = await ask("notebooks", path="train.ipynb")
    (item,) = answer["items"]
    assert (item["name"], item["metric"], item["value"], item["newest"], item["stale"]) == ("one", "auc", 1.0, True, [])
    assert answer["total"] == 1


REFUSED = [
    ("notebook", {"form": "run", "path": "../out.ipynb"}),
    ("notebook", {"form": "run", "path": "train.py"}),
    ("notebook", {"form": "all"}),
    ("again", {"parameters": {"nothing": 1}}),
]


async def test_what_makes_no_sense_is_refused_and_unknown_runs_are_unknown(ask, run_id):
    for path, body in REFUSED:
        with pytest.raises(HTTPClientError) as failed:
            await ask("runs", run_id, path, method="POST", body=body)
        assert failed.value.code == 400
    for path, body in (("origin", None), ("notebook", {}), ("again", {})):
        with pytest.raises(HTTPClientError) as failed:
            await ask("runs", "0" * 32, path, method="GET" if body is None else "POST", body=body)
        assert failed.value.code == 404
    with pytest.raises(HTTPClientError) as failed:
        await ask("notebooks", path="../x.ipynb")
    assert failed.value.code == 400
