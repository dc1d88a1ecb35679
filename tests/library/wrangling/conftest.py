"""Small tables and a session on a project folder of its own."""

import datetime as dt

import polars as pl
import pytest

from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / ".mlstudio").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def flights():
    return pl.DataFrame(
        {
            "carrier": ["UA", "AA", "B6", None, "UA"],
            "tail": ["N1", "N2", "N3", "N1", None],
            "delay": [5, None, -3, 90, 40],
            "distance": [100.0, 250.5, None, 2475.0, 1089.0],
            "at": [dt.datetime(2013, 1, day, 5 + day, 30) for day in range(1, 6)],
        }
    )


@pytest.fixture
def session(project, flights):
    flights.write_parquet(project / "flights.parquet")
    space = {"flights": flights}
    made = Session(Files(project), lambda: space)
    yield made
    made.close()
