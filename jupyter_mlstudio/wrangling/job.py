"""The notebook that runs a recipe over the whole data, as a job with parameters."""

import json
from pathlib import Path

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.files import inside, write_atomically
from jupyter_mlstudio.core.types import Struct

_IMPORTS = """from typing import Literal

from jupyter_mlstudio import Studio"""
_PARAMETERS = """recipe: str = {recipe}  # the recipe, as a path from the project folder
source: str | None = None  # another file to run it on; the recipe's own source if None
output: str = {output}  # what is written: .parquet, .csv, .arrow, .ndjson, .xlsx, .sqlite or .duckdb
table: str | None = {table}  # name of the table in a .sqlite or .duckdb file
rules: Literal["fail", "warn", "off"] = {rules}  # what a broken rule does"""
_RUN = """studio = Studio.open()
result = studio.wrangling.run(recipe, output, source=source, table=table, rules=rules)
print(f"{result.rows:,} rows and {result.columns} columns written to {result.path} in {result.seconds} s")
if result.rules is not None:
    print(result.rules.text())"""


class JobNotebook(Struct):
    """A notebook that can be submitted as a job."""

    notebook: str = Field(description="Path from the project folder.")
    recipe: str = Field(description="Path of the recipe that it runs.")
    parameters: dict[str, JsonValue] = Field(description="Values for its parameters.")


MESSAGES = (JobNotebook,)


def job_notebook(project: Path, recipe: str, output: str, *, table: str | None, rules: str) -> JobNotebook:
    """Write the notebook beside the recipe; one that is there is replaced, its parameters are the defaults.

    Args:
        project: The project folder.
        recipe: Path of the recipe file from there.
        output: Path of what it writes.
        table: Name of the table, for files that hold several.
        rules: What a broken rule does.
    """
    name = Path(recipe).name.removesuffix(".recipe.json")
    path = Path(recipe).with_name(f"{name}.job.ipynb").as_posix()
    parameters: dict[str, JsonValue] = {"recipe": recipe, "output": output, "table": table, "rules": rules}
    written = {
        key: "None" if value is None else json.dumps(value, ensure_ascii=False) for key, value in parameters.items()
    }
    cells = [
        _markdown(f"# {name}\n\nRuns the recipe `{recipe}` over the whole data and writes the result."),
        _code("imports", _IMPORTS),
        _code("parameters", _PARAMETERS.format_map(written), "parameters"),
        _code("run", _RUN),
    ]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    write_atomically(inside(project, path), json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
    return JobNotebook(notebook=path, recipe=recipe, parameters=parameters)


def _markdown(text: str) -> dict[str, JsonValue]:
    return {"cell_type": "markdown", "id": "about", "metadata": {}, "source": text}


def _code(name: str, text: str, *tags: str) -> dict[str, JsonValue]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": [],
        "source": text,
    }
