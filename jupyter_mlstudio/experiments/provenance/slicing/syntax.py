"""What stands where in a piece of Python."""

import ast
from collections.abc import Iterator

LATER = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
HOLDING = (
    ast.Attribute | ast.Subscript | ast.Starred | ast.Await | ast.Tuple | ast.List | ast.Set | ast.Dict | ast.IfExp
    | ast.BoolOp | ast.NamedExpr
)  # fmt: skip
"""Expressions whose value holds, or is, what is inside of them; sums and comparisons make something new."""

Body = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


def held(value: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of an expression that its value may hold."""
    if isinstance(value, ast.Call):
        yield from (value.func, *value.args, *(keyword.value for keyword in value.keywords))
    elif isinstance(value, HOLDING):
        fields = [getattr(value, name, None) for name in ("value", "elts", "keys", "values", "body", "orelse")]
        for each in fields:
            yield from (part for part in (each if isinstance(each, list) else [each]) if isinstance(part, ast.expr))


def defaults(arguments: ast.arguments) -> list[ast.expr]:
    """Return the values that parameters have if none is given."""
    return [*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None)]


def ordered(arguments: ast.arguments) -> list[str]:
    """Return the names of all parameters, those by place first."""
    extra = [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    return [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra)]


def parameters(arguments: ast.arguments) -> set[str]:
    """Return the names of all parameters."""
    return set(ordered(arguments))


def methods(node: ast.ClassDef) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions in the body of a class."""
    return [item for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]


def bound(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement binds in its own scope."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
        return
    if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
        yield node.id
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name
    for child in ast.iter_child_nodes(node):
        yield from bound(child)


def targets(node: ast.expr) -> Iterator[str]:
    """Yield the names that a target binds."""
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store))


def names(node: ast.AST) -> Iterator[str]:
    """Yield the names that are read anywhere in a piece of code."""
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load))


def captured(pattern: ast.pattern) -> Iterator[str]:
    """Yield the names that a pattern binds."""
    for part in ast.walk(pattern):
        name = getattr(part, "name", None) or getattr(part, "rest", None)
        if isinstance(name, str):
            yield name
