"""Writes expressions as text. What the faces share is here; each adds how it writes columns, values and choices."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from math import isfinite
from typing import TYPE_CHECKING, ClassVar, Literal

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.function import Template
from jupyter_mlstudio.wrangling.expressions.functions import FUNCTIONS
from jupyter_mlstudio.wrangling.expressions.nodes import Call, Case, Col, Expr, Lit, Mapped, Windowed, parts, rebuilt
from jupyter_mlstudio.wrangling.faces.languages import Dialect
from jupyter_mlstudio.wrangling.writing import Text

if TYPE_CHECKING:
    import polars as pl


class Piece:
    """A written argument in a template; what follows its colon says in which form it is wanted."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def __format__(self, form: str) -> str:
        """Write it as an expression, an argument (`a`), a constant (`c`), or beside an operator of a level."""
        if form == "a":
            return self._text.argument()
        if form == "c":
            return self._text.text
        return self._text.beside(int(form)) if form else self._text.expression()


class Writer(ABC):
    """Writes expressions over the columns of one table."""

    face: ClassVar[Literal["polars", "pandas", "sql"]]
    dialect: Dialect = "duckdb"

    def __init__(self, schema: "Mapping[str, pl.DataType]") -> None:
        self.schema = schema

    @abstractmethod
    def column(self, name: str) -> Text:
        """Write a column."""

    @abstractmethod
    def literal(self, value: Lit) -> Text:
        """Write a value."""

    @abstractmethod
    def case(self, case: Case) -> Text:
        """Write a choice."""

    @abstractmethod
    def mapped(self, mapped: Mapped) -> Text:
        """Write one value for another."""

    @abstractmethod
    def windowed(self, windowed: Windowed) -> Text:
        """Write a function over other rows."""

    def series(self, expr: Expr) -> str:
        """Write an expression as a column, even if it is one value."""
        return self.write(expr).argument()

    def text(self, expr: Expr, *, settled: bool = False) -> str:
        """Write an expression that stands for itself."""
        return (self.write(expr) if settled else self.whole(expr)).argument()

    def whole(self, expr: Expr) -> Text:
        """Write an expression in which what is no number has become a missing value."""
        return self.write(settled(expr, self.dtype))

    def write(self, expr: Expr) -> Text:
        """Write an expression with how strongly it holds together."""
        if isinstance(expr, Col):
            return self.column(expr.name)
        if isinstance(expr, Lit):
            return self.literal(expr)
        if isinstance(expr, Call):
            return self.call(expr)
        if isinstance(expr, Case):
            return self.case(expr)
        if isinstance(expr, Mapped):
            return self.mapped(expr)
        assert isinstance(expr, Windowed)  # what is left
        return self.windowed(expr)

    def call(self, call: Call) -> Text:
        """Write a call by the template of its function."""
        function = FUNCTIONS[call.function]
        written = self.filled(self.template(call.function), call.arguments)
        if isinstance(written, Text):
            return written
        return Text(written, function.sql_level if self.face == "sql" else function.level)

    def template(self, function: str) -> Template:
        """Return how this face writes a function."""
        found = FUNCTIONS[function]
        if self.face == "sql":
            if isinstance(found.sql, Mapping):
                return found.sql.get(self.dialect, found.sql["duckdb"])
            return found.sql
        return found.polars if self.face == "polars" else found.pandas

    def filled(self, template: Template, arguments: tuple[Expr, ...]) -> Text | str:
        """Put written arguments into a template."""
        if not isinstance(template, str):
            return template(self, arguments)
        pieces = [Piece(self.write(each)) for each in arguments]
        return template.format(*pieces, all=", ".join(f"{piece:a}" for piece in pieces))

    def dtype(self, expr: Expr) -> "pl.DataType":
        """Return the type of an expression's values, as Polars finds it."""
        from jupyter_mlstudio.wrangling.faces.polars import type_of

        if isinstance(expr, Col):
            return self.schema[expr.name]
        return type_of(expr, tuple(self.schema.items()))


_ARITHMETIC = frozenset({"add", "subtract", "multiply", "divide", "negative", "power", "modulo", "floor_divide"})

_THROUGH = frozenset({"sqrt", "log", "log10", "log1p"})
"""Of what is no number they make what is no number, so that it is seen at the root."""


def settled(expr: Expr, dtype: "Callable[[Expr], pl.DataType]", *, inside: bool = False) -> Expr:
    """Mark where arithmetic may come out as no number, once at its root: there it becomes a missing value."""
    if isinstance(expr, Call) and expr.function == "not_nan":  # has been through here
        return expr
    arithmetic = isinstance(expr, Call) and expr.function in _ARITHMETIC
    through = arithmetic or (isinstance(expr, Call) and expr.function in _THROUGH)
    within = [settled(part, dtype, inside=through) for part in parts(expr)]
    if arithmetic:
        within = [
            Call("wide", (made,)) if _narrow(part, dtype) else made
            for made, part in zip(within, parts(expr), strict=True)
        ]
    made = rebuilt(expr, within)
    if (inside and through) or not _may_be_nan(expr, dtype) or not dtype(expr).is_float():
        return made
    return Call("not_nan", (made,))


def _narrow(expr: Expr, dtype: "Callable[[Expr], pl.DataType]") -> bool:
    """Tell whole numbers of few bits, which would overflow without a word: hours times 60 are over 127."""
    if isinstance(expr, Lit) or (isinstance(expr, Call) and expr.function in _ARITHMETIC):
        return False
    found = dtype(expr)
    return found.is_integer() and str(found) not in {"Int64", "Int128"}


def _may_be_nan(expr: Expr, dtype: "Callable[[Expr], pl.DataType]") -> bool:
    if not isinstance(expr, Call):
        return False
    if expr.function not in {"add", "subtract", "multiply", "divide", "negative"}:
        return FUNCTIONS[expr.function].nan
    if expr.function == "divide" and not _harmless(expr.arguments[1]):
        return True
    sums = expr.function in {"add", "subtract"}
    alone = expr.function == "negative" or any(
        _harmless(each) or (sums and not dtype(each).is_float()) for each in expr.arguments
    )
    return not alone or any(_may_be_nan(each, dtype) for each in expr.arguments)


def _harmless(expr: Expr) -> bool:
    """Tell a constant that arithmetic cannot stumble over."""
    return isinstance(expr, Lit) and isinstance(expr.value, (int, float)) and bool(expr.value) and isfinite(expr.value)


def unsupported(what: str, face: str) -> InvalidError:
    """Say that a step cannot be written on a face."""
    return InvalidError(f"{what} cannot be written in {face}. Choose another language.", code="no_face")
