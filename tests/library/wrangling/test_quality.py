import numpy as np
import polars as pl
import pytest

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.quality import leaks

CHANCE = np.random.default_rng(0)
DELAY = CHANCE.normal(size=3000)
TABLE = pl.DataFrame(
    {
        "distance": CHANCE.normal(size=3000),
        "carrier": CHANCE.choice(["UA", "AA", "B6"], size=3000),
        "ticket": [f"T{number}" for number in range(3000)],
        "delay": DELAY,
        "delay_minutes": DELAY * 60 + CHANCE.normal(size=3000),
        "hint": DELAY + CHANCE.normal(size=3000) * 3,
        "verdict": np.where(DELAY > 1, "late", "fine"),
    }
)


def test_columns_that_give_a_number_away_are_found():
    assert [leak.column for leak in leaks(TABLE.drop("verdict"), "delay")] == ["delay_minutes"]


def test_columns_that_give_a_class_away_are_found():
    found = leaks(TABLE, "verdict")

    assert {leak.column for leak in found} == {"delay", "delay_minutes"}
    assert all("It alone tells “verdict” almost entirely" in leak.reason for leak in found)


def test_what_is_missing_together_with_the_target_is_suspicious():
    gone = pl.int_range(3000, eager=True) % 10 == 0
    table = TABLE.select("distance", target="carrier", arrived="ticket").with_columns(
        pl.when(~gone).then(pl.col("target", "arrived"))
    )

    assert [(leak.column, leak.score) for leak in leaks(table, "target")] == [("arrived", 1.0)]


def test_nothing_is_found_where_nothing_is():
    assert leaks(TABLE.select("distance", "carrier", "ticket", "hint"), "carrier") == ()


def test_a_target_that_never_changes_is_refused():
    with pytest.raises(InvalidError, match="“carrier” needs at least 20 rows and two different values"):
        leaks(TABLE.with_columns(carrier=pl.lit("UA")), "carrier")
