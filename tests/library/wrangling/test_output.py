"""The way out: written tables, and a job over the whole data."""

import datetime as dt
import sqlite3
import time
from threading import Event, Thread

import polars as pl
import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.core.errors import ConflictError, InvalidError
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.output import Output, Target
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.rules.rule import InRange, NotMissing
from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files, delimited
from jupyter_mlstudio.wrangling.sources.types import FileSource, FrameSource, TableOptions

LATE = steps.FilterRows(formula="delay > 20")


def written(table: pl.LazyFrame, target: Target, stopped: Event | None = None):
    told = []
    return Output(None, told.append, stopped or Event()).write(table, target), told


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".arrow", ".ndjson", ".xlsx", ".sqlite", ".duckdb"])
def test_what_is_written_is_read_again(project, flights, ending):
    name = f"out/late{ending}"
    table = "late" if ending in {".sqlite", ".duckdb"} else None

    result, _ = written(flights.lazy(), Target(project / name, name, table))

    assert (result.path, result.table, result.rows, result.columns, result.rules) == (name, table, 5, 5, None)
    source = FileSource(path=name, table=TableOptions(table=table) if table else None)
    again = Files(project).open(source).table.collect()
    assert again.select("carrier", "tail", "delay", "distance").equals(flights.drop("at"))
    assert (
        again["at"].cast(pl.String).str.slice(0, 16).to_list()
        == flights["at"].cast(pl.String).str.slice(0, 16).to_list()
    )
    assert [path.name for path in (project / "out").iterdir()] == [f"late{ending}"]


def test_types_that_a_format_does_not_have_are_brought_into_one_that_it_has(project):
    odd = pl.DataFrame(
        {
            "list": [[1, 2], None],
            "struct": [{"a": dt.date(2013, 1, 1)}, None],
            "time": [dt.time(5), None],
            "long": [dt.timedelta(days=1), None],
            "category": pl.Series(["x", None], dtype=pl.Categorical),
            "decimal": pl.Series(["1.5", None]).str.to_decimal(scale=1),
            "yes": [True, None],
            "big": [2**62, None],
        }
    ).lazy()

    written(odd, Target(project / "a.sqlite", "a.sqlite", 'the "table"'))
    written(odd, Target(project / "a.xlsx", "a.xlsx"))
    written(odd.drop("struct", "list"), Target(project / "a.csv", "a.csv"))

    connection = sqlite3.connect(project / "a.sqlite")
    row = connection.execute('SELECT * FROM "the ""table"""').fetchone()
    connection.close()
    assert row[:2] == ("[1, 2]", '{"a": "2013-01-01"}')
    assert row[4:] == ("x", 1.5, 1, 2**62)
    with pytest.raises(InvalidError, match=r"CSV cannot hold the List\(Int64\) in “list”"):
        written(odd, Target(project / "b.csv", "b.csv"))
    assert not (project / "b.csv").exists()


@pytest.mark.parametrize("name", ["shop.sqlite", "shop.duckdb"])
def test_a_table_stands_beside_others_and_is_replaced_only_if_asked(project, flights, name):
    target = Target(project / name, name, "flights")
    written(flights.lazy(), target)
    written(flights.lazy().head(1), Target(project / name, name, "first"))

    with pytest.raises(ConflictError, match="There is a table “flights” already"):
        written(flights.lazy().head(2), target)
    written(flights.lazy().head(2), target._replace(overwrite=True))

    heights = [
        Files(project).open(FileSource(path=name, table=TableOptions(table=each))).table.collect().height
        for each in ("flights", "first")
    ]
    assert heights == [2, 1]


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.sqlite", "a.duckdb"])
def test_a_query_that_fails_on_the_way_leaves_what_was_there(project, name):
    good = pl.LazyFrame({"a": ["1", "2"]})
    table = "t" if name in {"a.sqlite", "a.duckdb"} else None
    target = Target(project / name, name, table, overwrite=True)
    written(good, target)
    bad = pl.LazyFrame({"a": ["1"] * 200_000 + ["x"]}).with_columns(pl.col("a").str.to_integer())

    with pytest.raises(pl.exceptions.PolarsError):
        written(bad, target)

    source = FileSource(path=name, table=TableOptions(table=table) if table else None)
    assert Files(project).open(source).table.collect().height == 2
    assert [path.name for path in project.iterdir() if path.name.startswith(".a")] == []


def test_a_long_run_is_stopped_within_a_batch_and_leaves_nothing(project):
    rows = pl.LazyFrame({"a": range(100)}).join(pl.LazyFrame({"b": range(3_000_000)}), how="cross")
    stopped = Event()
    Thread(target=lambda: (time.sleep(0.3), stopped.set())).start()
    began = time.monotonic()

    with pytest.raises(ConflictError, match=r"Stopped. “a.parquet” was not written"):
        written(rows, Target(project / "a.parquet", "a.parquet"), stopped)

    assert time.monotonic() - began < 10  # the whole takes minutes
    deadline = time.monotonic() + 10
    while len(list(project.iterdir())) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [path.name for path in project.iterdir()] == [".mlstudio"]


