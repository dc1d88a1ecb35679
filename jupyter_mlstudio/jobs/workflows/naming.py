"""What is known of a node without running it: what it takes and what it gives."""

import ast
import re
from pathlib import Path

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.jobs import notebooks
from jupyter_mlstudio.jobs.parameters import read_parameters
from jupyter_mlstudio.jobs.types import Parameter
from jupyter_mlstudio.jobs.workflows.functions import Signature, signature_of, source_of, target_of
from jupyter_mlstudio.jobs.workflows.ready.catalogue import KINDS
from jupyter_mlstudio.jobs.workflows.types import Node, NodeNames

_GIVEN = re.compile(r"""\b(?:\.output|\bglue)\(\s*(['"])([A-Za-z_]\w*)\1""")
_TYPES = {"int": "int", "float": "float", "bool": "bool", "str": "str", "list": "list", "dict": "dict"}
_JSON = {"integer": "int", "number": "float", "boolean": "bool", "string": "str", "array": "list", "object": "dict"}


def outputs_of(node: Node) -> list[str] | None:
    """Return what a node is sure to give, or None if nobody knows."""
    if node.use in KINDS:
        return list(dict.fromkeys([*KINDS[node.use].outputs, *node.outputs]))
    return node.outputs or None


def names_of(project: Path, folder: Path, node: Node) -> NodeNames:
    """Return what a node takes and gives, as far as its code tells."""
    try:
        if node.notebook:
            return _of_notebook(project, inside(project, str(folder / node.notebook)), node)
        if node.function:
            return _of_function(project, folder, node)
    except (StudioError, OSError, SyntaxError, ValueError):
        pass  # what is wrong with it is told as a problem
    kind = KINDS.get(str(node.use))
    if kind is None:
        return NodeNames(parameters=[], outputs=node.outputs, help="")
    return NodeNames(parameters=_of_schema(kind.options.model_json_schema()), outputs=kind.outputs, help=kind.help)


def _of_notebook(project: Path, path: Path, node: Node) -> NodeNames:
    notebook, _ = notebooks.read(project, str(path))
    code = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell.get("cell_type") == "code")
    given = [name for _, name in _GIVEN.findall(code)]
    declared = read_parameters(str(node.notebook), notebook)
    return NodeNames(parameters=declared.items, outputs=list(dict.fromkeys([*node.outputs, *given])), help="")


def _of_function(project: Path, folder: Path, node: Node) -> NodeNames:
    target = target_of(str(node.function))
    path = source_of(target, folder)
    if path is None:
        return NodeNames(parameters=[], outputs=node.outputs, help="")
    source = inside(project, str(path)).read_text(encoding="utf-8")
    signature = signature_of(source, target.name)
    if signature is None:
        return NodeNames(parameters=[], outputs=node.outputs, help="")
    outputs = list(dict.fromkeys([*node.outputs, *_returned(source, target.name)]))
    return NodeNames(parameters=_of_signature(signature), outputs=outputs, help=signature.help)


def _returned(source: str, name: str) -> list[str]:
    """Return the keys of the dictionaries that a function returns; any other value is called `result`."""
    function = next(each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef) and each.name == name)
    found = list[str]()
    for part in ast.walk(function):
        if isinstance(part, ast.Return) and part.value is not None:
            if isinstance(part.value, ast.Dict):
                found += [str(key.value) for key in part.value.keys if isinstance(key, ast.Constant)]
            elif not isinstance(part.value, ast.Name):
                found.append("result")
    return found


def _of_signature(signature: Signature) -> list[Parameter]:
    return [
        _parameter(
            name,
            _TYPES.get(signature.annotations.get(name, ""), "any"),
            nullable=name not in signature.required,
            default_code=signature.defaults.get(name, ""),
        )
        for name in signature.names
    ]


def _of_schema(schema: dict[str, JsonValue]) -> list[Parameter]:
    properties, required = schema["properties"], schema.get("required", [])
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    found = []
    for name, field in properties.items():
        assert isinstance(field, dict)
        kind = _JSON.get(str(field.get("type")), "any")
        help_text = str(field.get("description", ""))
        found.append(_parameter(name, kind, nullable=name not in required, help_text=help_text))
    return found


def _parameter(name: str, kind: str, *, nullable: bool, help_text: str = "", default_code: str = "") -> Parameter:
    return Parameter(
        name=name,
        type=kind,
        nullable=nullable,
        default=None,
        default_code=default_code,
        literal=False,
        choices=None,
        help=help_text,
    )
