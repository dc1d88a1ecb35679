"""Reads which parameters a notebook declares, without running it, and checks values against them."""

import ast
import io
import tokenize
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Literal, NamedTuple

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.jobs.notebooks import Notebook, kernel_of, language_of, tagged_source
from jupyter_mlstudio.jobs.types import NotebookParameters, Parameter

TypeName = Literal["int", "float", "bool", "str", "list", "dict", "any"]

NAMES: dict[str, TypeName] = {
    "int": "int", "float": "float", "bool": "bool", "str": "str", "list": "list", "dict": "dict",
    "List": "list", "Sequence": "list", "tuple": "list", "Dict": "dict", "Mapping": "dict",
}  # fmt: skip
WORDS: dict[TypeName, str] = {
    "int": "a whole number", "float": "a number", "bool": "true or false",
    "str": "a text", "list": "a list", "dict": "an object",
}  # fmt: skip


class Hint(NamedTuple):
    """What an annotation says."""

    type: TypeName
    nullable: bool = False
    choices: list[JsonValue] | None = None


def read_parameters(path: str, notebook: Notebook) -> NotebookParameters:
    """Read the cell tagged `parameters`; only Python can be read, others take any name."""
    source, language = tagged_source(notebook, "parameters"), language_of(notebook)
    items = None
    if language in ("python", "") and source is not None:
        items = _python(source)
    return NotebookParameters(
        notebook=path,
        language=language,
        kernel=kernel_of(notebook),
        tagged=source is not None,
        typed=items is not None or (source is None and language in ("python", "")),
        items=items or [],
    )


