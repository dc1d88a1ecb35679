"""What a step would do, tried before it joins the recipe."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.wrangling.execute import Stage, advance, blamed, explained
from jupyter_mlstudio.wrangling.messages import Preview
from jupyter_mlstudio.wrangling.step import Step
from jupyter_mlstudio.wrangling.windows import Windows, arrow
from jupyter_mlstudio.wrangling.writing import described

if TYPE_CHECKING:
    import polars as pl

_SHOWN = 200
_WHOLE = 20_000_000
"""Tables with more cells than this are tried on their first rows only."""
_TRIED = 200_000


def preview(
    step: Step, before: Stage, rows: int | None, files: Callable[[str], str], windows: Windows
) -> tuple[Preview, bytes]:
    """Try a step after a stage, and return its first rows beside what changed.

    What came before does not run again: the first rows of each stage are kept.
    """
    sampled = rows is None or rows * len(before.columns) > _WHOLE
    local = step.kind == "row" and not step.may_fail()
    try:
        with blamed([before]):
            some = local or sampled
            near = windows.head(before, _SHOWN if local else _TRIED).lazy() if some else windows.lazy(before)
        tried = before._replace(table=near)
        after = advance(tried, step, files)
        table, count = _first(after, tried, step)
    except StudioError as error:
        return _failed(step, before, rows, error), b""
    return (
        Preview(
            columns=described(after.columns),
            added=tuple(name for name in after.columns if name not in before.columns),
            changed=_changed(tried, after, table, step),
            removed=tuple(name for name in before.columns if name not in after.columns),
            rows_before=rows,
            rows_after=rows if step.kind in {"row", "fit"} else None if sampled else count,
            sampled=sampled,
            sentence=step.sentence(),
            error=None,
            reason=None,
            code=_text(after),
        ),
        arrow(table),
    )


def _first(after: Stage, before: Stage, step: Step) -> "tuple[pl.DataFrame, int]":
    """Return the first rows and the number of all; steps that keep rows are tried on those that are shown."""
    import polars as pl

    with explained(step):
        table = after.table.head(_SHOWN).collect()
        if step.kind in {"row", "fit"}:
            return table, -1
        return table, int(after.table.select(pl.len()).collect().item())


def _changed(before: Stage, after: Stage, shown: "pl.DataFrame", step: Step) -> tuple[str, ...]:
    """Name columns with another type, or, where rows stay in place, with other values in the rows shown."""
    common = [name for name in after.columns if name in before.columns]
    retyped = {name for name in common if before.columns[name] != after.columns[name]}
    if step.kind not in {"row", "fit"}:
        return tuple(name for name in common if name in retyped)
    old = before.table.select(common).head(_SHOWN).collect()
    return tuple(name for name in common if name in retyped or not old[name].equals(shown[name], null_equal=True))


def _failed(step: Step, before: Stage, rows: int | None, error: StudioError) -> Preview:
    return Preview(
        columns=described(before.columns),
        added=(),
        changed=(),
        removed=(),
        rows_before=rows,
        rows_after=None,
        sampled=False,
        sentence=step.sentence(),
        error=str(error),
        reason=error.code,
        code="",
    )


def _text(stage: Stage) -> str:
    given = {**stage.code.tables, **stage.code.variables}
    return "\n".join([*(f"{name} = {text}" for name, text in given.items()), *stage.code.calls])
