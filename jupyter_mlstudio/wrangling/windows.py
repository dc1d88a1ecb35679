"""Windows of rows: what a grid shows while it scrolls, at the same cost wherever it stands and however it is sorted.

A sort or filter is done once, as one vector of row positions; a window then only gathers its rows.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from jupyter_mlstudio.wrangling.conditions import Condition, SortKey, written
from jupyter_mlstudio.wrangling.execute import Stage
from jupyter_mlstudio.wrangling.writing import require, role_of

if TYPE_CHECKING:
    import polars as pl

V = TypeVar("V")

_IN_MEMORY = 60_000_000
"""Tables with more cells than this are kept in a file that is mapped into memory."""
_POSITION = "__position__"
_LONGEST = 400
_TOP = 1_000
_QUICK = 200_000
"""In longer tables the first rows of a new order are found first."""


class Order(NamedTuple):
    """Which rows are wanted, in which order."""

    sort: tuple[SortKey, ...] = ()
    filter: tuple[Condition, ...] = ()
    search: str = ""


class Rows(NamedTuple):
    """Some rows, and of how many."""

    table: "pl.DataFrame"
    total: int


class Cache(Generic[V]):
    """Keeps what was used last, up to a number of things; each is made only once, also when several ask for it."""

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, Lock()
        self._kept: OrderedDict[object, V] = OrderedDict()
        self._making: dict[object, Lock] = {}

    def get(self, key: object, make: Callable[[], V]) -> V:
        """Return what is kept under a key, or make it."""
        with self._lock:
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            value = make()
            with self._lock:
                self._kept[key] = value
                self._making.pop(key, None)
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)
            return value

    def peek(self, key: object) -> V | None:
        """Return what is kept, without making it."""
        with self._lock:
            return self._kept.get(key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


class Windows:
    """Keeps the tables of the last stages and the orders that were asked for; safe to share between threads."""

    def __init__(self) -> None:
        self._tables: Cache[pl.DataFrame] = Cache(3)
        self._positions: Cache[pl.Series] = Cache(8)
        self._scratch = Scratch()

    def rows(self, stage: Stage, order: Order, start: int, stop: int, columns: Sequence[str]) -> Rows:
        """Return the rows from `start` to before `stop` of a table in an order.

        Raises:
            InvalidError: The order names a column that is not there.
        """
        require([key.column for key in order.sort], stage.columns)
        table = self.table(stage)
        if order == Order():
            return Rows(table.select(columns).slice(start, stop - start), table.height)
        if stop <= _TOP and table.height > _QUICK and self._positions.peek((stage.key, order)) is None:
            return self._top(stage, order, start, stop, columns)
        positions = self._order(stage, order)
        return Rows(table.select(columns)[positions.slice(start, stop - start)], positions.len())

    def table(self, stage: Stage) -> "pl.DataFrame":
        """Return a stage's whole table; a large one stays in a file."""
        return self._tables.get(stage.key, lambda: self._made(stage))

    def at_hand(self, stage: Stage) -> "pl.DataFrame | None":
        """Return a stage's table if it need not be made first."""
        return self._tables.peek(stage.key)

    def close(self) -> None:
        """Let go of all tables and files."""
        self._tables.clear()
        self._positions.clear()
        self._scratch.close()

    def _top(self, stage: Stage, order: Order, start: int, stop: int, columns: Sequence[str]) -> Rows:
        """Find the first rows of a new order alone, and have the order of all rows made beside."""
        import polars as pl

        table = self.table(stage)
        kept = _kept(table, order, stage)
        found = _sorted(kept, order).head(stop).select(_POSITION).collect().to_series()
        total = int(kept.select(pl.len()).collect().item())
        Thread(target=self._order, args=[stage, order], name="mlstudio-order", daemon=True).start()
        return Rows(table.select(columns)[found.slice(start)], total)

    def _order(self, stage: Stage, order: Order) -> "pl.Series":
        """Return the positions of all rows in an order."""
        return self._positions.get((stage.key, order), lambda: _positions(self.table(stage), order, stage))

    def _made(self, stage: Stage) -> "pl.DataFrame":
        import polars as pl

        if _cells_before(stage) <= _IN_MEMORY:
            return stage.table.collect()
        path = self._scratch.path(f"{stage.key or 'source'}.arrow")
        stage.table.sink_ipc(path, compat_level=pl.CompatLevel.newest())
        return mapped(path)


