"""What the footer of a Parquet file says of its columns: read in milliseconds, and true of all rows."""

import math
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple


class Fact(NamedTuple):
    """What is known of a column without reading it."""

    missing: int | None
    low: Any
    high: Any


def footer(path: Path) -> dict[str, Fact]:
    """Read the footer of a Parquet file. Columns of which it says too little are left out."""
    import pyarrow
    from pyarrow import parquet

    try:
        found = parquet.ParquetFile(path).metadata
    except (OSError, pyarrow.ArrowInvalid):
        return {}
    groups = [found.row_group(index) for index in range(found.num_row_groups)]
    facts = {}
    for place in range(found.num_columns):
        parts = [group.column(place).statistics for group in groups]
        if parts and all(part is not None and part.has_min_max for part in parts):
            facts[groups[0].column(place).path_in_schema] = _fact(parts)
    return facts


def _fact(parts: list[Any]) -> Fact:
    floats = isinstance(parts[0].min, float)  # not-a-number is a missing value here, but not there
    missing = None if floats or not all(part.has_null_count for part in parts) else sum(p.null_count for p in parts)
    lows, highs = [part.min for part in parts], [part.max for part in parts]
    usable = isinstance(lows[0], (int, float, date, datetime)) and not isinstance(lows[0], bool)
    if not usable or any(isinstance(value, float) and not math.isfinite(value) for value in (*lows, *highs)):
        return Fact(missing, None, None)
    return Fact(missing, min(lows), max(highs))
