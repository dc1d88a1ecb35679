"""Elyra's `.pipeline` files: taken over, and written. What one side cannot say is told."""

import json
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import ConflictError, InvalidError
from jupyter_mlstudio.core.files import existing, inside
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.jobs.workflows.exchange import WorkflowImport, WorkflowImported
from jupyter_mlstudio.jobs.workflows.files import ENDING, Files
from jupyter_mlstudio.jobs.workflows.graph import needs
from jupyter_mlstudio.jobs.workflows.types import (
    Node,
    Workflow,
    WorkflowFileSpec,
    WorkflowParameter,
)

SCHEMA = "https://api.dataplatform.ibm.com/schemas/common-pipeline/pipeline-flow/pipeline-flow-v3-schema.json"
SCRIPT = "jupyter_mlstudio.jobs.workflows.calling:script"
NOTEBOOK, PYTHON = "execute-notebook-node", "execute-python-node"
TAKEN = {"filename", "dependencies", "env_vars", "cpu", "memory", "gpu", "include_subdirectories", "outputs", "label"}
TYPES = {"String": "str", "Integer": "int", "Float": "float", "Bool": "bool", "List": "list", "Dict": "dict"}


def taken(project: Path, files: Files, spec: WorkflowImport) -> WorkflowImported:
    """Write a workflow that does what an Elyra pipeline does.

    Raises:
        InvalidError: The file is no pipeline.
        ConflictError: There is a workflow of this name already.
    """
    source = existing(project, spec.path)
    output = spec.output or str(PurePosixPath(spec.path).with_suffix(ENDING))
    if inside(project, output).exists():
        raise ConflictError(f"There is a workflow {output!r} already. Give another name.", code="exists")
    try:
        workflow, left_out = workflow_of(json.loads(source.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise InvalidError(f"path: {spec.path!r} is no Elyra pipeline: {error}.") from None
    files.write(WorkflowFileSpec(path=output, workflow=workflow))
    return WorkflowImported(path=output, left_out=left_out)


def workflow_of(document: Mapping[str, Any]) -> tuple[Workflow, list[str]]:
    """Return the workflow of a pipeline's JSON, and what could not be taken."""
    if document.get("doc_type") != "pipeline":
        raise InvalidError("path: this is no Elyra pipeline.")
    wanted = document.get("primary_pipeline")
    pipelines = document["pipelines"]
    pipeline = next((each for each in pipelines if each["id"] == wanted), pipelines[0])
    left_out = [f"The pipeline has {len(pipelines)} parts; only the first was taken."] if len(pipelines) > 1 else []
    properties = pipeline.get("app_data", {}).get("properties", {})
    names = _names(pipeline["nodes"])
    nodes, layout = [], {}
    for each in pipeline["nodes"]:
        node = _node(each, names, properties.get("pipeline_defaults", {}), left_out)
        if node is not None:
            nodes.append(node)
            ui = each.get("app_data", {}).get("ui_data", {})
            layout[node.id] = (float(ui.get("x_pos", 0)), float(ui.get("y_pos", 0)))
    known = {node.id for node in nodes}
    nodes = [node.model_copy(update={"needs": [need for need in node.needs if need in known]}) for node in nodes]
    comments = pipeline.get("app_data", {}).get("ui_data", {}).get("comments", [])
    texts = [properties.get("description", ""), *(str(each.get("content", "")) for each in comments)]
    workflow = Workflow(
        title=str(properties.get("name", ""))[:200],
        description="\n\n".join(text for text in texts if text),
        parameters=_parameters(properties.get("pipeline_parameters") or []),
        nodes=nodes,
        layout=layout,
    )
    return workflow, list(dict.fromkeys(left_out))


def _names(nodes: list[dict[str, Any]]) -> dict[str, str]:
    """Give each node a name that expressions can use."""
    found: dict[str, str] = {}
    for node in nodes:
        label = _label(node)
        stem = re.sub(r"\W+", "_", re.sub(r"\.(ipynb|py|r)$", "", label.rpartition("/")[2], flags=re.IGNORECASE))
        base = stem.strip("_")[:50] or "node"
        base = base if base[0].isalpha() and base.isascii() else f"node_{len(found) + 1}"
        name, number = base, 2
        while name in found.values():
            name, number = f"{base}_{number}", number + 1
        found[node["id"]] = name
    return found


def _label(node: Mapping[str, Any]) -> str:
    data = node.get("app_data", {})
    return str(data.get("label") or data.get("ui_data", {}).get("label") or _settings(node).get("filename") or "node")


def _settings(node: Mapping[str, Any]) -> dict[str, Any]:
    data = node.get("app_data", {})
    settings: dict[str, Any] = data.get("component_parameters") or data
    return settings


def _node(
    each: Mapping[str, Any], names: Mapping[str, str], defaults: Mapping[str, Any], left_out: list[str]
) -> Node | None:
    settings, label = _settings(each), _label(each)
    kind = each.get("op", "")
    if kind not in (NOTEBOOK, PYTHON):
        left_out.append(f"{label}: a node of the kind {kind!r} was left out; notebooks and Python scripts are taken.")
        return None
    odd = sorted(
        name
        for name, value in settings.items()
        if name not in TAKEN and name not in ("ui_data", "invalidNodeError") and value
    )
    if odd:
        left_out.append(f"{label}: left out, as it has no meaning here: {', '.join(odd)}.")
    links = [link["node_id_ref"] for port in each.get("inputs", []) for link in port.get("links", [])]
    file = str(settings["filename"])
    what: dict[str, Any] = {"notebook": file}
    if kind == PYTHON:
        what = {"function": SCRIPT, "parameters": {"path": file}}
    return Node(
        id=names[each["id"]],
        title=label[:200],
        needs=[names[link] for link in dict.fromkeys(links) if link in names],
        files=[str(path) for path in settings.get("dependencies") or [] if path],
        environment=_variables([*(defaults.get("env_vars") or []), *(settings.get("env_vars") or [])], label, left_out),
        resources=convert(Node.model_fields["resources"].annotation, _resources(settings)),
        **what,
    )


def _resources(settings: Mapping[str, Any]) -> dict[str, float]:
    names = {"cpu": "cpu", "memory": "memory", "gpu": "gpu"}
    return {ours: float(settings[theirs]) for theirs, ours in names.items() if settings.get(theirs)}


def _variables(given: list[Any], label: str, left_out: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in given:
        if isinstance(each, dict) and "env_var" in each:
            found[str(each["env_var"])] = str(each.get("value", ""))
        elif isinstance(each, str) and "=" in each:
            name, _, value = each.partition("=")
            found[name.strip()] = value
        elif each:
            left_out.append(f"{label}: the environment variable {each!r} has no value and was left out.")
    return found


def _parameters(given: list[dict[str, Any]]) -> dict[str, WorkflowParameter]:
    found = {}
    for each in given:
        default = each.get("default_value") or {}
        found[str(each["name"])] = WorkflowParameter(
            type=convert(WorkflowParameter.model_fields["type"].annotation, TYPES.get(default.get("type", ""), "any")),
            default=default.get("value"),
            required=bool(each.get("required")) and default.get("value") in (None, ""),
            help=str(each.get("description", "")),
        )
    return found


def pipeline_of(workflow: Workflow, title: str) -> tuple[str, list[str]]:
    """Return a pipeline's JSON for a workflow, and what could not be said in it."""
    left_out: list[str] = []
    kept = [node for node in workflow.nodes if node.notebook or node.function == SCRIPT]
    for node in workflow.nodes:
        left_out += _unsaid(node, kept=node in kept)
    if workflow.parameters:
        left_out.append("Parameters of the workflow: generic Elyra pipelines have none.")
    wanted = _bridged(workflow, {node.id for node in kept})
    nodes = [
        _written(node, wanted[node.id], workflow.layout.get(node.id, (80 + 180 * at, 80)))
        for at, node in enumerate(kept)
    ]
    primary = {
        "id": "primary",
        "nodes": nodes,
        "app_data": {
            "ui_data": {"comments": []},
            "version": 8,
            "properties": {"name": title, "runtime": "Generic", "description": workflow.description},
        },
        "runtime_ref": "",
    }
    document = {
        "doc_type": "pipeline", "version": "3.0", "json_schema": SCHEMA, "id": "elyra-auto-generated-pipeline",
        "primary_pipeline": "primary", "pipelines": [primary], "schemas": [],
    }  # fmt: skip
    return json.dumps(document, indent=2) + "\n", left_out


def _unsaid(node: Node, *, kept: bool) -> list[str]:
    if not kept:
        return [f"{node.id}: a {node.kind} node was left out; Elyra runs notebooks and scripts."]
    said = {"id", "title", "notebook", "function", "needs", "files", "environment", "resources", "outputs"}
    said |= {"parameters"} if node.function == SCRIPT else set()
    odd = [name for name in node.model_dump(exclude_defaults=True) if name not in said]
    return [f"{node.id}: {', '.join(odd)} cannot be said in a generic Elyra pipeline."] if odd else []


def _bridged(workflow: Workflow, kept: set[str]) -> dict[str, list[str]]:
    """Return what each kept node needs of the kept ones, also through nodes that are left out."""
    direct = needs(workflow)

    def reached(id: str, seen: frozenset[str] = frozenset()) -> list[str]:
        found: list[str] = []
        for source in direct[id]:
            if source not in seen:
                found += [source] if source in kept else reached(source, seen | {id})
        return list(dict.fromkeys(found))

    return {name: reached(name) for name in kept}


def _written(node: Node, sources: list[str], place: tuple[float, float]) -> dict[str, JsonValue]:
    file = node.notebook or str(node.parameters["path"])
    variables: list[JsonValue] = [{"env_var": name, "value": value} for name, value in node.environment.items()]
    resources = node.resources.model_dump(include={"cpu", "memory", "gpu"}, exclude_defaults=True)
    links: list[JsonValue] = [
        {"id": f"{source}-{node.id}", "node_id_ref": source, "port_id_ref": "outPort"} for source in sources
    ]
    return {
        "id": node.id,
        "type": "execution_node",
        "op": NOTEBOOK if node.notebook else PYTHON,
        "app_data": {
            "component_parameters": {
                "filename": file, "dependencies": list(node.files), "include_subdirectories": False, "outputs": [],
                "env_vars": variables, **resources,
            },
            "label": node.title,
            "ui_data": {"label": node.label, "x_pos": place[0], "y_pos": place[1]},
        },
        "inputs": [{"id": "inPort", "links": links}],
        "outputs": [{"id": "outPort"}],
    }  # fmt: skip
