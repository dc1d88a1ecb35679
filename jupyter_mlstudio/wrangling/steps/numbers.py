"""Steps that scale, round and bend numbers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal, Self, cast

from pydantic import Field, JsonValue, model_validator

from jupyter_mlstudio.wrangling.expressions.nodes import Case, Expr, both, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import NumberColumns, check, named
from jupyter_mlstudio.wrangling.steps.learning import decimal, free, learned_figures
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop

if TYPE_CHECKING:
    import polars as pl

_SMALLEST, _LARGEST = 1e-290, 1e290
"""Beyond these, powers of ten leave what a number can hold."""


class ScaleNumbers(Step):
    """Bring numbers to a common scale that is learned from the training rows."""

    title: ClassVar[str] = "Scale numbers"
    group: ClassVar[Group] = "Numbers"
    kind: ClassVar[Kind] = "fit"

    op: Literal["scale"] = "scale"
    columns: NumberColumns
    to: Literal["mean 0, deviation 1", "0 to 1", "median 0, quartiles 1", "-1 to 1"] = Field(
        default="mean 0, deviation 1",
        title="To",
        description="Medians and quartiles are not impressed by outliers; “-1 to 1” divides by the largest distance "
        "from 0, which stays 0.",
    )

    def sentence(self) -> str:
        """Say the scale."""
        return f"Scale {named(self.columns)} to {self.to}"

    def change(self, table: Incoming) -> Change:
        """Assign `(x - centre) / width`."""
        check(self.columns, table.columns, ("number",))
        return (Assign(tuple((name, _scaled(name, self.learned()[name])) for name in dict.fromkeys(self.columns))),)

    def reads(self) -> set[str]:
        """Return the columns to scale."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn centre and width of each column."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn centre and width; a column that is the same everywhere keeps its width of 1."""
        check(self.columns, columns, ("number",))
        return learned_figures(table, self.columns, self._figures)

    def _figures(self, numbers: "pl.Expr") -> "list[pl.Expr]":
        if self.to == "0 to 1":
            return [numbers.min(), numbers.max() - numbers.min()]
        if self.to == "mean 0, deviation 1":
            return [numbers.mean(), numbers.std(ddof=0)]
        if self.to == "-1 to 1":
            return [numbers.min() * 0, numbers.abs().max()]
        return [numbers.median(), numbers.quantile(0.75, "linear") - numbers.quantile(0.25, "linear")]


class NormalizeRows(Step):
    """Divide the numbers of each row so that together they have length 1, the sum 1, or the maximum 1.

    A row of zeros stays as it is; missing values count as 0 and stay missing.
    """

    title: ClassVar[str] = "Bring rows to one length"
    group: ClassVar[Group] = "Numbers"
    kind: ClassVar[Kind] = "row"

    op: Literal["unit_norm"] = "unit_norm"
    columns: NumberColumns
    to: Literal["length 1", "sum 1", "maximum 1"] = Field(
        default="length 1", title="To", description="Of absolute values, for sum and maximum."
    )

    def sentence(self) -> str:
        """Say what becomes 1."""
        return f"Bring each row of {named(self.columns)} to {self.to}"

    def change(self, table: Incoming) -> Change:
        """Assign the row's norm, divide by it, and drop it."""
        check(self.columns, table.columns, ("number",))
        names, norm = list(dict.fromkeys(self.columns)), free("_norm", table.columns)
        sizes: list[Expr] = [call("if_missing", decimal(name, table.columns), 0.0) for name in names]
        divided = [
            (name, Case(((call("gt", col(norm), 0.0), col(name) / col(norm)),), decimal(name, table.columns)))
            for name in names
        ]
        return (Assign(((norm, self._norm(sizes)),)), Assign(tuple(divided)), Drop((norm,)))

    def reads(self) -> set[str]:
        """Return the columns to divide."""
        return set(self.columns)

    def _norm(self, numbers: list[Expr]) -> Expr:
        if self.to == "length 1":
            return call("sqrt", both([call("power", number, 2) for number in numbers], "add"))
        sizes: list[Expr] = [call("abs", number) for number in numbers]
        if self.to == "sum 1":
            return both(sizes, "add")
        return call("max", *sizes) if len(sizes) > 1 else sizes[0]


class RoundNumbers(Step):
    """Round numbers to some digits, to the nearest, down or up; or to significant digits."""

    title: ClassVar[str] = "Round"
    group: ClassVar[Group] = "Numbers"
    kind: ClassVar[Kind] = "row"

    op: Literal["round"] = "round"
    columns: NumberColumns
    digits: int = Field(default=0, ge=0, le=15, title="Digits")
    how: Literal["nearest", "down", "up", "significant digits"] = Field(default="nearest", title="How")

    @model_validator(mode="after")
    def _digits_given(self) -> Self:
        if self.how == "significant digits" and not self.digits:
            raise ValueError("digits: give at least one significant digit")
        return self

    def sentence(self) -> str:
        """Say how many digits."""
        if self.how == "significant digits":
            return f"Round {named(self.columns)} to {self.digits} significant digits"
        return f"Round {named(self.columns)} {'' if self.how == 'nearest' else f'{self.how} '}to {self.digits} digits"

    def change(self, table: Incoming) -> Change:
        """Assign rounded numbers; whole ones stay what they are, but for significant digits."""
        check(self.columns, table.columns, ("number",))
        return (Assign(tuple((name, self._rounded(name, table)) for name in dict.fromkeys(self.columns))),)

    def reads(self) -> set[str]:
        """Return the columns to round."""
        return set(self.columns)

    def _rounded(self, name: str, table: Incoming) -> Expr:
        number = col(name)
        if self.how == "significant digits":
            return _significant(decimal(name, table.columns), self.digits)
        if self.how == "nearest" or table.columns[name].is_integer():
            return call("round", number, self.digits)
        function = {"down": "floor", "up": "ceil"}[self.how]
        if not self.digits:
            return call(function, number)
        made = call(function, number * 10.0**self.digits) / 10.0**self.digits
        return call("round", made, self.digits)  # some engines divide by multiplying with the reciprocal


def _significant(number: Expr, digits: int) -> Expr:
    """Write the rounding so that it is done by whole powers of ten, which numbers hold exactly."""
    size = call("abs", number)
    place = call("floor", call("log10", size)) - (digits - 1)
    large, small = call("power", 10.0, place), call("power", 10.0, call("negative", place))
    extreme = call("lt", size, _SMALLEST) | call("gt", size, _LARGEST)
    return Case(
        ((extreme, number), (call("ge", size, 10.0**digits), call("round", number / large, 0) * large)),
        call("round", number * small, 0) / small,
    )


def _scaled(name: str, figures: JsonValue) -> Expr:
    centre, width = (float(figure) for figure in cast(list[float], figures))
    shifted = call("add", col(name), -centre) if centre < 0 else col(name) - centre
    return (shifted if centre else col(name)) / lit(width or 1.0)
