import datetime as dt

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.step import step_kinds


def after(table, *chosen):
    return Recipe(steps=chosen).run(table)


def test_every_step_says_what_it_is_and_describes_its_form():
    for op, step in step_kinds().items():
        assert step.title
        assert step.__doc__
        assert step.kind in {"row", "fit", "rows", "shape"}
        assert step.model_json_schema()["properties"]["op"]["const"] == op


def test_all_four_kinds_exist():
    assert {step.kind for step in step_kinds().values()} == {"row", "fit", "rows", "shape"}


def test_a_filter_keeps_what_fulfils_all_conditions(flights):
    made = after(
        flights, steps.FilterRows(conditions=[{"column": "delay", "test": ">", "value": 0}], formula="distance > 500")
    )

    assert made["delay"].to_list() == [90, 40]


def test_a_filter_compares_dates_given_as_text(flights):
    made = after(flights, steps.FilterRows(conditions=[{"column": "at", "test": ">=", "value": "2013-01-04"}]))

    assert made.height == 2


def test_a_filter_that_removes_keeps_rows_without_a_value(flights):
    made = after(flights, steps.FilterRows(conditions=[{"column": "delay", "test": ">", "value": 0}], keep="others"))

    assert made["delay"].to_list() == [None, -3]


@pytest.mark.parametrize(
    ("test", "value", "values", "rows"),
    [
        ("==", "UA", (), 2),
        ("!=", "UA", (), 2),
        ("in", None, ("AA", "B6"), 2),
        ("contains", "A", (), 3),
        ("starts with", "B", (), 1),
        ("ends with", "6", (), 1),
        ("is missing", None, (), 1),
        ("is present", None, (), 4),
        ("between", None, ("A", "B"), 1),
    ],
)
def test_a_condition_on_text(flights, test, value, values, rows):
    condition = steps.Condition(column="carrier", test=test, value=value, values=values)

    assert after(flights, steps.FilterRows(conditions=[condition])).height == rows


def test_a_value_that_does_not_fit_the_column_is_explained(flights):
    with pytest.raises(InvalidError, match="“Filter rows”: Condition on “delay”: 'soon' is no number"):
        after(flights, steps.FilterRows(conditions=[{"column": "delay", "test": ">", "value": "soon"}]))


def test_an_unknown_column_is_explained_with_the_nearest(flights):
    with pytest.raises(
        InvalidError, match=r"“Drop columns”: There is no column “carier” here. Did you mean “carrier”?"
    ):
        after(flights, steps.DropColumns(columns=["carier"]))


def test_missing_values_are_filled_with_learned_ones(flights):
    made = after(
        flights,
        steps.FillMissing(columns=["delay", "distance"]),
        steps.FillMissing(columns=["carrier"], using="most frequent"),
    )

    assert made["delay"].to_list() == [5, 22.5, -3, 90, 40]
    assert made["distance"].to_list() == [100.0, 250.5, 669.75, 2475.0, 1089.0]
    assert made["carrier"].to_list() == ["UA", "AA", "B6", "UA", "UA"]


def test_filling_can_mark_where_values_were_missing(flights):
    made = after(flights, steps.FillMissing(columns=["delay"], using="value", value=0, mark=True))

    assert made["delay_missing"].to_list() == [False, True, False, False, False]


def test_a_column_without_values_cannot_be_learned_from():
    table = pl.DataFrame({"x": pl.Series([None, None], dtype=pl.Float64)})

    with pytest.raises(InvalidError, match="“x” has no values to learn from"):
        after(table, steps.FillMissing(columns=["x"]))


def test_numbers_are_wanted_where_numbers_are_needed(flights):
    with pytest.raises(InvalidError, match="“carrier” holds String, but this step works on numbers"):
        after(flights, steps.ScaleNumbers(columns=["carrier"]))


def test_text_becomes_dates_and_what_is_no_date_becomes_missing():
    table = pl.DataFrame({"day": ["31.01.2013", " 01.02.2013 ", "soon", None]})

    made = after(table, steps.ConvertType(columns=["day"], to="date", format="%d.%m.%Y"))

    assert made["day"].to_list() == [dt.date(2013, 1, 31), dt.date(2013, 2, 1), None, None]


def test_a_strict_conversion_says_what_could_not_be_converted():
    table = pl.DataFrame({"n": ["1", "two"]})

    with pytest.raises(InvalidError, match=r"“Change type”: .*two"):
        after(table, steps.ConvertType(columns=["n"], to="integer", invalid="fail"))


def test_date_parts_become_columns(flights):
    made = after(flights, steps.DateParts(column="at", parts=["month", "weekday", "hour", "weekend"], drop=True))

    assert made.columns == ["carrier", "tail", "delay", "distance", "at_month", "at_weekday", "at_hour", "at_weekend"]
    assert made["at_weekday"].to_list() == [2, 3, 4, 5, 6]
    assert made["at_weekend"].to_list() == [False, False, False, False, True]


def test_one_column_a_category_leaves_zeros_for_missing_and_rare(flights):
    made = after(flights, steps.OneHotEncode(columns=["carrier"], at_most=2))

    assert made["carrier_UA"].to_list() == [1, 0, 0, 0, 1]
    assert made["carrier_AA"].to_list() == [0, 1, 0, 0, 0]
    assert "carrier" not in made.columns
    assert "carrier_B6" not in made.columns


def test_a_new_column_does_not_silently_replace_another(flights):
    table = flights.with_columns(pl.lit(1).alias("carrier_UA"))

    with pytest.raises(InvalidError, match="There is a column “carrier_UA” already"):
        after(table, steps.OneHotEncode(columns=["carrier"]))


