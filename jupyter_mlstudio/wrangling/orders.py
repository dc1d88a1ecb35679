"""Orders to look at a table in: a sort, a filter and a search become one vector of row positions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.wrangling.conditions import Condition, SortKey, written
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import polars as pl

    Schema = Mapping[str, pl.DataType]

POSITION = "__position__"


class Order(NamedTuple):
    """Which rows are wanted, in which order."""

    sort: tuple[SortKey, ...] = ()
    filter: tuple[Condition, ...] = ()
    search: str = ""

    @property
    def narrows(self) -> bool:
        """Whether rows are left out."""
        return bool(self.filter or self.search)


def positions(table: "pl.LazyFrame", order: Order, schema: "Schema") -> "pl.Series":
    """Return where the wanted rows stand in a table, in their order; only the columns that it takes are read."""
    return wanted(table, order, schema).select(POSITION).collect(engine="streaming").to_series()


def first(table: "pl.LazyFrame", order: Order, schema: "Schema", stop: int) -> "pl.Series":
    """Return the positions of the first wanted rows alone: much less work than the whole order."""
    return wanted(table, order, schema).head(stop).select(POSITION).collect(engine="streaming").to_series()


def count(table: "pl.LazyFrame", order: Order, schema: "Schema") -> int:
    """Count the wanted rows."""
    import polars as pl

    return int(kept(table, order, schema).select(pl.len()).collect(engine="streaming").item())


def wanted(table: "pl.LazyFrame", order: Order, schema: "Schema") -> "pl.LazyFrame":
    """Number the rows, keep those that are wanted, and sort them; equal rows stay as they stood."""
    lazy = kept(table.with_row_index(POSITION), order, schema)
    if not order.sort:
        return lazy
    names = [*(key.column for key in order.sort), POSITION]
    falling = [*(key.descending for key in order.sort), False]
    return lazy.sort(names, descending=falling, nulls_last=True)


def kept(table: "pl.LazyFrame", order: Order, schema: "Schema") -> "pl.LazyFrame":
    """Keep the rows that filter and search find."""
    import polars as pl

    for condition in order.filter:
        table = table.filter(eval(written(condition, schema).argument(), {"pl": pl}))  # our own text
    return table.filter(_found(order.search, schema)) if order.search else table


def _found(search: str, schema: "Schema") -> "pl.Expr":
    import polars as pl

    return pl.any_horizontal(*matches(search, schema).values(), pl.lit(False))


def matches(text: str, schema: "Schema", *, case: bool = False) -> "dict[str, pl.Expr]":
    """Tell for each column that could hold a text as it is shown which of its values do; others are left out."""
    import polars as pl

    found = {}
    for name, dtype in schema.items():
        if _can_hold(text, dtype):
            shown = pl.col(name) if isinstance(dtype, pl.String) else pl.col(name).cast(pl.String)
            if case:
                found[name] = shown.str.contains(text, literal=True)
            else:
                found[name] = shown.str.contains(f"(?i){_escaped(text)}")
    return found


def _can_hold(text: str, dtype: "pl.DataType") -> bool:
    """Spare the work of writing ten million numbers to look for a word in them."""
    import polars as pl

    role = role_of(dtype)
    if role in {"nested", "other", "duration"}:
        return False
    if role == "boolean":
        return text.casefold() in "true" or text.casefold() in "false"
    if role == "number" and not isinstance(dtype, pl.Decimal):
        return set(text.casefold()) <= set("0123456789+-.einfa") and not text.isspace()
    if role in {"date", "datetime", "time"}:
        zone = getattr(dtype, "time_zone", None)
        return bool(zone) or set(text.casefold()) <= set("0123456789-:. ")
    return True


def _escaped(text: str) -> str:
    """Take a text as it is: Rust's expressions know other escapes than Python's."""
    return "".join(f"\\{sign}" if sign in r"\.+*?()|[]{}^$#&-~" else sign for sign in text)
