"""Runs by column: what is packed, what changes cost, and stores that look odd."""

import json
import math
import platform
import shutil
import sqlite3
from array import array
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlstudio import InvalidError, Studio
from jupyter_mlstudio.experiments import embedded
from jupyter_mlstudio.experiments.reading import bulk
from jupyter_mlstudio.experiments.reading.columns import Runs
from jupyter_mlstudio.experiments.reading.loading import gathered
from jupyter_mlstudio.experiments.reading.packed import Packed, Packer
from jupyter_mlstudio.experiments.reading.table import TableQuery
from jupyter_mlstudio.experiments.types import RunEdit

ODD = "a.b/c 'd' \"e\" `f` %_ \n ü 🦩"


class Table:
    """A packed answer, made plain."""

    def __init__(self, studio, **query):
        body = Packed(studio.experiments.reading.table(TableQuery(**query)))
        self.header, self.names = body.header, body.header["own"].get("name")
        self.revision, self.total, self.removed = (body.header[key] for key in ("revision", "total", "removed"))
        self.columns = {(column["kind"], column["name"]): _cells(body, column) for column in body.header["columns"]}
        self.own = {key: _coded(body, value) for key, value in body.header["own"].items() if isinstance(value, dict)}


def _cells(body, column):
    values = body.buffer(column["values"], "d" if column["form"] == "number" else "i").tolist()
    if column["form"] == "words":
        values = [column["words"][code] for code in values]
    rows = range(column["count"]) if column["rows"] is None else body.buffer(column["rows"], "i")
    return dict(zip(rows, values, strict=True))


def _coded(body, told):
    return [told["words"][code] if code >= 0 else None for code in body.buffer(told["codes"], "i")]


def fill(studio, count, cells, *, deleted=()):
    """Write runs straight into the tables; `cells` are rows of params, metrics or tags: table, run, name, value."""
    studio.experiments.client()
    with closing(sqlite3.connect(studio.state / "mlflow.db")) as connection:
        connection.executemany(
            "INSERT INTO runs (run_uuid, name, status, start_time, end_time, lifecycle_stage, experiment_id,"
            " source_type, user_id)"
            " VALUES (?, ?, 'FINISHED', ?, ?, ?, 0, 'LOCAL', 'ann')",
            [
                (f"{run:032x}", f"run {run}", run * 1000, run * 1000 + 5, "deleted" if run in deleted else "active")
                for run in range(count)
            ],
        )
        for table, run, name, value in cells:
            if table == "latest_metrics":
                extra, given = ", timestamp, step, is_nan", ", 0, 0, 0"
            else:
                extra = given = ""
            connection.execute(
                f"INSERT INTO {table} (run_uuid, key, value{extra}) VALUES (?, ?, ?{given})",
                (f"{run:032x}", name, value),
            )
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_packed_body_has_its_buffers_where_they_can_be_read_as_numbers():
    packer = Packer()
    places = [packer.put(array("i", [1, 2, 3])), packer.put(array("d", [math.inf])), packer.put(array("i"))]
    raw = packer.body({"name": "ü", "places": places})
    assert (raw[:4], int.from_bytes(raw[4:8], "little")) == (b"MLSP", 1)
    assert (12 + int.from_bytes(raw[8:12], "little")) % 8 == 0
    body = Packed(raw)
    assert body.header == {"name": "ü", "places": [[0, 12], [16, 8], [24, 0]]}
    assert [body.buffer(place, form).tolist() for place, form in zip(places, "idi", strict=True)] == [
        *([1, 2, 3], [math.inf], [])
    ]
    with pytest.raises(ValueError, match="packed"):
        Packed(b"MLSX" + raw[4:])


def test_a_packed_header_takes_names_that_are_half_a_character():
    assert Packed(Packer().body({"name": "\ud800", "total": 1})).header == {"name": "\ud800", "total": 1}


def test_a_project_without_a_store_has_an_empty_table(studio):
    table = Table(studio)
    assert (table.header["rows"], table.total, table.columns, table.header["more"]) == (0, 0, {}, [])
    assert not (studio.state / "mlflow.db").exists()
    embedded.create(studio.state / "mlflow.db")
    assert Table(studio).total == 0


