"""Steps that turn a table into one of another shape."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling import verbs
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.casting import text_column
from jupyter_mlstudio.wrangling.steps.fields import (
    AnyColumns,
    CategoryColumn,
    SomeColumns,
    TextColumn,
    Value,
    check,
    named,
    new_columns,
)
from jupyter_mlstudio.wrangling.steps.shape import DataPath
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop, Explode, Figure, Union, Unpivot
from jupyter_mlstudio.wrangling.writing import plain, role_of, typed

if TYPE_CHECKING:
    import polars as pl

_MOST = 500
"""A pivoted table with more columns is a mistake."""


class UnionFile(Step):
    """Add the rows of another file below. Columns are matched by name; what one side lacks is missing there."""

    title: ClassVar[str] = "Add rows of another file"
    group: ClassVar[Group] = "Combine"
    kind: ClassVar[Kind] = "shape"

    op: Literal["union"] = "union"
    path: DataPath
    label: str = Field(
        default="", title="Label", description="Name of a column for the file's name, in its rows; none if empty."
    )

    def sentence(self) -> str:
        """Say which file."""
        return f"Add the rows of {PurePosixPath(self.path).name}"

    def change(self, table: Incoming) -> Change:
        """Add them."""
        new_columns([self.label] if self.label else [], table.columns)
        return (Union(self.path, self.label),)


class Pivot(Step):
    """Make one column of each value of a column. Which values there are is learned, unless they are named."""

    title: ClassVar[str] = "Pivot"
    group: ClassVar[Group] = "Combine"
    kind: ClassVar[Kind] = "shape"

    op: Literal["pivot"] = "pivot"
    index: AnyColumns = Field(title="One row for each")
    names: CategoryColumn = Field(title="One column for each")
    values: str = Field(default="", title="Values of", json_schema_extra={"format": "column"})
    figure: Literal["sum", "mean", "median", "min", "max", "count", "first", "last", "rows"] = Field(
        default="sum", title="Figure", description="Of the values that meet; “rows” counts rows and needs no values."
    )
    only: tuple[Value, ...] = Field(
        default=(), title="Only", description="The values that become columns; none means all.",
        json_schema_extra={"format": "values"},
    )  # fmt: skip

    def sentence(self) -> str:
        """Say what becomes what."""
        what = "rows" if self.figure == "rows" else f"{self.figure} of {self.values}"
        return f"Pivot {self.names} into columns by {named(self.index)}: {what}"

    def change(self, table: Incoming) -> Change:
        """Group by the index, with one figure for each value, of the rows that have it."""
        check(self.reads(), table.columns)
        if self.figure != "rows" and not self.values:
            raise InvalidError("values: name the column whose values are to be seen.")
        if self.figure in {"sum", "mean", "median"}:
            check([self.values], table.columns, ("number",))
        dtype = table.columns[self.names]
        given = self.only or self.learned()["values"]
        assert isinstance(given, (list, tuple))  # learned as such
        values = [typed(value, dtype, f"Value of “{self.names}”") for value in given]
        names = [_name(value) for value in values]
        new_columns(names, {name: table.columns[name] for name in self.index})
        subject = text_column(self.names, dtype) if role_of(dtype) == "text" else col(self.names)
        figures = tuple(
            Figure(name, self.figure, "" if self.figure == "rows" else self.values, call("eq", subject, lit(value)))  # type: ignore[arg-type]  # as typed
            for name, value in zip(names, values, strict=True)
        )
        return (verbs.Group(tuple(dict.fromkeys(self.index)), figures),)

    def reads(self) -> set[str]:
        """Return all columns that are named."""
        return {*self.index, self.names, *([self.values] if self.values and self.figure != "rows" else [])}

    def learns(self) -> bool:
        """Learn the values if none are named."""
        return not self.only

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn which values there are, in order."""
        import polars as pl

        check([self.names], columns, ("text", "number", "boolean"))
        key = pl.col(self.names).cast(pl.String) if role_of(columns[self.names]) == "text" else pl.col(self.names)
        found = table.select(key.drop_nulls().unique().sort()).collect().to_series()
        if len(found) > _MOST:
            raise InvalidError(f"“{self.names}” has {len(found):,} values. Name those that become columns.")
        if not len(found):
            raise InvalidError(f"“{self.names}” has no values to make columns of.", code="nothing_to_learn")
        return {"values": [plain(value) for value in found]}


