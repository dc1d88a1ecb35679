"""Writes a workflow in another format."""

from pathlib import Path, PurePosixPath

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.files import inside, write_atomically
from jupyter_mlstudio.jobs.workflows.airflow import dag_of
from jupyter_mlstudio.jobs.workflows.elyra import pipeline_of
from jupyter_mlstudio.jobs.workflows.exchange import WorkflowExport, WorkflowExported
from jupyter_mlstudio.jobs.workflows.files import ENDING, Files, first_error


def exported(project: Path, files: Files, spec: WorkflowExport) -> WorkflowExported:
    """Return a workflow in another format, and write it if a path is given.

    Raises:
        InvalidError: The workflow has an error.
    """
    file = files.read(spec.path)
    problem = first_error(file.problems)
    if file.workflow is None or problem:
        raise InvalidError(f"{spec.path}: {problem}", code="workflow_invalid")
    stem = PurePosixPath(spec.path).name.removesuffix(ENDING)
    if spec.format == "elyra":
        name = f"{stem}.pipeline"
        text, left_out = pipeline_of(file.workflow, file.workflow.title or stem)
    else:
        name = f"{stem}_dag.py"
        text, left_out = dag_of(project, spec.path, file.workflow, spec.schedule)
    if spec.output is not None:
        write_atomically(inside(project, spec.output), text)
    return WorkflowExported(text=text, filename=name, path=spec.output, left_out=left_out)
