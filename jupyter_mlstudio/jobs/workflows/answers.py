"""Runs as they are answered."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from jupyter_mlstudio.jobs.types import Job, JobOwner
from jupyter_mlstudio.jobs.workflows.graph import edges
from jupyter_mlstudio.jobs.workflows.rows import Item, NodeRow, RunRow
from jupyter_mlstudio.jobs.workflows.run_types import (
    NodeItem,
    NodeRun,
    WorkflowRun,
    WorkflowRunDetail,
    WorkflowRunSpec,
)
from jupyter_mlstudio.jobs.workflows.types import Node, NodeState


def answer(run: RunRow) -> WorkflowRun:
    """Return a run without its nodes."""
    owner = None
    if run.owner_id is not None:
        owner = JobOwner.model_validate({"kind": run.owner_kind, "id": run.owner_id, "node": run.owner_node})
    counts = Counter(row.state for row in run.nodes.values())
    return WorkflowRun(
        id=run.id,
        path=run.path,
        title=run.title,
        state=run.state,
        attempt=run.attempt,
        parameters=run.parameters,
        spec=WorkflowRunSpec.model_validate(run.spec),
        created_at=datetime.fromisoformat(run.created_at),
        ended_at=_time(run.ended_at),
        stop_requested_at=_time(run.stop_requested_at),
        owner=owner,
        counts={state: counts[state] for state in NodeState if counts[state]},
        message=run.message,
    )


def detail(run: RunRow, jobs: Mapping[str, Job]) -> WorkflowRunDetail:
    """Return a run with its nodes, as far as their jobs are.

    Args:
        run: The run.
        jobs: Its jobs that have not been heard of, by id.
    """
    workflow = run.workflow
    nodes = [_node(node, run.nodes[node.id], jobs) for node in workflow.nodes]
    return WorkflowRunDetail(run=answer(run), nodes=nodes, workflow=workflow, edges=edges(workflow), text=run.text)


def _node(node: Node, row: NodeRow, jobs: Mapping[str, Job]) -> NodeRun:
    items = [_item(item, jobs.get(str(item.job)), each=node.for_each is not None) for item in row.items]
    started = [item.started_at for item in items if item.started_at is not None]
    first = row.items[0] if row.items else None
    return NodeRun(
        id=node.id,
        title=node.label,
        kind=node.kind,
        state=row.state,
        attempt=row.attempt,
        parameters=first.parameters if first else {},
        outputs=row.outputs,
        message=row.message,
        why=list(dict.fromkeys(reason for item in row.items for reason in item.why)),
        cached_from=first.cached_from if first else None,
        started_at=min(started) if started else None,
        ended_at=_time(row.ended_at),
        notebook=items[0].notebook if items else None,
        items=items,
    )


def _item(item: Item, job: Job | None, *, each: bool) -> NodeItem:
    return NodeItem(
        index=item.index if each else None,
        item=item.value,
        state=item.state,
        job=item.job,
        cells_done=job.cells_done if job else 0,
        cells_total=job.cells_total if job else 0,
        started_at=job.started_at if job else _time(item.started_at),
        ended_at=_time(item.ended_at),
        message=item.message,
        notebook=item.notebook or (job.output if job else None),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
