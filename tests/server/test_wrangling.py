import json

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_mlstudio import Recipe, steps

RECIPE = Recipe(steps=(steps.DropColumns(columns=["a"]),))


async def test_recipes_are_listed_read_and_removed(jp_fetch, project):
    RECIPE.write(project / "late.recipe.json")

    listed = json.loads((await jp_fetch("mlstudio", "wrangling", "recipes")).body)
    read = await jp_fetch("mlstudio", "wrangling", "recipe", params={"path": "late.recipe.json"})
    removed = await jp_fetch("mlstudio", "wrangling", "recipe", params={"path": "late.recipe.json"}, method="DELETE")

    assert [(item["path"], item["steps"], item["error"]) for item in listed["items"]] == [("late.recipe.json", 1, None)]
    assert Recipe.model_validate_json(read.body) == RECIPE
    assert removed.code == 204
    assert not (project / "late.recipe.json").exists()


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("nothing.recipe.json", 404, "There is no file 'nothing.recipe.json' in the project."),
        (
            "../secret.recipe.json",
            400,
            "'../secret.recipe.json' is outside the project. Name a path inside the project folder.",
        ),
        ("broken.recipe.json", 400, None),
    ],
)
async def test_what_cannot_be_read_is_explained(jp_fetch, project, path, status, message):
    (project / "broken.recipe.json").write_text('{"steps": [{"op": "fliter"}]}')

    with pytest.raises(HTTPClientError) as failure:
        await jp_fetch("mlstudio", "wrangling", "recipe", params={"path": path})

    body = json.loads(failure.value.response.body)
    assert failure.value.code == status
    assert body["message"] == message or "There is no step 'fliter'" in body["message"]
