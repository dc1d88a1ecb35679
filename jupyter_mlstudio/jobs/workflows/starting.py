"""How a run begins: its parameters, which nodes belong to it, and which earlier results stand for the others."""

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.jobs.workflows.cache import ResultCache
from jupyter_mlstudio.jobs.workflows.checking import misfit
from jupyter_mlstudio.jobs.workflows.driver import time_now
from jupyter_mlstudio.jobs.workflows.files import ENDING
from jupyter_mlstudio.jobs.workflows.graph import before, behind, needs
from jupyter_mlstudio.jobs.workflows.rows import GOOD, NodeRow, RunRow
from jupyter_mlstudio.jobs.workflows.run_types import WorkflowRunSpec
from jupyter_mlstudio.jobs.workflows.store import Store
from jupyter_mlstudio.jobs.workflows.types import NodeState, Workflow, WorkflowFile, WorkflowState

LOOKED = 50  # earlier runs that are looked through for results


def complete(workflow: Workflow, given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the values of all parameters.

    Raises:
        InvalidError: One is unknown, missing or does not fit; the message names it.
    """
    for name in given:
        if name not in workflow.parameters:
            close = get_close_matches(name, workflow.parameters, n=1)
            fix = f"Did you mean {close[0]!r}?" if close else f"There is {', '.join(workflow.parameters) or 'none'}."
            raise InvalidError(
                f"parameters.{name}: the workflow has no such parameter. {fix}", code="unknown_parameter"
            )
    values: dict[str, JsonValue] = {}
    for name, parameter in workflow.parameters.items():
        if name not in given and parameter.required:
            raise InvalidError(f"parameters.{name}: this value is missing. {parameter.help}".rstrip())
        value = given.get(name, parameter.default)
        wrong = misfit(parameter, value) if name in given else ""
        if wrong:
            raise InvalidError(f"parameters.{name}: {wrong}")
        values[name] = float(value) if parameter.type == "float" and isinstance(value, int) else value
    return values


def begun(
    store: Store,
    cache: ResultCache,
    file: WorkflowFile,
    spec: WorkflowRunSpec,
    parameters: dict[str, JsonValue],
    id: str,
) -> RunRow:
    """Return a new run, not kept yet."""
    assert file.workflow is not None  # checked by who calls
    run = RunRow(
        id=id,
        path=spec.path,
        title=file.workflow.title or spec.path.rpartition("/")[2].removesuffix(ENDING),
        text=file.text,
        spec=spec.model_dump(mode="json"),
        parameters=parameters,
        state=WorkflowState.RUNNING,
        attempt=1,
        version=0,
        created_at=time_now(),
        ended_at=None,
        stop_requested_at=None,
        message="",
        use_cache=spec.use_cache,
    )
    run.nodes = {node.id: NodeRow(node.id) for node in file.workflow.nodes}
    _leave_out(store, cache, file.workflow, spec, run)
    return run


def _leave_out(store: Store, cache: ResultCache, workflow: Workflow, spec: WorkflowRunSpec, run: RunRow) -> None:
    chosen = _chosen(workflow, spec)
    sources = needs(workflow)
    needed = {source for name in chosen for source in sources[name]} - chosen
    for row in run.nodes.values():
        if row.node in chosen:
            continue
        if row.node in needed:
            _reuse(store, cache, spec, row)
        else:
            row.state, row.message = NodeState.SKIPPED, "It is not a part of this run."
        row.ended_at = run.created_at


def _chosen(workflow: Workflow, spec: WorkflowRunSpec) -> set[str]:
    known = {node.id for node in workflow.nodes}
    for field in ("only", "since", "until"):
        for name in getattr(spec, field):
            if name not in known:
                raise InvalidError(f"{field}: there is no node {name!r}. There is {', '.join(sorted(known))}.")
    chosen = set(spec.only) or known
    if spec.since:
        chosen &= behind(workflow, spec.since)
    if spec.until:
        chosen &= before(workflow, spec.until)
    if not chosen:
        raise InvalidError("since: nothing lies between these nodes, so there is nothing to run.")
    return chosen


def _reuse(store: Store, cache: ResultCache, spec: WorkflowRunSpec, row: NodeRow) -> None:
    """Let a node take its results from an earlier run."""
    runs = [store.load(spec.reuse)] if spec.reuse else store.newest(spec.path, LOOKED)[0]
    for earlier in runs:
        found = earlier.nodes.get(row.node)
        if found is None or found.state not in GOOD:
            continue
        items = store.load(earlier.id).nodes[row.node].items
        if any(cache.stands(item.outputs, str(item.notebook)) for item in items):
            continue
        row.state, row.outputs, row.items = NodeState.CACHED, found.outputs, items
        for item in items:
            item.state, item.cached_from, item.why = NodeState.CACHED, item.cached_from or earlier.id, []
            item.changed = True
        return
    raise InvalidError(
        f"{row.node}: there is no earlier result that could stand for this node. Run the whole workflow once, or this "
        "node too."
    )
