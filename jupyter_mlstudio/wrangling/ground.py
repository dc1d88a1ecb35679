"""Ground: a table whose rows can be had at any place, in memory, in a mapped file, or still in its source."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Literal

from jupyter_mlstudio.wrangling.cache import Scratch, beside

if TYPE_CHECKING:
    import polars as pl

_IN_MEMORY = 20_000_000
"""Tables with more cells than this are kept in a file that is mapped into memory."""
_CELL = 12
"""About how many bytes a cell takes in such a file."""
_RUNS = 8
"""A sample is taken in so many runs of rows, spread over the table: cheap in files, and not only its beginning."""
_NEAR = 1_000
"""Rows of a file that stand so near to each other are read together."""
_AT_ONCE = 2


class Ground:
    """Rows to gather from; they are copied to where any of them is near only once that is worth it.

    A Parquet file is read where it stands until rows are asked for in another order. Safe to share between threads.
    """

    def __init__(self, table: "pl.LazyFrame", scratch: Scratch, made_from: "Ground | None" = None) -> None:
        self._table, self._scratch, self._made_from = table, scratch, made_from
        self._lock, self._making = Lock(), Lock()
        self._copy: pl.DataFrame | None = None
        self._preparing = False

    @property
    def lazy(self) -> "pl.LazyFrame":
        """The table to compute on."""
        if self._copy is None and self._nature == "elsewhere":
            return self.frame().lazy()
        return self._table if self._copy is None else self._copy.lazy()

    @cached_property
    def rows(self) -> int:
        """How many rows there are."""
        if self._copy is not None or self._nature == "elsewhere":
            return self.frame().height
        return self._count()

    @cached_property
    def width(self) -> int:
        """How many columns there are."""
        return len(self._table.collect_schema())

    @property
    def is_near(self) -> bool:
        """Whether any row can be had at once."""
        return self._copy is not None

    def frame(self) -> "pl.DataFrame":
        """Return the whole table; a large one stays in a file."""
        with self._making:
            if self._copy is None:
                self._copy = self._made()
            return self._copy

    def prepare(self) -> None:
        """Begin to copy the table to where any row is near, beside what else is done."""
        with self._lock:
            wanted = self._copy is None and not self._preparing and self._fits
            self._preparing = self._preparing or wanted
        if wanted:
            beside(self.frame, "ground")

    def slice(self, start: int, length: int, columns: Sequence[str] | None = None) -> "pl.DataFrame":
        """Return rows that follow each other."""
        if self._copy is not None:
            return _chosen(self._copy, columns).slice(start, length)
        if self._nature == "elsewhere" and start:
            return _chosen(self.frame(), columns).slice(start, length)
        table = self._table if columns is None else self._table.select(columns)
        return table.slice(start, length).collect(engine="streaming")

    def gather(self, places: "pl.Series", columns: Sequence[str] | None = None) -> "pl.DataFrame":
        """Return rows from anywhere, in the order asked for."""
        if self._copy is None and self._nature == "elsewhere":
            self.frame()
        if self._copy is not None:
            return _chosen(self._copy, columns)[places]
        found = self._scattered(places, columns) if len(places) else self.slice(0, 0, columns)
        self.prepare()  # only now: whoever waits for these rows goes first
        return found

    def sample(self, size: int) -> "pl.DataFrame":
        """Return runs of rows that are spread over the whole table."""
        import polars as pl

        if self.rows <= size:
            return self.slice(0, self.rows)
        length = size // _RUNS
        starts = [round(index * (self.rows - length) / (_RUNS - 1)) for index in range(_RUNS)]
        # One by one: together, Polars would read the whole table once instead of a little of it several times.
        return pl.concat([self.lazy.slice(start, length).collect(engine="streaming") for start in starts])

    def _scattered(self, places: "pl.Series", columns: Sequence[str] | None) -> "pl.DataFrame":
        """Read a few rows from anywhere in the file: many short slices take far less memory than one filter."""
        import polars as pl

        ordered = places.unique().sort()
        near = (ordered.diff().fill_null(0) > _NEAR).cum_sum()
        runs = pl.DataFrame({"place": ordered, "run": near}).group_by("run", maintain_order=True)
        limits = runs.agg(start=pl.col("place").min(), stop=pl.col("place").max() + 1)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            read = [pool.submit(self.slice, start, stop - start, columns) for _, start, stop in limits.iter_rows()]
            parts = [part.result() for part in read]
        spans = zip(limits["start"], limits["stop"], strict=True)
        there = pl.concat([pl.int_range(start, stop, dtype=pl.UInt32, eager=True) for start, stop in spans])
        return pl.concat(parts)[there.search_sorted(places.cast(pl.UInt32))]

    @cached_property
    def _nature(self) -> Literal["memory", "parquet", "elsewhere"]:
        if self._made_from is not None:
            return "elsewhere"
        plan = self._table.explain()
        leaves = [line.strip().removeprefix("FROM ").split(" ")[0] for line in plan.splitlines() if _is_leaf(line)]
        if leaves and all(leaf == "DF" for leaf in leaves):
            return "memory"
        return "parquet" if leaves == ["Parquet"] else "elsewhere"

    @property
    def _fits(self) -> bool:
        return self.is_small or self._scratch.has_room(self.rows * self.width * _CELL)

    @cached_property
    def is_small(self) -> bool:
        """Whether the table, and all that is made of it, may be held in memory."""
        if self._made_from is not None:
            return self._made_from.is_small
        return self._nature == "memory" or self._count() * self.width <= _IN_MEMORY

    def _count(self) -> int:
        import polars as pl

        return int(self._table.select(pl.len()).collect(engine="streaming").item())

    def _made(self) -> "pl.DataFrame":
        return self._table.collect(engine="streaming") if self.is_small else self._scratch.keep(self._table)


def _is_leaf(line: str) -> bool:
    text = line.strip().removeprefix("FROM ")
    return text.startswith("DF [") or " SCAN " in f"{text} "


def _chosen(table: "pl.DataFrame", columns: Sequence[str] | None) -> "pl.DataFrame":
    return table if columns is None else table.select(columns)
