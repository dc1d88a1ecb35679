"""The formula language: small expressions over columns, parsed into expression trees and never evaluated as Python.

Names are columns (`` `odd name` `` in backticks), with Python's operators and the functions that have a usage.
"""

import ast
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.functions import FUNCTIONS
from jupyter_mlstudio.wrangling.expressions.nodes import Call, Case, Col, Expr, Lit, both, call
from jupyter_mlstudio.wrangling.writing import Text, meant, role_of, typed

if TYPE_CHECKING:
    import polars as pl

_LONGEST = 2000
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide",
    ast.FloorDiv: "floor_divide", ast.Mod: "modulo", ast.Pow: "power",
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
}  # fmt: skip
_MOMENTS = {
    "date": (date.fromisoformat, 'date("2013-01-31")'),
    "datetime": (datetime.fromisoformat, 'datetime("2013-01-31 05:15")'),
}


def parse(formula: str, schema: "Mapping[str, pl.DataType]") -> Expr:
    """Read a formula as an expression.

    Raises:
        InvalidError: It is no formula, or names something unknown; the message says where, and what may be meant.
    """
    return _Translation(formula, schema).whole()


def translate(formula: str, schema: "Mapping[str, pl.DataType]") -> Text:
    """Write a formula as a Polars expression.

    Raises:
        InvalidError: As `parse`.
    """
    from jupyter_mlstudio.wrangling.faces.polars import PolarsWriter

    return PolarsWriter(schema).whole(parse(formula, schema))


def names_in(formula: str) -> set[str]:
    """Return the columns that a formula reads; nothing for what is no formula."""
    return set(_names_in(formula))


@lru_cache(2_000)
def _names_in(formula: str) -> frozenset[str]:
    try:
        source, quoted = _unquoted(formula)
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, InvalidError, ValueError, RecursionError):
        return frozenset()
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called)
    return frozenset(quoted.get(node.id, node.id) for node in found)


def _unquoted(formula: str) -> tuple[str, dict[str, str]]:
    """Replace names in backticks by identifiers of the same length, so that positions stay right."""
    names: dict[str, str] = {}

    def identifier(match: re.Match[str]) -> str:
        made = chr(0x4E00 + len(names)) + "_" * (len(match[0]) - 1)
        names[made] = match[1]
        return made

    if len(formula) > _LONGEST:
        raise InvalidError(f"The formula is longer than {_LONGEST} characters. Split it into several steps.")
    return re.sub(r"`([^`]+)`", identifier, re.sub(r"\s", " ", formula)), names


def _folded(made: Call) -> Expr:
    """Compute what needs no column."""
    values = [each.value for each in made.arguments if isinstance(each, Lit)]
    if len(values) < len(made.arguments) or None in values:
        return made
    result = FUNCTIONS[made.function].row(*values)
    return Lit(result) if isinstance(result, (bool, int, float, str, date)) and result == result else made  # noqa: PLR0124  # not for NaN


