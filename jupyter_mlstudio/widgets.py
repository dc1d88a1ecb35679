"""Widgets for notebooks. Their views are in the JupyterLab extension; without it a frame shows as text."""

from typing import TYPE_CHECKING, Any

from ipywidgets import DOMWidget
from traitlets import Instance, Unicode

from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.kernel import SHOWN, name_of, register
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources.types import FrameSource

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_MODULE = "jupyter-mlstudio"
_VERSION = "^0.1.0"


def _plain(value: Any, _: object) -> Any:
    return value.model_dump(mode="json")


class WrangleWidget(DOMWidget):  # type: ignore[misc]  # ipywidgets has no types
    """A DataFrame in the wrangling view, in a cell. `recipe` and `frame` say what was made of it."""

    _model_name = Unicode("WrangleModel").tag(sync=True)
    _model_module = Unicode(_MODULE).tag(sync=True)
    _model_module_version = Unicode(_VERSION).tag(sync=True)
    _view_name = Unicode("WrangleView").tag(sync=True)
    _view_module = Unicode(_MODULE).tag(sync=True)
    _view_module_version = Unicode(_VERSION).tag(sync=True)

    source = Instance(FrameSource).tag(
        sync=True, to_json=_plain, from_json=lambda plain, _: convert(FrameSource, plain)
    )
    recipe = Instance(Recipe).tag(sync=True, to_json=_plain, from_json=lambda plain, _: convert(Recipe, plain))

    def __init__(self, frame: "pd.DataFrame | pl.DataFrame", recipe: Recipe | None = None) -> None:
        register()
        self._frame, self._name = frame, name_of(frame)
        self._key = SHOWN.add(frame, self._name)
        super().__init__(source=FrameSource(name=self._key), recipe=recipe or Recipe())

    @property
    def frame(self) -> "pd.DataFrame | pl.DataFrame":
        """The DataFrame after all steps, of the same kind as the one that is shown."""
        result = self.recipe.run(self._frame)
        if hasattr(self._frame, "lazy"):
            return result
        return result.to_pandas()

    @property
    def code(self) -> str:
        """The steps as a Polars program."""
        return str(self.recipe.code(self._frame, self._name))

    def close(self) -> None:
        """Remove the view and let go of the DataFrame."""
        SHOWN.remove(self._key)
        super().close()


def wrangle(frame: "pd.DataFrame | pl.DataFrame", recipe: Recipe | None = None) -> WrangleWidget:
    """Show a DataFrame in the wrangling view.

    Raises:
        InvalidError: It is no pandas or Polars DataFrame, or one of its columns mixes types.
    """
    from jupyter_mlstudio.wrangling.sources import framed

    framed("table", frame)
    return WrangleWidget(frame, recipe)
