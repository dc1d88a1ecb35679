"""How one feature names another's things without importing it."""

from pydantic import Field

from jupyter_mlstudio.core.types import Struct


class RunRef(Struct):
    """Names a run of the tracking store."""

    run_id: str = Field(description="Id of the run.")


class ModelRef(Struct):
    """Names one version of a registered model."""

    name: str = Field(description="Name of the registered model.")
    version: int = Field(description="Version number, from 1.")

    @property
    def uri(self) -> str:
        """Return the address that MLflow loads the version from."""
        return f"models:/{self.name}/{self.version}"


class RecipeRef(Struct):
    """Names a recipe file of the project."""

    path: str = Field(description="Path of the recipe file from the project folder.")
