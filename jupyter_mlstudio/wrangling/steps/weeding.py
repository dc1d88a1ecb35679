"""Steps that find columns which are of no use, and drop them. Which ones is learned from the training rows."""

from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, cast

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import SomeColumns, check, named
from jupyter_mlstudio.wrangling.verbs import Change, Drop
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import polars as pl

    Schema = Mapping[str, pl.DataType]

_DROPPED = "dropped"
_MOST = 300
_NUMBERS = Annotated[
    tuple[str, ...],
    Field(
        title="Columns", description="None means all numbers.",
        json_schema_extra={"format": "columns", "roles": ["number"]},
    ),
]  # fmt: skip


class _Weeding(Step):
    """What these steps share: columns to look at, and those that were found."""

    group: ClassVar[Group] = "Columns"
    kind: ClassVar[Kind] = "fit"

    columns: SomeColumns = Field(default=(), description="Which to look at; none means all columns.")

    def change(self, table: Incoming) -> Change:
        """Drop what was found."""
        dropped = [name for name in cast(list[str], self.learned()[_DROPPED]) if name in table.columns]
        return (Drop(tuple(dropped)),) if dropped else ()

    def learns(self) -> bool:
        """Learn which columns go."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Schema") -> dict[str, JsonValue]:
        """Learn which columns go; at least one of the table has to stay."""
        check(self.columns, columns)
        found = self._found(table, columns)
        if found and set(found) >= set(columns):
            raise InvalidError("All columns would be dropped. Ask for less, or name the columns to look at.")
        return {_DROPPED: cast(JsonValue, found)}

    def explicit(self, columns: tuple[str, ...]) -> Step:
        """Name all columns where none are named."""
        return self if self.columns else self.model_copy(update={"columns": columns})

    def _found(self, table: "pl.LazyFrame", columns: "Schema") -> list[str]:
        raise NotImplementedError

    def _looked_at(self, columns: "Schema") -> list[str]:
        return list(dict.fromkeys(self.columns or columns))


class DropSparse(_Weeding):
    """Drop columns in which too many values are missing."""

    title: ClassVar[str] = "Drop columns with many gaps"

    op: Literal["drop_sparse"] = "drop_sparse"
    above: float = Field(default=0.5, ge=0, lt=1, title="Above", description="The share that may be missing.")

    def sentence(self) -> str:
        """Say from which share on."""
        which = f"columns of {named(self.columns)}" if self.columns else "columns"
        return f"Drop {which} with more than {self.above:.0%} missing"

    def _found(self, table: "pl.LazyFrame", columns: "Schema") -> list[str]:
        import polars as pl

        names = self._looked_at(columns)
        missing = table.select(
            pl.len().alias("_rows"), *(pl.col(name).null_count() for name in names if name != "_rows")
        )
        row = missing.collect().row(0, named=True)
        rows = row["_rows"]
        return [name for name in names if rows and row.get(name, 0) / rows > self.above]


class DropConstant(_Weeding):
    """Drop columns that say nothing: those with one value in all rows, or in nearly all."""

    title: ClassVar[str] = "Drop constant columns"

    op: Literal["drop_constant"] = "drop_constant"
    share: float = Field(
        default=1.0, gt=0.5, le=1, title="Share", description="In how many rows the most frequent value stands."
    )

    def sentence(self) -> str:
        """Say what is constant."""
        where = "all rows" if self.share == 1 else f"{self.share:.1%} of the rows or more"
        return f"Drop columns with one value in {where}"

    def _found(self, table: "pl.LazyFrame", columns: "Schema") -> list[str]:
        import polars as pl

        names = [name for name in self._looked_at(columns) if role_of(columns[name]) not in {"nested", "other"}]
        if not names:
            return []
        distinct = table.select(pl.col(name).n_unique() for name in names).collect().row(0)
        if self.share == 1:
            return [name for name, count in zip(names, distinct, strict=True) if count <= 1]
        shares = (pl.col(name).value_counts().struct.field("count").max() / pl.len() for name in names)
        found = table.select(share.alias(name) for name, share in zip(names, shares, strict=True)).collect().row(0)
        return [name for name, share in zip(names, found, strict=True) if share is not None and share >= self.share]


class DropCorrelated(_Weeding):
    """Drop numbers that repeat what a column before them says already."""

    title: ClassVar[str] = "Drop correlated columns"

    op: Literal["drop_correlated"] = "drop_correlated"
    columns: _NUMBERS = ()
    above: float = Field(
        default=0.95, gt=0, lt=1, title="Above", description="The correlation, of either sign, from which one goes."
    )
    method: Literal["pearson", "spearman"] = Field(
        default="pearson", title="Method", description="Spearman's compares ranks, and so also sees bent relations."
    )

    def sentence(self) -> str:
        """Say from which correlation on."""
        return f"Drop {named(self.columns) or 'numbers'} that correlate above {self.above:g} with one before"

    def _found(self, table: "pl.LazyFrame", columns: "Schema") -> list[str]:
        names = [name for name in self._looked_at(columns) if role_of(columns[name]) == "number"]
        check(self.columns, columns, ("number",))
        if len(names) > _MOST:
            raise InvalidError(f"That are {len(names)} columns to compare with one another; choose at most {_MOST}.")
        numbers = _finite(table, names)
        kept: list[str] = []
        for name in names:
            if not self._repeats(numbers, name, kept):
                kept.append(name)
        return [name for name in names if name not in kept]

    def _repeats(self, numbers: "pl.DataFrame", name: str, kept: list[str]) -> bool:
        import polars as pl

        if not kept:
            return False
        pairs = (pl.corr(name, other, method=self.method).alias(other) for other in kept)
        found = numbers.select(pairs).row(0)
        return any(each is not None and not isnan(each) and abs(each) > self.above for each in found)


def _finite(table: "pl.LazyFrame", names: list[str]) -> "pl.DataFrame":
    import polars as pl

    numbers = [pl.col(name).cast(pl.Float64) for name in names]
    return table.select(pl.when(each.is_finite()).then(each) for each in numbers).collect()
