"""Writes recipes as programs: the text of each step that ran, in one chain, with long values in variables before it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.execute import Stage, head_of, stages
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources import Files, Head, project_folder

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


def program(head: Head, made: Sequence[Stage], name: str | None = None) -> str:
    """Write a program for stages that ran on a table."""
    blocks = ["import polars as pl"]
    variables = {name: text for stage in made for name, text in stage.code.variables.items()}
    tables = {name: text for stage in made for name, text in stage.code.tables.items()}
    if tables:
        blocks.append("\n".join(f"{name} = {text}" for name, text in tables.items()))
    blocks += [f"{name} = {text}" for name, text in variables.items()]
    lines = [*head.lines]
    for stage in made:
        lines += [*_remark(stage), *stage.code.calls]
    blocks.append(f"{name or head.result} = (\n{_indented([*lines, *head.back])}\n)")
    return "\n\n".join(blocks) + "\n"


def written(recipe: Recipe, table: "pd.DataFrame | pl.DataFrame | pl.LazyFrame | str | None", name: str) -> str:
    """Write the program of a recipe for a table, or for the recipe's own source."""
    head = head_of(recipe, table, name)
    return program(head, stages(recipe, head, Files(project_folder()).text)[1:])


def _remark(stage: Stage) -> list[str]:
    parts = [line for line in (stage.step.note.splitlines() if stage.step else []) if line.strip()]
    if stage.step is not None and stage.step.learns() and stage.step.state is not None:
        parts.append(f"learned from {stage.step.state.rows:,} rows")
    return [f"# {part}" for part in parts]


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"    {line}" for text in lines for line in text.split("\n"))
