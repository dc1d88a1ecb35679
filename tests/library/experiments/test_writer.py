"""What is written straight into the store is what MLflow's own API would have put there; and nothing is lost."""

import gzip
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mlflow.entities import Metric, RunTag

from jupyter_mlstudio import InvalidError, NotFoundError, Studio
from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.experiments import embedded
from jupyter_mlstudio.experiments.tracking import direct
from jupyter_mlstudio.experiments.tracking.direct import DirectWriter
from jupyter_mlstudio.experiments.tracking.entries import Batch, DataEntry, Ending, NewRun, Point
from jupyter_mlstudio.experiments.tracking.places import joined
from jupyter_mlstudio.experiments.tracking.through_api import ApiWriter

STORES = Path(__file__).with_name("stores")

TABLES = {
    "runs": "name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time, source_version,"
    " lifecycle_stage, deleted_time",
    "metrics": "key, value, timestamp, step, is_nan, typeof(value), typeof(is_nan)",
    "latest_metrics": "key, value, timestamp, step, is_nan, typeof(value), typeof(is_nan)",
    "params": "key, value",
    "tags": "key, value",
}

names = st.sampled_from(["loss", "a/b", "ä ö", "x.y:z-1", "a" * 250])
values = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0.0, -0.0, 1.0, 1.0, float("nan"), 5e-324, 1.7976931348623157e308]),
    st.integers(-5, 5),
)
points = st.builds(Point, names, values, st.integers(1, 4), st.integers(-2, 2) | st.just(2**62))
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
entries = st.builds(
    DataEntry,
    st.sampled_from(["flights", "weather"]),
    st.sampled_from(["d1", "d2"]),
    st.just("code"),
    st.just('{"uri": "x"}'),
    st.none() | st.just("{}"),
    st.just("{}"),
    st.sampled_from(["training", "test"]),
)
batches = st.lists(
    st.builds(
        Batch,
        st.just({}),
        st.dictionaries(names, texts | st.just("long" * 3000), max_size=3),
        st.lists(points, max_size=12),
        st.lists(entries, max_size=2),
        st.none(),
    ),
    max_size=3,
)


def dumped(studio, run_id):
    connection = sqlite3.connect(studio.state / "mlflow.db")
    found = {
        table: sorted(connection.execute(f"SELECT {columns} FROM {table} WHERE run_uuid = ?", (run_id,)), key=repr)
        for table, columns in TABLES.items()
    }
    found["inputs"] = sorted(
        connection.execute(
            "SELECT i.source_type, i.destination_type, i.step, d.name, d.digest, d.dataset_source_type,"
            " d.dataset_source, d.dataset_schema, d.dataset_profile, t.name, t.value FROM inputs i"
            " JOIN datasets d ON d.dataset_uuid = i.source_id LEFT JOIN input_tags t ON t.input_uuid = i.input_uuid"
            " WHERE i.destination_id = ?",
            (run_id,),
        ),
        key=repr,
    )
    (uri,) = connection.execute("SELECT artifact_uri FROM runs WHERE run_uuid = ?", (run_id,)).fetchone()
    connection.close()
    return found, uri.replace(run_id, "RUN")


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A writer of ours and MLflow's API, on one store."""
    studio = Studio.open(tmp_path_factory.mktemp("project"))
    client = studio.experiments.client()
    artifacts = str(studio.state / "artifacts")
    ours = DirectWriter(studio.state / "mlflow.db", artifacts)
    assert ours.fits
    return studio, ours, ApiWriter(lambda: client, artifacts)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(logged=batches, params=st.dictionaries(names, texts | st.just("long" * 2000), max_size=3))
def test_what_is_written_straight_is_what_mlflow_would_have_written(pair, logged, params):
    studio, *writers = pair
    found = []
    for writer, experiment in zip(writers, ("ours", "theirs"), strict=True):
        begun = writer.begin(NewRun(experiment, "a run", {"mlflow.user": "ann", "team": "blue"}, 1234))
        writer.write(begun.id, Batch(params, {}, [], []))
        for batch in logged:
            writer.write(begun.id, batch)
        writer.write(begun.id, Batch({}, {}, [], [], Ending("FINISHED", 5678)))
        found.append(dumped(studio, begun.id))
    assert found[0] == found[1]


