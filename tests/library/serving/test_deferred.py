"""Requests that are answered later: what the queue promises."""

import os
import subprocess
import sys
import time

import pytest

from jupyter_mlstudio.serving.runtime import queue as queues
from jupyter_mlstudio.serving.runtime.queue import FullError, Queue

ME = f"{os.getpid()}:1"


@pytest.fixture
def queue(tmp_path):
    with Queue(tmp_path / "deferred") as made:
        yield made


def mark(queue):
    return (queue._place / "waiting" / "x").exists()


def test_a_request_goes_from_the_queue_to_its_result(queue):
    asked = queue.put("/invocations", {"content-type": "text/csv"}, b"a\n1")
    assert (queue.get(asked).state, queue.waiting(), mark(queue)) == ("queued", 1, True)
    entry = queue.claim(ME)
    assert (entry.id, entry.tries, queue.body(asked)) == (asked, 1, b"a\n1")
    assert queue.claim("1:2") is None
    assert queue.hold(asked, ME)
    assert queue.finish(asked, ME, 200, "application/json", b"[1]")
    done = queue.get(asked)
    assert (done.state, done.status, done.kind, queue.result(asked)) == ("succeeded", 200, "application/json", b"[1]")
    assert (queue.body(asked), mark(queue), queue.waiting()) == (None, False, 0)


def test_requests_are_answered_in_their_order(queue):
    asked = [queue.put("/invocations", {}, b"") for _ in range(3)]
    assert [queue.claim(ME).id for _ in range(3)] == asked
    assert [entry.id for entry in queue.newest(2)] == asked[:0:-1]


def test_what_a_killed_worker_had_begun_is_begun_again(queue, tmp_path):
    asked = queue.put("/invocations", {}, b"x")
    claim = "import sys; from pathlib import Path; from jupyter_mlstudio.serving.runtime.queue import Queue; import os;"
    claim += "Queue(Path(sys.argv[1])).claim(f'{os.getpid()}:7'); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", claim, tmp_path / "deferred"], check=False)
    assert queue.get(asked).state == "running"
    assert queue.claim(ME) is None
    queue.recover()
    assert queue.claim(ME).tries == 2


def test_a_worker_that_hangs_loses_its_request_and_cannot_answer_it_any_more(queue, monkeypatch):
    asked = queue.put("/invocations", {}, b"x")
    monkeypatch.setattr(queues, "LEASE", -1.0)
    queue.claim(ME)
    assert queue.claim("1:2").id == asked
    assert not queue.hold(asked, ME)
    assert not queue.finish(asked, ME, 200, "text/plain", b"late")
    assert (queue.get(asked).state, queue.result(asked)) == ("running", None)


def test_a_waiting_request_is_taken_back_and_an_ended_one_deleted(queue):
    asked = queue.put("/invocations", {}, b"x")
    assert queue.cancel(asked).state == "stopped"
    assert (queue.claim(ME), mark(queue), queue.body(asked)) == (None, False, None)
    assert queue.cancel(asked).state == "stopped"
    assert (queue.get(asked), queue.cancel(asked)) == (None, None)


def test_results_are_kept_for_a_day_and_no_longer(queue, monkeypatch):
    asked = queue.put("/invocations", {}, b"x")
    queue.claim(ME)
    queue.finish(asked, ME, 400, "application/json", b"{}", "The column is missing.")
    assert (queue.get(asked).state, queue.sweep()) == ("failed", 0)
    later = time.time() + queues.KEPT + 1
    monkeypatch.setattr(queues.time, "time", lambda: later)
    assert (queue.sweep(), queue.get(asked), queue.result(asked)) == (1, None, None)


def test_too_many_requests_and_too_large_ones_are_refused(queue, monkeypatch):
    monkeypatch.setattr(queues, "MOST_WAITING", 1)
    queue.put("/invocations", {}, b"x")
    with pytest.raises(FullError):
        queue.put("/invocations", {}, b"x")
    monkeypatch.setattr(queues, "MOST_WAITING", 10)
    monkeypatch.setattr(queues, "MOST_BYTES", 5)
    with pytest.raises(FullError):
        queue.put("/invocations", {}, b"12345")
    assert len(list((queue._place / "bodies").iterdir())) == 1