@pytest.mark.parametrize("limit", [2, None])
def test_runs_come_newest_first_with_what_they_logged_by_column(studio, limit):
    for place, (name, auc) in enumerate((("one", 0.5), ("two", math.nan), ("three", -math.inf))):
        with studio.track("a", name=name, tags={"n": name}, note="A *note*.") as run:
            run.log_param("depth", place)
            if place:
                run.log_metric("auc", auc)
    table = Table(studio, limit=limit)
    shown = 2 if limit else 3
    assert (table.names, table.total) == (["three", "two", "one"][:shown], 3)
    assert table.columns["metric", "auc"][0] == -math.inf
    assert math.isnan(table.columns["metric", "auc"][1])
    assert table.columns["param", "depth"] == dict(enumerate(["2", "1", "0"][:shown]))
    assert table.columns["tag", "n"] == dict(enumerate(table.names))
    assert table.own["state"] == ["finished"] * shown
    assert table.own["note"] == ["A *note*."] * shown
    assert table.own["experiment"] == ["a"] * shown


def test_only_what_has_changed_is_told_after_a_revision(studio):
    fill(studio, 4, [cell for run in range(4) for cell in (("tags", run, "team", "blue"), ("tags", run, "x", "1"))])
    client = studio.experiments.client()
    before = Table(studio)
    assert Table(studio, since=before.revision).names == []
    client.set_tag(f"{0:032x}", "team", "red")
    client.delete_tag(f"{1:032x}", "x")
    studio.experiments.delete(f"{2:032x}")
    new = client.create_run("0", run_name="new").info.run_id
    client.log_metric(new, "loss", 0.5)
    after = Table(studio, since=before.revision)
    assert (after.names, after.removed, after.total) == (["new", "run 1", "run 0"], [f"{2:032x}"], 4)
    assert not after.header["full"]
    assert after.columns == {
        ("metric", "loss"): {0: 0.5},
        ("tag", "team"): {1: "blue", 2: "red"},
        ("tag", "x"): {2: "1"},
    }
    whole = Table(studio)
    assert (whole.names, whole.columns["tag", "team"]) == (
        ["new", "run 3", "run 1", "run 0"],
        {1: "blue", 2: "blue", 3: "red"},
    )
    studio.experiments.edit(f"{3:032x}", RunEdit(name="renamed"))
    client.log_metric(new, "loss", 0.25)
    last = Table(studio, since=after.revision)
    assert (last.names, last.columns["metric", "loss"]) == (["new", "renamed"], {0: 0.25})
    assert Table(studio, since="of another time.3").header["full"]


def test_a_store_that_is_replaced_is_read_anew(studio, tmp_path):
    other = Studio.open(tmp_path / "other")
    fill(other, 2, [])
    fill(studio, 3, [])
    before = Table(studio)
    for path in studio.state.glob("mlflow.db-*"):
        path.unlink()
    shutil.copy(other.state / "mlflow.db", studio.state / "new.db")
    (studio.state / "new.db").replace(studio.state / "mlflow.db")
    assert (Table(studio, since=before.revision).header["full"], Table(studio).total) == (True, 2)
    with closing(sqlite3.connect(studio.state / "mlflow.db")) as connection:
        connection.execute("DELETE FROM runs WHERE name = 'run 0'")
        connection.commit()
    assert Table(studio).names == ["run 1"]


def test_deleted_runs_and_those_of_deleted_experiments_are_in_a_table_of_their_own(studio):
    fill(studio, 4, [("tags", 1, "t", "x")], deleted={1})
    with studio.track("gone", name="of a deleted experiment"):
        pass
    client = studio.experiments.client()
    client.delete_experiment(client.get_experiment_by_name("gone").experiment_id)
    assert Table(studio).names == ["run 3", "run 2", "run 0"]
    assert Table(studio, deleted=True).names == ["of a deleted experiment", "run 1"]
    assert Table(studio, deleted=True, limit=5).names == ["of a deleted experiment", "run 1"]


def test_of_a_wide_store_the_columns_that_most_runs_have_are_given_and_others_on_demand(studio):
    cells = [("params", 0, f"only {index:05}", str(index)) for index in range(12_000)]
    cells += [("params", run, "depth", "3") for run in range(3)] + [("latest_metrics", 2, "auc", 0.5)]
    fill(studio, 3, cells)
    table = Table(studio)
    assert (len(table.columns), len(table.header["more"])) == (300, 12_002 - 300)
    assert (table.columns["metric", "auc"], table.columns["param", "depth"]) == ({0: 0.5}, dict.fromkeys(range(3), "3"))
    assert table.header["more"][-1] == {"kind": "param", "name": "only 11999", "count": 1}
    asked = Table(studio, columns=["param:only 11999", "params.depth", "tag:nothing"])
    assert asked.columns == {("param", "only 11999"): {2: "11999"}, ("param", "depth"): dict.fromkeys(range(3), "3")}
    assert list(asked.header["own"]) == ["id"]
    assert Table(studio, filter="params.`only 11999` = '11999'").names == ["run 0"]


