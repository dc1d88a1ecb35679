"""How a run that failed goes on: what failed, and what depends on it, waits again with a new attempt."""

from jupyter_mlstudio.core.errors import ConflictError
from jupyter_mlstudio.jobs.workflows.graph import behind
from jupyter_mlstudio.jobs.workflows.rows import GOOD, Item, NodeRow, RunRow
from jupyter_mlstudio.jobs.workflows.types import NodeState, WorkflowState

BAD = (NodeState.FAILED, NodeState.STOPPED)


def mended(run: RunRow, *, use_cache: bool | None) -> None:
    """Put the nodes of a run back that are to run again.

    Raises:
        ConflictError: It has not ended, or nothing in it failed.
    """
    if run.state is WorkflowState.RUNNING:
        raise ConflictError("The run has not ended. Wait for it, or stop it first.", code="running")
    bad = [name for name, row in run.nodes.items() if row.state in BAD]
    if not bad:
        raise ConflictError("Nothing in this run failed, so there is nothing to repair. Run the workflow anew.")
    again = behind(run.workflow, bad)
    for name in again:
        row = run.nodes[name]
        if row.state in BAD and row.items and not again & set(run.needs[name]):
            _again(row)
        else:
            row.items, row.state, row.started_at = [], NodeState.WAITING, None
        row.attempt += 1
        row.message, row.outputs, row.ended_at, row.changed = "", {}, None, True
    run.state, run.message, run.ended_at, run.stop_requested_at = WorkflowState.RUNNING, "", None, None
    run.attempt += 1
    run.use_cache = run.use_cache if use_cache is None else use_cache


def _again(row: NodeRow) -> None:
    """Let the items of a node run again that did not succeed; the others keep their results."""
    row.items = [
        item if item.state in GOOD else Item(item.index, item.value, attempt=row.attempt + 1) for item in row.items
    ]
    row.state = NodeState.RUNNING
