"""Reads the registry straight from MLflow's SQLite store: a millisecond, and no import of MLflow.

Only columns that MLflow has kept through many releases are named here.
"""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.core.sqlite import Database
from jupyter_mlstudio.registry.types import Alias, LoggedModel, ModelVersion, RegisteredModel, VersionState

KEPT = "current_stage IS NOT 'Deleted_Internal'"
"""A deleted version leaves a row behind, so that its number is not given again."""

LARGEST = 2**63 - 1
"""What SQLite can hold a number against."""

STATES = {"READY": VersionState.READY, "FAILED_REGISTRATION": VersionState.FAILED}
LOGGED_STATES = {2: VersionState.READY, 3: VersionState.FAILED}


class StoreReader:
    """Answers from one SQLite store; a store that nobody has made yet is an empty one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: Database | None = None

    def models(self) -> list[RegisteredModel]:
        """Return every registered model, the last changed first."""
        rows = self._rows(
            "SELECT name, description, creation_time, last_updated_time FROM registered_models"
            " ORDER BY last_updated_time DESC, name"
        )
        return [self._model(row) for row in rows]

    def model(self, name: str) -> RegisteredModel:
        """Return one registered model."""
        rows = self._rows(
            "SELECT name, description, creation_time, last_updated_time FROM registered_models WHERE name = ?", name
        )
        if not rows:
            raise NotFoundError(f"There is no registered model {name!r}.")
        return self._model(rows[0])

    def versions(self, name: str) -> list[ModelVersion]:
        """Return the versions of a registered model, the newest first."""
        self.model(name)
        return self._versions("v.name = ?", name)

    def version(self, name: str, version: int) -> ModelVersion:
        """Return one version."""
        found = self._versions("v.name = ? AND v.version = ?", name, version)
        if not found:
            raise NotFoundError(f"There is no version {version} of a registered model {name!r}.")
        return found[0]

    def logged(self, run_id: str) -> list[LoggedModel]:
        """Return the models that a run logged, the newest first."""
        rows = self._rows(
            "SELECT model_id, name, source_run_id, status, creation_timestamp_ms FROM logged_models"
            " WHERE source_run_id = ? AND lifecycle_stage = 'active' ORDER BY creation_timestamp_ms DESC, model_id",
            run_id,
        )
        return [self._logged(row) for row in rows]

    def version_location(self, name: str, version: int) -> str:
        """Return where the files of a version lie: a path or an address."""
        self.version(name, version)
        rows = self._rows(
            "SELECT coalesce(storage_location, source) FROM model_versions WHERE name = ? AND version = ?",
            name,
            version,
        )
        return str(rows[0][0])

    def logged_location(self, model_id: str) -> str:
        """Return where the files of a logged model lie: a path or an address."""
        rows = self._rows("SELECT artifact_location FROM logged_models WHERE model_id = ?", model_id)
        if not rows:
            raise NotFoundError(f"There is no logged model {model_id!r}.")
        return str(rows[0][0])

    def runs_with(self, kind: str, key: str) -> list[str]:
        """Return the runs that a notebook, recipe, job or some data went into, the newest first."""
        if kind == "data":
            where = (
                "run_uuid IN (SELECT i.destination_id FROM inputs i JOIN datasets d ON i.source_id = d.dataset_uuid"
                " WHERE d.digest = ? AND i.source_type = 'DATASET')"
            )
        else:
            where = f"run_uuid IN (SELECT run_uuid FROM tags WHERE key = 'mlstudio.{kind}' AND value = ?)"
        rows = self._rows(
            f"SELECT run_uuid FROM runs WHERE lifecycle_stage = 'active' AND {where}"
            " ORDER BY start_time DESC LIMIT 1000",
            key,
        )
        return [row[0] for row in rows]

    def fingerprints(self) -> dict[str, str]:
        """Return for each registered model a text that differs after any change of it."""
        rows = self._rows(
            "SELECT m.name, coalesce(m.last_updated_time, 0) || coalesce(m.description, '') || '|' ||"
            " coalesce((SELECT group_concat(version || ':' || last_updated_time || ':' || current_stage)"
            "  FROM model_versions v WHERE v.name = m.name), '') || '|' ||"
            " coalesce((SELECT group_concat(alias || ':' || version) FROM registered_model_aliases a"
            "  WHERE a.name = m.name), '') || '|' ||"
            " coalesce((SELECT group_concat(key || '=' || coalesce(value, '')) FROM registered_model_tags t"
            "  WHERE t.name = m.name), '') || '|' ||"
            " coalesce((SELECT group_concat(version || key || '=' || coalesce(value, '')) FROM model_version_tags t"
            "  WHERE t.name = m.name), '') FROM registered_models m"
        )
        return {row[0]: row[1] for row in rows}

    def changes(self) -> int:
        """Return a number that differs after anybody else wrote to the store."""
        database = self._opened()
        return -1 if database is None else database.changes()

    def _model(self, row: sqlite3.Row) -> RegisteredModel:
        name = row["name"]
        count, latest = self._rows(
            f"SELECT count(*), max(version) FROM model_versions WHERE name = ? AND {KEPT}", name
        )[0]
        return RegisteredModel(
            name=name,
            description=row["description"] or "",
            tags=self._tags("registered_model_tags WHERE name = ?", name),
            aliases=[Alias(alias=alias, version=version) for alias, version in self._aliases(name)],
            versions=count,
            latest_version=latest,
            created_at=_time(row["creation_time"]),
            updated_at=_time(row["last_updated_time"] or row["creation_time"]),
        )

    def _versions(self, condition: str, *values: str | int) -> list[ModelVersion]:
        rows = self._rows(
            f"SELECT v.* FROM model_versions v WHERE {condition} AND {KEPT} ORDER BY v.version DESC", *values
        )
        aliases = self._aliases(str(values[0]))
        return [self._version(row, [alias for alias, version in aliases if version == row["version"]]) for row in rows]

    def _version(self, row: sqlite3.Row, aliases: list[str]) -> ModelVersion:
        source = row["source"] or ""
        return ModelVersion(
            name=row["name"],
            version=row["version"],
            state=STATES.get(row["status"], VersionState.PENDING),
            message=row["status_message"] or "",
            description=row["description"] or "",
            tags=self._tags("model_version_tags WHERE name = ? AND version = ?", row["name"], row["version"]),
            aliases=aliases,
            run_id=row["run_id"] or None,
            model_id=source.removeprefix("models:/") if source.startswith("models:/m-") else None,
            source=source,
            created_at=_time(row["creation_time"]),
            updated_at=_time(row["last_updated_time"] or row["creation_time"]),
        )

    def _logged(self, row: sqlite3.Row) -> LoggedModel:
        registered = self._rows(
            f"SELECT name, version FROM model_versions WHERE source = ? AND {KEPT} ORDER BY name, version",
            f"models:/{row['model_id']}",
        )
        return LoggedModel(
            model_id=row["model_id"],
            name=row["name"],
            run_id=row["source_run_id"],
            state=LOGGED_STATES.get(row["status"], VersionState.PENDING),
            created_at=_time(row["creation_timestamp_ms"]),
            registered=[ModelRef(name=name, version=version) for name, version in registered],
        )

    def _aliases(self, name: str) -> list[tuple[str, int]]:
        rows = self._rows("SELECT alias, version FROM registered_model_aliases WHERE name = ? ORDER BY alias", name)
        return [(row["alias"], row["version"]) for row in rows]

    def _tags(self, table: str, *values: str | int) -> dict[str, str]:
        return {row["key"]: row["value"] or "" for row in self._rows(f"SELECT key, value FROM {table}", *values)}

    def _rows(self, statement: str, *values: str | int) -> list[sqlite3.Row]:
        database = self._opened()
        if database is None or any(isinstance(value, int) and abs(value) > LARGEST for value in values):
            return []
        return database.connect().execute(statement, values).fetchall()

    def _opened(self) -> Database | None:
        if self._database is None and self._path.is_file():
            database = Database(self._path)
            made = database.connect().execute("SELECT 1 FROM sqlite_master WHERE name = 'registered_model_aliases'")
            self._database = database if made.fetchone() else None
        return self._database


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
