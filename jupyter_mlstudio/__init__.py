"""ML Studio for JupyterLab: the whole life of a model beside the notebook."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError, NotFoundError, StudioError
from jupyter_mlstudio.studio import Studio
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.recipe import Recipe

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.transformer import RecipeTransformer

__all__ = [
    "ConflictError",
    "EngineError",
    "InvalidError",
    "NotFoundError",
    "Recipe",
    "RecipeTransformer",
    "Studio",
    "StudioError",
    "steps",
]


def __getattr__(name: str) -> object:
    if name == "RecipeTransformer":  # it is derived from a class of scikit-learn, which takes a second to import
        from jupyter_mlstudio.wrangling.transformer import RecipeTransformer

        return RecipeTransformer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
