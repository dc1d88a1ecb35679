"""Writes workflow files: what did not change keeps its lines, its comments and its order."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import yaml

from jupyter_mlstudio.jobs.workflows.reading import FLOAT, load
from jupyter_mlstudio.jobs.workflows.types import Workflow

WIDTH = 110  # characters of a line after which a list or an object gets lines of its own
_IDLE = re.compile(r"\s*(#.*)?$")


class Dumper(yaml.SafeDumper):  # type: ignore[misc]  # PyYAML has no types
    """Quotes what either version of YAML would not take for a text."""

    def increase_indent(self, flow: bool = False, **_: bool) -> None:
        """Indent lists below their key."""
        super().increase_indent(flow, False)


Dumper.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(rf"(?:{FLOAT.pattern})\Z"), list("-+0123456789."))
Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text and not text.startswith((" ", "\n")) else None
    ),
)


class Entry(NamedTuple):
    """One key of a mapping or one item of a list, with the comments above it."""

    above: list[str]
    lines: list[str]
    value: Any  # PyYAML's node
    old: Any


def plain(workflow: Workflow) -> dict[str, Any]:
    """Return what the file of a workflow holds; options that are the default are left out."""
    shown = workflow.model_dump(mode="json", exclude_defaults=True)
    shown["nodes"] = [{"id": node.id, **node.model_dump(mode="json", exclude_defaults=True)} for node in workflow.nodes]
    shown.setdefault("nodes", [])
    head = {name: shown[name] for name in Workflow.model_fields if name in shown and name != "layout"}
    layout = {name: [_round(x), _round(y)] for name, (x, y) in workflow.layout.items()}
    return {"version": workflow.version, **head, **({"layout": layout} if layout else {})}


def _round(number: float) -> float | int:
    return int(number) if number == int(number) else round(number, 1)


def rewritten(old: str, workflow: Workflow) -> str:
    """Return the text of a workflow; what an older text of it says in the same way is kept as it is."""
    new = plain(workflow)
    content = load(old)
    if content.problems or content.root is None or not isinstance(content.data, dict):
        return fresh(new)
    if "version" not in content.data:
        del new["version"]
    if content.data == new:
        return old
    lines = old.splitlines()
    text = "\n".join(_mapping(lines, content.root, content.data, new, 0)).rstrip("\n") + "\n"
    return text if load(text).data == new else fresh(new)


def fresh(content: Mapping[str, Any]) -> str:
    """Write a workflow from scratch, with an empty line before each part and each node."""
    lines: list[str] = []
    for key, value in content.items():
        part = _dumped({key: value}, 0)
        if key == "nodes":
            part = [line for at, line in enumerate(part) for line in (["", line] if _begins(at, line) else [line])]
        large = len(part) > 1
        lines += ["", *part] if lines and (large or lines[-1].startswith(" ")) else part
    return "\n".join(lines) + "\n"


def _begins(at: int, line: str) -> bool:
    return at > 1 and line.startswith("  - ")


def _dumped(value: Any, indent: int) -> list[str]:
    text = yaml.dump(_flowing(value), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    return [f"{' ' * indent}{line}" if line else "" for line in text.rstrip("\n").split("\n")]


class _Flow(list[Any]):
    """A list that is written on one line."""


class _FlowMap(dict[str, Any]):
    """An object that is written on one line."""


Dumper.add_representer(_Flow, lambda dumper, items: dumper.represent_sequence("tag:yaml.org,2002:seq", items, True))
Dumper.add_representer(_FlowMap, lambda dumper, items: dumper.represent_mapping("tag:yaml.org,2002:map", items, True))


IN_ONE_LINE = frozenset({"resources", "custom", "cache", "for_each", "retries"})


def _flowing(value: Any, keys: tuple[str, ...] = ()) -> Any:
    """Let small lists and small objects with few fields be written on one line."""
    if isinstance(value, dict):
        inner = {key: _flowing(item, (*keys, key)) for key, item in value.items()}
        small = (keys[-1:] and keys[-1] in IN_ONE_LINE) or (len(keys) == 2 and keys[0] == "parameters")  # noqa: PLR2004
        return _FlowMap(inner) if small and _short(value) else inner
    if isinstance(value, list):
        items = [_flowing(item, keys) for item in value]
        return _Flow(items) if _short(value) else items
    return value


def _short(value: Any) -> bool:
    return len(str(value)) < WIDTH and _leaves(value)


def _leaves(value: Any) -> bool:
    items = value.values() if isinstance(value, dict) else value
    return all(not isinstance(item, dict | list) and "\n" not in str(item) for item in items)


def _mapping(lines: list[str], node: Any, old: Any, new: dict[str, Any], indent: int) -> list[str]:
    """Return the lines of a mapping: those of `old` where nothing changed."""
    places = [(str(key.value), key.start_mark.line, value) for key, value in node.value]
    entries, tail = _entries(lines, places, old)
    order = _order(list(entries), list(new))
    head = entries[str(places[0][0])].above if places and order[0] not in entries else []
    result = [*head]
    for key in order:
        if key not in entries:
            result += _dumped({key: new[key]}, indent)
            continue
        entry = entries[key]
        result += [] if entry.above is head else entry.above
        result += entry.lines if entry.old == new[key] else _changed(entry, key, new[key], indent)
    return result + tail


def _entries(
    lines: list[str], places: list[tuple[str, int, Any]], old: Mapping[str, Any]
) -> tuple[dict[str, Entry], list[str]]:
    """Cut lines into entries; comments at the end of one belong to the next."""
    found: dict[str, Entry] = {}
    above = lines[: places[0][1]] if places else lines
    for at, (key, start, value) in enumerate(places):
        end = places[at + 1][1] if at + 1 < len(places) else len(lines)
        last = end
        while last > start + 1 and _IDLE.match(lines[last - 1]):
            last -= 1
        found[key] = Entry(above, lines[start:last], _moved(value, start), old[key])
        above = lines[last:end]
    return found, above


class _Part(NamedTuple):
    """A node of PyYAML whose lines begin at another line than the file's."""

    node: Any
    first: int


