"""Frames of the kernel of every kind."""

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.catalogue import frames_in
from jupyter_mlstudio.wrangling.messages import Frame
from jupyter_mlstudio.wrangling.sources import framed

TABLE = pl.DataFrame(
    {
        "n": [1, None, 2**53 - 1],
        "whole": [1.0, None, 2.0],
        "s": ["x", None, ""],
        "b": [True, None, False],
        "d": [dt.date(2013, 1, 31), None, dt.date(1999, 1, 1)],
        "none": pl.Series([None, None, None], dtype=pl.Int64),
    }
)
DTYPES = {"n": "Int64", "whole": "Float64", "s": "string", "b": "boolean", "none": "Int64"}
KINDS = {
    "polars": lambda: TABLE,
    "pandas": lambda: TABLE.to_pandas(),
    "pyarrow": lambda: TABLE.to_arrow(),
    "relation": lambda: duckdb.from_arrow(TABLE.to_arrow()),
}


def run(head, frame) -> tuple[pl.DataFrame, pd.DataFrame]:
    space = {"frame": frame, "pl": pl, "pd": pd}
    return eval("".join(head.lines), space).collect(), eval("".join(head.pandas), space)


@pytest.mark.parametrize("kind", KINDS)
def test_frames_of_every_kind_are_read_with_their_missing_values(kind):
    frame = KINDS[kind]()

    head = framed("frame", frame)
    table, in_pandas = run(head, frame)

    assert head.kind == kind
    assert table.equals(head.table.collect())
    assert head.table.select("whole", "s", "b").collect().equals(TABLE.select("whole", "s", "b"))
    assert head.table.collect()["n"].to_list() == TABLE["n"].to_list()
    found = {name: str(dtype) for name, dtype in in_pandas.dtypes.items()}
    assert {name: found[name] for name in DTYPES if kind != "pandas" or name != "none"} == {
        name: dtype for name, dtype in DTYPES.items() if kind != "pandas" or name != "none"
    } | ({"n": found["n"]} if kind == "pandas" else {})


def test_a_lazy_frame_stays_lazy():
    head = framed("frame", TABLE.lazy())

    assert head.lines == ("frame", ".fill_nan(None)")
    assert head.table.collect().equals(TABLE)


def test_series_and_arrays_become_tables():
    series = framed("frame", pd.Series([1.0, None], name="x"))
    unnamed = framed("frame", pl.Series([1, 2]))
    array = framed("frame", np.array([[1.0, float("nan")], [3.0, 4.0]]))

    assert series.table.collect().to_dict(as_series=False) == {"x": [1.0, None]}
    assert run(series, pd.Series([1.0, None], name="x"))[1]["x"].isna().to_list() == [False, True]
    assert unnamed.table.collect().to_dict(as_series=False) == {"value": [1, 2]}
    assert array.table.collect().to_dict(as_series=False) == {"column_0": [1.0, 3.0], "column_1": [None, 4.0]}
    assert run(array, np.eye(2))[1].columns.to_list() == ["column_0", "column_1"]


def test_the_result_goes_back_into_the_form_it_came_from():
    for kind, expected in {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": type(TABLE.to_arrow())}.items():
        frame = KINDS[kind]()
        head = framed("frame", frame)

        assert isinstance(eval("".join([*head.lines, *head.back]), {"frame": frame, "pl": pl}), expected)


def test_frames_of_every_kind_are_listed():
    space = {
        "a": TABLE, "b": TABLE.lazy(), "c": TABLE.to_pandas(), "d": TABLE.to_arrow(), "e": KINDS["relation"](),
        "f": pd.Series([1]), "g": np.eye(2), "h": np.zeros(3), "_hidden": TABLE, "i": [1], "shown#1": TABLE,
    }  # fmt: skip

    assert frames_in(space) == [
        Frame(name="a", kind="polars", rows=3, columns=6),
        Frame(name="b", kind="polars", rows=None, columns=None),
        Frame(name="c", kind="pandas", rows=3, columns=6),
        Frame(name="d", kind="pyarrow", rows=3, columns=6),
        Frame(name="e", kind="relation", rows=None, columns=6),
        Frame(name="f", kind="series", rows=1, columns=1),
        Frame(name="g", kind="array", rows=2, columns=2),
    ]


def test_a_name_that_would_be_a_pattern_is_refused():
    with pytest.raises(InvalidError, match="taken for a pattern"):
        framed("table", pl.DataFrame({"^a$": [1]}))


def test_times_with_a_zone_come_from_pandas():
    frame = pd.DataFrame({"at": pd.to_datetime(["2020-01-01", None]).tz_localize("Europe/Berlin")})

    assert framed("frame", frame).table.collect_schema()["at"].time_zone == "Europe/Berlin"
