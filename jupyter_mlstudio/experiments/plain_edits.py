"""Names, remarks and tags written straight into a store's file: at once, where MLflow would be imported first.

Only what MLflow takes without a second thought; anything else goes through MLflow, which says what is wrong.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from jupyter_mlstudio.core.errors import EngineError, NotFoundError
from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.types import RunEdit

PLAIN = re.compile(r"(?!.*(//|\.\.))[\w.\-][\w.\- /]{0,248}(?<!/)")
LONGEST = 5000
"""Characters of a value that every MLflow keeps whole."""

WAIT = 10
"""Seconds to wait for another process that writes."""

NAME_TAG = "mlflow.runName"


def is_plain(edit: RunEdit) -> bool:
    """Tell whether a change can be written without asking MLflow."""
    return all(
        PLAIN.fullmatch(name) is not None and not rows.is_own(name) and len(value or "") <= LONGEST
        for name, value in edit.tags.items()
    )


def write(database: Path, run_id: str, edit: RunEdit) -> None:
    """Write a plain change of a run that is not in the bin.

    Raises:
        NotFoundError: There is no such run.
        EngineError: The file could not be written.
    """
    tags = dict(edit.tags)
    if edit.note is not None:
        tags[rows.NOTE] = edit.note
    if edit.name is not None:
        tags[NAME_TAG] = edit.name
    try:
        with closing(sqlite3.connect(database, timeout=WAIT)) as connection, connection:
            _change(connection, run_id, edit.name, tags)
    except sqlite3.OperationalError as error:
        told = f"The run could not be changed, because the tracking store could not be written ({error}). Try again."
        raise EngineError(told) from error


def _change(connection: sqlite3.Connection, run_id: str, name: str | None, tags: dict[str, str | None]) -> None:
    renamed = connection.execute(
        "UPDATE runs SET name = ifnull(?, name) WHERE run_uuid = ? AND lifecycle_stage = 'active'", (name, run_id)
    )
    if renamed.rowcount == 0:
        raise NotFoundError(f"There is no run {run_id!r}, or it is in the bin. Restore it first.")
    for tag, value in tags.items():
        if value is None:
            connection.execute("DELETE FROM tags WHERE run_uuid = ? AND key = ?", (run_id, tag))
        else:
            connection.execute(
                "INSERT OR REPLACE INTO tags (key, value, run_uuid) VALUES (?, ?, ?)", (tag, value, run_id)
            )
