"""Expressions of workflows: a small language that only reads and compares; nothing in it can call code.

They are read with Python's own parser, and only the forms below are followed. Values are data: they are never parsed.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import InvalidError

LONGEST = 2000  # characters of one expression
BIGGEST = 10**15  # beyond it whole numbers are not multiplied, which could fill the memory
REFERENCE = re.compile(r"\$\{\{((?:(?!\}\}).)*)\}\}", re.DOTALL)
WORDS: dict[str, JsonValue] = {"true": True, "false": False, "null": None}
WHOLE_RUN = "parameters", "item", "index", "run"
RESERVED = frozenset({*WHOLE_RUN, *WORDS, "and", "or", "not", "in", "is", "if", "else", "None", "True", "False"})
"""Words that mean something, so that no node can be called so."""


class Name(NamedTuple):
    """A thing that an expression names, such as `train.outputs.auc`."""

    root: str
    path: tuple[str, ...]


def _product(left: Any, right: Any) -> Any:
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise TypeError("only numbers can be multiplied")
    if isinstance(left, int) and isinstance(right, int) and max(abs(left), abs(right)) > BIGGEST:
        raise TypeError("these numbers are too big to be multiplied")
    return left * right


def _remainder(left: Any, right: Any) -> Any:
    if isinstance(left, str):
        raise TypeError("only numbers have a remainder")
    return left % right


OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: _product, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: _remainder,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.In: lambda item, items: item in items, ast.NotIn: lambda item, items: item not in items,
    ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.Not: operator.not_, ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": len, "min": min, "max": max, "sum": sum, "str": str, "int": int, "float": float, "round": round, "abs": abs,
    "any": any, "all": all,
}  # fmt: skip


def references(text: str) -> list[str]:
    """Return the expressions in a text's `${{ … }}`."""
    return [found.strip() for found in REFERENCE.findall(text)]


def bare(condition: str) -> str:
    """Return a condition without the `${{ … }}` around it, which may be left out there."""
    whole = REFERENCE.fullmatch(condition.strip())
    return whole.group(1).strip() if whole else condition.strip()


@lru_cache(maxsize=2048)
def names_in(expression: str) -> tuple[Name, ...]:
    """Return what an expression names.

    Raises:
        InvalidError: It is no expression of this language.
    """
    return tuple(_names(_parsed(expression)))


def evaluate(expression: str, scope: Mapping[str, Any]) -> Any:
    """Return the value of an expression.

    Raises:
        InvalidError: It is no expression, names something that is not there, or cannot be worked out.
    """
    try:
        return _value(_parsed(expression), scope)
    except (TypeError, ValueError, ArithmeticError, IndexError) as error:
        raise InvalidError(f"`{expression}` cannot be worked out: {error}.") from None


def filled(value: JsonValue, scope: Mapping[str, Any]) -> JsonValue:
    """Return a value with its references replaced; a text that is one reference takes its value and its type."""
    if isinstance(value, dict):
        return {key: filled(item, scope) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, scope) for item in value]
    if not isinstance(value, str) or "${{" not in value:
        return value
    if whole := REFERENCE.fullmatch(value.strip()):
        found: JsonValue = evaluate(whole.group(1).strip(), scope)
        return found
    return REFERENCE.sub(lambda match: _text(evaluate(match.group(1).strip(), scope)), value)


