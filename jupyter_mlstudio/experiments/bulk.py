"""Changes to many runs at once.

Deleting and restoring a thousand runs is one statement in a store that is a file of a known schema: MLflow would take
ten seconds for it. Tags that are not plain go through MLflow, which knows what it allows.
"""

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from jupyter_mlstudio.core.errors import EngineError, InvalidError, StudioError
from jupyter_mlstudio.core.events import Changed, Publish
from jupyter_mlstudio.experiments import plain_edits
from jupyter_mlstudio.experiments.bulk_types import RunFailure, RunsChanged
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.types import RunEdit

if TYPE_CHECKING:
    from mlflow import MlflowClient

WAIT = 10
"""Seconds to wait for another process that writes."""

MANY = 50
"""From more runs on it is told once that runs have changed."""

Change = Literal["added", "changed", "removed"]

STAGED = (
    "UPDATE runs SET lifecycle_stage = :stage, deleted_time = :at"
    " WHERE lifecycle_stage <> :stage AND run_uuid IN (SELECT value FROM json_each(:ids)) RETURNING run_uuid"
)


class Bulk:
    """Changes many runs with one call.

    Args:
        database: Tells the store's file; None where changes have to go through MLflow.
        client: Makes an MLflow client of the store.
        publish: Told of every run that changed.
    """

    def __init__(
        self, database: Callable[[], Path | None], client: Callable[[], "MlflowClient"], publish: Publish
    ) -> None:
        self._database, self._client, self._publish = database, client, publish

    def delete(self, ids: list[str]) -> RunsChanged:
        """Put runs into the bin; their files stay until MLflow's garbage collection."""
        return self._staged(ids, "deleted")

    def restore(self, ids: list[str]) -> RunsChanged:
        """Take runs out of the bin again."""
        return self._staged(ids, "active")

    def tag(self, ids: list[str], tags: dict[str, str | None]) -> RunsChanged:
        """Give tags to runs, or take them away.

        Raises:
            InvalidError: One of the tags is not the user's.
        """
        if own := [name for name in tags if rows.is_own(name)]:
            raise InvalidError(f"The tag {own[0]!r} is kept by MLflow or the studio. Use another name.")
        edit, database = RunEdit(tags=tags), self._database()
        if database is not None and database.exists() and plain_edits.is_plain(edit):
            return self._each(ids, lambda run: plain_edits.write(database, run, edit), "changed")
        client = self._client()

        def change(run: str) -> None:
            present = client.get_run(run).data.tags
            for name, value in tags.items():
                if value is not None:
                    client.set_tag(run, name, value)
                elif name in present:
                    client.delete_tag(run, name)

        return self._each(ids, change, "changed")

    def _staged(self, ids: list[str], stage: str) -> RunsChanged:
        told: Change = "removed" if stage == "deleted" else "added"
        database = self._database()
        if database is None:
            client = self._client()
            return self._each(ids, client.delete_run if stage == "deleted" else client.restore_run, told)
        changed = _stage(database, ids, stage)
        self._tell(changed, told)
        return RunsChanged(items=changed, failures=[])

    def _each(self, ids: list[str], change: Callable[[str], None], told: Change) -> RunsChanged:
        changed, failures = [], []
        for run in ids:
            try:
                with engine_errors():
                    change(run)
                changed.append(run)
            except StudioError as error:
                failures.append(RunFailure(id=run, message=str(error)))
        self._tell(changed, told)
        return RunsChanged(items=changed, failures=failures)

    def _tell(self, ids: list[str], change: Change) -> None:
        if len(ids) > MANY and self._database() is not None:  # the copy of a server's runs has to hear of each
            self._publish(Changed(kind="run", id="*", change="changed"))
            return
        for run in ids:
            self._publish(Changed(kind="run", id=run, change=change))


def _stage(database: Path, ids: list[str], stage: str) -> list[str]:
    """Put runs of a store's file into the bin or take them out; returns those that were not there already."""
    if not database.exists():
        return []
    values = {"stage": stage, "ids": json.dumps(ids), "at": int(time.time() * 1000) if stage == "deleted" else None}
    try:
        with closing(sqlite3.connect(database, timeout=WAIT)) as connection, connection:
            changed = {run for (run,) in connection.execute(STAGED, values)}
    except sqlite3.OperationalError as error:
        told = f"The runs could not be changed, because the tracking store could not be written ({error}). Try again."
        raise EngineError(told) from error
    return [run for run in ids if run in changed]
