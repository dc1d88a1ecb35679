"""The row face: the steps of a fitted recipe as one plain function of one row, for answers in microseconds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jupyter_mlstudio.wrangling import verbs
from jupyter_mlstudio.wrangling.expressions.functions import FUNCTIONS
from jupyter_mlstudio.wrangling.expressions.nodes import Call, Case, Col, Expr, Lit, Mapped
from jupyter_mlstudio.wrangling.faces.writer import unsupported

_LARGEST = 2**63
Row = dict[str, Any]
Compute = Callable[[Row], Any]
Apply = Callable[[Row], Row]
Tables = Mapping[str, Mapping[tuple[Any, ...], Row]]
"""Rows of other files by their keys, by path."""


def compiled(changes: Sequence[verbs.Change], tables: Tables | None = None) -> Apply:
    """Make one function that turns a row, by column name, into the row after all steps.

    Missing values are None on both sides; a float that is no number counts as missing.

    Raises:
        InvalidError: A verb looks at other rows, so that one row alone has no answer.
    """
    applied = [_apply(verb, tables or {}) for change in changes for verb in change]

    def function(row: Row) -> Row:
        for each in applied:
            row = each(row)
        return row

    return function


def computed(expr: Expr) -> Compute:
    """Make a function of an expression."""
    if isinstance(expr, Col):
        name = expr.name
        return lambda row: row[name]
    if isinstance(expr, Lit):
        value = expr.value
        return lambda _: value
    if isinstance(expr, Call):
        return _call(expr)
    if isinstance(expr, Case):
        return _case(expr)
    if isinstance(expr, Mapped):
        return _mapped(expr)
    raise unsupported("A value from other rows", "a function of one row")


def _call(expr: Call) -> Compute:
    function = FUNCTIONS[expr.function]
    compute, parts = function.row, [computed(each) for each in expr.arguments]
    if function.nullable:
        return lambda row: _number(compute(*[part(row) for part in parts]))
    if len(parts) == 1:
        (only,) = parts
        return lambda row: None if (value := only(row)) is None else _number(compute(value))

    def call(row: Row) -> Any:
        values = [part(row) for part in parts]
        return None if None in values else _number(compute(*values))

    return call


def _number(value: Any) -> Any:
    """Take what is no number for missing; only that is not equal to itself.

    Raises:
        OverflowError: A whole number is too large for a column; the engine knows what becomes of it.
    """
    if type(value) is int and not -_LARGEST <= value < _LARGEST:
        raise OverflowError
    return value if value == value else None  # noqa: PLR0124


def _case(expr: Case) -> Compute:
    branches = [(computed(test), computed(value)) for test, value in expr.branches]
    otherwise = computed(expr.otherwise)

    def case(row: Row) -> Any:
        for test, value in branches:
            if test(row) is True:
                return value(row)
        return otherwise(row)

    return case


def _mapped(expr: Mapped) -> Compute:
    subject = computed(expr.subject)
    known = dict(zip(expr.keys, expr.values, strict=True))
    if expr.otherwise is None:
        return lambda row: known.get(value := subject(row), value)
    other = expr.otherwise.value
    return lambda row: known.get(subject(row), other)


def _apply(verb: verbs.Verb, tables: Tables) -> Apply:
    if isinstance(verb, verbs.Assign):
        return _assign(verb)
    if isinstance(verb, verbs.Keep):
        names = verb.columns
        return lambda row: {name: row[name] for name in names}
    if isinstance(verb, verbs.Drop):
        dropped = frozenset(verb.columns)
        return lambda row: {name: value for name, value in row.items() if name not in dropped}
    if isinstance(verb, verbs.Rename):
        renamed = dict(verb.names)
        return lambda row: {renamed.get(name, name): value for name, value in row.items()}
    if isinstance(verb, verbs.Join) and verb.unique:
        return _join(verb, tables)
    raise unsupported(f"“{type(verb).__name__}”", "a function of one row")


def _assign(verb: verbs.Assign) -> Apply:
    made = [(name, computed(expr)) for name, expr in verb.columns]
    if len(made) == 1:
        ((name, compute),) = made
        return lambda row: {**row, name: compute(row)}
    return lambda row: {**row, **{name: compute(row) for name, compute in made}}


def _join(verb: verbs.Join, tables: Tables) -> Apply:
    """Look a row up; the values of the table stand under the names that they get."""
    found, keys = tables[verb.path], verb.keys
    nothing = dict.fromkeys(next(iter(found.values()), {}))

    def join(row: Row) -> Row:
        key = tuple(row[name] for name in keys)
        return {**row, **(nothing if None in key else found.get(key, nothing))}

    return join
