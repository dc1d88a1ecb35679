"""What a function over other rows is: how it is written on each face."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.wrangling.expressions.function import Template

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer


class Window(NamedTuple):
    """One function over other rows, on each face that can write it.

    In SQL `{0}` is the argument, `{1:c}` the first option. `OVER` with partition, order and frame comes at the end, or
    where `{over}` stands; `{partition}` is the partition alone. In pandas the argument comes grouped and sorted.
    """

    polars: Template
    pandas: Template
    sql: Template
    frame: str | Callable[..., str] = ""
    """The SQL frame, if not that of the order; a function takes the options."""
    ordered: bool = True
    """Whether the result depends on the order of the rows."""


def rows_of(writer: "Writer") -> tuple[str, tuple[str, ...]]:
    """Return how pandas writes the rows that a window is over, and their groups."""
    return getattr(writer, "rows", "df"), getattr(writer, "by", ())
