"""Each kind of finding: seeded where it has to be found, and absent from a clean table."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.report.insights import report_of

ROWS = 2000


def chance(seed=0):
    return np.random.default_rng(seed)


def clean(rows=ROWS):
    random = chance()
    size = random.normal(size=rows)
    return pl.DataFrame(
        {
            "size": size,
            "weight": random.normal(10, 2, size=rows),
            "colour": random.choice(["red", "green", "blue"], size=rows),
            "made": pl.date_range(dt.date(2015, 1, 1), dt.date(2020, 12, 31), eager=True).sample(
                rows, with_replacement=True, seed=1
            ),
            "price": size * 3 + random.normal(size=rows) * 2,
        }
    )


def found(table, target=None):
    return report_of(table.lazy(), target).insights


def kinds(table, target=None):
    return {(each.kind, each.columns) for each in found(table, target)}


def only(table, kind, target=None):
    (each,) = [each for each in found(table, target) if each.kind == kind]
    return each


def mended(table, each, place=0):
    steps = [dict(step) for step in each.mends[place].steps]
    return Recipe.model_validate({"steps": steps}).run(table)


def test_a_clean_table_raises_no_alarm():
    assert found(clean(), "price") == ()


def test_without_a_target_there_is_no_model():
    report = report_of(clean().lazy())

    assert (report.target, report.problem, report.model, report.features) == (None, None, None, ())
    assert report.associations.columns == ("size", "weight", "colour", "made", "price")


def test_columns_that_are_missing_in_the_same_rows_are_told_of_together():
    gone = pl.int_range(ROWS, eager=True) % 10 == 0
    table = clean().with_columns(pl.when(~gone).then(pl.col("size", "weight")))

    each = only(table, "missing")

    assert (each.columns, each.severity) == (("size", "weight"), "low")
    assert [(one.label, one.value, one.exactness) for one in each.figures] == [
        ("Missing", 0.1, "exact"),
        ("Rows", 200, "exact"),
    ]
    assert mended(table, each).null_count().sum_horizontal()[0] == 0
    assert mended(table, each, 1).height == 1800


def test_an_empty_column_is_to_be_dropped():
    each = only(clean().with_columns(nothing=pl.lit(None, pl.Float64)), "missing")

    assert (each.severity, each.title) == ("high", "“nothing” has no value at all")
    assert each.mends[0].steps == ({"op": "drop", "columns": ["nothing"]},)


def test_rows_that_stand_there_twice_are_counted_over_all_of_them():
    table = pl.concat([clean(), clean().head(300)])

    each = only(table, "duplicate rows")

    assert (each.figures[0].value, each.severity) == (300, "high")
    assert mended(table, each).height == ROWS


def test_what_is_always_the_same_is_found():
    assert only(clean().with_columns(year=2013), "constant").examples == ("2013",)


def test_numbers_and_names_of_rows_are_identifiers():
    table = clean().with_columns(
        number=pl.int_range(1, ROWS + 1), code=pl.format("T{}", pl.int_range(ROWS).shuffle(seed=1))
    )

    assert kinds(table) == {("identifier", ("number",)), ("identifier", ("code",))}


def test_measures_that_happen_to_be_unique_are_no_identifiers():
    assert not kinds(clean().with_columns(far=pl.int_range(ROWS).shuffle(seed=1) * 37 + 5))


@pytest.mark.parametrize(
    ("values", "title", "first"),
    [
        (["12", "7", " 3 ", "41", "5"], "“x” holds numbers as text", 12.0),
        (["1,200", "7", "3,000", "41", "5"], "“x” holds numbers with thousands as text", 1200.0),
        (["$12.50", "$7", "$3", "$1,041", "$5"], "“x” holds amounts as text", 12.5),
        (["12%", "7%", "3 %", "41%", "5%"], "“x” holds percentages as text", 12.0),
        (["1.200,5", "7,25", "3,5", "41", "5,75"], "“x” holds numbers with a decimal comma as text", 1200.5),
    ],
)
def test_numbers_in_text_are_found_and_turned_into_numbers(values, title, first):
    table = pl.DataFrame({"x": values * 20, "y": list(range(100))})

    each = only(table, "mixed types")

    assert each.title == title
    assert mended(table, each)["x"][0] == first


def test_what_is_no_number_among_them_is_shown():
    table = pl.DataFrame({"x": [*(str(number) for number in range(95)), "n/a", "twelve", "n/a", "?", "?"]})

    each = only(table, "mixed types")

    assert set(each.examples) == {"n/a", "?", "twelve"}
    assert each.figures[0].value == 5


def test_codes_with_leading_zeros_are_no_numbers():
    table = pl.DataFrame({"zip": ["00501", "10001", "94110", "02134", "60601"] * 20})

    assert found(table) == ()


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%b %d %Y", "%Y-%m-%d %H:%M:%S"])
def test_dates_in_text_are_found_and_turned_into_dates(form):
    days = [dt.datetime(2019, 1, 1) + dt.timedelta(days=3 * number) for number in range(120)]
    table = pl.DataFrame({"day": [day.strftime(form) for day in days]})

    each = only(table, "mixed types")

    assert mended(table, each)["day"].cast(pl.Datetime).to_list() == days


def test_days_that_do_not_exist_are_invalid_dates():
    table = pl.DataFrame({"day": ["2019-01-15", "2019-02-28", "2019-03-03", "2019-04-01"] * 10 + ["2019-02-30"]})

    assert only(table, "invalid dates").examples == ("2019-02-30",)


def test_dates_of_another_century_are_invalid():
    table = clean().with_columns(
        made=pl.when(pl.int_range(ROWS) < 5).then(dt.date(2071, 5, 1)).otherwise(pl.col("made"))
    )

    each = only(table, "invalid dates")

    assert (each.columns, each.rows) == (("made",), (0, 1, 2, 3, 4))
    assert mended(table, each).height == ROWS - 5


def test_one_word_in_several_spellings_is_brought_together():
    words = ["New York", "new york ", "NEW YORK", "York, New", "Boston", "Chicago"]
    table = pl.DataFrame({"city": words * 30 + ["New York"]})

    each = only(table, "spelling")

    assert mended(table, each)["city"].unique().sort().to_list() == ["Boston", "Chicago", "New York"]


def test_grades_and_codes_are_not_taken_for_spellings_of_each_other():
    assert found(pl.DataFrame({"grade": ["A+", "A-", "A", "B+", "B-"] * 30, "model": ["A-310", "A 31.0"] * 75})) == ()


def test_words_for_missing_values_become_missing():
    table = pl.DataFrame({"colour": ["red", "blue", "n/a", "?", "green"] * 30})

    each = only(table, "placeholder")

    assert mended(table, each)["colour"].null_count() == 60


def test_a_number_that_stands_for_missing_becomes_missing():
    table = clean().with_columns(weight=pl.when(pl.int_range(ROWS) % 50 == 0).then(-999.0).otherwise(pl.col("weight")))

    each = only(table, "placeholder")

    assert (each.title, each.severity) == ("“weight” seems to say -999 where a value is missing", "medium")
    assert mended(table, each)["weight"].null_count() == 40


def test_a_mistake_far_off_is_an_outlier_with_its_row():
    table = clean().with_columns(weight=pl.when(pl.int_range(ROWS) == 77).then(5000.0).otherwise(pl.col("weight")))

    each = only(table, "outliers")

    assert (each.columns, each.rows, each.severity) == (("weight",), (77,), "medium")


def test_a_long_tail_leans_and_has_no_outliers():
    table = clean().with_columns(amount=pl.Series(chance(2).lognormal(3, 1.5, ROWS)))

    assert kinds(table) == {("skew", ("amount",))}


def test_infinite_numbers_are_found():
    table = clean().with_columns(size=pl.when(pl.int_range(ROWS) == 3).then(float("inf")).otherwise(pl.col("size")))

    each = only(table, "infinite")

    assert each.severity == "high"
    assert mended(table, each)["size"].is_infinite().sum() == 0


def test_of_columns_that_say_the_same_the_one_that_tells_more_stays():
    table = clean().with_columns(inches=pl.col("size") / 2.54 + pl.Series(chance(3).normal(size=ROWS)) * 0.01)

    each = only(table, "same columns", "price")

    assert set(each.columns) == {"size", "inches"}
    assert len(each.mends[0].steps[0]["columns"]) == 1


def test_categories_that_name_each_other_say_the_same():
    names = {"red": "rot", "green": "grün", "blue": "blau"}
    table = clean().with_columns(farbe=pl.col("colour").replace_strict(names))

    assert only(table, "same columns").columns == ("colour", "farbe")


def test_a_number_that_is_the_sum_of_others_is_collinear():
    random = chance(4)
    table = clean().with_columns(second=pl.Series(random.normal(size=ROWS)), third=pl.Series(random.normal(size=ROWS)))
    table = table.with_columns(total=pl.col("size") + pl.col("second") + pl.col("third"))

    each = only(table, "collinear")

    assert set(each.columns) == {"size", "second", "third", "total"}
    assert len(each.mends[0].steps[0]["columns"]) == 1


def test_what_gives_the_target_away_is_found_and_left_out_of_the_model():
    table = clean().with_columns(late=pl.col("price") > 3, fee=pl.when(pl.col("price") > 3).then(10.0).otherwise(2.5))

    report = report_of(table.drop("price").lazy(), "late")

    (each,) = [each for each in report.insights if each.kind == "leak"]
    assert (each.columns, each.severity) == (("fee",), "high")
    assert {(one.column, one.used) for one in report.features} >= {("fee", False), ("size", True)}
    assert "fee" not in {one.column for one in report.model.importances}


def test_what_is_missing_where_the_target_is_may_be_known_too_late():
    gone = pl.int_range(ROWS, eager=True) % 20 == 0
    table = clean().with_columns(arrived=pl.Series(chance(5).normal(size=ROWS)))
    table = table.with_columns(pl.when(~gone).then(pl.col("price", "arrived")))

    assert ("leak", ("arrived",)) in kinds(table, "price")


def test_rows_without_an_answer_are_dropped():
    table = clean().with_columns(price=pl.when(pl.int_range(ROWS) % 10 > 0).then("price"))

    each = only(table, "target", "price")

    assert (each.severity, mended(table, each).height) == ("high", 1800)


def test_a_rare_yes_is_unbalanced():
    table = clean().with_columns(bought=pl.col("price") > pl.col("price").quantile(0.97))

    each = only(table.drop("price"), "imbalance", "bought")

    assert each.title == "“bought” is unbalanced: 3.0 % are true"


def test_classes_of_a_few_rows_are_rare():
    table = clean().with_columns(
        kind=pl.when(pl.int_range(ROWS) < 6).then(pl.lit("odd")).otherwise(pl.col("colour")),
    )

    each = only(table.drop("colour"), "rare classes", "kind")

    assert each.examples == ("odd",)
    assert mended(table, each).height == ROWS - 6


def test_a_target_of_chance_has_no_signal():
    table = clean().select("size", "weight", "colour").with_columns(coin=pl.Series(chance(9).integers(0, 2, ROWS)))

    report = report_of(table.lazy(), "coin")

    assert [each.kind for each in report.insights] == ["no signal"]
    assert "next to nothing" in report.model.verdict


def test_a_target_that_cannot_be_predicted_is_said_so():
    each = only(clean(), "target", "made")

    assert (each.severity, each.title) == ("high", "“made” cannot be predicted as it is")


def test_the_worst_comes_first():
    table = clean().with_columns(
        year=2013, nothing=pl.lit(None, pl.Float64), amount=pl.Series(chance(2).lognormal(3, 1.5, ROWS))
    )

    assert [each.severity for each in found(table)] == ["high", "medium", "low"]


def test_an_unknown_target_is_refused_with_what_was_meant():
    with pytest.raises(InvalidError, match=r"no column “prise” here\. Did you mean “price”"):
        report_of(clean().lazy(), "prise")


def test_a_table_without_rows_is_refused():
    with pytest.raises(InvalidError, match="no rows"):
        report_of(clean().head(0).lazy())
