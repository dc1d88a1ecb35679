"""Steps that count and mark what is missing, and fill it from the rows around it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self, cast

from pydantic import Field, JsonValue, model_validator

from jupyter_mlstudio.wrangling.expressions.nodes import Case, Expr, Windowed, both, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import (
    Number,
    NumberColumns,
    SomeColumns,
    check,
    named,
    new_columns,
)
from jupyter_mlstudio.wrangling.steps.learning import decimal, free, learned_figures
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop

if TYPE_CHECKING:
    import polars as pl


class MarkMissing(Step):
    """Add a column for each that says whether its value is missing."""

    title: ClassVar[str] = "Mark missing values"
    group: ClassVar[Group] = "Missing values"
    kind: ClassVar[Kind] = "row"

    op: Literal["mark_missing"] = "mark_missing"
    columns: SomeColumns = Field(default=(), description="None means all columns.")

    def sentence(self) -> str:
        """Say of which columns."""
        return f"Mark missing values of {named(self.columns) or 'all columns'}"

    def change(self, table: Incoming) -> Change:
        """Assign one truth value a column."""
        check(self.columns, table.columns)
        names = list(dict.fromkeys(self.columns or table.columns))
        new_columns([f"{name}_missing" for name in names], table.columns)
        return (Assign(tuple((f"{name}_missing", call("is_missing", col(name))) for name in names)),)

    def reads(self) -> set[str]:
        """Return the columns to mark."""
        return set(self.columns)

    def explicit(self, columns: tuple[str, ...]) -> Step:
        """Name all columns where none are named."""
        return self if self.columns else self.model_copy(update={"columns": columns})


class CountMissing(Step):
    """Add a column that counts how many values of a row are missing."""

    title: ClassVar[str] = "Count missing values"
    group: ClassVar[Group] = "Missing values"
    kind: ClassVar[Kind] = "row"

    op: Literal["count_missing"] = "count_missing"
    columns: SomeColumns = Field(default=(), description="None means all columns.")
    name: Annotated[str, Field(min_length=1, title="Name")] = "missing"

    def sentence(self) -> str:
        """Say of which columns."""
        return f"Count missing values of {named(self.columns) or 'all columns'}"

    def change(self, table: Incoming) -> Change:
        """Assign the sum of truth values."""
        check(self.columns, table.columns)
        new_columns([self.name], table.columns)
        marks: list[Expr] = [
            call("whole", call("is_missing", col(name))) for name in dict.fromkeys(self.columns or table.columns)
        ]
        return (Assign(((self.name, both(marks, "add")),)),)

    def reads(self) -> set[str]:
        """Return the columns to count in."""
        return set(self.columns)

    def explicit(self, columns: tuple[str, ...]) -> Step:
        """Name all columns where none are named."""
        return self if self.columns else self.model_copy(update={"columns": columns})


class Interpolate(Step):
    """Fill missing numbers on the straight line between the values before and after.

    It looks at other rows, so it never runs at inference. At both ends nothing is filled.
    """

    title: ClassVar[str] = "Fill between neighbours"
    group: ClassVar[Group] = "Missing values"
    kind: ClassVar[Kind] = "rows"

    op: Literal["interpolate"] = "interpolate"
    columns: NumberColumns
    by: tuple[str, ...] = Field(
        default=(),
        title="Separately for",
        description="Only rows with the same values here are neighbours.",
        json_schema_extra={"format": "columns"},
    )

    def sentence(self) -> str:
        """Say which columns."""
        return f"Fill {named(self.columns)} between neighbours{f' of the same {named(self.by)}' if self.by else ''}"

    def change(self, table: Incoming) -> Change:
        """Assign places, then the nearest values and their places, then the line between them."""
        check(self.columns, table.columns, ("number",))
        check(self.by, table.columns)
        names = [name for name in dict.fromkeys(self.columns) if name not in self.by]
        row = free("_row", table.columns)
        known = {name: free(f"_{name}_known", table.columns) for name in names}
        around = {name: [free(f"_{name}_{end}", table.columns) for end in _ENDS] for name in names}
        places = [(known[name], Case(((call("is_present", col(name)), col(row)),))) for name in names]
        return (
            Assign(((row, Windowed("row_number")),)),
            Assign(tuple(places)),
            Assign(tuple(pair for name in names for pair in self._neighbours(name, known[name], around[name]))),
            Assign(tuple((name, _line(decimal(name, table.columns), row, around[name])) for name in names)),
            Drop((row, *known.values(), *(each for ends in around.values() for each in ends))),
        )

    def reads(self) -> set[str]:
        """Return the columns to fill and to separate by."""
        return {*self.columns, *self.by}

    def _neighbours(self, name: str, known: str, ends: list[str]) -> list[tuple[str, Expr]]:
        sources = [(name, "forward_fill"), (name, "backward_fill"), (known, "forward_fill"), (known, "backward_fill")]
        return [
            (end, Windowed(function, (col(source),), by=self.by))
            for end, (source, function) in zip(ends, sources, strict=True)
        ]


_ENDS = ("before", "after", "from", "to")


def _line(number: Expr, row: str, ends: list[str]) -> Expr:
    before, after, begin, end = map(col, ends)
    line = before + (after - before) * (col(row) - begin) / (end - begin)
    return call("if_missing", number, line)


class ReplaceInfinite(Step):
    """Replace infinite numbers, which most models refuse: by nothing, a value, or the learned extremes."""

    title: ClassVar[str] = "Replace infinite numbers"
    group: ClassVar[Group] = "Missing values"
    kind: ClassVar[Kind] = "fit"

    op: Literal["replace_infinite"] = "replace_infinite"
    columns: NumberColumns
    using: Literal["missing", "value", "extremes"] = Field(
        default="missing", title="With", description="“extremes” are the least and the greatest finite training value."
    )
    value: Number | None = Field(default=None, title="Value", json_schema_extra={"when": {"using": ["value"]}})

    @model_validator(mode="after")
    def _value_given(self) -> Self:
        if self.using == "value" and self.value is None:
            raise ValueError("value: give the value to replace with")
        return self

    def sentence(self) -> str:
        """Say with what."""
        what = {"missing": "nothing", "value": f"{self.value}", "extremes": "the extremes"}[self.using]
        return f"Replace infinite {named(self.columns)} with {what}"

    def change(self, table: Incoming) -> Change:
        """Assign what is finite; whole numbers always are."""
        check(self.columns, table.columns, ("number",))
        floats = [name for name in dict.fromkeys(self.columns) if table.columns[name].is_float()]
        made = tuple((name, self._replaced(name)) for name in floats)
        return (Assign(made),) if made else ()

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn the extremes, if they are asked for."""
        return self.using == "extremes"

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the least and the greatest finite number of each column."""
        check(self.columns, columns, ("number",))
        return learned_figures(table, self.columns, lambda numbers: [numbers.min(), numbers.max()])

    def _replaced(self, name: str) -> Expr:
        number = col(name)
        if self.using == "extremes":
            low, high = cast(list[float], self.learned()[name])
            outside = Case(((call("gt", number, 0.0), lit(float(high))),), lit(float(low)))
            return Case(((call("is_infinite", number), outside),), number)
        value = None if self.value is None or self.using == "missing" else float(self.value)
        return Case(((call("is_infinite", number), lit(value, name)),), number)
