"""The formula language: small expressions over columns, translated to Polars text and never evaluated as Python.

Names are columns (`` `odd name` `` in backticks), with Python's operators and the functions of `FUNCTIONS`.
"""

import ast
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.functions import FUNCTIONS
from jupyter_mlstudio.wrangling.writing import (
    AND,
    ATOM,
    COMPARE,
    OR,
    POWER,
    PRODUCT,
    SUM,
    UNARY,
    Text,
    column,
    literal,
    meant,
    role_of,
    typed,
)  # fmt: skip

if TYPE_CHECKING:
    import polars as pl

_LONGEST = 2000
_OPERATORS: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", SUM), ast.Sub: ("-", SUM), ast.Mult: ("*", PRODUCT), ast.Div: ("/", PRODUCT),
    ast.FloorDiv: ("//", PRODUCT), ast.Mod: ("%", PRODUCT), ast.Pow: ("**", POWER),
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip


def translate(formula: str, schema: "Mapping[str, pl.DataType]") -> Text:
    """Write a formula as a Polars expression.

    Raises:
        InvalidError: It is no formula, or names something unknown; the message says where, and what may be meant.
    """
    return _Translation(formula, schema).whole()


def names_in(formula: str) -> set[str]:
    """Return the columns that a formula reads; nothing for what is no formula."""
    try:
        source, quoted = _unquoted(formula)
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, InvalidError, ValueError, RecursionError):
        return set()
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called)
    return {quoted.get(node.id, node.id) for node in found}


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


