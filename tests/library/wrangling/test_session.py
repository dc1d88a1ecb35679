import io

import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from jupyter_mlstudio.core.errors import ConflictError, InvalidError, NotFoundError
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.conditions import Condition, SortKey
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files
from jupyter_mlstudio.wrangling.sources.types import FileSource, FrameSource

FILE = FileSource(path="flights.parquet")
LATE = steps.FilterRows(formula="delay > 30")


def read(raw):
    return pl.read_ipc_stream(io.BytesIO(raw))


def test_a_file_is_opened_and_looked_at(session, flights):
    opened = session.open(FILE)
    window, raw = session.window(start=1, stop=3)

    assert (opened.title, opened.kind, opened.rows, opened.exact) == ("flights.parquet", "parquet", 5, True)
    assert [column.role for column in opened.columns] == ["text", "text", "number", "number", "datetime"]
    assert (window.start, window.rows, window.rows_total, window.exact) == (1, 2, 5, True)
    assert_frame_equal(read(raw), flights[1:3])


def test_frames_of_the_kernel_are_listed_and_opened(project, flights):
    space = {"flights": flights, "_1": flights, "number": 3, "frame": pd.DataFrame({"a": [1]})}
    session = Session(Files(project), lambda: space)

    assert [(frame.name, frame.kind, frame.rows) for frame in session.frames().items] == [
        ("flights", "polars", 5),
        ("frame", "pandas", 1),
    ]
    assert session.open(FrameSource(name="frame")).kind == "pandas"
    with pytest.raises(InvalidError, match=r"no DataFrame “flihgts”. Did you mean “flights”"):
        session.open(FrameSource(name="flihgts"))


def test_a_recipe_is_applied_step_by_step(session):
    session.open(FILE)

    view = session.apply(
        Recipe(steps=(LATE, steps.OneHotEncode(columns=["carrier"], on=False), steps.FillMissing(columns=["distance"])))
    )

    assert [(stage.state, stage.rows) for stage in view.stages] == [("ran", 2), ("off", 2), ("ran", 2)]
    assert view.recipe.steps[2].state.values == {"distance": 1782.0}
    assert session.window()[0].rows_total == 2
    assert session.window(upto=0)[0].rows_total == 5


def test_a_step_that_fails_loses_nothing(session):
    session.open(FILE)
    broken = steps.DeriveColumn(name="x", formula="delay / distanc")

    view = session.apply(Recipe(steps=(LATE, broken, steps.DropColumns(columns=["tail"]))))

    assert [stage.state for stage in view.stages] == ["ran", "failed", "not run"]
    assert (
        view.stages[1].error
        == "“Compute column”: Formula, character 9: there is no column “distanc”. Did you mean “distance”?"
    )
    assert view.recipe.steps == (LATE, broken, steps.DropColumns(columns=["tail"]))
    assert session.window()[0].rows_total == 2
    with pytest.raises(InvalidError, match=r"A step fails. Mend it"):
        session.run("out.parquet")


def test_a_step_that_fails_only_on_the_values_says_which_step(session):
    session.open(FILE)

    view = session.apply(Recipe(steps=(LATE, steps.ConvertType(columns=["tail"], to="integer", invalid="fail"), LATE)))

    assert [stage.state for stage in view.stages] == ["ran", "failed", "not run"]
    assert view.stages[1].error.startswith("“Change type”: conversion from `str` to `i64` failed in column 'tail'")
    assert session.window()[0].rows_total == 2


def test_types_that_do_not_go_together_are_noticed_at_once(session):
    session.open(FILE)

    view = session.apply(Recipe(steps=(steps.FilterRows(formula="carrier > 1"),)))

    assert view.stages[0].error == "“Filter rows”: cannot compare string with numeric type (i32)."


def test_what_was_learned_is_kept_until_the_steps_before_change(session):
    session.open(FILE)
    fill = steps.FillMissing(columns=["distance"])
    learned = session.apply(Recipe(steps=(LATE, fill))).recipe

    kept = session.apply(learned).recipe
    anew = session.apply(Recipe(steps=(steps.FilterRows(formula="delay < 30"), learned.steps[1]))).recipe

    assert kept.steps[1].state == learned.steps[1].state
    assert anew.steps[1].state.values == {"distance": 100.0}


def test_a_saved_recipe_brings_its_learned_values_to_another_table(session, flights):
    session.open(FILE)
    learned = session.apply(Recipe(steps=(steps.FillMissing(columns=["distance"]),))).recipe

    other = pl.DataFrame({"distance": [None, 1.0]})

    assert learned.run(other)["distance"].to_list() == [669.75, 1.0]


