"""The pictures and tables that runs have kept, side by side."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.experiments.evaluation.types import Cell, LoggedImage, LoggedTable
from jupyter_mlstudio.experiments.types import ArtifactEntry, ArtifactList

IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
TABLES = (".csv", ".parquet", ".json")
MOST_FOLDERS = 200
LARGEST = 100_000_000
"""Bytes of a table that is opened to be shown."""

BY_MLFLOW = re.compile(r"^(?P<name>.+?)[%+]step[%+](?P<step>\d+)[%+]")
NUMBERED = re.compile(r"^(?P<name>.*?)[-_. ]?(?:step|epoch)?[-_. ]?(?P<step>\d+)$")

Listing = Callable[[str], ArtifactList]


def files(listing: Listing, endings: tuple[str, ...], folder: str = "") -> Iterator[ArtifactEntry]:
    """Find files with these endings, folder by folder; models and the run's environment are not looked through."""
    folders, seen = [folder], 0
    while folders and seen < MOST_FOLDERS:
        seen += 1
        for entry in listing(folders.pop(0)).items:
            if entry.kind == "folder" and entry.path not in {"environment", "provenance"}:
                folders.append(entry.path)
            elif entry.kind == "file" and entry.name.lower().endswith(endings):
                yield entry


def image(run: str, entry: ArtifactEntry) -> LoggedImage:
    """Tell what a picture shows and of which step, by its name."""
    stem = entry.name.rsplit(".", 1)[0]
    found = BY_MLFLOW.match(stem) or NUMBERED.match(stem)
    folder = entry.path.removesuffix(entry.name)
    name = (found["name"] if found and found["name"] else stem).replace("#", "/")
    return LoggedImage(
        run=run, path=entry.path, name=f"{folder}{name}", step=int(found["step"]) if found and found["name"] else None
    )


def table(run: str, path: str, file: Path, limit: int) -> LoggedTable:
    """Read the first rows of a table.

    Raises:
        InvalidError: The file is too large, or no table.
    """
    if file.stat().st_size > LARGEST:
        raise InvalidError(f"{path!r} is larger than {LARGEST / 1e6:,.0f} MB. Open it in the wrangling view instead.")
    columns, rows, total = _json(file, limit) if path.lower().endswith(".json") else _arrow(file, limit)
    return LoggedTable(run=run, path=path, columns=columns, rows=rows, total=total)


def _json(file: Path, limit: int) -> tuple[list[str], list[list[Cell]], int]:
    """Read a table as `mlflow.log_table` writes it: `columns` and `data`, or a list of objects."""
    try:
        content = json.loads(file.read_text("utf-8"))
    except ValueError:
        raise InvalidError(f"{file.name!r} is no JSON.") from None
    if isinstance(content, dict) and isinstance(content.get("columns"), list) and isinstance(content.get("data"), list):
        rows = content["data"]
        return [str(name) for name in content["columns"]], [[*map(_cell, row)] for row in rows[:limit]], len(rows)
    if isinstance(content, list) and content and all(isinstance(row, dict) for row in content):
        names = list(dict.fromkeys(name for row in content for name in row))
        return names, [[_cell(row.get(name)) for name in names] for row in content[:limit]], len(content)
    raise InvalidError(f"{file.name!r} is JSON, but no table.")


def _arrow(file: Path, limit: int) -> tuple[list[str], list[list[Cell]], int]:
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    try:
        read = pa.csv.read_csv if file.suffix.lower() == ".csv" else pa.parquet.read_table
        found = read(file)
    except (pa.ArrowInvalid, OSError) as error:
        raise InvalidError(f"{file.name!r} cannot be read as a table: {error}") from error
    rows = zip(*(column.to_pylist() for column in found.slice(0, limit).columns), strict=True)
    return found.column_names, [[*map(_cell, row)] for row in rows], found.num_rows


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, bool):
        return None if value is None else str(value)
    if isinstance(value, int | float):
        return float(value) if abs(value) < float("inf") else str(value)
    return str(value)
