"""What an endpoint writes down of requests and answers."""

import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import polars as pl
import pytest
from conftest import fields_of, flights, order_for

from jupyter_mlstudio.monitoring import captured
from jupyter_mlstudio.monitoring.types import LiveWindow
from jupyter_mlstudio.serving.runtime import capture
from jupyter_mlstudio.serving.runtime.capture import Recorder, recording
from jupyter_mlstudio.serving.runtime.question import Observation, Question, Rows

WORKER = """
import sys, time
import numpy as np
from jupyter_mlstudio.serving.runtime.capture import Recorder
from jupyter_mlstudio.serving.runtime.order import Capture, Order
from jupyter_mlstudio.serving.runtime.question import Observation, Question, Rows
folder, name = sys.argv[1:]
recorder = Recorder(Order("abc", "late", folder, folder, 1, (), capture=Capture(share=1.0)), lambda _: ())
for beat in range(1000):
    recorder([Observation("late", 1, Question(Rows(1, cells=[(1.0,)]), "predict", bytes), np.array(["late"]), 1e-4,
        time.time(), f"{name}-{beat}-{place}") for place in range(50)])
    print(beat, flush=True)
    time.sleep(0.05)
"""


def whole(folder) -> pl.DataFrame:
    return captured.read(folder, 1, LiveWindow(rows=1_000_000))


def observed(rows: Rows, answer, id: str = "q", number: int = 1, method: str = "predict", **question) -> Observation:
    return Observation("late", number, Question(rows, method, bytes, **question), answer, 2e-3, 1_700_000_000.5, id)


def test_rows_and_answers_are_written_as_they_came(endpoint, record):
    table = flights(3)
    record(table, np.array(["late", "on time", "late"]))
    found = whole(endpoint)
    assert found.columns == [
        *("id", "at", "number", "model", "method", "latency_ms", "status"),
        *("in.distance", "in.wind", "in.carrier", "in.day", "out.prediction"),
    ]
    assert found["id"].to_list() == ["r0", "r1", "r2"]
    assert found["model"].unique().to_list() == ["late 1"]
    assert found["in.distance"].to_list() == table["distance"].tolist()
    assert found["in.day"].dtype == pl.Int64
    assert found["out.prediction"].to_list() == ["late", "on time", "late"]


def test_a_request_with_several_rows_has_an_id_for_each(endpoint):
    recorder = Recorder(order_for(endpoint), lambda _: fields_of(flights(1)[["wind", "day"]]))
    columns = [np.array([1.0, np.nan]), np.array([1, 2])]
    recorder([observed(Rows(2, columns=columns), np.array([[0.1, 0.9], [0.7, 0.3]]), method="predict_proba")])
    recorder.close()
    found = whole(endpoint)
    assert found["id"].to_list() == ["q/0", "q/1"]
    assert found["in.wind"].to_list() == [1.0, None]
    assert (found["out.0"].to_list(), found["out.1"].to_list()) == ([0.1, 0.7], [0.9, 0.3])
    assert found["latency_ms"].to_list() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("answer", "columns"),
    [
        ([1, 2.5], {"out.prediction": [1.0, 2.5]}),
        ([1, "x"], {"out.prediction": ["1", "x"]}),
        ((np.array([1, 2]), np.array([[0.1], [0.2]])), {"out.prediction": [1, 2]}),
        (pd.DataFrame({"low": [1, 2], "high": [3, 4]}), {"out.low": [1, 2], "out.high": [3, 4]}),
        (np.zeros((2, 3, 4)), {}),
    ],
)
def test_any_answer_is_written_or_left_out(endpoint, answer, columns):
    recorder = Recorder(order_for(endpoint), lambda _: ())
    recorder([observed(Rows(2, cells=[(1.0,), (2.0,)], names=["x"]), answer)])
    recorder.close()
    found = whole(endpoint)
    assert found["in.x"].to_list() == [1.0, 2.0]
    assert {name: found[name].to_list() for name in found.columns if name.startswith("out.")} == columns


