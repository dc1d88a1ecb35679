"""Brings a tracking server's runs into the copy of them, in the background and by MLflow's API."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.experiments.engine import engine_errors
from jupyter_mlstudio.experiments.reading import rows
from jupyter_mlstudio.experiments.reading.mirror import Mirror, note, notes

if TYPE_CHECKING:
    import sqlite3

    from mlflow import MlflowClient
    from mlflow.entities import Metric, Run

FIRST, PAGE = 100, 1000
"""Runs in the first answer, which is there soon, and in those after it."""

ALL = 3
"""MLflow's number for runs and experiments of every stage."""
SOME = 100
"""Ids in one question."""

PAUSE = 3.0
"""Seconds between two looks at the server."""

SWEEP = 600.0
"""Seconds after which everything is compared again: a tag of an old run leaves no other trace."""

INTEREST = 60.0
"""Seconds for which somebody who asked is taken to be looking."""

ASKED_AT_ONCE = 4
"""Histories of metrics that are asked for at the same time."""


class Copying:
    """Keeps the copy up to date as long as somebody looks at it."""

    def __init__(self, mirror: Mirror, client: Callable[[], "MlflowClient"]) -> None:
        self._mirror, self._client = mirror, client
        self._lock, self._asked = Lock(), Event()
        self._until = 0.0
        self._thread: Thread | None = None
        self._histories: dict[tuple[str, str], None] = {}

    def follow(self, ids: list[str], metrics: list[str]) -> None:
        """Renew the copy from now on, for as long as this is said again within a minute; returns at once.

        Every point of the metrics of these runs is brought first.
        """
        with self._lock:
            self._until = time.monotonic() + INTEREST
            self._histories |= dict.fromkeys(self._mirror.missing(ids, metrics))
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._follow, name="mlstudio-remote", daemon=True)
                self._thread.start()
            if self._histories:
                self._asked.set()

    def renew(self) -> None:
        """Bring the copy up to date once; that a server cannot be asked is noted in it."""
        problem: str | None = None
        try:
            self._renew()
        except StudioError as error:
            problem = str(error)
        with self._mirror.reading() as connection:
            noted = notes(connection).get("problem")
        if noted != problem:
            with self._mirror.writing() as connection:
                note(connection, "problem", problem)

    def renew_runs(self, ids: Sequence[str]) -> None:
        """Copy some runs anew; without ids all of them are compared at the next look."""
        if not self._mirror.database.exists():
            return
        with suppress(StudioError):
            if ids:
                client = self._client()
                with engine_errors():
                    self._write([client.get_run(run) for run in ids])
            else:
                with self._mirror.writing() as connection:
                    note(connection, "swept", "0")

    def bring(self, wanted: Sequence[tuple[str, str]]) -> None:
        """Fetch every point of metrics of runs."""
        if not wanted:
            return
        client = self._client()
        with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
            for key, points in zip(wanted, pool.map(lambda key: _history(client, *key), wanted), strict=True):
                self._keep(key, points)

    def _follow(self) -> None:
        with self._mirror.alone() as alone:
            while alone and time.monotonic() < self._until:
                self._bring_asked()
                self.renew()
                self._asked.wait(PAUSE)

    def _bring_asked(self) -> None:
        with self._lock:
            wanted, self._histories = list(self._histories), {}
            self._asked.clear()
        with suppress(StudioError):  # noted when the runs are asked for
            self.bring(wanted)

    def _renew(self) -> None:
        client = self._client()
        with engine_errors():
            experiments = list(_pages(lambda token: client.search_experiments(ALL, PAGE, page_token=token)))
        with self._mirror.writing() as connection:
            _experiments(connection, experiments)
            noted = notes(connection)
        ids = [experiment.experiment_id for experiment in experiments]
        if "complete" not in noted or time.time() > float(noted.get("swept", 0)) + SWEEP:
            self._sweep(client, ids)
        else:
            self._catch_up(client, ids)

    def _sweep(self, client: "MlflowClient", experiments: list[str]) -> None:
        """Read every run, the newest first, and forget those that are gone."""
        began = time.time()
        seen: set[str] = set()
        for page in _searched(client, experiments, "") if experiments else ():
            self._write(page)
            seen.update(run.info.run_id for run in page)
            self._bring_asked()
        with self._mirror.writing() as connection:
            here = {run for (run,) in connection.execute("SELECT run_uuid FROM runs")}
            _forget(connection, here - seen)
            note(connection, "complete", "1")
            note(connection, "swept", str(began))

    def _catch_up(self, client: "MlflowClient", experiments: list[str]) -> None:
        """Read the runs that began or ended since the last look, and those that were running then."""
        with self._mirror.reading() as connection:
            started, ended = connection.execute("SELECT MAX(start_time), MAX(end_time) FROM runs").fetchone()
            found = connection.execute("SELECT run_uuid FROM runs WHERE status IN ('RUNNING', 'SCHEDULED')")
            running = [run for (run,) in found]
        questions = [f"attributes.start_time >= {started or 0}", f"attributes.end_time >= {ended or 0}"]
        for first in range(0, len(running), SOME):
            listed = ", ".join(f"'{run}'" for run in running[first : first + SOME])
            questions.append(f"attributes.run_id IN ({listed})")
        for question in questions:
            for page in _searched(client, experiments, question):
                self._write(page)

    def _write(self, page: Sequence["Run"]) -> None:
        """Write the runs of a page that differ from what is here; a write that changes nothing would wake readers."""
        stamped = {run.info.run_id: (_stamp(run), run) for run in page}
        with self._mirror.reading() as connection:
            ids = json.dumps(list(stamped))
            found = "SELECT run_uuid, source_version FROM runs WHERE run_uuid IN (SELECT value FROM json_each(?))"
            here = dict(connection.execute(found, (ids,)).fetchall())
        fresh = {key: pair for key, pair in stamped.items() if here.get(key) != pair[0]}
        if fresh:
            with self._mirror.writing() as connection:
                _forget(connection, fresh)
                for stamp, run in reversed(fresh.values()):
                    _insert(connection, run, stamp)

    def _keep(self, key: tuple[str, str], points: list["Metric"]) -> None:
        with self._mirror.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO metrics (run_uuid, key, value, is_nan, timestamp, step)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [(*key, *_value(point.value), point.timestamp, point.step) for point in points],
            )
            connection.execute(
                "INSERT OR REPLACE INTO mlstudio_histories"
                " SELECT run_uuid, key, step || ' ' || timestamp || ' ' || value FROM latest_metrics"
                " WHERE run_uuid = ? AND key = ?",
                key,
            )


