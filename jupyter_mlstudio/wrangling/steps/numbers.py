"""Steps that limit, scale, round and bin numbers."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self, cast

from pydantic import Field, JsonValue, model_validator

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions import nodes as expr
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, col
from jupyter_mlstudio.wrangling.step import Code, Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import Number, NumberColumn, NumberColumns, check, named, new_columns
from jupyter_mlstudio.wrangling.verbs import Assign, Change
from jupyter_mlstudio.wrangling.writing import call, column, quote

if TYPE_CHECKING:
    import polars as pl

_Figures = Callable[["pl.Expr"], "list[pl.Expr]"]
Share = Annotated[float, Field(ge=0, le=1)]


class ClipNumbers(Step):
    """Limit numbers to a range: fixed limits, or quantiles that are learned from the training rows."""

    title: ClassVar[str] = "Limit to a range"
    group: ClassVar[Group] = "Numbers"
    kind: ClassVar[Kind] = "fit"

    op: Literal["clip"] = "clip"
    columns: NumberColumns
    by: Literal["quantiles", "limits"] = Field(default="quantiles", title="By")
    lower: Number | None = Field(default=None, title="Lower limit")
    upper: Number | None = Field(default=None, title="Upper limit")
    lower_quantile: Share = Field(default=0.01, title="Lower quantile")
    upper_quantile: Share = Field(default=0.99, title="Upper quantile")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.by == "limits" and self.lower is None and self.upper is None:
            raise ValueError("lower, upper: give at least one limit")
        if (
            self.by == "limits"
            and None not in (self.lower, self.upper)
            and cast(float, self.lower) > cast(float, self.upper)
        ):
            raise ValueError("lower: is above the upper limit")
        if self.by == "quantiles" and self.lower_quantile >= self.upper_quantile:
            raise ValueError("lower_quantile: must be below the upper quantile")
        return self

    def sentence(self) -> str:
        """Say the range."""
        limits = (self.lower, self.upper) if self.by == "limits" else (self.lower_quantile, self.upper_quantile)
        low, high = ("…" if limit is None else f"{limit:g}" for limit in limits)
        return f"Limit {named(self.columns)} to {'quantiles ' * (self.by == 'quantiles')}{low} to {high}"

    def polars(self, table: Incoming) -> Code:
        """Write `clip`; whole numbers become decimal ones, as the limits may be."""
        check(self.columns, table.columns, ("number",))
        fixed: list[JsonValue] = [self.lower, self.upper]
        values = dict.fromkeys(self.columns, fixed) if self.by == "limits" else self.learned()
        return Code((call("with_columns", [self._clip(name, values[name], table) for name in self.columns]),))

    def reads(self) -> set[str]:
        """Return the columns to limit."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn the quantiles."""
        return self.by == "quantiles"

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn both quantiles of each column."""
        check(self.columns, columns, ("number",))
        return _learned(
            table,
            self.columns,
            lambda numbers: [numbers.quantile(q, "linear") for q in (self.lower_quantile, self.upper_quantile)],
        )

    def _clip(self, name: str, limits: JsonValue, table: Incoming) -> str:
        low, high = ("None" if limit is None else repr(float(limit)) for limit in cast(list[float | None], limits))
        bounds = f"{low}, {high}" if high != "None" else low
        widened = "" if table.columns[name].is_float() else ".cast(pl.Float64)"
        return f"{column(name)}{widened}.clip({bounds})"


class ScaleNumbers(Step):
    """Bring numbers to a common scale that is learned from the training rows."""

    title: ClassVar[str] = "Scale numbers"
    group: ClassVar[Group] = "Numbers"
    kind: ClassVar[Kind] = "fit"

    op: Literal["scale"] = "scale"
    columns: NumberColumns
    to: Literal["mean 0, deviation 1", "0 to 1", "median 0, quartiles 1"] = Field(
        default="mean 0, deviation 1", title="To", description="The last one is not impressed by outliers."
    )

    def sentence(self) -> str:
        """Say the scale."""
        return f"Scale {named(self.columns)} to {self.to}"

    def change(self, table: Incoming) -> Change:
        """Assign `(x - centre) / width`."""
        check(self.columns, table.columns, ("number",))
        return (Assign(tuple((name, _scaled(name, self.learned()[name])) for name in self.columns)),)

    def reads(self) -> set[str]:
        """Return the columns to scale."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn centre and width of each column."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn centre and width; a column that is the same everywhere keeps its width of 1."""
        check(self.columns, columns, ("number",))
        return _learned(table, self.columns, self._figures)

    def _figures(self, numbers: "pl.Expr") -> "list[pl.Expr]":
        if self.to == "0 to 1":
            return [numbers.min(), numbers.max() - numbers.min()]
        if self.to == "mean 0, deviation 1":
            return [numbers.mean(), numbers.std(ddof=0)]
        return [numbers.median(), numbers.quantile(0.75, "linear") - numbers.quantile(0.25, "linear")]


class RoundNumbers(Step):
    """Round numbers to some digits after the point."""

    title: ClassVar[str] = "Round"
    group: ClassVar[Group] = "Numbers"
    kind: ClassVar[Kind] = "row"

    op: Literal["round"] = "round"
    columns: NumberColumns
    digits: int = Field(default=0, ge=0, le=15, title="Digits")

    def sentence(self) -> str:
        """Say how many digits."""
        return f"Round {named(self.columns)} to {self.digits} digits"

    def change(self, table: Incoming) -> Change:
        """Assign rounded numbers."""
        check(self.columns, table.columns, ("number",))
        return (Assign(tuple((name, expr.call("round", col(name), self.digits)) for name in self.columns)),)

    def reads(self) -> set[str]:
        """Return the columns to round."""
        return set(self.columns)


class BinNumbers(Step):
    """Sort numbers into bins with names: at given edges, of equal width, or with equally many training rows."""

    title: ClassVar[str] = "Put into bins"
    group: ClassVar[Group] = "Numbers"
    kind: ClassVar[Kind] = "fit"

    op: Literal["bin"] = "bin"
    column: NumberColumn
    by: Literal["equal counts", "equal width", "edges"] = Field(default="equal counts", title="By")
    bins: int = Field(default=5, ge=2, le=100, title="Bins", description="How many; not needed for given edges.")
    edges: tuple[Number, ...] = Field(default=(), title="Edges", description="Where one bin ends and the next begins.")
    name: str = Field(
        default="", title="Name", description="Name of the new column; without it the column is replaced."
    )

    @model_validator(mode="after")
    def _edges_given(self) -> Self:
        if self.by == "edges" and not self.edges:
            raise ValueError("edges: give at least one")
        return self

    def sentence(self) -> str:
        """Say how many bins."""
        return f"Put {self.column} into {len(self.edges) + 1 if self.by == 'edges' else self.bins} bins"

    def polars(self, table: Incoming) -> Code:
        """Write a chain of `when` and `then`; missing stays missing."""
        check([self.column], table.columns, ("number",))
        if self.name and self.name != self.column:
            new_columns([self.name], table.columns)
        found = self.edges if self.by == "edges" else cast(list[float], self.learned()[self.column])
        edges = sorted({float(edge) for edge in found})
        lines = [
            f"pl.when({column(self.column)} <= {edge!r}).then(pl.lit({quote(label)}))" for edge, label in _labels(edges)
        ]
        last = f"when({column(self.column)}.is_not_null()).then(pl.lit({quote(f'> {edges[-1]:g}')}))"
        chain = "\n.".join([lines[0], *(line.removeprefix("pl.") for line in lines[1:]), last])
        return Code((call("with_columns", [f"{chain}\n.alias({quote(self.name or self.column)})"]),))

    def reads(self) -> set[str]:
        """Return the column."""
        return {self.column}

    def learns(self) -> bool:
        """Learn the edges if none are given."""
        return self.by != "edges"

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the inner edges of the bins."""
        check([self.column], columns, ("number",))
        return _learned(table, [self.column], self._edges)

    def _edges(self, numbers: "pl.Expr") -> "list[pl.Expr]":
        inner = [index / self.bins for index in range(1, self.bins)]
        if self.by == "equal counts":
            return [numbers.quantile(share, "linear") for share in inner]
        return [numbers.min() + (numbers.max() - numbers.min()) * share for share in inner]


