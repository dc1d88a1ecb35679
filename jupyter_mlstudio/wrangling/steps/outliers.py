"""Steps about numbers that are far from the others: limit them, drop their rows, mark them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, Self, cast

from pydantic import Field, JsonValue, model_validator

from jupyter_mlstudio.wrangling.expressions.nodes import Expr, both, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import Number, NumberColumns, check, named, new_columns
from jupyter_mlstudio.wrangling.steps.learning import decimal, learned_figures
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Where

if TYPE_CHECKING:
    import polars as pl

Share = Annotated[float, Field(ge=0, le=1)]
Spread = Literal["quartiles", "deviations", "median deviations"]
_TIMES: Final[dict[str, float]] = {"quartiles": 1.5, "deviations": 3.0, "median deviations": 3.0}
_SPREADS: Final[list[JsonValue]] = list(_TIMES)
_NORMAL: Final = 1.4826
"""What makes a median deviation as wide as the standard deviation of normally distributed numbers."""


def _when(by: list[JsonValue]) -> dict[str, Any]:
    return {"when": {"by": by}}


Times = Annotated[
    float | None,
    Field(
        gt=0, title="Times", json_schema_extra=_when(_SPREADS),
        description="How many widths away from the middle; 1.5 for quartiles and 3 for deviations if left out.",
    ),
]  # fmt: skip
LowerQuantile = Annotated[Share, Field(title="Lower quantile", json_schema_extra=_when(["quantiles"]))]
UpperQuantile = Annotated[Share, Field(title="Upper quantile", json_schema_extra=_when(["quantiles"]))]


class _Fenced(Step):
    """What steps about outliers share: the limits beyond which a number is one."""

    columns: NumberColumns
    by: Literal["quartiles", "deviations", "median deviations", "quantiles"] = Field(
        default="quartiles",
        title="By",
        description="Distance from the quartiles, standard deviations, or median deviations; or learned quantiles.",
    )
    times: Times = None
    lower_quantile: LowerQuantile = 0.01
    upper_quantile: UpperQuantile = 0.99

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.by == "quantiles" and self.lower_quantile >= self.upper_quantile:
            raise ValueError("lower_quantile: must be below the upper quantile")
        return self

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn the limits."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn both limits of each column; with a spread of 0 they are its least and its greatest number."""
        check(self.columns, columns, ("number",))
        found = learned_figures(table, self.columns, self._figures)
        return {name: _limits(cast(list[float], figures)) for name, figures in found.items()}

    def _figures(self, numbers: "pl.Expr") -> "list[pl.Expr]":
        """Return what the limits are made of: two centres, a width, the least and the greatest."""
        extremes = [numbers.min(), numbers.max()]
        times = self.times or _TIMES.get(self.by, 0)
        if self.by == "quantiles":
            low, high = (numbers.quantile(q, "linear") for q in (self.lower_quantile, self.upper_quantile))
            return [low, high, low * 0 - 1, *extremes]
        if self.by == "quartiles":
            low, high = numbers.quantile(0.25, "linear"), numbers.quantile(0.75, "linear")
            return [low, high, (high - low) * times, *extremes]
        if self.by == "deviations":
            return [numbers.mean(), numbers.mean(), numbers.std(ddof=0) * times, *extremes]
        middle = numbers.median()
        return [middle, middle, (numbers - middle).abs().median() * (_NORMAL * times), *extremes]

    def _said(self) -> str:
        if self.by == "quantiles":
            return f"quantiles {self.lower_quantile:g} to {self.upper_quantile:g}"
        return f"{self.times or _TIMES[self.by]:g} times the {'distance of ' * (self.by == 'quartiles')}{self.by}"

    def _outside(self, name: str) -> Expr:
        low, high = cast(list[float], self.learned()[name])
        return call("lt", col(name), float(low)) | call("gt", col(name), float(high))


