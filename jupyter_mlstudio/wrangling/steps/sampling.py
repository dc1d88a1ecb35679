"""Steps that choose rows by chance, always the same on every face: samples, and the split into training and test."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from jupyter_mlstudio.wrangling.expressions.nodes import Case, Expr, Windowed, call, col, lit
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import SomeColumns, check, named, new_columns
from jupyter_mlstudio.wrangling.steps.learning import free
from jupyter_mlstudio.wrangling.verbs import Assign, Change, Drop, Verb, Where

Seed = Annotated[int, Field(title="Seed", description="Another number chooses other rows.")]


def drawn(row: str, chance: str, seed: int) -> list[Verb]:
    """Return verbs that give each row a number from 0 up to 1, in a column of its own."""
    return [
        Assign(((row, Windowed("row_number")),)),
        Assign(((chance, call("draw", col(row), seed)),)),
    ]


def placed(by: tuple[str, ...], chance: str) -> Windowed:
    """Return the place of a row among those with the same values, in the order that chance has given them."""
    return Windowed("row_number", by=by, order=(chance,))


class SampleRows(Step):
    """Keep some rows, chosen by chance but always the same; of each class its share, if columns are named."""

    title: ClassVar[str] = "Sample rows"
    group: ClassVar[Group] = "Rows"
    kind: ClassVar[Kind] = "rows"

    op: Literal["sample"] = "sample"
    rows: Annotated[int, Field(ge=1, title="Rows")] | None = Field(default=None, description="How many rows stay.")
    share: Annotated[float, Field(gt=0, le=1, title="Share")] | None = Field(
        default=None, description="Or which share."
    )
    seed: Seed = 0
    by: tuple[str, ...] = Field(
        default=(),
        title="Of each",
        description="Of the rows with the same values here, the same share stays.",
        json_schema_extra={"format": "columns"},
    )

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.rows is None) == (self.share is None):
            raise ValueError("give either a number of rows or a share")
        return self

    def sentence(self) -> str:
        """Say how many."""
        of = f", the same share of each {named(self.by)}" if self.by else ""
        if self.rows:
            return f"Keep {self.rows} rows by chance{of}"
        return f"Keep {self.share:.3%} of the rows by chance{of}"

    def change(self, table: Incoming) -> Change:
        """Keep the rows that come first in an order by chance; their own order stays."""
        check(self.by, table.columns)
        row, chance, place, rows = (free(name, table.columns) for name in ("_row", "_chance", "_place", "_rows"))
        ordered = chance
        verbs = drawn(row, chance, self.seed)
        if self.by:  # how far a row is within its class, so that the first rows of all hold each class's share
            within = (placed(self.by, chance) + col(chance)) / Windowed("rows", by=self.by)
            ordered = free("_within", table.columns)
            verbs.append(Assign(((ordered, within),)))
        counted = ((rows, Windowed("rows")),) if self.share else ()
        size = col(rows) * self.share if self.share else lit(self.rows)
        made = [row, *dict.fromkeys([chance, ordered]), place, *(name for name, _ in counted)]
        return (
            *verbs,
            Assign(((place, placed((), ordered)), *counted)),
            Where(call("lt", col(place), size)),
            Drop(tuple(made)),
        )

    def reads(self) -> set[str]:
        """Return the columns whose classes keep their shares."""
        return set(self.by)


class SplitRows(Step):
    """Add a column that says which rows are for training, which for validation, and which for the test.

    Steps after it learn from the training rows alone. It looks at all rows, so it never runs at inference.
    """

    title: ClassVar[str] = "Split for training and test"
    group: ClassVar[Group] = "Balance and split"
    kind: ClassVar[Kind] = "rows"

    op: Literal["train_test_split"] = "train_test_split"
    test: Annotated[float, Field(gt=0, lt=1, title="Test share")] = 0.2
    validation: Annotated[float, Field(ge=0, lt=1, title="Validation share")] = 0.0
    how: Literal["by chance", "in time"] = Field(
        default="by chance", title="How", description="In time: the last rows are for the test."
    )
    time: str = Field(
        default="",
        title="Time",
        description="What orders the rows; as they stand if left out.",
        json_schema_extra={"format": "column", "when": {"how": ["in time"]}},
    )
    stratify: SomeColumns = Field(
        default=(),
        title="Same shares of",
        description="Each class of these columns is split in the same way.",
        json_schema_extra={"format": "columns", "when": {"how": ["by chance"]}},
    )
    together: SomeColumns = Field(
        default=(),
        title="Keep together",
        description="Rows with the same values here, such as those of one customer, are never torn apart.",
        json_schema_extra={"format": "columns", "when": {"how": ["by chance"]}},
    )
    seed: Seed = 0
    name: Annotated[str, Field(min_length=1, title="Name")] = "split"

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        if self.test + self.validation >= 1:
            raise ValueError("test, validation: nothing is left for training")
        if self.stratify and self.together:
            raise ValueError("stratify, together: choose one of them")
        if self.how == "in time" and (self.stratify or self.together):
            raise ValueError("how: rows that are split in time have no other order")
        return self

    def sentence(self) -> str:
        """Say the shares."""
        shares = f"{self.test:.0%} test" + (f", {self.validation:.0%} validation" if self.validation else "")
        how = f" in time{f' of {self.time}' if self.time else ''}" if self.how == "in time" else ""
        return f"Split{how} into training and {shares}"

    def change(self, table: Incoming) -> Change:
        """Assign each row a position from 0 up to 1, and the part that it falls into."""
        check(self.reads(), table.columns)
        new_columns([self.name], table.columns)
        names = [free(name, table.columns) for name in ("_row", "_chance", "_position")]
        verbs = self._in_time(table, *names) if self.how == "in time" else self._by_chance(*names)
        position = col(names[2])
        parts: list[tuple[Expr, Expr]] = [(call("lt", position, self.test), lit("test"))]
        if self.validation:
            parts.append((call("lt", position, round(self.test + self.validation, 12)), lit("validation")))
        return (*verbs, Assign(((self.name, Case(tuple(parts), lit("train"))),)), Drop(tuple(names)))

    def reads(self) -> set[str]:
        """Return the columns that the split depends on."""
        return {*self.stratify, *self.together, *([self.time] if self.time else [])}

    def splits(self) -> str:
        """Return the column with the parts."""
        return self.name

    def _by_chance(self, row: str, chance: str, position: str) -> list[Verb]:
        if self.together:
            first = Assign(((row, Windowed("min", (col(row),), by=self.together)),))
            place: Expr = col(chance)
            number, draw = drawn(row, chance, self.seed)
            return [number, first, draw, Assign(((position, place),))]
        place = (placed(self.stratify, chance) + 0.5) / Windowed("rows", by=self.stratify)  # shares are rounded
        return [*drawn(row, chance, self.seed), Assign(((position, place),))]

    def _in_time(self, table: Incoming, row: str, chance: str, position: str) -> list[Verb]:
        """Count from the last row: the test's part is the first one. Rows without a time come first."""
        backwards = call("subtract", Windowed("rows"), Windowed("row_number", order=(self.time,) if self.time else ()))
        return [
            Assign(((row, Windowed("row_number")), (chance, backwards))),
            Assign(((position, (col(chance) - 0.5) / Windowed("rows")),)),
        ]
