"""Writes whole tables: files that appear whole at the end, tables of databases in one transaction."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from jupyter_mlstudio.core.errors import ConflictError, InvalidError
from jupyter_mlstudio.wrangling.messages import Progress, RunResult
from jupyter_mlstudio.wrangling.output_tables import into_duckdb, into_sqlite, json_text
from jupyter_mlstudio.wrangling.rules.types import RuleReport

if TYPE_CHECKING:
    import polars as pl

Tell = Callable[[Progress], None]
Check = Callable[["pl.LazyFrame"], RuleReport]
"""Checks the rules of the recipe on a table."""

_PAUSE = 0.1  # seconds between two words about the progress
_GRACE = 1.0  # seconds that a stopped query has to end
_EXCEL_ROWS = 1_048_575
_SQLITE, _DUCKDB = frozenset({".sqlite", ".sqlite3", ".db"}), frozenset({".duckdb", ".ddb"})
_COLUMNAR = frozenset({".parquet", ".pq"})
ENDINGS = (".parquet", ".csv", ".arrow", ".ndjson", ".xlsx", ".sqlite", ".duckdb")


class Target(NamedTuple):
    """Where a table goes."""

    path: Path
    shown: str
    """The path as the user knows it."""
    table: str | None = None
    """Name of the table in a SQLite or DuckDB file."""
    overwrite: bool = False
    """Whether a file or table of that name is replaced."""


class Output:
    """Writes one table. It tells how far it is, and can be stopped within a batch of rows."""

    def __init__(self, rows: int | None, tell: Tell, stopped: Event) -> None:
        self._rows, self._tell, self._stopped = rows, tell, stopped
        self.done, self._shown = 0, ""

    def write(
        self, table: "pl.LazyFrame", target: Target, check: Check | None = None, *, must: bool = True
    ) -> RunResult:
        """Write a table.

        Args:
            table: What to write.
            target: Where to.
            check: Checks the rules, if there are any.
            must: Whether a broken rule keeps the table from being written.

        Raises:
            InvalidError: The name has an ending that says nothing, or the format cannot hold the table.
            ConflictError: It was stopped, there is such a file, or a rule is broken.
        """
        began, self._shown = monotonic(), target.shown
        refuse(target)
        self.told("Working")
        target.path.parent.mkdir(parents=True, exist_ok=True)
        if target.path.suffix.lower() in _SQLITE | _DUCKDB:
            report = self._checked(table, target, check, must=must)
            writer = into_sqlite if target.path.suffix.lower() in _SQLITE else into_duckdb
            writer(table, target.path, str(target.table), self._passed, overwrite=target.overwrite)
        else:
            report = self._write_file(table, target, check, must=must)
        return RunResult(
            path=target.shown,
            table=target.table,
            rows=self.done,
            columns=len(table.collect_schema()),
            seconds=round(monotonic() - began, 3),
            rules=report,
        )

    def told(self, message: str) -> None:
        """Say how far it is."""
        share = min(self.done / self._rows, 1) if self._rows else -1
        self._tell(Progress(verb="run", done=0 if self._rows and not self.done else share, message=message))

    def _write_file(
        self, table: "pl.LazyFrame", target: Target, check: Check | None, *, must: bool
    ) -> RuleReport | None:
        import polars as pl

        suffix = target.path.suffix.lower()
        report = None if suffix in _COLUMNAR else self._checked(table, target, check, must=must)
        part = target.path.with_name(f".{target.path.name}.{uuid4().hex}.part")
        watched = table.map_batches(self._watched, streamable=True)
        try:
            self._beside(lambda: _SINKS[suffix](watched, part), part)
            if suffix in _COLUMNAR:
                report = self._checked(pl.scan_parquet(part), target, check, must=must)
            part.replace(target.path)
        finally:
            part.unlink(missing_ok=True)
        return report

    def _beside(self, work: Callable[[], None], part: Path) -> None:
        """Work in another thread, and say from this one how far it is: messages belong to the thread that was asked.

        Who stops does not wait for a sort of all rows: it ends by itself with the first rows that come out of it.
        """
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mlstudio-output")
        working = pool.submit(work)
        pool.shutdown(wait=False)
        told = 0
        while not wait([working], timeout=_PAUSE).done:
            if self._stopped.is_set() and not wait([working], timeout=_GRACE).done:
                working.add_done_callback(lambda _: part.unlink(missing_ok=True))
                raise _stop(self._shown)
            if self.done != told:
                told = self.done
                self.told(f"{told:,} rows written")
        working.result()
        self.told(f"{self.done:,} rows written")

    def _watched(self, batch: "pl.DataFrame") -> "pl.DataFrame":
        """Count rows as they pass; an error raised here ends the query."""
        self._count(batch)
        return batch

    def _passed(self, batch: "pl.DataFrame") -> None:
        self._count(batch)
        self.told(f"{self.done:,} rows written")

    def _count(self, batch: "pl.DataFrame") -> None:
        if self._stopped.is_set():
            raise _stop(self._shown)
        self.done += batch.height

    def _checked(self, table: "pl.LazyFrame", target: Target, check: Check | None, *, must: bool) -> RuleReport | None:
        if check is None:
            return None
        self.told("Checking the rules")
        report = check(table)
        if must and not report.ok:
            broken = "1 rule is broken" if report.failed == 1 else f"{report.failed} rules are broken"
            raise ConflictError(f"{broken}, so “{target.shown}” was not written.\n{report.text()}", code="rules")
        return report


def refuse(target: Target) -> None:
    """Refuse what cannot be written before any work is done.

    Raises:
        InvalidError: The ending says nothing, or the name of the table is missing.
        ConflictError: There is such a file already.
    """
    suffix = target.path.suffix.lower()
    if suffix in _SQLITE | _DUCKDB:
        if not target.table:
            raise InvalidError(f"table: name the table that “{target.shown}” is to hold.")
        return
    if suffix not in _SINKS:
        raise InvalidError(f"“{target.shown}” must end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}.")
    if target.path.exists() and not target.overwrite:
        raise ConflictError(
            f"There is a file “{target.shown}” already. Choose another name, or replace it.", code="exists"
        )


def _stop(shown: str) -> ConflictError:
    return ConflictError(f"Stopped. “{shown}” was not written.", code="stopped")


def _parquet(table: "pl.LazyFrame", part: Path) -> None:
    table.sink_parquet(part, maintain_order=True)


def _csv(table: "pl.LazyFrame", part: Path) -> None:
    import polars as pl

    schema = table.collect_schema()
    odd = next((name for name, dtype in schema.items() if dtype.is_nested() or isinstance(dtype, pl.Binary)), None)
    if odd is not None:
        raise InvalidError(f"CSV cannot hold the {schema[odd]} in “{odd}”. Drop the column, or write a .parquet file.")
    spans = [pl.col(name).dt.to_string("iso") for name, dtype in schema.items() if isinstance(dtype, pl.Duration)]
    table.with_columns(spans).sink_csv(part, maintain_order=True)


def _arrow(table: "pl.LazyFrame", part: Path) -> None:
    import polars as pl

    table.sink_ipc(part, maintain_order=True, compat_level=pl.CompatLevel.oldest())


def _ndjson(table: "pl.LazyFrame", part: Path) -> None:
    table.sink_ndjson(part, maintain_order=True)


def _excel(table: "pl.LazyFrame", part: Path) -> None:
    import polars as pl

    frame = table.head(_EXCEL_ROWS + 1).collect()
    if frame.height > _EXCEL_ROWS:
        raise InvalidError(f"Excel holds at most {_EXCEL_ROWS:,} rows. Write a .parquet or .csv file instead.")
    nested = [column for column in frame if column.dtype.is_nested()]
    texts = [pl.Series(column.name, [json_text(cell) for cell in column], dtype=pl.String) for column in nested]
    with part.open("wb") as file:
        frame.with_columns(texts).write_excel(file, worksheet="Table")


_SINKS: "dict[str, Callable[[pl.LazyFrame, Path], None]]" = {
    ".parquet": _parquet, ".pq": _parquet, ".csv": _csv, ".arrow": _arrow, ".feather": _arrow,
    ".ndjson": _ndjson, ".jsonl": _ndjson, ".xlsx": _excel,
}  # fmt: skip
