"""The runs of a notebook, read straight from the tracking store: the sidebar asks for them at every change."""

import json
import math
import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.reading.connection import ReadOnly
from jupyter_mlstudio.experiments.types import RunState, Value

LISTED = 1000
"""Runs that are told; a notebook may have made more."""

ASKED = 50
"""Runs whose metrics are looked at to find the one that says most."""

TELLING = (
    "auc", "accuracy", "acc", "f1", "r2", "score", "precision", "recall", "balanced_accuracy", "ap", "ndcg", "iou",
    "bleu", "rmse", "mae", "mse", "mape", "error", "log_loss", "logloss", "loss", "perplexity",
)  # fmt: skip
"""Words in the names of metrics, those that say most first."""

LONG = 4
"""Letters from which on a word counts as part of a longer one too, as in `val_logloss`."""

UNSEEN = ("val", "test", "valid", "validation", "eval", "holdout", "cv", "oof")
"""Words for data that the model has not seen: what is measured there says more."""

SEEN = frozenset({"train", "training"})
"""Words for data that it has seen: what is measured there says least, and is often logged by itself."""

STATES = {state.value.upper(): state for state in RunState}

FOUND = """
SELECT r.run_uuid, r.name, r.status, r.start_time, r.end_time, e.name,
 (SELECT value FROM tags WHERE key = 'mlstudio.cell_id' AND run_uuid = r.run_uuid),
 (SELECT value FROM tags WHERE key = 'mlflow.parentRunId' AND run_uuid = r.run_uuid),
 (SELECT value FROM tags WHERE key = 'mlstudio.job' AND run_uuid = r.run_uuid),
 CASE r.status WHEN 'RUNNING' THEN (SELECT value FROM tags WHERE key = 'mlstudio.process' AND run_uuid = r.run_uuid) END
FROM tags n JOIN runs r ON r.run_uuid = n.run_uuid JOIN experiments e ON e.experiment_id = r.experiment_id
WHERE n.key = 'mlstudio.notebook' AND n.value IN (SELECT value FROM json_each(?)) AND r.lifecycle_stage = 'active'
ORDER BY r.start_time DESC LIMIT ?
"""

COUNTED = """
SELECT count(*) FROM tags n JOIN runs r ON r.run_uuid = n.run_uuid
WHERE n.key = 'mlstudio.notebook' AND n.value IN (SELECT value FROM json_each(?)) AND r.lifecycle_stage = 'active'
"""


class Found(NamedTuple):
    """A run of a notebook as the store has it."""

    run_id: str
    name: str
    state: RunState
    started: int
    ended: int | None
    experiment: str
    cell_id: str | None
    parent: str | None
    job: str | None


def names_of(store: ReadOnly, ids: Iterable[str]) -> list[str]:
    """Return the names under which the notebooks with these cells have made runs."""
    if not store.database.exists():
        return []
    with store.reading() as connection:
        found = connection.execute(
            "SELECT DISTINCT n.value FROM tags c JOIN tags n ON n.key = 'mlstudio.notebook' AND n.run_uuid = c.run_uuid"
            " WHERE c.key = 'mlstudio.cell_id' AND c.value IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(ids)),),
        )
        return [str(name) for (name,) in found]


def runs_of(store: ReadOnly, names: list[str]) -> tuple[list[Found], int, dict[str, tuple[str, Value]]]:
    """Return the newest runs of a notebook with these names, how many there are, and of each its telling metric."""
    if not store.database.exists():
        return [], 0, {}
    with store.reading() as connection:
        cursor = connection.cursor()
        cursor.row_factory = None  # plain tuples are quicker than rows
        cursor.execute("BEGIN")  # so that runs and metrics are of one moment
        try:
            found = [_found(row) for row in cursor.execute(FOUND, (json.dumps(names), LISTED)).fetchall()]
            total = len(found)
            if total == LISTED:
                total = int(cursor.execute(COUNTED, (json.dumps(names),)).fetchone()[0])
            return found, total, _metrics(cursor, names, [run.run_id for run in found])
        finally:
            cursor.execute("ROLLBACK")


def telling(names: Iterable[str]) -> str | None:
    """Return the name of the metric that says most."""
    ranked = sorted((_rank(name), name) for name in names if not name.startswith("system/"))
    return ranked[0][1] if ranked else None


def _found(row: Any) -> Found:
    key, name, status, started, ended, experiment, cell_id, parent, job, process = row
    state = STATES[status]
    if process is not None and rows.vanished(process):
        state = RunState.KILLED
    return Found(key, name or key[:8], state, started or 0, ended, experiment, cell_id, parent, job)


def _metrics(cursor: sqlite3.Cursor, names: list[str], ids: list[str]) -> dict[str, tuple[str, Value]]:
    """Take one metric for as many runs as possible, so that they can be compared; for the others their own best."""
    asked = json.dumps(ids[:ASKED])
    known = cursor.execute(
        "SELECT DISTINCT key FROM latest_metrics WHERE run_uuid IN (SELECT value FROM json_each(?))", (asked,)
    ).fetchall()
    best = telling(name for (name,) in known)
    if best is None:
        return {}
    taken = cursor.execute(
        "SELECT m.run_uuid, m.value, m.is_nan FROM tags n"
        " JOIN latest_metrics m ON m.key = ? AND m.run_uuid = n.run_uuid"
        " WHERE n.key = 'mlstudio.notebook' AND n.value IN (SELECT value FROM json_each(?))",
        (best, json.dumps(names)),
    ).fetchall()
    found: dict[str, tuple[str, Value]] = {key: (best, rows.number(value, bool(nan))) for key, value, nan in taken}
    return {**found, **_best_of_each(cursor, [key for key in ids if key not in found])}


def _best_of_each(cursor: sqlite3.Cursor, ids: list[str]) -> dict[str, tuple[str, Value]]:
    """Take of each run the metric that says most of its own."""
    logged: dict[str, dict[str, Value]] = {}
    if ids:
        asked = "SELECT run_uuid, key, value, is_nan FROM latest_metrics WHERE run_uuid IN"
        for key, name, value, nan in cursor.execute(f"{asked} (SELECT value FROM json_each(?))", (json.dumps(ids),)):
            logged.setdefault(key, {})[name] = rows.number(value, bool(nan))
    best = {key: telling(values) for key, values in logged.items()}
    return {key: (name, logged[key][name]) for key, name in best.items() if name is not None}


def _rank(name: str) -> tuple[bool, bool, float, int, int]:
    lower = name.lower()
    words = set(lower.replace("/", "_").replace("-", "_").replace(".", "_").replace(" ", "_").split("_"))
    place = next(
        (at for at, word in enumerate(TELLING) if word in words or (len(word) >= LONG and word in lower)), math.inf
    )
    return math.isinf(place), bool(words & SEEN), place, 0 if words & set(UNSEEN) else 1, len(name)
