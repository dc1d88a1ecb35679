"""Captured rows as Parquet files that grow by being replaced whole, and the bound on their size."""

import os
import re
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.serving.runtime.question import Observation

if TYPE_CHECKING:
    import pyarrow as pa

FULL, OLD = 5000, 60.0
"""Rows and seconds after which a file is left alone and the next one begins."""
WIDEST = 1000
"""Columns of one array beyond which it is no table but a picture or a vector, and is left out."""
ABANDONED = 60.0
TYPES = {
    "boolean": "bool", "integer": "int32", "long": "int64", "float": "float32", "double": "float64",
    "string": "string", "datetime": "timestamp[us]",
}  # fmt: skip
"""Arrow's names of MLflow's types; what is not here is left to the values, and binary values are left out."""


class Pages:
    """The files that a worker is writing, one for each deployment and method."""

    def __init__(self) -> None:
        self._open: dict[tuple[Path, int, str, frozenset[str]], Page] = {}

    def page(self, folder: Path, number: int, label: str, method: str, masked: frozenset[str]) -> "Page":
        """Return the file that rows of a deployment go into now."""
        key = (folder, number, method, masked)
        if key not in self._open:
            self._open[key] = Page(folder, number, label, method, masked)
        return self._open[key]

    def write(self) -> None:
        """Write what was added, and let go of the files that are full or old."""
        for key, page in list(self._open.items()):
            page.write()
            if page.done:
                del self._open[key]


