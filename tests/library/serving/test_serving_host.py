"""The host of a project's endpoints: what it keeps going, whoever is killed."""

import json
import os
import shutil
import signal
import socket
import time
from contextlib import suppress

import psutil
import pytest
from loading import Load, until

from jupyter_mlstudio.core.processes import alive, process_ref
from jupyter_mlstudio.serving import reconcile
from jupyter_mlstudio.serving.runtime.host.desired import Scale
from jupyter_mlstudio.serving.runtime.host.pace import TRIES, Pace
from jupyter_mlstudio.serving.runtime.host.scaling import Reading, Scaler
from jupyter_mlstudio.serving.runtime.host.worker import _handed_over
from jupyter_mlstudio.serving.types import RollSpec, Scaling


@pytest.fixture(scope="module")
def shared(project_of):
    """One project for the tests that leave its endpoint as they found it."""
    with project_of("delay", "delay2", "crasher", "unloadable") as studio:
        yield studio


def deploy(studio, name="delay", model="delay", **options):
    return studio.deploy(f"models/{model}", name, **{"trust": True, **options})


def host_of(studio):
    return reconcile.host(studio.state / "endpoints")


def workers_of(studio, endpoint):
    return json.loads((studio.state / "endpoints" / endpoint.id / "status.json").read_text())["workers"]


def kill(pid):
    os.kill(pid, signal.SIGKILL)


def test_all_endpoints_of_a_project_have_one_host_without_any_engine(shared, rows):
    first, second = deploy(shared), deploy(shared, "other", "delay2")
    assert (first.predict(rows[0]), second.predict(rows[0])) == (["on time"], ["ON TIME"])
    host = psutil.Process(host_of(shared).pid)
    assert host.num_threads() == 1
    loaded = {file.path for file in host.memory_maps()}
    assert not [path for path in loaded if "numpy" in path or "pydantic" in path or "uvloop" in path]
    shared.serving.remove(second.id)
    assert first.predict(rows[0]) == ["on time"]


def test_a_killed_host_is_replaced_while_its_workers_go_on_answering(shared, rows):
    endpoint = deploy(shared)
    before, workers, url = host_of(shared), workers_of(shared, endpoint), endpoint.url
    with Load(endpoint, rows) as load:
        kill(before.pid)
        until(lambda: not alive(before))
        assert (endpoint.state, endpoint.predict(rows)) == ("ready", ["on time", "late"])
        shared.serving.poll()
        until(lambda: alive(host_of(shared)) and reconcile.has_host(shared.state / "endpoints"))
        until(
            lambda: json.loads((folder_of(shared, endpoint) / "status.json").read_text())["host"]["pid"] != before.pid
        )
        assert (endpoint.url, workers_of(shared, endpoint)) == (url, workers)
        deploy(shared, model="delay2")
        until(lambda: load.answers[-1] == "ON TIME")
        kill(workers_of(shared, endpoint)[0]["pid"])
        until(lambda: endpoint.now.restarts == 1 and endpoint.wait().now.workers == 1)
    assert len(load.failures) <= 4  # what the killed worker was just answering: at most one for each caller
    assert set(load.answers) == {"on time", "ON TIME"}


def folder_of(studio, endpoint):
    return studio.state / "endpoints" / endpoint.id


def test_a_socket_that_is_taken_over_is_not_inherited_by_what_the_host_starts():
    here, there = socket.socketpair()
    with here, there, socket.create_server(("127.0.0.1", 0)) as listening:
        socket.send_fds(there, [b"{}\n"], [listening.fileno()])
        told, taken = _handed_over(here)
        with taken:
            assert (told, taken.get_inheritable()) == ({}, False)


