"""The nouns of the runs of workflows."""

from datetime import datetime

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.types import Record, Struct
from jupyter_mlstudio.jobs.types import JobOwner
from jupyter_mlstudio.jobs.workflows.types import Edge, NodeKind, NodeState, Workflow, WorkflowState


class WorkflowRunSpec(Struct):
    """What to run."""

    path: str = Field(description="Path of the workflow's file, from the project folder.")
    parameters: dict[str, JsonValue] = Field(default={}, description="Values by name; the file's defaults for others.")
    only: list[str] = Field(
        default=[], description="Run just these nodes; for what they need, earlier results are used."
    )
    since: list[str] = Field(default=[], description="Run these nodes and what depends on them.")
    until: list[str] = Field(default=[], description="Run these nodes and what they need, and nothing behind them.")
    reuse: str | None = Field(
        default=None,
        description="The run whose results stand for the nodes left out; the newest that has them if not given.",
    )
    use_cache: bool = Field(default=True, description="Whether earlier results of unchanged nodes are used.")


class WorkflowRepairSpec(Struct):
    """How to go on with a run that failed or was stopped."""

    use_cache: bool | None = Field(
        default=None, description="Whether earlier results of unchanged nodes are used; as the run began if not given."
    )


class NodeItem(Struct):
    """One job of a for-each node, or the only one of another."""

    index: int | None = Field(description="Its place in the list; null if the node has none.")
    item: JsonValue = Field(description="The item that it is for.")
    state: NodeState = Field(description="Where it is on its way.")
    job: str | None = Field(description="Id of the job that ran it, or whose result is used.")
    cells_done: int = Field(description="Code cells that have ended.")
    cells_total: int = Field(description="Code cells that there are; 0 while nobody knows.")
    started_at: datetime | None = Field(description="When its job began to run.")
    ended_at: datetime | None = Field(description="When it ended.")
    message: str = Field(description="Why it failed or was skipped; empty otherwise.")
    notebook: str | None = Field(description="Path of the executed notebook from the project folder.")


class NodeRun(Struct):
    """What became of a node in a run."""

    id: str = Field(description="Id of the node.")
    title: str = Field(description="What people read.")
    kind: NodeKind = Field(description="Whether it is a notebook, a function or ready-made.")
    state: NodeState = Field(description="Where it is on its way.")
    attempt: int = Field(description="1, and one more with each repair of it.")
    parameters: dict[str, JsonValue] = Field(
        description="What it was given; of a for-each node what its first job was."
    )
    outputs: dict[str, JsonValue] = Field(description="What it gave, by name; lists for a for-each node.")
    message: str = Field(description="Why it failed or was skipped; empty otherwise.")
    why: list[str] = Field(description="Why it ran although there was an earlier result, in sentences.")
    cached_from: str | None = Field(description="Id of the run whose result is used.")
    started_at: datetime | None = Field(description="When its first job began to run.")
    ended_at: datetime | None = Field(description="When it reached a final state.")
    notebook: str | None = Field(description="Path of the executed notebook from the project folder; the first job's.")
    items: list[NodeItem] = Field(description="Its jobs; empty while it waits.")


class WorkflowRun(Record):
    """One run of a workflow."""

    path: str = Field(description="Path of the workflow's file, from the project folder.")
    title: str = Field(description="What people read.")
    state: WorkflowState = Field(description="Where it is on its way.")
    attempt: int = Field(description="1, and one more with each repair.")
    parameters: dict[str, JsonValue] = Field(description="All parameters, with the defaults.")
    spec: WorkflowRunSpec = Field(description="What was asked for.")
    created_at: datetime = Field(description="When it was started.")
    ended_at: datetime | None = Field(description="When it reached a final state.")
    stop_requested_at: datetime | None = Field(description="When somebody asked it to stop.")
    owner: JobOwner | None = Field(description="The schedule that started it.")
    counts: dict[NodeState, int] = Field(description="How many nodes are in each state.")
    message: str = Field(description="Which nodes failed; empty otherwise.")


class WorkflowRunDetail(Struct):
    """A run with its nodes and the file as it was."""

    run: WorkflowRun = Field(description="The run.")
    nodes: list[NodeRun] = Field(description="Its nodes, in the file's order.")
    workflow: Workflow = Field(description="The workflow as it was when the run began.")
    edges: list[Edge] = Field(description="What needs what.")
    text: str = Field(description="The file as it was.")


class WorkflowRunList(Struct):
    """Runs of workflows, the newest first."""

    items: list[WorkflowRun] = Field(description="As many as were asked for.")
    total: int = Field(description="How many there are altogether.")
