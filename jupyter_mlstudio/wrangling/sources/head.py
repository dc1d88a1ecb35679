"""Head: the beginning of a chain, in every language that recipes are written in."""

import keyword
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.sources.types import Source, SourceKind

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from jupyter_mlstudio.wrangling.sources.types import DatabaseSource, FileSource

    Frame = pd.DataFrame | pl.DataFrame | pl.LazyFrame | pa.Table | duckdb.DuckDBPyRelation
    Table = Frame | FileSource | DatabaseSource | str | Path

_NEAR = 3  # folders up; from further away the full path reads better


class Head(NamedTuple):
    """A table, the text that makes it in each language, and what brings the result back into its form."""

    lines: tuple[str, ...]
    """Polars: lines of a chain that ends in a LazyFrame."""
    table: "pl.LazyFrame"
    name: str
    kind: SourceKind
    source: Source | None
    back: tuple[str, ...] = (".collect()",)
    pandas: tuple[str, ...] = ()
    """pandas: lines of a chain that ends in a DataFrame of nullable types."""
    sql: str = ""
    """DuckDB: what stands after FROM; where `sql_reads` is false a name, under which `table` must be made known."""
    sql_reads: bool = False
    relation: str | None = None
    """What stands after FROM in the database's own SQL, for tables of a database."""
    imports: tuple[str, ...] = ()
    """Imports that the Polars text needs beside Polars."""
    pandas_imports: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()
    """Statements that stand before the chain, such as a connection; both languages need them."""
    notes: tuple[str, ...] = ()
    """What the user should know of how it was read."""
    settle: "Callable[[], Head] | None" = None
    """Reads a large text file whole, and returns the head with types that all of its rows fit."""
    rows: int | None = None
    """How many rows there are, if that is known without counting."""
    scratch: object = None
    """Keeps the file that holds fetched rows, as long as the head lives."""

    def settled(self) -> "Head":
        """Return a head with types that all rows fit, for those who go over all of them anyway."""
        return self if self.settle is None else self.settle()

    @property
    def result(self) -> str:
        """Name of the variable that holds the result: the file's name, or the frame's with an ending."""
        return f"{self.name}_clean" if self.source is None or self.source.kind == "frame" else self.name


def identifier(wish: str, taken: "Mapping[str, object] | set[str] | frozenset[str]" = frozenset()) -> str:
    """Make a free Python name from any text."""
    name = re.sub(r"\W+", "_", wish, flags=re.ASCII).strip("_").lower() or "table"
    name = f"_{name}" if name[0].isdigit() else name
    name = f"{name}_" if keyword.iskeyword(name) or name in {"pl", "pd"} else name
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def evaluated(lines: tuple[str, ...], imports: tuple[str, ...] = (), setup: tuple[str, ...] = ()) -> Any:
    """Run our own text: what is shown is what runs."""
    space: dict[str, object] = {}
    exec("\n".join(["import polars as pl", *imports, *setup]), space)  # our own text, made of quoted literals
    return eval("(\n" + "\n".join(lines) + "\n)", space)


def without_nan(lines: tuple[str, ...], table: "pl.LazyFrame") -> "tuple[tuple[str, ...], pl.LazyFrame]":
    """Make NaN a missing value from the first line on, so that files and frames of all kinds mean the same."""
    schema = table.collect_schema()
    refuse_patterns(schema)
    floats = any(dtype.is_float() for dtype in schema.dtypes())
    return ((*lines, ".fill_nan(None)"), table.fill_nan(None)) if floats else (lines, table)


def refuse_patterns(names: Iterable[str]) -> None:
    """Refuse names that Polars would take for patterns of several columns.

    Raises:
        InvalidError: A name begins with ^ and ends with $.
    """
    for name in names:
        if name.startswith("^") and name.endswith("$"):
            raise InvalidError(
                f"A column is named “{name}”, which would be taken for a pattern. Rename it first.", code="odd_name"
            )


def relative(path: Path) -> str:
    """Write a path as seen from the current folder."""
    near = os.path.relpath(path)
    return Path(near if near.count("..") <= _NEAR else path).as_posix()


def sql_text(text: str) -> str:
    """Write a string in SQL."""
    return "'" + text.replace("'", "''") + "'"


def sql_name(name: str) -> str:
    """Write a name in SQL."""
    return '"' + name.replace('"', '""') + '"'
