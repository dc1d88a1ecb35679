"""The nouns of the registry."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.core.types import Struct


class VersionState(StrEnum):
    """How far MLflow is with a version."""

    READY = "ready"
    PENDING = "pending"
    FAILED = "failed"


class Alias(Struct):
    """A name for one version of a registered model, such as "champion"."""

    alias: str = Field(description="The name, unique within the registered model.")
    version: int = Field(description="The version that it stands for.")


class RegisteredModel(Struct):
    """A name in the registry, with what its versions say in short."""

    name: str = Field(description="Unique in the store; also the model's address.")
    description: str = Field(description="What the model is for, in Markdown; empty if nobody wrote it.")
    tags: dict[str, str]
    aliases: list[Alias] = Field(description="By name.")
    versions: int = Field(description="How many versions there are.")
    latest_version: int | None = Field(description="The highest version number; null if all versions were deleted.")
    created_at: datetime
    updated_at: datetime = Field(description="When the model or one of its versions last changed.")


class RegisteredModelList(Struct):
    """Registered models, the last changed first."""

    items: list[RegisteredModel]


class ModelVersion(Struct):
    """One immutable version of a registered model."""

    name: str = Field(description="The registered model that it belongs to.")
    version: int = Field(description="Version number, from 1.")
    state: VersionState
    message: str = Field(description="What went wrong while it was registered; empty otherwise.")
    description: str = Field(description="What is special about it, in Markdown; empty if nobody wrote it.")
    tags: dict[str, str]
    aliases: list[str] = Field(description="The aliases that stand for this version, by name.")
    run_id: str | None = Field(description="The run that trained it; null if it came from elsewhere.")
    model_id: str | None = Field(description="MLflow's id of the logged model; null if there was none.")
    source: str = Field(description="Where it came from, as MLflow writes it.")
    created_at: datetime
    updated_at: datetime


class ModelVersionList(Struct):
    """Versions of a registered model, the newest first."""

    items: list[ModelVersion]


class LoggedModel(Struct):
    """A model that a run logged; it can be registered or deployed."""

    model_id: str
    name: str = Field(description="The name that the run gave it.")
    run_id: str | None = Field(description="The run that logged it.")
    state: VersionState
    created_at: datetime
    registered: list[ModelRef] = Field(description="Versions of registered models that were made from it.")


class LoggedModelList(Struct):
    """Models that a run logged, the newest first."""

    items: list[LoggedModel]


class RegisterSpec(Struct):
    """Which logged model becomes a version of which registered model."""

    name: str = Field(min_length=1, description="Registered model to add the version to; made if it does not exist.")
    run_id: str = Field(description="The run that logged the model.")
    model_id: str | None = Field(
        default=None, description="Which of the run's models, if it logged several; the newest if not given."
    )
    description: str = Field(default="", description="What is special about the version.")
    aliases: list[str] = Field(default=[], description="Aliases that shall stand for the new version.")


class AliasSpec(Struct):
    """Which version an alias shall stand for."""

    version: int = Field(ge=1, description="Version number.")


class DescriptionSpec(Struct):
    """A new description of a registered model or a version."""

    description: str = Field(description="Markdown; empty to remove it.")


STAGE = "stage"
"""The tag that holds a version's stage; MLflow's own stages are on their way out."""


class TagsSpec(Struct):
    """What to change about tags; those that are not named stay."""

    tags: dict[str, str | None] = Field(description="New values by name; null removes a tag.")