def test_categories_are_numbered_and_unknown_ones_are_minus_one(flights):
    recipe = Recipe(steps=(steps.OrdinalEncode(columns=["carrier"]),)).fit(flights)

    made = recipe.run(pl.DataFrame({"carrier": ["B6", "ZZ", None]}))

    assert made["carrier"].to_list() == [1, -1, -1]


def test_numbers_fall_into_named_bins(flights):
    made = after(flights, steps.BinNumbers(column="delay", by="edges", edges=[0, 30], name="late"))

    assert made["late"].to_list() == ["0 to 30", None, "<= 0", "> 30", "> 30"]


def test_limits_and_scales_are_learned(flights):
    made = after(
        flights,
        steps.ClipNumbers(columns=["delay"], lower_quantile=0, upper_quantile=0.5),
        steps.ScaleNumbers(columns=["delay"], to="0 to 1"),
    )

    assert made["delay"].to_list() == [pytest.approx(8 / 25.5), None, 0, 1, 1]


def test_text_is_cleaned():
    table = pl.DataFrame({"s": ["  AIR   Bus ", "", None]})

    made = after(table, steps.CleanText(columns=["s"], spaces=True, case="lower", find="bus", replace="$1", empty=True))

    assert made["s"].to_list() == ["air $1", None, None]


def test_values_are_replaced(flights):
    step = steps.ReplaceValues(column="carrier", values=[{"old": "UA", "new": "United"}, {"old": "B6"}])

    assert after(flights, step)["carrier"].to_list() == ["United", "AA", None, None, "United"]


def test_duplicates_samples_and_orders_are_always_the_same(flights):
    table = pl.concat([flights, flights])

    made = after(
        table,
        steps.DropDuplicates(),
        steps.SampleRows(rows=3, seed=1),
        steps.SortRows(by=[{"column": "at", "descending": True}]),
    )

    assert made.height == 3
    assert made["at"].is_sorted(descending=True)
    assert_frame_equal(
        made,
        after(
            table,
            steps.DropDuplicates(),
            steps.SampleRows(rows=3, seed=1),
            steps.SortRows(by=[{"column": "at", "descending": True}]),
        ),
    )


def test_groups_have_figures(flights):
    made = after(flights, steps.GroupRows(by=["carrier"], figures=[{"column": "delay", "function": "max"}]))

    assert made.rows() == [("UA", 2, 40), ("AA", 1, None), ("B6", 1, -3), (None, 1, 90)]


def test_another_file_is_looked_up(project, flights):
    (project / "planes.csv").write_text("tailnum,seats,delay\nN1,100,7\nN2,200,8\n")

    made = after(flights, steps.LookUp(path="planes.csv", keys=["tail"], keys_there=["tailnum"]))

    assert made["seats"].to_list() == [100, 200, None, 100, None]
    assert made["delay_planes"].to_list() == [7, 8, None, 7, None]


def test_a_lookup_insists_on_unique_keys(project, flights):
    (project / "planes.csv").write_text("tail,seats\nN1,100\nN1,200\n")

    with pytest.raises(InvalidError, match="a key stands more than once in the other file"):
        after(flights, steps.LookUp(path="planes.csv", keys=["tail"]))


def test_a_file_is_joined(project, flights):
    (project / "planes.csv").write_text("tail,seats\nN1,100\nN1,200\n")

    assert after(flights, steps.JoinFile(path="planes.csv", keys=["tail"], how="inner"))["seats"].to_list() == [
        100,
        200,
        100,
        200,
    ]
    assert after(flights, steps.JoinFile(path="planes.csv", keys=["tail"], how="anti"))["tail"].to_list() == [
        "N2",
        "N3",
        None,
    ]


def test_a_file_outside_the_project_is_refused(project, flights):
    with pytest.raises(InvalidError, match="outside the project"):
        after(flights, steps.JoinFile(path="../planes.csv", keys=["tail"]))


@pytest.mark.parametrize(
    ("step", "options", "message"),
    [
        (steps.FilterRows, {}, "add a condition or a formula"),
        (steps.FillMissing, {"columns": ["a"], "using": "value"}, "give the value to fill with"),
        (steps.SampleRows, {}, "either a number of rows or a share"),
        (steps.ClipNumbers, {"columns": ["a"], "by": "limits"}, "give at least one limit"),
        (steps.BinNumbers, {"column": "a", "by": "edges"}, "edges: give at least one"),
        (steps.JoinFile, {"path": "x.csv", "keys": ["a"], "keys_there": ["b", "c"]}, "as many keys"),
    ],
)
def test_options_that_make_no_sense_are_refused(step, options, message):
    with pytest.raises(ValueError, match=message):
        step(**options)


def test_missing_rows_are_dropped_and_filled_from_the_row_before(flights):
    assert after(flights, steps.DropMissing(columns=["delay", "tail"])).height == 3
    assert after(flights, steps.FillForward(columns=["carrier"]))["carrier"].to_list() == ["UA", "AA", "B6", "B6", "UA"]


def test_columns_are_selected_renamed_and_rounded(flights):
    made = after(
        flights,
        steps.SelectColumns(columns=["distance", "tail"]),
        steps.RenameColumns(names=[{"column": "tail", "to": "plane"}]),
        steps.RoundNumbers(columns=["distance"]),
    )

    assert made.columns == ["distance", "plane"]
    assert made["distance"].to_list() == [100, 250, None, 2475, 1089]


def test_two_columns_cannot_get_one_name(flights):
    with pytest.raises(InvalidError, match="Two columns would be named “tail”"):
        after(flights, steps.RenameColumns(names=[{"column": "carrier", "to": "tail"}]))
