"""The nouns of workflows: what their files hold."""

from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.jobs.types import Parameter, Resources, Retry

NAME = r"^[A-Za-z][A-Za-z0-9_]*$"
"""What a node or a parameter may be called, so that expressions can name it."""

RunIf = Literal["all_succeeded", "any_succeeded", "any_failed", "all_done"]
ParameterType = Literal["int", "float", "bool", "str", "list", "dict", "any"]
NodeKind = Literal["notebook", "function", "ready-made"]


class NodeState(StrEnum):
    """Where a node is on its way; all but the first two are final."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"
    SKIPPED = "skipped"
    CACHED = "cached"


class WorkflowState(StrEnum):
    """Where a run of a workflow is; all but the first are final."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"


class WorkflowParameter(Struct):
    """A value that is asked for when the workflow is run."""

    type: ParameterType = Field(default="any", description="What kind of value it is.")
    default: JsonValue = Field(default=None, description="What it is if nobody says.")
    required: bool = Field(default=False, description="Whether each run has to say it.")
    choices: list[JsonValue] = Field(default=[], description="The only values allowed; any if there are none.")
    help: str = Field(default="", description="What it means, for whoever fills in the form.")


class ForEach(Struct):
    """A node that runs once for each item of a list; in its parameters, `item` and `index` name the present one."""

    items: list[JsonValue] | str = Field(description="A list, or a reference to one.")
    at_once: int | None = Field(
        default=None,
        ge=1,
        description="How many run at the same time at most; as many as there is room for if not said.",
    )


class Cache(Struct):
    """When an earlier result of a node stands for running it again."""

    enabled: bool = Field(default=True, description="Whether earlier results are used at all.")
    expires_hours: float | None = Field(
        default=None, gt=0, description="Hours after which a result is no longer used; never if not given."
    )
    version: str = Field(default="", description="Change it to make earlier results unusable.")


class Node(Struct):
    """One step of a workflow: a notebook, a Python function or a ready-made node; exactly one of the three is given.

    Texts in `parameters`, `files`, `environment` and `for_each` may hold references, such as `${{ parameters.rows }}`,
    `${{ train.outputs.auc }}`, `${{ train.state }}` and `${{ item }}`. A text that is one reference takes its value
    and its type.
    """

    id: str = Field(pattern=NAME, max_length=60, description="What other nodes call it.")
    title: str = Field(default="", max_length=200, description="What people read; the id if it is empty.")
    notebook: str | None = Field(
        default=None, min_length=1, description="Path of a notebook, from the folder of the workflow's file."
    )
    function: str | None = Field(
        default=None,
        min_length=1,
        description="A Python function: `path/to/file.py:name` from the workflow's folder, or `module:name`.",
    )
    use: str | None = Field(default=None, min_length=1, description="Name of a ready-made node, from the palette.")
    parameters: dict[str, JsonValue] = Field(default={}, description="Values by name, which may be references.")
    needs: list[str] = Field(
        default=[], description="Nodes that must have ended before, besides those that a reference names."
    )
    run_if: RunIf = Field(
        default="all_succeeded", description="What must have become of the nodes that it needs; skipped otherwise."
    )
    when: str = Field(default="", description="A condition, such as `train.outputs.auc > 0.8`; skipped if it is false.")
    for_each: ForEach | None = Field(default=None, description="Run once for each item of a list.")
    outputs: list[str] = Field(
        default=[], description="What it gives to `studio.output`; one that is missing at the end fails the node."
    )
    files: list[str] = Field(
        default=[],
        description="Files or patterns that it reads, from the folder of the workflow's file: if one changes, the node "
        "runs again. Files that a parameter or its code names count by themselves.",
    )
    cache: Cache | None = Field(
        default=None,
        description="Whether earlier results are used; by default they are, except by nodes that change something "
        "outside (register, deploy).",
    )
    retries: list[Retry] = Field(default=[], description="What is done when it fails; the first rule that fits holds.")
    timeout: float | None = Field(
        default=None, gt=0, description="Seconds after which it fails; no limit if not given."
    )
    resources: Resources = Field(default=Resources(), description="What it needs while it runs.")
    priority: int = Field(default=0, ge=-100, le=100, description="Jobs with a higher one begin first.")
    executor: str | None = Field(default=None, description="Where it runs: local, dask or ray.")
    kernel: str | None = Field(default=None, description="Name of the kernel; the notebook's own if not given.")
    clean_start: bool = Field(default=False, description="Start a new interpreter instead of a warm one.")
    environment: dict[str, str] = Field(default={}, description="Environment variables; put no secrets here.")

    @property
    def kind(self) -> NodeKind:
        """Which of the three it is."""
        return "notebook" if self.notebook else "function" if self.function else "ready-made"

    @property
    def label(self) -> str:
        """What people read."""
        return self.title or self.id


