"""Steps that look at rows beside a row. Other rows stand there at inference, so they prepare training rows only."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from jupyter_mlstudio.wrangling.expressions.nodes import Expr, Windowed, col
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import (
    AnyColumn,
    AnyColumns,
    GroupedBy,
    InOrderOf,
    NewName,
    NumberColumn,
    check,
    named,
    new_columns,
)
from jupyter_mlstudio.wrangling.verbs import Assign, Change

Rows = Annotated[int, Field(ge=1, le=100_000)]


class _Looking(Step):
    """Has groups and an order."""

    by: GroupedBy = ()
    order: InOrderOf = ()

    def _over(self, function: str, *arguments: Expr, options: tuple[int, ...] = ()) -> Windowed:
        return Windowed(function, arguments, tuple(dict.fromkeys(self.by)), tuple(dict.fromkeys(self.order)), options)

    def _where(self) -> str:
        """Say over which rows."""
        groups = f" within {named(self.by)}" if self.by else ""
        return f"{groups}{f' by {named(self.order)}' if self.order else ''}"


class Neighbour(_Looking):
    """Make a column of the value some rows before or after."""

    title: ClassVar[str] = "Value of another row"
    group: ClassVar[Group] = "Windows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["lag"] = "lag"
    column: AnyColumn
    rows: Rows = Field(default=1, title="Rows")
    side: Literal["before", "after"] = Field(default="before", title="Rows")
    name: NewName = ""

    def sentence(self) -> str:
        """Say how far."""
        return f"{self.column} {self.rows} row{'s' * (self.rows > 1)} {self.side}{self._where()}"

    def change(self, table: Incoming) -> Change:
        """Assign the neighbour's value; where there is no such row, it is missing."""
        check(self.reads(), table.columns)
        function = "lag" if self.side == "before" else "lead"
        name = self.name or f"{self.column}_{function}_{self.rows}"
        new_columns([name], table.columns)
        return (Assign(((name, self._over(function, col(self.column), options=(self.rows,))),)),)

    def reads(self) -> set[str]:
        """Return the column, groups and order."""
        return {self.column, *self.by, *self.order}


class ChangeFrom(_Looking):
    """Make a column of how much a number has changed since some rows before."""

    title: ClassVar[str] = "Change from the row before"
    group: ClassVar[Group] = "Windows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["difference"] = "difference"
    column: NumberColumn
    rows: Rows = Field(default=1, title="Rows before")
    measure: Literal["difference", "share"] = Field(default="difference", title="As", description="share: 0.1 is 10 %.")
    name: NewName = ""

    def sentence(self) -> str:
        """Say of what."""
        return f"{self.measure.capitalize()} of {self.column} from {self.rows} before{self._where()}"

    def change(self, table: Incoming) -> Change:
        """Assign the difference, or the quotient less one; without such a row, it is missing."""
        check([self.column], table.columns, ("number",))
        check(self.reads(), table.columns)
        name = self.name or f"{self.column}_{'change' if self.measure == 'difference' else 'change_share'}"
        new_columns([name], table.columns)
        before = self._over("lag", col(self.column), options=(self.rows,))
        made = col(self.column) - before if self.measure == "difference" else col(self.column) / before - 1
        return (Assign(((name, made),)),)

    def reads(self) -> set[str]:
        """Return the column, groups and order."""
        return {self.column, *self.by, *self.order}


class RollingFigure(_Looking):
    """Make a column of a figure of a number over the last rows, this one among them."""

    title: ClassVar[str] = "Rolling figure"
    group: ClassVar[Group] = "Windows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["rolling"] = "rolling"
    column: NumberColumn
    figure: Literal["mean", "sum", "min", "max", "std"] = Field(default="mean", title="Figure")
    rows: Annotated[int, Field(ge=2, le=100_000)] = Field(default=7, title="Rows", description="How many rows.")
    before: bool = Field(default=False, title="Without this row", description="Use only the rows before it.")
    name: NewName = ""

    def sentence(self) -> str:
        """Say over how many."""
        return f"Rolling {self.figure} of {self.column} over {self.rows} rows{self._where()}"

    def change(self, table: Incoming) -> Change:
        """Assign the figure of those that are there; a deviation needs two."""
        check([self.column], table.columns, ("number",))
        check(self.reads(), table.columns)
        name = self.name or f"{self.column}_rolling_{self.figure}"
        new_columns([name], table.columns)
        figure = self._over(f"rolling_{self.figure}", col(self.column), options=(self.rows,))
        if not self.before:
            return (Assign(((name, figure),)),)
        shifted = self._over("lag", col(name), options=(1,))
        return (Assign(((name, figure),)), Assign(((name, shifted),)))

    def reads(self) -> set[str]:
        """Return the column, groups and order."""
        return {self.column, *self.by, *self.order}


