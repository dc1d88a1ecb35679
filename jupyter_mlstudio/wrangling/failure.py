"""Where a step fails: the first row and the column, found by trying fewer and fewer rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.execute import Stage, evaluate
from jupyter_mlstudio.wrangling.step import Code

if TYPE_CHECKING:
    import polars as pl

_BATCH = 250_000
_LONGEST = 60


def failing(made: Sequence[Stage]) -> Stage | None:
    """Return the first stage whose values cannot be computed; nothing is held in memory."""
    import polars as pl

    for stage in made:
        try:
            for _ in stage.table.collect_batches(chunk_size=_BATCH, engine="streaming"):
                pass
        except pl.exceptions.PolarsError:
            return stage
    return None


def place(before: Stage, code: Code) -> str:
    """Say in which row and column a step fails that leaves rows where they are; nothing if that cannot be told."""
    import polars as pl

    start = 0
    try:
        for batch in before.table.collect_batches(chunk_size=_BATCH, maintain_order=True, engine="streaming"):
            if _fails(batch, code):
                row = _first(batch, code)
                return _said(start + row + 1, batch.slice(row, 1), code)
            start += batch.height
    except pl.exceptions.PolarsError:
        return ""
    return ""


def _first(batch: "pl.DataFrame", code: Code) -> int:
    """Halve the rows until one is left."""
    low, high = 0, batch.height
    while high - low > 1:
        middle = (low + high) // 2
        if _fails(batch.slice(low, middle - low), code):
            high = middle
        else:
            low = middle
    return low


def _said(number: int, row: "pl.DataFrame", code: Code) -> str:
    after = evaluate(row.lazy(), code)
    column = next((name for name in after.collect_schema() if _fails(row, code, name)), None)
    if column is None:
        return f" First in row {number:,}."
    value = f": {_short(row[column].item())}" if column in row.columns else ""
    return f" First in row {number:,}, column “{column}”{value}."


def _short(value: object) -> str:
    text = str(value)
    return f"“{text[:_LONGEST]}{'…' if len(text) > _LONGEST else ''}”"


def _fails(rows: "pl.DataFrame", code: Code, column: str | None = None) -> bool:
    import polars as pl

    try:
        made = evaluate(rows.lazy(), code)
        (made if column is None else made.select(column)).collect()
    except pl.exceptions.PolarsError:
        return True
    return False
