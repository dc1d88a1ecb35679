"""Columns of every kind, held against training: what has drifted is found, what is odd gets a calm sentence."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from jupyter_mlstudio.monitoring.baseline import profile
from jupyter_mlstudio.monitoring.drift import compare
from jupyter_mlstudio.monitoring.types import Thresholds

ROWS = 2000


def column(values, before=None, **thresholds):
    """Compare one column; its training values were those before, or the same."""
    trained = pl.DataFrame({"x": values if before is None else before})
    [found] = compare(
        profile(trained, "training_data").columns, pl.DataFrame({"x": values}), None, Thresholds(**thresholds)
    )
    return found


def drawn(seed=0, rows=ROWS, shift=0.0):
    return np.random.default_rng(seed).normal(shift, 1, rows)


def test_the_same_numbers_have_not_drifted():
    found = column(drawn(1), drawn(0))
    assert (found.drifted, found.kind, found.message[:15]) == (False, "number", "As in training:")
    assert found.histogram is not None
    assert sum(found.histogram.live) == pytest.approx(1)
    assert len(found.histogram.edges) == len(found.histogram.training) + 1


def test_shifted_numbers_have_drifted():
    found = column(drawn(1, shift=0.5), drawn(0))
    assert found.drifted
    assert {test.name for test in found.tests if test.drifted} >= {"psi", "kolmogorov_smirnov"}
    assert next(test for test in found.tests if test.name == "wasserstein").statistic == pytest.approx(0.5, abs=0.1)


def test_a_difference_that_is_certain_but_small_is_none():
    assert not column(drawn(1, 100_000, 0.05), drawn(0, 100_000)).drifted
    assert column(drawn(1, 100_000, 0.05), drawn(0, 100_000), psi=0.001).drifted


def test_shares_of_categories():
    before = ["a"] * 500 + ["b"] * 500
    found = column(["a"] * 900 + ["b"] * 100, before)
    assert (found.drifted, found.kind) == (True, "category")
    assert found.message == "Far from training: “a” was 50.0%, now 90.0%."
    assert not column(["a"] * 510 + ["b"] * 490, before).drifted


def test_a_category_that_training_never_saw():
    found = column(["a"] * 480 + ["b"] * 490 + ["new"] * 30, ["a"] * 500 + ["b"] * 500)
    assert found.new_values == ["new"]
    assert "30 of 1,000 rows have values that training never saw, as “new”" in found.message


def test_missing_values_that_became_more():
    values = [None if place % 5 == 0 else value for place, value in enumerate(drawn(1))]
    found = column(values, drawn(0))
    assert found.drifted
    assert found.message == "20.0% are missing; in training 0.0% were."


def test_numbers_beyond_the_range_of_training():
    found = column([*drawn(1), *[100.0] * 60], drawn(0))
    assert [test.name for test in found.tests if test.drifted] == ["range"]


def test_whole_numbers_that_are_codes_are_categories():
    found = column([1.0, 2.0, 3.0] * 300 + [9.0] * 100, [1, 2, 3] * 300)
    assert (found.kind, found.new_values) == ("category", ["9"])


def test_long_texts_are_compared_by_their_length():
    short = [f"word {number}" for number in range(500)]
    found = column([text * 5 for text in short], short)
    assert (found.kind, found.drifted) == ("text", True)


@pytest.mark.parametrize(
    ("values", "before", "kind", "message"),
    [
        ([None] * 100, drawn(0), "number", "100.0% are missing; in training 0.0% were."),
        (drawn(1, 100), [None] * 100, "other", "Values of this type are not compared."),
        (drawn(1, 100), pl.Series([None] * 100, dtype=pl.Float64), "number", "Training had no values here."),
        (drawn(1, 100), drawn(0, 5), "number", "The baseline has only 5 values here: too few to compare with."),
        (drawn(1, 20), drawn(0), "number", "There are only 20 values in the window; 50 are needed."),
        ([], drawn(0), "number", "There are no values in the window; 50 are needed."),
        ([7.25] * 500, [7.25] * 500, "number", "As in training: the mean was 7.25, now it is 7.25."),
        ([np.nan, np.inf] * 100, drawn(0), "number", "50.0% are missing; in training 0.0% were."),
        ([dt.datetime(2030, 1, 1)] * 99, [dt.datetime(2020, 1, 1)] * 99, "time", "Times move on"),
        ([[1]] * 99, [[1]] * 99, "other", "Values of this type are not compared."),
        ([True, False] * 99, [True, False] * 99, "boolean", "As in training: “true” was 50.0%, now 50.0%."),
        (["x"] * 99, drawn(0), "number", "There are no finite numbers to compare."),
    ],
)
def test_odd_columns_get_a_calm_sentence(values, before, kind, message):
    found = column(values, before)
    assert found.kind == kind
    assert found.message.startswith(message)


def test_a_constant_that_became_another_has_drifted():
    assert column([8.0] * 500, [7.25] * 500).drifted
    assert column(["b"] * 500, ["a"] * 500).drifted


def test_a_column_with_very_many_values_is_quick_and_calm():
    ids = pl.Series([f"id-{number}" for number in range(100_000)])
    found = column(ids.shuffle(seed=1), ids)
    assert (found.kind, found.drifted) == ("text", False)


def test_rare_categories_of_training_are_no_news():
    many = [f"c{number % 150}" for number in range(3000)]
    found = column(many, many)
    assert (found.kind, found.drifted, found.new_values) == ("category", False, [])


def test_a_masked_column_is_only_said_to_be_missing():
    columns = profile(pl.DataFrame({"x": drawn(), "y": drawn()}), "training_data").columns
    found = compare(columns, pl.DataFrame({"y": drawn(1)}), None, Thresholds())
    assert found[0].message == "It is not captured: it was masked, or never sent."
    assert not any(each.drifted for each in found)


def test_chance_is_put_up_with_once_for_all_columns():
    """Hundred columns without drift, with a threshold that leaves the decision to the tests alone."""
    rng = np.random.default_rng(3)
    names = [f"x{number}" for number in range(100)]
    before = pl.DataFrame({name: rng.normal(size=1000) for name in names})
    live = pl.DataFrame({name: rng.normal(size=1000) for name in names})
    found = compare(
        profile(before, "training_data").columns, live, before, Thresholds(psi=1e-9, missing=1e-9, out_of_range=1e-9)
    )
    assert [each.name for each in found if each.drifted] == []
    plain = [test.p_value for each in found for test in each.tests if test.name == "kolmogorov_smirnov"]
    assert min(plain) > 0.01
