"""Says everything that is wrong with a workflow before it runs: fields, references, files, parameters."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.jobs import notebooks
from jupyter_mlstudio.jobs.parameters import check, read_parameters
from jupyter_mlstudio.jobs.workflows import graph
from jupyter_mlstudio.jobs.workflows.expressions import texts_in
from jupyter_mlstudio.jobs.workflows.functions import signature_of, source_of, target_of
from jupyter_mlstudio.jobs.workflows.graph import Said
from jupyter_mlstudio.jobs.workflows.naming import names_of, outputs_of
from jupyter_mlstudio.jobs.workflows.reading import Content, dotted, load, problem, typed
from jupyter_mlstudio.jobs.workflows.ready.catalogue import KINDS
from jupyter_mlstudio.jobs.workflows.types import Node, Problem, Workflow, WorkflowCheck, WorkflowParameter

EXECUTORS = ("local", "dask", "ray")
TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,), "float": (int, float), "bool": (bool,), "str": (str,), "list": (list,), "dict": (dict,),
}  # fmt: skip
WORDS = {
    "int": "a whole number", "float": "a number", "bool": "true or false", "str": "a text", "list": "a list",
    "dict": "an object",
}  # fmt: skip


def checked(project: Path, path: str, text: str) -> WorkflowCheck:
    """Read the text of a workflow, and say what is wrong with it.

    Args:
        project: The project folder.
        path: Path of the workflow's file, which need not exist.
        text: What it holds.
    """
    content = load(text)
    workflow, problems = typed(content)
    if workflow is not None:
        problems = [_placed(content, workflow, said) for said in _all(project, path, workflow)]
    ordered = sorted(problems, key=lambda each: (each.line or 0, each.severity))
    if workflow is None:
        return WorkflowCheck(workflow=None, edges=[], problems=ordered, names={})
    names = {node.id: names_of(project, folder_of(project, path), node) for node in workflow.nodes}
    return WorkflowCheck(workflow=workflow, edges=graph.edges(workflow), problems=ordered, names=names)


def folder_of(project: Path, path: str) -> Path:
    """Return the folder where the paths in a workflow's file begin."""
    return inside(project, path).parent if path else project


def _placed(content: Content, workflow: Workflow, said: Said) -> Problem:
    match said.path:
        case ("nodes", int(at), *_):
            node: str | None = workflow.nodes[at].id
        case ("layout", str(id), *_):
            node = id
        case _:
            node = None
    return problem(content.line(said.path), dotted(said.path), said.message, node=node, warning=said.warning)


def _all(project: Path, path: str, workflow: Workflow) -> Iterator[Said]:
    for name, parameter in workflow.parameters.items():
        yield from _default_problems(name, parameter)
    yield from graph.problems(workflow, {node.id: outputs_of(node) for node in workflow.nodes})
    folder = folder_of(project, path)
    for at, node in enumerate(workflow.nodes):
        yield from (Said(("nodes", at, *place), message) for place, message in _engine(project, folder, node))
    if not workflow.nodes:
        yield Said(("nodes",), "There is nothing to run yet: add a node.", warning=True)


def _default_problems(name: str, parameter: WorkflowParameter) -> Iterator[Said]:
    if not name.isidentifier():
        yield Said(("parameters", name), f"{name!r} is not a name. Use letters, digits and underscores.")
    if parameter.default is not None and (wrong := misfit(parameter, parameter.default)):
        yield Said(("parameters", name, "default"), f"The default {wrong}")


def misfit(parameter: WorkflowParameter, value: JsonValue) -> str:
    """Say why a value does not fit a parameter; nothing if it does."""
    kinds = TYPES.get(parameter.type)
    if kinds and (not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)):
        return f"must be {WORDS[parameter.type]}, not {value!r}."
    if parameter.choices and value not in parameter.choices:
        return f"must be one of {', '.join(map(repr, parameter.choices))}."
    return ""


def _engine(project: Path, folder: Path, node: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    """Say what is wrong with what a node runs, as far as it can be seen without running it."""
    if node.executor not in (None, *EXECUTORS):
        yield ("executor",), f"There is no executor {node.executor!r}. There is {', '.join(EXECUTORS)}."
    if node.notebook:
        yield from _notebook(project, folder, node)
    if node.function:
        yield from _function(project, folder, node)
    if node.use:
        yield from _ready(node)


def _literal(node: Node) -> dict[str, JsonValue]:
    """Return the parameters whose value is known before the run."""
    return {
        name: value for name, value in node.parameters.items() if not any("${{" in text for text in texts_in(value))
    }


def _notebook(project: Path, folder: Path, node: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    try:
        path = inside(project, str(folder / str(node.notebook)))
        declared = read_parameters(str(node.notebook), notebooks.read(project, str(path))[0])
    except StudioError as error:
        yield ("notebook",), str(error).replace(str(project), "").lstrip("/")
        return
    for name, value in node.parameters.items():
        try:
            literal = name in _literal(node)
            check(declared, {name: value} if literal or not declared.typed else {})
            if not literal and declared.typed and name not in {item.name for item in declared.items}:
                check(declared, {name: None})
        except StudioError as error:
            yield ("parameters", name), str(error).partition(": ")[2]


def _function(project: Path, folder: Path, node: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    try:
        target = target_of(str(node.function))
        path = source_of(target, folder)
        if path is None:
            return  # of an installed module: only the run can tell
        inside(project, str(path))
        signature = signature_of(path.read_text(encoding="utf-8"), target.name)
    except StudioError as error:
        yield ("function",), str(error)
        return
    except OSError:
        yield ("function",), f"There is no file {target.file!r} beside the workflow."
        return
    except (SyntaxError, ValueError) as error:
        yield ("function",), f"The file of {node.function!r} cannot be read: {error}."
        return
    if signature is None:
        yield ("function",), f"The file defines no function {target.name!r}."
        return
    for name in node.parameters:
        if name not in signature.names and not signature.any_name:
            yield ("parameters", name), _unknown(name, list(signature.names), f"{target.name}()")
    for name in signature.required:
        if name not in node.parameters:
            yield ("parameters",), f"{target.name}() needs {name!r}. Give it a value."


def _ready(node: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    kind = KINDS.get(str(node.use))
    if kind is None:
        yield ("use",), f"There is no ready-made node {node.use!r}. {_fix(str(node.use), list(KINDS))}"
        return
    fields = kind.options.model_fields
    literal = _literal(node)
    for name in node.parameters:
        if name not in fields:
            yield ("parameters", name), _unknown(name, list(fields), kind.title)
        elif name in literal:
            wrong = _misfit(fields[name], literal[name])
            if wrong:
                yield ("parameters", name), f"{name}: {wrong}"
    for name, field in fields.items():
        if field.is_required() and name not in node.parameters:
            yield ("parameters",), f"{kind.title} needs {name!r}: {field.description}"


def _misfit(field: Any, value: JsonValue) -> str:
    from typing import Annotated

    try:
        convert(Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation, value)
    except StudioError as error:
        return str(error)
    return ""


def _unknown(name: str, known: list[str], owner: str) -> str:
    return f"{owner} has no parameter {name!r}. {_fix(name, known)}"


def _fix(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"There is {', '.join(known) or 'none'}."
