"""Steps that turn categories into numbers. What they know, they learned; what is new to them, they treat as stated."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal, cast

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.step import Code, Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import CategoryColumns, check, named, new_columns
from jupyter_mlstudio.wrangling.writing import call, column, listing, literal, mapping, plain, quote, role_of, typed

if TYPE_CHECKING:
    import polars as pl

_SHORT = 6
"""With more categories than this, they are lifted into a variable."""


class OneHotEncode(Step):
    """Make one column of 0 and 1 a category. Missing, rare and unseen categories have 0 in all of them."""

    title: ClassVar[str] = "One column a category"
    group: ClassVar[Group] = "Categories"
    kind: ClassVar[Kind] = "fit"

    op: Literal["one_hot"] = "one_hot"
    columns: CategoryColumns
    at_most: int = Field(
        default=20, ge=1, le=1000, title="At most", description="How many categories; the most frequent ones."
    )

    def sentence(self) -> str:
        """Say which columns."""
        return f"One column for each {named(self.columns)}"

    def polars(self, table: Incoming) -> Code:
        """Write one comparison a category."""
        check(self.columns, table.columns, ("text", "number", "boolean"))
        calls: list[str] = []
        variables: dict[str, str] = {}
        for name in dict.fromkeys(self.columns):
            dtype = table.columns[name]
            known = [typed(value, dtype, f"Category of “{name}”") for value in cast(list[object], self.learned()[name])]
            new_columns([f"{name}_{value}" for value in known], table.columns, replaced=[name])
            calls.append(_indicators(name, known, dtype, variables, table))
        calls.append(call("drop", [quote(name) for name in dict.fromkeys(self.columns)]))
        return Code(tuple(calls), variables)

    def reads(self) -> set[str]:
        """Return the columns to encode."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn the categories."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the most frequent categories of each column."""
        check(self.columns, columns, ("text", "number", "boolean"))
        return {name: _categories(table, name, self.at_most, by_name=False) for name in self.columns}


class OrdinalEncode(Step):
    """Replace categories by whole numbers from 0. Missing, rare and unseen categories become -1."""

    title: ClassVar[str] = "Number the categories"
    group: ClassVar[Group] = "Categories"
    kind: ClassVar[Kind] = "fit"

    op: Literal["ordinal"] = "ordinal"
    columns: CategoryColumns
    order: Literal["alphabetical", "most frequent first"] = Field(default="alphabetical", title="Order")
    at_most: int = Field(default=1000, ge=1, le=100_000, title="At most", description="How many categories are known.")

    def sentence(self) -> str:
        """Say which columns."""
        return f"Number the categories of {named(self.columns)}"

    def polars(self, table: Incoming) -> Code:
        """Write `replace_strict` with a dictionary."""
        check(self.columns, table.columns, ("text", "number", "boolean"))
        parts: list[str] = []
        variables: dict[str, str] = {}
        for name in dict.fromkeys(self.columns):
            dtype = table.columns[name]
            known = [typed(value, dtype, f"Category of “{name}”") for value in cast(list[object], self.learned()[name])]
            codes = mapping({literal(value).text: str(number) for number, value in enumerate(known)})
            if len(known) > _SHORT:
                variable = table.variable(f"{name}_values")
                variables[variable] = listing(literal(value).text for value in known)
                codes = f"{variable}, list(range({len(known)}))"
            parts.append(f"{_plain_text(name, dtype)}.replace_strict({codes}, default=-1, return_dtype=pl.Int32)")
        return Code((call("with_columns", parts),), variables)

    def reads(self) -> set[str]:
        """Return the columns to encode."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn the categories."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the categories of each column in their order."""
        check(self.columns, columns, ("text", "number", "boolean"))
        by_name = self.order == "alphabetical"
        return {name: _categories(table, name, self.at_most, by_name=by_name) for name in self.columns}


def _indicators(
    name: str, known: list[object], dtype: "pl.DataType", variables: dict[str, str], table: Incoming
) -> str:
    subject = _plain_text(name, dtype)
    if len(known) <= _SHORT:
        parts = [
            f"{subject}.eq_missing({literal(value).text}).cast(pl.Int8).alias({quote(f'{name}_{value}')})"
            for value in known
        ]
        return call("with_columns", parts)
    variable = table.variable(f"{name}_values")
    variables[variable] = listing(literal(value).text for value in known)
    label = f"{quote(f'{name}_')} + {'value' if role_of(dtype) == 'text' else 'str(value)'}"
    return "\n".join(
        [
            ".with_columns(",
            f"    {subject}.eq_missing(value).cast(pl.Int8).alias({label})",
            f"    for value in {variable}",
            ")",
        ]
    )


def _plain_text(name: str, dtype: "pl.DataType") -> str:
    return f"{column(name)}.cast(pl.String)" if role_of(dtype) == "text" and str(dtype) != "String" else column(name)


def _categories(table: "pl.LazyFrame", name: str, at_most: int, *, by_name: bool) -> JsonValue:
    """Find the most frequent values; of equally frequent ones the first in the alphabet."""
    import polars as pl

    dtype = table.collect_schema()[name]
    values = pl.col(name).cast(pl.String) if role_of(dtype) == "text" else pl.col(name)
    counted = table.select(values.drop_nulls().alias("value")).group_by("value").len().collect()
    if dtype.is_float():
        counted = counted.filter(pl.col("value").is_finite())
    found = counted.sort(["len", "value"], descending=[True, False]).head(at_most)["value"]
    if found.is_empty():
        raise InvalidError(f"“{name}” has no values to learn categories from.", code="nothing_to_learn")
    return [plain(value) for value in (found.sort() if by_name else found).to_list()]