def _pages(ask: Callable[[str | None], Any]) -> Iterator[Any]:
    token: str | None = None
    while True:
        page = ask(token)
        yield from page
        token = page.token
        if not token:
            return


def _searched(client: "MlflowClient", experiments: list[str], question: str) -> Iterator[list["Run"]]:
    token: str | None = None
    size = FIRST
    while True:
        with engine_errors():
            page = client.search_runs(experiments, question, ALL, size, ["attributes.start_time DESC"], token)
        if page:
            yield page
        token, size = page.token, PAGE
        if not token:
            return


def _history(client: "MlflowClient", run: str, metric: str) -> list["Metric"]:
    with engine_errors():
        return client.get_metric_history(run, metric)


def _stamp(run: "Run") -> str:
    """Return a word that differs as soon as anything about a run does."""
    told = json.dumps(run.to_dictionary(), sort_keys=True, default=str)
    steps = [(metric.key, metric.step, metric.timestamp) for metric in run.data._metric_objs]
    return hashlib.sha256(f"{told}{sorted(steps)}".encode()).hexdigest()[:32]


def _experiments(connection: "sqlite3.Connection", experiments: Iterable[Any]) -> None:
    connection.executemany(
        "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, workspace)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (experiment_id) DO UPDATE SET name = excluded.name,"
        " lifecycle_stage = excluded.lifecycle_stage"
        " WHERE name <> excluded.name OR lifecycle_stage <> excluded.lifecycle_stage",
        [(int(e.experiment_id), e.name, e.artifact_location, e.lifecycle_stage, e.experiment_id) for e in experiments],
    )


def _forget(connection: "sqlite3.Connection", ids: Iterable[str]) -> None:
    listed = (json.dumps(list(ids)),)
    for table in ("params", "tags", "latest_metrics", "runs"):
        connection.execute(f"DELETE FROM {table} WHERE run_uuid IN (SELECT value FROM json_each(?))", listed)
    connection.execute("DELETE FROM inputs WHERE destination_id IN (SELECT value FROM json_each(?))", listed)


def _insert(connection: "sqlite3.Connection", run: "Run", stamp: str) -> None:
    info, key = run.info, run.info.run_id
    connection.execute(
        "INSERT INTO runs (run_uuid, name, source_type, user_id, status, start_time, end_time, source_version,"
        " lifecycle_stage, artifact_uri, experiment_id) VALUES (?, ?, 'UNKNOWN', ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(key, info.run_name, info.user_id, info.status, info.start_time, info.end_time, stamp),
            *(info.lifecycle_stage, info.artifact_uri, int(info.experiment_id)),
        ),
    )
    for table, texts in (("params", run.data.params), ("tags", run.data.tags)):
        connection.executemany(
            f"INSERT INTO {table} (run_uuid, key, value) VALUES (?, ?, ?)",
            [(key, name, value) for name, value in texts.items()],
        )
    connection.executemany(
        "INSERT INTO latest_metrics (run_uuid, key, value, is_nan, timestamp, step) VALUES (?, ?, ?, ?, ?, ?)",
        [(key, m.key, *_value(m.value), m.timestamp, m.step) for m in run.data._metric_objs],
    )
    for data in run.inputs.dataset_inputs if run.inputs else []:
        _dataset(connection, key, int(info.experiment_id), data)


def _dataset(connection: "sqlite3.Connection", run: str, experiment: int, data: Any) -> None:
    told = data.dataset
    data_id = hashlib.sha256(f"{experiment} {told.name} {told.digest}".encode()).hexdigest()[:32]
    connection.execute(
        "INSERT OR IGNORE INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type,"
        " dataset_source, dataset_schema, dataset_profile) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (data_id, experiment, told.name, told.digest, told.source_type, told.source, told.schema, told.profile),
    )
    input_id = hashlib.sha256(f"{run} {data_id}".encode()).hexdigest()[:32]
    connection.execute(
        "INSERT OR REPLACE INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id)"
        " VALUES (?, 'DATASET', ?, 'RUN', ?)",
        (input_id, data_id, run),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO input_tags VALUES (?, ?, ?)", [(input_id, tag.key, tag.value) for tag in data.tags]
    )


def _value(value: float) -> tuple[float, bool]:
    """Return a metric as MLflow keeps it: a number that is finite, and whether it is none."""
    if value != value:  # noqa: PLR0124  # only what is no number differs from itself
        return 0.0, True
    return max(-rows.INFINITE, min(rows.INFINITE, value)), False
