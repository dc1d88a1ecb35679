"""What is found out about versions, over HTTP."""

import json
import subprocess
import sys

import pytest
from tornado.httpclient import HTTPClientError

LOGGING = """
import sys, warnings
warnings.simplefilter("ignore")
import pandas as pd
from sklearn.linear_model import LogisticRegression
from jupyter_mlstudio import Studio
from jupyter_mlstudio.registry.types import RegisterSpec
studio, rows = Studio.open(sys.argv[1]), pd.DataFrame({"x": [0.0, 1.0]})
for auc in (0.9, 0.6):
    with studio.track("delays") as run:
        run.log_metric("auc", auc)
        run.log_dataset(rows, name="rows")
        run.log_model(LogisticRegression().fit(rows, [0, 1]), input_example=rows)
    studio.registry.register(RegisterSpec(name="delay", run_id=run.id))
"""


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


@pytest.fixture
def versions(project):
    """Two versions that another process has registered, the newer one worse."""
    subprocess.run([sys.executable, "-c", LOGGING, str(project)], check=True)
    return ("models", "delay", "versions")


async def test_versions_are_looked_at_promoted_written_about_and_passed_on(ask, versions):
    overview = await ask("models", "delay", "overview")
    assert (overview["metric"], [item["value"] for item in overview["items"]]) == ("auc", [0.6, 0.9])
    lineage = await ask("lineage", kind="version", key="delay/1")
    assert {node["kind"] for node in lineage["nodes"]} == {"data", "run", "version"}
    data = next(node["key"] for node in lineage["nodes"] if node["kind"] == "data")
    assert {"version:delay/1", "version:delay/2"} < {
        n["id"] for n in (await ask("lineage", kind="data", key=data))["nodes"]
    }
    rows = (await ask("models", "delay", "comparison", versions="1,2"))["rows"]
    assert [row["values"] for row in rows if row["name"] == "auc"] == [[0.9, 0.6]]
    tags = await ask(*versions, "1", "tags", method="PATCH", body={"tags": {"stage": "production"}})
    assert tags["tags"] == {"stage": "production"}
    assert (await ask("models", "delay", "tags", method="PATCH", body={"tags": {"a": "b"}}))["tags"] == {"a": "b"}
    promoted = await ask(*versions, "1", "promotion", method="POST", body={})
    assert (promoted["done"], promoted["before"]) == (True, None)
    ahead = await ask(*versions, "2", "promotion", metric="auc")
    assert (ahead["done"], ahead["before"], ahead["gate"]["passed"]) == (False, 1, False)
    card = await ask(*versions, "1", "card", method="PATCH", body={"limits": "None known."})
    assert "## Limits\n\nNone known." in card["markdown"]
    assert card == await ask(*versions, "1", "card")
    assert (await ask(*versions, "1", "card", "published", method="PUT"))["description"].startswith(
        "<!-- model card -->"
    )
    assert (await ask(*versions, "1", "card", "published", method="DELETE"))["description"] == ""
    file = await ask(*versions, "1", "export", method="POST", body={"path": "out.model.zip"})
    assert (await ask("archive", path=file["path"]))["name"] == "delay"
    made = await ask("archive", method="POST", body={"path": file["path"], "name": "back"})
    assert (made["name"], made["version"], made["tags"]["stage"]) == ("back", 1, "production")
    with pytest.raises(HTTPClientError) as refused:
        await ask(*versions, "2", "promotion", method="POST", body={"metric": "auc"})
    assert (refused.value.code, json.loads(refused.value.response.body)["reason"]) == (409, "gate_closed")


@pytest.mark.parametrize(
    ("path", "params", "method", "body", "status"),
    [
        (("lineage",), {"kind": "nothing", "key": "1"}, "GET", None, 400),
        (("lineage",), {"kind": "version", "key": "late/1"}, "GET", None, 404),
        (("models", "late", "comparison"), {"versions": "1,x"}, "GET", None, 400),
        (("models", "late", "versions", "1", "card"), {}, "GET", None, 404),
        (("archive",), {"path": "../x.zip"}, "GET", None, 400),
        (("archive",), {"path": "x.zip"}, "GET", None, 404),
        (("archive",), {}, "POST", {"path": "x.zip", "more": 1}, 400),
    ],
)
async def test_what_cannot_be_looked_at_is_told(ask, path, params, method, body, status):
    with pytest.raises(HTTPClientError) as failed:
        await ask(*path, method=method, body=body, **params)
    assert failed.value.code == status
