"""Steps that make another table, and the lookup that adds columns to this one."""

from pathlib import PurePosixPath
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling import verbs
from jupyter_mlstudio.wrangling.expressions.nodes import Case, Expr, call, col
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import AnyColumns, check, named
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Figure, Join, Keep

DataPath = Annotated[
    str,
    Field(
        min_length=1, title="File", description="CSV or Parquet file, from the project folder.",
        json_schema_extra={"format": "path"},
    ),
]  # fmt: skip
OtherKeys = Annotated[
    tuple[str, ...], Field(title="Keys there", description="Names of the keys in the file, if they differ.")
]

Function = Literal[
    "count", "sum", "mean", "median", "min", "max", "std", "var", "distinct", "missing", "first", "last", "mode",
    "q05", "q25", "q75", "q95", "values", "weighted mean",
]  # fmt: skip
_OF_NUMBERS = {"q05", "q25", "q75", "q95", "var", "weighted mean"}


class Aggregate(Struct):
    """One figure of each group."""

    column: Annotated[str, Field(title="Column", json_schema_extra={"format": "column"})]
    function: Function = Field(
        default="mean",
        title="Figure",
        description="q25 is the lower quartile; mode the most frequent value; values lists the different texts.",
    )
    name: str = Field(default="", title="Name", description="Made of both if left out.")
    weight: str = Field(
        default="",
        title="Weight",
        json_schema_extra={"format": "column", "roles": ["number"], "when": {"function": ["weighted mean"]}},
    )

    @model_validator(mode="after")
    def _weighted(self) -> Self:
        if (self.function == "weighted mean") != bool(self.weight):
            raise ValueError("weight: a weighted mean needs a column of weights, other figures need none")
        return self

    @property
    def result(self) -> str:
        """Return the name of the column that it makes."""
        return self.name or f"{self.column}_{self.function.replace(' ', '_')}"


def grouped(by: tuple[str, ...], figures: tuple[Aggregate, ...], count: str, table: Incoming) -> Change:
    """Group rows; a weighted mean is a quotient of two sums.

    Raises:
        InvalidError: A column is missing, or a figure does not fit it.
    """
    check({*by, *(each.column for each in figures)}, table.columns)
    for each in figures:
        if each.function in _OF_NUMBERS:
            check([each.column, *([each.weight] if each.weight else [])], table.columns, ("number",))
        if each.function == "values":
            check([each.column], table.columns, ("text",))
    taken = {*table.columns, *(each.result for each in figures), count}
    weighted = [each for each in figures if each.function == "weighted mean"]
    parts = {
        each.result: (_free(f"{each.result}_sum", taken), _free(f"{each.result}_weight", taken)) for each in weighted
    }
    before: list[tuple[str, Expr]] = []
    made = [Figure(count, "rows")] if count else []
    for each in figures:
        if each not in weighted:
            made.append(Figure(each.result, each.function, each.column))
            continue
        product, weight = parts[each.result]
        both = col(each.column) * col(each.weight)
        before.append((product, both))
        before.append((weight, Case(((call("is_present", both), col(each.weight)),))))
        made += [Figure(product, "sum", product), Figure(weight, "sum", weight)]
    group = verbs.Group(tuple(dict.fromkeys(by)), tuple(made))
    if not weighted:
        return (group,)
    quotients = tuple((name, col(product) / col(weight)) for name, (product, weight) in parts.items())
    order = (*group.by, *([count] if count else []), *(each.result for each in figures))
    return (Assign(tuple(before)), group, Assign(quotients), Keep(order))


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


class GroupRows(Step):
    """Make one row a group, with figures of each."""

    title: ClassVar[str] = "Group and aggregate"
    group: ClassVar[Group] = "Combine"
    kind: ClassVar[Kind] = "shape"

    op: Literal["group"] = "group"
    by: AnyColumns
    figures: tuple[Aggregate, ...] = Field(default=(), title="Figures")
    count: str = Field(
        default="rows", title="Count", description="Name of a column with the number of rows; none if empty."
    )

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.figures and not self.count:
            raise ValueError("figures: add at least one, or name the count")
        return self

    def sentence(self) -> str:
        """Say by what, and which figures."""
        figures = [f"{each.function} of {each.column}" for each in self.figures]
        return f"Group by {named(self.by)}: {named([*['count'] * bool(self.count), *figures])}"

    def change(self, table: Incoming) -> Change:
        """Group; groups come in the order of their first row."""
        return grouped(self.by, self.figures, self.count, table)

    def reads(self) -> set[str]:
        """Return keys and columns of the figures."""
        weights = {each.weight for each in self.figures if each.weight}
        return set(self.by) | {each.column for each in self.figures} | weights


class LookUp(Step):
    """Add columns from another file, in which each key stands only once. The rows stay as they are.

    In a transformer the file's rows travel with it; keys that are not there get missing values.
    """

    title: ClassVar[str] = "Look up in another file"
    group: ClassVar[Group] = "Combine"
    kind: ClassVar[Kind] = "row"

    op: Literal["look_up"] = "look_up"
    path: DataPath
    keys: AnyColumns = Field(description="Columns that say which row of the file belongs to a row.")
    keys_there: OtherKeys = ()
    columns: tuple[str, ...] = Field(default=(), title="Columns to add", description="None means all.")

    @model_validator(mode="after")
    def _as_many_keys(self) -> Self:
        if self.keys_there and len(self.keys_there) != len(self.keys):
            raise ValueError("keys_there: name as many keys as in “keys”, or none")
        return self

    def sentence(self) -> str:
        """Say what is looked up where."""
        return (
            f"Look up {named(self.columns) or 'all columns'} of {PurePosixPath(self.path).name} by {named(self.keys)}"
        )

    def may_fail(self) -> bool:
        """Fail on keys that stand in the file more than once."""
        return True

    def change(self, table: Incoming) -> Change:
        """Join, insisting on unique keys there."""
        check(self.keys, table.columns)
        return (Join(self.path, self.keys, self.keys_there or self.keys, columns=self.columns, unique=True),)

    def reads(self) -> set[str]:
        """Return the keys."""
        return set(self.keys)


class JoinFile(Step):
    """Join another file, where keys may occur several times or not at all: rows are added or dropped."""

    title: ClassVar[str] = "Join another file"
    group: ClassVar[Group] = "Combine"
    kind: ClassVar[Kind] = "shape"

    op: Literal["join"] = "join"
    path: DataPath
    how: Literal["inner", "left", "full", "anti", "semi"] = Field(
        default="left",
        title="Keep",
        description="inner: rows with a match; left: all rows here; full: all of both; semi, anti: filter by match.",
    )
    keys: AnyColumns
    keys_there: OtherKeys = ()

    @model_validator(mode="after")
    def _as_many_keys(self) -> Self:
        if self.keys_there and len(self.keys_there) != len(self.keys):
            raise ValueError("keys_there: name as many keys as in “keys”, or none")
        return self

    def sentence(self) -> str:
        """Say what is joined how."""
        return f"Join {PurePosixPath(self.path).name} by {named(self.keys)} ({self.how})"

    def change(self, table: Incoming) -> Change:
        """Join."""
        check(self.keys, table.columns)
        return (Join(self.path, self.keys, self.keys_there or self.keys, self.how),)

    def reads(self) -> set[str]:
        """Return the keys."""
        return set(self.keys)
