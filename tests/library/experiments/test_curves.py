"""How metrics developed: exact when all points are wanted, and no spike is lost when they are too many."""

import math
import random
import sqlite3
from contextlib import closing

import pytest

from jupyter_mlstudio import InvalidError, Studio
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.experiments.reading import curves as reading
from jupyter_mlstudio.experiments.reading.curves import CurvesQuery
from jupyter_mlstudio.experiments.reading.packed import Packed
from jupyter_mlstudio.experiments.reading.rows import INFINITE

STEPS = 5000
SPIKES = {7: 1000.0, 2500: -1000.0, 4999: 2000.0}


def logged(studio, run, metric, points):
    """Write points straight into the tables: step, time, value, and whether it is no number."""
    with closing(sqlite3.connect(studio.state / "mlflow.db")) as connection:
        connection.executemany(
            "INSERT INTO metrics (run_uuid, key, step, timestamp, value, is_nan) VALUES (?, ?, ?, ?, ?, ?)",
            [(run, metric, *point) for point in points],
        )
        connection.commit()


@pytest.fixture(scope="module")
def spiky(tmp_path_factory):
    """Two runs: a long curve with spikes, and a short one with what is no number."""
    studio = Studio.open(tmp_path_factory.mktemp("a project"))
    client = studio.experiments.client()
    long, short = (client.create_run("0").info.run_id for _ in range(2))
    draw = random.Random(0)
    points = [(step, 1000 + step, SPIKES.get(step, draw.random()), 0) for step in range(STEPS)]
    logged(studio, long, "loss", draw.sample(points, STEPS))
    client.log_metric(short, "loss", math.nan, 5, 1)
    client.log_metric(short, "loss", math.inf, 6, 2)
    client.log_metric(short, "loss", -0.5, 7, 3)
    return studio, long, short


def asked(studio, **query):
    body = Packed(studio.experiments.reading.curves(CurvesQuery(**query)))
    return [
        item
        | {
            part: item[part] and body.buffer(item[part], "d").tolist()
            for part in ("steps", "times", "values", "low", "high")
        }
        for item in body.header["items"]
    ]


@pytest.mark.parametrize("by", ["step", "time"])
@pytest.mark.parametrize("ordered", [True, False], ids=["with the index", "as older stores are"])
def test_an_envelope_keeps_every_spike(spiky, monkeypatch, by, ordered):
    studio, long, _ = spiky
    if not ordered:
        monkeypatch.setattr(reading, "INDEX", "of no store")
    (curve,) = asked(studio, ids=[long], metrics=["loss"], points=100, by=by)
    assert (curve["total"], len(curve["steps"])) == (STEPS, 100)
    assert curve["steps"] == sorted(curve["steps"])
    for step, value in SPIKES.items():
        bucket = min(range(100), key=lambda place: abs(curve["steps"][place] - step))
        near = range(max(0, bucket - 1), min(100, bucket + 2))
        assert any(value in (curve["low"][place], curve["high"][place]) for place in near)
    assert all(
        low <= value <= high for low, value, high in zip(curve["low"], curve["values"], curve["high"], strict=True)
    )


def test_all_points_are_exact(spiky):
    studio, long, short = spiky
    whole, odd = asked(studio, ids=[long, short, "nothing"], metrics=["loss", "nothing"], points=0)
    assert (whole["run"], whole["steps"], whole["low"]) == (long, list(range(STEPS)), None)
    assert whole["times"] == [1000.0 + step for step in range(STEPS)]
    assert {step: whole["values"][step] for step in SPIKES} == SPIKES
    assert (odd["steps"], odd["times"], odd["values"][1:]) == ([1, 2, 3], [5, 6, 7], [math.inf, -0.5])
    assert math.isnan(odd["values"][0])


def test_only_points_after_a_step_are_given(spiky):
    studio, long, short = spiky
    found = asked(studio, ids=[long, short], metrics=["loss"], after={long: 4997, short: 3})
    assert [(curve["run"], curve["steps"], curve["total"]) for curve in found] == [(long, [4998, 4999], 2)]


def test_a_few_points_are_given_as_they_are(spiky):
    studio, _, short = spiky
    (curve,) = asked(studio, ids=[short], metrics=["loss"], points=3)
    assert (curve["low"], curve["high"], len(curve["values"])) == (None, None, 3)


def test_points_of_one_step_are_parted_by_time(spiky):
    studio = spiky[0]
    run = studio.experiments.client().create_run("0").info.run_id
    logged(studio, run, "flat", [(0, 1000 + at, float(at), 0) for at in range(300)])
    (curve,) = asked(studio, ids=[run], metrics=["flat"], points=10)
    assert (curve["total"], curve["low"], curve["high"]) == (300, list(range(0, 300, 30)), list(range(29, 300, 30)))


def test_what_is_no_number_leaves_the_envelope_of_the_others(spiky):
    studio = spiky[0]
    run = studio.experiments.client().create_run("0").info.run_id
    logged(studio, run, "odd", [(at, at, 0.0 if at < 20 else float(at), at < 20) for at in range(100)])
    (curve,) = asked(studio, ids=[run], metrics=["odd"], points=10)
    assert all(map(math.isnan, [*curve["values"][:2], *curve["high"][:2]]))
    assert (curve["low"][2:], curve["total"]) == (list(range(20, 100, 10)), 100)


def test_infinity_is_infinite_in_an_envelope_too(spiky):
    studio = spiky[0]
    run = studio.experiments.client().create_run("0").info.run_id
    logged(studio, run, "burst", [(at, at, INFINITE if at == 25 else float(at), 0) for at in range(100)])
    (curve,) = asked(studio, ids=[run], metrics=["burst"], points=10)
    assert (curve["values"][2], curve["low"][2], curve["high"][2]) == (math.inf, 20, math.inf)
    assert max(curve["high"][3:]) == 99


def test_more_points_than_a_browser_can_hold_are_refused(spiky, monkeypatch):
    studio, long, _ = spiky
    monkeypatch.setattr(reading, "MOST", 4000)
    with pytest.raises(InvalidError, match=r"^points: .* more than 4,000"):
        asked(studio, ids=[long], metrics=["loss"], points=0)
    with pytest.raises(InvalidError, match=r"^points: .*less than or equal to 5000"):
        convert(CurvesQuery, {"ids": [], "metrics": [], "points": 9000})


def test_a_project_without_a_store_has_no_curves(studio):
    assert asked(studio, ids=["x"], metrics=["loss"]) == []
