"""Tracking on a real server behind a gate that asks for a password, and can be shut."""

import base64
import http.client
import socketserver
import time
import warnings
from http.server import BaseHTTPRequestHandler
from threading import Thread

import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.experiments.tracking import buffer, spool
from jupyter_mlstudio.experiments.tracking.entries import Batch
from jupyter_mlstudio.experiments.types import RunState

WANTED = "Basic " + base64.b64encode(b"ann:secret").decode()


class Gate(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Passes requests on to a tracking server, for those who know the password, while it is open."""

    allow_reuse_address = True
    daemon_threads = True
    address = ""


class Asked(BaseHTTPRequestHandler):
    """One request, handed on."""

    def _pass(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/health" and self.headers.get("Authorization") != WANTED:
            self.send_response(401)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        inner = http.client.HTTPConnection(self.server.address.removeprefix("http://"))
        headers = {name: value for name, value in self.headers.items() if name != "Authorization"}
        inner.request(self.command, self.path, body, headers)
        answer = inner.getresponse()
        content = answer.read()
        inner.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"transfer-encoding", "content-length", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass  # noqa: N815

    def log_message(self, *args):
        """Say nothing."""


class Door:
    """The gate, which can be shut and opened again at the same address."""

    def __init__(self, address):
        self._address, self.port = address, 0
        self.open()

    def open(self):
        self._gate = Gate(("127.0.0.1", self.port), Asked)
        self._gate.address, self.port = self._address, self._gate.server_address[1]
        Thread(target=self._gate.serve_forever, args=(0.02,), daemon=True).start()

    def shut(self):
        self._gate.shutdown()
        self._gate.server_close()


@pytest.fixture
def door(tracking_server):
    door = Door(tracking_server)
    yield door
    door.shut()


@pytest.fixture
def studio(tmp_path, door, monkeypatch):
    monkeypatch.setattr(spool, "PAUSE", 0.1)
    return Studio.open(tmp_path, tracking_uri=f"http://ann:secret@127.0.0.1:{door.port}")


def test_much_is_logged_in_pieces_and_nothing_is_lost_while_the_server_is_away_for_a_moment(studio, door):
    with studio.track("away", name="for a moment") as run:
        run.log_params({f"p{number}": number for number in range(150)})
        for step in range(1500):
            run.log_metric("loss", step, step)
        run.flush()
        door.shut()
        for step in range(1500, 2500):
            run.log_metric("loss", step, step)
        run.set_tags({"team": "blue"})
        time.sleep(0.4)
        door.open()
    found = studio.experiments.run(run.id)
    assert (found.state, len(found.params), found.tags) == (RunState.FINISHED, 150, {"team": "blue"})
    (series,) = studio.experiments.series([run.id], "loss", 5000).items
    assert series.total == 2500
    assert studio.experiments.target.spool.waiting() == []


def test_what_a_server_that_stays_away_does_not_take_is_kept_and_sent_later(studio, door, monkeypatch):
    monkeypatch.setattr(buffer, "PATIENCE", 0.3)

    def run_without_server():
        with studio.track("away", name="for long") as run:
            run.log_metric("loss", 0.5)
            run.flush()
            door.shut()
            run.log_metric("loss", float("nan"))
            run.log_metrics({"inf": float("inf")})
            run.log_params({"depth": 3})
            run.log_text("hello", "notes/remark.txt")
        return run

    with pytest.warns(UserWarning, match=r"kept in \.mlstudio/spool"):
        run = run_without_server()
    kept = studio.state / "spool" / f"{run.id}.jsonl"
    assert "secret" not in kept.read_text()
    door.open()
    deadline = time.monotonic() + 20
    while kept.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    found = studio.experiments.run(run.id)
    assert (found.state, [param.value for param in found.params]) == (RunState.FINISHED, ["3"])
    assert {metric.name: metric.value for metric in found.metrics} == {"loss": "NaN", "inf": "Infinity"}
    with open(studio.experiments.artifact_file(run.id, "notes/remark.txt"), encoding="utf-8") as remark:  # noqa: PTH123
        assert remark.read() == "hello"
    assert not list((studio.state / "spool" / "files").iterdir())


def test_what_another_process_had_to_keep_is_sent_by_the_next_run(studio, door, monkeypatch):
    monkeypatch.setattr(buffer, "PATIENCE", 0.1)
    monkeypatch.setattr(spool.Spool, "send_later", lambda self, writer: None)
    with warnings.catch_warnings(action="ignore"), studio.track("away", name="lost") as run:
        run.flush()
        door.shut()
        run.log_metric("loss", 0.5)
    monkeypatch.undo()
    door.open()
    monkeypatch.setattr(spool, "alive", lambda process: False)  # as if the process were gone
    later = Studio.open(studio.project, tracking_uri=studio.tracking_uri)
    with later.track("away", name="next"):
        pass
    deadline = time.monotonic() + 20
    while later.experiments.target.spool.waiting() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [metric.value for metric in studio.experiments.run(run.id).metrics] == [0.5]
    assert studio.experiments.run(run.id).state is RunState.FINISHED


def test_what_two_processes_send_at_once_is_sent_by_either(tmp_path):
    kept = spool.Spool(tmp_path, "a store", lambda *_: None)
    kept.put("a run", Batch({"depth": "3"}, {}, [], []))
    sent = []

    class Quicker:
        def write(self, run_id, batch):
            sent.append((run_id, batch.params))
            (tmp_path / "a run.jsonl").unlink()  # the other process has sent it too, and is done

    assert kept.deliver("a run", Quicker())
    assert (sent, kept.waiting()) == ([("a run", {"depth": "3"})], [])


def test_a_wrong_password_is_told_before_anything_runs(tmp_path, door):
    studio = Studio.open(tmp_path, tracking_uri=f"http://ann:wrong@127.0.0.1:{door.port}")
    with pytest.raises(EngineError, match="401"), studio.track("x"):
        pytest.fail("the block was entered")
