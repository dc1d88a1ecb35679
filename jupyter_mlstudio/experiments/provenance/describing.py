"""Tells in wire types where a run comes from."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.experiments.provenance import git
from jupyter_mlstudio.experiments.provenance.document import Document, KeptCell
from jupyter_mlstudio.experiments.provenance.notebooks import originals_of
from jupyter_mlstudio.experiments.provenance.parameters import given
from jupyter_mlstudio.experiments.provenance.stale import Today
from jupyter_mlstudio.experiments.provenance.types import (
    CellState,
    NowState,
    Origin,
    OriginCell,
    OriginEnvironment,
    OriginGit,
    OriginKind,
    OriginPackage,
)
from jupyter_mlstudio.experiments.types import Run, RunState

JUST_NOW = timedelta(seconds=5)
"""How long a process may take to keep the last of it after a run has ended."""

PATCH_SHOWN = 500_000
"""Characters of a difference that are told; a longer one is cut."""


def described(project: Path, run: Run, document: Document, today: Today) -> Origin:
    """Put together what was kept about a run and how things are today."""
    manifest = document.manifest
    return Origin(
        run_id=run.id,
        run_name=run.name,
        kind=_kind(run, document),
        notebook=manifest.get("notebook") or run.notebook,
        notebook_now=today.notebook,
        script=manifest.get("script"),
        arguments=manifest.get("arguments", []),
        job=run.job,
        parameters=given(document),
        snapshot=document.snapshot,
        code=manifest.get("code"),
        cells=_cells(run, document, today),
        environment=_environment(document),
        git=_git(project, document),
        datasets=today.datasets,
        files=today.files,
        recipe=run.recipe,
        stale=today.stale,
        notes=today.notes,
        missing=_missing(run, document),
        can=_can(document),
    )


def _kind(run: Run, document: Document) -> OriginKind:
    if run.job is not None:
        return OriginKind.JOB
    is_notebook = bool(document.cells or document.manifest.get("notebook") or run.notebook or run.cell)
    return OriginKind.NOTEBOOK if is_notebook else OriginKind.SCRIPT


def _cells(run: Run, document: Document, today: Today) -> list[OriginCell]:
    needed = set(document.needed)
    if not document.cells and run.cell:  # the process ended before anything was kept: the tag has the cell's beginning
        lost = KeptCell(None, None, run.cell, None, None, "unknown", [])
        return [_cell(lost, None, made=True, needed=True, now=NowState.UNKNOWN)]
    ids = [
        cell.id or (original or {}).get("id")
        for cell, original in zip(document.cells, originals_of(document), strict=True)
    ]
    return [
        _cell(cell, ids[place], made=document.first <= place, needed=place in needed, now=today.cells[place])
        for place, cell in enumerate(document.cells)
    ]


def _cell(cell: KeptCell, cell_id: str | None, *, made: bool, needed: bool, now: NowState) -> OriginCell:
    return OriginCell(
        id=cell_id,
        number=cell.number,
        source=cell.source,
        made_run=made,
        needed=needed,
        state=CellState(cell.state),
        started_at=None if cell.started is None else datetime.fromtimestamp(cell.started, UTC),
        seconds=cell.seconds,
        outputs=cell.outputs,
        now=now,
    )


def _environment(document: Document) -> OriginEnvironment | None:
    found = document.part("environment")
    if found is None:
        return None
    return OriginEnvironment(
        digest=document.manifest["environment"],
        python=found["python"],
        implementation=found["implementation"],
        platform=found["platform"],
        executable=found["executable"],
        kernel=found["kernel"],
        packages=[OriginPackage(name=name, version=version) for name, version in found["packages"]],
        variables=found["variables"],
    )


def _git(project: Path, document: Document) -> OriginGit | None:
    found: dict[str, Any] | None = document.part("git")
    if found is None:
        return None
    patch = document.contents.get(str(found.get("patch")))
    text = None if patch is None else patch.decode("utf-8", "replace")
    return OriginGit(
        commit=found["commit"],
        branch=found["branch"],
        remote=found["remote"],
        changed=found["changed"],
        patch=text if text is None or len(text) <= PATCH_SHOWN else text[:PATCH_SHOWN] + "\n… cut here\n",
        omitted=found["omitted"],
        now=git.commit(project),
    )


def _missing(run: Run, document: Document) -> list[str]:
    """Say what could not be kept, and why."""
    if document.body is None and not document.cells:
        if run.cell or run.notebook:
            return ["Nothing but the beginning of the cell was kept: the process ended at once, or ran elsewhere."]
        return ["Nothing was kept about the code: the run was not made with the studio, or its process ended at once."]
    found: list[str] = []
    whole = document.body is not None and (document.ended or run.state is RunState.RUNNING)
    if not whole and (run.state is RunState.RUNNING or (run.ended_at is not None and run.ended_at > now() - JUST_NOW)):
        return ["The last of it is being kept just now: look again in a moment."]
    if document.body is None:
        found.append("The process ended before environment and git state were kept.")
    if not document.ended and run.state is not RunState.RUNNING:
        found.append("The run was not ended by its block: what happened in its last moments may be missing.")
    if any(cell.state == "unknown" for cell in document.cells):
        found.append("How some of the cells went is not known.")
    large = [path for path, _, _, kept in document.manifest.get("files", ()) if not kept]
    if large:
        found.append(f"Not kept, since too large or secret: {', '.join(large[:5])}.")
    return found


def _can(document: Document) -> list[Literal["run", "minimal", "again"]]:
    script = any(role == "script" and kept for _, role, _, kept in document.manifest.get("files", ()))
    if document.cells:
        return ["run", "minimal", "again"]
    return ["run", "again"] if script else []
