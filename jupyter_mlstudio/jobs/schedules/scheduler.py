"""Reads the job definitions of jupyter-scheduler from its own database, as they are; it need not be installed."""

import ast
import json
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError

NAME = "scheduler.sqlite"
STAGED = "scheduler_staging_area"  # where it keeps a copy of each notebook, in a folder named after the definition
RESULTS = "jobs"  # of the project: its notebooks are results
OTHERS = (STAGED, "node_modules", "site-packages")  # folders whose notebooks are not the user's
WANTED = "SELECT * FROM job_definitions ORDER BY create_time"


class Definition(NamedTuple):
    """A job definition of jupyter-scheduler."""

    id: str
    name: str
    file: str  # name of the notebook
    copy: Path  # the notebook as it was when the definition was made
    cron: str | None
    timezone: str | None
    active: bool
    parameters: dict[str, Any]
    environment: str
    notes: list[str]


def default_database() -> Path:
    """Return where jupyter-scheduler keeps its definitions unless it is told otherwise."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / NAME


def definitions(database: Path) -> list[Definition]:
    """Return all definitions, the oldest first.

    Raises:
        NotFoundError: There is no such file.
        InvalidError: It is no database of jupyter-scheduler.
    """
    if not database.is_file():
        raise NotFoundError(f"There is no file {str(database)!r}. Name the SQLite file of jupyter-scheduler.")
    connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        rows = [dict(row) for row in connection.execute(WANTED)]
    except sqlite3.Error as error:
        raise InvalidError(
            f"database: {str(database)!r} holds no job definitions of jupyter-scheduler ({error})."
        ) from None
    finally:
        connection.close()
    return [_definition(row, database.parent / STAGED) for row in rows]


def _definition(row: Mapping[str, Any], staged: Path) -> Definition:
    file = Path(unquote(row["input_filename"])).name
    notes = []
    if row.get("output_formats") not in (None, "[]", '["ipynb"]'):
        notes.append(f"Output formats {row['output_formats']}: the result is a notebook; export it from there.")
    if row.get("tags") not in (None, "[]"):
        notes.append(f"Its tags {row['tags']} were not taken over.")
    if row.get("package_input_folder"):
        notes.append("It ran in a copy of the notebook's folder; here it runs in the folder itself.")
    return Definition(
        id=row["job_definition_id"],
        name=row["name"],
        file=file,
        copy=staged / row["job_definition_id"] / file,
        cron=row.get("schedule") or None,
        timezone=row.get("timezone") or None,
        active=bool(row.get("active")),
        parameters=json.loads(row.get("parameters") or "{}"),
        environment=row.get("runtime_environment_name") or "",
        notes=notes,
    )


def value_of(text: Any) -> JsonValue:
    """Return what a parameter meant: there a text is code, here a value; what is no literal stays a text."""
    try:
        value: JsonValue = json.loads(json.dumps(ast.literal_eval(text) if isinstance(text, str) else text))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        value = str(text)
    return value


def notebooks_named(file: str, project: Path) -> list[str]:
    """Return the notebooks of this name in the project, except those that the studio or an editor has put there."""
    found = []
    for folder, folders, files in os.walk(project):
        here = Path(folder)
        folders[:] = [name for name in folders if not name.startswith(".") and name not in OTHERS]
        if here == project and RESULTS in folders:
            folders.remove(RESULTS)
        if file in files:
            found.append((here / file).relative_to(project).as_posix())
    return sorted(found)
