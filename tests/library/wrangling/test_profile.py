import polars as pl
import pytest

from jupyter_mlstudio.wrangling.profile import profiles


def histogram(values):
    return profiles(pl.DataFrame({"values": values}), ["values"], "exact")[0].histogram


def test_whole_numbers_in_a_small_range_have_a_bin_each():
    months = histogram([*range(1, 13)] * 5)
    assert months.edges == tuple(float(edge) for edge in range(1, 14))
    assert months.counts == (5,) * 12


def test_whole_numbers_in_a_large_range_fill_their_bins_evenly():
    days = histogram([*range(1, 366)])
    assert sum(days.counts) == 365
    assert set(days.counts[:-1]) == {days.counts[0]}


@pytest.mark.parametrize(
    "values",
    [
        [7, 7, 7],
        [-(2**63), 2**63 - 1],
        [2**62, 2**62 + 1],
        [0.5, 1.5],
        [1.0, 1.0000000000000002],
        [1e300, 1.0000000000000002e300],
        [None, 3],
    ],
)
def test_no_value_is_left_out_of_the_bins(values):
    found = histogram(values)
    assert sum(found.counts) == len([value for value in values if value is not None])
    assert len(found.edges) == len(found.counts) + 1
