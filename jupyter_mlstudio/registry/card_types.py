"""The nouns of model cards."""

from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct

OwnPart = Literal["purpose", "summary", "evaluation", "limits", "notes"]


class CardPart(Struct):
    """A section of a model card."""

    key: str
    title: str
    markdown: str = Field(description="May be empty for a part that the user writes.")
    own: bool = Field(description="Whether the user writes it; the others are made anew from what is known.")


class ModelCard(Struct):
    """What is known of a version, for whoever is to use it."""

    name: str
    version: int
    parts: list[CardPart]
    markdown: str = Field(description="The whole card; parts that say nothing are left out.")
    published: bool = Field(description="Whether the version's description is a card, which MLflow's own pages show.")

    def _repr_markdown_(self) -> str:
        return self.markdown


class CardSpec(Struct):
    """What the user writes into a card; what is not named stays, and an empty text removes a part."""

    purpose: str | None = Field(default=None, max_length=5000, description="What the model is for, in all versions.")
    summary: str | None = Field(default=None, max_length=5000, description="What is special about this version.")
    evaluation: str | None = Field(default=None, max_length=5000, description="How it was judged, beyond its metrics.")
    limits: str | None = Field(default=None, max_length=5000, description="Where it must not be used or trusted.")
    notes: str | None = Field(default=None, max_length=5000, description="Anything else.")
