"""What is asked and answered when the studio helps to find the next step."""

from typing import Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.types import Struct

Exactness = Literal["exact", "sampled"]


class Example(Struct):
    """What somebody wants to stand in one row of the new column."""

    row: int = Field(ge=0, description="Place of the row in the order that is asked for, from 0.")
    want: str = Field(max_length=2000, description="The wanted value as text.")


class Candidate(Struct):
    """A formula that gives the wanted values in all examples."""

    formula: str
    sentence: str = Field(description="What the formula does, in words.")
    dtype: str
    step: dict[str, JsonValue] = Field(description="The step that adds the column.")
    values: tuple[str | None, ...] = Field(description="Its values in the rows asked for, as text; None if missing.")
    missing: int = Field(description="Rows of those looked at where it gives no value although its columns have one.")


class Doubt(Struct):
    """A row where candidates differ: the one to give the next example for."""

    row: int
    inputs: dict[str, str | None] = Field(description="Values of the columns that the candidates read.")
    values: tuple[str | None, ...] = Field(description="What each candidate gives, in their order.")


class Examples(Struct):
    """What was found from examples."""

    items: tuple[Candidate, ...] = Field(description="At most three, the likeliest first.")
    doubts: tuple[Doubt, ...] = Field(description="A few rows where they differ; none if they agree everywhere.")
    rows: int = Field(description="Rows of the table that were looked at for doubts.")
    message: str = Field(description="Why nothing was found; empty otherwise.")


ClusterMethod = Literal["fingerprint", "ngram", "phonetic", "levenshtein", "jaro_winkler"]


class ClusterValue(Struct):
    """A value, and in how many rows it stands."""

    value: str
    count: int


class Cluster(Struct):
    """Values that seem to mean the same."""

    values: tuple[ClusterValue, ...] = Field(description="The most frequent first.")
    suggestion: str = Field(description="What they may become: the most frequent, or the best written of those.")
    rows: int


class Clusters(Struct):
    """Groups of similar values of a column, those with the most rows first."""

    column: str
    method: ClusterMethod
    items: tuple[Cluster, ...]
    found: int = Field(description="How many clusters there are, also those not listed.")
    distinct: int = Field(description="Different values of the column.")
    rows: int
    exactness: Exactness
    seconds: float


class Cell(Struct):
    """A cell of the table."""

    column: str
    value: str | None = Field(default=None, description="Its value as text; None if missing.")


class Selected(Struct):
    """What is selected in the table."""

    columns: tuple[str, ...] = ()
    cell: Cell | None = None
    text: str | None = Field(default=None, description="The selected part of the cell's text.")
    start: int | None = Field(default=None, ge=0, description="Where that part begins, from 0.")
    rows: tuple[int, int] | None = Field(
        default=None, description="Rows from the first to before the second, as they stand in the table."
    )


class Suggestion(Struct):
    """Something that may be worth doing next."""

    id: str = Field(description="The same for the same suggestion.")
    title: str = Field(description="What the button says.")
    reason: str = Field(description="What was seen in the data.")
    columns: tuple[str, ...]
    steps: tuple[dict[str, JsonValue], ...] = Field(
        description="Steps to append, in this order; none if it opens a tool."
    )
    opens: Literal["clusters", "example"] | None = Field(description="The tool to open instead, for its first column.")
    score: float = Field(description="How well it fits, 0 to 1; for ordering.")


class StepSuggestions(Struct):
    """What may be worth doing next, the best first."""

    items: tuple[Suggestion, ...]
    rows: int = Field(description="How many rows were looked at.")
    exactness: Exactness


MESSAGES = (Examples, Example, Clusters, Selected, StepSuggestions)
