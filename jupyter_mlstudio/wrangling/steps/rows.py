"""Steps that drop or order rows. They prepare training rows and never run at inference."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from jupyter_mlstudio.wrangling.conditions import Condition, SortKey, expression
from jupyter_mlstudio.wrangling.expressions.nodes import Windowed, both, col
from jupyter_mlstudio.wrangling.formula import names_in, parse
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import SomeColumns, check, named
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Distinct, Present, Sort, Where


class FilterRows(Step):
    """Keep the rows that fulfil conditions, or remove them."""

    title: ClassVar[str] = "Filter rows"
    group: ClassVar[Group] = "Rows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["filter"] = "filter"
    conditions: tuple[Condition, ...] = Field(
        default=(), title="Conditions", json_schema_extra={"format": "conditions"}
    )
    match: Literal["all", "any"] = Field(
        default="all", title="Fulfilling", description="All conditions, or at least one."
    )
    formula: str = Field(
        default="",
        max_length=2000,
        title="Formula",
        description='A condition in words of the formula language, as in: dep_delay > 30 and carrier == "UA".',
        json_schema_extra={"format": "formula"},
    )
    keep: Literal["matching", "others"] = Field(default="matching", title="Keep", description="Which rows stay.")

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.conditions and not self.formula.strip():
            raise ValueError("add a condition or a formula")
        return self

    def sentence(self) -> str:
        """Say which rows stay."""
        parts = [_said(condition) for condition in self.conditions] + ([self.formula] if self.formula else [])
        verb = "Keep rows where" if self.keep == "matching" else "Remove rows where"
        return f"{verb} {(' and ' if self.match == 'all' else ' or ').join(parts)}"

    def change(self, table: Incoming) -> Change:
        """Keep the rows where all conditions hold, or one, or the others."""
        parts = [expression(condition, table.columns) for condition in self.conditions]
        if self.formula.strip():
            parts.append(parse(self.formula, table.columns))
        return (Where(both(parts, "and" if self.match == "all" else "or"), negated=self.keep == "others"),)

    def reads(self) -> set[str]:
        """Return the columns of the conditions and the formula."""
        return {condition.column for condition in self.conditions} | names_in(self.formula)


class DropDuplicates(Step):
    """Keep one of several rows that are equal in some columns, or in all."""

    title: ClassVar[str] = "Drop duplicates"
    group: ClassVar[Group] = "Rows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["drop_duplicates"] = "drop_duplicates"
    columns: SomeColumns = Field(default=(), description="Equal in these columns; none means all.")
    keep: Literal["first", "last", "none"] = Field(default="first", title="Keep", description="Which of them stays.")

    def sentence(self) -> str:
        """Say what counts as equal."""
        return f"Drop rows with the same {named(self.columns)}" if self.columns else "Drop rows that are the same"

    def change(self, table: Incoming) -> Change:
        """Keep distinct rows."""
        check(self.columns, table.columns)
        return (Distinct(self.columns, self.keep),)

    def reads(self) -> set[str]:
        """Return the columns that count."""
        return set(self.columns)

    def explicit(self, columns: tuple[str, ...]) -> Step:
        """Name all columns where none are named."""
        return self if self.columns else self.model_copy(update={"columns": columns})


class SortRows(Step):
    """Order the rows; missing values come last."""

    title: ClassVar[str] = "Sort rows"
    group: ClassVar[Group] = "Rows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["sort"] = "sort"
    by: Annotated[tuple[SortKey, ...], Field(min_length=1, title="By")]

    def sentence(self) -> str:
        """Say by what."""
        return "Sort by " + ", ".join(f"{key.column}{' (largest first)' if key.descending else ''}" for key in self.by)

    def change(self, table: Incoming) -> Change:
        """Sort, equal rows as they stood."""
        check(self.reads(), table.columns)
        return (Sort(self.by),)

    def reads(self) -> set[str]:
        """Return the columns to sort by."""
        return {key.column for key in self.by}


class DropMissing(Step):
    """Remove rows that have no value in some columns, or in any."""

    title: ClassVar[str] = "Drop rows with missing values"
    group: ClassVar[Group] = "Missing values"
    kind: ClassVar[Kind] = "rows"

    op: Literal["drop_missing"] = "drop_missing"
    columns: SomeColumns = Field(default=(), description="Missing in one of these; none means in any column.")

    def sentence(self) -> str:
        """Say where values are missing."""
        return f"Drop rows without {named(self.columns)}" if self.columns else "Drop rows with any missing value"

    def change(self, table: Incoming) -> Change:
        """Keep the rows that have values."""
        check(self.columns, table.columns)
        return (Present(self.columns),)

    def reads(self) -> set[str]:
        """Return the columns that have to be there."""
        return set(self.columns)

    def explicit(self, columns: tuple[str, ...]) -> Step:
        """Name all columns where none are named."""
        return self if self.columns else self.model_copy(update={"columns": columns})


class FillForward(Step):
    """Fill missing values with the value of the row before. It looks at other rows, so it never runs at inference."""

    title: ClassVar[str] = "Fill from the row before"
    group: ClassVar[Group] = "Missing values"
    kind: ClassVar[Kind] = "rows"

    op: Literal["fill_forward"] = "fill_forward"
    columns: SomeColumns = Field(default=(), description="None means all columns.")
    at_most: int | None = Field(
        default=None, ge=1, title="At most", description="How many missing rows in a row are filled."
    )

    def sentence(self) -> str:
        """Say which columns."""
        return f"Fill {named(self.columns) or 'all columns'} from the row before"

    def change(self, table: Incoming) -> Change:
        """Assign the last value before."""
        check(self.columns, table.columns)
        limit = (self.at_most,) if self.at_most else ()
        names = self.columns or tuple(table.columns)
        return (Assign(tuple((name, Windowed("forward_fill", (col(name),), options=limit)) for name in names)),)

    def reads(self) -> set[str]:
        """Return the columns to fill."""
        return set(self.columns)

    def explicit(self, columns: tuple[str, ...]) -> Step:
        """Name all columns where none are named."""
        return self if self.columns else self.model_copy(update={"columns": columns})


def _said(condition: Condition) -> str:
    if condition.test in {"is missing", "is present"}:
        return f"{condition.column} {condition.test}"
    if condition.test in {"in", "between"}:
        return f"{condition.column} {condition.test} {', '.join(str(value) for value in condition.values)}"
    return f"{condition.column} {condition.test} {condition.value}"