def test_rows_are_sorted_filtered_and_searched_for_looking_at_them(session):
    session.open(FILE)

    window, raw = session.window(
        columns=("delay", "carrier"),
        sort=(SortKey(column="delay", descending=True),),
        filter=(Condition(column="delay", test="is present"),),
        search="ua",
    )

    assert window.rows_total == 2
    assert read(raw).rows() == [(40, "UA"), (5, "UA")]


def test_sorting_by_a_column_that_vanished_is_explained(session):
    session.open(FILE)
    session.apply(Recipe(steps=(steps.DropColumns(columns=["delay"]),)))

    with pytest.raises(InvalidError, match="There is no column “delay”"):
        session.window(sort=(SortKey(column="delay"),))


def test_odd_types_travel_as_text(project):
    table = pl.DataFrame(
        {"l": [[1, 2], None], "s": [{"a": 1}, {"a": None}], "t": ["x" * 1000, None], "b": [b"raw", None]}
    )
    session = Session(Files(project), lambda: {"table": table})
    session.open(FrameSource(name="table"))

    made = read(session.window()[1])

    assert made["l"].to_list() == ["[1, 2]", None]
    assert len(made["t"][0]) == 400


def test_a_preview_says_what_would_change(session):
    session.open(FILE)
    session.apply(Recipe(steps=(LATE,)))

    preview, raw = session.preview(steps.FillMissing(columns=["distance"]), 0)

    assert (preview.rows_before, preview.rows_after, preview.changed, preview.added) == (5, 5, ("distance",), ())
    assert preview.code == '.with_columns(pl.col("distance").fill_null(669.75))'
    assert read(raw).height == 5
    assert [stage.sentence for stage in session.apply(session.recipe).stages] == ["Keep rows where delay > 30"]


def test_a_preview_of_a_broken_step_says_why(session):
    session.open(FILE)

    preview, raw = session.preview(steps.DropColumns(columns=["tial"]), 0)

    assert preview.error == "“Drop columns”: There is no column “tial” here. Did you mean “tail”?"
    assert raw == b""


def test_a_preview_of_groups_counts_them(session):
    session.open(FILE)

    preview, _ = session.preview(steps.GroupRows(by=["carrier"]), 0)

    assert (preview.rows_before, preview.rows_after, preview.sampled) == (5, 4, False)


def test_columns_are_described(session):
    session.open(FILE)

    delay, carrier = session.profile(columns=("delay", "carrier")).items

    assert (delay.exactness, delay.missing, delay.distinct, delay.min, delay.max, delay.mean) == (
        "exact",
        1,
        4,
        -3,
        90,
        33,
    )
    assert sum(delay.histogram.counts) == 4
    assert (carrier.top[0].value, carrier.top[0].count) == ("UA", 2)


def test_infinite_values_are_counted_apart(project):
    table = pl.DataFrame({"x": [1.0, float("inf"), -float("inf"), None, 3.0]})
    session = Session(Files(project), lambda: {"table": table})
    session.open(FrameSource(name="table"))

    (x,) = session.profile().items

    assert (x.infinite, x.missing, x.min, x.max, x.mean) == (2, 1, 1.0, 3.0, 2.0)


@pytest.mark.parametrize("rows", [0, 1])
def test_tables_with_no_or_one_row_are_worked_on(project, flights, rows):
    session = Session(Files(project), lambda: {"table": flights.head(rows)})
    session.open(FrameSource(name="table"))
    session.apply(
        Recipe(steps=(steps.DeriveColumn(name="x", formula="delay * 2"), steps.SortRows(by=[{"column": "x"}])))
    )

    assert session.window()[0].rows_total == rows
    assert len(session.profile().items) == 6
    assert session.run("out.parquet").rows == rows
    assert pl.read_parquet("out.parquet").height == rows


def test_the_written_program_runs_and_makes_what_is_shown(session):
    session.open(FILE)
    session.apply(Recipe(steps=(LATE, steps.OrdinalEncode(columns=["carrier"]))))

    code = session.code()
    space = {}
    exec(code.text, space)

    assert_frame_equal(space[code.name], session.result())


