"""The runs of a tracking server are copied in the background: asked for with a password, and shown when it is away."""

import base64
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.experiments.reading.curves import CurvesQuery
from jupyter_mlstudio.experiments.reading.packed import Packed
from jupyter_mlstudio.experiments.reading.table import TableQuery
from jupyter_mlstudio.experiments.types import RunEdit

SECRET = "Basic " + base64.b64encode(b"ann:open sesame").decode()


class Door(BaseHTTPRequestHandler):
    """Lets those through to the tracking server who know the password; when it is shut, nobody."""

    behind = ""
    shut = False

    def _pass(self):
        if self.shut:
            self.connection.close()
            return
        if self.path != "/health" and self.headers["Authorization"] != SECRET:
            self._answer(401, b"You are not authenticated.")
            return
        behind = HTTPConnection(urlsplit(self.behind).netloc, timeout=30)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        behind.request(self.command, self.path, body, {"Content-Type": "application/json"})
        answer = behind.getresponse()
        self._answer(answer.status, answer.read())
        behind.close()

    do_GET = do_POST = do_PATCH = do_DELETE = _pass  # noqa: N815  # the names that http.server looks for

    def _answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep quiet."""


@pytest.fixture(scope="module")
def door(tracking_server):
    listening = ThreadingHTTPServer(("127.0.0.1", 0), type("ThisDoor", (Door,), {"behind": tracking_server}))
    Thread(target=listening.serve_forever, daemon=True).start()
    yield listening
    listening.shutdown()
    listening.server_close()


def address(door, password="open%20sesame"):
    return f"http://ann:{password}@127.0.0.1:{door.server_port}"


@pytest.fixture(scope="module")
def studio(tmp_path_factory, door):
    return Studio.open(tmp_path_factory.mktemp("a project"), tracking_uri=address(door))


@pytest.fixture(scope="module")
def runs(studio):
    """A run that has ended, and one that is under way, of an experiment of their own."""
    client = studio.experiments.client()
    experiment = client.create_experiment("copied")
    ended, running = (client.create_run(experiment, at, run_name=f"at {at}").info.run_id for at in (1000, 2000))
    for step, value in enumerate((0.5, float("nan"), float("-inf"))):
        client.log_metric(ended, "loss", value, 1000 + step, step)
    client.log_param(ended, "depth", 3)
    client.log_metric(running, "loss", 0.25, 2000, 0)
    client.set_terminated(ended, "FINISHED", 1500)
    return ended, running


def told(studio, **query):
    return Packed(studio.experiments.reading.table(TableQuery(experiment="copied", **query))).header


def test_runs_are_copied_with_all_that_a_table_tells(studio, runs):
    assert told(studio)["progress"] == {"loading": True, "loaded": 0, "problem": None}
    studio.experiments.reading.renew([], [])
    header = told(studio)
    assert (header["own"]["id"], header["own"]["state"]["words"]) == ([runs[1], runs[0]], ["running", "finished"])
    assert [(column["kind"], column["name"], column["count"]) for column in header["columns"]] == [
        ("metric", "loss", 2),
        ("param", "depth", 1),
    ]
    assert (header["progress"]["loading"], header["progress"]["problem"]) == (False, None)
    assert told(studio, filter="metrics.loss < 0 AND params.depth = '3'")["own"]["id"] == [runs[0]]
    assert ("copied", 2) in [(item.name, item.runs) for item in studio.experiments.experiments().items]


def test_what_has_changed_is_copied_and_told(studio, runs):
    studio.experiments.reading.renew([], [])
    studio.experiments.poll()
    before = told(studio)["revision"]
    studio.experiments.reading.renew([], [])
    assert (studio.experiments.poll(), told(studio, since=before)["rows"]) == ([], 0)
    client = studio.experiments.client()
    client.set_tag(runs[1], "team", "blue")
    new = client.create_run(client.get_experiment_by_name("copied").experiment_id).info.run_id
    studio.experiments.reading.renew([], [])
    assert set(told(studio, since=before)["own"]["id"]) == {new, runs[1]}
    assert set(studio.experiments.poll()) == {
        Changed(kind="run", id=new, change="added"),
        Changed(kind="run", id=runs[1], change="changed"),
    }
    client.delete_run(new)


def test_what_is_changed_from_here_is_in_the_copy_at_once(studio, runs):
    studio.experiments.reading.renew([], [])
    studio.experiments.edit(runs[0], RunEdit(name="renamed"))
    assert told(studio)["own"]["name"][-1] == "renamed"
    studio.experiments.delete(runs[0])
    assert runs[0] not in told(studio)["own"]["id"]
    studio.experiments.restore(runs[0])
    assert runs[0] in told(studio)["own"]["id"]


def test_curves_are_copied_when_they_are_asked_for(studio, runs):
    reading, query = studio.experiments.reading, CurvesQuery(ids=list(runs), metrics=["loss"], points=0)
    reading.renew([], [])
    assert sorted(reading.lacking(query.ids, query.metrics)) == sorted((run, "loss") for run in runs)
    assert Packed(reading.curves(query)).header["progress"]["loading"]
    reading.renew(query.ids, query.metrics)
    body = Packed(reading.curves(query))
    assert [(item["run"], item["total"]) for item in body.header["items"]] == [(runs[0], 3), (runs[1], 1)]
    values = body.buffer(body.header["items"][0]["values"], "d")
    assert str(values.tolist()) == "[0.5, nan, -inf]"
    assert (body.header["progress"]["loading"], reading.lacking(query.ids, query.metrics)) == (False, [])
    studio.experiments.client().log_metric(runs[1], "loss", 0.125, 2001, 1)
    reading.renew([], [])
    assert reading.lacking(query.ids, query.metrics) == [(runs[1], "loss")]


def test_a_copy_is_made_in_the_background_and_is_there_at_once_the_next_time(tmp_path, studio, runs, door):
    fresh = Studio.open(tmp_path, tracking_uri=address(door))
    fresh.experiments.reading.follow([], [])
    until = time.monotonic() + 30
    while told(fresh)["progress"]["loading"] and time.monotonic() < until:
        time.sleep(0.1)
    again = told(Studio.open(tmp_path, tracking_uri=address(door)))
    assert {*runs} <= {*again["own"]["id"]}
    assert not again["progress"]["loading"]
    (copy,) = (tmp_path / ".mlstudio" / "remote").glob("*.db")
    assert copy.stat().st_mode & 0o077 == 0


def test_a_server_that_is_away_leaves_the_runs_and_says_so(studio, runs, door, monkeypatch):
    studio.experiments.reading.renew([], [])
    monkeypatch.setattr(door.RequestHandlerClass, "shut", True)
    studio.experiments.reading.renew([], [])
    header = told(studio)
    assert {*runs} <= {*header["own"]["id"]}
    assert "does not answer" in header["progress"]["problem"]
    assert "sesame" not in header["progress"]["problem"]
    monkeypatch.undo()
    studio.experiments.reading.renew([], [])
    assert told(studio)["progress"]["problem"] is None


def test_a_wrong_password_is_told(tmp_path, door):
    stranger = Studio.open(tmp_path, tracking_uri=address(door, "guessed"))
    stranger.experiments.reading.renew([], [])
    progress = told(stranger)["progress"]
    assert (progress["loading"], progress["loaded"]) == (False, 0)
    assert "401" in progress["problem"]
    assert "guessed" not in progress["problem"]
    with pytest.raises(EngineError, match="refuses this"):
        stranger.runs()