class _Translation:
    def __init__(self, formula: str, schema: "Mapping[str, pl.DataType]") -> None:
        self._schema = schema
        self._source, self._quoted = _unquoted(formula)

    def whole(self) -> Expr:
        if not self._source.strip():
            raise InvalidError("The formula is empty. Write for example: distance / air_time * 60")
        indent = len(self._source) - len(self._source.lstrip())
        self._source = self._source.lstrip()
        self._indent = indent
        try:
            return self._write(ast.parse(self._source, mode="eval").body)
        except (SyntaxError, ValueError) as error:
            position = (getattr(error, "offset", None) or 1) + indent
            raise InvalidError(f"Formula, character {position}: this is not complete or not understood.") from None
        except (RecursionError, MemoryError):
            raise InvalidError("The formula is nested too deeply. Split it into several steps.") from None

    def _write(self, node: ast.expr) -> Expr:
        writers = {
            ast.Name: self._name, ast.Constant: self._constant, ast.BinOp: self._binary, ast.UnaryOp: self._unary,
            ast.BoolOp: self._boolean, ast.Compare: self._comparison, ast.IfExp: self._choice, ast.Call: self._call,
        }  # fmt: skip
        writer = writers.get(type(node))
        if writer is None:
            raise self._error(node, "this is not part of the formula language.")
        return writer(node)  # type: ignore[operator, no-any-return]  # each writer takes the node type it stands beside

    def _name(self, node: ast.Name) -> Expr:
        name = self._quoted.get(node.id, node.id)
        if name not in self._schema:
            hint = meant(name, self._schema)
            raise self._error(node, f"there is no column “{name}”.{hint}")
        return Col(name)

    def _constant(self, node: ast.Constant) -> Expr:
        if not isinstance(node.value, (bool, int, float, str)):
            raise self._error(node, "only numbers, texts, True and False can stand here; for no value: is_missing(…).")
        return Lit(node.value)

    def _binary(self, node: ast.BinOp) -> Expr:
        if type(node.op) not in _OPERATORS:
            raise self._error(
                node, "this operator is not part of the formula language; use and, or, not for conditions."
            )
        return _folded(call(_OPERATORS[type(node.op)], self._write(node.left), self._write(node.right)))

    def _unary(self, node: ast.UnaryOp) -> Expr:
        operand = self._write(node.operand)
        if isinstance(node.op, ast.Not):
            return ~operand
        if isinstance(node.op, ast.USub):
            if isinstance(operand, Lit) and isinstance(operand.value, (int, float)):
                return Lit(-operand.value)
            return call("negative", operand)
        raise self._error(node, "this operator is not part of the formula language.")

    def _boolean(self, node: ast.BoolOp) -> Expr:
        return both([self._write(part) for part in node.values], "and" if isinstance(node.op, ast.And) else "or")

    def _comparison(self, node: ast.Compare) -> Expr:
        sides = [node.left, *node.comparators]
        return both([self._compare(node, *each) for each in zip(sides, node.ops, sides[1:], strict=False)])

    def _compare(self, node: ast.Compare, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Expr:
        if isinstance(op, (ast.In, ast.NotIn)):
            return self._membership(left, op, right)
        if type(op) not in _COMPARISONS:
            raise self._error(node, "use == or is_missing(…) instead of “is”.")
        return call(_COMPARISONS[type(op)], self._beside_dates(left, right), self._beside_dates(right, left))

    def _beside_dates(self, node: ast.expr, other: ast.expr) -> Expr:
        """Read one side of a comparison; a text beside a column of dates is a date."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and isinstance(other, ast.Name):
            name = self._quoted.get(other.id, other.id)
            dtype = self._schema.get(name)
            if dtype is not None and role_of(dtype) in {"date", "datetime", "time"}:
                return Lit(typed(node.value, dtype, self._place(node)), name)  # type: ignore[arg-type]  # as typed
        return self._write(node)

    def _membership(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Expr:
        if not isinstance(right, (ast.Tuple, ast.List, ast.Set)):
            raise self._error(right, 'after “in” stands a list, as in: carrier in ["UA", "B6"].')
        items = [self._write(item) for item in right.elts]
        if not all(isinstance(item, Lit) for item in items):
            raise self._error(right, "a list after “in” holds only numbers and texts.")
        found = call("is_in", self._write(left), *items)
        return ~found if isinstance(op, ast.NotIn) else found

    def _choice(self, node: ast.IfExp) -> Expr:
        return Case(((self._write(node.test), self._write(node.body)),), self._write(node.orelse))

    def _call(self, node: ast.Call) -> Expr:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _MOMENTS and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
            return self._moment(node, name, str(node.args[0].value))
        known = {each: function.usage for each, function in FUNCTIONS.items() if function.usage}
        usage = known.get(name) or (known["date_of"] if name == "date" else None)
        if usage is None:
            hint = meant(name, known) if name else " Functions are written as in: round(distance)."
            raise self._error(node, f"there is no function “{name}”.{hint}")
        if node.keywords or not usage.least <= len(node.args) <= usage.most:
            raise self._error(node, f"{name} is used like {usage.example}.")
        return self._called(node, "date_of" if name == "date" else name, [self._write(each) for each in node.args])

    def _called(self, node: ast.Call, name: str, arguments: list[Expr]) -> Expr:
        usage = FUNCTIONS[name].usage
        assert usage is not None  # looked up before
        for position, argument in enumerate(arguments):
            if position and position >= usage.most - usage.constants and not isinstance(argument, Lit):
                raise self._error(node, f"after the first, {name} takes fixed values only, as in {usage.example}.")
        if name == "join":
            arguments = [each if self._is_text(each) else call("text", each) for each in arguments]
        return _folded(Call(name, tuple(arguments)))

    def _is_text(self, expr: Expr) -> bool:
        from jupyter_mlstudio.wrangling.faces.polars import PolarsWriter

        if isinstance(expr, Lit):
            return isinstance(expr.value, str)
        return role_of(PolarsWriter(self._schema).dtype(expr)) == "text"

    def _moment(self, node: ast.Call, name: str, text: str) -> Expr:
        read, example = _MOMENTS[name]
        try:
            return Lit(read(text))
        except ValueError:
            raise self._error(node, f"a {'date' if name == 'date' else 'time'} is written as {example}.") from None

    def _place(self, node: ast.expr) -> str:
        before = self._source.encode()[: node.col_offset].decode(errors="ignore")
        return f"Formula, character {len(before) + self._indent + 1}"

    def _error(self, node: ast.expr, message: str) -> InvalidError:
        return InvalidError(f"{self._place(node)}: {message}", code="formula")
