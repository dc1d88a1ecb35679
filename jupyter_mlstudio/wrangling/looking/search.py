"""Finding the next cell that holds a text, in the order that is shown."""

from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlstudio.wrangling.cache import Cache, beside
from jupyter_mlstudio.wrangling.execute import Stage
from jupyter_mlstudio.wrangling.looking.types import Found
from jupyter_mlstudio.wrangling.orders import POSITION, Order, matches
from jupyter_mlstudio.wrangling.windows import Windows

if TYPE_CHECKING:
    import numpy
    import polars as pl

    Numbers = numpy.ndarray[Any, numpy.dtype[Any]]

_HITS = "__hits__"
_LONG = 200_000
"""In longer tables the next cell is told before all are counted."""
_NEAR = 5_000
_MOMENT = 0.4


class Wanted(NamedTuple):
    """What is looked for, in which columns."""

    text: str
    columns: tuple[str, ...]
    case: bool


class Hits(NamedTuple):
    """Rows that hold a text, as they stand in the order, and how many cells do up to each of them."""

    rows: "Numbers"
    until: "Numbers"

    @property
    def total(self) -> int:
        """How many cells there are."""
        return int(self.until[-1]) if len(self.until) else 0


class Search:
    """Looks for texts; what was found once is kept, so that the next one is near."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._hits: Cache[Hits] = Cache(4)

    def find(
        self, stage: Stage, order: Order, wanted: Wanted, row: int, column: str | None, *, backwards: bool
    ) -> Found:
        """Return the next cell after a place, or before it; after the last comes the first.

        In a long table a near one is told at once, while all are counted beside.
        """
        key = (stage.key, order, wanted)
        if self._hits.peek(key) is None and self._windows.count(stage) > _LONG:
            beside(lambda: self._all(stage, order, wanted), "find")
            near = self._near(stage, order, wanted, row, column, backwards=backwards)
            if near is not None:
                return near
        hits = self._all(stage, order, wanted)
        if not hits.total:
            return Found(row=None, column=None, index=0, total=0)
        import numpy

        here = int(numpy.searchsorted(hits.rows, row))
        if here < len(hits.rows) and hits.rows[here] == row:
            other = _beyond(self._columns(stage, order, wanted, row), wanted.columns, column, backwards=backwards)
            if other is not None:
                return self._found(stage, order, wanted, hits, here, other)
            here += 0 if backwards else 1
        place = (here - 1) % len(hits.rows) if backwards else here % len(hits.rows)
        columns = self._columns(stage, order, wanted, int(hits.rows[place]))
        return self._found(stage, order, wanted, hits, place, columns[-1 if backwards else 0])

    def _found(self, stage: Stage, order: Order, wanted: Wanted, hits: Hits, place: int, column: str) -> Found:
        row = int(hits.rows[place])
        before = int(hits.until[place - 1]) if place else 0
        index = before + self._columns(stage, order, wanted, row).index(column) + 1
        return Found(row=row, column=column, index=index, total=hits.total)

    def _near(
        self, stage: Stage, order: Order, wanted: Wanted, row: int, column: str | None, *, backwards: bool
    ) -> Found | None:
        """Look through the rows beside a place, for a moment."""
        size, ends = _NEAR, monotonic() + _MOMENT
        other = _beyond(self._columns(stage, order, wanted, row), wanted.columns, column, backwards=backwards)
        if other is not None:
            return Found(row=row, column=other, index=None, total=None)
        start, stop = (max(row - size, 0), row) if backwards else (row + 1, row + 1 + size)
        while monotonic() < ends and stop > start:
            shown = self._windows.rows(stage, order, start, stop, wanted.columns).table
            tests = _tests(stage, wanted)
            holds = shown.select(_any(tests)).to_series().arg_true()
            if len(holds):
                place = start + int(holds[-1 if backwards else 0])
                columns = self._columns(stage, order, wanted, place)
                return Found(row=place, column=columns[-1 if backwards else 0], index=None, total=None)
            size *= 2
            start, stop = (max(start - size, 0), start) if backwards else (stop, stop + size if len(shown) else stop)
        return None

    def _all(self, stage: Stage, order: Order, wanted: Wanted) -> Hits:
        """Return all rows that hold the text; who asks while they are searched for waits."""
        return self._hits.get((stage.key, order, wanted), lambda: self._made(stage, order, wanted))

    def _made(self, stage: Stage, order: Order, wanted: Wanted) -> Hits:
        """Count the cells of each row, in one pass over the columns that could hold the text."""
        import numpy
        import polars as pl

        tests = _tests(stage, wanted)
        if not tests:
            return Hits(numpy.empty(0, "int64"), numpy.empty(0, "int64"))
        cells = pl.sum_horizontal(*(test.fill_null(value=False).cast(pl.UInt16) for test in tests.values()))
        numbered = self._windows.lazy(stage).with_row_index(POSITION).select(POSITION, cells.alias(_HITS))
        found = numbered.filter(pl.col(_HITS) > 0).collect(engine="streaming")
        rows, times = found[POSITION].to_numpy(), found[_HITS].to_numpy()
        if order != Order():
            each = numpy.zeros(self._windows.count(stage), "uint16")
            each[rows] = times
            shown = each[self._windows.order(stage, order).to_numpy()]
            rows = numpy.flatnonzero(shown)
            times = shown[rows]
        return Hits(rows, numpy.cumsum(times, dtype="int64"))

    def _columns(self, stage: Stage, order: Order, wanted: Wanted, row: int) -> list[str]:
        """Return the columns of a row that hold the text."""
        tests = _tests(stage, wanted)
        shown = self._windows.rows(stage, order, row, row + 1, wanted.columns).table
        holds = shown.select(test.alias(name) for name, test in tests.items()).row(0, named=True)
        return [name for name in wanted.columns if holds.get(name)]


def _tests(stage: Stage, wanted: Wanted) -> "dict[str, pl.Expr]":
    return matches(wanted.text, {name: stage.columns[name] for name in wanted.columns}, case=wanted.case)


def _any(tests: "dict[str, pl.Expr]") -> "pl.Expr":
    import polars as pl

    return pl.any_horizontal(*tests.values(), pl.lit(value=False)).fill_null(value=False).alias(_HITS)


def _beyond(holding: list[str], columns: Sequence[str], column: str | None, *, backwards: bool) -> str | None:
    """Return the next of the columns that hold the text, counted from one of them; with none given, this row counts."""
    place = columns.index(column) if column in columns else None
    if backwards:
        left = [name for name in holding if place is None or columns.index(name) < place]
        return left[-1] if left else None
    right = [name for name in holding if place is None or columns.index(name) > place]
    return right[0] if right else None
