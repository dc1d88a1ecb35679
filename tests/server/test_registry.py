"""The registry over HTTP."""

import json
import subprocess
import sys

import pytest
from tornado.httpclient import HTTPClientError

LOGGING = """
import sys, warnings
warnings.simplefilter("ignore")
from sklearn.linear_model import LogisticRegression
from jupyter_mlstudio import Studio
with Studio.open(sys.argv[1]).track("delays") as run:
    run.log_model(LogisticRegression().fit([[0.0], [1.0]], [0, 1]))
print(run.id)
"""


@pytest.fixture
def run_id(project):
    """A run with a model that another process has logged."""
    done = subprocess.run([sys.executable, "-c", LOGGING, str(project)], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def ask(jp_fetch):
    async def ask(*path, method="GET", body=None, **params):
        content = None if body is None else json.dumps(body)
        response = await jp_fetch(
            "mlstudio", "registry", *path, method=method, body=content, params=params, allow_nonstandard_methods=True,
            request_timeout=60,
        )  # fmt: skip
        return json.loads(response.body) if response.body else None

    return ask


async def test_a_project_without_models_answers_empty_lists(ask):
    assert await ask("models") == {"items": []}
    assert await ask("runs", "1", "models") == {"items": []}


async def test_a_model_goes_through_its_life(ask, run_id):
    (logged,) = (await ask("runs", run_id, "models"))["items"]
    assert (logged["run_id"], logged["registered"]) == (run_id, [])
    name = "late flights"
    version = await ask("versions", method="POST", body={"name": name, "run_id": run_id, "aliases": ["best"]})
    assert (version["version"], version["aliases"], version["state"]) == (1, ["best"], "ready")
    path = ("models", name)
    assert (await ask(*path, method="PATCH", body={"description": "Why."}))["description"] == "Why."
    assert (await ask(*path, "versions", "1", method="PATCH", body={"description": "One."}))["description"] == "One."
    moved = await ask(*path, "aliases", "shadow", method="PUT", body={"version": 1})
    assert [alias["alias"] for alias in moved["aliases"]] == ["best", "shadow"]
    assert [alias["alias"] for alias in (await ask(*path, "aliases", "best", method="DELETE"))["aliases"]] == ["shadow"]
    assert (await ask("models"))["items"] == [await ask(*path)]
    assert (await ask(*path, "versions"))["items"] == [await ask(*path, "versions", "1")]
    assert await ask("versions") == await ask(*path, "versions")
    assert await ask("logged", runs=run_id) == await ask("runs", run_id, "models")
    assert await ask(*path, "versions", "1", method="DELETE") is None
    assert (await ask(*path, "versions"))["items"] == []
    assert await ask(*path, method="DELETE") is None
    assert await ask("models") == {"items": []}


@pytest.mark.parametrize(
    ("path", "method", "body", "status", "reason"),
    [
        (("models", "nothing"), "GET", None, 404, "not_found"),
        (("models", "nothing", "versions", "1"), "GET", None, 404, "not_found"),
        (("models", "nothing", "aliases", "best"), "PUT", {"version": 1}, 404, "not_found"),
        (("models", "nothing", "aliases", "v1"), "PUT", {"version": 1}, 400, "invalid"),
        (("models", "nothing", "aliases", "best"), "PUT", {"version": 0}, 400, "invalid"),
        (("versions",), "POST", {"name": "late", "run_id": "0"}, 404, "no_model"),
        (("versions",), "POST", {"name": "late"}, 400, "invalid"),
    ],
)
async def test_what_cannot_be_done_is_told(ask, path, method, body, status, reason):
    with pytest.raises(HTTPClientError) as failed:
        await ask(*path, method=method, body=body)
    assert (failed.value.code, json.loads(failed.value.response.body)["reason"]) == (status, reason)


def test_this_process_imports_no_engine_for_it():
    code = (
        "import sys, jupyter_mlstudio_server.routes.registry, jupyter_mlstudio_server.routes.serving;"
        "assert not {'mlflow', 'pandas', 'numpy', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
