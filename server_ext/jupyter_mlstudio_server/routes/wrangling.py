"""Recipe files over HTTP. Tables never pass through here: panel and kernel talk over a comm."""

from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.types import RecipeList
from jupyter_mlstudio_server.http import StudioHandler, operation


class RecipesHandler(StudioHandler):
    @operation()
    def get(self) -> RecipeList:
        """List the recipes of the project, the latest first."""
        return self.studio.wrangling.all()


class RecipeHandler(StudioHandler):
    @operation()
    def get(self, path: str = "") -> Recipe:
        """Read a recipe."""
        return self.studio.wrangling.read(path)

    @operation()
    def delete(self, path: str = "") -> None:
        """Remove a recipe file."""
        self.studio.wrangling.remove(path)


ROUTES = [(r"/mlstudio/wrangling/recipes", RecipesHandler), (r"/mlstudio/wrangling/recipe", RecipeHandler)]
