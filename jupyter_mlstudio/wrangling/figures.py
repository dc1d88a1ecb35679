"""The shapes of statistics of columns: each figure says whether it is exact."""

from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct

Role = Literal["number", "text", "date", "datetime", "time", "duration", "boolean", "nested", "other"]
Guess = Literal["id", "category", "number", "text", "date", "boolean", "target", "constant", "empty", "nested"]
Sure = Literal["exact", "sampled", "sketched"]
Tier = Literal["facts", "sampled", "exact", "quantiles"]


class Histogram(Struct):
    """Counts between edges: one edge more than counts."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


class TopValue(Struct):
    """A frequent value as text, and how often it occurs."""

    value: str
    count: int


class Lengths(Struct):
    """How many characters texts have."""

    min: int
    mean: float
    max: int


class Sureness(Struct):
    """Where each figure comes from: all rows, a sample of them, or a sketch of all that is off by a few percent."""

    missing: Sure
    distinct: Sure
    range: Sure = Field(description="Of `min` and `max`.")
    mean: Sure = Field(description="Of `mean`, `std` and `infinite`.")
    quantiles: Sure
    histogram: Sure
    top: Sure
    lengths: Sure


class ColumnProfile(Struct):
    """Statistics of a column; for dates the figures are milliseconds since 1970."""

    name: str
    dtype: str
    role: Role
    guess: Guess = Field(description="What the column seems to be for.")
    exactness: Sure = Field(description="The least sure of the figures.")
    sure: Sureness
    rows: int = Field(description="Rows of the table; counts from a sample are scaled up to it.")
    sample: int | None = Field(description="How many rows the sampled figures come from, if there are any.")
    missing: int
    missing_share: float
    distinct: int
    min: float | str | None = Field(description="As text where a number would lose digits.")
    max: float | str | None
    mean: float | None
    std: float | None
    quantiles: tuple[float, ...] | None = Field(description="At 5, 25, 50, 75 and 95 percent.")
    infinite: int = Field(description="Values that are infinite; the other figures leave them out.")
    histogram: Histogram | None
    top: tuple[TopValue, ...]
    lengths: Lengths | None


class Profiles(Struct):
    """Statistics of columns."""

    items: tuple[ColumnProfile, ...]
    rows: int | None = Field(description="Rows of the table, if counted.")
    tier: Tier
    next: Tier | None = Field(description="What to ask for to learn more; none if all is exact that can be.")


MESSAGES = (Profiles,)
