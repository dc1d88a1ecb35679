"""Reads workflow files: YAML as plain data, with the line of each field."""

import re
from difflib import get_close_matches
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from jupyter_mlstudio.core.validation import adapter
from jupyter_mlstudio.jobs.workflows.types import Cache, ForEach, Node, Problem, Workflow, WorkflowParameter

Path = tuple[str | int, ...]
BIGGEST = 2_000_000  # characters of a file
DEEPEST = 40  # levels of a file

FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?")
_RESOLVERS = [
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE"), "tTfF"),
    ("null", re.compile(r"~|null|Null|NULL|"), "~nN\0"),
    ("int", re.compile(r"[-+]?[0-9]+"), "-+0123456789"),
    ("float", re.compile(rf"{FLOAT.pattern}"), "-+0123456789."),
]


class Loader(yaml.CSafeLoader):  # type: ignore[misc]  # PyYAML has no types
    """YAML 1.2's own idea of plain words: `on`, `yes` and dates are texts."""

    yaml_implicit_resolvers: dict[str, Any] = {}


for _kind, _pattern, _firsts in _RESOLVERS:
    Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_kind}",
        re.compile(rf"(?:{_pattern.pattern})\Z"),
        ["" if c == "\0" else c for c in _firsts],
    )


class Content(NamedTuple):
    """What a file holds."""

    data: Any
    root: Any  # PyYAML's node of the whole, or None
    lines: dict[Path, int]
    problems: list[Problem]

    def line(self, path: Path) -> int | None:
        """Return the line of a field, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def load(text: str) -> Content:
    """Read YAML into plain data; what is wrong with it is in `problems`."""
    if len(text) > BIGGEST:
        return Content(None, None, {}, [problem(None, "", "The file is too big for a workflow.")])
    try:
        loader = Loader(text)
        root = loader.get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = f"This is no YAML: {getattr(error, 'problem', None) or error}."
        return Content(None, None, {}, [problem(mark and mark.line + 1, "", message)])
    if root is None:
        return Content({}, None, {}, [])
    reader = _Reader(loader)
    data = reader.read(root, ())
    return Content(data, root, reader.lines, reader.problems)


class _Reader:
    def __init__(self, loader: Any) -> None:
        self._loader, self._seen = loader, set[int]()
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def read(self, node: Any, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self._seen or len(path) > DEEPEST:
            return self._refuse(path, "Anchors and aliases are not used here: write the value out.")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, at)) for at, item in enumerate(node.value)]
        try:
            return self._loader.construct_object(node)
        except (yaml.YAMLError, ValueError):
            return self._refuse(path, f"{node.value!r} cannot be read.")

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            self.lines[(*path, name)] = key.start_mark.line + 1
            if name in found:
                self._refuse((*path, name), f"{name!r} is there twice. Remove one.")
            found[name] = self.read(value, (*path, name))
        return found

    def _refuse(self, path: Path, message: str) -> None:
        self.problems.append(problem(self.lines.get(path), dotted(path), message))


def problem(line: int | None, field: str, message: str, *, node: str | None = None, warning: bool = False) -> Problem:
    """Put a problem together."""
    severity = "warning" if warning else "error"
    return Problem(severity=severity, line=line, node=node, field=field, message=message)


def dotted(path: Path) -> str:
    """Write a path as people do: `nodes.2.when`."""
    return ".".join(map(str, path))


def typed(content: Content) -> tuple[Workflow | None, list[Problem]]:
    """Return the workflow that a file holds, and what does not fit."""
    if content.problems:
        return None, content.problems
    try:
        return adapter(Workflow).validate_python(content.data), []
    except ValidationError as error:
        return None, [_explained(content, item) for item in error.errors(include_url=False)]


def _explained(content: Content, item: Any) -> Problem:
    place = tuple(step for step in item["loc"] if not (isinstance(step, str) and "[" in step))
    node = _node_at(content.data, place)
    return problem(content.line(place), dotted(place), _message(item, place), node=node)


def _message(item: Any, place: Path) -> str:
    name = str(place[-1]) if place else ""
    match item["type"]:
        case "extra_forbidden":
            known = fields_at(place[:-1])
            close = get_close_matches(name, known, n=1, cutoff=0.5)
            fix = f"Did you mean {close[0]!r}?" if close else f"There is {', '.join(known)}."
            return f"There is no field {name!r} here. {fix}"
        case "missing":
            return f"{name!r} is missing. Add it."
        case "string_pattern_mismatch":
            return f"{item['input']!r} is not a name. Use letters, digits and underscores, and begin with a letter."
        case "literal_error":
            return f"{item['input']!r} is not allowed. Use one of {item['ctx']['expected']}."
        case _:
            return f"{name}: {item['msg']}." if name else f"{item['msg']}."


FIELDS: dict[str, list[str]] = {
    "parameters": list(WorkflowParameter.model_fields),
    "nodes": list(Node.model_fields),
    "for_each": list(ForEach.model_fields),
    "cache": list(Cache.model_fields),
}


def fields_at(place: Path) -> list[str]:
    """Return which fields there are at a place."""
    names = [step for step in place if isinstance(step, str) and step in FIELDS]
    if not names:
        return list(Workflow.model_fields)
    if names[-1] in ("for_each", "cache"):
        return FIELDS[names[-1]]
    inner = place[-1] if place else ""
    nested = Node.model_fields.get(str(inner))
    if nested is not None and hasattr(nested.annotation, "model_fields"):
        return list(nested.annotation.model_fields)  # type: ignore[union-attr]
    return FIELDS[names[0]]


def _node_at(data: Any, place: Path) -> str | None:
    match place:
        case ("nodes", int(at), *_):
            node = data["nodes"][at]
            return node.get("id") if isinstance(node, dict) else None
    return None
