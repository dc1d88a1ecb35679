import json

import pytest

from jupyter_mlstudio import Recipe, steps
from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.wrangling.sources.types import FileSource


def test_its_file_is_short_and_readable(tmp_path):
    recipe = Recipe(
        source=FileSource(path="data/flights.parquet"),
        steps=(
            steps.FillMissing(columns=["delay"], note="no delay was written down"),
            steps.DropColumns(columns=["year"], on=False),
        ),
    )

    recipe.write(tmp_path / "flights.recipe.json")

    assert json.loads((tmp_path / "flights.recipe.json").read_text()) == {
        "version": 1,
        "source": {"kind": "file", "path": "data/flights.parquet"},
        "steps": [
            {"op": "fill_missing", "note": "no delay was written down", "columns": ["delay"]},
            {"op": "drop", "on": False, "columns": ["year"]},
        ],
    }
    assert Recipe.read(tmp_path / "flights.recipe.json") == recipe


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Invalid JSON"),
        ('{"version": 2, "steps": []}', "version"),
        ('{"steps": [{"op": "fliter"}]}', "steps.0: There is no step 'fliter'. Known steps: "),
        ('{"steps": [{"op": "drop"}]}', "steps.0: “Drop columns”: columns: Field required"),
        ('{"steps": [{"op": "drop", "columns": ["a"], "colour": 1}]}', "colour: Extra inputs are not permitted"),
    ],
)
def test_a_file_that_does_not_fit_says_where(tmp_path, text, message):
    (tmp_path / "x.recipe.json").write_text(text)

    with pytest.raises(InvalidError, match=message):
        Recipe.read(tmp_path / "x.recipe.json")


def test_a_missing_file_is_named():
    with pytest.raises(NotFoundError, match=r"nothing.recipe.json"):
        Recipe.read("nothing.recipe.json")


def test_it_fits_runs_and_writes_code_from_its_own_file(project, flights):
    flights.write_csv(project / "flights.csv")
    recipe = Recipe(source=FileSource(path="flights.csv"), steps=(steps.FillMissing(columns=["distance"]),))

    assert recipe.run()["distance"].null_count() == 0
    assert 'pl.scan_csv("flights.csv"' in recipe.code()


def test_a_recipe_without_a_source_says_what_it_needs():
    with pytest.raises(InvalidError, match="Give a frame or the path of a file"):
        Recipe().run()
