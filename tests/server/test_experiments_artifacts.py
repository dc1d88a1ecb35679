"""What runs have kept, over HTTP: looked into, given out, and never run."""

import json
import subprocess
import sys

import pytest
from tornado.httpclient import HTTPClientError

LOGGING = """
import sys
from jupyter_mlstudio import Studio
studio = Studio.open(sys.argv[1])
with studio.track("late flights", name="baseline") as run:
    run.log_text("<script>alert(1)</script>", "report.html")
    run.log_text("a,b\\n1,2\\n", "table.csv")
print(run.id, end="")
"""


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """A store with a run, written by another process: the server's own never imports MLflow."""
    folder = tmp_path_factory.mktemp("kept")
    done = subprocess.run([sys.executable, "-c", LOGGING, str(folder)], check=True, capture_output=True, text=True)
    return folder, done.stdout


@pytest.fixture
def run_id(logged, project):
    folder, run = logged
    (project / ".mlstudio").mkdir(exist_ok=True)
    for file in (folder / ".mlstudio").glob("mlflow.db*"):
        (project / ".mlstudio" / file.name).write_bytes(file.read_bytes())
    return run


@pytest.fixture
def files(logged):
    """The folder of the run's artifacts, which the store names by its address."""
    folder, run = logged
    return folder / ".mlstudio" / "artifacts" / run / "artifacts"


@pytest.fixture
def scores(files):
    """A table as MLflow logs it."""
    (files / "scores.json").write_text('{"columns": ["a"], "data": [[1.5], [2.5]]}')
    return "scores.json"


@pytest.fixture
def fetch(jp_fetch, run_id):
    async def fetch(*path, method="GET", **params):
        body = "" if method == "POST" else None
        return await jp_fetch("mlstudio", "experiments", "runs", run_id, *path, method=method, body=body, params=params)

    return fetch


async def test_artifacts_are_given_out_as_nothing_that_runs(fetch):
    shown = await fetch("artifact", path="report.html")
    assert shown.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    saved = await fetch("artifact", path="report.html", save="true")
    assert saved.headers["Content-Disposition"].startswith("attachment")


async def test_an_artifact_is_looked_into(fetch, files):
    told = json.loads((await fetch("preview", path="table.csv")).body)
    assert told == {
        "path": "table.csv",
        "name": "table.csv",
        "kind": "table",
        "size": 8,
        "language": "",
        "location": str(files / "table.csv"),
        "text": None,
        "cut": False,
        "table": {
            "columns": [{"name": "a", "type": ""}, {"name": "b", "type": ""}],
            "rows": [["1", "2"]],
            "width": 2,
            "total": 1,
        },
    }


@pytest.mark.parametrize("verb", ["artifact", "preview", "model"])
@pytest.mark.parametrize(("path", "status"), [("../../../../jobs.db", 400), ("/etc/passwd", 400), ("nothing.txt", 404)])
async def test_only_artifacts_of_the_run_are_given_out(fetch, verb, path, status):
    with pytest.raises(HTTPClientError) as failed:
        await fetch(verb, path=path)
    assert failed.value.code == status


async def test_a_large_artifact_is_not_shown_but_saved(fetch, files):
    large = files / "large.bin"
    with large.open("wb") as file:
        file.truncate(61_000_000)
    with pytest.raises(HTTPClientError) as failed:
        await fetch("artifact", path="large.bin")
    assert json.loads(failed.value.response.body)["reason"] == "too_large"
    large.unlink()


async def test_artifacts_in_a_place_that_is_not_here_are_told_so(fetch, project):
    import sqlite3

    with sqlite3.connect(project / ".mlstudio" / "mlflow.db") as store:
        store.execute("UPDATE runs SET artifact_uri = '/home/somebody/else/mlruns/1/abc/artifacts'")
    store.close()
    with pytest.raises(HTTPClientError) as failed:
        await fetch("artifacts")
    told = json.loads(failed.value.response.body)
    assert (failed.value.code, told["reason"]) == (404, "elsewhere")
    assert "which this machine does not have" in told["message"]


async def test_a_file_outside_the_project_is_copied_into_it_to_be_opened(fetch, project, scores):
    told = json.loads((await fetch("artifact", "copy", method="POST", path=scores)).body)
    assert told["path"].startswith("run artifacts/")
    assert told["path"].endswith("scores.parquet")
    assert (project / told["path"]).read_bytes()[:4] == b"PAR1"