def test_an_endpoint_may_sleep_and_is_woken_by_a_call(shared, rows):
    endpoint = deploy(shared, "sleepy", model="delay2")
    shared.serving.scale(endpoint.id, Scaling(min_workers=0, max_workers=1, idle_seconds=1))
    worker = workers_of(shared, endpoint)[0]
    url = endpoint.url
    until(lambda: endpoint.state == "asleep")
    until(lambda: process_ref(worker["pid"]) is None)
    assert (endpoint.url, endpoint.now.workers) == (url, 0)
    begin = time.monotonic()
    assert endpoint.predict(rows) == ["ON TIME", "LATE"]
    assert time.monotonic() - begin < 5
    until(lambda: endpoint.state == "ready")
    assert [(event.workers, event.why) for event in endpoint.stats().scaled] == [
        (1, "The endpoint was started."),
        (0, "Nobody asked."),
        (1, "Somebody asked."),
    ]
    shared.serving.sleep(endpoint.id)
    until(lambda: endpoint.state == "asleep")
    shared.serving.wake(endpoint.id)
    until(lambda: endpoint.state == "ready")
    assert endpoint.stats().requests == 1
    shared.serving.remove(endpoint.id)


def test_what_is_asleep_when_the_host_is_killed_answers_under_the_next_one(shared, rows):
    endpoint = deploy(shared)
    shared.serving.scale(endpoint.id, Scaling(min_workers=0))
    shared.serving.sleep(endpoint.id)
    until(lambda: endpoint.state == "asleep")
    url, before = endpoint.url, host_of(shared)
    kill(before.pid)
    until(lambda: not alive(before))
    shared.serving.poll()
    until(lambda: host_of(shared) != before and endpoint.state == "asleep")
    until(lambda: json.loads((folder_of(shared, endpoint) / "status.json").read_text())["host"]["pid"] != before.pid)
    assert (endpoint.url, endpoint.predict(rows[0])) == (url, ["on time"])
    shared.serving.scale(endpoint.id, Scaling())


def test_after_a_power_cut_all_that_was_wanted_comes_up_again(shared, rows):
    endpoint, stopped = deploy(shared), deploy(shared, "stopped", "delay2")
    stopped.stop()
    url, killed = endpoint.url, [host_of(shared).pid, *(worker["pid"] for worker in workers_of(shared, endpoint))]
    for pid in killed:
        kill(pid)
    until(lambda: not any(process_ref(pid) for pid in killed))
    assert endpoint.state == "starting"
    shared.serving.poll()
    until(lambda: endpoint.state == "ready")
    assert (endpoint.url, endpoint.predict(rows), stopped.state) == (url, ["on time", "late"], "stopped")
    shared.serving.remove(stopped.id)


def test_a_killed_worker_is_replaced_at_once(shared, rows):
    endpoint = deploy(shared)
    worker = workers_of(shared, endpoint)[0]["pid"]
    kill(worker)
    with socket.create_connection(("127.0.0.1", endpoint.now.port)) as waiting:
        waiting.sendall(b"GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")  # waits at the port
        waiting.settimeout(10)
        assert waiting.recv(100).startswith(b"HTTP/1.1 200")
    until(lambda: endpoint.wait().now.restarts > 0)
    assert workers_of(shared, endpoint)[0]["pid"] != worker
    assert endpoint.predict(rows) == ["on time", "late"]


def test_a_model_that_keeps_crashing_is_given_up_with_a_reason(shared):
    endpoint = deploy(shared, "crasher", "crasher")
    for _ in range(TRIES + 2):
        with suppress(Exception):
            endpoint.predict({"value": -1.0})
        until(lambda: endpoint.state in ("ready", "failed"))
    until(lambda: endpoint.state == "failed")
    assert "ended with code 7" in endpoint.now.message
    with suppress(OSError), socket.create_connection(("127.0.0.1", endpoint.now.port), timeout=1):
        pytest.fail("Nobody should listen on a port behind which nothing can be.")
    assert endpoint.start().predict({"value": 4.0}) == [0.25]
    shared.serving.remove(endpoint.id)