class Scratch:
    """A folder for large tables, made when needed and removed at the end."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._lock = Lock()

    def path(self, name: str) -> str:
        """Return the path of a file in the folder."""
        with self._lock:
            if self._folder is None:
                self._folder = TemporaryDirectory(prefix="mlstudio-wrangling-")
            return f"{self._folder.name}/{name}"

    def close(self) -> None:
        """Remove the folder."""
        with self._lock:
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None


def mapped(path: str) -> "pl.DataFrame":
    """Open an uncompressed Arrow file without reading it: rows come from the disk as they are asked for."""
    import polars as pl
    import pyarrow

    frame = pl.from_arrow(pyarrow.ipc.open_file(pyarrow.memory_map(path)).read_all(), rechunk=False)
    assert isinstance(frame, pl.DataFrame)  # a table, not a column, was written
    return frame


def arrow(table: "pl.DataFrame") -> bytes:
    """Write rows as an Arrow IPC stream that every reader knows; long texts are cut, odd types become text."""
    import polars as pl

    shown = table.with_columns(_shown(table[name]) for name in table.columns)
    buffer = shown.write_ipc_stream(None, compat_level=pl.CompatLevel.oldest())
    return buffer.getvalue()


def _shown(column: "pl.Series") -> "pl.Series":
    import polars as pl

    if isinstance(column.dtype, pl.String):
        return column.str.head(_LONGEST)
    if isinstance(column.dtype, (pl.Categorical, pl.Enum)):
        return column.cast(pl.String)
    if role_of(column.dtype) in {"nested", "other", "duration"} or isinstance(column.dtype, (pl.Decimal, pl.Int128)):
        texts = [None if value is None else str(value)[:_LONGEST] for value in column.to_list()]
        return pl.Series(column.name, texts, dtype=pl.String)
    return column


def _positions(table: "pl.DataFrame", order: Order, stage: Stage) -> "pl.Series":
    return _sorted(_kept(table, order, stage), order).select(_POSITION).collect().to_series()


def _kept(table: "pl.DataFrame", order: Order, stage: Stage) -> "pl.LazyFrame":
    """Number the rows, and keep those that filter and search find."""
    import polars as pl

    lazy = table.lazy().with_row_index(_POSITION)
    for condition in order.filter:
        lazy = lazy.filter(eval(written(condition, stage.columns).argument(), {"pl": pl}))  # our own text
    return lazy.filter(_found(order.search, stage)) if order.search else lazy


def _sorted(table: "pl.LazyFrame", order: Order) -> "pl.LazyFrame":
    """Sort; equal rows stay in their order because their position is the last key."""
    if not order.sort:
        return table
    names = [*(key.column for key in order.sort), _POSITION]
    falling = [*(key.descending for key in order.sort), False]
    return table.sort(names, descending=falling, nulls_last=True)


def _found(search: str, stage: Stage) -> "pl.Expr":
    """Find a text in any column as it is shown, whatever its case."""
    import polars as pl

    columns = [
        (pl.col(name) if isinstance(dtype, pl.String) else pl.col(name).cast(pl.String)).str.to_lowercase()
        for name, dtype in stage.columns.items()
        if role_of(dtype) not in {"nested", "other", "duration"}
    ]
    return pl.any_horizontal(*(column.str.contains(search.lower(), literal=True) for column in columns), pl.lit(False))


def _cells_before(stage: Stage) -> int:
    import polars as pl

    rows = stage.table.select(pl.len()).collect().item()
    return int(rows) * len(stage.columns)