def test_a_store_that_mlflow_has_filled_is_gone_on_with(pair):
    studio, ours, _ = pair
    client = studio.experiments.client()
    run = client.create_run("0", run_name="theirs")
    client.log_batch(run.info.run_id, [Metric("loss", 0.5, 10, 3)], [], [RunTag("team", "red")])
    ours.write(run.info.run_id, Batch({}, {"team": "blue", "mlflow.runName": "ours"}, [Point("loss", 9.0, 99, 2)], []))
    found = client.get_run(run.info.run_id)
    assert (found.info.run_name, found.data.tags["team"], found.data.metrics) == ("ours", "blue", {"loss": 0.5})
    assert [point.value for point in client.get_metric_history(run.info.run_id, "loss")] == [0.5, 9.0]


@pytest.mark.parametrize(
    "location", ["/a/b", "file:///a b/c", "s3://bucket/x?versionId=1", "mlflow-artifacts:/0", "/a/b/", "wasbs://c@a/d"]
)
def test_files_are_kept_where_mlflow_would_keep_them(location):
    from mlflow.utils.uri import append_to_uri_path

    assert joined(location, "RUN") == append_to_uri_path(location, "RUN", "artifacts")


def test_a_deleted_experiment_comes_back_with_its_runs(pair):
    studio, ours, _ = pair
    first = ours.begin(NewRun("thrown away", None, {}, 1))
    studio.experiments.client().delete_experiment(first.experiment_id)
    second = ours.begin(NewRun("thrown away", None, {}, 2))
    assert second.experiment_id == first.experiment_id
    assert studio.experiments.client().get_run(first.id).info.lifecycle_stage == "active"


def test_a_run_that_is_gone_for_good_is_named(pair):
    _, ours, _ = pair
    with pytest.raises(NotFoundError, match="nobody"):
        ours.write("nobody", Batch({"a": "b"}, {}, [], []))


