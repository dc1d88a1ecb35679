"""What a baseline keeps of the training data: figures a column, never rows."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Record, Struct
from jupyter_mlstudio.monitoring.findings import ColumnKind
from jupyter_mlstudio.monitoring.types import BaselineSummary


class Numbers(Struct):
    """How numbers are spread."""

    mean: float
    std: float
    least: float
    most: float
    grid: list[float] = Field(description="Quantiles, evenly spaced from the least to the greatest.")
    edges: list[float] = Field(description="Inner edges of the bins for the population stability index.")
    shares: list[float] = Field(description="Share of each of these bins; one more than edges.")
    shown_edges: list[float] = Field(description="Evenly spaced edges for a picture; what is beyond is in the ends.")
    shown_shares: list[float]


class Category(Struct):
    """How frequent a value is."""

    value: str
    share: float


class Column(Struct):
    """One column of the baseline. Of free text only lengths are kept."""

    name: str
    kind: ColumnKind
    rows: int = Field(description="Rows with a value.")
    missing: float = Field(description="Share of rows without.")
    numbers: Numbers | None = Field(description="Of numbers, and of the lengths of texts.")
    categories: list[Category] = Field(description="The most frequent; the others are counted together.")
    distinct: int
    singletons: int = Field(description="How many categories occur once: they tell how many more there may be.")


class Baseline(Record):
    """The profile of the training data, as it travels in the model's folder."""

    version: Literal[1] = 1
    source: Literal["training_data", "dataset", "input_example", "captured", "file"]
    rows: int
    sample_rows: int
    made_at: datetime
    problem: Literal["classification", "regression"] | None
    classes: list[str] = Field(description="In the order of the model's probabilities; empty if it has none.")
    columns: list[Column]
    target: Column | None
    prediction: Column | None

    def summary(self) -> BaselineSummary:
        """Return what is shown of it."""
        return BaselineSummary(
            source=self.source,
            rows=self.rows,
            columns=len(self.columns),
            sample_rows=self.sample_rows,
            made_at=self.made_at,
        )
