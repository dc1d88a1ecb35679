"""How questions become predictions: together, apart when one fails, in a thread when slow, and not too many."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from worker_by_hand import KEY, Doubling, Talk, request, worker

from jupyter_mlstudio.serving.runtime.counters import read, readings
from jupyter_mlstudio.serving.runtime.order import Limits


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    with worker(tmp_path_factory.mktemp("quick"), Doubling()) as running:
        yield running


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """Takes 50 ms whatever it is asked, and a millisecond for each row."""
    limits = Limits(waiting_rows=600, seconds=2)
    with worker(tmp_path_factory.mktemp("slow"), Doubling(0.05, 0.001), limits, answer=1.0) as running:
        yield running


@pytest.fixture(autouse=True)
def _hung_up(quick, slow):
    yield
    quick.hang_up()
    slow.hang_up()


def at_once(hand, bodies, *headers):
    """Send every body over a connection of its own before one of them is read."""
    talks = [hand.talk() for _ in bodies]
    for talk in talks:
        talk.say(request(b"", path="/ping", method="GET")).hear()
    hand.predictor.asked.clear()
    sent = threading.Event()
    hand.loop.call_soon_threadsafe(sent.wait, 5)  # so that all arrive in one turn
    for talk, body in zip(talks, bodies, strict=True):
        talk.say(request(body, *headers))
    sent.set()
    return [talk.hear() for talk in talks]


def test_what_arrives_together_is_one_prediction(quick):
    answers = at_once(quick, [b"[%d]" % number for number in range(20, 60)])
    assert [json.loads(body) for _, _, body in answers] == [[2.0 * number] for number in range(20, 60)]
    assert len(quick.predictor.asked) <= 4
    assert "predict" not in quick.predictor.threads


def test_one_failing_request_does_not_fail_its_neighbours(quick):
    answers = at_once(quick, [b"[1]", b"[13]", b"[2,3]", b"[-1]", b"oh", b"[4]", b"[]"])
    assert [status for status, _, _ in answers] == [200, 500, 200, 400, 400, 200, 200]
    assert [json.loads(answers[place][2]) for place in (0, 2, 5, 6)] == [[2.0], [4.0, 6.0], [8.0], []]
    assert json.loads(answers[1][2])["reason"] == "model_failed"
    assert json.loads(answers[3][2])["column"] == "number"


def test_a_slow_model_answers_meanwhile_everything_that_waits(slow):
    answers = at_once(slow, [b"[%d]" % number for number in range(20, 60)])
    assert [json.loads(body) for _, _, body in answers] == [[2.0 * number] for number in range(20, 60)]
    assert len(slow.predictor.asked) <= 4
    assert slow.predictor.threads == {"predict"}


def test_the_loop_answers_while_a_slow_model_predicts(slow):
    talk = slow.talk().say(request(b"[" + b"1," * 400 + b"1]"))
    begun = time.monotonic()
    assert slow.ask(b"", path="/ping", method="GET")[0] == 200
    assert time.monotonic() - begun < 0.3
    assert talk.hear()[0] == 200


def test_neighbours_of_a_failing_request_are_answered_by_a_slow_model_too(slow):
    answers = at_once(slow, [b"[1]", b"[13]", b"[2]", b"[-1]", b"[4]"])
    assert [status for status, _, _ in answers] == [200, 500, 200, 400, 200]


def test_more_rows_than_may_wait_are_sent_away_with_a_time_that_is_true(slow):
    rows = b"[" + b"1," * 249 + b"1]"
    answers = at_once(slow, [rows] * 8)
    statuses = [status for status, _, _ in answers]
    assert statuses.count(200) >= 2
    assert statuses.count(429) == 8 - statuses.count(200) > 0
    refused = next(answer for answer in answers if answer[0] == 429)
    assert json.loads(refused[2])["reason"] == "busy"
    wait = int(refused[1]["retry-after"])
    assert 1 <= wait <= 2
    time.sleep(wait)
    assert slow.ask(rows)[0] == 200


def test_a_model_that_does_not_answer_in_time_is_given_up(slow):
    status, _, body = slow.ask(b"[" + b"1," * 1600 + b"1]")
    assert (status, json.loads(body)["reason"]) == (504, "timeout")
    assert slow.application.stuck_for > 0.9
    time.sleep(0.8)
    assert slow.application.stuck_for == 0
    assert slow.ask(b"[1]")[0] == 200


@pytest.mark.parametrize("kind", ["quick", "slow"])
def test_a_model_that_ends_the_program_fails_only_its_own_request(request, kind):
    running = request.getfixturevalue(kind)
    assert [running.ask(body)[0] for body in (b"[999]", b"[1]", b"[999]", b"[2]")] == [500, 200, 500, 200]


def test_who_left_is_not_predicted_for(slow):
    first = slow.talk().say(request(b"[" + b"1," * 200 + b"1]"))
    time.sleep(0.05)
    slow.predictor.asked.clear()
    leaving = [Talk(slow.port).say(request(b"[5]")) for _ in range(5)]
    time.sleep(0.02)
    for talk in leaving:
        talk.socket.close()
    assert first.hear()[0] == 200
    assert slow.ask(b"[6]")[0] == 200
    assert sum(slow.predictor.asked) <= 3


def test_a_large_body_is_read_in_the_thread(quick):
    quick.predictor.threads.clear()
    body = b"[" + b"1, " * 40_000 + b"1]"
    status, _, answer = quick.ask(body)
    assert (status, json.loads(answer)) == (200, [2.0] * 40_001)
    assert quick.predictor.threads == {"predict"}
    assert quick.ask(b"[1, " + b"x" * 100_000)[0] == 400


def test_a_large_body_is_read_in_the_event_loop_if_those_like_it_were_read_in_no_time(quick):
    threads = []
    for _ in range(3):
        quick.predictor.threads.clear()
        assert json.loads(quick.ask(b"[1, " + b" " * 100_000 + b"2]", "Content-Type: text/spaced")[2]) == [2.0, 4.0]
        threads.append("predict" in quick.predictor.threads)
    assert threads == [True, False, False]


def test_an_answer_may_come_in_pieces(quick):
    status, headers, body = quick.ask(b"[3]", "Accept: text/event-stream")
    assert (status, headers["transfer-encoding"], body) == (200, "chunked", b"[3.0]" * 3)
    talk = quick.talk().say(request(b"[2]", "Accept: text/event-stream"), request(b"[7]"))
    assert talk.hear()[2] == b"[2.0]" * 2
    assert talk.hear()[2] == b"[14.0]"


def test_a_model_that_fails_before_the_first_piece_is_refused_as_usual(quick):
    path = "/double?fails=1"
    status, _, body = quick.ask(b"[3]", "Accept: text/event-stream", path=path)
    assert (status, json.loads(body)["reason"]) == (500, "model_failed")


def test_who_does_not_take_the_pieces_is_cut_off(tmp_path):
    with worker(tmp_path, Doubling(), slow=0.5) as running:
        talk = running.talk().say(request(b"[2000]", "Accept: text/event-stream", path="/double?size=1000"))
        time.sleep(1.2)  # the thread has waited for room in vain
        assert running.ask(b"[1]")[0] == 200
        with pytest.raises((EOFError, ConnectionResetError)):
            talk.hear()


def test_leaving_answers_what_was_asked_and_closes_what_is_kept(tmp_path):
    with worker(tmp_path, Doubling(0.3)) as running:
        idle = running.talk().say(request(b"[1]"))
        assert idle.hear()[1].get("connection") is None
        busy = running.talk().say(request(b"[2]"))
        time.sleep(0.05)
        running.loop.call_soon_threadsafe(running.application.leave)
        status, headers, body = busy.hear()
        assert (status, headers["connection"], body) == (200, "close", b"[4.0]")
        status, headers, _ = idle.say(request(b"[3]")).hear()
        assert (status, headers["connection"]) == (200, "close")


def test_surplus_connections_are_shed_with_their_next_answer(quick):
    talks = [quick.talk() for _ in range(8)]
    for talk in talks:
        talk.say(request(b"[1]")).hear()
    quick.do(lambda: quick.application.shed(2))
    closed = [talk.say(request(b"[1]")).hear()[1].get("connection") for talk in talks]
    assert closed.count("close") >= 4


def test_those_who_look_on_are_told_what_was_answered(quick):
    seen = []
    quick.do(lambda: quick.application.observers.append(seen.extend))
    try:
        status, headers, _ = quick.ask(b"[1,2]")
        assert status == 200
        assert quick.ask(b"[-1]")[0] == 400
    finally:
        quick.do(quick.application.observers.clear)
    assert [(each.id, each.number, list(each.answer)) for each in seen] == [(headers["x-request-id"], 1, [2.0, 4.0])]


def test_everything_is_counted_where_others_can_read_it(tmp_path):
    with worker(tmp_path, Doubling()) as running:
        with ThreadPoolExecutor(4) as threads:
            assert all(answer[0] == 200 for answer in threads.map(lambda _: running.ask(b"[1,2]"), range(50)))
        assert running.ask(b"[13]")[0] == 500
        assert running.ask(b"[1]", key="wrong")[0] == 401
        told, text = running.stats(), running.ask(b"", path="/metrics", method="GET")[2].decode()
        reading = readings(tmp_path / "run")[0]
    counts = reading.variants[1]
    assert (counts.requests, counts.rows, counts.errors, counts.failures) == (51, 100, 1, 1)
    assert sum(counts.buckets) == 51
    assert reading.variants[0].errors == 1
    assert (told["requests"], told["errors"], told["rows"]) == (52, 2, 100)
    assert sum(point["requests"] for point in told["history"]) == 52
    assert 0 < told["p50_ms"] <= told["p99_ms"] < 1000
    assert told["last_error"].startswith("The key is missing")
    assert 'mlstudio_requests_total{endpoint="doubling",deployment="1"} 51' in text
    assert 'mlstudio_request_seconds_count{endpoint="doubling",deployment="1"} 51' in text
    assert KEY not in text
    assert read(next((tmp_path / "run").glob("*.counters"))).in_flight == 0
