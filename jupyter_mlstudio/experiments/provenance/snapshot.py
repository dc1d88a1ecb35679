"""Writes down where runs come from: the manifest of a run, and the executed cells of a session in pieces."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jupyter_mlstudio.experiments.provenance import data, files, git, sources
from jupyter_mlstudio.experiments.provenance.blobs import Blobs, digest_of
from jupyter_mlstudio.experiments.provenance.capture import Capture, Execution
from jupyter_mlstudio.experiments.provenance.capture import digest_of as digest_of_source
from jupyter_mlstudio.experiments.provenance.environment import environment
from jupyter_mlstudio.experiments.provenance.secrets import redacted_arguments, secret_values

PIECE = 32
"""Executed cells that are kept together: runs of one session share all pieces but the last."""

FRESH = 1.0
"""Seconds for which what was found around a process holds: the runs of a loop need not look each for themselves."""

STATES = {"running": 0, "done": 1, "failed": 2, "unknown": 3}


class Setting(NamedTuple):
    """What is known about a run before anything has to be looked for."""

    project: Path
    notebook: str | None
    script: Path | None
    arguments: list[str]
    folder: str


class Surroundings(NamedTuple):
    """What a run shares with others of its process: digests of what is kept."""

    environment: str
    git: str | None
    layout: str | None
    files: list[list[Any]]
    data: list[list[Any]]
    commit: str | None
    changed: bool
    at: float


def look(blobs: Blobs, setting: Setting, kernel: str | None, executed: Sequence[Execution]) -> Surroundings:
    """Find out and keep what surrounds a run that these cells have made."""
    found = git.repository(setting.project)
    described = None if found is None else _keep_git(blobs, dict(found))
    code = sources.used(setting.project, setting.script)
    for each in code:
        if each.content is not None:
            blobs.keep(each.content)
    texts = [each.content.decode("utf-8", "replace") for each in code if each.content is not None]
    texts += [execution.source for execution in executed]
    since = min((each.started for each in executed if each.started is not None), default=None)
    return Surroundings(
        environment=_kept(blobs, environment(kernel)),
        git=described,
        layout=_layout(blobs, setting),
        files=[[each.path, each.role, each.digest, each.content is not None] for each in code],
        data=[list(each) for each in data.read_by(blobs, setting.project, texts, since)],
        commit=found["commit"] if found else None,
        changed=bool(found and found["changed"]),
        at=time.monotonic(),
    )


def manifest(setting: Setting, around: Surroundings, code: str | None) -> bytes:
    """Write the manifest of a run: the same for all runs of the same code in the same surroundings."""
    return plain(
        {
            "version": 1,
            "notebook": setting.notebook,
            "script": None if setting.script is None else sources.shown(setting.project, setting.script),
            "arguments": redacted_arguments(setting.arguments),
            "folder": setting.folder,
            "code": code,
            "environment": around.environment,
            "git": around.git,
            "layout": around.layout,
            "files": around.files,
            "data": around.data,
        }
    )


class Pieces:
    """Keeps the executed cells of a session; writes only what is new."""

    def __init__(self, blobs: Blobs, capture: Capture | None) -> None:
        self._blobs, self._capture = blobs, capture
        self._written: dict[int, tuple[object, ...]] = {}
        self._sources: dict[int, int] = {}
        self._outputs: dict[int, tuple[int, int]] = {}
        self._session: int | None = None

    @property
    def session(self) -> int:
        """The session's number in the database."""
        if self._session is None:
            name = "scripts" if self._capture is None else self._capture.session
            database = self._blobs.database
            database.run("INSERT INTO sessions (name) VALUES (:name) ON CONFLICT (name) DO NOTHING", {"name": name})
            found = database.run("SELECT id FROM sessions WHERE name = :name", {"name": name})
            self._session = int(found.rows[0]["id"])
        return self._session

    def write(self, upto: int) -> None:
        """Keep the executions up to a place, as they are now."""
        executions = [] if self._capture is None else self._capture.executions[: upto + 1]
        secrets = secret_values() if executions else ()
        for place in range(0, len(executions), PIECE):
            piece = executions[place : place + PIECE]
            versions = tuple(each.version for each in piece)
            if self._written.get(place) != versions:
                self._write_piece(place, piece, secrets)
                self._written[place] = versions

    def _write_piece(self, place: int, piece: list[Execution], secrets: tuple[str, ...]) -> None:
        keep, session = self._blobs.keep, self.session
        with self._blobs.database.transaction():  # so that nobody lets go of what is about to be named
            sources = keep(plain([self._source(place + at, each) for at, each in enumerate(piece)]))
            ids = keep(plain([each.cell_id for each in piece]))
            shown = keep(plain([self._shown(place + at, each, secrets) for at, each in enumerate(piece)]))
            self._blobs.put_piece(session, place, (sources, ids, shown))

    def _source(self, at: int, execution: Execution) -> int:
        if at not in self._sources:
            self._sources[at] = self._blobs.keep(execution.source.encode("utf-8", "surrogatepass"))
        return self._sources[at]

    def _shown(self, at: int, execution: Execution, secrets: tuple[str, ...]) -> list[Any]:
        changes, kept = self._outputs.get(at, (-1, 0))
        if changes != execution.outputs.changes:
            changes = execution.outputs.changes
            outputs = execution.outputs.listed(secrets)
            kept = self._blobs.keep(plain(outputs)) if outputs else 0
            self._outputs[at] = changes, kept
        started = execution.started and round(execution.started, 3)
        seconds = round(execution.ended - execution.started, 4) if execution.ended and execution.started else None
        return [execution.number, started, seconds, STATES.get(execution.state, 3), kept]


def plain(value: Any) -> bytes:
    """Write plain values the same way each time."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=str)
    return text.encode("utf-8", "surrogatepass")


def _kept(blobs: Blobs, value: Any) -> str:
    body = plain(value)
    blobs.keep(body)
    return digest_of(body)


def _keep_git(blobs: Blobs, found: dict[str, Any]) -> str:
    patch = found.pop("patch")
    if patch is not None:
        blobs.keep(patch)
    return _kept(blobs, {**found, "patch": None if patch is None else digest_of(patch)})


def _layout(blobs: Blobs, setting: Setting) -> str | None:
    """Keep what the notebook file has beside the sources of its code cells."""
    if setting.notebook is None:
        return None
    found = files.read(setting.project / setting.notebook)
    if found is None:
        return None
    return _kept(blobs, {"metadata": found.metadata, "cells": [_without_code(cell) for cell in found.cells]})


def _without_code(cell: files.Cell) -> files.Cell:
    if cell["cell_type"] != "code":
        return cell
    return {**cell, "source": None, "code": digest_of_source(cell["source"]).hex()}
