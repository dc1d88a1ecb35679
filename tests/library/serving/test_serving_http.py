"""What the data plane makes of bytes: well-formed ones, odd ones, slow ones and too many."""

import json
import socket
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import until
from worker_by_hand import KEY, Doubling, request, worker

from jupyter_mlstudio.serving.runtime.http.chunks import Chunks
from jupyter_mlstudio.serving.runtime.order import Limits

CHUNKED = request(b"", "Transfer-Encoding: chunked") + b"2\r\n[4\r\n4;x=y\r\n,5,6\r\n1\r\n]\r\n0\r\nTrailer: a\r\n\r\n"


@pytest.fixture(scope="module")
def hand(tmp_path_factory):
    limits = Limits(body=200_000, connections=40)
    with worker(tmp_path_factory.mktemp("hand"), Doubling(), limits, slow=1.0, idle=2.0, farewell=0.5) as running:
        yield running


@pytest.fixture(autouse=True)
def _hung_up(hand):
    yield
    hand.hang_up()


def test_a_question_is_answered(hand):
    status, headers, body = hand.ask(b"[1,2]")
    assert (status, body) == (200, b"[2.0,4.0]")
    assert headers["content-type"] == "application/json"
    assert "x-request-id" not in headers
    assert "access-control-allow-origin" not in headers


def test_requests_in_a_row_are_answered_in_their_order(hand):
    talk = hand.talk().say(b"".join(request(b"[%d]" % number) for number in range(20, 220)))
    assert [json.loads(talk.hear()[2]) for _ in range(200)] == [[2.0 * number] for number in range(20, 220)]


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_a_request_may_come_in_pieces(hand, size):
    sent = request(b"[1]") + CHUNKED + request(b"", method="GET", path="/echo") + request(b"[9]")
    talk = hand.talk()
    for at in range(0, len(sent), size):
        talk.say(sent[at : at + size])
    assert [talk.hear()[2] for _ in range(4)] == [b"[2.0]", b"[8.0,10.0,12.0]", b"", b"[18.0]"]


@settings(max_examples=40, deadline=None)
@given(cuts=st.lists(st.integers(0, 10_000), max_size=12), pipelined=st.integers(1, 4))
def test_however_bytes_are_cut_the_answers_are_the_same(hand, cuts, pipelined):
    sent = (request(b"[3]") + CHUNKED + b"\r\n" + request(b"[-1]") + request(b"nonsense")) * pipelined
    talk = hand.talk()
    talk.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    edges = [0, *sorted(cut % len(sent) for cut in cuts), len(sent)]
    for begin, end in pairwise(edges):
        talk.say(sent[begin:end])
    answers = [talk.hear() for _ in range(4 * pipelined)]
    talk.socket.close()
    assert [status for status, _, _ in answers] == [200, 200, 400, 400] * pipelined
    assert {body for _, _, body in answers[1::4]} == {b"[8.0,10.0,12.0]"}


@given(body=st.binary(max_size=300), sizes=st.lists(st.integers(1, 40), min_size=1), cut=st.integers(1, 50))
def test_chunks_give_back_what_was_put_into_them(body, sizes, cut):
    sent, at, turn = b"", 0, 0
    while at < len(body):
        part = body[at : at + sizes[turn % len(sizes)]]
        sent += b"%X\r\n%b\r\n" % (len(part), part)
        at, turn = at + len(part), turn + 1
    sent += b"0\r\n\r\nrest"
    chunks = Chunks()
    got = b"".join(chunks.feed(sent[at : at + cut]) for at in range(0, len(sent), cut) if not chunks.complete)
    assert got == body
    assert chunks.complete
    assert b"rest".startswith(chunks.rest)


def test_expect_continue_is_answered_before_the_body(hand):
    talk = hand.talk().say(request(b"[21]", "Expect: 100-continue")[: -len(b"[21]")])
    assert talk.hear()[0] == 100
    assert talk.say(b"[21]").hear()[2] == b"[42.0]"


def test_expect_continue_is_refused_without_the_key(hand):
    talk = hand.talk().say(request(b"[21]", "Expect: 100-continue", key="wrong")[: -len(b"[21]")])
    status, headers, _ = talk.hear()
    assert (status, headers["connection"]) == (401, "close")


def test_a_body_that_is_too_large_is_refused_before_it_comes(hand):
    talk = hand.talk().say(
        request(b"x", method="POST").replace(b"Content-Length: 1", b"Content-Length: 120000000")[:-1]
    )
    status, headers, body = talk.hear()
    assert (status, json.loads(body)["reason"], headers["connection"]) == (413, "too_large", "close")


def test_a_caller_who_sends_it_all_the_same_still_gets_his_answer(hand):
    body = b"[" + b"1," * 400_000 + b"1]"
    status, _, told = hand.ask(body)
    assert (status, json.loads(told)["reason"]) == (413, "too_large")


