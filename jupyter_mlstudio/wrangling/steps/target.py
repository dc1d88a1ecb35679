"""The step that replaces categories by what the target is on average there."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.chance import draw
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, Mapped, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import AnyColumn, CategoryColumns, Value, check, named, new_columns
from jupyter_mlstudio.wrangling.steps.learning import category, known
from jupyter_mlstudio.wrangling.verbs import Assign, Change
from jupyter_mlstudio.wrangling.writing import plain, role_of, typed

if TYPE_CHECKING:
    import polars as pl

    Schema = Mapping[str, pl.DataType]

_GOAL, _FOLD = "_mlstudio_goal", "_mlstudio_fold"
_ROLES: "tuple[Literal['text', 'number', 'boolean'], ...]" = ("text", "number", "boolean")


class TargetEncode(Step):
    """Replace categories by the mean of the target there, learned from the training rows, drawn towards that of all.

    A model must not see a row's own target in its features. So `RecipeTransformer.fit_transform` gives each training
    row what the rows of the other folds say; `transform`, the preview and the written code use what all rows say.
    """

    title: ClassVar[str] = "Replace by mean target"
    group: ClassVar[Group] = "Categories"
    kind: ClassVar[Kind] = "fit"

    op: Literal["target_encode"] = "target_encode"
    columns: CategoryColumns
    target: AnyColumn = Field(title="Target", description="A number, a truth value, or one value of a text.")
    positive: Value | None = Field(
        default=None, title="Counts as 1", description="For classes: the one whose share is learned."
    )
    smoothing: float = Field(
        default=10.0, ge=0, title="Smoothing", description="How many rows of average target each category starts with."
    )
    folds: int = Field(default=5, ge=2, le=50, title="Folds", description="For the rows that are trained on.")
    seed: int = Field(default=0, title="Seed")
    at_most: int = Field(default=1000, ge=1, le=10_000, title="At most", description="How many categories are known.")
    keep: bool = Field(default=False, title="Keep", description="Keep the column; the numbers get one of their own.")

    def sentence(self) -> str:
        """Say of which target."""
        what = self.target if self.positive is None else f"{self.target} = {self.positive}"
        return f"Replace {named(self.columns)} by the mean of {what} (cross-fitted in training)"

    def change(self, table: Incoming) -> Change:
        """Assign the mean of each category; missing, rare and new ones get that of all rows."""
        check(self.columns, table.columns, _ROLES)
        made: list[tuple[str, Expr]] = []
        for name, new in self._names(table.columns).items():
            found = cast(dict[str, Any], self.learned()[name])
            keys, values = known(found["keys"], name, table.columns), tuple(map(float, found["values"]))
            otherwise = lit(float(found["otherwise"]))
            made.append((new, Mapped(category(name, table.columns), keys, values, otherwise)))
        return (Assign(tuple(made)),)

    def reads(self) -> set[str]:
        """Return the columns to encode; the target is there only in training."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn the means."""
        return True

    def targets(self) -> set[str]:
        """Return the target, which only training rows have."""
        return {self.target}

    def learn(self, table: "pl.LazyFrame", columns: "Schema") -> dict[str, JsonValue]:
        """Learn the mean target of each category and of all rows."""
        self._check(columns)
        return {name: self._means(table, name, columns) for name in dict.fromkeys(self.columns)}

    def out_of_fold(self, table: "pl.LazyFrame", columns: "Schema") -> "pl.LazyFrame | None":
        """Encode the rows that it learned from, each by the rows of the other folds."""
        import polars as pl

        self._check(columns)
        fold = (draw(pl.int_range(pl.len()), self.seed) * self.folds).floor()
        beside = table.with_columns(self._goal(columns).alias(_GOAL), fold.alias(_FOLD))
        made = [self._others(name, columns).alias(new) for name, new in self._names(columns).items()]
        return beside.with_columns(made).drop(_GOAL, _FOLD)

    def _others(self, name: str, columns: "Schema") -> "pl.Expr":
        """Return what the rows of the other folds say; categories that they do not know get the mean of all of them."""
        import polars as pl

        goal, key = pl.col(_GOAL), self._key(name, columns)
        total, count = goal.sum() - goal.sum().over(_FOLD), goal.count() - goal.count().over(_FOLD)
        mean = pl.when(count > 0).then(total / count).otherwise(goal.mean())
        sums = goal.sum().over(key) - goal.sum().over(key, _FOLD)
        rows = goal.count().over(key) - goal.count().over(key, _FOLD)
        keys = known(cast(dict[str, JsonValue], self.learned()[name])["keys"], name, columns)
        listed = key.is_in(list(keys)) & (rows + self.smoothing > 0)
        return pl.when(listed).then((sums + self.smoothing * mean) / (rows + self.smoothing)).otherwise(mean)

    def _check(self, columns: "Schema") -> None:
        check(self.columns, columns, _ROLES)
        check([self.target], columns, _ROLES)
        if self.target in self.columns:
            raise InvalidError(f"“{self.target}” is the target; it cannot be a feature too.")
        if role_of(columns[self.target]) == "text" and self.positive is None:
            raise InvalidError(f"“{self.target}” holds classes. Say which of them counts as 1.")

    def _names(self, columns: "Schema") -> dict[str, str]:
        names = {name: f"{name}_target" if self.keep else name for name in dict.fromkeys(self.columns)}
        new_columns(names.values(), columns, replaced=[] if self.keep else self.columns)
        return names

    def _goal(self, columns: "Schema") -> "pl.Expr":
        import polars as pl

        goal = pl.col(self.target)
        if self.positive is not None:
            dtype = columns[self.target]
            wanted = typed(self.positive, dtype, "Counts as 1")
            goal = goal.cast(pl.String) if role_of(dtype) == "text" else goal
            return (goal == pl.lit(wanted)).cast(pl.Float64)
        number = goal.cast(pl.Float64)
        return pl.when(number.is_finite()).then(number)

    def _key(self, name: str, columns: "Schema") -> "pl.Expr":
        import polars as pl

        key = pl.col(name)
        return key.cast(pl.String) if role_of(columns[name]) == "text" else key

    def _means(self, table: "pl.LazyFrame", name: str, columns: "Schema") -> JsonValue:
        import polars as pl

        pairs = table.select(self._key(name, columns).alias("key"), self._goal(columns).alias("goal"))
        pairs = pairs.filter(pl.col("goal").is_not_null())
        overall = pairs.select(pl.col("goal").mean()).collect().item()
        if overall is None:
            raise InvalidError(f"“{self.target}” has no values to learn from.", code="nothing_to_learn")
        sums = pairs.drop_nulls().group_by("key").agg(pl.len(), pl.col("goal").sum().alias("sum")).collect()
        kept = sums.sort(["len", "key"], descending=[True, False]).head(self.at_most)
        means = kept.select("key", mean=(pl.col("sum") + self.smoothing * overall) / (pl.col("len") + self.smoothing))
        return {
            "keys": [plain(key) for key in means["key"]],
            "values": [float(mean) for mean in means["mean"]],
            "otherwise": float(overall),
        }
