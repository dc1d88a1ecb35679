"""Steps about numbers, missing values, outliers, categories and words: what they make."""

import numpy as np
import polars as pl
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import PolynomialFeatures, PowerTransformer, normalize

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.step import Step, step_kinds

INFINITE = float("inf")


def after(table, *chosen):
    return Recipe(steps=chosen).run(table)


def fitted(table, *chosen):
    return Recipe(steps=chosen).fit(table)


@pytest.fixture
def far():
    return pl.DataFrame({"x": [1.0, 2.0, 3.0, 4.0, 5.0, None, 1000.0, INFINITE]})


@pytest.mark.parametrize(
    ("by", "options", "kept"),
    [
        ("quartiles", {}, 6),
        ("median deviations", {}, 6),
        ("deviations", {"times": 1.0}, 6),
        ("deviations", {}, 7),
        ("quantiles", {"upper_quantile": 0.8, "lower_quantile": 0.0}, 6),
    ],
)
def test_rows_with_outliers_are_dropped_but_not_those_without_a_value(far, by, options, kept):
    made = after(far, steps.DropOutliers(columns=["x"], by=by, **options))

    assert made.height == kept
    assert made["x"].null_count() == 1
    assert not made["x"].is_infinite().any()


def test_outliers_are_marked_and_limited_by_the_same_limits(far):
    recipe = (steps.MarkOutliers(columns=["x"]), steps.ClipNumbers(columns=["x"], by="quartiles"))

    made = after(far, *recipe)

    assert made["x_outlier"].to_list() == [False] * 6 + [True, True]
    assert made["x"][6] == made["x"][7] == 4.75 + 1.5 * 2.5


def test_a_column_without_spread_has_only_its_extremes_as_limits():
    table = pl.DataFrame({"x": [0.0] * 9 + [1.0]})

    assert after(table, steps.DropOutliers(columns=["x"])).height == 10


def test_a_recipe_from_before_there_were_more_ways_still_limits():
    step = Recipe.model_validate({"steps": [{"op": "clip", "columns": ["x"], "by": "limits", "lower": 0.0}]})

    assert step.run(pl.DataFrame({"x": [-1, 5]}))["x"].to_list() == [0, 5]


@pytest.mark.parametrize("how", ["Yeo-Johnson", "Box-Cox"])
def test_powers_are_those_that_scikit_learn_finds(how):
    numbers = np.random.default_rng(0).lognormal(size=500)

    made = after(pl.DataFrame({"x": numbers}), steps.BendNumbers(columns=["x"], how=how))

    peer = PowerTransformer(method=how.lower(), standardize=False).fit_transform(numbers.reshape(-1, 1)).ravel()
    assert made["x"].to_numpy() == pytest.approx(peer, rel=1e-4)


def test_curves_leave_out_what_they_are_not_made_for():
    table = pl.DataFrame({"x": [-1.0, 0.0, 1.0]})

    made = {how: after(table, steps.BendNumbers(columns=["x"], how=how))["x"].to_list() for how in CURVES}

    assert made == CURVES


CURVES = {
    "log(x)": [None, None, 0.0],
    "square root": [None, 0.0, 1.0],
    "1 / x": [-1.0, None, 1.0],
    "square": [1.0, 0.0, 1.0],
    "log(1 + x)": [-INFINITE, 0.0, pytest.approx(0.6931471805599453)],
}


@pytest.mark.parametrize(
    ("how", "digits", "expected"),
    [
        ("down", 1, [123456.7, -0.1, 0.0, 0.0, None, INFINITE]),
        ("up", 1, [123456.8, 0.0, 0.1, 0.0, None, INFINITE]),
        ("nearest", 2, [123456.79, -0.05, 0.0, 0.0, None, INFINITE]),
        ("significant digits", 2, [120000.0, -0.046, 0.0012, 0.0, None, INFINITE]),
    ],
)
def test_numbers_are_rounded_in_four_ways(how, digits, expected):
    table = pl.DataFrame({"x": [123456.789, -0.0456, 0.00123, 0.0, None, INFINITE]})

    assert after(table, steps.RoundNumbers(columns=["x"], how=how, digits=digits))["x"].to_list() == expected


