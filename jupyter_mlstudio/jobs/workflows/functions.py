"""Python functions as nodes: where they are, and what they take, read without importing them."""

import ast
from pathlib import Path
from typing import NamedTuple

from jupyter_mlstudio.core.errors import InvalidError


class Target(NamedTuple):
    """What `function` names."""

    file: str | None  # a path, or
    module: str | None  # the name of a module
    name: str


class Signature(NamedTuple):
    """What a function takes."""

    names: tuple[str, ...]
    required: tuple[str, ...]
    any_name: bool  # takes **keywords
    annotations: dict[str, str]
    defaults: dict[str, str]  # as they are written
    help: str


def target_of(function: str) -> Target:
    """Split `path/to/file.py:name` or `package.module:name`.

    Raises:
        InvalidError: It is neither.
    """
    place, colon, name = function.rpartition(":")
    fits = colon and name.isidentifier()
    if fits and place.endswith(".py"):
        return Target(place, None, name)
    if fits and all(part.isidentifier() for part in place.split(".")):
        return Target(None, place, name)
    raise InvalidError(f"{function!r} names no function. Write path/to/file.py:name or module:name.")


def source_of(target: Target, folder: Path) -> Path | None:
    """Return the file of a function, if it is one of the project's own."""
    if target.file is not None:
        return folder / target.file
    path = folder / str(target.module).replace(".", "/")
    return next((found for found in (path.with_suffix(".py"), path / "__init__.py") if found.is_file()), None)


def signature_of(source: str, name: str) -> Signature | None:
    """Return what a function of this name takes, or None if the source defines none that can be seen."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef) and statement.name == name:
            return _signature(statement)
    return None


def _signature(function: ast.FunctionDef) -> Signature:
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    late = [
        argument.arg
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if not default
    ]
    required = [argument.arg for argument in plain[: len(plain) - len(arguments.defaults)]]
    everything = [*plain, *arguments.kwonlyargs]
    given = plain[len(plain) - len(arguments.defaults) :]
    defaults = [*zip(given, arguments.defaults, strict=True)]
    defaults += [
        (each, value) for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value
    ]
    return Signature(
        tuple(argument.arg for argument in everything),
        (*required, *late),
        arguments.kwarg is not None,
        {argument.arg: ast.unparse(argument.annotation) for argument in everything if argument.annotation},
        {argument.arg: ast.unparse(value) for argument, value in defaults},
        ast.get_docstring(function) or "",
    )