def texts_in(value: JsonValue) -> list[str]:
    """Return every text in a value."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts_in(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts_in(item)]
    return [value] if isinstance(value, str) else []


def _text(value: Any) -> str:
    if isinstance(value, dict) and "table" in value:
        return str(value["table"])
    return value if isinstance(value, str) else str(value)


@lru_cache(maxsize=2048)
def _parsed(expression: str) -> ast.expr:
    if len(expression) > LONGEST:
        raise InvalidError(f"An expression has {len(expression)} characters; {LONGEST} are allowed.")
    try:
        body = ast.parse(expression.replace("\n", " "), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise InvalidError(
            f"`{expression}` is no expression. Write something like `train.outputs.auc > 0.8`."
        ) from None
    _check(body, expression)
    return body


ALLOWED = (
    ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.BinOp, ast.Compare, ast.Constant, ast.Name, ast.Attribute,
    ast.Subscript, ast.Call, ast.List, ast.Tuple, ast.IfExp, ast.Load, *OPERATORS,
)  # fmt: skip


def _check(tree: ast.expr, expression: str) -> None:
    for part in ast.walk(tree):
        if not isinstance(part, ALLOWED):
            raise InvalidError(
                f"`{expression}` holds a {type(part).__name__.lower()}, which expressions cannot. They can compare, "
                f"calculate, use and, or, not, in, if and else, and call {', '.join(FUNCTIONS)}."
            )
        if isinstance(part, ast.Call):
            if not isinstance(part.func, ast.Name) or part.func.id not in FUNCTIONS or part.keywords:
                raise InvalidError(f"`{expression}` calls something other than {', '.join(FUNCTIONS)}.")
            continue
        if isinstance(part, ast.Constant) and not isinstance(part.value, str | int | float | bool | None):
            raise InvalidError(f"`{expression}` holds a value that JSON has not.")


def _names(tree: ast.expr) -> list[Name]:
    functions = {id(part.func) for part in ast.walk(tree) if isinstance(part, ast.Call)}
    found: list[Name] = []
    pending: list[ast.AST] = [tree]
    while pending:
        part = pending.pop()
        chain = _chain(part)
        if chain is not None:
            if id(part) not in functions and chain.root not in WORDS:
                found.append(chain)
        else:
            pending.extend(ast.iter_child_nodes(part))
    return found


def _chain(part: ast.AST) -> Name | None:
    path: list[str] = []
    while isinstance(part, ast.Attribute):
        path.insert(0, part.attr)
        part = part.value
    return Name(part.id, tuple(path)) if isinstance(part, ast.Name) else None


def _value(part: ast.expr, scope: Mapping[str, Any]) -> Any:  # noqa: PLR0911  # one line a form reads best
    match part:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return _named(name, scope)
        case ast.Attribute(value=owner, attr=name):
            return _member(_value(owner, scope), name, ast.unparse(owner))
        case ast.Subscript(value=owner, slice=key):
            return _member(_value(owner, scope), _value(key, scope), ast.unparse(owner))
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_value(item, scope) for item in items]
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_value(value, scope) for value in values)
        case ast.BoolOp(values=values):
            return any(_value(value, scope) for value in values)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _value(body if _value(test, scope) else orelse, scope)
        case _:
            return _computed(part, scope)


def _computed(part: ast.expr, scope: Mapping[str, Any]) -> Any:
    match part:
        case ast.UnaryOp(op=op, operand=operand):
            return OPERATORS[type(op)](_value(operand, scope))
        case ast.BinOp(op=op, left=left, right=right):
            return OPERATORS[type(op)](_value(left, scope), _value(right, scope))
        case ast.Compare(left=left, ops=ops, comparators=others):
            values = [_value(left, scope), *(_value(other, scope) for other in others)]
            return all(OPERATORS[type(op)](values[at], values[at + 1]) for at, op in enumerate(ops))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return FUNCTIONS[name](*(_value(argument, scope) for argument in arguments))
    raise TypeError(f"{type(part).__name__} is not allowed")  # _check lets nothing else through


def _named(name: str, scope: Mapping[str, Any]) -> Any:
    if name in WORDS:
        return WORDS[name]
    if name not in scope:
        raise InvalidError(f"There is nothing called {name!r} here. There is {', '.join(scope) or 'nothing'}.")
    return scope[name]


def _member(owner: Any, key: Any, place: str) -> Any:
    if isinstance(owner, Mapping):
        if key not in owner:
            known = ", ".join(map(str, owner)) or "nothing"
            raise InvalidError(f"`{place}` has no {str(key)!r}. It has {known}.")
        return owner[key]
    if isinstance(owner, list | str) and isinstance(key, int):
        return owner[key]
    raise InvalidError(f"`{place}` has no parts, so `{place}.{key}` means nothing.")
