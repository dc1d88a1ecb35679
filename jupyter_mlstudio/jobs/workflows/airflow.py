"""A workflow as an Airflow DAG: one task a node, which runs just that node through the command line."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_mlstudio.jobs.workflows.graph import needs, ordered
from jupyter_mlstudio.jobs.workflows.types import Node, Workflow

RULES = {
    "all_succeeded": "all_success", "any_succeeded": "one_success", "any_failed": "one_failed", "all_done": "all_done",
}  # fmt: skip
HEAD = '''"""Written from {path} by ML Studio: each task runs one node, with the newest results of the others.

Airflow's workers must see the project folder, and have jupyter-mlstudio installed.
"""

from datetime import datetime, timedelta

from airflow import DAG

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:  # before Airflow 3
    from airflow.operators.bash import BashOperator

PROJECT = {project}
WORKFLOW = {path_text}

with DAG(
    dag_id={dag},
    description={title},
    schedule={schedule},
    start_date=datetime(2024, 1, 1),
    catchup=False,
    max_active_runs=1,  # results of earlier nodes are the project's newest
    params={params},
) as dag:
'''
RUN = (
    'jupyter mlstudio --project "$MLSTUDIO_AT" workflows run "$MLSTUDIO_FLOW" --only "$MLSTUDIO_NODE" '
    '--parameters "$MLSTUDIO_VALUES"'
)


def dag_of(project: Path, path: str, workflow: Workflow, schedule: str | None) -> tuple[str, list[str]]:
    """Return the Python of a DAG, and what could not be said in it; the text is sure to be Python."""
    required = [name for name, parameter in workflow.parameters.items() if parameter.required]
    values = {name: parameter.default for name, parameter in workflow.parameters.items()}
    head = HEAD.format(
        path=_harmless(path),
        project=repr(str(project)),
        path_text=repr(path),
        dag=repr(re.sub(r"[^\w.-]+", "_", path.removesuffix(".workflow.yaml").replace("/", "."))),
        title=repr(workflow.title or path),
        schedule=repr(schedule),
        params=repr(values),
    )
    text = head + "".join(_lines(workflow))
    compile(text, "dag.py", "exec")
    left_out = [f"{name}: a run must say this parameter; give it a default for scheduled runs." for name in required]
    left_out += [f"{node.id}: the resources are held to by ML Studio, not by Airflow." for node in workflow.nodes
                 if "resources" in node.model_fields_set]  # fmt: skip
    return text, left_out


def _harmless(text: str) -> str:
    return re.sub(r'["\\\n]', "'", text)


def _lines(workflow: Workflow) -> Iterator[str]:
    known: dict[str, Node] = {node.id: node for node in workflow.nodes}
    for name in ordered(workflow):
        yield _task(known[name])
    yield "\n"
    for target, sources in needs(workflow).items():
        for source in sources:
            yield f"    {_name(source)} >> {_name(target)}\n"
    if not workflow.nodes:
        yield "    pass\n"


def _task(node: Node) -> str:
    options: dict[str, Any] = {"task_id": node.id, "bash_command": RUN, "trigger_rule": RULES[node.run_if]}
    if node.timeout is not None:
        options["execution_timeout"] = node.timeout
    lines = [
        f"        {name}={f'timedelta(seconds={value!r})' if name == 'execution_timeout' else repr(value)},\n"
        for name, value in options.items()
    ]
    environment = (
        '        env={"MLSTUDIO_AT": PROJECT, "MLSTUDIO_FLOW": WORKFLOW, "MLSTUDIO_NODE": '
        f'{node.id!r}, "MLSTUDIO_VALUES": "{{{{ params | tojson }}}}"}},\n        append_env=True,\n'
    )
    return f"    {_name(node.id)} = BashOperator(\n{''.join(lines)}{environment}    )\n"


def _name(id: str) -> str:
    return f"node_{id}"
