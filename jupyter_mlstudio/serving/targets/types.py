"""The nouns of taking an endpoint elsewhere."""

from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct

Target = Literal["ray", "kserve", "container", "sagemaker"]


class ExportSpec(Struct):
    """Where an endpoint shall run beside this project."""

    target: Target
    folder: str = Field(description="Folder to write, as a path from the project folder; must be empty or new.")


class ExportedFile(Struct):
    """One file that was written."""

    path: str = Field(description="From the export's folder.")
    bytes: int


class Export(Struct):
    """An endpoint as files that run without this project."""

    target: Target
    folder: str = Field(description="Path from the project folder.")
    files: list[ExportedFile]
    commands: list[str] = Field(description="How to run it, one shell command each.")
    left_out: list[str] = Field(description="What the endpoint has and the target does not, one sentence each.")