def test_significant_digits_of_large_numbers_are_clean():
    table = pl.DataFrame({"x": [94012297.76087457, 99999.0], "i": [123456, 99]})

    made = after(table, steps.RoundNumbers(columns=["x", "i"], how="significant digits", digits=3))

    assert made.rows() == [(94000000.0, 123000.0), (100000.0, 99.0)]


def test_rows_get_one_length():
    table = pl.DataFrame({"a": [3.0, 0.0, None], "b": [4, 0, 2]})

    made = after(table, steps.NormalizeRows(columns=["a", "b"]))

    peer = normalize(table.fill_null(0).to_numpy())
    assert made.fill_null(0).to_numpy() == pytest.approx(peer)
    assert made["a"].to_list() == [0.6, 0.0, None]
    assert after(table, steps.NormalizeRows(columns=["a", "b"], to="sum 1"))["a"][0] == pytest.approx(3 / 7)


def test_bins_have_labels_or_numbers():
    table = pl.DataFrame({"x": [1, 5, None, 9]})

    named = after(table, steps.BinNumbers(column="x", by="edges", edges=[2, 6], labels=["low", "mid", "high"]))
    coded = after(table, steps.BinNumbers(column="x", by="edges", edges=[2, 6], codes=True, name="bin"))

    assert named["x"].to_list() == ["low", "mid", None, "high"]
    assert coded["bin"].to_list() == [0, 1, None, 2]


def test_labels_need_as_many_bins():
    with pytest.raises(ValueError, match="labels: give 3, one for each bin"):
        steps.BinNumbers(column="x", by="edges", edges=[2, 6], labels=["low"])
    table = pl.DataFrame({"x": [0, 0, 0, 0, 1]})
    with pytest.raises(InvalidError, match="so many equal numbers that it fills"):
        after(table, steps.BinNumbers(column="x", bins=3, labels=["a", "b", "c"]))


def test_ranks_go_evenly_from_0_to_1():
    numbers = np.random.default_rng(1).lognormal(size=10_000)
    recipe = fitted(pl.DataFrame({"x": numbers}), steps.QuantileRank(columns=["x"]))

    ranks = recipe.run(pl.DataFrame({"x": [*numbers, -5.0, 1e9, None]}))["x"]

    assert np.histogram(ranks[:10_000], bins=10)[0].tolist() == pytest.approx([1000] * 10, abs=60)
    assert ranks[-3:].to_list() == [0.0, 1.0, None]


def test_two_columns_are_combined():
    table = pl.DataFrame({"now": [110, 0, None], "before": [100, 0, 5]})

    made = after(
        table,
        steps.CombineNumbers(name="growth", column="now", operator="% change from", other="before"),
        steps.CombineNumbers(name="half", column="now", operator="/", number=2),
        steps.CombineNumbers(name="least", column="now", operator="minimum", other="before"),
    )

    assert made["growth"].to_list() == [10.0, None, None]
    assert made["half"].to_list() == [55.0, 0.0, None]
    assert made["least"].to_list() == [100, 0, 5]
    with pytest.raises(ValueError, match="either a column or a number"):
        steps.CombineNumbers(name="x", column="now")


def test_products_are_those_of_scikit_learn():
    table = pl.DataFrame({"a": [1.0, 2.0], "b": [3, 5]})

    made = after(table, steps.Polynomial(columns=["a", "b"], degree=3))

    peer = PolynomialFeatures(degree=3, include_bias=False).fit_transform(table.to_numpy())
    assert made.to_numpy() == pytest.approx(peer)
    assert made.columns[2:5] == ["a^2", "a * b", "b^2"]


