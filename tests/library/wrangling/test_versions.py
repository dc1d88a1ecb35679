"""Recipe files that earlier versions wrote: they open, keep what was learned, and make the same table."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from jupyter_mlstudio.wrangling.execute import stages
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources import framed

KEPT = Path(__file__).parent / "recipes"
RECIPES = sorted(KEPT.glob("*.recipe.json"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name.partition(".")[0])
def test_a_kept_recipe_makes_the_table_that_it_made(path):
    recipe = Recipe.read(path)

    made = recipe.run(pl.read_parquet(KEPT / "table.parquet"))

    expected = pl.read_parquet(path.with_name(path.name.replace(".recipe.json", ".parquet")))
    assert_frame_equal(made, expected)


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name.partition(".")[0])
def test_a_kept_recipe_is_written_again_as_it_was(path):
    assert Recipe.read(path).text() == path.read_text()


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name.partition(".")[0])
def test_a_kept_recipe_does_not_learn_again(path):
    recipe = Recipe.read(path)
    few = framed("table", pl.read_parquet(KEPT / "table.parquet").head(4))

    made = stages(recipe, few, str)

    assert [stage.step.state for stage in made[1:]] == [step.state for step in recipe.active()]
