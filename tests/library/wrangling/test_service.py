import pytest

from jupyter_mlstudio import Recipe, Studio, steps
from jupyter_mlstudio.core.errors import ConflictError, InvalidError, NotFoundError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.wrangling.sources.types import FileSource

RECIPE = Recipe(steps=(steps.DropColumns(columns=["a"]),))


def test_saved_recipes_are_listed_read_and_removed(tmp_path):
    heard = []
    recipes = Studio.open(tmp_path, publish=heard.append).wrangling

    ref = recipes.save("deep/flights", RECIPE)
    (tmp_path / "broken.recipe.json").write_text("{")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "no.recipe.json").write_text("{}")

    listed = {item.path: item for item in recipes.all().items}
    assert set(listed) == {"deep/flights.recipe.json", "broken.recipe.json"}
    assert (listed[ref.path].title, listed[ref.path].steps, listed[ref.path].error) == ("flights", 1, None)
    assert "Invalid JSON" in listed["broken.recipe.json"].error
    assert recipes.read(ref.path) == RECIPE

    recipes.remove(ref.path)
    with pytest.raises(NotFoundError):
        recipes.read(ref.path)
    assert heard == [
        Changed(kind="recipe", id=ref.path, change="added"),
        Changed(kind="recipe", id=ref.path, change="removed"),
    ]


def test_a_recipe_is_not_replaced_unasked(tmp_path):
    recipes = Studio.open(tmp_path).wrangling
    recipes.save("flights", RECIPE)

    with pytest.raises(ConflictError, match="Choose another name, or replace it"):
        recipes.save("flights", Recipe())
    recipes.save("flights", Recipe(), overwrite=True)

    assert recipes.read("flights.recipe.json") == Recipe()


def test_only_recipes_inside_the_project_are_touched(tmp_path):
    (tmp_path / "notes.txt").write_text("keep")
    recipes = Studio.open(tmp_path).wrangling

    with pytest.raises(NotFoundError):
        recipes.remove("notes.txt")
    with pytest.raises(InvalidError, match="outside the project"):
        recipes.save("../x", RECIPE)


def test_a_recipe_that_a_kernel_saves_is_noticed(project, session):
    recipes = Studio.open(project).wrangling
    session.open(FileSource(path="flights.parquet"))

    assert recipes.poll() == []
    session.save("late")
    assert recipes.poll() == [Changed(kind="recipe", id="late.recipe.json", change="changed")]
    assert recipes.poll() == []