def test_a_number_stands_beside_that_of_its_group():
    table = pl.DataFrame({"city": ["A", "A", "B"], "price": [10.0, 30.0, 5.0]})
    recipe = fitted(table, steps.CompareWithGroup(column="price", by="city"))

    made = recipe.run(pl.DataFrame({"city": ["A", "B", "new", None], "price": [40.0, 5.0, 15.0, None]}))

    assert made["price_ratio_by_city"].to_list() == [2.0, 1.0, 1.0, None]


def test_missing_values_are_filled_by_group():
    table = pl.DataFrame(
        {"city": ["A", "A", "B", None], "price": [10.0, 30.0, None, 90.0], "kind": ["x", "x", None, "y"]}
    )

    made = after(
        table,
        steps.FillByGroup(columns=["price"], by="city"),
        steps.FillByGroup(columns=["kind"], by="city", using="most frequent"),
    )

    assert made["price"].to_list() == [10.0, 30.0, 30.0, 90.0]
    assert made["kind"].to_list() == ["x", "x", "x", "y"]


def test_groups_of_decimal_numbers_are_refused():
    with pytest.raises(InvalidError, match="“x” holds numbers with decimals, which make no groups"):
        after(pl.DataFrame({"x": [1.5], "y": [1.0]}), steps.FillByGroup(columns=["y"], by="x"))


def test_gaps_are_marked_counted_and_filled_between_neighbours():
    table = pl.DataFrame({"x": [None, 1.0, None, None, 4.0, None], "k": ["a", None, "a", "b", "b", "a"]})

    made = after(table, steps.MarkMissing(columns=["k"]), steps.CountMissing(columns=["x", "k"]))
    lines = after(table, steps.Interpolate(columns=["x"]))
    apart = after(table.with_columns(pl.col("k").fill_null("a")), steps.Interpolate(columns=["x"], by=["k"]))

    assert made["k_missing"].to_list() == [False, True, False, False, False, False]
    assert made["missing"].to_list() == [1, 1, 1, 1, 0, 1]
    assert lines["x"].to_list() == [None, 1.0, 2.0, 3.0, 4.0, None]
    assert lines.columns == ["x", "k"]
    assert apart["x"].to_list() == [None, 1.0, None, None, 4.0, None]


def test_infinite_numbers_are_replaced():
    table = pl.DataFrame({"x": [1.0, INFINITE, -INFINITE, None, 5.0], "i": [1, 2, 3, 4, 5]})

    def made(**options):
        return after(table, steps.ReplaceInfinite(columns=["x", "i"], **options))["x"].to_list()

    assert made() == [1.0, None, None, None, 5.0]
    assert made(using="value", value=0) == [1.0, 0.0, 0.0, None, 5.0]
    assert made(using="extremes") == [1.0, 5.0, 1.0, None, 5.0]


def test_useless_columns_are_found_in_training_and_dropped_ever_after():
    table = pl.DataFrame(
        {
            "gaps": [None, None, None, 1],
            "same": [1, 1, 1, 1],
            "x": [1.0, 2.0, 3.0, 5.0],
            "y": [2.0, 4.0, 6.0, 10.1],
            "z": [1, 0, 0, 1],
        }
    )
    recipe = fitted(table, steps.DropSparse(), steps.DropConstant(), steps.DropCorrelated())

    later = pl.DataFrame({"gaps": [1], "same": [2], "x": [0.0], "y": [9.0], "z": [5]})

    assert recipe.run(later).columns == ["x", "z"]
    with pytest.raises(InvalidError, match="All columns would be dropped"):
        after(table.select("same"), steps.DropConstant())


def test_categories_become_columns_with_the_options_that_models_need(flights):
    made = after(
        flights,
        steps.OneHotEncode(columns=["carrier"], at_most=2, missing=True, other=True, drop_first=True, keep=True),
    )

    assert made.columns[len(flights.columns) :] == ["carrier_AA", "carrier_other", "carrier_missing"]
    assert made["carrier_other"].to_list() == [0, 0, 1, 0, 0]
    assert made["carrier_missing"].to_list() == [0, 0, 0, 1, 0]


