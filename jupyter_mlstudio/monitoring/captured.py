"""Reads back what endpoints captured."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.monitoring.types import LiveWindow

if TYPE_CHECKING:
    import polars as pl

INPUT, OUTPUT = "in.", "out."


class Amount(NamedTuple):
    """How much is captured."""

    rows: int
    bytes: int


def files(folder: Path, number: int | None = None) -> list[Path]:
    """Return the files of an endpoint, or of one of its deployments, the newest first."""
    found: dict[str, Path] = {}
    for path in folder.glob(f"capture/*/{'*' if number is None else number}-*.*.parquet"):
        stem = path.name.split(".")[0]
        if stem not in found or _rows(path) > _rows(found[stem]):
            found[stem] = path
    return sorted(found.values(), key=_begun, reverse=True)


def _begun(path: Path) -> str:
    return path.name.split("-")[1].rjust(20, "0")


def _rows(path: Path) -> int:
    """Read from its name how many rows a file holds; whoever replaces it by a longer one gives it another."""
    return int(path.name.split(".")[1])


def read(folder: Path, number: int, window: LiveWindow) -> "pl.DataFrame":
    """Return the newest captured rows of a deployment, oldest first; an empty table if there are none."""
    since = None if window.hours is None else datetime.now(UTC) - timedelta(hours=window.hours)
    return _limited(_tables(files(folder, number), since, None), window.rows)


def between(folder: Path, number: int, begins: datetime, ends: datetime, most: int) -> "pl.DataFrame":
    """Return the captured rows of a stretch of time that are still there."""
    return _limited(_tables(files(folder, number), begins, ends), most)


def _tables(paths: list[Path], since: datetime | None, until: datetime | None) -> "Iterator[pl.DataFrame]":
    import polars as pl

    for path in paths:
        try:
            if since is not None and path.stat().st_mtime < since.timestamp():
                continue
            table = pl.read_parquet(path)
        except (OSError, pl.exceptions.PolarsError):  # just deleted because of its age
            continue
        if since is not None:
            table = table.filter(pl.col("at") >= since)
        if until is not None:
            table = table.filter(pl.col("at") <= until)
        if table.height:
            yield table


def _limited(tables: "Iterator[pl.DataFrame]", most: int) -> "pl.DataFrame":
    """Take tables until there are enough rows; a column may have another type, or be missing, in some of them."""
    import polars as pl

    taken, rows = [], 0
    for table in tables:
        taken.append(table)
        rows += table.height
        if rows >= most:
            break
    if not taken:
        return pl.DataFrame(schema={"id": pl.String, "at": pl.Datetime("us", "UTC")})
    try:
        whole = pl.concat(taken, how="diagonal_relaxed")
    except pl.exceptions.PolarsError:
        whole = pl.concat([_as_texts(table) for table in taken], how="diagonal_relaxed")
    return whole.sort("at").tail(most)


def _as_texts(table: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    return table.with_columns(pl.col(f"^({INPUT}|{OUTPUT}).*$").cast(pl.String, strict=False))


def inputs(table: "pl.DataFrame") -> "pl.DataFrame":
    """Return what was asked, under the names of the columns."""
    names = [name for name in table.columns if name.startswith(INPUT)]
    return table.select(names).rename({name: name.removeprefix(INPUT) for name in names})


def amount(folder: Path) -> Amount:
    """Count what is captured, which opens no file."""
    rows = size = 0
    for path in files(folder):
        with suppress(FileNotFoundError):  # just replaced, or deleted because of its age
            size += path.stat().st_size
        rows += _rows(path)
    return Amount(rows, size)


def count_ids(folder: Path, ids: "pl.Series") -> int:
    """Count how many of some ids are among the captured rows of an endpoint."""
    import polars as pl

    found: set[str] = set()
    for path in files(folder):
        with suppress(OSError, pl.exceptions.PolarsError):  # just replaced, or deleted because of its age
            there = pl.read_parquet(path, columns=["id"])["id"]
            found.update(there.filter(there.is_in(ids.implode())).to_list())
    return len(found)


def answers(table: "pl.DataFrame", classes: list[str]) -> "pl.Series | None":
    """Return one answer a row: what the model said, or the class with the largest probability."""
    import polars as pl

    if "out.prediction" in table.columns and table["out.prediction"].null_count() < table.height:
        plain = table["out.prediction"]
        likely = _likely(table, classes)
        return plain if likely is None else plain.cast(pl.String).fill_null(likely)
    return _likely(table, classes)


def probabilities(table: "pl.DataFrame", classes: list[str]) -> "pl.DataFrame | None":
    """Return the probability of each class, if that was asked for."""
    names = [f"out.{place}" for place in range(len(classes))]
    return table.select(names) if names and set(names) <= set(table.columns) else None


def _likely(table: "pl.DataFrame", classes: list[str]) -> "pl.Series | None":
    import polars as pl

    chances = probabilities(table, classes)
    if chances is None:
        return None
    place = chances.select(pl.concat_list(pl.all()).list.arg_max()).to_series()
    return place.replace_strict(dict(enumerate(classes)), default=None, return_dtype=pl.String)
