"""Grouping by time."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from jupyter_mlstudio.wrangling.conditions import SortKey
from jupyter_mlstudio.wrangling.expressions.nodes import call, col
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import DateColumn, SomeColumns, check, named
from jupyter_mlstudio.wrangling.steps.shape import Aggregate, grouped
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Sort


class Resample(Step):
    """Make one row of each year, month, day, …, with figures; in the order of time."""

    title: ClassVar[str] = "Resample by time"
    group: ClassVar[Group] = "Combine"
    kind: ClassVar[Kind] = "shape"

    op: Literal["resample"] = "resample"
    column: DateColumn
    to: Literal["year", "quarter", "month", "week", "day", "hour", "minute"] = Field(default="month", title="One row a")
    by: SomeColumns = Field(default=(), title="And for each", description="None means all together.")
    figures: tuple[Aggregate, ...] = Field(default=(), title="Figures")
    count: str = Field(
        default="rows", title="Count", description="Name of a column with the number of rows; none if empty."
    )

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.figures and not self.count:
            raise ValueError("figures: add at least one, or name the count")
        return self

    def sentence(self) -> str:
        """Say by what, and which figures."""
        figures = [f"{each.function} of {each.column}" for each in self.figures]
        return f"One row a {self.to} of {self.column}: {named([*['count'] * bool(self.count), *figures])}"

    def change(self, table: Incoming) -> Change:
        """Round the time down, group by it, and sort."""
        check([self.column], table.columns, ("date", "datetime"))
        begun = Assign(((self.column, call("begin_of", col(self.column), self.to)),))
        keys = (self.column, *(name for name in self.by if name != self.column))
        rows = grouped(keys, self.figures, self.count, table)
        return (begun, *rows, Sort(tuple(SortKey(column=name) for name in keys)))

    def reads(self) -> set[str]:
        """Return the time, the keys and columns of the figures."""
        weights = {each.weight for each in self.figures if each.weight}
        return {self.column, *self.by, *(each.column for each in self.figures)} | weights