class RunningFigure(_Looking):
    """Make a column of a figure of all rows so far: a running total, count, smallest or largest."""

    title: ClassVar[str] = "Running total"
    group: ClassVar[Group] = "Windows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["running"] = "running"
    column: NumberColumn
    figure: Literal["sum", "count", "min", "max"] = Field(default="sum", title="Figure")
    name: NewName = ""

    def sentence(self) -> str:
        """Say of what."""
        return f"Running {self.figure} of {self.column}{self._where()}"

    def change(self, table: Incoming) -> Change:
        """Assign the figure."""
        check([self.column], table.columns, ("number",))
        check(self.reads(), table.columns)
        name = self.name or f"{self.column}_running_{self.figure}"
        new_columns([name], table.columns)
        return (Assign(((name, self._over(f"running_{self.figure}", col(self.column))),)),)

    def reads(self) -> set[str]:
        """Return the column, groups and order."""
        return {self.column, *self.by, *self.order}


class RankRows(Step):
    """Make a column of the rank of a number: 1 is the first; equal numbers have the same rank."""

    title: ClassVar[str] = "Rank"
    group: ClassVar[Group] = "Windows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["rank"] = "rank"
    column: NumberColumn
    largest_first: bool = Field(default=True, title="Largest first")
    dense: bool = Field(default=False, title="Without gaps", description="After two first ones comes 2, not 3.")
    by: GroupedBy = ()
    name: NewName = ""

    def sentence(self) -> str:
        """Say of what."""
        return f"Rank {self.column}{f' within {named(self.by)}' if self.by else ''}"

    def change(self, table: Incoming) -> Change:
        """Assign the rank; a missing number has none."""
        check([self.column], table.columns, ("number",))
        check(self.by, table.columns)
        name = self.name or f"{self.column}_rank"
        new_columns([name], table.columns)
        function = f"{'dense_' * self.dense}rank{'_falling' * self.largest_first}"
        return (Assign(((name, Windowed(function, (col(self.column),), tuple(dict.fromkeys(self.by)))),)),)

    def reads(self) -> set[str]:
        """Return the column and the groups."""
        return {self.column, *self.by}


class NumberRows(_Looking):
    """Number the rows, or those of each group."""

    title: ClassVar[str] = "Number the rows"
    group: ClassVar[Group] = "Windows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["row_number"] = "row_number"
    name: str = Field(default="row", min_length=1, title="New name")
    start: int = Field(default=1, title="From")

    def sentence(self) -> str:
        """Say from where."""
        return f"Number the rows from {self.start}{self._where()}"

    def change(self, table: Incoming) -> Change:
        """Assign the numbers."""
        check(self.reads(), table.columns)
        new_columns([self.name], table.columns)
        number: Expr = self._over("row_number")
        return (Assign(((self.name, number + self.start if self.start else number),)),)

    def reads(self) -> set[str]:
        """Return groups and order."""
        return {*self.by, *self.order}


class FillFrom(_Looking):
    """Fill missing values from the row before or after, within groups and in an order."""

    title: ClassVar[str] = "Fill from neighbouring rows"
    group: ClassVar[Group] = "Missing values"
    kind: ClassVar[Kind] = "rows"

    op: Literal["fill_from"] = "fill_from"
    columns: AnyColumns
    side: Literal["before", "after"] = Field(default="before", title="From the row")
    at_most: Rows | None = Field(
        default=None, title="At most", description="How many missing rows in a row are filled."
    )

    def sentence(self) -> str:
        """Say from where."""
        return f"Fill {named(self.columns)} from the row {self.side}{self._where()}"

    def change(self, table: Incoming) -> Change:
        """Assign the filled columns."""
        check(self.reads(), table.columns)
        function = "forward_fill" if self.side == "before" else "backward_fill"
        limit = (self.at_most,) if self.at_most else ()
        return (Assign(tuple((name, self._over(function, col(name), options=limit)) for name in self.columns)),)

    def reads(self) -> set[str]:
        """Return the columns, groups and order."""
        return {*self.columns, *self.by, *self.order}


class GroupFigure(Step):
    """Put a figure of each row's group beside it."""

    title: ClassVar[str] = "Figure of the group"
    group: ClassVar[Group] = "Windows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["figure_beside"] = "figure_beside"
    column: NumberColumn
    by: AnyColumns = Field(title="Groups of")
    figure: Literal["mean", "sum", "min", "max", "median", "std", "count"] = Field(default="mean", title="Figure")
    name: NewName = ""

    def sentence(self) -> str:
        """Say which."""
        return f"{self.figure.capitalize()} of {self.column} for each {named(self.by)}"

    def change(self, table: Incoming) -> Change:
        """Assign the figure."""
        check([self.column], table.columns, ("number",))
        check(self.by, table.columns)
        name = self.name or f"{self.column}_{self.figure}_by_{'_'.join(self.by)}"
        new_columns([name], table.columns)
        return (Assign(((name, Windowed(self.figure, (col(self.column),), tuple(dict.fromkeys(self.by)))),)),)

    def reads(self) -> set[str]:
        """Return the column and the groups."""
        return {self.column, *self.by}
