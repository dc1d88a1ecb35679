"""What a call changes, as far as its name tells."""

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from jupyter_mlstudio.experiments.provenance.slicing import knowledge

ANY = "*"
"""A file whose name is only known when the cell runs."""


LONG = 500
"""Characters from which on a text is no path."""


class Known(Protocol):
    """A function of the notebook, as it was read."""

    changes: set[str]
    positions: set[int]
    keywords: set[str]
    unseen: bool
    draws: bool


class Call(NamedTuple):
    """What a call does."""

    changed: frozenset[str] = frozenset()
    shares: bool = True
    ambient: bool = False
    unseen: bool = False
    seeds: bool = False
    draws: bool = False


def called(node: ast.Call, modules: Mapping[str, str], functions: Mapping[str, Known]) -> Call:
    """Tell what a call does to the names in it."""
    name, root = name_of_call(node), root_of(node.func)
    draws = name in knowledge.RANDOM and not _fixed(node)
    if isinstance(node.func, ast.Name):
        return _plain(node, node.func.id, modules, functions)._replace(draws=draws)
    if root is not None and root in modules:
        if (
            name in knowledge.FILLING
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Attribute)
        ):
            return Call(frozenset(_roots(node)), ambient=True)  # something that belongs to the module, such as a path
        return _of_module(node, name, modules[root])._replace(draws=draws)
    return _method(node, name, root)._replace(draws=draws)


def _plain(node: ast.Call, name: str, modules: Mapping[str, str], functions: Mapping[str, Known]) -> Call:
    known = functions.get(name)
    if known is not None:
        given = _given(node, known)
        return Call(frozenset(given | known.changes), unseen=known.unseen, draws=known.draws)
    if name in modules:
        return _of_module(node, name, modules[name])
    if name in knowledge.UNSEEN:
        return Call(frozenset(_roots(node)), unseen=True)
    if name in knowledge.PURE_BUILTINS:
        return Call(shares=name in knowledge.SHARING_BUILTINS)
    if name in knowledge.BUILTINS and name != "next":
        return Call()
    return Call(frozenset({name, *_roots(node)}))


def _of_module(node: ast.Call, name: str, module: str) -> Call:
    """Tell what a function of a module does: those of well-known packages leave their arguments alone."""
    seeds = name.endswith("seed") or "set_seed" in name
    ambient = seeds or name.lstrip("_").startswith(knowledge.AMBIENT) or (name[:1].islower() and "environ" in module)
    family = module.partition(".")[0] in knowledge.PURE_FAMILIES
    changes = not family or name in knowledge.CHANGING_FUNCTIONS
    fresh = family and not name[:1].isupper() and name not in ("asarray", "atleast_1d", "atleast_2d", "make_pipeline")
    return Call(frozenset(_roots(node)) if changes else frozenset(), not fresh, ambient, False, seeds)


def _method(node: ast.Call, name: str, root: str | None) -> Call:
    quiet = name in knowledge.PURE_METHODS and not _in_place(node)
    if quiet:
        return Call(shares=name in knowledge.SHARING_METHODS)
    changed = {root} if root is not None else set()
    if name not in ("fit", "partial_fit", "fit_transform", "fit_predict", "set_params"):
        changed |= set(_held(node)) if root is not None else set(_roots(node))
    return Call(frozenset(changed))


def _held(node: ast.Call) -> Iterator[str]:
    """Yield the plain names among the arguments of a method that is not known, which may change them."""
    for part in (*node.args, *(keyword.value for keyword in node.keywords)):
        if isinstance(part, ast.Name):
            yield part.id


def file_access(node: ast.Call) -> tuple[set[str], set[str]]:
    """Return which files a call may write, and which it may read."""
    name = name_of_call(node)
    texts = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    named = {text for text in texts if _is_file(text)} or {ANY}
    if name == "open":
        mode = _mode(node)
        return (named if set(mode) & set("wax+") else set(), named if "r" in mode or "+" in mode else set())
    return (
        named if name.startswith(knowledge.WRITES) else set(),
        named if name.startswith(knowledge.READS) else set(),
    )


def name_of_call(node: ast.Call) -> str:
    """Return the last part of what is called."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def root_of(node: ast.AST) -> str | None:
    """Return the name that an expression such as `a.b[0].c()` begins with."""
    while True:
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.Await):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return node.id if isinstance(node, ast.Name) else None


def _given(node: ast.Call, known: Known) -> set[str]:
    """Return the names that are given for parameters that the function changes."""
    given = [part for place, part in enumerate(node.args) if place in known.positions or isinstance(part, ast.Starred)]
    named = [each.value for each in node.keywords if each.arg is None or each.arg in known.keywords]
    roots = (root_of(part) for part in (*given, *named))
    return {root for root in roots if root is not None}


def _roots(node: ast.Call) -> Iterator[str]:
    """Yield the names that the arguments begin with."""
    for part in (*node.args, *(keyword.value for keyword in node.keywords)):
        for inner in part.elts if isinstance(part, ast.Tuple | ast.List) else (part,):
            root = root_of(inner)
            if root is not None:
                yield root


def _in_place(node: ast.Call) -> bool:
    return any(
        keyword.arg in (None, "inplace", "out")
        and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
        for keyword in node.keywords
    )


def _fixed(node: ast.Call) -> bool:
    """Tell whether a call says itself what its random numbers begin with."""
    return any(keyword.arg in ("random_state", "seed", "generator", "rng") for keyword in node.keywords)


def _mode(node: ast.Call) -> str:
    given = [each.value for each in node.keywords if each.arg == "mode"]
    place = node.args[1:2] if isinstance(node.func, ast.Name) else node.args[:1]
    for part in (*given, *place):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            return part.value
    return "r"


def _is_file(text: str) -> bool:
    return 0 < len(text) < LONG and "\n" not in text and ("/" in text or "." in text.strip("."))