def _learned(table: "pl.LazyFrame", names: "tuple[str, ...] | list[str]", figures: "_Figures") -> dict[str, JsonValue]:
    """Compute figures of each column, over the values that are there and finite."""
    import polars as pl

    expressions = []
    for name in names:
        numbers = pl.col(name).cast(pl.Float64)
        finite = numbers.filter(numbers.is_finite())
        expressions.append(pl.concat_list(figures(finite)).alias(name))
    row = table.select(expressions).collect().row(0, named=True)
    for name, values in row.items():
        if any(value is None for value in values):
            raise InvalidError(f"“{name}” has no numbers to learn from.", code="nothing_to_learn")
        if not all(isfinite(value) for value in values):
            raise InvalidError(f"The numbers of “{name}” are too large to compute with. Limit them first.")
    return cast(dict[str, JsonValue], row)


def _scaled(name: str, figures: JsonValue) -> Expr:
    centre, width = (float(figure) for figure in cast(list[float], figures))
    shifted = expr.call("add", col(name), -centre) if centre < 0 else col(name) - centre
    return shifted / (width or 1.0)


def _labels(edges: list[float]) -> list[tuple[float, str]]:
    names = [f"<= {edges[0]:g}"] + [f"{low:g} to {high:g}" for low, high in pairwise(edges)]
    return list(zip(edges, names, strict=True))