def test_a_long_text_is_cut_in_the_table_and_searched_to_its_end(studio):
    fill(studio, 2, [("tags", 0, "long", "x" * 1_000_000 + "needle"), ("tags", 1, "long", "short")])
    table = Table(studio)
    assert table.columns["tag", "long"] == {0: "short", 1: "x" * 200 + "…"}
    assert Table(studio, filter="tags.long LIKE '%needle'").names == ["run 0"]


def test_any_name_can_be_shown_and_searched(studio):
    fill(studio, 2, [("params", 0, ODD, ODD), ("latest_metrics", 1, ODD, 0.5), ("tags", 1, "plain", ODD)])
    assert Table(studio).columns == {("param", ODD): {1: ODD}, ("metric", ODD): {0: 0.5}, ("tag", "plain"): {0: ODD}}
    assert Table(studio, columns=[f"param:{ODD}"]).columns == {("param", ODD): {1: ODD}}


def test_a_name_with_what_stands_between_joined_texts_is_read_as_it_is(studio):
    fill(studio, 2, [("params", 0, "a\x1fb", "c\x1fd"), ("params", 1, "a\x1fb", ""), ("params", 1, "plain", "x")])
    table = Table(studio)
    assert table.columns == {("param", "a\x1fb"): {0: "", 1: "c\x1fd"}, ("param", "plain"): {0: "x"}}


def test_what_a_run_logged_that_is_gone_does_not_disturb(studio):
    fill(studio, 2, [("params", run, "depth", str(run)) for run in (0, 1, 7)])
    assert Table(studio).columns == {("param", "depth"): {0: "1", 1: "0"}}


def test_a_query_that_makes_no_sense_names_the_field(studio):
    with pytest.raises(InvalidError, match=r"^columns: 'depth' is no column"):
        Table(studio, columns=["depth"])
    with pytest.raises(InvalidError, match=r"^filter: .*character 1"):
        Table(studio, filter="> 3")


def test_a_run_whose_process_has_vanished_counts_as_killed(studio, tmp_path):
    from jupyter_mlstudio.experiments.reading.rows import PROCESS

    client = studio.experiments.client()
    run = client.create_run("0", run_name="left").info.run_id
    client.set_tag(run, PROCESS, json.dumps({"host": platform.node(), "pid": 999999999, "created": 1}))
    assert Table(studio).own["state"] == ["killed"]
    assert Table(studio, limit=3).own["state"] == ["killed"]
    assert Table(Studio.open(studio.project), limit=3).own["state"] == ["killed"]
    assert Table(studio, filter="status = 'KILLED'").names == ["left"]


CELLS = st.dictionaries(
    st.tuples(st.integers(0, 5), st.sampled_from(["a", "b", "c", "d\x1f", "e"])),
    st.text("xy\x1f", max_size=3),
    max_size=24,
)


@given(cells=CELLS, regular=st.integers(0, 4), piece=st.integers(2, 9))
def test_however_rows_lie_in_a_table_each_value_is_found_again(cells, regular, piece):
    """Compare reading in pieces with what was written; some runs log the same names in the same order, as most do."""
    ids = [f"{run:032x}" for run in range(10)]
    written = {(ids[6 + run], name): name * 2 for run in range(regular) for name in "abc"}
    written |= {(ids[run], name): value for (run, name), value in cells.items()}
    with closing(sqlite3.connect(":memory:")) as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "PIECE", piece)
        connection.execute("CREATE TABLE params (run_uuid TEXT, key TEXT, value TEXT)")
        rows = [(*key, value) for key, value in written.items()]
        connection.executemany("INSERT INTO params VALUES (?, ?, ?)", rows)
        runs = Runs()
        runs.fill([(run, run, "x", "FINISHED", 0, None, 0, None) for run in ids], 1)
        wanted = bulk.Wanted("params", "value", 2)
        found = {
            (ids[place], name): value
            for name, places, values in gathered(runs, {name for _, name in written}, bulk.cells(connection, wanted))
            for place, value in zip(places, values, strict=True)
        }
    assert found == written
