"""Windows of rows: what a grid shows while it scrolls, at the same cost wherever it stands and however it is sorted.

A sort or filter is done once, as one vector of row positions; a window then only gathers its rows, and takes them
through the steps that change them.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.wrangling.cache import Cache, Scratch, beside
from jupyter_mlstudio.wrangling.execute import Stage
from jupyter_mlstudio.wrangling.ground import Ground
from jupyter_mlstudio.wrangling.lays import Lay, picked_rows
from jupyter_mlstudio.wrangling.orders import Order, count, first, positions
from jupyter_mlstudio.wrangling.writing import require, role_of

if TYPE_CHECKING:
    import polars as pl

_LONGEST = 400
_TOP = 1_000
_QUICK = 200_000
"""In longer tables the first rows of a new order are found first."""
_POSITIONS = 200_000_000
"""How many bytes of positions are kept."""
_HEADS = 400_000
"""How many rows from the beginnings of tables are kept."""
_GROUNDS = 3


class Rows(NamedTuple):
    """Some rows, and of how many; if that is not known yet, of how many at least."""

    table: "pl.DataFrame"
    total: int
    exact: bool = True


class Windows:
    """Keeps what the last stages stand on and the orders that were asked for; safe to share between threads."""

    def __init__(self) -> None:
        self._scratch = Scratch()
        self._grounds: Cache[Ground] = Cache(_GROUNDS)
        self._positions: Cache[pl.Series] = Cache(_POSITIONS, lambda kept: int(kept.estimated_size()))
        self._heads: Cache[pl.DataFrame] = Cache(_HEADS, lambda kept: kept.height)

    def begin(self, source: Stage, lay: Callable[[Stage], Lay]) -> None:
        """Work on another source; `lay` tells how a stage's rows lie on an earlier one's."""
        self.close()
        self._lay, self.source = lay, Ground(source.table, self._scratch)

    def rows(self, stage: Stage, order: Order, start: int, stop: int, columns: Sequence[str]) -> Rows:
        """Return the rows from `start` to before `stop` of a table in an order.

        Raises:
            InvalidError: The order names a column that is not there.
        """
        require([key.column for key in order.sort], stage.columns)
        lay = self._lay(stage)
        if order == Order() and lay.picked is None:
            ground = self.ground(lay)
            return Rows(lay.applied(ground.slice(start, stop - start, lay.untouched(columns))), ground.rows)
        is_new = order != Order() and self._positions.peek((stage.key, order)) is None
        if is_new and stop <= _TOP and self.count(stage) > _QUICK:
            return self._top(stage, order, start, stop, columns)
        places = self.places(stage, order)
        return Rows(self.gather(stage, places.slice(start, stop - start), columns), places.len())

    def begun(self, start: int, stop: int, columns: Sequence[str], *, settled: bool) -> Rows:
        """Return the first rows of a source that nobody has counted yet, and have it read beside if its types are."""
        if self.source.is_near or start:
            table = self.source.frame()
            return Rows(table.select(columns).slice(start, stop - start), table.height)
        if settled:
            self.source.prepare()
        table = self.source.slice(start, stop - start, columns)
        return Rows(table, table.height, exact=False)

    def gather(self, stage: Stage, places: "pl.Series", columns: Sequence[str] = ()) -> "pl.DataFrame":
        """Return rows of a stage; the places are those of its ground, as `places` answers them."""
        lay = self._lay(stage)
        return lay.applied(self.ground(lay).gather(places, lay.untouched(columns)))

    def places(self, stage: Stage, order: Order = Order()) -> "pl.Series":  # noqa: B008  # an immutable one
        """Return where the rows of a stage, in an order, stand on its ground."""
        lay = self._lay(stage)
        picked = lay.picked
        if order == Order():
            return self._picked(picked) if picked is not None else self._all(lay)
        return self._placed(stage, self.order(stage, order))

    def _placed(self, stage: Stage, own: "pl.Series") -> "pl.Series":
        """Turn positions in a stage's own rows into places on its ground."""
        picked = self._lay(stage).picked
        return own if picked is None else self._picked(picked).gather(own)

    def order(self, stage: Stage, order: Order) -> "pl.Series":
        """Return the positions in a stage's own rows of those that an order shows."""
        return self._positions.get((stage.key, order), lambda: positions(self.lazy(stage), order, stage.columns))

    def own(self, stage: Stage) -> "pl.Series":
        """Return where the rows of a stage, whose last step picked them, stood before that step."""
        lay = self._lay(stage)
        return self._picked(lay) if lay.before.picked is None else self.kept(("own", stage.key), lambda: self._own(lay))

    def kept(self, key: object, make: "Callable[[], pl.Series]") -> "pl.Series":
        """Return positions that are kept under a key, or make them."""
        return self._positions.get(key, make)

    def count(self, stage: Stage) -> int:
        """Count the rows of a stage."""
        lay = self._lay(stage)
        picked = lay.picked
        return self.ground(lay).rows if picked is None else self._picked(picked).len()

    def head(self, stage: Stage, rows: int) -> "pl.DataFrame":
        """Return the first rows of a stage; they are kept, so that steps can be tried on them."""
        return self._heads.get((stage.key, rows), lambda: self._begun(stage, rows))

    def sample(self, stage: Stage, size: int) -> "pl.DataFrame":
        """Return about so many rows, spread over the whole table."""
        lay = self._lay(stage)
        ground = self.ground(lay)
        if lay.picked is None:
            return lay.applied(ground.sample(size))
        if ground.rows <= size:
            return self.lazy(stage).collect(engine="streaming")
        places = self._picked(lay.picked)
        return self.gather(stage, places.gather_every(-(-places.len() // size) or 1))

    def lazy(self, stage: Stage) -> "pl.LazyFrame":
        """Return a stage's table to compute on, from the nearest rows that there are."""
        lay = self._lay(stage)
        return lay.on(self.ground(lay).lazy)

    def table(self, stage: Stage) -> "pl.DataFrame":
        """Return a stage's whole table. For small ones, and for whoever needs all of it: `lazy` is lighter."""
        lay = self._lay(stage)
        if len(lay.stages) == 1:
            return self.ground(lay).frame()
        return self.lazy(stage).collect(engine="streaming")

    def prepare(self, stage: Stage) -> None:
        """Begin to bring the rows near, while nobody waits."""
        self.ground(self._lay(stage)).prepare()

    def ground(self, lay: Lay) -> Ground:
        """Return what a lay starts on."""
        if not lay.ground.key:
            return self.source
        return self._grounds.get(lay.ground.key, lambda: Ground(lay.ground.table, self._scratch, self.source))

    def close(self) -> None:
        """Let go of all tables and files."""
        for cache in (self._grounds, self._positions, self._heads):
            cache.clear()
        self._scratch.close()

    def _picked(self, lay: Lay) -> "pl.Series":
        """Return where the rows that the last step of a lay has picked stand on the ground."""
        return self._positions.get(lay.end.key, lambda: self._found(lay))

    def _found(self, lay: Lay) -> "pl.Series":
        own, before = self._own(lay), lay.before.picked
        return own if before is None else self._picked(before).gather(own)

    def _own(self, lay: Lay) -> "pl.Series":
        step = lay.end.step
        assert step is not None  # only a step picks
        return picked_rows(step, lay.before.end, lay.before.on(self.ground(lay).lazy))

    def _all(self, lay: Lay) -> "pl.Series":
        import polars as pl

        return pl.int_range(self.ground(lay).rows, dtype=pl.UInt32, eager=True)

    def _top(self, stage: Stage, order: Order, start: int, stop: int, columns: Sequence[str]) -> Rows:
        """Find the first rows of a new order alone, and have the order of all rows made beside."""
        table = self.lazy(stage)
        own = first(table, order, stage.columns, stop).slice(start)
        total = count(table, order, stage.columns) if order.narrows else self.count(stage)
        found = self.gather(stage, self._placed(stage, own), columns)
        beside(lambda: self.order(stage, order), "order")
        self.prepare(stage)
        return Rows(found, total)

    def _begun(self, stage: Stage, rows: int) -> "pl.DataFrame":
        lay = self._lay(stage)
        if lay.picked is None:
            return lay.applied(self.ground(lay).slice(0, rows))
        known = self._positions.peek(lay.picked.end.key)
        if known is not None:
            return self.gather(stage, known.head(rows))
        return self.lazy(stage).head(rows).collect(engine="streaming")


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
