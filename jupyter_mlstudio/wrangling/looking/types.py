"""The shapes of what is found in a table, and of how a step changes it."""

from pydantic import Field

from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling.figures import Sure


class Found(Struct):
    """The next cell that holds a text, in the order that is shown."""

    row: int | None = Field(description="None if no cell holds it.")
    column: str | None
    index: int | None = Field(description="Which of all these cells it is, from 1; None while they are counted.")
    total: int | None = Field(description="None while they are counted: ask again.")


class CellValue(Struct):
    """One value in full."""

    text: str | None = Field(description="None if it is missing; lists and the like as JSON.")
    length: int = Field(description="How many characters it has.")
    cut: bool = Field(description="Whether it was too long even for here.")


class ValueCount(Struct):
    """A value as text, as a condition takes it, and how often it occurs."""

    value: str | None = Field(description="None for missing values.")
    count: int


class ValueCounts(Struct):
    """The values of a column, the most frequent first."""

    items: tuple[ValueCount, ...]
    distinct: int = Field(description="How many different values fit the search, shown or not.")
    rows: int = Field(description="How many rows were looked at.")
    exactness: Sure


class CellsChanged(Struct):
    """In how many rows a step changes a column."""

    column: str
    changed: int


class Difference(Struct):
    """What a step changes."""

    rows_before: int | None
    rows_after: int | None
    rows_added: int | None
    rows_removed: int | None
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    columns_retyped: tuple[str, ...]
    cells: tuple[CellsChanged, ...] = Field(description="Columns with other values; none where rows cannot be matched.")
    exactness: Sure = Field(description="Whether the cells were counted in all rows.")
    marks: bool = Field(description="Whether rows before and after can be laid on each other: `changes` shows them.")
    order: bool = Field(description="Whether rows may stand in another order.")


MESSAGES = (Found, CellValue, ValueCounts, Difference)
