"""Other files that a recipe looks things up in: their rows travel in the transformer."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.wrangling.faces.rows import Tables
from jupyter_mlstudio.wrangling.step import Code
from jupyter_mlstudio.wrangling.verbs import Change, Join

if TYPE_CHECKING:
    import polars as pl


def embedded(codes: list[Code]) -> dict[str, bytes]:
    """Read the other files once; their rows travel in the transformer, compressed."""
    import polars as pl

    tables: dict[str, bytes] = {}
    for code in codes:
        for name, text in code.tables.items():
            buffer = BytesIO()
            eval(text, {"pl": pl}).collect().write_ipc(buffer, compression="zstd")  # text of a step that just ran
            tables[name] = buffer.getvalue()
    return tables


def opened(tables: dict[str, bytes]) -> "dict[str, pl.DataFrame]":
    import polars as pl

    return {name: pl.read_ipc(BytesIO(raw)) for name, raw in tables.items()}


def keyed(
    changes: Sequence[Change],
    codes: Sequence[Code],
    tables: "dict[str, pl.DataFrame]",
    columns: "Mapping[str, pl.DataType]",
) -> Tables:
    """Arrange the rows of other files by their keys, under the names that their columns get."""
    found: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
    taken = set(columns)
    for change, code in zip(changes, codes, strict=True):
        for verb, variable in zip((each for each in change if isinstance(each, Join)), code.tables, strict=False):
            there = tables[variable]
            values = [name for name in there.columns if name not in verb.keys_there]
            ending = f"_{PurePosixPath(verb.path).stem}"
            names = [f"{name}{ending}" if name in taken else name for name in values]
            keys = there.select(verb.keys_there).rows()
            rows = (dict(zip(names, row, strict=True)) for row in there.select(values).rows())
            found[verb.path] = dict(zip(keys, rows, strict=True))
            taken |= set(names)
    return found