def check(declared: NotebookParameters, values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the values as the notebook wants them: whole numbers become floats where it declares floats.

    Raises:
        InvalidError: A name is unknown, or a value has the wrong type; the message names the parameter.
    """
    if not declared.typed:
        _check_names(values)
        return dict(values)
    known = {item.name: item for item in declared.items}
    return {name: _checked(known[name], value) for name, value in values.items() if _is_known(declared, known, name)}


def _check_names(values: Mapping[str, JsonValue]) -> None:
    for name in values:
        if not name.replace(".", "_").isidentifier():
            raise InvalidError(f"parameters.{name}: this is not a name. Use letters, digits and underscores.")


def _is_known(declared: NotebookParameters, known: Mapping[str, Parameter], name: str) -> bool:
    if name in known:
        return True
    if not declared.tagged:
        fix = "It has no cell tagged 'parameters': tag the cell that sets them in the property inspector."
    elif close := get_close_matches(name, known, n=1):
        fix = f"Did you mean {close[0]!r}?"
    else:
        fix = f"It declares {', '.join(known)}." if known else "Its cell tagged 'parameters' sets none."
    raise InvalidError(
        f"parameters.{name}: {declared.notebook!r} has no such parameter. {fix}", code="unknown_parameter"
    )


def _checked(parameter: Parameter, value: JsonValue) -> JsonValue:
    place = f"parameters.{parameter.name}"
    if value is None:
        if parameter.nullable or parameter.type == "any":
            return None
        raise InvalidError(f"{place}: must be {WORDS[parameter.type]}, not null.")
    if parameter.choices is not None and value not in parameter.choices:
        raise InvalidError(f"{place}: must be one of {', '.join(repr(choice) for choice in parameter.choices)}.")
    if parameter.type == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if parameter.type != "any" and type(value).__name__ != parameter.type:
        raise InvalidError(f"{place}: must be {WORDS[parameter.type]}, but {value!r} was given.")
    return value


def _python(source: str) -> list[Parameter] | None:
    """Return the parameters that the source of a cell sets, or None if it is no Python."""
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()]
    plain = "\n".join(lines)
    try:
        body = ast.parse(plain).body
        comments = _comments(plain)
    except (SyntaxError, tokenize.TokenError, ValueError):
        return None
    found: dict[str, Parameter] = {}
    for statement in body:
        parameter = _parameter(statement, comments.get(statement.end_lineno or 0, ""), plain)
        if parameter is not None:
            found[parameter.name] = parameter
    return list(found.values())


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("#").strip() for token in tokens if token.type == tokenize.COMMENT}


def _parameter(statement: ast.stmt, comment: str, source: str) -> Parameter | None:
    target: ast.expr
    annotation: ast.expr | None
    match statement:
        case ast.AnnAssign(target=target, annotation=annotation, value=value):
            pass
        case ast.Assign(targets=[target], value=value):
            annotation = None
        case _:
            return None
    if not isinstance(target, ast.Name) or target.id.startswith("_") or value is None:
        return None
    default, literal = _default(value)
    declared, help_text = _type_comment(comment)
    hint = _hint(annotation or declared) if annotation or declared else _hint_of_value(default, literal=literal)
    return Parameter(
        name=target.id,
        type=hint.type,
        nullable=hint.nullable or (literal and default is None),
        default=default,
        default_code=ast.get_source_segment(source, value) or "",
        literal=literal,
        choices=hint.choices,
        help=help_text,
    )


def _default(value: ast.expr) -> tuple[JsonValue, bool]:
    try:
        plain = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None, False
    return (_json(plain), True) if _is_json(plain) else (None, False)


def _is_json(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return all(map(_is_json, value))
    if isinstance(value, float):
        return value - value == 0  # neither infinite nor NaN, which JSON cannot say
    return value is None or isinstance(value, bool | int | str)


def _json(value: Any) -> JsonValue:
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    return [_json(item) for item in value] if isinstance(value, list | tuple) else value


def _type_comment(comment: str) -> tuple[ast.expr | None, str]:
    """Split `type: int how many` as papermill writes it."""
    if not comment.startswith("type:"):
        return None, comment
    name, _, rest = comment.removeprefix("type:").strip().partition(" ")
    try:
        return ast.parse(name, mode="eval").body, rest.strip()
    except SyntaxError:
        return None, comment


def _hint_of_value(default: JsonValue, *, literal: bool) -> Hint:
    if not literal or default is None:
        return Hint("any")
    return Hint(NAMES[type(default).__name__])


def _hint(annotation: ast.expr | None) -> Hint:
    match annotation:
        case ast.Constant(value=str(text)):
            return _hint(_type_comment(f"type:{text.replace(' ', '')}")[0])
        case ast.Constant(value=None):
            return Hint("any", nullable=True)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return Hint(NAMES.get(name, "any"))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _either([left, right])
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
            return _subscript(name, inner)
    return Hint("any")


def _subscript(name: str, inner: ast.expr) -> Hint:
    arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if name == "Optional":
        return _hint(inner)._replace(nullable=True)
    if name == "Union":
        return _either(arguments)
    if name == "Literal":
        choices = [_default(argument)[0] for argument in arguments]
        kinds = {type(choice).__name__ for choice in choices if choice is not None}
        return Hint(NAMES.get(kinds.pop(), "any") if len(kinds) == 1 else "any", None in choices, choices)
    return _hint(arguments[0]) if name in ("Annotated", "Final") else Hint(NAMES.get(name, "any"))


def _either(options: list[ast.expr]) -> Hint:
    hints = [_hint(option) for option in options]
    nullable = any(isinstance(option, ast.Constant) and option.value is None for option in options)
    others = [
        hint
        for hint, option in zip(hints, options, strict=True)
        if not (isinstance(option, ast.Constant) and option.value is None)
    ]
    if len(others) == 1:
        return others[0]._replace(nullable=nullable or others[0].nullable)
    kinds = {hint.type for hint in others}
    merged: TypeName = "float" if kinds == {"int", "float"} else kinds.pop() if len(kinds) == 1 else "any"
    return Hint(merged, nullable or any(hint.nullable for hint in hints))