def _name(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class UnpivotColumns(Step):
    """Make one row of each value of some columns: the column's name beside its value."""

    title: ClassVar[str] = "Unpivot"
    group: ClassVar[Group] = "Combine"
    kind: ClassVar[Kind] = "shape"

    op: Literal["unpivot"] = "unpivot"
    columns: AnyColumns = Field(title="Columns to stack")
    keep: SomeColumns = Field(default=(), title="Columns to keep", description="None means all others.")
    variable: str = Field(default="variable", min_length=1, title="Name of names")
    value: str = Field(default="value", min_length=1, title="Name of values")

    def sentence(self) -> str:
        """Say which columns."""
        return f"Stack {named(self.columns)} into {self.variable} and {self.value}"

    def change(self, table: Incoming) -> Change:
        """Stack columns that hold the same kind of values, one after the other."""
        columns = tuple(dict.fromkeys(self.columns))
        check([*columns, *self.keep], table.columns)
        roles = {role_of(table.columns[name]) for name in columns}
        if len(roles) > 1:
            raise InvalidError("These columns hold different kinds of values. Turn them into one type before.")
        index = self.keep or tuple(name for name in table.columns if name not in columns)
        new_columns([self.variable, self.value], {name: table.columns[name] for name in index})
        return (Unpivot(columns, index, self.variable, self.value),)

    def reads(self) -> set[str]:
        """Return the columns that are named."""
        return {*self.columns, *self.keep}


class ExplodeText(Step):
    """Make one row of each part of a text."""

    title: ClassVar[str] = "Split into rows"
    group: ClassVar[Group] = "Combine"
    kind: ClassVar[Kind] = "shape"

    op: Literal["explode"] = "explode"
    column: TextColumn
    separator: Annotated[str, Field(min_length=1)] = Field(default=",", title="Separator")
    trim: bool = Field(default=True, title="Trim", description="Remove spaces around the parts.")

    def sentence(self) -> str:
        """Say at what."""
        return f"Split {self.column} at “{self.separator}” into rows"

    def change(self, table: Incoming) -> Change:
        """Explode the text; a missing one stays one row."""
        check([self.column], table.columns, ("text",))
        name, dtype = self.column, table.columns[self.column]
        text: Change = () if str(dtype) == "String" else (Assign(((name, text_column(name, dtype)),)),)
        trimmed: Change = (Assign(((name, call("trim", col(name))),)),) if self.trim else ()
        return (*text, Explode(name, self.separator), *trimmed)

    def reads(self) -> set[str]:
        """Return the text."""
        return {self.column}


class CrossTable(Step):
    """Count how often the values of two columns meet, or which share of the row that is."""

    title: ClassVar[str] = "Cross table"
    group: ClassVar[Group] = "Combine"
    kind: ClassVar[Kind] = "shape"

    op: Literal["cross_table"] = "cross_table"
    rows: CategoryColumn = Field(title="One row for each")
    columns: CategoryColumn = Field(title="One column for each")
    share: bool = Field(default=False, title="Shares", description="Of the row, instead of counts.")

    def sentence(self) -> str:
        """Say of what."""
        return f"Cross table of {self.rows} and {self.columns}"

    def change(self, table: Incoming) -> Change:
        """Pivot with counts."""
        pivot = self._pivot()
        counted = pivot.model_copy(update={"state": self.state}).change(table)
        if not self.share:
            return counted
        names = [_name(value) for value in pivot.model_copy(update={"state": self.state}).learned()["values"]]  # type: ignore[union-attr]  # learned as a list
        total: Expr = col(names[0])
        for name in names[1:]:
            total = total + col(name)
        whole = "total"
        while whole in {*names, self.rows}:
            whole += "_"
        return (
            *counted,
            Assign(((whole, total),)),
            Assign(tuple((name, col(name) / col(whole)) for name in names)),
            Drop((whole,)),
        )

    def reads(self) -> set[str]:
        """Return both columns."""
        return {self.rows, self.columns}

    def learns(self) -> bool:
        """Learn which values there are."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the values that become columns."""
        return self._pivot().learn(table, columns)

    def _pivot(self) -> Pivot:
        return Pivot(index=(self.rows,), names=self.columns, figure="rows")