class Workflow(Struct):
    """What a file `….workflow.yaml` holds."""

    version: Literal[1] = Field(default=1, description="Version of the format.")
    title: str = Field(default="", max_length=200, description="What people read; the file's name if it is empty.")
    description: str = Field(default="", description="What it is for, as Markdown.")
    parameters: dict[str, WorkflowParameter] = Field(default={}, description="What a run may be given, by name.")
    nodes: list[Node] = Field(default=[], description="What is done; the order matters only to readers.")
    layout: dict[str, tuple[float, float]] = Field(
        default={}, description="Where the canvas shows each node, from the left and from the top."
    )

    def node(self, id: str) -> Node:
        """Return the node with this id."""
        return next(node for node in self.nodes if node.id == id)

    def save(self, path: str) -> None:
        """Write the workflow into a file; comments in a file that is there stay where they can."""
        from pathlib import Path

        from jupyter_mlstudio.core.files import write_atomically
        from jupyter_mlstudio.jobs.workflows.writing import rewritten

        file = Path(path)
        write_atomically(file, rewritten(file.read_text(encoding="utf-8") if file.exists() else "", self))


class Problem(Struct):
    """Something about a workflow that keeps it from running, or that is odd."""

    severity: Literal["error", "warning"] = Field(description="Whether it keeps the workflow from running.")
    line: int | None = Field(description="Line of the file, from 1.")
    node: str | None = Field(description="Id of the node that it is about.")
    field: str = Field(description="Which field, with dots between the levels; empty if none.")
    message: str = Field(description="What is wrong and what to do.")


class Edge(Struct):
    """One node that another needs."""

    source: str = Field(description="The node that comes first.")
    target: str = Field(description="The node that needs it.")
    implied: bool = Field(description="Whether a reference or a condition says so, rather than `needs`.")


class NodeNames(Struct):
    """What is known of a node without running it, to be offered in menus."""

    parameters: list[Parameter] = Field(description="What it can be given; empty also if nobody knows.")
    outputs: list[str] = Field(description="What it gives; empty also if nobody knows.")
    help: str = Field(description="What it does, if it says so.")


class WorkflowText(Struct):
    """A workflow to look at: as text, or as the canvas holds it."""

    path: str = Field(default="", description="Path of its file, from the project folder; it says where paths begin.")
    text: str | None = Field(default=None, description="The YAML; one of the two is given.")
    workflow: Workflow | None = Field(default=None, description="The workflow itself; one of the two is given.")


class WorkflowFileSpec(WorkflowText):
    """A workflow to write."""

    digest: str | None = Field(
        default=None, description="SHA-256 of the text that was edited: if the file is another by now, it is refused."
    )


class WorkflowCheck(Struct):
    """What is to say about a workflow."""

    workflow: Workflow | None = Field(description="The workflow as far as it could be read; null if it could not.")
    edges: list[Edge] = Field(description="What needs what.")
    problems: list[Problem] = Field(description="What keeps it from running, and what is odd, in the file's order.")
    names: dict[str, NodeNames] = Field(description="What is known of each node, by its id.")


class WorkflowFormatted(Struct):
    """The text of a workflow."""

    text: str = Field(description="The YAML.")


class WorkflowFile(Struct):
    """A workflow's file."""

    path: str = Field(description="Path from the project folder.")
    text: str = Field(description="The YAML.")
    digest: str = Field(description="SHA-256 of the text.")
    workflow: Workflow | None = Field(description="What it holds; null if it cannot be read.")
    edges: list[Edge] = Field(description="What needs what.")
    problems: list[Problem] = Field(description="What keeps it from running, and what is odd.")
    names: dict[str, NodeNames] = Field(description="What is known of each node, by its id.")


class WorkflowSummary(Struct):
    """A workflow's file in a list."""

    path: str = Field(description="Path from the project folder.")
    title: str = Field(description="Its title, or the file's name.")
    nodes: int = Field(description="How many nodes it has.")
    problem: str | None = Field(description="Why it cannot run, if it cannot.")


class WorkflowList(Struct):
    """The workflow files of a project."""

    items: list[WorkflowSummary] = Field(description="By path.")


class ReadyMade(Struct):
    """A ready-made node in the palette."""

    name: str = Field(description="What `use` says.")
    title: str = Field(description="What people read.")
    help: str = Field(description="What it does.")
    icon: str = Field(description="A word for its picture: wrangle, train, tune, evaluate, register, deploy, predict.")
    options: dict[str, JsonValue] = Field(description="JSON schema of its parameters.")
    outputs: list[str] = Field(description="What it gives.")
    cached: bool = Field(description="Whether earlier results are used by default.")


class WorkflowTemplate(Struct):
    """A workflow to begin with."""

    name: str = Field(description="What programs call it.")
    title: str = Field(description="What people read.")
    help: str = Field(description="What it shows.")
    text: str = Field(description="The YAML.")


class Palette(Struct):
    """What can be put on the canvas besides notebooks and functions."""

    items: list[ReadyMade] = Field(description="In the order of a model's life.")
    templates: list[WorkflowTemplate] = Field(description="What a new file can begin with.")
    file_schema: dict[str, JsonValue] = Field(description="JSON schema of the workflow file.")
