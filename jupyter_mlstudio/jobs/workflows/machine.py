"""The state machine of a run: what becomes of its nodes, given what became of their jobs.

It changes rows in memory and asks nobody but the cache; who calls it writes them in one transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import InvalidError, StudioError
from jupyter_mlstudio.jobs.types import Job, JobState
from jupyter_mlstudio.jobs.workflows.expressions import bare, evaluate, filled
from jupyter_mlstudio.jobs.workflows.rows import FINAL, GOOD, Item, NodeRow, RunRow, job_id
from jupyter_mlstudio.jobs.workflows.types import Node, NodeState, WorkflowState

MOST = 10_000  # items of a for-each
STATES = {
    JobState.SUCCEEDED: NodeState.SUCCEEDED,
    JobState.FAILED: NodeState.FAILED,
    JobState.STOPPED: NodeState.STOPPED,
}


class Known(NamedTuple):
    """What the cache says of an item."""

    key: str | None  # None if results of it are not kept
    parts: dict[str, Any]
    why: list[str]  # why it runs although there was an earlier result
    result: Mapping[str, Any] | None  # an earlier result that stands


class Results(Protocol):
    """The cache, as the machine sees it."""

    def known(self, run: RunRow, node: Node, item: Item) -> Known:
        """Say whether an earlier result of an item stands."""


@dataclass
class Machine:
    """Moves one run on, as far as it goes without waiting."""

    run: RunRow
    results: Results
    now: str
    jobs: Mapping[str, Job]
    lost: Callable[[Item], bool] = lambda item: False  # whether the job of an item is gone for good

    def __post_init__(self) -> None:
        self.new_results: list[dict[str, Any]] = []

    def advance(self) -> bool:
        """Change the rows; false if nothing happened."""
        if self.run.state is not WorkflowState.RUNNING:
            return False
        for node in self.run.order:
            row = self.run.nodes[node.id]
            if row.state is NodeState.WAITING:
                self._decide(node, row)
            if row.state is NodeState.RUNNING:
                self._go_on(node, row)
        self._finish()
        return any(row.changed for row in self.run.nodes.values()) or self.run.state is not WorkflowState.RUNNING

    # what becomes of a waiting node

    def _decide(self, node: Node, row: NodeRow) -> None:
        if self.run.stop_requested_at is not None:
            self._end(row, NodeState.STOPPED, "The run was stopped.")
            return
        needed = [self.run.nodes[source] for source in self.run.needs[node.id]]
        if not all(other.final for other in needed):
            return
        reason = unmet(node, needed)
        if reason:
            self._end(row, NodeState.SKIPPED, reason)
            return
        try:
            if node.when.strip() and not evaluate(bare(node.when), self._scope()):
                self._end(row, NodeState.SKIPPED, f"The condition is not met: {bare(node.when)}.")
                return
            row.items = self._items(node, row)
        except StudioError as error:
            self._end(row, NodeState.FAILED, str(error))
            return
        row.state, row.started_at, row.changed = NodeState.RUNNING, self.now, True

    def _items(self, node: Node, row: NodeRow) -> list[Item]:
        if node.for_each is None:
            return [Item(0, attempt=row.attempt)]
        values = filled(node.for_each.items, self._scope())
        if not isinstance(values, list):
            raise InvalidError(f"for_each.items: this is no list but {values!r}.")
        if len(values) > MOST:
            raise InvalidError(f"for_each.items: {len(values)} items are too many; {MOST} are allowed.")
        return [Item(at, value, attempt=row.attempt) for at, value in enumerate(values)]

    # what becomes of a running one

    def _go_on(self, node: Node, row: NodeRow) -> None:
        for item in row.items:
            if item.state is NodeState.RUNNING:
                self._hear(node, row, item)
        for item in row.items:
            if item.state is not NodeState.WAITING:
                continue
            if self.run.stop_requested_at is not None:
                self._item(row, item, NodeState.STOPPED)
            elif self._room(node, row):
                self._begin(node, row, item)
        if all(item.state in FINAL for item in row.items):
            self._gather(node, row)

    @staticmethod
    def _room(node: Node, row: NodeRow) -> bool:
        limit = node.for_each.at_once if node.for_each else None
        return limit is None or sum(item.state is NodeState.RUNNING for item in row.items) < limit

    def _hear(self, node: Node, row: NodeRow, item: Item) -> None:
        job = self.jobs.get(str(item.job))
        if job is None:
            if self.run.stop_requested_at is not None and not item.submitted:
                self._item(row, item, NodeState.STOPPED)
            elif self.lost(item):
                self._item(row, item, NodeState.FAILED, "Its job was removed before it could be heard.")
            return
        if job.state not in STATES:
            return
        item.outputs, item.notebook, item.submitted = dict(job.outputs), job.output, True
        item.started_at = None if job.started_at is None else job.started_at.isoformat()
        error = "" if job.error is None else f"{job.error.name}: {job.error.message}"
        missing = [name for name in node.outputs if name not in job.outputs]
        state = STATES[job.state]
        if state is NodeState.SUCCEEDED and missing:
            state, error = NodeState.FAILED, f"It did not give {', '.join(missing)}. Call studio.output for it."
        self._item(row, item, state, error)
        if state is NodeState.SUCCEEDED and item.key is not None:
            self.new_results.append(_result(self.run, node, item, self.now))

    def _begin(self, node: Node, row: NodeRow, item: Item) -> None:
        scope = self._scope() | ({} if node.for_each is None else {"item": item.value, "index": item.index})
        try:
            item.parameters = {name: filled(value, scope) for name, value in node.parameters.items()}
            item.environment = {name: str(filled(value, scope)) for name, value in node.environment.items()}
            files = [str(filled(pattern, scope)) for pattern in node.files]
            known = self.results.known(self.run, node.model_copy(update={"files": files}), item)
        except (StudioError, OSError) as error:
            self._item(row, item, NodeState.FAILED, str(error))
            return
        item.key, item.parts, item.why = known.key, known.parts, known.why
        item.changed = row.changed = True
        if known.result is not None:
            item.job, item.outputs = known.result["job"], known.result["outputs"]
            item.notebook, item.cached_from = known.result["notebook"], known.result["run"]
            self._item(row, item, NodeState.CACHED)
        else:
            item.state, item.job = NodeState.RUNNING, job_id(self.run.id, node.id, item.index, item.attempt)
            item.submitted = False

    def _item(self, row: NodeRow, item: Item, state: NodeState, message: str = "") -> None:
        item.state, item.message, item.ended_at = state, message, self.now
        item.changed = row.changed = True

    # what a node comes to

    def _gather(self, node: Node, row: NodeRow) -> None:
        states = {item.state for item in row.items}
        if NodeState.FAILED in states:
            state = NodeState.FAILED
        elif NodeState.STOPPED in states:
            state = NodeState.STOPPED
        else:
            state = NodeState.CACHED if states == {NodeState.CACHED} else NodeState.SUCCEEDED
        if node.for_each is None:
            row.outputs = row.items[0].outputs
        else:
            names = dict.fromkeys([*node.outputs, *(name for item in row.items for name in item.outputs)])
            row.outputs = {name: [item.outputs.get(name) for item in row.items] for name in names}
        failed = [item for item in row.items if item.state is NodeState.FAILED]
        message = failed[0].message if failed else ""
        if failed and node.for_each is not None:
            message = f"{len(failed)} of {len(row.items)} failed; number {failed[0].index}: {message}"
        self._end(row, state, message)

    def _end(self, row: NodeRow, state: NodeState, message: str = "") -> None:
        row.state, row.message, row.ended_at, row.changed = state, message, self.now, True

    def _finish(self) -> None:
        rows = self.run.nodes.values()
        if not all(row.final for row in rows):
            return
        failed = [row.node for row in rows if row.state is NodeState.FAILED]
        if failed:
            self.run.state, self.run.message = WorkflowState.FAILED, f"Failed: {', '.join(failed)}."
        elif any(row.state is NodeState.STOPPED for row in rows):
            self.run.state = WorkflowState.STOPPED
        else:
            self.run.state = WorkflowState.SUCCEEDED
        self.run.ended_at = self.now

    def _scope(self) -> dict[str, JsonValue]:
        scope: dict[str, JsonValue] = {
            "parameters": self.run.parameters,
            "run": {"id": self.run.id, "created_at": self.run.created_at},
        }
        for name, row in self.run.nodes.items():
            if row.final:
                state = NodeState.SUCCEEDED if row.state is NodeState.CACHED else row.state
                notebook = row.items[0].notebook if row.items else None
                scope[name] = {
                    "outputs": row.outputs, "state": str(state), "notebook": notebook, "message": row.message
                }  # fmt: skip
        return scope


def unmet(node: Node, needed: list[NodeRow]) -> str:
    """Say why a node is skipped, given what became of the nodes that it needs; nothing if it runs."""
    bad = [row for row in needed if row.state not in GOOD]
    if node.run_if == "all_succeeded" and bad:
        return f"{bad[0].node!r} {_became(bad[0].state)}."
    if node.run_if == "any_succeeded" and needed and len(bad) == len(needed):
        return "None of the nodes that it needs succeeded."
    if node.run_if == "any_failed" and not any(row.state is NodeState.FAILED for row in needed):
        return "None of the nodes that it needs failed."
    return ""


def _became(state: NodeState) -> str:
    return "was skipped" if state is NodeState.SKIPPED else "was stopped" if state is NodeState.STOPPED else "failed"


def place_of(run: RunRow, node: str, index: int) -> str:
    """Return what names a node and its place in a for-each in all runs of a workflow."""
    return f"{run.path}#{node}[{index}]"


def _result(run: RunRow, node: Node, item: Item, now: str) -> dict[str, Any]:
    return {
        "key": item.key, "place": place_of(run, node.id, item.index), "run": run.id, "job": item.job,
        "notebook": item.notebook, "outputs": item.outputs, "parts": item.parts, "created_at": now,
    }  # fmt: skip
