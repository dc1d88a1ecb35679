"""What is asked of many runs at once, and what became of it."""

from typing import Annotated

from pydantic import Field

from jupyter_mlstudio.core.types import Struct

RunIds = Annotated[list[str], Field(min_length=1, max_length=100_000, description="Ids of the runs.")]


class RunsSpec(Struct):
    """Some runs."""

    ids: RunIds


class RunsTagging(Struct):
    """Tags that several runs get or lose."""

    ids: RunIds
    tags: dict[str, str | None] = Field(min_length=1, description="New values of tags; null removes a tag.")


class RunFailure(Struct):
    """A run that could not be changed."""

    id: str = Field(description="Id of the run.")
    message: str = Field(description="Why not, as a sentence.")


class RunsChanged(Struct):
    """What became of a change to many runs: what could be done is done."""

    items: list[str] = Field(description="Ids of the runs that were changed; those that were so already are not named.")
    failures: list[RunFailure] = Field(description="The runs that could not be changed.")
