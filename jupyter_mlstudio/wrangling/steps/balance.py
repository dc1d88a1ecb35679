"""Steps for classes of different size: as many rows of each, or a weight that makes up for it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, cast

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Case, Mapped, Windowed, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import check, new_columns
from jupyter_mlstudio.wrangling.steps.groups import check_group
from jupyter_mlstudio.wrangling.steps.learning import category, counted, free, known
from jupyter_mlstudio.wrangling.steps.sampling import Seed, drawn, placed
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop, Present, Repeat, Where
from jupyter_mlstudio.wrangling.writing import plain

if TYPE_CHECKING:
    import polars as pl

_MOST = 1000
ClassColumn = Annotated[
    str,
    Field(
        title="Class", min_length=1, json_schema_extra={"format": "column", "roles": ["text", "number", "boolean"]}
    ),
]  # fmt: skip


class BalanceClasses(Step):
    """Make all classes equally large: by leaving rows of the larger ones out, or by repeating rows of the smaller ones.

    Rows without a class are left out. Use it after the split, on training rows alone.
    """

    title: ClassVar[str] = "Balance classes"
    group: ClassVar[Group] = "Balance and split"
    kind: ClassVar[Kind] = "rows"

    op: Literal["balance"] = "balance"
    column: ClassColumn
    how: Literal["leave rows out", "repeat rows"] = Field(
        default="leave rows out", title="How", description="Down to the smallest class, or up to the largest."
    )
    seed: Seed = 0

    def sentence(self) -> str:
        """Say how."""
        how = "leaving rows out" if self.how == "leave rows out" else "repeating rows"
        return f"Balance the classes of {self.column} by {how}"

    def change(self, table: Incoming) -> Change:
        """Place the rows of each class by chance, and keep or repeat them up to the common size."""
        check([self.column], table.columns)
        names = [free(f"_{name}", table.columns) for name in ("row", "chance", "place", "size", "goal", "copies")]
        row, chance, place, size, goal, copies = names
        of_class = (self.column,)
        smaller = self.how == "leave rows out"
        begin = (
            Present(of_class),
            *drawn(row, chance, self.seed),
            Assign(((place, placed(of_class, chance)), (size, Windowed("rows", by=of_class)))),
            Assign(((goal, Windowed("min" if smaller else "max", (col(size),))),)),
        )
        if smaller:
            return (*begin, Where(call("lt", col(place), col(goal))), Drop((row, chance, place, size, goal)))
        more = Case(((call("lt", col(place), call("modulo", col(goal), col(size))), lit(1)),), lit(0))
        repeated = call("floor_divide", col(goal), col(size)) + more
        return (
            *begin,
            Assign(((copies, repeated),)),
            Repeat(copies),
            Drop(tuple(names)),
        )

    def reads(self) -> set[str]:
        """Return the class."""
        return {self.column}


class ClassWeights(Step):
    """Add a weight for each row: the rarer its class in the training rows, the larger. On average it is 1."""

    title: ClassVar[str] = "Weigh classes"
    group: ClassVar[Group] = "Balance and split"
    kind: ClassVar[Kind] = "fit"

    op: Literal["class_weights"] = "class_weights"
    column: ClassColumn
    name: Annotated[str, Field(min_length=1, title="Name")] = "weight"

    def sentence(self) -> str:
        """Say of which classes."""
        return f"Weigh rows by how rare their {self.column} is"

    def change(self, table: Incoming) -> Change:
        """Assign the weight of each class; others have none."""
        check_group(self.column, table.columns)
        new_columns([self.name], table.columns)
        found = cast(dict[str, Any], self.learned()[self.column])
        keys = known(found["keys"], self.column, table.columns)
        weight = Mapped(category(self.column, table.columns), keys, tuple(found["values"]), lit(0.0))
        return (Assign(((self.name, weight),)),)

    def reads(self) -> set[str]:
        """Return the class."""
        return {self.column}

    def learns(self) -> bool:
        """Learn the weights."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn how rare each class is."""
        check_group(self.column, columns)
        found = counted(table, self.column, _MOST + 1)
        if found.height > _MOST:
            raise InvalidError(f"“{self.column}” has more than {_MOST:,} classes.")
        total = int(found["len"].sum())
        weights = [total / (found.height * count) for count in found["len"]]
        return {self.column: {"keys": [plain(key) for key in found["value"]], "values": cast(JsonValue, weights)}}
