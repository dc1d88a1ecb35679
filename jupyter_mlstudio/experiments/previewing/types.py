"""The nouns of looking into artifacts."""

from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct

Kind = Literal[
    "picture", "page", "table", "json", "markdown", "code", "text", "notebook", "pdf", "audio", "video", "binary"
]
"""How the content of a file is shown."""


class ArtifactColumn(Struct):
    """A column of a table that a run has kept."""

    name: str
    type: str = Field(description="The type as the file tells it; empty where it tells none.")


class ArtifactTable(Struct):
    """The first rows of a table that a run has kept."""

    columns: list[ArtifactColumn] = Field(description="The first columns.")
    rows: list[list[str | None]] = Field(description="The first rows as text; null where nothing is.")
    width: int = Field(description="How many columns the table has.")
    total: int | None = Field(description="How many rows it has; null where only reading all of it would tell.")


class ArtifactPreview(Struct):
    """What is in a file, as far as it is shown."""

    path: str = Field(description="Path among the run's artifacts.")
    name: str = Field(description="The last part of the path.")
    kind: Kind = Field(description="How it is shown. What is no text is fetched as it is.")
    size: int = Field(description="Bytes of the file.")
    language: str = Field(description="The language of code, as Markdown names it; empty for other kinds.")
    location: str | None = Field(description="Where the file is on this machine; null for a downloaded copy.")
    text: str | None = Field(description="The beginning of what can be read as text; null for other kinds.")
    cut: bool = Field(description="Whether the file goes on, or is too large to be shown.")
    table: ArtifactTable | None = Field(description="The first rows of a table; null for other kinds.")


class ModelField(Struct):
    """A column that a model takes or answers, or one of its parameters."""

    name: str = Field(description="Its name; empty for an answer that has none.")
    type: str = Field(description="Its type, and for tensors their shape.")
    required: bool = Field(description="Whether the model must have it.")
    default: str | None = Field(description="What a parameter is if it is not given.")


class ModelDescription(Struct):
    """What a saved model tells of itself, read from its files; nothing of it is loaded."""

    path: str = Field(description="Its folder among the run's artifacts.")
    flavors: list[str] = Field(description="The ways in which MLflow can load it.")
    version: str | None = Field(description="The library it was made with, and that one's version.")
    python: str | None = Field(description="The version of Python it was made with.")
    size: int | None = Field(description="Bytes of the model; null if it does not tell.")
    inputs: list[ModelField] = Field(description="What it takes; empty without a signature.")
    outputs: list[ModelField] = Field(description="What it answers; empty without a signature.")
    params: list[ModelField] = Field(description="What can be set when it is asked.")
    example: ArtifactPreview | None = Field(description="The input example that was kept with it.")
    requirements: list[str] = Field(description="The packages it needs.")


class ProjectPath(Struct):
    """Where a file is in the project."""

    path: str = Field(description="Path from the project folder.")
