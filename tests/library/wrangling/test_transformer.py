import time

import cloudpickle
import numpy as np
import pandas as pd
import polars as pl
import pytest
from pandas.testing import assert_frame_equal
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from jupyter_mlstudio import Recipe, RecipeTransformer, steps
from jupyter_mlstudio.core.errors import InvalidError

RECIPE = Recipe(
    steps=(
        steps.FilterRows(conditions=[{"column": "delay", "test": "is present"}]),
        steps.DropColumns(columns=["delay"]),
        steps.DateParts(column="at", parts=["weekday"], drop=True),
        steps.FillMissing(columns=["distance"]),
        steps.OneHotEncode(columns=["carrier"]),
        steps.OrdinalEncode(columns=["tail"]),
    )
)


@pytest.fixture
def frame(flights):
    return flights.to_pandas()


def test_it_learns_from_the_rows_it_is_given_only(frame):
    fitted = RecipeTransformer(RECIPE).fit(frame.iloc[:2])

    made = fitted.transform(frame.iloc[2:])

    assert made["distance"].tolist() == [175.25, 2475.0, 1089.0]
    assert list(made.columns) == ["tail", "distance", "at_weekday", "carrier_AA", "carrier_UA"]


def test_states_in_the_recipe_do_not_leak_into_a_fit(frame):
    learned = RECIPE.fit(frame)

    made = RecipeTransformer(learned).fit(frame.iloc[:2]).transform(frame.iloc[2:3])

    assert made["distance"].tolist() == [175.25]


def test_rows_stay_as_they_are_when_it_transforms(frame):
    frame.index = [9, 8, 7, 6, 5]

    made = RecipeTransformer(RECIPE).fit_transform(frame)

    assert list(made.index) == [9, 8, 7, 6, 5]


def test_training_rows_are_raw_rows_that_the_recipe_keeps_in_its_order(frame):
    ordered = Recipe(steps=(*RECIPE.steps, steps.SortRows(by=[{"column": "distance", "descending": True}])))

    rows = RecipeTransformer(ordered).training_rows(frame)

    assert_frame_equal(rows, frame.iloc[[3, 2, 4, 0]])


def test_training_rows_of_a_polars_frame_are_a_polars_frame(flights):
    both = pl.concat([flights, flights])

    rows = RecipeTransformer(Recipe(steps=(steps.DropDuplicates(), steps.DropMissing(columns=["tail"])))).training_rows(
        both
    )

    assert rows.equals(flights.head(4))


def test_a_step_that_makes_another_table_is_refused(frame):
    transformer = RecipeTransformer(Recipe(steps=(steps.GroupRows(by=["carrier"]),)))

    with pytest.raises(
        InvalidError, match="“Group and aggregate” makes another table, so it cannot be part of a model"
    ):
        transformer.fit(frame)


def test_it_lives_in_a_pipeline(frame):
    frame = pd.concat([frame] * 10, ignore_index=True)
    pipeline = Pipeline([("recipe", RecipeTransformer(RECIPE)), ("model", DecisionTreeClassifier())])
    rows = pipeline["recipe"].training_rows(frame)

    scores = cross_val_score(pipeline, rows, rows["delay"] > 30, cv=3)

    assert scores.mean() > 0.5
    assert isinstance(clone(pipeline)["recipe"].recipe, Recipe)


def test_columns_that_are_not_used_may_be_missing(frame):
    fitted = RecipeTransformer(RECIPE).fit(frame)

    made = fitted.transform(frame.drop(columns="delay"))

    assert_frame_equal(made, fitted.transform(frame))


def test_a_column_that_vanished_is_named_with_the_nearest(frame):
    fitted = RecipeTransformer(RECIPE).fit(frame)

    with pytest.raises(InvalidError, match=r"The column “carrier” is missing. Did you mean “carier”?"):
        fitted.transform(frame.rename(columns={"carrier": "carier"}))


def test_a_value_of_another_type_is_explained(frame):
    fitted = RecipeTransformer(RECIPE).fit(frame)

    with pytest.raises(InvalidError, match="The column “distance” holds String, but was Float64"):
        fitted.transform(frame.assign(distance="far"))


def test_numbers_and_dates_may_come_as_json_has_them(frame):
    fitted = RecipeTransformer(RECIPE).fit(frame)
    row = pd.DataFrame([{"carrier": "UA", "tail": None, "distance": 100, "at": "2013-01-01T06:30:00"}])

    assert_frame_equal(
        fitted.transform(row).drop(columns="tail"), fitted.transform(frame.iloc[:1]).drop(columns="tail")
    )


def test_unseen_categories_are_nobody(frame):
    fitted = RecipeTransformer(RECIPE).fit(frame)

    made = fitted.transform(frame.iloc[:1].assign(carrier="ZZ", tail="new"))

    assert made.filter(like="carrier").to_numpy().sum() == 0
    assert made["tail"].tolist() == [-1]


def test_a_lookup_travels_with_its_rows(project, frame):
    (project / "planes.csv").write_text("tail,seats\nN1,100\nN2,200\n")
    fitted = RecipeTransformer(Recipe(steps=(steps.LookUp(path="planes.csv", keys=["tail"]),))).fit(frame)
    raw = cloudpickle.dumps(fitted)
    (project / "planes.csv").unlink()

    made = cloudpickle.loads(raw).transform(frame)

    assert made["seats"].iloc[:2].tolist() == [100, 200]


def test_it_is_small_and_quick_for_one_row(frame):
    fitted = RecipeTransformer(RECIPE).fit(frame)
    raw = cloudpickle.dumps(fitted)
    loaded = cloudpickle.loads(raw)
    loaded.transform(frame.head(1))
    times = []
    for _ in range(20):
        began = time.perf_counter()
        loaded.transform(frame.head(1))
        times.append(time.perf_counter() - began)

    assert len(raw) < 10_000
    assert np.median(times) < 0.05


def test_it_says_its_columns(frame):
    fitted = RecipeTransformer(RECIPE).set_output(transform="pandas").fit(frame)

    assert list(fitted.feature_names_in_) == list(frame.columns)
    assert list(fitted.get_feature_names_out()) == list(fitted.transform(frame).columns)


def test_it_reads_a_recipe_file(project, frame):
    RECIPE.write(project / "flights.recipe.json")

    made = RecipeTransformer("flights.recipe.json").fit_transform(frame)

    assert_frame_equal(made, RecipeTransformer(RECIPE).fit_transform(frame))


def test_truth_values_with_gaps_are_numbers_for_a_model():
    frame = pd.DataFrame({"late": [True, None, False]}, dtype="boolean")

    made = RecipeTransformer(Recipe()).fit_transform(frame)

    assert made["late"].dtype == "float64"


def test_a_column_that_only_training_rows_have_may_be_dropped(flights):
    recipe = Recipe(
        steps=(
            steps.SplitRows(),
            steps.DropColumns(columns=("split", "tail")),
        )
    )

    made = RecipeTransformer(recipe).fit_transform(flights)

    assert "split" not in made.columns
    assert "tail" not in made.columns