class _Translation:
    def __init__(self, formula: str, schema: "Mapping[str, pl.DataType]") -> None:
        self._schema = schema
        self._source, self._quoted = _unquoted(formula)

    def whole(self) -> Text:
        if not self._source.strip():
            raise InvalidError("The formula is empty. Write for example: distance / air_time * 60")
        indent = len(self._source) - len(self._source.lstrip())
        self._source = self._source.lstrip()
        self._indent = indent
        try:
            written = self._write(ast.parse(self._source, mode="eval").body)
        except (SyntaxError, ValueError) as error:
            position = (getattr(error, "offset", None) or 1) + indent
            raise InvalidError(f"Formula, character {position}: this is not complete or not understood.") from None
        except (RecursionError, MemoryError):
            raise InvalidError("The formula is nested too deeply. Split it into several steps.") from None
        return Text(f"pl.lit({written.text})", ATOM) if written.literal else written

    def _write(self, node: ast.expr) -> Text:
        writers = {
            ast.Name: self._name, ast.Constant: self._constant, ast.BinOp: self._binary, ast.UnaryOp: self._unary,
            ast.BoolOp: self._boolean, ast.Compare: self._comparison, ast.IfExp: self._choice, ast.Call: self._call,
        }  # fmt: skip
        writer = writers.get(type(node))
        if writer is None:
            raise self._error(node, "this is not part of the formula language.")
        return writer(node)  # type: ignore[operator, no-any-return]  # each writer takes the node type it stands beside

    def _name(self, node: ast.Name) -> Text:
        name = self._quoted.get(node.id, node.id)
        if name not in self._schema:
            hint = meant(name, self._schema)
            raise self._error(node, f"there is no column “{name}”.{hint}")
        return Text(column(name), ATOM)

    def _constant(self, node: ast.Constant) -> Text:
        if not isinstance(node.value, (bool, int, float, str)):
            raise self._error(node, "only numbers, texts, True and False can stand here; for no value: is_missing(…).")
        return literal(node.value)

    def _binary(self, node: ast.BinOp) -> Text:
        if type(node.op) not in _OPERATORS:
            raise self._error(
                node, "this operator is not part of the formula language; use and, or, not for conditions."
            )
        sign, level = _OPERATORS[type(node.op)]
        left, right = self._write(node.left), self._write(node.right)
        if left.literal and right.literal:
            left = Text(left.argument(), ATOM)
        power = level == POWER
        return Text(f"{left.beside(level + power)} {sign} {right.beside(level + (not power))}", level)

    def _unary(self, node: ast.UnaryOp) -> Text:
        operand = self._write(node.operand)
        if isinstance(node.op, ast.Not):
            return Text(f"~{Text(operand.argument(), ATOM if operand.literal else operand.level).beside(UNARY)}", UNARY)
        if isinstance(node.op, ast.USub):
            return Text(f"-{operand.beside(UNARY)}", UNARY, operand.literal)
        raise self._error(node, "this operator is not part of the formula language.")

    def _boolean(self, node: ast.BoolOp) -> Text:
        sign, level = ("&", AND) if isinstance(node.op, ast.And) else ("|", OR)
        parts = [self._write(part) for part in node.values]
        return Text(f" {sign} ".join(Text(p.argument(), p.level).beside(level + 1) for p in parts), level)

    def _comparison(self, node: ast.Compare) -> Text:
        sides = [node.left, *node.comparators]
        parts = [self._compare(node, *each) for each in zip(sides, node.ops, sides[1:], strict=False)]
        if len(parts) == 1:
            return parts[0]
        return Text(" & ".join(part.beside(AND) for part in parts), AND)

    def _compare(self, node: ast.Compare, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Text:
        if isinstance(op, (ast.In, ast.NotIn)):
            return self._membership(left, op, right)
        if type(op) not in _COMPARISONS:
            raise self._error(node, "use == or is_missing(…) instead of “is”.")
        one, two = self._beside_dates(left, right), self._beside_dates(right, left)
        if one.literal and two.literal:
            one = Text(one.argument(), ATOM)
        return Text(f"{one.beside(OR)} {_COMPARISONS[type(op)]} {two.beside(OR)}", COMPARE)

    def _beside_dates(self, node: ast.expr, other: ast.expr) -> Text:
        """Write one side of a comparison; a text beside a column of dates is a date."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and isinstance(other, ast.Name):
            dtype = self._schema.get(self._quoted.get(other.id, other.id))
            if dtype is not None and role_of(dtype) in {"date", "datetime", "time"}:
                return literal(typed(node.value, dtype, self._place(node)), dtype)
        return self._write(node)

    def _membership(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Text:
        if not isinstance(right, (ast.Tuple, ast.List, ast.Set)):
            raise self._error(right, 'after “in” stands a list, as in: carrier in ["UA", "B6"].')
        items = [self._write(item) for item in right.elts]
        if not all(item.literal for item in items):
            raise self._error(right, "a list after “in” holds only numbers and texts.")
        text = f"{self._write(left).expression()}.is_in([{', '.join(item.text for item in items)}])"
        return Text(f"~{text}", UNARY) if isinstance(op, ast.NotIn) else Text(text, ATOM)

    def _choice(self, node: ast.IfExp) -> Text:
        test, yes, no = self._write(node.test), self._write(node.body), self._write(node.orelse)
        return Text(f"pl.when({test.argument()}).then({yes.argument()}).otherwise({no.argument()})", ATOM)

    def _call(self, node: ast.Call) -> Text:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        function = FUNCTIONS.get(name)
        if function is None:
            hint = meant(name, FUNCTIONS) if name else " Functions are written as in: round(distance)."
            raise self._error(node, f"there is no function “{name}”.{hint}")
        if node.keywords or not function.least <= len(node.args) <= function.most:
            raise self._error(node, f"{name} is used like {function.example}.")
        try:
            return function.write([self._write(argument) for argument in node.args])
        except InvalidError as error:
            raise self._error(node, str(error)) from None

    def _place(self, node: ast.expr) -> str:
        before = self._source.encode()[: node.col_offset].decode(errors="ignore")
        return f"Formula, character {len(before) + self._indent + 1}"

    def _error(self, node: ast.expr, message: str) -> InvalidError:
        return InvalidError(f"{self._place(node)}: {message}", code="formula")
