"""Which objects a value may hold: who changes one of them changes the value."""

import ast
from collections.abc import Iterator

from jupyter_mlstudio.experiments.provenance.slicing import syntax
from jupyter_mlstudio.experiments.provenance.slicing.calls import called, root_of
from jupyter_mlstudio.experiments.provenance.slicing.effects import Function


def shared_names(value: ast.expr, modules: dict[str, str], functions: dict[str, Function]) -> Iterator[str]:
    """Yield the names whose objects a value may hold, wholly or in part."""
    if isinstance(value, ast.Name):
        yield value.id
    elif isinstance(value, syntax.LATER):
        yield from syntax.names(value)
    elif not isinstance(value, ast.Call) or called(value, modules, functions).shares:
        for part in syntax.held(value):
            yield from shared_names(part, modules, functions)
        if isinstance(value, ast.Call):  # a function may return what it only reads
            known = functions.get(root_of(value.func) or "")
            yield from known.free if known is not None else ()
