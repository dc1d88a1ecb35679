"""Sends tables through models for the notebooks of ready-made nodes."""

import os
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.types import new_id
from jupyter_mlstudio.jobs.outputs import FOLDER
from jupyter_mlstudio.jobs.workflows.ready.tables import read_table

MAPPED = (".parquet", ".csv", ".tsv", ".feather", ".arrow", ".ndjson", ".jsonl")
"""Endings that a batch transform reads by itself, some rows at a time."""


def scored(studio: Any, model: str, table: str, column: str) -> tuple[Any, Path]:
    """Send every row of a table through a model; return how that went, and the Parquet file with rows and answers.

    Raises:
        InvalidError: There is no such table or model, or the rows do not fit the model.
    """
    folder = Path(os.environ.get(FOLDER) or studio.state / "transforms" / new_id())
    output = (folder / "scored.parquet").resolve().relative_to(studio.project)
    path = Path(table).resolve()
    streamed = path.suffix.lower() in MAPPED and path.is_relative_to(studio.project) and path.is_file()
    source = path.relative_to(studio.project).as_posix() if streamed else read_table(table)
    asked = {"model": model, "output": output.as_posix(), "carry": ["*"], "column": column}
    return studio.serving.transform(source, **asked), studio.project / output
