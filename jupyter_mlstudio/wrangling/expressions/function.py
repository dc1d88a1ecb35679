"""What a function of the expression language is: how it is written on each face, and what it computes."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.wrangling.expressions.nodes import Expr, Lit, Scalar
from jupyter_mlstudio.wrangling.writing import ATOM, Text

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.faces.writer import Writer

Rule = Callable[["Writer", tuple[Expr, ...]], Text | str]
Template = str | Rule
"""How a call is written. In a text, `{0}` is the first argument as something that methods can be called on, `{0:a}`
the same as an argument of a function, `{0:c}` a plain constant, and `{all}` all arguments with commas."""


class Usage(NamedTuple):
    """How a function is called in a formula."""

    least: int
    most: int
    example: str
    constants: int = 0
    """How many arguments at the end are fixed values."""


class Function(NamedTuple):
    """One function with its faces. `row` computes it for plain values; unless `nullable`, missing makes missing."""

    polars: Template
    pandas: Template
    sql: Template | Mapping[str, Template]
    """In DuckDB's dialect, from which others are translated; or by dialect, where translating is not enough."""
    row: Callable[..., object]
    usage: Usage | None = None
    nullable: bool = False
    nan: bool = False
    """Whether the result may be no number, which counts as missing."""
    level: int = ATOM
    """How strongly the text of the Polars and pandas faces holds together."""
    sql_level: int = ATOM


def constant(arguments: tuple[Expr, ...], at: int) -> Scalar:
    """Return an argument that is a fixed value."""
    argument = arguments[at]
    assert isinstance(argument, Lit)  # formulas and steps see to it
    return argument.value