def test_a_long_run_tells_how_far_it_is(project):
    rows = 3_000_000
    table = pl.LazyFrame({"a": range(rows)}).with_columns(pl.col("a").cast(pl.String).str.to_uppercase().alias("b"))
    told = []

    Output(rows, told.append, Event()).write(table, Target(project / "a.csv", "a.csv"))

    assert told[0].done == 0
    assert told[-1].done == 1
    assert [each.done for each in told] == sorted(each.done for each in told)


def test_broken_rules_keep_a_table_from_being_written_unless_they_only_warn(project, flights):
    flights.write_parquet(project / "flights.parquet")
    session = Session(Files(project), dict)
    session.open(FileSource(path="flights.parquet"))
    session.apply(Recipe(steps=(LATE,), rules=(NotMissing(column="tail"), InRange(column="delay", least=0))))

    for name in ("late.parquet", "late.csv"):
        with pytest.raises(ConflictError, match=rf"1 rule is broken, so “{name}” was not written"):
            session.run(name)
        assert not (project / name).exists()
    result = session.run("late.parquet", rules="warn")

    assert [item.state for item in result.rules.items] == ["broken", "kept"]
    assert session.run("late.csv", rules="off").rules is None


def test_a_recipe_runs_on_another_file_without_a_panel(project, flights):
    flights.write_parquet(project / "flights.parquet")
    studio = Studio.open(project)
    studio.wrangling.save("late", Recipe(source=FileSource(path="flights.parquet"), steps=(LATE,)))
    flights.head(4).write_csv(project / "other.csv")

    whole = studio.wrangling.run("late.recipe.json", "late.parquet")
    other = studio.wrangling.run("late.recipe.json", "other.parquet", source="other.csv")
    frame = studio.wrangling.run("late.recipe.json", "frame.csv", source=flights.head(3))

    assert (whole.rows, other.rows, frame.rows) == (2, 1, 0)
    with pytest.raises(InvalidError, match=r"“Filter rows”: .*no column “delay”"):
        studio.wrangling.run("late.recipe.json", "no.csv", source=flights.drop("delay"))
    with pytest.raises(ConflictError, match=r"There is a file “late.parquet” already"):
        studio.wrangling.run("late.recipe.json", "late.parquet", overwrite=False)


def test_a_large_csv_file_is_run_with_types_that_all_of_its_rows_fit(project, monkeypatch):
    monkeypatch.setattr(delimited, "CHECKED_AT_ONCE", 100)
    (project / "a.csv").write_text("zip,n\n" + "".join(f"{row},1\n" for row in range(30_000)) + "late,1\n")
    recipe = Recipe(source=FileSource(path="a.csv"))

    result = Studio.open(project).wrangling.run(recipe, "a.parquet")

    assert (result.rows, pl.read_parquet(project / "a.parquet")["zip"][-1]) == (30_001, "late")
    assert recipe.run()["zip"][-1] == "late"
    space: dict[str, object] = {}
    exec(recipe.code(), space)
    assert space["a"]["zip"][-1] == "late"


def test_a_session_can_be_used_without_a_panel(project, flights):
    session = Studio.open(project).wrangling.open(flights.to_arrow(), Recipe(steps=(LATE,)))

    assert session.result().height == 2
    assert session.window()[0].rows_total == 2


def test_a_frame_of_the_kernel_cannot_be_run_by_a_job(project, flights):
    session = Session(Files(project), lambda: {"flights": flights})
    session.open(FrameSource(name="flights"))

    with pytest.raises(InvalidError, match=r"A job has a kernel of its own, without “flights”"):
        session.out.job("late.parquet")


@pytest.mark.timeout(120)
def test_a_job_runs_a_recipe_over_the_whole_data_and_fails_on_broken_rules(project, flights):
    flights.write_parquet(project / "flights.parquet")
    session = Session(Files(project), dict)
    session.open(FileSource(path="flights.parquet"))
    session.apply(Recipe(steps=(LATE,), rules=(NotMissing(column="tail"),)))
    notebook = session.out.job("late.parquet", recipe="late", rules="warn")
    studio = Studio.open(project)

    assert [each.name for each in studio.jobs.parameters(notebook.notebook).items] == [
        "recipe", "source", "output", "table", "rules",
    ]  # fmt: skip
    good = studio.run_recipe("late.recipe.json", "late.parquet", rules="warn")
    bad = studio.run_recipe("late.recipe.json", "never.parquet")

    assert studio.jobs.wait(good.id, 60).state == "succeeded"
    assert pl.read_parquet(project / "late.parquet").height == 2
    failed = studio.jobs.wait(bad.id, 60)
    assert failed.state == "failed"
    assert "1 rule is broken" in failed.error.message
    assert not (project / "never.parquet").exists()
