"""Steps that put numbers between edges: into bins, or onto the scale of their ranks."""

from collections.abc import Mapping
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, ClassVar, Literal, Self, cast

from pydantic import Field, JsonValue, model_validator

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Case, Expr, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import Number, NumberColumn, NumberColumns, check, named, new_columns
from jupyter_mlstudio.wrangling.steps.learning import learned_figures, quantiles
from jupyter_mlstudio.wrangling.verbs import Assign, Change

if TYPE_CHECKING:
    import polars as pl


class BinNumbers(Step):
    """Sort numbers into bins with names: at given edges, of equal width, or with equally many training rows."""

    title: ClassVar[str] = "Put into bins"
    group: ClassVar[Group] = "Numbers"
    kind: ClassVar[Kind] = "fit"

    op: Literal["bin"] = "bin"
    column: NumberColumn
    by: Literal["equal counts", "equal width", "edges"] = Field(default="equal counts", title="By")
    bins: int = Field(
        default=5, ge=2, le=100, title="Bins", json_schema_extra={"when": {"by": ["equal counts", "equal width"]}}
    )
    edges: tuple[Number, ...] = Field(
        default=(),
        title="Edges",
        description="Where one bin ends and the next begins.",
        json_schema_extra={"format": "values", "when": {"by": ["edges"]}},
    )
    name: str = Field(
        default="", title="Name", description="Name of the new column; without it the column is replaced."
    )
    labels: tuple[str, ...] = Field(
        default=(),
        title="Labels",
        description="A name for each bin, from the lowest; made of the edges if left out.",
        json_schema_extra={"format": "values"},
    )
    codes: bool = Field(default=False, title="As numbers", description="Number the bins from 0 instead of naming them.")

    @model_validator(mode="after")
    def _edges_given(self) -> Self:
        if self.by == "edges" and not self.edges:
            raise ValueError("edges: give at least one")
        wanted = len(set(self.edges)) + 1 if self.by == "edges" else self.bins
        if self.labels and len(self.labels) != wanted:
            raise ValueError(f"labels: give {wanted}, one for each bin")
        return self

    def sentence(self) -> str:
        """Say how many bins."""
        return f"Put {self.column} into {len(self.edges) + 1 if self.by == 'edges' else self.bins} bins"

    def change(self, table: Incoming) -> Change:
        """Assign the first bin that ends at or above the number; missing stays missing."""
        check([self.column], table.columns, ("number",))
        if self.name and self.name != self.column:
            new_columns([self.name], table.columns)
        found = self.edges if self.by == "edges" else cast(list[float], self.learned()[self.column])
        edges = sorted({float(edge) for edge in found})
        names = self._names(edges)
        number = col(self.column)
        branches = [(call("le", number, edge), lit(name)) for edge, name in zip(edges, names, strict=False)]
        return (Assign(((self.name or self.column, Case((*branches, (call("is_present", number), lit(names[-1]))))),)),)

    def reads(self) -> set[str]:
        """Return the column."""
        return {self.column}

    def learns(self) -> bool:
        """Learn the edges if none are given."""
        return self.by != "edges"

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the inner edges of the bins."""
        check([self.column], columns, ("number",))
        return learned_figures(table, [self.column], self._edges)

    def _edges(self, numbers: "pl.Expr") -> "list[pl.Expr]":
        inner = [index / self.bins for index in range(1, self.bins)]
        if self.by == "equal counts":
            return quantiles(numbers, inner)
        return [numbers.min() + (numbers.max() - numbers.min()) * share for share in inner]

    def _names(self, edges: list[float]) -> list[str | int]:
        if self.codes:
            return list(range(len(edges) + 1))
        if self.labels and len(self.labels) != len(edges) + 1:
            raise InvalidError(
                f"“{self.column}” has so many equal numbers that it fills {len(edges) + 1} bins only. "
                "Ask for fewer bins, or leave the labels out."
            )
        made = [f"<= {edges[0]:g}", *(f"{low:g} to {high:g}" for low, high in pairwise(edges)), f"> {edges[-1]:g}"]
        return [*(self.labels or made)]


class QuantileRank(Step):
    """Replace numbers by the share of training rows below them, from 0 to 1: any distribution becomes an even one.

    Between the learned quantiles the share rises evenly.
    """

    title: ClassVar[str] = "Replace by rank"
    group: ClassVar[Group] = "Numbers"
    kind: ClassVar[Kind] = "fit"

    op: Literal["quantile_rank"] = "quantile_rank"
    columns: NumberColumns
    quantiles: int = Field(
        default=20, ge=2, le=200, title="Quantiles", description="How many are learned; more are more exact."
    )

    def sentence(self) -> str:
        """Say of what."""
        return f"Replace {named(self.columns)} by the rank among the training rows"

    def change(self, table: Incoming) -> Change:
        """Assign one straight line between each two edges."""
        check(self.columns, table.columns, ("number",))
        made = [(name, self._rank(name)) for name in dict.fromkeys(self.columns)]
        return (Assign(tuple(made)),)

    def reads(self) -> set[str]:
        """Return the columns to replace."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn the quantiles."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the quantiles of each column."""
        check(self.columns, columns, ("number",))
        shares = [index / self.quantiles for index in range(self.quantiles + 1)]
        return learned_figures(table, self.columns, lambda numbers: quantiles(numbers, shares))

    def _rank(self, name: str) -> Expr:
        number = col(name)
        edges = _shares([float(edge) for edge in cast(list[float], self.learned()[name])])
        (lowest, share), (_, last) = edges[0], edges[-1]
        branches: list[tuple[Expr, Expr]] = [(call("le", number, lowest), lit(share))]
        for (low, begin), (high, end) in pairwise(edges):
            slope = (end - begin) / (high - low)
            line = (call("add", number, -low) if low < 0 else number - low) * slope
            branches.append((call("le", number, high), line + begin if begin else line))
        return Case((*branches, (call("is_present", number), lit(last))))


def _shares(edges: list[float]) -> list[tuple[float, float]]:
    """Return each edge once, with the share below it; edges that are equal share the middle of theirs."""
    steps = len(edges) - 1
    placed = [
        (edge, [index / steps for index, _ in found])
        for edge, found in groupby(enumerate(sorted(edges)), key=lambda pair: pair[1])
    ]
    return [(edge, (shares[0] + shares[-1]) / 2) for edge, shares in placed]