def test_chunks_are_counted(hand):
    chunk = b"10000\r\n" + b"1" * 0x10000 + b"\r\n"
    talk = hand.talk().say(request(b"", "Transfer-Encoding: chunked"), *[chunk] * 4)
    assert talk.hear()[0] == 413


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"GET /ping HTTP/1.1\nHost: a\n\n", 400),
        (b"CONNECT a:1 HTTP/1.1\r\n\r\n", 400),
        (request(b"[1]").replace(b"Content-Length: 3", b"Content-Length: 3\r\nContent-Length: 4"), 400),
        (request(b"[1]").replace(b"Content-Length: 3", b"Content-Length: 3\r\nTransfer-Encoding: chunked"), 400),
        (request(b"[1]").replace(b"Content-Length: 3", b"Content-Length: -3"), 400),
        (request(b"", "Transfer-Encoding: gzip, chunked"), 400),
        (request(b"", "Transfer-Encoding: chunked") + b"zz\r\n", 400),
        (request(b"", "Transfer-Encoding: chunked") + b"1\r\nabc\r\n", 400),
        (request(b"", "X: " + "y" * 40_000), 431),
        (b"GET /ping HTTP/1.1\r\nX: " + b"y" * 40_000, 431),
        (request(b"", *(f"X{number}: y" for number in range(200))), 400),
    ],
)
def test_what_is_no_http_is_refused_in_json(hand, sent, status):
    talk = hand.talk().say(sent)
    answered, headers, body = talk.hear()
    assert (answered, headers["connection"]) == (status, "close")
    assert json.loads(body)["message"].endswith(".")
    assert talk.ended()


@pytest.mark.parametrize(
    ("path", "method", "key", "status", "reason"),
    [
        ("/double", "POST", "wrong", 401, "key"),
        ("/nowhere", "GET", KEY, 404, "not_found"),
        ("/nowhere", "GET", "wrong", 401, "key"),
        ("/double", "GET", KEY, 405, "method"),
        ("/models/unknown/double", "POST", KEY, 404, "unknown_model"),
    ],
)
def test_what_is_not_there_is_refused_and_the_connection_kept(hand, path, method, key, status, reason):
    body = b"[1]" if method == "POST" else b""
    talk = hand.talk().say(request(body, path=path, method=method, key=key), request(b"[2]"))
    answered, _, told = talk.hear()
    assert (answered, json.loads(told)["reason"]) == (status, reason)
    assert talk.hear()[2] == b"[4.0]"


def test_methods_are_told_and_heads_answered(hand):
    talk = hand.talk().say(request(b"", path="/echo", method="OPTIONS"), request(b"", path="/ping", method="HEAD"))
    status, headers, _ = talk.hear()
    assert (status, headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    status, headers, _ = talk.hear(head=True)
    assert (status, headers["content-length"]) == (200, "1")
    assert talk.say(request(b"[3]")).hear()[2] == b"[6.0]"


def test_the_connection_is_closed_when_the_caller_says_so(hand):
    talk = hand.talk().say(request(b"[1]", "Connection: close"))
    assert talk.hear()[1]["connection"] == "close"
    assert talk.ended()


def test_http_1_0_is_closed_unless_it_is_kept(hand):
    old = request(b"[1]").replace(b"HTTP/1.1", b"HTTP/1.0")
    talk = hand.talk().say(old)
    assert talk.hear()[1]["connection"] == "close"
    assert talk.ended()
    talk = hand.talk().say(old.replace(b"Host", b"Connection: keep-alive\r\nHost"))
    assert talk.hear()[1]["connection"] == "keep-alive"
    assert talk.say(old).hear()[2] == b"[2.0]"


@pytest.mark.parametrize("name", ["X-Request-Id", "X-Amzn-SageMaker-Inference-Id"])
def test_the_caller_s_name_for_a_request_comes_back(hand, name):
    assert hand.ask(b"[1]", f"{name}: mine-7")[1]["x-request-id"] == "mine-7"


def test_a_changed_key_is_the_only_one_that_fits(hand):
    talk = hand.talk().say(request(b"[1]"))
    assert talk.hear()[0] == 200
    (hand.folder / "key").write_text("another")
    time.sleep(0.06)
    try:
        assert talk.say(request(b"[1]")).hear()[0] == 401
        assert talk.say(request(b"[1]", key="another")).hear()[0] == 200
    finally:
        (hand.folder / "key").write_text(KEY)
    assert talk.say(request(b"[1]")).hear()[0] == 200


def test_a_caller_who_has_said_all_is_still_answered(hand):
    talk = hand.talk().say(request(b"[5]"))
    talk.socket.shutdown(socket.SHUT_WR)
    assert talk.hear()[2] == b"[10.0]"
    assert talk.ended()


def test_slow_senders_are_cut_and_others_are_answered_meanwhile(hand):
    begun = time.monotonic()
    heads = [hand.talk().say(request(b"[1]")[:20]) for _ in range(8)]
    bodies = [hand.talk().say(request(b"[1]")[:-1]) for _ in range(8)]
    silent = [hand.talk() for _ in range(8)]
    assert hand.ask(b"[1]")[0] == 200
    for talk in (*heads, *bodies):
        status, headers, _ = talk.hear()
        assert (status, headers["connection"]) == (408, "close")
    assert all(talk.ended() for talk in silent)
    assert time.monotonic() - begun < 3


def test_a_connection_on_which_nothing_is_asked_is_closed(hand):
    talk = hand.talk().say(request(b"[1]"))
    assert talk.hear()[0] == 200
    assert talk.ended()


def test_too_many_connections_are_refused_politely(hand):
    kept = [hand.talk() for _ in range(40)]
    for talk in kept:
        talk.say(request(b"[1]")).hear()
    status, headers, body = hand.ask(b"[1]")
    assert (status, headers["retry-after"], json.loads(body)["reason"]) == (503, "1", "connections")
    for talk in kept:
        talk.socket.close()
    until(lambda: hand.ask(b"[1]")[0] == 200)
