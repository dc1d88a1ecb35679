"""The tree of an expression: columns, values, calls of functions, choices and windows."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

Scalar = bool | int | float | str | date | datetime | time | timedelta | None


class Expr:
    """Any expression. Python's arithmetic makes larger ones; comparisons are calls, so that `==` compares trees."""

    __slots__ = ()

    def __add__(self, other: "Expr | Scalar") -> "Call":
        """Add."""
        return call("add", self, other)

    def __sub__(self, other: "Expr | Scalar") -> "Call":
        """Subtract."""
        return call("subtract", self, other)

    def __mul__(self, other: "Expr | Scalar") -> "Call":
        """Multiply."""
        return call("multiply", self, other)

    def __truediv__(self, other: "Expr | Scalar") -> "Call":
        """Divide."""
        return call("divide", self, other)

    def __and__(self, other: "Expr | Scalar") -> "Call":
        """Both are true."""
        return call("and", self, other)

    def __or__(self, other: "Expr | Scalar") -> "Call":
        """At least one is true."""
        return call("or", self, other)

    def __invert__(self) -> "Call":
        """Is not true."""
        return call("not", self)


@dataclass(frozen=True, slots=True)
class Col(Expr):
    """A column."""

    name: str


@dataclass(frozen=True, slots=True)
class Lit(Expr):
    """A value. For None and times, `like` names the column whose type it has."""

    value: Scalar
    like: str = ""

    def __eq__(self, other: object) -> bool:
        """Tell apart what Python takes for equal: 1, 1.0 and True."""
        same_type = isinstance(other, Lit) and type(other.value) is type(self.value)
        return same_type and isinstance(other, Lit) and (other.value, other.like) == (self.value, self.like)

    def __hash__(self) -> int:
        """Hash what `==` compares."""
        return hash((type(self.value), self.value, self.like))


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function of `functions.FUNCTIONS` with its arguments."""

    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Case(Expr):
    """The value of the first branch whose condition is true, or the last."""

    branches: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr = field(default_factory=lambda: Lit(None))


@dataclass(frozen=True, slots=True)
class Mapped(Expr):
    """One value for another; what is not among the keys becomes `otherwise`, or stays if that is None."""

    subject: Expr
    keys: tuple[Scalar, ...]
    values: tuple[Scalar, ...]
    otherwise: Lit | None = None


@dataclass(frozen=True, slots=True)
class Windowed(Expr):
    """A function of `windows.WINDOWS` over rows beside this one: those with the same `by`, in the order of `order`.

    Without an order, the rows stand as they are in the table.
    """

    function: str
    arguments: tuple[Expr, ...] = ()
    by: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    options: tuple[Scalar, ...] = ()


def col(name: str) -> Col:
    """Refer to a column."""
    return Col(name)


def lit(value: Scalar, like: str = "") -> Lit:
    """Hold a value."""
    return Lit(value, like)


def call(function: str, *arguments: Expr | Scalar) -> Call:
    """Call a function; plain values become literals."""
    return Call(function, tuple(each if isinstance(each, Expr) else Lit(each) for each in arguments))


def both(conditions: "list[Expr] | tuple[Expr, ...]", join: str = "and") -> Expr:
    """Join conditions by `and` or `or`."""
    first, *rest = conditions
    for each in rest:
        first = call(join, first, each)
    return first


def parts(expr: Expr) -> tuple[Expr, ...]:
    """Return the expressions directly inside one."""
    if isinstance(expr, (Call, Windowed)):
        return expr.arguments
    if isinstance(expr, Case):
        return (*(each for branch in expr.branches for each in branch), expr.otherwise)
    return (expr.subject,) if isinstance(expr, Mapped) else ()


def rebuilt(expr: Expr, made: list[Expr]) -> Expr:
    """Return the same expression with other parts."""
    if isinstance(expr, (Call, Windowed)):
        return replace(expr, arguments=tuple(made))
    if isinstance(expr, Case):
        return Case(tuple(zip(made[:-1:2], made[1:-1:2], strict=True)), made[-1])
    return replace(expr, subject=made[0]) if isinstance(expr, Mapped) else expr


def inside(expr: Expr) -> Iterator[Expr]:
    """Walk through an expression and all in it."""
    yield expr
    for part in parts(expr):
        yield from inside(part)


def columns_of(expr: Expr) -> set[str]:
    """Return the columns that an expression reads."""
    found = {each.name for each in inside(expr) if isinstance(each, Col)}
    for each in inside(expr):
        if isinstance(each, Windowed):
            found |= {*each.by, *each.order}
    return found
