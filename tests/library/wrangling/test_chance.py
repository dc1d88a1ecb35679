"""Chance that is the same everywhere: how even it is, and what steps make of it."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.expressions.chance import bucket, draw, hexadecimal
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.transformer import RecipeTransformer

ROWS = 100_000


def after(table, *chosen):
    return Recipe(steps=chosen).run(table)


def chi_square(values, cells):
    expected = len(values) / cells
    return float(((np.bincount(values, minlength=cells) - expected) ** 2 / expected).sum())


@pytest.mark.parametrize("seed", [0, 1, 7, -3, 2**40])
def test_draws_are_even_and_neighbours_know_nothing_of_each_other(seed):
    draws = draw(np.arange(ROWS, dtype=np.int64), seed)

    assert draws.min() >= 0
    assert draws.max() < 1
    assert chi_square((draws * 100).astype(int), 100) < 160  # 99 degrees of freedom: above in one of 10,000 cases
    for lag in (1, 2, 7, 24):
        cells = (draws[:-lag] * 20).astype(int) * 20 + (draws[lag:] * 20).astype(int)
        assert chi_square(cells, 400) < 520  # 399 degrees of freedom


def test_another_seed_makes_other_draws():
    numbers = np.arange(ROWS, dtype=np.int64)

    assert abs(np.corrcoef(draw(numbers, 0), draw(numbers, 1))[0, 1]) < 0.02


def test_draws_stay_below_what_whole_numbers_can_hold():
    assert draw(2**34, 3) == draw(np.array([2**34], dtype=np.int64), 3)[0]


def test_a_draw_never_changes_with_versions():
    assert [round(draw(number, 0), 9) for number in (0, 1, 2)] == [0.291015494, 0.294749764, 0.972074917]


def test_buckets_are_even_and_tell_long_texts_apart():
    found = np.array([bucket(hexadecimal(f"customer {number}"), 16) for number in range(20_000)])

    assert chi_square(found, 16) < 45
    assert bucket(hexadecimal("x" * 50), 1000) != bucket(hexadecimal("x" * 51), 1000)


def test_a_split_holds_its_shares_in_each_class():
    table = pl.DataFrame({"c": ["a"] * 100 + ["b"] * 20, "x": range(120)})

    made = after(table, steps.SplitRows(test=0.2, validation=0.1, stratify=["c"]))

    counts = {(c, part): count for c, part, count in made.group_by("c", "split").len().rows()}
    assert counts == {
        ("a", "train"): 70, ("a", "validation"): 10, ("a", "test"): 20,
        ("b", "train"): 14, ("b", "validation"): 2, ("b", "test"): 4,
    }  # fmt: skip
    assert made["x"].to_list() == list(range(120))


def test_a_split_keeps_groups_together_and_time_in_order():
    table = pl.DataFrame({"customer": [number // 5 for number in range(1000)], "t": list(range(1000, 0, -1))})

    together = after(table, steps.SplitRows(together=["customer"], test=0.3))
    in_time = after(table, steps.SplitRows(how="in time", time="t", test=0.3))

    assert together.group_by("customer").agg(pl.col("split").n_unique())["split"].max() == 1
    assert 0.2 < (together["split"] == "test").mean() < 0.4
    assert in_time.filter(pl.col("split") == "test")["t"].to_list() == list(range(1000, 700, -1))


def test_steps_after_a_split_learn_from_the_training_rows_alone():
    table = pl.DataFrame({"t": [1, 2, 3, 4], "x": [1.0, None, 3.0, 1000.0]})

    fitted = Recipe(
        steps=(steps.SplitRows(how="in time", time="t", test=0.25), steps.FillMissing(columns=["x"], using="mean"))
    ).fit(table)

    assert fitted.steps[1].state.values == {"x": 2.0}
    assert fitted.steps[1].state.rows == 3


def test_samples_have_their_size_and_the_same_share_of_each_class():
    table = pl.DataFrame({"c": ["a"] * 60 + ["b"] * 30 + [None] * 10, "x": range(100)})

    assert after(table, steps.SampleRows(rows=10)).height == 10
    assert after(table, steps.SampleRows(share=0.25, seed=5)).height == 25
    made = after(table, steps.SampleRows(rows=20, by=["c"]))
    assert dict(made.group_by("c").len().rows()) == {"a": 12, "b": 6, None: 2}
    assert made["x"].is_sorted()
    assert not made.equals(after(table, steps.SampleRows(rows=20, by=["c"], seed=1)))


@pytest.mark.parametrize(("how", "size"), [("leave rows out", 5), ("repeat rows", 12)])
def test_classes_are_balanced(how, size):
    table = pl.DataFrame({"c": ["a"] * 12 + ["b"] * 5 + [None], "x": range(18)})

    made = after(table, steps.BalanceClasses(column="c", how=how))

    assert dict(made.group_by("c").len().rows()) == {"a": size, "b": size}
    assert made["x"].is_sorted()
    assert made.columns == ["c", "x"]


def test_weights_make_up_for_rare_classes():
    table = pl.DataFrame({"c": ["a"] * 3 + ["b"]})

    made = after(table, steps.ClassWeights(column="c"))

    assert made["weight"].to_list() == [pytest.approx(2 / 3)] * 3 + [2.0]


def test_target_encoding_never_shows_a_row_its_own_target():
    chance = np.random.default_rng(0)
    features = pd.DataFrame({"id": chance.integers(0, 1000, 3000).astype(str), "x": chance.normal(size=3000)})
    target = pd.Series(chance.normal(size=3000))
    step = steps.TargetEncode(columns=["id"], target="price", smoothing=1)
    transformer = RecipeTransformer(Recipe(steps=(step, steps.ScaleNumbers(columns=["id"]))))

    trained_on, all_rows = transformer.fit_transform(features, target), transformer.transform(features)

    assert abs(np.corrcoef(trained_on["id"], target)[0, 1]) < 0.05
    assert np.corrcoef(all_rows["id"], target)[0, 1] > 0.5
    model = Pipeline([("recipe", transformer), ("model", LinearRegression())]).fit(features, target.to_numpy())
    assert model.score(features, target) < 0.02
    assert list(trained_on.columns) == ["id", "x"]
    assert trained_on.index.equals(features.index)


def test_target_encoding_learns_smoothed_means():
    table = pl.DataFrame({"c": ["a", "a", "b", None], "late": [True, False, True, True]})

    fitted = Recipe(steps=(steps.TargetEncode(columns=["c"], target="late", smoothing=2),)).fit(table)

    made = fitted.run(pl.DataFrame({"c": ["a", "b", "new", None]}))
    assert made["c"].to_list() == pytest.approx([(1 + 2 * 0.75) / 4, (1 + 2 * 0.75) / 3, 0.75, 0.75])


def test_a_target_that_is_nowhere_is_asked_for():
    transformer = RecipeTransformer(Recipe(steps=(steps.TargetEncode(columns=["c"], target="price"),)))

    with pytest.raises(InvalidError, match=r"There is no column “price” to learn from\. Fit with the target as y"):
        transformer.fit(pd.DataFrame({"c": ["a"]}))
