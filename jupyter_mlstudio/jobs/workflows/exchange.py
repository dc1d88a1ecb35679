"""The nouns of taking over and writing foreign files."""

from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct


class WorkflowImport(Struct):
    """A foreign file to take over."""

    path: str = Field(description="Path of an Elyra `.pipeline` file, from the project folder.")
    output: str | None = Field(default=None, description="Path of the workflow's file; beside the other if not given.")


class WorkflowImported(Struct):
    """What became of a foreign file."""

    path: str = Field(description="Path of the workflow's file.")
    left_out: list[str] = Field(description="What could not be taken, in sentences.")


class WorkflowExport(Struct):
    """What to write a workflow as."""

    path: str = Field(description="Path of the workflow's file.")
    format: Literal["elyra", "airflow"] = Field(description="An Elyra `.pipeline`, or an Airflow DAG in Python.")
    output: str | None = Field(
        default=None, description="Where to write it, from the project folder; nowhere if not given."
    )
    schedule: str | None = Field(default=None, description="For Airflow: cron expression of the DAG.")


class WorkflowExported(Struct):
    """A workflow in another format."""

    text: str = Field(description="The content of the file.")
    filename: str = Field(description="What to call the file.")
    path: str | None = Field(description="Where it was written.")
    left_out: list[str] = Field(description="What could not be said in that format, in sentences.")
