import math
from datetime import date, timedelta

import polars as pl
import pytest

from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.figures import Lengths, Sureness
from jupyter_mlstudio.wrangling.profile import profiles
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files
from jupyter_mlstudio.wrangling.sources.types import FileSource, FrameSource

ROWS = 20_000


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


@pytest.fixture
def table():
    number = pl.col("id")
    spread = (number * 7919 % 10_007) / 7
    return pl.DataFrame({"id": range(ROWS)}).select(
        "id",
        user_id=number * number % 3_001,
        amount=pl.when(number % 13 > 0).then(spread.exp().clip(0, 1e12) + spread),
        odd=pl.when(number % 5_000 == 77).then(math.inf).when(number % 17 == 0).then(math.nan).otherwise(spread),
        day=pl.lit(date(2020, 1, 1)) + pl.duration(days=number % 900),
        country=pl.format("c{}", number % 7),
        mail=pl.format("someone{}@example.org", "id"),
        words=pl.when(number % 3 > 0).then(pl.format("word {} and {}", number % 6_007, number % 2)),
        active=pl.when(number % 4 > 0).then(number % 3 == 0),
        tags=pl.concat_list(number % 2),
        target=(number % 20 == 0).cast(pl.Int8),
        nothing=pl.lit(None, pl.String),
        large=number + 2**60,
    )


@pytest.fixture
def session(project, table, monkeypatch):
    monkeypatch.setattr("jupyter_mlstudio.wrangling.profile.tiers.SAMPLE", 2_000)
    table.write_parquet(project / "table.parquet", row_group_size=1_000)
    made = Session(Files(project), dict)
    made.open(FileSource(path="table.parquet"))
    yield made
    made.close()


def by_name(answer):
    return {profile.name: profile for profile in answer.items}


def test_tiers_lead_from_one_to_the_next_and_get_surer(session):
    tier, seen = "facts", []
    while tier is not None:
        answer = session.profile(tier=tier)
        seen.append((answer.tier, by_name(answer).get("amount")))
        tier = answer.next

    assert [name for name, _ in seen] == ["facts", "sampled", "exact", "quantiles"]
    facts, sampled, exact, last = (profile for _, profile in seen)
    assert (facts.sure.range, facts.min, facts.max) == ("exact", last.min, last.max)
    assert (sampled.exactness, sampled.rows, sampled.sample) == ("sampled", ROWS, 2_000)
    assert sum(sampled.histogram.counts) == pytest.approx(ROWS * 12 / 13, rel=0.02)
    assert exact.sure == Sureness(
        missing="exact",
        distinct="sketched",
        range="exact",
        mean="exact",
        quantiles="sampled",
        histogram="exact",
        top="sampled",
        lengths="exact",
    )
    assert (last.exactness, last.sample) == ("exact", None)


@pytest.mark.parametrize("recipe", [(), (steps.DeriveColumn(name="half", formula="amount / 2"),)])
def test_the_last_tier_says_what_the_whole_table_says(session, table, recipe):
    session.apply(Recipe(steps=recipe))
    whole = {profile.name: profile for profile in profiles(session.result(), table.columns, "exact")}

    for name, streamed in by_name(session.profile(tier="quantiles", columns=tuple(table.columns))).items():
        if name == "tags":
            continue
        known = whole[name]
        same = {"histogram", "mean", "std", "quantiles", "top", "lengths"}
        assert streamed.model_dump(exclude=same) == known.model_dump(exclude=same), name
        assert streamed.mean == pytest.approx(known.mean)
        assert name == "large" or streamed.std == pytest.approx(known.std)  # no float tells these numbers apart
        assert streamed.quantiles == pytest.approx(known.quantiles)
        assert streamed.histogram == known.histogram or sum(streamed.histogram.counts) == sum(known.histogram.counts)
        often = [value.count for value in known.top if value.count > 1]
        assert [value.count for value in streamed.top if value.count > 1] == often


def test_infinite_values_that_no_sample_saw_are_left_out_of_the_figures(session):
    odd = by_name(session.profile(tier="exact", columns=("odd",)))["odd"]

    assert odd.infinite == 4
    assert odd.missing == math.ceil(ROWS / 17) - sum(row % 17 == 0 for row in (77, 5_077, 10_077, 15_077))
    assert math.isfinite(odd.mean)
    assert odd.max < 10_007 / 7


def test_columns_are_recognised(session):
    guessed = {name: profile.guess for name, profile in by_name(session.profile(tier="quantiles")).items()}

    assert guessed == {
        "id": "id",
        "user_id": "id",
        "amount": "number",
        "odd": "number",
        "day": "date",
        "country": "category",
        "mail": "id",
        "words": "text",
        "active": "boolean",
        "tags": "nested",
        "target": "target",
        "nothing": "empty",
        "large": "id",
    }


def test_numbers_that_a_browser_cannot_hold_come_as_text(session):
    large = by_name(session.profile(tier="quantiles", columns=("large",)))["large"]

    assert (large.min, large.max) == (str(2**60), str(2**60 + ROWS - 1))


def test_texts_are_measured_and_their_frequent_values_counted(session):
    words = by_name(session.profile(tier="quantiles", columns=("words",)))["words"]

    assert words.lengths == Lengths(min=12, mean=words.lengths.mean, max=15)
    assert words.lengths.mean == pytest.approx(14.6, abs=0.3)
    assert words.top[0].count >= words.top[-1].count > 0
    assert words.missing == math.ceil(ROWS / 3)


def test_a_small_table_is_described_exactly_at_once(project):
    session = Session(Files(project), lambda: {"small": pl.DataFrame({"day": [date(2020, 1, 1) + timedelta(1)]})})
    session.open(FrameSource(name="small"))

    answer = session.profile()

    assert (answer.tier, answer.next, answer.items[0].exactness) == ("quantiles", None, "exact")
