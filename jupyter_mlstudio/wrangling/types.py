"""The nouns of wrangling beside recipes and steps: what a list of recipe files shows."""

from pydantic import Field

from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling.sources.types import FileSource, FrameSource


class RecipeSummary(Struct):
    """A recipe file of the project, for lists."""

    path: str = Field(description="Path from the project folder.")
    title: str
    source: FileSource | FrameSource | None
    steps: int
    changed_at: float = Field(description="Seconds since 1970.")
    error: str | None = Field(description="Why the file cannot be read, if so.")


class RecipeList(Struct):
    """The recipe files of the project, the latest first."""

    items: tuple[RecipeSummary, ...]
