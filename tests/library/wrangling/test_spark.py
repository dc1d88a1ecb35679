"""A recipe on a real local Spark: the same table as here, with the same learned state."""

import os
import sys

import polars as pl
import pytest
from elsewhere import RECIPES, TABLE, plain

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.recipe import Recipe

pyspark = pytest.importorskip("pyspark")


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.warehouse.dir", str(folder))
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture(scope="module")
def frame(spark, tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "table.parquet"
    TABLE.write_parquet(path)
    return spark.read.parquet(str(path))


@pytest.mark.parametrize("name", RECIPES)
def test_spark_makes_the_same_table(frame, name):
    recipe = Recipe(steps=RECIPES[name]).fit(TABLE)

    made = pl.from_arrow(recipe.run_on_spark(frame).toArrow())

    expected = recipe.run(TABLE)
    assert made.columns == expected.columns
    assert plain(made) == plain(expected)


def test_a_recipe_that_has_not_learned_is_refused(frame):
    with pytest.raises(InvalidError, match="Fit the recipe first"):
        Recipe(steps=(steps.ScaleNumbers(columns=("number",)),)).run_on_spark(frame)


@pytest.mark.parametrize(
    "step",
    [
        steps.SampleRows(share=0.5, by=("kind",)),
        steps.SplitRows(validation=0.2, together=("kind",)),
        steps.BalanceClasses(column="kind", how="repeat rows"),
        steps.HashEncode(columns=("name",), buckets=4),
        steps.TextVectors(column="name", shortest=1, most_texts=1.0),
        steps.BendNumbers(columns=("number",), how="Yeo-Johnson"),
        steps.QuantileRank(columns=("number",), quantiles=3),
        steps.TargetEncode(columns=("kind",), target="number"),
        steps.Interpolate(columns=("number",)),
    ],
    ids=lambda step: step.op,
)
def test_chance_hashes_and_encodings_are_the_same_on_spark(frame, step):
    recipe = Recipe(steps=(step,)).fit(TABLE)

    made = pl.from_arrow(recipe.run_on_spark(frame).toArrow())

    assert plain(made) == plain(recipe.run(TABLE))


def test_a_joined_file_comes_along(frame, project):
    pl.DataFrame({"kind": ["a", "b"], "worth": [10, 20]}).write_parquet("kinds.parquet")
    recipe = Recipe(steps=(steps.LookUp(path="kinds.parquet", keys=("kind",)),))

    made = pl.from_arrow(recipe.run_on_spark(frame).toArrow())

    assert plain(made) == plain(recipe.run(TABLE))
