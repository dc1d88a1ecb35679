"""The nouns for versions as files."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Record, Struct


class ArchiveSpec(Struct):
    """Where to write a version."""

    path: str | None = Field(
        default=None, description="Path of the file from the project folder; `name-version.model.zip` if not given."
    )


class VersionFile(Struct):
    """A version as a file."""

    path: str = Field(description="Path of the file from the project folder.")
    size: int = Field(description="Bytes.")
    files: int = Field(description="How many files of the model it holds.")
    sha256: str = Field(description="Of the file, to tell whoever gets it.")


class ArchiveFile(Record):
    """A file in an archive; its id is the path."""

    size: int
    sha256: str


class ArchiveData(Record):
    """Data that the run of an archive was made from; its id is the digest."""

    name: str
    source: str = ""
    context: str = ""
    rows: int | None = None
    columns: int | None = None


class ArchiveRun(Record):
    """The run of an archive."""

    name: str
    experiment: str
    params: dict[str, str] = {}
    metrics: dict[str, float | Literal["nan", "inf", "-inf"]] = {}
    tags: dict[str, str] = {}
    datasets: list[ArchiveData] = []


class Manifest(Record):
    """What an archive says of itself; its id is the registered model's name."""

    format: str
    form: int
    version: int
    exported_at: datetime
    description: str = ""
    purpose: str = ""
    aliases: list[str] = []
    tags: dict[str, str] = {}
    run: ArchiveRun | None = None
    files: list[ArchiveFile]


class Archive(Struct):
    """What a file of a version holds, found out without unpacking it."""

    path: str
    name: str = Field(description="The registered model that it was exported from.")
    version: int = Field(description="Its number there.")
    exported_at: datetime
    description: str
    aliases: list[str] = Field(description="What it was called there; they are not taken over.")
    tags: dict[str, str]
    metrics: dict[str, float | Literal["nan", "inf", "-inf"]]
    files: int
    size: int = Field(description="Bytes when unpacked.")
    pickled: bool = Field(description="Whether loading the model can run its code, so that it has to be trusted first.")


class ArchiveImport(Struct):
    """Which file becomes a version of which registered model."""

    path: str = Field(description="Path of the file from the project folder.")
    name: str | None = Field(default=None, description="Registered model; that of the file if not given.")
    trust: bool = Field(default=False, description="Let endpoints load it without asking. Loading can run its code.")
    aliases: list[str] = Field(default=[], description="Aliases that shall stand for the new version.")
