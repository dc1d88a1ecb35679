"""Stores that are a SQLite file: where the file is, and how a new one comes to be."""

import os
import sqlite3
import time
from pathlib import Path
from uuid import uuid4

from jupyter_mlstudio.experiments import template

PREFIX = "sqlite:///"


def resolved(uri: str | None, state: Path) -> str:
    """Return the tracking URI to use: without one the project's own store, and relative files seen from the project."""
    if uri is None:
        return f"{PREFIX}{state / 'mlflow.db'}"
    path = database_of(uri)
    return uri if path is None else f"{PREFIX}{(state.parent / path).resolve()}"


def database_of(uri: str) -> Path | None:
    """Return the file of a SQLite store; None for any other store."""
    if not uri.startswith(PREFIX) or uri == PREFIX:
        return None
    return Path(uri.removeprefix(PREFIX).partition("?")[0])


def artifacts_of(database: Path) -> Path:
    """Return the folder where new experiments of a SQLite store keep their artifacts."""
    return database.parent / "artifacts"


def create(database: Path) -> None:
    """Make an empty store unless there is one; several processes may do so at the same time, and one of them wins.

    The write-ahead log is on, so that panels can read while a notebook writes.
    """
    if database.exists():
        return
    database.parent.mkdir(parents=True, exist_ok=True)
    part = database.with_name(f".{uuid4().hex}.part")
    try:
        _fill(part, str(artifacts_of(database)))
        _publish(part, database)
    finally:
        part.unlink(missing_ok=True)


def _fill(part: Path, artifacts: str) -> None:
    fresh = template.installed_revision() == template.REVISION
    if not fresh:
        template.write_with_mlflow(part)
    connection = sqlite3.connect(part)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        if fresh:
            connection.executescript(template.FILE.read_text(encoding="utf-8"))
        at = int(time.time() * 1000)
        connection.execute(
            "INSERT OR REPLACE INTO experiments"
            " (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)"
            " VALUES (0, 'Default', ?, 'active', ?, ?)",
            (artifacts, at, at),
        )
        connection.commit()
    finally:
        connection.close()


def _publish(part: Path, database: Path) -> None:
    """Put the finished file in its place; unlike renaming, linking never replaces a store that another process made."""
    try:
        os.link(part, database)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        if not database.exists():
            part.replace(database)
