"""Filling missing values, with a fixed value or one that is learned."""

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, ClassVar, Literal, Self, cast

from pydantic import Field, JsonValue, model_validator

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import AnyColumns, CategoryColumns, Value, check, named, new_columns
from jupyter_mlstudio.wrangling.steps.groups import GroupColumn, category_key, figure_of, learned_groups
from jupyter_mlstudio.wrangling.steps.learning import category
from jupyter_mlstudio.wrangling.verbs import Assign, Change
from jupyter_mlstudio.wrangling.writing import plain, typed

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.figures import Role


class FillMissing(Step):
    """Fill missing values with a fixed value, or with one that is learned from the training rows."""

    title: ClassVar[str] = "Fill missing values"
    group: ClassVar[Group] = "Missing values"
    kind: ClassVar[Kind] = "fit"

    op: Literal["fill_missing"] = "fill_missing"
    columns: AnyColumns
    using: Literal["median", "mean", "most frequent", "value"] = Field(
        default="median", title="With", description="Median and mean are for numbers; all but “value” are learned."
    )
    value: Value | None = Field(default=None, title="Value", json_schema_extra={"format": "value"})
    mark: bool = Field(default=False, title="Mark", description="Add a column that says where a value was missing.")

    @model_validator(mode="after")
    def _value_given(self) -> Self:
        if self.using == "value" and self.value is None:
            raise ValueError("value: give the value to fill with")
        return self

    def sentence(self) -> str:
        """Say what goes where."""
        source = repr(self.value) if self.using == "value" else f"the {self.using}"
        return f"Fill missing {named(self.columns)} with {source}"

    def change(self, table: Incoming) -> Change:
        """Assign the column with one constant where it is missing."""
        self._check(table.columns)
        values = dict.fromkeys(self.columns, self.value) if self.using == "value" else self.learned()
        marks = [f"{name}_missing" for name in self.columns] if self.mark else []
        new_columns(marks, table.columns)
        made: list[tuple[str, Expr]] = [
            (mark, call("is_missing", col(name))) for name, mark in zip(self.columns, marks, strict=False)
        ]
        for name in self.columns:
            value = typed(values.get(name), table.columns[name], f"Value for “{name}”")
            averaged = self.using in {"median", "mean"} and isinstance(value, (int, float))
            made.append((name, call("if_missing", col(name), lit(float(value) if averaged else value, name))))  # type: ignore[arg-type]  # averaged says it is a number
        return (Assign(tuple(made)),)

    def reads(self) -> set[str]:
        """Return the columns to fill."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn all but a fixed value."""
        return self.using != "value"

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn one value a column from those that are there; infinite ones do not count."""
        self._check(columns)
        row = (
            table.select(_typical(name, columns[name], self.using) for name in self.columns)
            .collect()
            .row(0, named=True)
        )
        for name, value in row.items():
            if value is None:
                raise InvalidError(
                    f"“{name}” has no values to learn from. Fill it with a fixed value.", code="nothing_to_learn"
                )
            if isinstance(value, float) and not isfinite(value):
                raise InvalidError(f"The numbers of “{name}” are too large to compute with. Limit them first.")
        return {name: plain(value) for name, value in row.items()}

    def _check(self, columns: "Mapping[str, pl.DataType]") -> None:
        roles: tuple[Role, ...] = ("number",)
        if self.using not in {"median", "mean"}:
            roles = ("number", "text", "boolean", "date", "datetime", "time")
        check(self.columns, columns, roles)


class FillByGroup(Step):
    """Fill missing values with what is typical of the row's group, learned from the training rows.

    Groups that are new, or have no value, get what is typical of all rows.
    """

    title: ClassVar[str] = "Fill missing values by group"
    group: ClassVar[Group] = "Missing values"
    kind: ClassVar[Kind] = "fit"

    op: Literal["fill_by_group"] = "fill_by_group"
    columns: CategoryColumns = Field(title="Columns")
    by: GroupColumn
    using: Literal["median", "mean", "most frequent"] = Field(
        default="median", title="With", description="Median and mean are for numbers."
    )

    def sentence(self) -> str:
        """Say what goes where."""
        return f"Fill missing {named(self.columns)} with the {self.using} of each {self.by}"

    def change(self, table: Incoming) -> Change:
        """Assign the column with the value of its group where it is missing."""
        self._check(table.columns)
        made: list[tuple[str, Expr]] = []
        for name in dict.fromkeys(self.columns):
            found = category_key(self.by, table.columns, cast(dict[str, object], self.learned()[name]))
            made.append((name, call("if_missing", category(name, table.columns), found)))
        return (Assign(tuple(made)),)

    def reads(self) -> set[str]:
        """Return the columns and the group."""
        return {*self.columns, self.by}

    def learns(self) -> bool:
        """Learn the value of each group."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the typical value of each group and of all rows."""
        self._check(columns)
        figure = figure_of(self.using)
        return {name: learned_groups(table, name, self.by, figure, columns) for name in self.columns}

    def _check(self, columns: "Mapping[str, pl.DataType]") -> None:
        if self.by in self.columns:
            raise InvalidError(f"“{self.by}” cannot be filled by itself. Choose another group.")
        roles: tuple[Role, ...] = ("number",) if self.using != "most frequent" else ("number", "text", "boolean")
        check(self.columns, columns, roles)


def _typical(name: str, dtype: "pl.DataType", using: str) -> "pl.Expr":
    import polars as pl

    present = pl.col(name).drop_nulls()
    if dtype.is_float():
        present = present.filter(present.is_finite())
    if using == "most frequent":
        ordered = present.cast(pl.String) if isinstance(dtype, (pl.Categorical, pl.Enum)) else present
        return ordered.mode().sort().first().alias(name)
    numbers = present.cast(pl.Float64)
    return (numbers.median() if using == "median" else numbers.mean()).alias(name)
