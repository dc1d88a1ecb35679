"""Steps that turn categories into numbers. What they know, they learned; what is new to them, they treat as stated."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, cast

from pydantic import Field, JsonValue, model_validator

from jupyter_mlstudio.wrangling.expressions.nodes import Case, Expr, Mapped, both, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import CategoryColumns, TextColumns, Value, check, named, new_columns
from jupyter_mlstudio.wrangling.steps.learning import categories, category, counted, known
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop
from jupyter_mlstudio.wrangling.writing import plain

if TYPE_CHECKING:
    import polars as pl

ROLES: "tuple[Literal['text', 'number', 'boolean'], ...]" = ("text", "number", "boolean")


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
    missing: bool = Field(default=False, title="Missing", description="Add a column for missing values.")
    other: bool = Field(default=False, title="Others", description="Add a column for rare and unseen categories.")
    drop_first: bool = Field(
        default=False, title="Without the first", description="Leave the most frequent category out, as the normal one."
    )
    keep: bool = Field(default=False, title="Keep", description="Keep the column with the categories too.")

    def sentence(self) -> str:
        """Say which columns."""
        return f"One column for each {named(self.columns)}"

    def change(self, table: Incoming) -> Change:
        """Assign one comparison a category."""
        check(self.columns, table.columns, ROLES)
        names = list(dict.fromkeys(self.columns))
        made = [pair for name in names for pair in self._indicators(name, table)]
        new_columns([name for name, _ in made], table.columns, replaced=[] if self.keep else names)
        taken = {name for name, _ in made}
        dropped = () if self.keep else tuple(name for name in names if name not in taken)
        return (*([Assign(tuple(made))] if made else []), *([Drop(dropped)] if dropped else []))

    def reads(self) -> set[str]:
        """Return the columns to encode."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn the categories."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the most frequent categories of each column."""
        check(self.columns, columns, ROLES)
        return {name: categories(table, name, self.at_most) for name in self.columns}

    def _indicators(self, name: str, table: Incoming) -> list[tuple[str, Expr]]:
        subject = category(name, table.columns)
        found = known(self.learned()[name], name, table.columns)
        made: list[tuple[str, Expr]] = [
            (f"{name}_{value}", call("indicator", call("same", subject, lit(value))))
            for value in found[1 if self.drop_first else 0 :]
        ]
        if self.other:
            rare = call("if_missing", ~call("is_in", subject, *found), lit(False))
            made.append((f"{name}_other", call("indicator", rare)))
        if self.missing:
            made.append((f"{name}_missing", call("indicator", call("is_missing", subject))))
        return made


class OrdinalEncode(Step):
    """Replace categories by whole numbers from 0. Missing, rare and unseen categories become -1."""

    title: ClassVar[str] = "Number the categories"
    group: ClassVar[Group] = "Categories"
    kind: ClassVar[Kind] = "fit"

    op: Literal["ordinal"] = "ordinal"
    columns: CategoryColumns
    order: Literal["alphabetical", "most frequent first", "as given"] = Field(default="alphabetical", title="Order")
    at_most: int = Field(default=1000, ge=1, le=100_000, title="At most", description="How many categories are known.")
    values: tuple[Value, ...] = Field(
        default=(),
        title="Values",
        description="The categories in their order.",
        json_schema_extra={"format": "values", "when": {"order": ["as given"]}},
    )

    @model_validator(mode="after")
    def _values_given(self) -> Self:
        if self.order == "as given" and not self.values:
            raise ValueError("values: give the categories in their order")
        return self

    def sentence(self) -> str:
        """Say which columns."""
        return f"Number the categories of {named(self.columns)}"

    def change(self, table: Incoming) -> Change:
        """Assign each category's place in the order."""
        check(self.columns, table.columns, ROLES)
        given = dict.fromkeys(self.columns, cast(JsonValue, list(dict.fromkeys(self.values))))
        found = given if self.order == "as given" else self.learned()
        made: list[tuple[str, Expr]] = []
        for name in dict.fromkeys(self.columns):
            keys = known(found[name], name, table.columns)
            made.append((name, Mapped(category(name, table.columns), keys, tuple(range(len(keys))), lit(-1))))
        return (Assign(tuple(made)),)

    def reads(self) -> set[str]:
        """Return the columns to encode."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn the categories, unless they are given."""
        return self.order != "as given"

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the categories of each column in their order."""
        check(self.columns, columns, ROLES)
        by_name = self.order == "alphabetical"
        return {name: categories(table, name, self.at_most, by_name=by_name) for name in self.columns}


class GroupRare(Step):
    """Put rare categories, and those that are new, under one name. Missing values stay missing."""

    title: ClassVar[str] = "Group rare categories"
    group: ClassVar[Group] = "Categories"
    kind: ClassVar[Kind] = "fit"

    op: Literal["group_rare"] = "group_rare"
    columns: TextColumns
    share: Annotated[float, Field(ge=0, lt=1, title="Below")] = Field(
        default=0.01, description="A category is rare in a smaller share of the rows that have a value."
    )
    at_most: int = Field(default=100, ge=1, le=1000, title="At most", description="How many categories stay.")
    other: Annotated[str, Field(title="Name")] = Field(default="other", description="What rare ones become.")

    def sentence(self) -> str:
        """Say what is rare."""
        return f"Put categories of {named(self.columns)} below {self.share:.2%} under “{self.other}”"

    def change(self, table: Incoming) -> Change:
        """Assign the category itself, or the common name."""
        check(self.columns, table.columns, ("text",))
        made: list[tuple[str, Expr]] = []
        for name in dict.fromkeys(self.columns):
            subject = category(name, table.columns)
            stays: list[Expr] = [call("is_missing", subject)]
            kept = known(self.learned()[name], name, table.columns)
            stays += [call("is_in", subject, *kept)] if kept else []
            made.append((name, Case(((both(stays, "or"), subject),), lit(self.other))))
        return (Assign(tuple(made)),)

    def reads(self) -> set[str]:
        """Return the columns."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn the categories that stay."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn the frequent categories of each column."""
        check(self.columns, columns, ("text",))
        return {name: self._frequent(table, name) for name in self.columns}

    def _frequent(self, table: "pl.LazyFrame", name: str) -> JsonValue:
        import polars as pl

        present = int(table.select(pl.col(name).count()).collect().item())
        found = counted(table, name, self.at_most).filter(pl.col("len") >= self.share * present)
        return [plain(value) for value in found["value"]]


class FrequencyEncode(Step):
    """Replace categories by how frequent they are in the training rows. New and very rare ones become 0."""

    title: ClassVar[str] = "Replace by frequency"
    group: ClassVar[Group] = "Categories"
    kind: ClassVar[Kind] = "fit"

    op: Literal["frequency"] = "frequency"
    columns: CategoryColumns
    to: Literal["share", "count"] = Field(default="share", title="To", description="Of all rows, or how many rows.")
    at_most: int = Field(default=1000, ge=1, le=10_000, title="At most", description="How many categories are known.")
    keep: bool = Field(default=False, title="Keep", description="Keep the column; the numbers get one of their own.")

    def sentence(self) -> str:
        """Say which columns."""
        return f"Replace {named(self.columns)} by their {'frequency' if self.to == 'share' else 'count'}"

    def change(self, table: Incoming) -> Change:
        """Assign the frequency of each category; missing values are one of their own."""
        check(self.columns, table.columns, ROLES)
        names = {name: f"{name}_{self.to}" if self.keep else name for name in dict.fromkeys(self.columns)}
        new_columns(names.values(), table.columns, replaced=[] if self.keep else self.columns)
        return (Assign(tuple((made, self._frequency(name, table)) for name, made in names.items())),)

    def reads(self) -> set[str]:
        """Return the columns to encode."""
        return set(self.columns)

    def learns(self) -> bool:
        """Learn the frequencies."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Learn how often each category stands, and how often none."""
        check(self.columns, columns, ROLES)
        return {name: self._learned(table, name) for name in self.columns}

    def _learned(self, table: "pl.LazyFrame", name: str) -> JsonValue:
        import polars as pl

        rows, missing = table.select(pl.len(), pl.col(name).null_count().alias("missing")).collect().row(0)
        found = counted(table, name, self.at_most)
        each = [count / rows if self.to == "share" else count for count in [*found["len"], missing]]
        return {"keys": [plain(key) for key in found["value"]], "values": each[:-1], "missing": each[-1]}

    def _frequency(self, name: str, table: Incoming) -> Expr:
        found = cast(dict[str, Any], self.learned()[name])
        zero, subject = lit(0 if self.to == "count" else 0.0), category(name, table.columns)
        mapped = Mapped(subject, known(found["keys"], name, table.columns), tuple(found["values"]), zero)
        return Case(((call("is_missing", col(name)), lit(found["missing"])),), mapped)
