"""Distances and probabilities, held against values that are known or drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlstudio.monitoring import statistics


def test_the_same_shares_have_no_distance():
    shares = np.full(10, 0.1)
    assert statistics.psi(shares, shares, 1000, 1000) == pytest.approx(0, abs=1e-12)


def test_the_index_of_a_known_shift_is_the_textbooks():
    before, after = np.array([0.5, 0.5]), np.array([0.4, 0.6])
    by_hand = (0.4 - 0.5) * np.log(0.4 / 0.5) + (0.6 - 0.5) * np.log(0.6 / 0.5)
    assert statistics.psi(before, after, 10**9, 10**9) == pytest.approx(by_hand, rel=1e-6)


def test_an_empty_bin_does_not_make_it_infinite():
    assert 1 < statistics.psi(np.array([1.0, 0.0]), np.array([0.0, 1.0]), 100, 100) < 20


@given(st.lists(st.integers(0, 500), min_size=2, max_size=8), st.lists(st.integers(0, 500), min_size=2, max_size=8))
def test_chi_square_is_a_probability_or_nothing(before, after):
    size = min(len(before), len(after))
    found = statistics.chi_square(before[:size], after[:size])
    assert found is None or (0 <= found[0] <= 1 + 1e-9 and 0 <= found[1] <= 1)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_correcting_never_makes_a_finding_more_certain(chances):
    assert all(after >= before - 1e-12 for before, after in zip(chances, statistics.corrected(chances), strict=True))


@given(st.lists(st.integers(0, 9), min_size=4, max_size=40), st.lists(st.integers(0, 9), min_size=4, max_size=40))
def test_the_largest_distance_is_that_of_scipy(before, after):
    from scipy.stats import ks_2samp

    found = statistics.kolmogorov_smirnov(np.sort(before), np.sort(after))
    assert found[0] == pytest.approx(ks_2samp(before, after, method="asymp").statistic, abs=1e-12)


def test_the_distance_in_standard_deviations_is_that_of_scipy():
    from scipy.stats import wasserstein_distance

    rng = np.random.default_rng(0)
    before, after = np.sort(rng.normal(size=4000)), np.sort(rng.normal(0.5, 2, 4000))
    grid = statistics.quantiles(before, np.linspace(0, 1, 201))
    assert grid == pytest.approx(np.quantile(before, np.linspace(0, 1, 201)))
    assert statistics.wasserstein(grid, after, 1.0) == pytest.approx(wasserstein_distance(before, after), rel=0.02)


def test_quantiles_stand_for_the_values_that_they_were_made_of():
    rng = np.random.default_rng(0)
    drawn = (rng.normal(size=5000), rng.normal(0.1, 1, 5000), rng.normal(size=5000))
    before, after, same = (np.sort(values) for values in drawn)
    grid = np.quantile(before, np.linspace(0, 1, 201))
    for values in (after, same):
        whole, parts = statistics.kolmogorov_smirnov(before, values), statistics.against_quantiles(grid, 5000, values)
        assert parts[0] == pytest.approx(whole[0], abs=0.01)
        assert (parts[1] < 0.01) == (whole[1] < 0.01)
    assert statistics.against_quantiles(np.zeros(201), 100, before) == (0.0, 1.0)


def test_what_lies_beyond_the_range_by_chance_is_told_from_what_does_not():
    assert statistics.beyond_range(1, 100, 1000) > 0.1
    assert statistics.beyond_range(20, 100, 1000) < 1e-6


def test_missing_values_that_became_more_by_chance_are_told_from_others():
    assert statistics.missing_grew(50, 1000, 6, 100) > 0.2
    assert statistics.missing_grew(50, 1000, 30, 100) < 1e-6


def test_new_categories_are_expected_where_training_saw_many_once():
    assert statistics.unseen(3, 100, singletons=40, rows_before=1000) > 0.2
    assert statistics.unseen(3, 100, singletons=0, rows_before=1000) < 1e-3


def test_the_same_order_of_importance_agrees_whole():
    assert statistics.ndcg(np.array([0.5, 0.3, 0.2]), np.array([0.4, 0.35, 0.25])) == 1
    assert statistics.ndcg(np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.2, 0.7])) < 0.9
