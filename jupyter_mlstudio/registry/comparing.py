"""Puts versions of a registered model side by side."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from jupyter_mlstudio.registry.facts_types import Cell, ComparedRow, VersionComparison
from jupyter_mlstudio.registry.folder import Column, Folder
from jupyter_mlstudio.registry.surroundings import RunFacts
from jupyter_mlstudio.registry.types import ModelVersion

KINDS = ("version", "metric", "param", "data", "input", "output", "requirement", "tag")


class Compared(NamedTuple):
    """All that is known of a version."""

    version: ModelVersion
    run: RunFacts | None
    folder: Folder


def cell(value: float) -> Cell:
    """Return a number as JSON can carry it."""
    if math.isnan(value):
        return "NaN"
    return ("Infinity" if value > 0 else "-Infinity") if math.isinf(value) else value


def side_by_side(versions: Sequence[Compared]) -> VersionComparison:
    """Compare versions in everything that is known of them."""
    columns: list[dict[tuple[str, str], Cell]] = [_facts(each) for each in versions]
    names = dict.fromkeys(name for column in columns for name in column)
    rows = [_row(name, [column.get(name) for column in columns]) for name in names]
    rows.sort(key=lambda row: (KINDS.index(row.kind), row.same))
    return VersionComparison(
        versions=[each.version.version for each in versions],
        runs=[each.version.run_id for each in versions],
        rows=rows,
    )


def _row(name: tuple[str, str], values: list[Cell]) -> ComparedRow:
    same = all(value == values[0] for value in values)
    return ComparedRow.model_validate({"kind": name[0], "name": name[1], "values": values, "same": same})


def _facts(each: Compared) -> dict[tuple[str, str], Cell]:
    run, folder = each.run, each.folder
    own: Mapping[str, Cell] = {
        "size": float(folder.size) if folder.size else None,
        "framework": frameworks(folder) or None,
        "python": folder.python or None,
        "aliases": ", ".join(each.version.aliases) or None,
        "notebook": run.notebook if run else None,
        "recipe": run.recipe if run else None,
        "commit": run.commit if run else None,
    }
    metrics = {} if run is None else {name: cell(value) for name, value in run.metrics.items()}
    data = {} if run is None else {f"{used.name} ({used.context})": used.digest for used in run.datasets}
    parts: dict[str, Mapping[str, Cell]] = {
        "version": {name: value for name, value in own.items() if value is not None},
        "metric": metrics,
        "param": dict(run.params) if run is not None else {},
        "data": data,
        "input": _columns(folder.inputs),
        "output": _columns(folder.outputs),
        "requirement": dict(_package(line) for line in folder.requirements),
        "tag": {name: value for name, value in each.version.tags.items() if not name.startswith("mlstudio.")},
    }
    return {(kind, name): value for kind, part in parts.items() for name, value in part.items()}


def frameworks(folder: Folder) -> str:
    """Name what a model was made with."""
    made = (f"{name} {version}".strip() for name, version in folder.flavors.items() if name != "python_function")
    return ", ".join(made)


def _columns(columns: tuple[Column, ...]) -> dict[str, Cell]:
    return {column.name: column.type if column.required else f"{column.type}, optional" for column in columns}


def _package(line: str) -> tuple[str, str]:
    name, mark, version = line.partition("==")
    return name.strip(), version.strip() if mark else line
