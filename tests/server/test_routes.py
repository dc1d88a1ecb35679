"""What holds for every route: nobody without a token, and errors of one shape."""

import json
import re

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_mlstudio_server.routes import ROUTES

PLACES = [
    (verb.upper(), re.sub(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)", "1", pattern).strip("/"))
    for pattern, handler in ROUTES
    for verb in ("get", "post", "put", "patch", "delete")
    if verb in vars(handler)
]


def test_there_are_routes():
    assert len(PLACES) > 20


@pytest.mark.parametrize(("verb", "path"), PLACES)
async def test_nobody_gets_in_without_a_token(verb, path, http_server_client, jp_base_url, jp_serverapp):
    body = None if verb in ("GET", "DELETE") else "{}"
    with pytest.raises(HTTPClientError) as failed:
        await http_server_client.fetch(jp_base_url + path, method=verb, body=body, follow_redirects=False)
    assert failed.value.code == 403


async def test_an_unknown_thing_is_told_in_the_one_shape_of_errors(jp_fetch):
    with pytest.raises(HTTPClientError) as failed:
        await jp_fetch("mlstudio", "jobs", "nothing")
    assert failed.value.code == 404
    answer = json.loads(failed.value.response.body)
    assert answer["reason"] == "not_found"
    assert "nothing" in answer["message"]
