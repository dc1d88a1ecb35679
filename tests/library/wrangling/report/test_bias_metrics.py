"""Clarify's metrics against values that were worked out by hand.

80 rows: the facet has 20 with 5 positive outcomes, the others 60 with 30.
"""

from math import log, sqrt

import polars as pl
import pytest

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.report.bias import Counts, bias_of, conditional_disparity, demographic_disparity
from jupyter_mlstudio.wrangling.report.types import BiasGroup

FACET = BiasGroup(column="sex", values=("f",))
WISHED = BiasGroup(column="hired", values=(1,))


def people():
    rows = [("f", 1)] * 5 + [("f", 0)] * 15 + [("m", 1)] * 30 + [("m", 0)] * 30
    return pl.DataFrame(rows, schema=["sex", "hired"], orient="row")


def metrics(table, facet=FACET, positive=WISHED, group=""):
    return {each.name: each.value for each in bias_of(table.lazy(), facet, positive, group).items}


def test_all_metrics_are_as_worked_out_by_hand():
    a, d = (0.5, 0.5), (0.25, 0.75)  # shares of hired and not hired among the others, and in the facet
    m = (0.375, 0.625)
    expected = {
        "CI": (60 - 20) / 80,
        "DPL": 30 / 60 - 5 / 20,
        "KL": a[0] * log(a[0] / d[0]) + a[1] * log(a[1] / d[1]),
        "JS": (a[0] * log(a[0] / m[0]) + a[1] * log(a[1] / m[1]) + d[0] * log(d[0] / m[0]) + d[1] * log(d[1] / m[1]))
        / 2,
        "LP": sqrt(0.25**2 + 0.25**2),
        "TVD": 0.25,
        "KS": 0.25,
        "CDDL": None,
    }

    assert metrics(people()) == pytest.approx(expected, abs=1e-6)


def test_the_numbers_themselves():
    found = metrics(people())

    assert found["CI"] == 0.5
    assert found["DPL"] == 0.25
    assert found["KL"] == pytest.approx(0.143841, abs=1e-6)
    assert found["JS"] == pytest.approx(0.033822, abs=1e-6)
    assert found["LP"] == pytest.approx(0.353553, abs=1e-6)


def test_disparity_can_turn_round_within_subgroups():
    # Over all rows women are refused more often; within each department they are hired as often or more.
    easy, hard = Counts(8, 2, 24, 16), Counts(10, 40, 1, 9)
    both = Counts(18, 42, 25, 25)

    assert demographic_disparity(both) == pytest.approx(42 / 67 - 18 / 43)
    assert demographic_disparity(easy) == pytest.approx(2 / 18 - 8 / 32)
    assert demographic_disparity(hard) == pytest.approx(40 / 49 - 10 / 11)
    expected = (50 * (2 / 18 - 8 / 32) + 60 * (40 / 49 - 10 / 11)) / 110
    assert conditional_disparity({"easy": easy, "hard": hard}) == pytest.approx(expected)
    assert conditional_disparity({"easy": easy, "hard": hard}) < 0 < demographic_disparity(both)


def test_the_conditional_metric_compares_within_a_column():
    def rows(department, counts):
        outcomes = [("f", 1), ("f", 0), ("m", 1), ("m", 0)]
        return [(department, *outcome) for outcome, count in zip(outcomes, counts, strict=True) for _ in range(count)]

    table = pl.DataFrame(
        rows("easy", (8, 2, 24, 16)) + rows("hard", (10, 40, 1, 9)), schema=["dep", "sex", "hired"], orient="row"
    )

    expected = (50 * (2 / 18 - 8 / 32) + 60 * (40 / 49 - 10 / 11)) / 110
    assert metrics(table, group="dep")["CDDL"] == pytest.approx(expected, abs=1e-6)


def test_several_outcomes_are_compared_one_by_one():
    table = pl.DataFrame(
        {"sex": ["f"] * 4 + ["m"] * 4, "hired": ["no", "no", "no", "yes", "no", "yes", "yes", "later"]}
    )

    found = metrics(table, positive=BiasGroup(column="hired", values=("yes",)))

    # Shares of no, yes, later: others 0.25, 0.5, 0.25; facet 0.75, 0.25, 0.
    assert found["TVD"] == pytest.approx(0.5)
    assert found["KS"] == pytest.approx(0.5)
    assert found["LP"] == pytest.approx(sqrt(0.25 + 0.0625 + 0.0625), abs=1e-6)
    assert found["KL"] is None  # "later" never happens to the facet


def test_groups_of_numbers_are_given_by_a_limit():
    table = pl.DataFrame({"age": [30, 41, 55, 20, None], "pay": [10.0, 20.0, 5.0, 50.0, 9.0]})

    report = bias_of(table.lazy(), BiasGroup(column="age", above=40), BiasGroup(column="pay", above=15))

    assert (report.facet, report.positive) == ("age is above 40", "pay is above 15")
    assert (report.rows, report.members, report.positives) == (4, 2, (0.5, 0.5))


def test_a_group_of_nobody_is_refused():
    with pytest.raises(InvalidError, match="facet: no row is one where sex is x"):
        metrics(people(), facet=BiasGroup(column="sex", values=("x",)))


def test_values_that_do_not_fit_the_column_are_refused():
    with pytest.raises(InvalidError, match="positive"):
        metrics(people(), positive=BiasGroup(column="hired", values=("yes",)))


def test_facet_and_target_are_two_columns():
    with pytest.raises(InvalidError, match="another column than the target"):
        metrics(people(), facet=BiasGroup(column="hired", values=(1,)))
