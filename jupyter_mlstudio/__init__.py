"""ML Studio for JupyterLab: the whole life of a model beside the notebook."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError, NotFoundError, StudioError
    from jupyter_mlstudio.studio import Studio
    from jupyter_mlstudio.wrangling import steps
    from jupyter_mlstudio.wrangling.recipe import Recipe
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

ERRORS = ("ConflictError", "EngineError", "InvalidError", "NotFoundError", "StudioError")
PLACES = {
    **dict.fromkeys(ERRORS, "core.errors"),
    "Recipe": "wrangling.recipe",
    "RecipeTransformer": "wrangling.transformer",
    "Studio": "studio",
    "steps": "wrangling",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is asked for: the small processes of the studio need none of them."""
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    place = f"{__name__}.{PLACES[name]}"
    return import_module(f"{place}.steps") if name == "steps" else getattr(import_module(place), name)


def load_ipython_extension(ipython: "InteractiveShell") -> None:
    """Make `%%job` and `%jobs` known to a notebook that says `%load_ext jupyter_mlstudio`."""
    from jupyter_mlstudio.magic import register

    register(ipython)


def __dir__() -> list[str]:
    return list(__all__)