def test_the_number_of_workers_follows_the_limits_under_load(shared, rows):
    endpoint = deploy(shared)
    with Load(endpoint, rows) as load:
        shared.serving.scale(endpoint.id, Scaling(min_workers=3, max_workers=3))
        until(lambda: endpoint.now.workers == 3)
        shared.serving.scale(endpoint.id, Scaling())
        until(lambda: endpoint.now.workers == 1)
        time.sleep(0.2)
    assert load.failures == []
    assert "The limits are" in endpoint.stats().scaled[-1].why


def test_a_changed_division_starts_no_process(shared, rows):
    from jupyter_mlstudio.serving.types import Share, TrafficSpec

    endpoint = deploy(shared)
    shared.serving.roll(endpoint.id, RollSpec(folder="models/delay2", trust=True, weight=50))
    endpoint.wait()
    workers, numbers = workers_of(shared, endpoint), [share.number for share in endpoint.now.traffic]
    with Load(endpoint, rows) as load:
        for weight in (10, 90, 50):
            shares = [
                Share(number=number, weight=each) for number, each in zip(numbers, (weight, 100 - weight), strict=True)
            ]
            shared.serving.divide(endpoint.id, TrafficSpec(shares=shares))
            assert [share.weight for share in endpoint.now.traffic] == [weight, 100 - weight]
        until(lambda: {"on time", "ON TIME"} <= set(load.answers[-50:]))
    assert (load.failures, workers_of(shared, endpoint)) == ([], workers)


def test_everything_ends_when_the_project_is_deleted(project_of):
    with project_of("delay") as studio:
        endpoint = deploy(studio)
        ends = [host_of(studio), process_ref(workers_of(studio, endpoint)[0]["pid"])]
        shutil.rmtree(studio.state)
        until(lambda: not any(alive(ref) for ref in ends))


def test_the_host_leaves_after_the_last_endpoint_was_stopped(project_of):
    with project_of("delay") as studio:
        endpoint = deploy(studio)
        host = host_of(studio)
        endpoint.stop()
        until(lambda: not alive(host))
        assert not list((folder_of(studio, endpoint) / "run").glob("*.sock"))
        endpoint.start()
        assert endpoint.state == "ready"


def reading(moment, **values):
    return Reading(**{"moment": moment, "concurrency": 0.0, "requests": 0.0, "latency": None, "cpu": 0.0, **values})


@pytest.mark.parametrize(
    ("target", "value", "load", "wanted"),
    [("concurrency", 4, 11, 3), ("requests", 100, 250, 3), ("cpu", 80, 170, 3), ("latency", 5, 9, 2)],
)
def test_workers_are_added_for_each_target_and_let_go_after_a_quiet_while(target, value, load, wanted):
    scaler, scale = Scaler(), Scale(1, 4, target, value, cool_down_out=3, cool_down_in=10)
    assert scaler.decide(scale, 1, reading(0.0, **{target: load})) is None
    size, why = scaler.decide(scale, 1, reading(1.0, **{target: load}))
    assert (size, f"more than {value} for each worker" in why) == (wanted, True)
    assert scaler.decide(scale, size, reading(2.0, **{target: 10 * load})) is None  # too soon after the last
    for moment in range(6, 16):
        assert scaler.decide(scale, size, reading(float(moment))) is None
    assert scaler.decide(scale, size, reading(17.0))[0] == size - 1


def test_one_quiet_moment_is_no_reason_to_let_a_worker_go():
    scaler, scale = Scaler(), Scale(1, 4, "concurrency", 4, cool_down_in=5)
    for moment in range(40):
        assert scaler.decide(scale, 2, reading(float(moment), concurrency=0.0 if moment % 2 else 12.0)) is None


class Ended:
    """What the pace looks at of a worker that has ended."""

    failure = None

    def __init__(self, answered_for):
        self.answered_for = answered_for


def test_a_worker_that_crashes_in_a_loop_is_started_less_and_less_often():
    pace, pauses = Pace(), []
    while pace.lost(Ended(answered_for=0.1)):
        pauses.append(pace.again_at - time.monotonic())
    assert pauses[0] <= 0 < pauses[2] < pauses[-1]
    assert pace.lost(Ended(answered_for=1000.0))
