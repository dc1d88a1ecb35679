"""The nouns of lineage: what a model came from, and what depends on it."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct

NodeKind = Literal["data", "recipe", "notebook", "job", "run", "version", "endpoint"]


class LineageNode(Struct):
    """One thing in a lineage."""

    id: str = Field(description="Its kind and key, with a colon between.")
    kind: NodeKind
    key: str = Field(
        description="Digest of data, path of a recipe or notebook, id of a job, run or endpoint, or name/version."
    )
    title: str
    subtitle: str = Field(description="What else is worth knowing, in a few words; may be empty.")
    state: str = Field(description="How a job, run or endpoint is; empty for the others.")
    at: datetime | None = Field(description="When it came about; null where that is not known.")
    path: str | None = Field(description="The project file that it can be opened from; null if there is none.")


class LineageLink(Struct):
    """That one thing went into another."""

    source: str = Field(description="Id of the node that went in.")
    target: str = Field(description="Id of the node that came out.")
    label: str = Field(description="What for, such as `training`; may be empty.")


class Lineage(Struct):
    """Where a thing comes from and what depends on it, from data on the left to endpoints on the right."""

    focus: str = Field(description="Id of the node that was asked about.")
    nodes: list[LineageNode]
    links: list[LineageLink]
    left_out: int = Field(description="How many more runs there are that became no version.")
