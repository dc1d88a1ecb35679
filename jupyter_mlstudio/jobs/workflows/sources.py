"""What the job of a node runs: the notebook itself, or one that is written for a function or a ready-made node."""

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.jobs.types import JobSpec
from jupyter_mlstudio.jobs.workflows.cache import is_table
from jupyter_mlstudio.jobs.workflows.checking import folder_of
from jupyter_mlstudio.jobs.workflows.ready.catalogue import KINDS
from jupyter_mlstudio.jobs.workflows.rows import Item, RunRow
from jupyter_mlstudio.jobs.workflows.types import Node

TEMPLATES = Path(__file__).parent / "ready" / "notebooks"


class Order(NamedTuple):
    """What to submit."""

    spec: JobSpec
    source: bytes | None  # a notebook that was written for it


def order_of(project: Path, run: RunRow, node: Node, item: Item) -> Order:
    """Return the job of an item.

    Raises:
        InvalidError: A parameter does not fit.
    """
    folder = folder_of(project, run.path)
    if node.notebook:
        path = inside(project, str(folder / node.notebook))
        return Order(_spec(project, path, node, item, _passed(project, path.parent, item.parameters)), None)
    values = _passed(project, folder, item.parameters)
    if node.function:
        tables = [name for name, value in item.parameters.items() if _holds_table(value)]
        source = function_notebook(node.function, list(values), tables)
    else:
        values = _complete(node, values)
        source = ready_notebook(str(node.use))
    return Order(_spec(project, folder / f"{node.id}.ipynb", node, item, values), source)


def _spec(project: Path, path: Path, node: Node, item: Item, values: dict[str, JsonValue]) -> JobSpec:
    place = "" if node.for_each is None else f" [{item.index}]"
    return JobSpec(
        notebook=path.relative_to(project).as_posix(),
        parameters=values,
        kernel=node.kernel,
        name=f"{node.label}{place}"[:200],
        timeout=node.timeout,
        priority=node.priority,
        resources=node.resources,
        retries=node.retries,
        executor=node.executor,
        clean_start=node.clean_start,
        environment=item.environment,
    )


def _complete(node: Node, values: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the options of a ready-made node, checked, with their defaults."""
    try:
        options = convert(KINDS[str(node.use)].options, values)
    except InvalidError as error:
        raise InvalidError(f"{node.id}.parameters.{error}") from None
    complete: dict[str, JsonValue] = options.model_dump(mode="json")
    return complete


def _passed(project: Path, folder: Path, value: Any) -> Any:
    """Return values as a notebook takes them: of a table the path from where the notebook runs."""
    if is_table(value):
        return Path(os.path.relpath(project / str(value["table"]), folder)).as_posix()
    if isinstance(value, dict):
        return {key: _passed(project, folder, item) for key, item in value.items()}
    return [_passed(project, folder, item) for item in value] if isinstance(value, list) else value


def _holds_table(value: JsonValue) -> bool:
    return is_table(value) or (isinstance(value, list) and bool(value) and all(map(is_table, value)))


def function_notebook(function: str, names: list[str], tables: list[str]) -> bytes:
    """Write a notebook that calls a function with its parameters and hands on what it returns."""
    for name in names:
        if not name.isidentifier():
            raise InvalidError(f"parameters.{name}: this is not a name. Use letters, digits and underscores.")
    declared = "\n".join(f"{name} = None" for name in names)
    given = ", ".join(f"{json.dumps(name)}: {name}" for name in names)
    loaded = f", tables={json.dumps(tables)}" if tables else ""
    call = (
        "from jupyter_mlstudio.jobs.workflows.calling import call\n\n"
        f"result = call({json.dumps(function)}, {{{given}}}{loaded})\nresult"
    )
    title = f"Calls `{function.rpartition(':')[2]}` of `{function.rpartition(':')[0]}`."
    return _notebook([("markdown", title), ("parameters", declared), ("code", call)])


def ready_notebook(name: str) -> bytes:
    """Return the notebook of a ready-made node; its options are the notebook's parameters."""
    cells = []
    for part in template(name).split("# %%")[1:]:
        head, _, body = part.partition("\n")
        kind = head.strip().strip("[]") or "code"
        text = "\n".join(line.removeprefix("# ").removeprefix("#") for line in body.split("\n"))
        cells.append((kind, (text if kind == "markdown" else body).strip()))
    return _notebook(cells)


@lru_cache(maxsize=32)
def template(name: str) -> str:
    """Return the text of a ready-made notebook: cells that begin with `# %%`, as editors know them."""
    return (TEMPLATES / f"{name}.txt").read_text(encoding="utf-8")


def _notebook(cells: list[tuple[str, str]]) -> bytes:
    content = {
        "cells": [_cell(at, kind, text) for at, (kind, text) in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1).encode()


def _cell(at: int, kind: str, text: str) -> dict[str, Any]:
    lines = text.splitlines(keepends=True)
    if kind == "markdown":
        return {"cell_type": "markdown", "id": f"cell-{at}", "metadata": {}, "source": lines}
    tags = ["parameters"] if kind == "parameters" else []
    return {
        "cell_type": "code", "id": f"cell-{at}", "metadata": {"tags": tags}, "execution_count": None,
        "outputs": [], "source": lines,
    }  # fmt: skip
