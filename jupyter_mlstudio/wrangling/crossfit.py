"""Learning from training rows that are then trained on: no row may see its own target in its features."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.execute import Stage, advance, explained
from jupyter_mlstudio.wrangling.step import Step

if TYPE_CHECKING:
    import polars as pl


def learn(stage: Stage, step: Step, y: object, files: Callable[[str], str]) -> Stage:
    """Let a step learn from a stage, and return the table as a model may see it in training.

    What is called a target by the step and is no column of the table, is `y`; no other step sees it.

    Raises:
        InvalidError: The step does not fit the table, or there is no target.
    """
    absent = sorted(step.targets() - set(stage.columns))
    with explained(step):
        before = _beside(stage, absent, y) if absent else stage
    after = advance(before, step, files, relearn=True)
    with explained(step):
        seen = after.step.out_of_fold(before.table, before.columns) if after.step else None
        table = (after.table if seen is None else seen).drop(absent).collect().lazy()
    columns = {name: dtype for name, dtype in after.columns.items() if name not in absent}
    return after._replace(table=table, columns=columns)


def _beside(stage: Stage, absent: list[str], y: object) -> Stage:

    if y is None or len(absent) > 1:
        raise InvalidError(
            f"There is no column “{absent[-1]}” to learn from. Fit with the target as y, or as a column.",
            code="no_column",
        )
    table = stage.table.with_columns(_series(absent[0], y))
    return stage._replace(table=table, columns={**stage.columns, absent[0]: table.collect_schema()[absent[0]]})


def _series(name: str, y: object) -> "pl.Series":
    import polars as pl

    if isinstance(y, pl.Series):
        return y.alias(name).fill_nan(None) if y.dtype.is_float() else y.alias(name)
    values = y.tolist() if hasattr(y, "tolist") else list(y)  # type: ignore[call-overload]  # an array or a list
    return pl.Series(name, values, nan_to_null=True)
