"""A run of a workflow as the database keeps it, and as the state machine changes it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from pydantic import JsonValue

from jupyter_mlstudio.jobs.workflows.graph import needs, ordered
from jupyter_mlstudio.jobs.workflows.reading import load, typed
from jupyter_mlstudio.jobs.workflows.types import Node, NodeState, Workflow, WorkflowState

FINAL = frozenset({NodeState.SUCCEEDED, NodeState.FAILED, NodeState.STOPPED, NodeState.SKIPPED, NodeState.CACHED})
GOOD = frozenset({NodeState.SUCCEEDED, NodeState.CACHED})


@dataclass
class Item:
    """One job of a node, as it is or as it will be."""

    index: int
    value: JsonValue = None
    state: NodeState = NodeState.WAITING
    attempt: int = 1
    job: str | None = None
    submitted: bool = False
    key: str | None = None
    parts: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, JsonValue] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, JsonValue] = field(default_factory=dict)
    notebook: str | None = None
    message: str = ""
    why: list[str] = field(default_factory=list)
    cached_from: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    changed: bool = True  # whether it has to be written


@dataclass
class NodeRow:
    """A node in a run."""

    node: str
    state: NodeState = NodeState.WAITING
    attempt: int = 1
    message: str = ""
    outputs: dict[str, JsonValue] = field(default_factory=dict)
    started_at: str | None = None
    ended_at: str | None = None
    items: list[Item] = field(default_factory=list)
    changed: bool = True  # whether it has to be written

    @property
    def final(self) -> bool:
        """Whether nothing more happens to it in this attempt."""
        return self.state in FINAL


@dataclass
class RunRow:
    """A run with its nodes."""

    id: str
    path: str
    title: str
    text: str
    spec: dict[str, Any]
    parameters: dict[str, JsonValue]
    state: WorkflowState
    attempt: int
    version: int
    created_at: str
    ended_at: str | None
    stop_requested_at: str | None
    message: str
    use_cache: bool
    owner_kind: str | None = None
    owner_id: str | None = None
    owner_node: str | None = None
    nodes: dict[str, NodeRow] = field(default_factory=dict)

    @cached_property
    def workflow(self) -> Workflow:
        """The workflow as it was when the run began."""
        workflow, _ = typed(load(self.text))
        assert workflow is not None  # checked before the run was written
        return workflow

    @cached_property
    def needs(self) -> dict[str, list[str]]:
        """What each node needs."""
        return needs(self.workflow)

    @cached_property
    def order(self) -> list[Node]:
        """The nodes so that each comes after what it needs."""
        known = {node.id: node for node in self.workflow.nodes}
        return [known[name] for name in ordered(self.workflow)]

    def unfinished(self) -> Iterator[tuple[NodeRow, Item]]:
        """Return the items whose job has not been heard of."""
        for row in self.nodes.values():
            for item in row.items:
                if item.state is NodeState.RUNNING:
                    yield row, item


def job_id(run: str, node: str, index: int, attempt: int) -> str:
    """Return the id that the job of an item has, whoever submits it, so that nobody can do it twice."""
    return sha256(f"{run}/{node}/{index}/{attempt}".encode()).hexdigest()[:32]
