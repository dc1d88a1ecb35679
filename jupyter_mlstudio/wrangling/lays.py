"""How the rows of a table lie on those of an earlier one: steps that keep or pick rows need not run on all of them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError, StudioError
from jupyter_mlstudio.wrangling.execute import Stage, compiled, evaluate
from jupyter_mlstudio.wrangling.orders import POSITION
from jupyter_mlstudio.wrangling.step import Incoming, Step
from jupyter_mlstudio.wrangling.verbs import Distinct, Present, Slice, Sort, Where

if TYPE_CHECKING:
    import polars as pl


class Lay(NamedTuple):
    """The stages from one whose rows are kept, the ground, to the one that is looked at."""

    stages: tuple[Stage, ...]

    @property
    def ground(self) -> Stage:
        """The stage whose rows are gathered."""
        return self.stages[0]

    @property
    def end(self) -> Stage:
        """The stage that is looked at."""
        return self.stages[-1]

    @property
    def before(self) -> "Lay":
        """The lay of the stage before the last."""
        return Lay(self.stages[:-1])

    @property
    def picked(self) -> "Lay | None":
        """The lay of the last stage that picked rows, if one did."""
        for place in range(len(self.stages) - 1, 0, -1):
            if not in_place(self.stages[place].step):
                return Lay(self.stages[: place + 1])
        return None

    def untouched(self, columns: Sequence[str]) -> Sequence[str] | None:
        """Return the columns that suffice if no step changes rows; none means that all may be needed."""
        return None if any(in_place(stage.step) for stage in self.stages[1:]) or not columns else columns

    def applied(self, rows: "pl.DataFrame") -> "pl.DataFrame":
        """Take gathered rows of the ground through the steps that change them."""
        changing = [stage.code for stage in self.stages[1:] if in_place(stage.step)]
        if not changing:
            return rows
        if any(code.tables for code in changing):
            made: pl.DataFrame = compiled(changing)(rows.lazy()).collect()
            return made
        eager: pl.DataFrame = compiled(changing)(rows)
        return eager

    def on(self, ground: "pl.LazyFrame") -> "pl.LazyFrame":
        """Take the whole ground through all steps."""
        codes = [stage.code for stage in self.stages[1:]]
        made: pl.LazyFrame = compiled(codes)(ground) if codes else ground
        return made


def lay_of(made: Sequence[Stage]) -> Lay:
    """Return the lay over the last stages whose rows lie on those of an earlier one."""
    start = len(made) - 1
    while start > 0 and (in_place(made[start].step) or picks(made[start].step, made[start - 1])):
        start -= 1
    return Lay(tuple(made[start:]))


def in_place(step: Step | None) -> bool:
    """Tell whether a step leaves all rows where they are, and needs nothing but each row."""
    if step is None:
        return False
    return step.kind in {"row", "fit"} or (step.op == "edit_cells" and bool(getattr(step, "key", "")))


def picks(step: Step | None, before: Stage) -> bool:
    """Tell whether a step only leaves out or orders rows, whatever columns stand beside."""
    if step is None or step.kind != "rows":
        return False
    if step.op == "sample":
        return True
    try:
        verbs = step.change(_incoming(before.columns))
    except (NotImplementedError, StudioError):
        return False
    return bool(verbs) and all(isinstance(verb, (Where, Present, Distinct, Sort, Slice)) for verb in verbs)


def picked_rows(step: Step, before: Stage, table: "pl.LazyFrame") -> "pl.Series":
    """Return where the rows that a step leaves stood before it."""
    import polars as pl

    numbered = table.with_row_index(POSITION)
    columns = {POSITION: pl.UInt32(), **before.columns}
    code = step.explicit(tuple(before.columns)).polars(_incoming(columns))
    places: pl.DataFrame = evaluate(numbered, code).select(POSITION).collect(engine="streaming")
    return places.to_series()


def _incoming(columns: "Mapping[str, pl.DataType]") -> Incoming:
    return Incoming(columns, str, _no_file)


def _no_file(path: str) -> str:
    raise InvalidError(f"“{path}” is not needed here.")
