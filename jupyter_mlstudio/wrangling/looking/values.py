"""The values of a column: one in full, and all of them with how often they come."""

import json
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.execute import Stage
from jupyter_mlstudio.wrangling.looking.types import CellValue, ValueCount, ValueCounts
from jupyter_mlstudio.wrangling.orders import Order, kept, matches
from jupyter_mlstudio.wrangling.windows import Windows
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import polars as pl

_LONGEST = 1_000_000
_MANY = 1_000_000
"""Columns with more different values are counted in a sample, unless a search narrows them down."""
_SAMPLE = 200_000


def cell(windows: Windows, stage: Stage, order: Order, row: int, column: str) -> CellValue:
    """Return one value in full."""
    found = windows.rows(stage, order, row, row + 1, [column]).table
    if found.is_empty() or found[column].is_null().item(0):
        return CellValue(text=None, length=0, cut=False)
    text = _text(found[column])
    return CellValue(text=text[:_LONGEST], length=len(text), cut=len(text) > _LONGEST)


def _text(value: "pl.Series") -> str:
    import polars as pl

    if value.dtype.is_nested():
        return json.dumps(value.to_list()[0], ensure_ascii=False, default=str)
    if role_of(value.dtype) == "other":
        return str(value.item())
    return str(value.cast(pl.String).item())


def values(windows: Windows, stage: Stage, column: str, search: str, limit: int, order: Order) -> ValueCounts:
    """Count the values of a column that contain a text."""
    table = kept(windows.lazy(stage), order, stage.columns)
    narrowed = _searched(table, stage, column, search)
    rows = _len(table)
    if narrowed is None:
        return ValueCounts(items=(), distinct=0, rows=rows, exactness="exact")
    if _is_countable(narrowed, column):
        return _counted(narrowed, column, limit, rows, 1)
    sample = kept(windows.sample(stage, _SAMPLE).lazy(), order, stage.columns)
    looked = _len(sample)
    chosen = _searched(sample, stage, column, search)
    assert chosen is not None  # it was not before, either
    return _counted(chosen, column, limit, rows, rows / looked if looked else 1)


def _searched(table: "pl.LazyFrame", stage: Stage, column: str, search: str) -> "pl.LazyFrame | None":
    """Keep the rows whose value contains a text; none if no value of this type can."""
    if not search:
        return table
    tests = matches(search, {column: stage.columns[column]})
    return table.filter(tests[column]) if tests else None


def _is_countable(table: "pl.LazyFrame", column: str) -> bool:
    import polars as pl

    if role_of(table.collect_schema()[column]) in {"nested", "other"}:
        return False
    return int(table.select(pl.col(column).approx_n_unique()).collect(engine="streaming").item()) <= _MANY


def _counted(table: "pl.LazyFrame", column: str, limit: int, rows: int, times: float) -> ValueCounts:
    import polars as pl

    asked = table.select(pl.col(column).alias("value")).group_by("value").len("count").collect(engine="streaming")
    best = asked.top_k(limit, by="count").with_columns(_written(asked["value"].dtype))
    best = best.sort(["count", "value"], descending=[True, False], nulls_last=True)
    return ValueCounts(
        items=tuple(ValueCount(value=value, count=round(count * times)) for value, count in best.iter_rows()),
        distinct=asked.drop_nulls("value").height,
        rows=rows,
        exactness="exact" if times == 1 else "sampled",
    )


def _written(dtype: "pl.DataType") -> "pl.Expr":
    """Write values so that a condition finds them again."""
    import polars as pl

    if dtype.is_nested() or isinstance(dtype, pl.Binary):
        return pl.col("value").map_elements(str, return_dtype=pl.String)
    return pl.col("value").cast(pl.String)


def _len(table: "pl.LazyFrame") -> int:
    import polars as pl

    return int(table.select(pl.len()).collect(engine="streaming").item())
