"""What was right, by the id of the request; it may come days after the answer."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.monitoring.tables import write_parquet

if TYPE_CHECKING:
    import polars as pl

MANY = 30
"""Files after which they are put together into one."""


def add(folder: Path, table: "pl.DataFrame", id: str, column: str) -> "pl.DataFrame":
    """Keep ids with what was right; an id that comes again counts as it came last.

    Raises:
        InvalidError: A column is not there.
    """
    import polars as pl

    for option, name in (("id", id), ("column", column)):
        if name not in table.columns:
            known = ", ".join(map(repr, table.columns[:12]))
            raise InvalidError(f"{option}: the table has no column {name!r}. It has {known}.")
    taken = table.select(pl.col(id).cast(pl.String).alias("id"), pl.col(column).alias("truth")).drop_nulls()
    if taken.height:
        write_parquet(taken, folder / f"{time.time_ns():020d}.{taken.height}.parquet")
        _put_together(folder)
    return taken


def read(folder: Path) -> "pl.DataFrame":
    """Return all ids with what was right."""
    import polars as pl

    tables = [pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))]
    if not tables:
        return pl.DataFrame(schema={"id": pl.String, "truth": pl.String})
    try:
        whole = pl.concat(tables, how="diagonal_relaxed")
    except pl.exceptions.PolarsError:  # numbers once, texts another time
        whole = pl.concat([table.with_columns(pl.col("truth").cast(pl.String)) for table in tables])
    return whole.unique("id", keep="last", maintain_order=True)


def rows(folder: Path) -> int:
    """Return for how many ids the truth was given, from the names of the files alone."""
    return sum(int(path.name.split(".")[1]) for path in folder.glob("*.parquet"))


def _put_together(folder: Path) -> None:
    paths = sorted(folder.glob("*.parquet"))
    if len(paths) > MANY:
        whole = read(folder)
        write_parquet(whole, folder / f"{time.time_ns():020d}.{whole.height}.parquet")
        for path in paths:
            path.unlink(missing_ok=True)
