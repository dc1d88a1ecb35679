"""The nouns of comparing runs."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.notebook_diff import ComparedCell, DiffLine
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.experiments.types import RunState, Value

Section = Literal["params", "data", "environment", "git", "recipe", "notebook"]
"""Parts of a comparison that an explanation points at."""


class ComparisonSpec(Struct):
    """Which runs to compare."""

    ids: list[str] = Field(min_length=2, max_length=500, description="The runs, in the order of their columns.")
    reference: str | None = Field(
        default=None, description="The run that the others are held against; the first one if not given."
    )
    others: list[str] | None = Field(
        default=None,
        description="The runs to compare with the reference in full, cells and explanations too; "
        "if not given, all of up to four, else the first.",
    )
    metric: str | None = Field(
        default=None, description="The metric whose change is to be explained; the one that moved most if not given."
    )


class ComparedRun(Struct):
    """One run of a comparison."""

    id: str
    name: str
    experiment: str
    state: RunState
    started_at: datetime
    seconds: float | None = Field(description="How long it took; null while it runs.")
    notebook: str | None = Field(description="The notebook that made it, as a path from the project folder.")
    job: str | None = Field(description="Id of the notebook job that made it.")
    user: str = Field(description="Who made it; may be empty.")


class ComparedValues(Struct):
    """A thing that the runs have or have not: a param, a metric, a tag, a package."""

    name: str
    values: list[Value] = Field(
        description="For each run what it has, null for nothing; a single value where all runs have the same."
    )
    differs: bool = Field(description="Whether not all runs have the same.")


class ComparedDataset(Struct):
    """A dataset that runs were made from."""

    name: str
    context: str = Field(description="What it was used for, such as `training`; may be empty.")
    digests: list[str | None] = Field(description="For each run; null where it has no such dataset.")
    rows: list[int | None]
    columns: list[int | None]
    sources: list[str | None] = Field(description="Where each run had it from.")
    differs: bool = Field(description="Whether the runs had other data.")


class ComparedArtifact(Struct):
    """A file that some of the runs have kept."""

    name: str = Field(description="Its path among the artifacts, a model's files below the model's name.")
    paths: list[str | None] = Field(description="For each run the path to ask for it by; null where it has none.")
    sizes: list[int | None] = Field(description="Bytes.")
    digests: list[str | None] = Field(description="Null for files that are not on this machine or very large.")
    differs: bool


class ColumnDifference(Struct):
    """A column of the data that is not the same on both sides."""

    name: str
    kind: Literal["changed", "added", "removed"]
    sentence: str = Field(description="What differs, such as `mean 3.1 instead of 2.4`.")
    weight: float = Field(description="How much it differs, from 0 to 1.")


class ComparedStep(Struct):
    """A step of the recipes of both sides."""

    kind: Literal["same", "changed", "added", "removed"]
    one: int | None = Field(description="Its number in the recipe of the reference, from 1.")
    other: int | None
    text: str = Field(description="The step in words: its operation and its options.")
    before: str | None = Field(description="What it was before, if it changed.")


class Explanation(Struct):
    """Something that changed between two runs, and how likely it is what moved the metric."""

    kind: Literal["param", "cell", "data", "recipe", "package", "code"]
    name: str = Field(description="What changed: the param, the package, the file, the cell's number.")
    sentence: str = Field(description="What happened, such as `max_depth went from 6 to 12.`")
    reason: str = Field(description="Why it stands where it stands in the list; may be empty.")
    weight: float = Field(description="Its share of the explanation, from 0 to 1; all of them together are 1.")
    section: Section = Field(description="The part of the comparison that shows it.")


class ComparedPair(Struct):
    """One run held against the reference."""

    other: str = Field(description="Id of the run.")
    metric: str | None = Field(description="The metric whose change is explained; null if none can be.")
    one_value: Value = Field(description="What the reference has of it.")
    other_value: Value
    explanations: list[Explanation] = Field(description="What changed, the likeliest cause first.")
    cells: list[ComparedCell] = Field(description="The cells of both, in order.")
    cells_note: str = Field(description="Why there are no cells to compare; empty if there are.")
    columns: list[ColumnDifference] = Field(description="Columns of the training data, the most different first.")
    columns_note: str = Field(description="Why columns cannot be compared; empty if they can.")
    recipe: list[ComparedStep] = Field(description="The steps of both recipes; empty without a recipe.")


class RunComparison(Struct):
    """Several runs beside each other."""

    runs: list[ComparedRun]
    reference: str = Field(description="Id of the run that the others are held against.")
    params: list[ComparedValues]
    metrics: list[ComparedValues] = Field(description="As they were last logged.")
    tags: list[ComparedValues]
    environment: list[ComparedValues] = Field(description="The Python that each ran in, and its packages.")
    git: list[ComparedValues]
    data: list[ComparedDataset]
    artifacts: list[ComparedArtifact]
    artifacts_note: str = Field(description="What is not listed; may be empty.")
    pairs: list[ComparedPair] = Field(description="The runs that were compared with the reference in full.")
    markdown: str = Field(description="What explains the change and what differs, as Markdown.")

    def _repr_html_(self) -> str:
        from jupyter_mlstudio.experiments.comparing.words import html

        return html(self)


class ArtifactDifferenceSpec(Struct):
    """Which artifact of two runs to hold against each other."""

    one: str = Field(description="Id of a run.")
    other: str = Field(description="Id of another run.")
    one_path: str = Field(description="Path among the artifacts of the first.")
    other_path: str = Field(description="Path among the artifacts of the second.")


class ArtifactDifference(Struct):
    """Two artifacts as text, line by line."""

    lines: list[DiffLine] = Field(description="Both in one.")
    note: str = Field(description="Why they are not shown, or not whole; may be empty.")
