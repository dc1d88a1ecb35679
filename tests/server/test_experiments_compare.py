"""Comparing and importing runs over HTTP."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_mlstudio import Studio

IMPORTS = Path(__file__).parents[1] / "library" / "experiments" / "imports"


@pytest.fixture
def project(jp_root_dir):
    shutil.copytree(IMPORTS / "tensorboard", jp_root_dir / "boards")
    return jp_root_dir


async def test_runs_are_imported_in_the_background_and_compared(jp_fetch, project):
    looked = await jp_fetch("mlstudio", "experiments", "imports", params={"path": "boards"})
    assert [run["name"] for run in json.loads(looked.body)["items"]] == ["first", "second"]
    body = json.dumps({"path": "boards", "experiment": "digits"})
    begun = await jp_fetch("mlstudio", "experiments", "imports", method="POST", body=body)
    assert begun.code == 202
    report = json.loads(begun.body)
    while report["state"] == "running":
        await asyncio.sleep(0.05)
        report = json.loads((await jp_fetch("mlstudio", "experiments", "imports", report["id"])).body)
    assert (report["state"], report["experiment"]) == ("succeeded", "digits")
    ids = [run["run_id"] for run in report["items"]]
    asked = json.dumps({"ids": ids})
    found = json.loads((await jp_fetch("mlstudio", "experiments", "comparisons", method="POST", body=asked)).body)
    assert [row["name"] for row in found["params"] if row["differs"]] == ["lr"]
    [pair] = found["pairs"]
    assert (found["reference"], pair["other"], pair["explanations"][0]["name"]) == (ids[0], ids[1], "lr")
    spec = {"one": ids[0], "other": ids[1], "one_path": "text/notes.md", "other_path": "text/notes.md"}
    difference = await jp_fetch(
        "mlstudio", "experiments", "comparisons", "artifact", method="POST", body=json.dumps(spec)
    )
    assert json.loads(difference.body)["lines"] == [{"kind": "same", "text": "hello *there*"}]
    ended = await jp_fetch("mlstudio", "experiments", "imports", report["id"], method="DELETE")
    assert json.loads(ended.body)["state"] == "succeeded", "what is over cannot be stopped"
    assert len(Studio.open(project).experiments.runs().items) == 2


@pytest.mark.parametrize(
    ("path", "method", "body", "code"),
    [
        (("comparisons",), "POST", {"ids": ["a"]}, 400),
        (("comparisons",), "POST", {"ids": ["a", "b"]}, 404),
        (("imports",), "POST", {"path": "../elsewhere"}, 400),
        (("imports", "nothing"), "GET", None, 404),
    ],
)
async def test_what_cannot_be_done_is_said(jp_fetch, path, method, body, code):
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("mlstudio", "experiments", *path, method=method, body=body and json.dumps(body))
    assert caught.value.code == code
