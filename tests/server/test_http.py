"""How a verb is decoded, answered and refused, on a route made for the purpose."""

import asyncio
import json
import threading

import pytest
from jupyter_server.utils import url_path_join
from tornado.httpclient import HTTPClientError

from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError, NotFoundError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio_server.events import SCHEMA_ID
from jupyter_mlstudio_server.http import Content, StudioHandler, operation

KINDS = {"invalid": InvalidError, "missing": NotFoundError, "conflict": ConflictError, "engine": EngineError}


class EchoSpec(Struct):
    text: str
    times: int = 1


class Echo(Struct):
    text: str
    thread: str


class EchoHandler(StudioHandler):
    @operation()
    def get(self, id: str, times: int = 1) -> Echo:
        return Echo(text=id * times, thread=threading.current_thread().name)

    @operation(status=201)
    def post(self, id: str, spec: EchoSpec) -> Echo:
        return Echo(text=id + spec.text * spec.times, thread="")

    @operation()
    def put(self, id: str) -> Content:
        return Content(id.encode(), "text/plain", "naïve name.txt")

    @operation()
    def delete(self, id: str) -> None:
        if id in KINDS:
            raise KINDS[id](f"It is {id}.")
        if id == "bug":
            raise RuntimeError("secret detail")


@pytest.fixture
def echo(jp_serverapp, jp_fetch):
    pattern = url_path_join(jp_serverapp.base_url, r"/echo/(?P<id>\w+)")
    jp_serverapp.web_app.add_handlers(".*", [(pattern, EchoHandler, {"name": "mlstudio"})])

    async def fetch(id, **options):
        return await jp_fetch("echo", id, **options)

    return fetch


async def test_path_and_query_become_typed_arguments_in_a_worker_thread(echo):
    answer = json.loads((await echo("ab", params={"times": "2"})).body)
    assert answer["text"] == "abab"
    assert answer["thread"] != threading.main_thread().name


async def test_the_body_becomes_a_struct_and_the_status_is_the_verbs(echo):
    answer = await echo("a", method="POST", body='{"text": "b", "times": 3}')
    assert (answer.code, json.loads(answer.body)["text"]) == (201, "abbb")


@pytest.mark.parametrize(
    ("body", "told"),
    [('{"times": 1}', "text: Field required"), ('{"text": "x", "tines": 1}', "tines: Extra"), ("{", "Invalid JSON")],
)
async def test_a_body_that_does_not_fit_is_refused_by_field(echo, body, told):
    with pytest.raises(HTTPClientError) as failed:
        await echo("a", method="POST", body=body)
    answer = json.loads(failed.value.response.body)
    assert (failed.value.code, answer["reason"]) == (400, "invalid")
    assert told in answer["message"]


@pytest.mark.parametrize(("id", "status"), [("invalid", 400), ("missing", 404), ("conflict", 409), ("engine", 502)])
async def test_each_kind_of_error_has_its_status(echo, id, status):
    with pytest.raises(HTTPClientError) as failed:
        await echo(id, method="DELETE")
    answer = json.loads(failed.value.response.body)
    assert (failed.value.code, answer["message"], answer["reason"]) == (status, f"It is {id}.", KINDS[id].code)


async def test_a_bug_is_a_500_that_does_not_tell_its_details(echo):
    with pytest.raises(HTTPClientError) as failed:
        await echo("bug", method="DELETE")
    assert failed.value.code == 500
    assert b"secret detail" not in failed.value.response.body


async def test_content_is_sent_as_it_is(echo):
    answer = await echo("ab", method="PUT", body="")
    assert answer.body == b"ab"
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''na%C3%AFve%20name.txt"


async def test_nothing_to_say_is_a_204(echo):
    assert (await echo("fine", method="DELETE")).code == 204


async def test_a_change_from_any_thread_reaches_the_event_bus(jp_serverapp):
    heard = []

    async def listen(logger, schema_id, data):
        heard.append(data)

    jp_serverapp.event_logger.add_listener(schema_id=SCHEMA_ID, listener=listen)
    change = Changed(kind="job", id="1", change="added")
    await asyncio.to_thread(jp_serverapp.web_app.settings["mlstudio"].publish, change)
    for _ in range(50):
        await asyncio.sleep(0.02)
        if heard:
            break
    assert heard == [change.model_dump()]
