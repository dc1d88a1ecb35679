"""Steps that make columns of several numbers: arithmetic, products, and a number beside its group's."""

from collections.abc import Mapping
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal, Self, cast

from pydantic import Field, JsonValue, model_validator

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, Mapped, both, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import Number, NumberColumn, NumberColumns, check, named, new_columns
from jupyter_mlstudio.wrangling.steps.groups import GroupColumn, category_key, figure_of, learned_groups
from jupyter_mlstudio.wrangling.steps.learning import decimal
from jupyter_mlstudio.wrangling.verbs import Assign, Change

if TYPE_CHECKING:
    import polars as pl

Operator = Literal["+", "-", "*", "/", "% change from", "minimum", "maximum", "mean"]
_CALLS: Final[dict[str, str]] = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "minimum": "min", "maximum": "max", "mean": "mean"
}  # fmt: skip
_MOST = 500
NewName = Annotated[str, Field(min_length=1, title="Name", description="Name of the new column.")]


class CombineNumbers(Step):
    """Compute a column from two others, or from one and a number."""

    title: ClassVar[str] = "Combine two columns"
    group: ClassVar[Group] = "Features"
    kind: ClassVar[Kind] = "row"

    op: Literal["arithmetic"] = "arithmetic"
    name: NewName
    column: NumberColumn
    operator: Operator = Field(default="/", title="Operator")
    other: str = Field(
        default="",
        title="Other column",
        description="Or leave it out and give a number.",
        json_schema_extra={"format": "column", "roles": ["number"]},
    )
    number: Number | None = Field(default=None, title="Number", description="Instead of the other column.")

    @model_validator(mode="after")
    def _one_other(self) -> Self:
        if bool(self.other) == (self.number is not None):
            raise ValueError("other, number: give either a column or a number")
        return self

    def sentence(self) -> str:
        """Say the formula."""
        other = self.other or f"{self.number:g}"
        if self.operator in {"minimum", "maximum", "mean"}:
            return f"{self.name} = {self.operator} of {self.column} and {other}"
        return f"{self.name} = {self.column} {self.operator} {other}"

    def change(self, table: Incoming) -> Change:
        """Assign the result; where a division has none, the value is missing."""
        check(self.reads(), table.columns, ("number",))
        left = col(self.column)
        right = col(self.other) if self.other else lit(self.number)
        if self.operator == "% change from":
            made: Expr = (left - right) / right * 100.0
        else:
            made = call(_CALLS[self.operator], left, right)
        return (Assign(((self.name, made),)),)

    def reads(self) -> set[str]:
        """Return the columns to combine."""
        return {self.column, self.other} - {""}


class Polynomial(Step):
    """Make products of columns, so that a linear model can see powers and interactions."""

    title: ClassVar[str] = "Products of columns"
    group: ClassVar[Group] = "Features"
    kind: ClassVar[Kind] = "row"

    op: Literal["polynomial"] = "polynomial"
    columns: NumberColumns
    degree: int = Field(default=2, ge=2, le=4, title="Degree", description="How many factors a product has at most.")
    interactions: bool = Field(
        default=False, title="Interactions only", description="Leave out squares and other powers of one column."
    )

    def sentence(self) -> str:
        """Say of which columns."""
        return f"{'Interactions' if self.interactions else 'Products'} of {named(self.columns)} up to {self.degree}"

    def change(self, table: Incoming) -> Change:
        """Assign one product each."""
        check(self.columns, table.columns, ("number",))
        products = self._products()
        if len(products) > _MOST:
            raise InvalidError(f"That would be {len(products)} columns. Choose fewer columns or a lower degree.")
        new_columns([_name(product) for product in products], table.columns)
        return (
            Assign(
                tuple(
                    (_name(product), both([decimal(name, table.columns) for name in product], "multiply"))
                    for product in products
                )
            ),
        )

    def reads(self) -> set[str]:
        """Return the factors."""
        return set(self.columns)

    def _products(self) -> list[tuple[str, ...]]:
        names = list(dict.fromkeys(self.columns))
        made = [
            product
            for size in range(2, self.degree + 1)
            for product in combinations_with_replacement(names, size)
            if not self.interactions or len(set(product)) == size
        ]
        if not made:
            raise InvalidError("One column alone has no interactions. Choose several columns.")
        return made


def _name(product: tuple[str, ...]) -> str:
    powers = {name: product.count(name) for name in product}
    return " * ".join(name if power == 1 else f"{name}^{power}" for name, power in powers.items())


class CompareWithGroup(Step):
    """Put a number beside that of its group: the group's figure itself, the distance from it, or the ratio to it.

    The figures are learned from the training rows; groups that are new get the figure of all rows.
    """

    title: ClassVar[str] = "Compare with the group"
    group: ClassVar[Group] = "Features"
    kind: ClassVar[Kind] = "fit"

    op: Literal["group_figure"] = "group_figure"
    column: NumberColumn
    by: GroupColumn
    figure: Literal["mean", "median", "min", "max", "std"] = Field(default="mean", title="Figure")
    result: Literal["ratio", "difference", "figure"] = Field(
        default="ratio", title="Result", description="The number by the figure, minus the figure, or the figure itself."
    )
    name: str = Field(default="", title="Name", description="Made of the columns if left out.")

    def sentence(self) -> str:
        """Say what is compared."""
        if self.result == "figure":
            return f"{self.figure.title()} of {self.column} for each {self.by}"
        word = "Ratio" if self.result == "ratio" else "Difference"
        return f"{word} of {self.column} to the {self.figure} for each {self.by}"

    def change(self, table: Incoming) -> Change:
        """Assign the number beside the figure of its group."""
        check([self.column], table.columns, ("number",))
        name = self.name or f"{self.column}_{self.result}_by_{self.by}"
        if self.name not in table.columns:
            new_columns([name], table.columns)
        figure = self._figure(table)
        if self.result == "figure":
            return (Assign(((name, figure),)),)
        function = "divide" if self.result == "ratio" else "subtract"
        return (Assign(((name, call(function, col(self.column), figure)),)),)

    def reads(self) -> set[str]:
        """Return the number and its group."""
        return {self.column, self.by}

    def learns(self) -> bool:
        """Learn the figures of the groups."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the figure of each group, and that of all rows."""
        check([self.column], columns, ("number",))
        return {self.column: learned_groups(table, self.column, self.by, figure_of(self.figure), columns)}

    def _figure(self, table: Incoming) -> Mapped:
        found = cast(dict[str, list[float]], self.learned()[self.column])
        return category_key(self.by, table.columns, found)