def test_the_program_for_a_pandas_frame_gives_a_pandas_frame(project):
    frame = pd.DataFrame({"a": [1.0, None]})
    session = Session(Files(project), lambda: {"frame": frame})
    session.open(FrameSource(name="frame"))
    session.apply(Recipe(steps=(steps.FillMissing(columns=["a"]),)))

    assert session.code().text == (
        "import polars as pl\n\nframe_clean = (\n    pl.from_pandas(frame)\n    .lazy()\n    # learned from 2 rows\n"
        '    .with_columns(pl.col("a").fill_null(1.0))\n    .collect()\n    .to_pandas()\n)\n'
    )


def test_a_recipe_is_saved_and_loaded(session):
    session.open(FILE)
    session.apply(Recipe(steps=(LATE,)))

    ref = session.save("late")

    assert ref.path == "late.recipe.json"
    assert session.load("late.recipe.json") == session.recipe
    with pytest.raises(ConflictError, match="Choose another name, or replace it"):
        session.save("late")
    session.save("late", overwrite=True)


def test_a_broken_recipe_file_is_explained(session, project):
    (project / "x.recipe.json").write_text('{"version": 1, "steps": [{"op": "fliter"}]}')

    with pytest.raises(InvalidError, match=r"steps.0: There is no step 'fliter'"):
        session.load("x.recipe.json")


def test_the_whole_result_is_written_with_progress(project, flights):
    told = []
    flights.write_csv(project / "flights.csv")
    session = Session(Files(project), dict, told.append)
    session.open(FileSource(path="flights.csv"))
    session.apply(Recipe(steps=(LATE,)))

    result = session.run("out/late.csv")

    assert (result.path, result.rows, result.columns) == ("out/late.csv", 2, 5)
    assert pl.read_csv("out/late.csv").height == 2
    assert told[-1].done == 1
    with pytest.raises(ConflictError):
        session.run("out/late.csv")
    with pytest.raises(InvalidError, match=r"must end in .parquet, .csv"):
        session.run("out/late.docx")


def test_a_run_that_is_stopped_leaves_no_file(project, flights):
    session = Session(Files(project), lambda: {"flights": flights}, lambda _: session.stop())
    session.open(FrameSource(name="flights"))

    with pytest.raises(ConflictError, match=r"Stopped. “out.parquet” was not written."):
        session.run("out.parquet")

    assert sorted(path.name for path in project.iterdir()) == [".mlstudio"]


def test_nothing_can_be_asked_before_something_is_open(project):
    with pytest.raises(ConflictError, match="Open a file or a DataFrame first"):
        Session(Files(project), dict).window()


def test_a_file_that_vanished_is_explained(session, project):
    session.open(FILE)
    (project / "flights.parquet").unlink()

    with pytest.raises(NotFoundError):
        session.open(FILE)


def test_large_tables_stay_in_a_file(session, flights, monkeypatch):
    monkeypatch.setattr("jupyter_mlstudio.wrangling.ground._IN_MEMORY", 1)
    session.open(FILE)

    window, raw = session.window(sort=(SortKey(column="delay"),), start=1, stop=3)

    assert window.rows_total == 5
    assert read(raw)["delay"].to_list() == [5, 40]


def test_findings_name_what_learns_too_early_and_what_cannot_travel(session):
    session.open(FILE)

    view = session.apply(
        Recipe(steps=(steps.FillMissing(columns=["delay"]), steps.DropDuplicates(), steps.GroupRows(by=["carrier"])))
    )

    assert [(finding.position, finding.message.split(".")[0]) for finding in view.findings] == [
        (1, "“Fill missing values” learns from rows that are dropped here as duplicates"),
        (2, "“Group and aggregate” makes another table, so this recipe cannot travel in a model"),
    ]


def test_all_steps_are_listed_with_forms(session):
    kinds = {kind.op: kind for kind in session.steps().items}

    form = kinds["fill_missing"].form
    assert set(form["properties"]) == {"columns", "using", "value", "mark"}
    assert form["properties"]["columns"]["format"] == "columns"
    assert kinds["scale"].form["properties"]["columns"]["roles"] == ["number"]


def test_the_first_rows_of_a_new_order_are_those_of_the_whole_order(project, monkeypatch):
    monkeypatch.setattr("jupyter_mlstudio.wrangling.windows._QUICK", 10)
    table = pl.DataFrame({"a": [3, 1, 2, None, 1] * 20, "row": range(100)})
    session = Session(Files(project), lambda: {"table": table})
    session.open(FrameSource(name="table"))
    order = {"sort": (SortKey(column="a", descending=True),), "filter": (Condition(column="row", test="<", value=90),)}

    (first, top), (again, whole) = (session.window(start=2, stop=40, **order) for _ in range(2))

    assert first == again
    assert read(top).equals(read(whole))
    assert first.rows_total == 90