def test_masked_columns_are_nowhere_on_disk(endpoint):
    recorder = Recorder(order_for(endpoint, masked=("carrier", "prediction")), lambda _: fields_of(flights(1)))
    recorder([observed(Rows(1, cells=[(1.0, 2.0, "secret", 3)]), np.array(["hidden"]))])
    recorder.close()
    [path] = captured.files(endpoint)
    assert {"in.carrier", "out.prediction"}.isdisjoint(pl.read_parquet(path).columns)
    assert b"secret" not in path.read_bytes()
    assert b"hidden" not in path.read_bytes()


def test_deployments_are_kept_apart(endpoint, record):
    record(flights(4), np.array([1, 2, 3, 4]), number=1)
    record(flights(2), np.array([1.5, 2.5]), number=2)
    assert captured.read(endpoint, 1, LiveWindow())["out.prediction"].to_list() == [1, 2, 3, 4]
    assert captured.read(endpoint, 2, LiveWindow())["out.prediction"].to_list() == [1.5, 2.5]


def test_about_the_share_that_was_asked_for_is_kept(endpoint):
    recorder = Recorder(order_for(endpoint, share=0.1), lambda _: ())
    recorder([observed(Rows(1, cells=[(1.0,)]), np.array([1]))] * 5000)
    recorder.close()
    assert 400 < whole(endpoint).height < 600


def test_a_flood_is_bounded_and_counted(endpoint, monkeypatch):
    monkeypatch.setattr(capture, "ROOM", 100)
    recorder = Recorder(order_for(endpoint), lambda _: ())
    recorder([observed(Rows(30, cells=[(1.0,)] * 30), np.arange(30))] * 5)
    recorder.close()
    assert (whole(endpoint).height, recorder.left_out) == (100, 50)


def test_the_oldest_files_go_when_there_is_too_much(endpoint):
    noise = np.random.default_rng(0)
    recorder = Recorder(order_for(endpoint, most_megabytes=0.2), lambda _: ())
    for number in range(6):
        recorder([observed(Rows(5000, columns=[noise.normal(size=5000)]), np.zeros(5000), f"{number}")])
        recorder.close()
    held = captured.amount(endpoint)
    assert 0 < held.bytes <= 200_000
    assert set(whole(endpoint)["id"].str.split("/").list.first()) <= {"3", "4", "5"}


def test_a_change_of_the_order_holds_from_the_next_request_on(endpoint):
    recorder = recording(None, order_for(endpoint), lambda _: ())
    recorder([observed(Rows(1, cells=[(1.0,)]), np.array([1]), "a")])
    assert recording(recorder, order_for(endpoint, share=0.0), lambda _: ()) is None
    recorder([observed(Rows(1, cells=[(1.0,)]), np.array([1]), "b")])
    for _ in range(50):
        if captured.files(endpoint):
            break
        time.sleep(0.05)
    assert whole(endpoint)["id"].to_list() == ["a"]


def test_a_disk_that_refuses_does_not_reach_the_caller(endpoint, caplog):
    (endpoint / "capture").write_text("no folder")
    recorder = Recorder(order_for(endpoint), lambda _: ())
    recorder([observed(Rows(1, cells=[(1.0,)]), np.array([1]))])
    recorder.close()
    assert "Capture" in caplog.text


def test_workers_write_side_by_side_and_a_killed_one_loses_seconds_at_most(endpoint):
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, endpoint, name], stdout=subprocess.PIPE, text=True)
        for name in ("a", "b")
    ]
    told = {}
    try:
        for worker, name in zip(workers, "ab", strict=True):
            while not list(endpoint.glob(f"capture/*/*-{worker.pid}-*.parquet")):  # Arrow takes a while to import
                worker.stdout.readline()
            for _ in range(30):
                told[name] = int(worker.stdout.readline())
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            worker.stdout.close()
    found = whole(endpoint)
    assert found["id"].n_unique() == found.height
    for name in "ab":
        beats = found.filter(pl.col("id").str.starts_with(name))["id"].str.split("-").list.get(1).cast(pl.Int64)
        assert beats.max() >= told[name] - 60, "of twenty a second"
