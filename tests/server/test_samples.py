"""The tour over HTTP."""

import json

import pytest
from tornado.httpclient import HTTPClientError


async def test_the_tour_is_copied_into_the_project(jp_fetch, project):
    answer = await jp_fetch("mlstudio", "samples", method="POST", body="")
    assert answer.code == 201
    samples = json.loads(answer.body)
    assert samples["folder"] == "tour"
    assert samples["notebooks"][0] == "tour/01-wrangle.ipynb"
    assert all((project / path).is_file() for path in samples["notebooks"])


async def test_a_file_in_the_way_is_told(jp_fetch, project):
    (project / "tour").write_text("mine")
    with pytest.raises(HTTPClientError) as failed:
        await jp_fetch("mlstudio", "samples", method="POST", body="")
    assert failed.value.code == 409
    assert "tour" in json.loads(failed.value.response.body)["message"]
