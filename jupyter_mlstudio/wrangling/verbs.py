"""What a step does to a table, in a few verbs; from them each face is written."""

from typing import Literal, NamedTuple

from jupyter_mlstudio.wrangling.conditions import SortKey
from jupyter_mlstudio.wrangling.expressions.nodes import Expr


class Assign(NamedTuple):
    """Compute columns, all from the table as it was. New ones come last, others are replaced where they stand."""

    columns: tuple[tuple[str, Expr], ...]


class Keep(NamedTuple):
    """Keep columns, in this order."""

    columns: tuple[str, ...]


class Drop(NamedTuple):
    """Remove columns."""

    columns: tuple[str, ...]


class Rename(NamedTuple):
    """Give columns other names: pairs of old and new."""

    names: tuple[tuple[str, str], ...]


class Where(NamedTuple):
    """Keep the rows where a condition is true, or, if `negated`, all others: also those where it is missing."""

    condition: Expr
    negated: bool = False


class Present(NamedTuple):
    """Keep the rows that have a value in each of these columns; none named means all."""

    columns: tuple[str, ...]


class Sort(NamedTuple):
    """Order the rows; missing values last, equal rows as they stood."""

    by: tuple[SortKey, ...]


class Distinct(NamedTuple):
    """Keep one of the rows that are equal in some columns, or none of them; no column named means all."""

    columns: tuple[str, ...]
    keep: Literal["first", "last", "none"] = "first"


class Slice(NamedTuple):
    """Keep rows by their place: from `start` (from the end if negative) `length` rows, or all that follow."""

    start: int
    length: int | None = None


class Figure(NamedTuple):
    """A figure of a group: a function of a column; of all its rows, or of those where a condition is true."""

    name: str
    function: str
    column: str = ""
    where: Expr | None = None


class Group(NamedTuple):
    """Make one row a group, in the order of the groups' first rows."""

    by: tuple[str, ...]
    figures: tuple[Figure, ...]


class Join(NamedTuple):
    """Add the columns of another file by keys. With `unique`, a key that stands there twice is an error."""

    path: str
    keys: tuple[str, ...]
    keys_there: tuple[str, ...]
    how: Literal["inner", "left", "full", "semi", "anti"] = "left"
    columns: tuple[str, ...] = ()
    unique: bool = False


class Union(NamedTuple):
    """Add the rows of another file; columns are matched by name, those that one side lacks are missing there."""

    path: str
    label: str = ""
    """Name of a column that holds, in the rows of the file, the file's name."""


class Unpivot(NamedTuple):
    """Make one row of each value of some columns: the column's name beside its value."""

    columns: tuple[str, ...]
    beside: tuple[str, ...]
    """Columns that are repeated in each of the rows."""
    variable: str
    value: str


class Explode(NamedTuple):
    """Make one row of each part of a text; a missing text stays one row."""

    column: str
    separator: str


class Repeat(NamedTuple):
    """Put each row so many times as a column of whole numbers above 0 says, one after the other."""

    column: str


class Raw(NamedTuple):
    """Text that is given as it is, for each face that it has."""

    polars: tuple[str, ...] = ()
    pandas: tuple[str, ...] = ()
    sql: str = ""
    """A query over the table `self`."""
    functions: tuple[tuple[str, str], ...] = ()
    """Functions that the Polars text calls, by name."""


Verb = (
    Assign | Keep | Drop | Rename | Where | Present | Sort | Distinct | Slice | Group | Join | Union | Unpivot
    | Explode | Repeat | Raw
)  # fmt: skip
Change = tuple[Verb, ...]
