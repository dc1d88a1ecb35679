"""The values that were given to a notebook's parameters: papermill writes them into a cell of their own."""

import ast

from pydantic import JsonValue

from jupyter_mlstudio.experiments.provenance.document import Document
from jupyter_mlstudio.experiments.provenance.notebooks import MARK


def given(document: Document) -> dict[str, JsonValue]:
    """Return the values that were given when the run was made; nothing for a notebook that was run by hand."""
    source = next((cell.source for cell in document.cells if cell.source.startswith(MARK)), "")
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return {}
    found: dict[str, JsonValue] = {}
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                try:
                    found[name] = _plain(ast.literal_eval(value))
                except (ValueError, TypeError):  # an infinite number, which is written as a call
                    continue
            case _:
                continue
    return found


def _plain(value: object) -> JsonValue:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool) else None