class Page:
    """One file while it grows: rows of one deployment and method."""

    def __init__(self, folder: Path, number: int, label: str, method: str, masked: frozenset[str]) -> None:
        self._folder, self._number, self._label, self._method, self._masked = folder, number, label, method, masked
        self._begin()

    def _begin(self) -> None:
        self._tables: list[pa.Table] = []
        self._rows, self._written, self._begun = 0, 0, time.time()
        day = datetime.fromtimestamp(self._begun, UTC).date().isoformat()
        word = re.sub(r"\W", "_", self._method)[:40]
        self._stem = self._folder / day / f"{self._number}-{time.time_ns() // 1000}-{os.getpid()}-{word}"
        self._path: Path | None = None

    @property
    def done(self) -> bool:
        """Whether the next rows belong into another file."""
        return self._rows >= FULL or time.time() - self._begun > OLD

    def add(self, taken: Sequence[tuple[Observation, int]], fields: Sequence[Any]) -> None:
        """Put answered questions into the file, at the next write."""
        table = table_of(taken, fields, self._label, self._masked)
        if self._tables and self._tables[0].schema != table.schema:  # such as texts where there were numbers
            self.write()
            self._begin()
        self._tables.append(table)
        self._rows += table.num_rows

    def write(self) -> None:
        """Replace the file by one that holds all rows so far; how many, its name says, for those who only count.

        Who is killed between the two leaves both; readers take the one with more rows.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._rows == self._written:
            return
        whole = pa.concat_tables(self._tables).combine_chunks()
        self._tables = [whole]
        self._stem.parent.mkdir(parents=True, exist_ok=True)
        part = self._stem.with_name(f".{self._stem.name}.part")
        pq.write_table(whole, part, compression="zstd")
        path = self._stem.with_name(f"{self._stem.name}.{self._rows}.parquet")
        part.replace(path)
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        self._path, self._written = path, self._rows


def table_of(
    taken: Sequence[tuple[Observation, int]], fields: Sequence[Any], label: str, masked: frozenset[str]
) -> "pa.Table":
    """Make a table of answered questions: what is known of the request, then inputs, then answers."""
    import pyarrow as pa

    first = taken[0][0]
    kept = [(each, range(count)) for each, count in taken]
    ids = [each.id if each.question.rows.count == 1 else f"{each.id}/{row}" for each, rows in kept for row in rows]
    count = len(ids)
    columns: dict[str, Any] = {
        "id": pa.array(ids, pa.string()),
        "at": pa.array([int(each.at * 1e6) for each, rows in kept for _ in rows], pa.timestamp("us", "UTC")),
        "number": pa.array([first.number] * count, pa.int32()),
        "model": pa.array([label] * count, pa.string()),
        "method": pa.array([first.question.method] * count, pa.string()),
        "latency_ms": pa.array([each.seconds * 1000 for each, rows in kept for _ in rows], pa.float64()),
        "status": pa.array([200] * count, pa.int16()),
    }
    columns |= {f"in.{name}": values for name, values in _inputs(taken, fields, masked)}
    columns |= {f"out.{name}": values for name, values in _answers(taken) if name not in masked}
    return pa.table(columns)


def _inputs(
    taken: Sequence[tuple[Observation, int]], fields: Sequence[Any], masked: frozenset[str]
) -> Iterable[tuple[str, "pa.Array"]]:
    rows, count = taken[0][0].question.rows, taken[0][1]
    names = [str(place if field.name is None else field.name) for place, field in enumerate(fields)] or rows.names or []
    kinds = [str(field.type) for field in fields]
    if rows.cells is None:
        columns: Sequence[Any] = [column[:count] for column in rows.columns or ()]
    else:
        cells = [row for each, kept in taken for row in (each.question.rows.cells or ())[:kept]]
        columns = list(zip(*cells, strict=True))
    for place, column in enumerate(columns):
        name = names[place] if place < len(names) else str(place)
        kind = kinds[place] if place < len(kinds) else ""
        if name not in masked and kind != "binary":
            yield from _flat(name, column, kind)


def _flat(name: str, column: Any, kind: str) -> Iterable[tuple[str, "pa.Array"]]:
    """Take a matrix apart; what has more dimensions is no table."""
    dimensions = getattr(column, "ndim", 1)
    if dimensions == 1:
        yield name, arrow(column, TYPES.get(kind))
    elif dimensions == 2 and column.shape[1] <= WIDEST:  # noqa: PLR2004  # rows and columns
        yield from ((f"{name}.{place}", arrow(column[:, place])) for place in range(column.shape[1]))


def _answers(taken: Sequence[tuple[Observation, int]]) -> Iterable[tuple[str, "pa.Array"]]:
    told = [(_main(each.answer), kept) for each, kept in taken]
    first = told[0][0]
    if hasattr(first, "columns") and hasattr(first, "iloc"):
        for name in map(str, first.columns):
            yield name, arrow([value for answer, kept in told for value in answer[name].tolist()[:kept]])
    elif getattr(first, "ndim", 1) > 1:
        if first.ndim == 2 and first.shape[1] <= WIDEST:  # noqa: PLR2004  # rows and columns
            rows = [row for answer, kept in told for row in answer[:kept].tolist()]
            yield from ((str(place), arrow(column)) for place, column in enumerate(zip(*rows, strict=True)))
    elif len(told) == 1 and hasattr(first, "dtype"):
        yield "prediction", arrow(first[: told[0][1]])
    else:
        yield "prediction", arrow([value for answer, kept in told for value in _plain(answer)[:kept]])


def _main(answer: Any) -> Any:
    """Return the first of several answers; who asks for more than one method gets a tuple."""
    return answer[0] if isinstance(answer, tuple) else answer


def _plain(answer: Any) -> Any:
    return answer.tolist() if hasattr(answer, "tolist") else answer


def arrow(values: Any, wanted: str | None = None) -> "pa.Array":
    """Make an Arrow array; what does not fit a type becomes text, so that one odd value does not lose the others."""
    import pyarrow as pa

    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.Array):
        return values
    kind = None if wanted is None else pa.bool_() if wanted == "bool" else pa.type_for_alias(wanted)
    try:
        return pa.array(values, kind, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return pa.array([None if value is None else str(value) for value in values], pa.string())


def prune(folder: Path, most: int) -> None:
    """Delete the oldest files beyond so many bytes, and what killed workers left half written."""
    found, now = [], time.time()
    for path in folder.glob("*/*"):
        with suppress(FileNotFoundError):  # another worker prunes too
            size, written = path.stat().st_size, path.stat().st_mtime
            if path.suffix == ".part":
                if now - written > ABANDONED:
                    path.unlink()
            else:
                found.append((path.name.split("-")[1:2], size, path))
    found.sort(key=lambda each: each[0], reverse=True)
    total = 0
    for _, size, path in found:
        total += size
        if total > most:
            path.unlink(missing_ok=True)
            with suppress(OSError):  # not the last one of its day
                path.parent.rmdir()
