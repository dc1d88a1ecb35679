"""What every Step is: one change to a table, with its options, its learned State and its Polars text."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from pydantic import Field, JsonValue, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.core.validation import explain

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.verbs import Change

Kind = Literal["row", "fit", "rows", "shape"]
"""`row` needs the row alone, `fit` also what it learned, `rows` drops or orders rows, `shape` makes another table."""

Group = Literal[
    "Rows", "Columns", "Missing values", "Text", "Dates", "Numbers", "Outliers", "Categories", "Features",
    "Balance and split", "Windows", "Combine", "Custom code",
]  # fmt: skip


class State(Struct):
    """What a step has learned from rows, so that every later use works with the same numbers."""

    of: str = Field(
        description="Digest of the step's options and of the steps before it; other options need a new State."
    )
    rows: int = Field(description="How many rows it was learned from.")
    values: dict[str, JsonValue] = Field(description="The learned values, by column.")


class Code(NamedTuple):
    """A step as Polars text: calls that continue a chain, and what they use."""

    calls: tuple[str, ...]
    variables: Mapping[str, str] = {}
    """Text of values that are too long to stand in the calls, by name."""
    tables: Mapping[str, str] = {}
    """Text of other tables, by name."""
    functions: Mapping[str, str] = {}
    """Definitions of functions that the calls use, by name."""


class Incoming(NamedTuple):
    """What a step knows of the table that it is applied to."""

    columns: "Mapping[str, pl.DataType]"
    variable: Callable[[str], str]
    """Makes a free variable name from a wish."""
    files: Callable[[str], str]
    """Writes the Polars text that reads a file of the project."""


class Step(Struct):
    """One change to a table. A new kind of step is one subclass: options as fields, a title, and `polars`."""

    op: str = Field(description="Which step it is.")
    on: bool = Field(default=True, title="On", description="Whether the step takes part.")
    label: str = Field(
        default="", max_length=200, title="Name", description="What the list of steps shows in place of the sentence."
    )
    note: str = Field(default="", title="Note", description="A remark for those who read the recipe.")
    state: State | None = Field(default=None, description="What it has learned; nothing for steps that do not learn.")

    title: ClassVar[str]
    group: ClassVar[Group]
    kind: ClassVar[Kind]
    foreign: ClassVar[bool] = False
    """Whether it runs its user's own code, which can raise anything."""
    known: ClassVar[dict[str, type["Step"]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Make the step known by its `op`, so that recipes can hold it."""
        super().__pydantic_init_subclass__(**kwargs)
        op = cls.model_fields["op"].default
        if isinstance(op, str):
            Step.known[op] = cls

    @abstractmethod
    def sentence(self) -> str:
        """Say in a few words what the step does, for the list of steps."""

    def change(self, table: Incoming) -> "Change":
        """Say what the step does to a table; every face is written from it.

        Raises:
            InvalidError: The step does not fit the table, or has not learned what it needs.
        """
        raise NotImplementedError

    def polars(self, table: Incoming) -> Code:
        """Write the step as Polars text: what is shown is what runs.

        Raises:
            InvalidError: The step does not fit the table, or has not learned what it needs.
        """
        from jupyter_mlstudio.wrangling.faces.polars import write

        return write(self.change(table), table)

    def learns(self) -> bool:
        """Tell whether the options ask for values from the data."""
        return False

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Return the values for `state`, learned from all rows of a table.

        Raises:
            InvalidError: The table has nothing to learn from.
        """
        return {}

    def may_fail(self) -> bool:
        """Tell whether values can make the step fail, so that it is tried on all of them at once."""
        return False

    def reads(self) -> set[str]:
        """Return the columns without which the step cannot work."""
        return set()

    def explicit(self, columns: tuple[str, ...]) -> "Step":  # most steps mean the same beside more columns
        """Return the same step, independent of columns that stand beside these."""
        return self

    def targets(self) -> set[str]:
        """Return columns that it learns from but does not read: at inference they are not there."""
        return set()

    def splits(self) -> str:
        """Return the column it adds in which “train” marks the rows for training; empty for most steps."""
        return ""

    def out_of_fold(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> "pl.LazyFrame | None":
        """Return the rows that it learned from as a model may see them in training; None if that is nothing special."""
        return None

    def learned(self) -> dict[str, JsonValue]:
        """Return the learned values.

        Raises:
            InvalidError: Nothing has been learned yet.
        """
        if self.state is None:
            raise InvalidError(
                f"“{self.title}” has not learned from data yet. Fit the recipe first.", code="not_fitted"
            )
        return self.state.values


def step_kinds() -> Mapping[str, type[Step]]:
    """Return every step by its `op`. They are imported when first asked for: a server that lists files needs none."""
    import_module("jupyter_mlstudio.wrangling.steps")
    return Step.known


def step_from(value: object, _: ValidationInfo) -> Step:
    """Read any known step from plain data."""
    if isinstance(value, Step):
        return value
    op = value.get("op") if isinstance(value, Mapping) else None
    found = step_kinds().get(op) if isinstance(op, str) else None
    if found is None:
        known = ", ".join(sorted(step_kinds()))
        raise PydanticCustomError(
            "step", "There is no step {op}. Known steps: {known}", {"op": repr(op), "known": known}
        )
    try:
        return found.model_validate(value)
    except ValidationError as error:
        text = f"“{found.title}”: {explain(error)}".removesuffix(".")
        raise PydanticCustomError("step", "{text}", {"text": text}) from None
