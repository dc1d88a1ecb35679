"""What charts need over HTTP: computed in the engine process, given out with the token alone."""

import json

import pytest
from tornado.httpclient import HTTPClientError

LOGGING = """
import sys
from jupyter_mlstudio import Studio
studio = Studio.open(sys.argv[1])
for number in range(4):
    with studio.track("charts", name=f"run {number}") as run:
        run.log_params({"depth": number, "rate": number % 2})
        run.log_metric("auc", 0.5 + number / 10)
        run.log_predictions(["no", "yes", "yes"], y_score=[0.1, 0.9, 0.4])
    print(run.id)
"""


@pytest.fixture
def ids(log):
    return log(LOGGING).split()


@pytest.fixture
def ask(jp_fetch):
    async def ask(path, **body):
        return await jp_fetch("mlstudio", "experiments", path, method="POST", body=json.dumps(body), request_timeout=60)

    return ask


async def test_charts_are_computed_and_drawn(ask, ids):
    told = json.loads((await ask("importance", metric="auc", runs=ids)).body)
    assert ([item["param"] for item in told["items"]], told["runs"]) == (["depth", "rate"], 4)
    told = json.loads((await ask("contour", metric="auc", x="depth", y="rate")).body)
    assert len(told["points"]) == 4
    told = json.loads((await ask("judgement", kind="roc", runs=ids[:2])).body)
    assert [(curve["run"], curve["score"]) for curve in told["curves"]] == [(run, 1) for run in ids[:2]]
    assert json.loads((await ask("images", runs=ids)).body) == {"items": []}
    assert json.loads((await ask("tables", runs=ids)).body) == {"paths": [], "items": []}
    drawn = await ask("picture", kind="confusion", runs=ids)
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert drawn.body.startswith(b"<svg")
    with pytest.raises(HTTPClientError) as refused:
        await ask("contour", metric="auc", x="depth", y="nothing")
    assert (refused.value.code, b"has a param 'nothing'" in refused.value.response.body) == (400, True)


@pytest.mark.parametrize("path", ["importance", "contour", "judgement", "images", "tables", "picture"])
async def test_nobody_gets_a_chart_without_the_token(http_server_client, path):
    with pytest.raises(HTTPClientError) as refused:
        await http_server_client.fetch(f"/a%40b/mlstudio/experiments/{path}", method="POST", body="{}")
    assert refused.value.code == 403
