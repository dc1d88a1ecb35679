"""What needs what in a workflow, and whether its references make sense."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.jobs.workflows.expressions import RESERVED, WHOLE_RUN, Name, bare, names_in, references, texts_in
from jupyter_mlstudio.jobs.workflows.types import Edge, Node, Workflow

MEMBERS = ("outputs", "state", "notebook", "message")
"""What an expression can say of a node."""


class Said(NamedTuple):
    """A problem before its line is known."""

    path: tuple[str | int, ...]
    message: str
    warning: bool = False


class Used(NamedTuple):
    """An expression, and the field that holds it."""

    field: str
    expression: str


def used_by(node: Node) -> Iterator[Used]:
    """Return every expression of a node."""
    held: Mapping[str, JsonValue] = {
        "parameters": node.parameters,
        "files": list(node.files),
        "environment": dict(node.environment),
        "for_each": node.for_each.items if node.for_each else [],
    }
    for field, value in held.items():
        for text in texts_in(value):
            yield from (Used(field, expression) for expression in references(text))
    if node.when.strip():
        yield Used("when", bare(node.when))


def _names(expression: str) -> tuple[Name, ...]:
    try:
        return names_in(expression)
    except InvalidError:
        return ()  # told by `problems`


def implied(node: Node, known: Iterable[str]) -> list[str]:
    """Return the nodes that a node's references name, in order."""
    roots = [name.root for used in used_by(node) for name in _names(used.expression)]
    there = set(known)
    return [root for root in dict.fromkeys(roots) if root in there]


def edges(workflow: Workflow) -> list[Edge]:
    """Return what needs what; needs of nodes that are not there are left out."""
    known = {node.id for node in workflow.nodes}
    found: dict[tuple[str, str], Edge] = {}
    for node in workflow.nodes:
        for source in [*node.needs, *implied(node, known)]:
            if source in known:
                pair = (source, node.id)
                found.setdefault(pair, Edge(source=source, target=node.id, implied=source not in node.needs))
    return list(found.values())


def needs(workflow: Workflow) -> dict[str, list[str]]:
    """Return for each node the nodes that it needs."""
    found: dict[str, list[str]] = {node.id: [] for node in workflow.nodes}
    for edge in edges(workflow):
        found[edge.target].append(edge.source)
    return found


def ordered(workflow: Workflow) -> list[str]:
    """Return the nodes so that each comes after what it needs; nodes of a cycle are left out."""
    waiting, done = needs(workflow), list[str]()
    while ready := [node for node, sources in waiting.items() if set(sources) <= set(done)]:
        done.extend(ready)
        for node in ready:
            del waiting[node]
    return done


def behind(workflow: Workflow, starts: Iterable[str]) -> set[str]:
    """Return nodes and everything that depends on them."""
    return _closure(starts, [(edge.source, edge.target) for edge in edges(workflow)])


def before(workflow: Workflow, ends: Iterable[str]) -> set[str]:
    """Return nodes and everything that they need."""
    return _closure(ends, [(edge.target, edge.source) for edge in edges(workflow)])


def _closure(starts: Iterable[str], pairs: list[tuple[str, str]]) -> set[str]:
    found, pending = set[str](), list(starts)
    while pending:
        node = pending.pop()
        if node not in found:
            found.add(node)
            pending.extend(target for source, target in pairs if source == node)
    return found


def cycle(workflow: Workflow) -> list[str]:
    """Return the nodes of one circle in their order, or nothing."""
    inside = needs(workflow)
    left = set(inside) - set(ordered(workflow))
    if not left:
        return []
    path = [min(left)]
    while True:
        step = next(source for source in inside[path[-1]] if source in left)
        if step in path:
            return [step, *reversed(path[path.index(step) :])]
        path.append(step)


def problems(workflow: Workflow, outputs: Mapping[str, list[str] | None]) -> Iterator[Said]:
    """Say what is wrong with how the nodes of a workflow refer to each other.

    Args:
        workflow: The workflow.
        outputs: What each node is known to give; None where nobody knows.
    """
    yield from _identities(workflow)
    for at, node in enumerate(workflow.nodes):
        yield from _needs_problems(workflow, at, node)
        for used in used_by(node):
            path = ("nodes", at, used.field)
            for message in _expression_problems(workflow, node, used, outputs):
                yield Said(path, message)
    if circle := cycle(workflow):
        at = [node.id for node in workflow.nodes].index(circle[0])
        yield Said(("nodes", at), f"These nodes wait for each other: {' → '.join(circle)}. Remove one of the needs.")


def _identities(workflow: Workflow) -> Iterator[Said]:
    seen = set[str]()
    for at, node in enumerate(workflow.nodes):
        if node.id in seen:
            yield Said(("nodes", at, "id"), f"There are two nodes called {node.id!r}. Rename one.")
        if node.id in RESERVED:
            yield Said(("nodes", at, "id"), f"{node.id!r} has a meaning in expressions. Choose another name.")
        seen.add(node.id)
        given = [name for name in ("notebook", "function", "use") if getattr(node, name)]
        if len(given) != 1:
            extra = f"not {' and '.join(given)}" if given else "none is there"
            yield Said(("nodes", at), f"{node.id!r} needs exactly one of notebook, function and use; {extra}.")
    for name in workflow.layout:
        if name not in seen:
            yield Said(("layout", name), f"There is no node {name!r}, so its place is not used.", warning=True)


def _needs_problems(workflow: Workflow, at: int, node: Node) -> Iterator[Said]:
    known = [other.id for other in workflow.nodes]
    for place, name in enumerate(node.needs):
        if name == node.id:
            yield Said(("nodes", at, "needs", place), f"{name!r} needs itself. Remove that.")
        elif name not in known:
            yield Said(("nodes", at, "needs", place), f"There is no node {name!r}. {_fix(name, known)}")


def _expression_problems(
    workflow: Workflow, node: Node, used: Used, outputs: Mapping[str, list[str] | None]
) -> Iterator[str]:
    try:
        found = names_in(used.expression)
    except InvalidError as error:
        yield str(error)
        return
    for name in found:
        message = _unknown(workflow, node, used, name, outputs)
        if message:
            yield f"`{used.expression}`: {message}"


def _unknown(  # noqa: PLR0911  # one line a case reads best
    workflow: Workflow, node: Node, used: Used, name: Name, outputs: Mapping[str, list[str] | None]
) -> str:
    known = [other.id for other in workflow.nodes if other.id != node.id]
    first = name.path[0] if name.path else ""
    if name.root in ("item", "index"):
        fits = node.for_each is not None and used.field not in ("for_each", "when")
        return "" if fits else f"{name.root!r} is only known in the parameters of a node with for_each."
    if name.root == "parameters":
        names = list(workflow.parameters)
        return "" if not first or first in names else f"there is no parameter {first!r}. {_fix(first, names)}"
    if name.root == "run":
        return "" if first in ("id", "created_at") else "a run has `run.id` and `run.created_at`."
    if name.root == node.id:
        return "a node cannot use its own results."
    if name.root not in known:
        return f"there is no node {name.root!r}. {_fix(name.root, [*known, *WHOLE_RUN])}"
    if first not in MEMBERS:
        return f"of a node there is {', '.join(MEMBERS)}. Write `{name.root}.outputs.{first or 'name'}`."
    given = outputs.get(name.root)
    if first == "outputs" and len(name.path) > 1 and given is not None and name.path[1] not in given:
        return f"{name.root!r} does not give {name.path[1]!r}. {_fix(name.path[1], given)}"
    return ""


def _fix(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"There is {', '.join(known)}." if known else "There is none."