def _moved(node: Any, first: int) -> Any:
    inner = node.node if isinstance(node, _Part) else node
    return _Part(inner, first)


def _order(old: list[str], new: list[str]) -> list[str]:
    """Return the new keys: in the old order, those that are added behind the one that comes before them."""
    result = [key for key in old if key in new]
    for at, key in enumerate(new):
        if key not in result:
            earlier = next((other for other in reversed(new[:at]) if other in result), None)
            result.insert(result.index(earlier) + 1 if earlier is not None else 0, key)
    return result


def _changed(entry: Entry, key: str, new: Any, indent: int) -> list[str]:
    node, first = entry.value
    block = not getattr(node, "flow_style", True) and node.start_mark.line > first
    if block and isinstance(node, yaml.MappingNode) and isinstance(new, dict) and new:
        inner = _shifted(node, first)
        return _mapping(entry.lines, inner, entry.old, new, node.start_mark.column)
    if block and isinstance(node, yaml.SequenceNode) and key == "nodes" and new:
        return _nodes(entry.lines, _shifted(node, first), entry.old, new)
    fresh_lines = _dumped({key: new}, indent)
    if len(fresh_lines) == 1 and len(entry.lines) == 1 and isinstance(node, yaml.ScalarNode):
        comment = re.match(r"\s+#.*", entry.lines[0][node.end_mark.column :])
        fresh_lines[0] += comment.group() if comment else ""
    return fresh_lines


class _Mark(NamedTuple):
    line: int
    column: int


def _shifted(node: Any, first: int) -> Any:
    """Return a block whose marks count from the line `first`."""

    def moved(part: Any) -> Any:
        copy = (
            type(part)(part.tag, part.value, flow_style=getattr(part, "flow_style", None))
            if not isinstance(part, yaml.ScalarNode)
            else yaml.ScalarNode(part.tag, part.value)
        )
        copy.start_mark = _Mark(part.start_mark.line - first, part.start_mark.column)
        copy.end_mark = _Mark(part.end_mark.line - first, part.end_mark.column)
        if isinstance(part, yaml.MappingNode):
            copy.value = [(moved(key), moved(value)) for key, value in part.value]
        elif isinstance(part, yaml.SequenceNode):
            copy.value = [moved(item) for item in part.value]
        return copy

    return moved(node)


def _nodes(lines: list[str], node: Any, old: list[Any], new: list[Any]) -> list[str]:
    """Return the lines of the list of nodes; a node is known by its id."""
    names = [str(item.get("id", at)) if isinstance(item, dict) else str(at) for at, item in enumerate(old)]
    places = [(name, item.start_mark.line, item) for name, item in zip(names, node.value, strict=True)]
    entries, tail = _entries(lines, places, dict(zip(names, old, strict=True)))
    head = lines[:1]
    spaced = any("" in entry.above for entry in list(entries.values())[1:]) or len(entries) < 2  # noqa: PLR2004
    result: list[str] = []
    for item in new:
        entry = entries.get(item["id"])
        if entry is None:
            result += [*([""] if spaced and result else []), *_dumped([item], node.start_mark.column)]
            continue
        above = entry.above[1:] if item["id"] == names[0] else entry.above
        result += [*([""] if spaced and result and not above else []), *above]
        result += entry.lines if entry.old == item else _node(entry, item)
    return [*head, *result, *tail]


def _node(entry: Entry, new: dict[str, Any]) -> list[str]:
    node, first = entry.value
    if node.flow_style or not isinstance(node, yaml.MappingNode):
        return _dumped([new], max(node.start_mark.column - 2, 0))
    column = node.start_mark.column
    dash = entry.lines[0][:column]
    opened = [" " * column + entry.lines[0][column:], *entry.lines[1:]]
    body = _mapping(opened, _shifted(node, first), entry.old, new, column)
    at = next(at for at, line in enumerate(body) if line.strip() and not line.lstrip().startswith("#"))
    return [*body[:at], dash + body[at][column:], *body[at + 1 :]]
