"""Rows that come from elsewhere in batches: kept in uncompressed Arrow files that are mapped into memory."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.wrangling.sources.scratch import ScratchFolder

if TYPE_CHECKING:
    import polars as pl

BATCH = 50_000
_IN_MEMORY = 2
"""Up to so many batches stay in memory."""

Told = Callable[[int], None]
"""Hears how many rows have come so far; it stops the work by raising an error."""


class Fetched(NamedTuple):
    """A table whose rows are here now."""

    table: "pl.LazyFrame"
    rows: int
    empty: tuple[str, ...]
    """Columns without any value: nothing says what type they have, so they are taken for text."""


def fetched(batches: "Iterable[pl.DataFrame]", told: Told) -> Fetched:
    """Take all batches. Types that differ between them are widened to one that holds all values."""
    import polars as pl

    kept: list[pl.LazyFrame] = []
    rows, scratch = 0, None
    for number, batch in enumerate(batches):
        rows += batch.height
        told(rows)
        if number < _IN_MEMORY:
            kept.append(batch.lazy())
            continue
        scratch = scratch or ScratchFolder()
        path = scratch.path / f"{number:06}.arrow"
        batch.write_ipc(path, compat_level=pl.CompatLevel.newest())
        kept.append(mapped(path).lazy())
    table = kept[0] if len(kept) == 1 else pl.concat(kept, how="vertical_relaxed")
    empty = tuple(name for name, dtype in table.collect_schema().items() if isinstance(dtype, pl.Null))
    return Fetched(table.cast(dict.fromkeys(empty, pl.String())) if empty else table, rows, empty)


def mapped(path: Path) -> "pl.DataFrame":
    """Open an Arrow file without reading it. Where files in use can be removed, its rows outlive its name."""
    import polars as pl
    import pyarrow

    frame = pl.from_arrow(pyarrow.ipc.open_file(pyarrow.memory_map(str(path))).read_all(), rechunk=False)
    assert isinstance(frame, pl.DataFrame)  # a table, not a column, was written
    return frame


def batch_of(names: Sequence[str], rows: Sequence[Sequence[object]]) -> "pl.DataFrame":
    """Make a batch of plain rows; values of other kinds than tables hold become text."""
    import polars as pl

    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    return pl.DataFrame([_column(name, values) for name, values in zip(names, columns, strict=True)])


def _column(name: str, values: Sequence[object]) -> "pl.Series":
    import polars as pl

    kinds = {type(value) for value in values} - {type(None)}
    if Decimal in kinds and kinds <= {Decimal, int, float}:
        values = [None if value is None else float(value) for value in values]  # type: ignore[arg-type]  # all numbers
    elif any(not issubclass(kind, _PLAIN) for kind in kinds) or (len(kinds) > 1 and not kinds <= {int, float}):
        values = [None if value is None else _text(value) for value in values]
    return pl.Series(name, values, strict=False)


_PLAIN = (bool, int, float, str, bytes, date, time, timedelta, list)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (dict, list)) else str(value)
