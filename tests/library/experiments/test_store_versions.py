"""Stores that other versions of MLflow have written: known ones are read straight, the others through MLflow."""

import gzip
import math
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_mlstudio import EngineError, Studio
from jupyter_mlstudio.experiments.reading import schemas
from jupyter_mlstudio.experiments.reading.curves import CurvesQuery
from jupyter_mlstudio.experiments.reading.packed import Packed
from jupyter_mlstudio.experiments.reading.table import TableQuery
from jupyter_mlstudio.experiments.types import RunQuery

STORES = Path(__file__).with_name("stores")
OLD = "mlflow-2.22.0"
READ = sorted(path.name.removesuffix(".sql.gz") for path in STORES.glob("*.gz") if not path.name.startswith(OLD))


def opened(folder, name):
    """Put the store of a version into a folder, and open a project with it."""
    database = folder / f"{name}.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(gzip.decompress((STORES / f"{name}.sql.gz").read_bytes()).decode())
    return Studio.open(folder / name, tracking_uri=f"sqlite:///{database}")


def test_there_are_stores_of_at_least_three_minor_versions():
    assert len({name.rpartition(".")[0] for name in READ}) >= 4


@pytest.mark.parametrize("name", READ)
def test_a_store_of_a_known_version_is_read_straight(tmp_path, name):
    studio = opened(tmp_path, name)
    assert studio.experiments.direct
    table = studio.experiments.runs(RunQuery())
    assert [(run.name, run.state.value) for run in table.items] == [("child", "failed"), ("baseline", "finished")]
    run = studio.experiments.run(table.items[1].id)
    assert (run.note, run.user, run.tags, run.children) == (
        "The *first* one.",
        "ann",
        {"team": "blue"},
        [table.items[0].id],
    )
    assert {metric.name: metric.value for metric in run.metrics} == {
        "auc": 0.9,
        "huge": "Infinity",
        "loss": 0.1,
        "odd": "NaN",
        "tiny": "-Infinity",
    }
    assert [(data.name, data.context) for data in run.datasets] == [("flights", "training")]
    assert [len(param.value) for param in run.params] == [1, 300]


@pytest.mark.parametrize("name", READ)
def test_its_columns_and_curves_are_read_straight(tmp_path, name):
    reading = opened(tmp_path, name).experiments.reading
    body = Packed(reading.table(TableQuery()))
    assert (body.header["own"]["name"], body.header["total"]) == (["child", "baseline"], 2)
    columns = {column["name"]: column for column in body.header["columns"]}
    assert sorted(columns) == ["auc", "depth", "huge", "loss", "odd", "team", "tiny", "with space/and.more"]
    assert body.buffer(columns["auc"]["values"], "d").tolist() == [0.8, 0.9]
    assert body.buffer(columns["huge"]["values"], "d").tolist() == [math.inf]
    assert math.isnan(body.buffer(columns["odd"]["values"], "d")[0])
    ids = body.header["own"]["id"]
    for points in (0, 4):
        (curve,) = Packed(reading.curves(CurvesQuery(ids=ids, metrics=["loss"], points=points))).header["items"]
        assert (curve["run"], curve["total"], curve["low"] is None) == (ids[1], 10, points == 0)
    assert len(Packed(reading.table(TableQuery(deleted=True))).header["own"]["id"]) == 2


def test_an_older_store_is_left_to_mlflow_which_brings_it_up_to_date(tmp_path):
    studio = opened(tmp_path, OLD)
    assert not studio.experiments.direct
    assert [run.name for run in studio.experiments.runs().items] == ["child", "baseline"]
    assert Studio.open(studio.project, tracking_uri=studio.tracking_uri).experiments.direct


def test_a_newer_store_is_left_to_mlflow_which_cannot_read_it_and_it_is_said_what_to_do(tmp_path):
    studio = opened(tmp_path, "mlflow-3.17.2")
    with closing(sqlite3.connect(studio.tracking_uri.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'f00000000000'")
        connection.commit()
    assert not studio.experiments.direct
    with pytest.raises(EngineError, match=r"f00000000000.*mlflow db upgrade") as caught:
        studio.experiments.runs()
    assert caught.value.code == "store_version"


def test_a_known_revision_without_what_is_needed_is_not_read_straight(tmp_path):
    studio = opened(tmp_path, "mlflow-3.9.0")
    database = Path(studio.tracking_uri.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(database)) as connection:
        assert schemas.readable(connection)
        connection.execute("ALTER TABLE latest_metrics RENAME COLUMN step TO at")
        assert not schemas.readable(connection)
