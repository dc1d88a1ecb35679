"""What a step changes: rows left out, cells with other values, columns that come and go."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlstudio.wrangling.execute import Stage
from jupyter_mlstudio.wrangling.figures import Sure
from jupyter_mlstudio.wrangling.lays import in_place, picks
from jupyter_mlstudio.wrangling.looking.types import CellsChanged, Difference
from jupyter_mlstudio.wrangling.orders import Order
from jupyter_mlstudio.wrangling.origins import untouched
from jupyter_mlstudio.wrangling.windows import Rows, Windows

if TYPE_CHECKING:
    import numpy
    import polars as pl

CHANGE, CHANGED, BEFORE = "__change__", "__changed__", "__before__"
_BETWEEN = "\x1f"
_COUNTED = 60_000_000
"""So many cells are compared to count the changed ones; beyond, a sample is."""
_SAMPLE = 100_000


class Pair(NamedTuple):
    """The table before a step and after it."""

    before: Stage
    after: Stage

    @property
    def touched(self) -> list[str]:
        """The columns that may have other values."""
        passed = untouched(self.before, self.after.code)
        return [name for name in self.after.columns if name in self.before.columns and name not in passed]

    @property
    def is_in_place(self) -> bool:
        """Whether each row stays where it was."""
        return in_place(self.after.step)

    @property
    def picks(self) -> bool:
        """Whether rows are only left out or ordered."""
        return picks(self.after.step, self.before)


def difference(windows: Windows, pair: Pair) -> Difference:
    """Count what a step changes."""
    before, after = pair
    cells: tuple[CellsChanged, ...] = ()
    exactness: Sure = "exact"
    rows_before = windows.count(before)
    rows_after = rows_before if pair.is_in_place else windows.count(after)
    if pair.is_in_place:
        cells, exactness = _cells(windows, pair, rows_before)
    common = [name for name in after.columns if name in before.columns]
    return Difference(
        rows_before=rows_before,
        rows_after=rows_after,
        rows_added=0 if pair.is_in_place or pair.picks else None,
        rows_removed=rows_before - rows_after if pair.is_in_place or pair.picks else None,
        columns_added=tuple(name for name in after.columns if name not in before.columns),
        columns_removed=tuple(name for name in before.columns if name not in after.columns),
        columns_retyped=tuple(name for name in common if before.columns[name] != after.columns[name]),
        cells=cells,
        exactness=exactness,
        marks=pair.is_in_place or pair.picks,
        order=not pair.is_in_place and not (pair.picks and windows.own(after).is_sorted()),
    )


def _cells(windows: Windows, pair: Pair, rows: int) -> tuple[tuple[CellsChanged, ...], Sure]:
    """Count the changed cells of each column, in all rows where that is quick."""
    import polars as pl

    names = pair.touched
    if not names:
        return (), "exact"
    whole = rows * len(names) <= _COUNTED
    old = windows.lazy(pair.before) if whole else windows.sample(pair.before, _SAMPLE).lazy()
    new = windows.lazy(pair.after) if whole else _stepped(windows, pair, old)
    both = pl.concat([old.select(pl.col(names).name.prefix(BEFORE)), new.select(names)], how="horizontal")
    asked = [_differs(pair, name).sum().alias(name) for name in names]
    found = both.select(pl.len().alias(CHANGE), *asked).collect(engine="streaming").row(0, named=True)
    times = 1 if whole or not found[CHANGE] else rows / found[CHANGE]
    counts = (CellsChanged(column=name, changed=round(found[name] * times)) for name in names)
    return tuple(each for each in counts if each.changed), "exact" if whole or times == 1 else "sampled"


def _stepped(windows: Windows, pair: Pair, old: "pl.LazyFrame") -> "pl.LazyFrame":
    from jupyter_mlstudio.wrangling.execute import evaluate

    made: pl.LazyFrame = evaluate(old, pair.after.code)
    return made


def changes(windows: Windows, pair: Pair, start: int, stop: int, columns: Sequence[str], *, only: bool) -> Rows:
    """Return rows of a difference, with what became of each."""
    if pair.is_in_place:
        return _marked(windows, pair, start, stop, columns, only=only)
    if pair.picks and windows.own(pair.after).is_sorted():
        return _struck(windows, pair, start, stop, columns, only=only)
    rows = windows.rows(pair.after, Order(), start, stop, list(pair.after.columns))
    return Rows(_plain(rows.table, columns), rows.total)


def _marked(windows: Windows, pair: Pair, start: int, stop: int, columns: Sequence[str], *, only: bool) -> Rows:
    """Return rows after a step that leaves them in place, with the values before of cells that it changed."""
    import polars as pl

    places = windows.kept(("changed", pair.after.key), lambda: _changed_rows(windows, pair)) if only else None
    total = windows.count(pair.before) if places is None else places.len()
    if places is None:
        old = windows.rows(pair.before, Order(), start, stop, list(pair.before.columns)).table
    else:
        ground = windows.places(pair.before).gather(places.slice(start, stop - start))
        old = windows.gather(pair.before, ground)
    new = _stepped(windows, pair, old.lazy()).collect()
    names = pair.touched
    gone = [name for name in pair.before.columns if name not in pair.after.columns]
    both = pl.concat([new, old.select(gone), old.select(pl.col(names).name.prefix(BEFORE))], how="horizontal")
    flags = both.select(_differs(pair, name).alias(name) for name in names)
    marked = [name for name in names if flags[name].any()]
    texts = [pl.when(flags[name]).then(pl.lit(name)) for name in marked]
    changed = pl.select(pl.concat_str(texts, separator=_BETWEEN, ignore_nulls=True)).to_series() if texts else None
    table = both.with_columns(
        *(pl.when(flags[name]).then(pl.col(f"{BEFORE}{name}")).alias(f"{BEFORE}{name}") for name in marked),
        (changed if changed is not None else pl.lit("")).alias(CHANGED),
    ).drop([f"{BEFORE}{name}" for name in names if name not in marked])
    status = pl.when(pl.col(CHANGED) == "").then(pl.lit("same")).otherwise(pl.lit("changed")).alias(CHANGE)
    return Rows(_chosen(table.with_columns(status), columns), total)


def _changed_rows(windows: Windows, pair: Pair) -> "pl.Series":
    """Return the positions of the rows with a changed cell."""
    import polars as pl

    names = pair.touched
    old, new = windows.lazy(pair.before), windows.lazy(pair.after)
    if not names:
        return pl.Series(dtype=pl.UInt32)
    both = pl.concat([old.select(pl.col(names).name.prefix(BEFORE)), new.select(names)], how="horizontal")
    flag = pl.any_horizontal(*(_differs(pair, name) for name in names)).alias(CHANGE)
    return both.select(flag).collect(engine="streaming").to_series().arg_true()


def _struck(windows: Windows, pair: Pair, start: int, stop: int, columns: Sequence[str], *, only: bool) -> Rows:
    """Return rows before a step that leaves some out, and say which these are."""
    import numpy
    import polars as pl

    stay = windows.own(pair.after).to_numpy()
    total = windows.count(pair.before)
    if only:
        gone = windows.kept(("removed", pair.after.key), lambda: _missing(stay, total))
        ground = windows.places(pair.before).gather(gone.slice(start, stop - start))
        return Rows(_plain(windows.gather(pair.before, ground), columns, "removed"), gone.len())
    table = windows.rows(pair.before, Order(), start, stop, list(pair.before.columns)).table
    shown = numpy.arange(start, start + table.height)
    found = numpy.searchsorted(stay, shown)
    stays = numpy.zeros(len(shown), "bool")
    inside = found < len(stay)
    stays[inside] = stay[found[inside]] == shown[inside]
    marks = pl.select(pl.when(pl.lit(pl.Series(stays))).then(pl.lit("same")).otherwise(pl.lit("removed"))).to_series()
    return Rows(_chosen(_plain(table, ()).with_columns(marks.alias(CHANGE)), columns), total)


def _missing(stay: "numpy.ndarray[Any, numpy.dtype[Any]]", total: int) -> "pl.Series":
    import numpy
    import polars as pl

    left = numpy.ones(total, "bool")
    left[stay] = False
    return pl.Series(left).arg_true()


def _differs(pair: Pair, name: str) -> "pl.Expr":
    """Compare the values of a column; of another type, as they are shown."""
    import polars as pl

    old, new = pl.col(f"{BEFORE}{name}"), pl.col(name)
    if pair.before.columns[name] == pair.after.columns[name]:
        return old.ne_missing(new)
    if pair.before.columns[name].is_numeric() and pair.after.columns[name].is_numeric():
        return old.cast(pl.Float64).ne_missing(new.cast(pl.Float64))  # 5 and 5.0 are the same to those who look
    nested = pair.before.columns[name].is_nested() or pair.after.columns[name].is_nested()
    return pl.lit(value=True) if nested else old.cast(pl.String).ne_missing(new.cast(pl.String))


def _plain(table: "pl.DataFrame", columns: Sequence[str], change: str = "same") -> "pl.DataFrame":
    import polars as pl

    return _chosen(table.with_columns(pl.lit(change).alias(CHANGE), pl.lit("").alias(CHANGED)), columns)


def _chosen(table: "pl.DataFrame", columns: Sequence[str]) -> "pl.DataFrame":
    """Keep the columns asked for, and all that says what became of them."""
    if not columns:
        return table
    wanted = {*columns, CHANGE, CHANGED, *(f"{BEFORE}{name}" for name in columns)}
    return table.select(name for name in table.columns if name in wanted)