def test_an_order_can_be_given():
    table = pl.DataFrame({"size": ["M", "S", "XL", None, "?"]})

    made = after(table, steps.OrdinalEncode(columns=["size"], order="as given", values=["S", "M", "XL"]))

    assert made["size"].to_list() == [1, 0, 2, -1, -1]


def test_rare_and_new_categories_get_one_name():
    table = pl.DataFrame({"c": ["a"] * 6 + ["b"] * 3 + ["z", None]})
    recipe = fitted(table, steps.GroupRare(columns=["c"], share=0.2))

    assert recipe.run(pl.DataFrame({"c": ["a", "z", "new", None]}))["c"].to_list() == ["a", "other", "other", None]


def test_categories_become_frequencies():
    table = pl.DataFrame({"c": ["a", "a", "b", None]})
    recipe = fitted(table, steps.FrequencyEncode(columns=["c"]))

    assert recipe.run(pl.DataFrame({"c": ["a", "b", "new", None]}))["c"].to_list() == [0.5, 0.25, 0.0, 0.25]


def test_hashed_categories_need_no_learning():
    table = pl.DataFrame({"c": ["a", "b", None, "a"]})

    made = after(table, steps.HashEncode(columns=["c"], buckets=4))

    assert made.columns == ["c_0", "c_1", "c_2", "c_3"]
    assert made.sum_horizontal().to_list() == [1, 1, 0, 1]
    assert made.row(0) == made.row(3)


def test_misspelt_values_are_similar_to_what_they_mean():
    table = pl.DataFrame({"city": ["Berlin"] * 3 + ["Paris"] * 2})
    recipe = fitted(table, steps.SimilarityEncode(columns=["city"]))

    made = recipe.run(pl.DataFrame({"city": [" BERLIN", "Berln", "Pariss", None]}))

    assert made["city_like_Berlin"].to_list()[0] == 1.0
    assert made["city_like_Berlin"][1] > 0.5 > made["city_like_Paris"][1]
    assert made["city_like_Paris"][2] > 0.6
    assert made["city_like_Paris"][3] is None


def test_words_weigh_as_scikit_learn_weighs_them():
    texts = ["The cat sat, the CAT ran.", "A dog ran_home", "cat & dog", "none of these", ""]

    made = after(pl.DataFrame({"t": texts}), steps.TextVectors(column="t", shortest=1, most_texts=1.0, at_most=100))

    peer = TfidfVectorizer(token_pattern=r"[^\W_]+").fit(texts)
    names = [f"t_{word}" for word in peer.get_feature_names_out()]
    assert made.select(names).to_numpy() == pytest.approx(peer.transform(texts).toarray())


def test_words_can_be_counted_or_left_out():
    table = pl.DataFrame({"t": ["red red blue", None, "blue"]})

    counted = after(table, steps.TextVectors(column="t", to="count", without=["Blue"], most_texts=1.0))

    assert counted.rows() == [(2,), (0,), (0,)]


def test_every_sentence_names_what_it_is_about():
    assert steps.BendNumbers(columns=["x"]).sentence() == "log(1 + x) of x"
    assert steps.DropOutliers(columns=["x"]).sentence() == (
        "Drop rows with outliers in x (beyond 1.5 times the distance of quartiles)"
    )
    assert steps.SplitRows(validation=0.1).sentence() == "Split into training and 20% test, 10% validation"
    assert steps.TargetEncode(columns=["c"], target="y").sentence() == (
        "Replace c by the mean of y (cross-fitted in training)"
    )


def test_no_two_steps_have_one_name_in_recipe_files():
    classes = [getattr(steps, name) for name in steps.__all__]
    made = [each for each in classes if isinstance(each, type) and issubclass(each, Step) and each is not Step]

    assert all(step_kinds()[each.model_fields["op"].default] is each for each in made)