def test_a_schema_that_is_unknown_is_written_through_mlflow(tmp_path):
    studio = Studio.open(tmp_path)
    studio.experiments.client()
    with sqlite3.connect(studio.state / "mlflow.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
    connection.close()
    assert not DirectWriter(studio.state / "mlflow.db", "").fits
    assert isinstance(Studio.open(tmp_path).experiments.target.writer, ApiWriter)


@pytest.mark.parametrize("version", ["3.5.0", "3.9.0", "3.14.0", "3.17.2"])
def test_stores_of_other_versions_of_mlflow_are_written(tmp_path, version):
    script = gzip.decompress((STORES / f"mlflow-{version}.sql.gz").read_bytes()).decode()
    with sqlite3.connect(tmp_path / "mlflow.db") as connection:
        connection.executescript(script)
    connection.close()
    studio = Studio.open(tmp_path, tracking_uri=f"sqlite:///{tmp_path}/mlflow.db")
    with studio.track("ours", name="new", tags={"team": "blue"}) as run:
        run.log_params({"depth": 3})
        run.log_metric("loss", 0.5)
        run.log_dataset(pd.DataFrame({"a": [1]}), "flights")
    assert isinstance(run.writer, DirectWriter)
    found = studio.run(run)
    assert (found.params, found.metrics, found.tags, found.state.value) == (
        {"depth": "3"},
        {"loss": 0.5},
        {"team": "blue"},
        "finished",
    )
    assert [data.name for data in found.details.datasets] == ["flights"]


def test_the_write_ahead_log_is_switched_on_but_not_on_network_drives(tmp_path, monkeypatch):
    def mode():
        with sqlite3.connect(tmp_path / "mlflow.db") as connection:
            found = connection.execute("PRAGMA journal_mode").fetchone()[0]
        connection.close()
        return found

    embedded.create(tmp_path / "mlflow.db")
    with sqlite3.connect(tmp_path / "mlflow.db") as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    with monkeypatch.context() as there:
        there.setattr(direct, "is_local", lambda path: False)
        DirectWriter(tmp_path / "mlflow.db", "").begin(NewRun("Default", None, {}, 1))
        assert mode() == "delete"
    DirectWriter(tmp_path / "mlflow.db", "").begin(NewRun("Default", None, {}, 1))
    assert mode() == "wal"


def test_a_store_that_others_lock_for_seconds_loses_nothing_and_says_nothing(studio, monkeypatch):
    monkeypatch.setattr(direct, "WAIT", 0.2)
    with studio.track("busy") as run:
        run.flush()
        other = sqlite3.connect(studio.state / "mlflow.db", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(1.5, lambda: (other.execute("COMMIT"), other.close())).start()
        run.log_params({"depth": 3})
        for value in range(300):
            run.log_metric("loss", value)
    (series,) = studio.experiments.series([run.id], "loss", 1000).items
    assert series.total == 300
    assert [param.value for param in studio.experiments.run(run.id).params] == ["3"]


def test_what_a_locked_store_does_not_take_is_kept_and_written_later(studio, monkeypatch):
    from jupyter_mlstudio.experiments.tracking import buffer, spool

    monkeypatch.setattr(direct, "WAIT", 0.05)
    monkeypatch.setattr(buffer, "PATIENCE", 0.2)
    monkeypatch.setattr(spool, "PAUSE", 0.05)
    embedded.create(studio.state / "mlflow.db")
    other = sqlite3.connect(studio.state / "mlflow.db", isolation_level=None)

    def run_while_locked():
        with studio.track("busy") as run:
            run.flush()
            other.execute("BEGIN IMMEDIATE")
            run.log_metric("loss", 0.5)
        return run

    with pytest.warns(UserWarning, match=r"kept in \.mlstudio/spool"):
        run = run_while_locked()
    assert (studio.state / "spool" / f"{run.id}.jsonl").is_file()
    other.execute("COMMIT")
    other.close()
    deadline = time.monotonic() + 5
    while studio.experiments.run(run.id).state.value != "finished" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [metric.value for metric in studio.experiments.run(run.id).metrics] == [0.5]
    assert not list((studio.state / "spool").glob("*.jsonl"))


def test_a_killed_process_loses_at_most_the_last_second(studio):
    script = (
        "import time\n"
        "from jupyter_mlstudio import Studio\n"
        f"with Studio.open({str(studio.project)!r}).track('killed') as run:\n"
        "    step = 0\n"
        "    print(run.id, flush=True)\n"
        "    while True:\n"
        "        run.log_metric('at', time.time(), step)\n"
        "        step += 1\n"
        "        time.sleep(0.0005)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        run_id = process.stdout.readline().strip()
        time.sleep(0.7)
        os.kill(process.pid, signal.SIGKILL)
        killed = time.time()
    (series,) = studio.experiments.series([run_id], "at", 100_000).items
    assert series.total > 50
    assert killed - series.values[-1] < 1
    assert series.steps == list(range(series.total))


def test_four_processes_with_threads_write_one_store_at_once(studio):
    with studio.track("made"):
        pass
    script = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from jupyter_mlstudio import Studio\n"
        f"studio = Studio.open({str(studio.project)!r})\n"
        "for number in range(2):\n"
        "    with studio.track('crowd') as run, ThreadPoolExecutor(3) as threads:\n"
        "        run.log_params({'number': number})\n"
        "        list(threads.map(lambda at: [run.log_metric(f'm{at}', i) for i in range(500)], range(3)))\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE) for _ in range(4)]
    told = [process.communicate()[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, told
    runs = studio.experiments.runs().items
    crowd = [run.id for run in runs if run.experiment == "crowd"]
    assert len(crowd) == 8
    for metric in ("m0", "m1", "m2"):
        assert [series.total for series in studio.experiments.series(crowd, metric).items] == [500] * 8


def test_a_forked_process_goes_on_logging(studio):
    with studio.track("forked") as run:
        run.log_metric("loss", 1.0, 0)
        run.flush()
        child = os.fork()
        if child == 0:
            run.log_metric("loss", 2.0, 1)
            run.flush()
            os._exit(0)
        os.waitpid(child, 0)
        run.log_metric("loss", 3.0, 2)
    (series,) = studio.experiments.series([run.id], "loss").items
    assert series.values == [1.0, 2.0, 3.0]


def test_who_logs_faster_than_the_store_takes_it_waits_and_loses_nothing(studio, monkeypatch):
    from jupyter_mlstudio.experiments.tracking import buffer

    monkeypatch.setattr(buffer, "LIMIT", 500)
    with studio.track("fast") as run:
        for step in range(5000):
            run.log_metric("loss", step, step)
            assert len(run.buffer._points) <= 501
    (series,) = studio.experiments.series([run.id], "loss", 10_000).items
    assert series.total == 5000


def test_a_full_disk_is_told_in_a_sentence(studio):
    with studio.track("x") as run:
        run.flush()
    writer = studio.experiments.target.writer
    connection = writer._opened()
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(EngineError, match="disk is full"):
        writer.write(run.id, Batch({}, {f"t{n}": "x" * 8000 for n in range(200)}, [], []))


def test_params_keep_their_first_value_across_many(studio):
    with studio.track("many") as run:
        run.log_params({f"p{number}": number for number in range(12_000)})
        with pytest.raises(InvalidError, match="p17"):
            run.log_params({"p17": "another"})
    assert len(studio.experiments.run(run.id).params) == 12_000
