"""Which stores can be read without MLflow: those of a known revision of its schema that have the columns it should."""

import sqlite3

TRIED = {"bf29a5ff90ea": "3.5", "d3e4f5a6b7c8": "3.9", "b7e4c1a90f23": "3.14", "dc11669786a5": "3.17"}
"""Revisions of which the tests have a store, and the version of MLflow that wrote it."""

BETWEEN = (
    *("1bd49d398cd23", "b7c8d9e0f1a2", "5d2d30f0abce", "c9d4e5f6a7b8", "2c33131f4dae", "d0e1f2a3b4c5", "c8d9e0f1a2b3"),
    *("1b5f0d9ad7c1", "e1f2a3b4c5d6", "76601a5f987d", "c3d6457b6d8a", "a5b4c3d2e1f0", "ae8bbe7743c9", "7d34483879f0"),
    *("da6fb0208061", "89d3d66ed43f", "a8b9c0d1e2f3", "c1d2e3f4a5b6", "c3d9e7f1a2b4", "6f8d9c3b2a1e", "1971f2d9a75b"),
    *("17e22815139b", "b7e2c1a4d9f3", "75868b020152"),
)
"""Revisions from the first of these to the last; what the reader needs is the same in all of them."""

KNOWN = frozenset({*TRIED, *BETWEEN})

NEEDED = {
    "experiments": {"experiment_id", "name", "lifecycle_stage"},
    "runs": {
        *("run_uuid", "name", "experiment_id", "status", "start_time", "end_time", "lifecycle_stage"),
        *("artifact_uri", "source_version"),
    },
    "params": {"run_uuid", "key", "value"},
    "tags": {"run_uuid", "key", "value"},
    "latest_metrics": {"run_uuid", "key", "value", "timestamp", "step", "is_nan"},
    "metrics": {"run_uuid", "key", "value", "timestamp", "step", "is_nan"},
    "inputs": {"input_uuid", "source_type", "source_id", "destination_type", "destination_id"},
    "datasets": {"dataset_uuid", "name", "digest", "dataset_source", "dataset_profile"},
    "input_tags": {"input_uuid", "name", "value"},
    "logged_models": {"model_id", "name", "artifact_location", "source_run_id", "lifecycle_stage"},
}
"""What the reader touches: tables and columns that have been the same for years."""


def revision(connection: sqlite3.Connection) -> str | None:
    """Return the revision of a store's schema; None if it is none of MLflow's."""
    try:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return None if found is None else str(found[0])


def readable(connection: sqlite3.Connection) -> bool:
    """Tell whether the reader knows the store's schema, and finds in it what it needs."""
    return revision(connection) in KNOWN and all(
        columns <= {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        for table, columns in NEEDED.items()
    )
