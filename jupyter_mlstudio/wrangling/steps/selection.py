"""A step that keeps the columns that are worth it, as judged on the training rows."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, cast

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.report.types import Problem
from jupyter_mlstudio.wrangling.selection.types import SelectionSpec
from jupyter_mlstudio.wrangling.step import Group, Incoming, Kind, Step
from jupyter_mlstudio.wrangling.steps.fields import AnyColumn, SomeColumns
from jupyter_mlstudio.wrangling.verbs import Change, Drop

if TYPE_CHECKING:
    import polars as pl


class SelectFeatures(Step):
    """Keep only columns that tell something about the target, and of those that say the same only the best."""

    title: ClassVar[str] = "Select features"
    group: ClassVar[Group] = "Columns"
    kind: ClassVar[Kind] = "fit"

    op: Literal["select_features"] = "select_features"
    target: AnyColumn = Field(title="Target", description="What is to be predicted; the column stays.")
    problem: Problem | None = Field(
        default=None, title="Predicted as", description="One of two classes, of several, or a number; judged if empty."
    )
    keep: SomeColumns = Field(default=(), title="Always keep")
    correlated: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.9, title="Correlated from", description="Columns that go together this strongly count as one."
    )
    at_most: int | None = Field(default=None, ge=1, title="At most", description="How many columns to keep.")
    shuffles: int = Field(default=10, ge=0, le=100, title="Shuffled targets", description="To compare with; 0: none.")
    eliminate: bool = Field(default=False, title="Eliminate", description="Also in cross-validation, one by one.")
    rows: int = Field(
        default=100_000, ge=1000, le=1_000_000, title="Rows", description="How many to learn from at most."
    )
    seed: int = Field(default=0, title="Seed")

    def sentence(self) -> str:
        """Say for what, and how many stay once that is known."""
        known = f" ({len(self._names('kept'))} of them)" if self.state is not None else ""
        return f"Keep the columns that tell something about {self.target}{known}"

    def change(self, table: Incoming) -> Change:
        """Drop what was not chosen; columns that came later stay."""
        dropped = tuple(name for name in self._names("dropped") if name in table.columns)
        return (Drop(dropped),) if dropped else ()

    def learns(self) -> bool:
        """Learn which columns to keep."""
        return True

    def learn(self, table: "pl.LazyFrame", columns: "Mapping[str, pl.DataType]") -> dict[str, JsonValue]:
        """Choose on the training rows.

        Raises:
            InvalidError: The target is not there, or cannot be predicted.
        """
        from jupyter_mlstudio.wrangling.selection.choosing import choose

        if self.target not in columns:
            raise InvalidError(
                f"“{self.target}”, the target, is not in the table. It is needed to learn from.", code="no_column"
            )
        options = self.model_dump(include=set(SelectionSpec.model_fields))
        chosen = choose(table, SelectionSpec.model_validate(options))
        kept: list[JsonValue] = list(chosen.kept)
        dropped: list[JsonValue] = [item.column for item in chosen.items if item.decision != "kept"]
        return {"kept": kept, "dropped": dropped}

    def _names(self, which: Literal["kept", "dropped"]) -> list[str]:
        return cast(list[str], self.learned()[which])