def _limits(figures: list[float]) -> JsonValue:
    low, high, width, least, greatest = figures
    if width < 0:
        return [low, high]
    return [low - width, high + width] if width else [least, greatest]


class ClipNumbers(_Fenced):
    """Limit numbers to a range: fixed limits, or ones that are learned from the training rows."""

    title: ClassVar[str] = "Limit to a range"
    group: ClassVar[Group] = "Outliers"
    kind: ClassVar[Kind] = "fit"

    op: Literal["clip"] = "clip"
    by: Literal["quantiles", "limits", "quartiles", "deviations", "median deviations"] = Field(  # type: ignore[assignment]  # one more way
        default="quantiles", title="By", description="All but “limits” are learned."
    )
    lower: Number | None = Field(default=None, title="Lower limit", json_schema_extra=_when(["limits"]))
    upper: Number | None = Field(default=None, title="Upper limit", json_schema_extra=_when(["limits"]))

    @model_validator(mode="after")
    def _limits_given(self) -> Self:
        if self.by == "limits" and self.lower is None and self.upper is None:
            raise ValueError("lower, upper: give at least one limit")
        if self.by == "limits" and self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueError("lower: is above the upper limit")
        return self

    def sentence(self) -> str:
        """Say the range."""
        if self.by == "limits":
            low, high = ("…" if limit is None else f"{limit:g}" for limit in (self.lower, self.upper))
            return f"Limit {named(self.columns)} to {low} to {high}"
        return f"Limit {named(self.columns)} to {self._said()}"

    def learns(self) -> bool:
        """Learn the limits that are not given."""
        return self.by != "limits"

    def change(self, table: Incoming) -> Change:
        """Assign limited numbers; whole numbers become decimal ones, as the limits may be."""
        check(self.columns, table.columns, ("number",))
        fixed: list[JsonValue] = [self.lower, self.upper]
        values = dict.fromkeys(self.columns, fixed) if self.by == "limits" else self.learned()
        return (
            Assign(
                tuple((name, _clipped(decimal(name, table.columns), values[name])) for name in _unique(self.columns))
            ),
        )


class DropOutliers(_Fenced):
    """Remove rows with a number that is far from the others. Rows without a value stay."""

    title: ClassVar[str] = "Drop rows with outliers"
    group: ClassVar[Group] = "Outliers"
    kind: ClassVar[Kind] = "rows"

    op: Literal["drop_outliers"] = "drop_outliers"

    def sentence(self) -> str:
        """Say what is an outlier."""
        return f"Drop rows with outliers in {named(self.columns)} (beyond {self._said()})"

    def change(self, table: Incoming) -> Change:
        """Keep the rows in which no column is outside its limits."""
        check(self.columns, table.columns, ("number",))
        return (Where(both([self._outside(name) for name in _unique(self.columns)], "or"), negated=True),)


class MarkOutliers(_Fenced):
    """Add a column for each that says whether its number is far from the others; missing ones are not."""

    title: ClassVar[str] = "Mark outliers"
    group: ClassVar[Group] = "Outliers"
    kind: ClassVar[Kind] = "fit"

    op: Literal["mark_outliers"] = "mark_outliers"

    def sentence(self) -> str:
        """Say what is an outlier."""
        return f"Mark outliers of {named(self.columns)} (beyond {self._said()})"

    def change(self, table: Incoming) -> Change:
        """Assign one truth value a column."""
        check(self.columns, table.columns, ("number",))
        names = _unique(self.columns)
        new_columns([f"{name}_outlier" for name in names], table.columns)
        return (
            Assign(tuple((f"{name}_outlier", call("if_missing", self._outside(name), lit(False))) for name in names)),
        )


def _unique(names: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(names))


def _clipped(number: Expr, limits: JsonValue) -> Expr:
    low, high = (None if limit is None else float(limit) for limit in cast(list[float | None], limits))
    if low is None:
        return call("clip_high", number, high)
    return call("clip_low", number, low) if high is None else call("clip", number, low, high)
