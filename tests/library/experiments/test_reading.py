"""Runs are found again: straight from the file, and the same through MLflow's API."""

import pytest

from jupyter_mlstudio import EngineError, InvalidError, NotFoundError
from jupyter_mlstudio.experiments.reading.remote import ApiReader
from jupyter_mlstudio.experiments.types import RunColumn, RunEdit, RunQuery, RunState


@pytest.fixture
def several(studio):
    """Three runs of two experiments; the scores are out of order, one run has none."""
    ids = []
    for experiment, name, score in (("a", "one", 0.5), ("a", "two", 0.9), ("b", "three", None)):
        with studio.track(experiment, name=name, tags={"n": name}) as run:
            run.log_param("depth", len(ids) + 9)
            if score is not None:
                run.log_metric("score", score)
        ids.append(run.id)
    return ids


def names(table):
    return [run.name for run in table.items]


def test_a_project_without_runs_has_none(studio):
    assert studio.experiments.runs().items == []
    assert studio.experiments.experiments().items == []
    assert studio.experiments.direct
    assert not (studio.state / "mlflow.db").exists()


def test_runs_are_listed_newest_first_with_what_they_logged_by_column(studio, several):
    table = studio.experiments.runs()
    assert (names(table), table.total) == (["three", "two", "one"], 3)
    assert table.columns == [
        RunColumn(kind="param", name="depth", values=["11", "10", "9"]),
        RunColumn(kind="metric", name="score", values=[None, 0.9, 0.5]),
        RunColumn(kind="tag", name="n", values=["three", "two", "one"]),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (RunQuery(experiment="a"), ["two", "one"]),
        (RunQuery(search="THREE"), ["three"]),
        (RunQuery(search="nothing"), []),
        (RunQuery(state=RunState.FAILED), []),
        (RunQuery(state=RunState.FINISHED), ["three", "two", "one"]),
        (RunQuery(sort="metrics.score"), ["two", "one", "three"]),
        (RunQuery(sort="metrics.score", descending=False), ["one", "two", "three"]),
        (RunQuery(sort="params.depth", descending=False), ["one", "two", "three"]),
        (RunQuery(sort="name", descending=False), ["one", "three", "two"]),
        (RunQuery(limit=1), ["three"]),
        (RunQuery(sort="metrics.it's; --"), ["three", "two", "one"]),
    ],
)
def test_runs_are_filtered_and_sorted(studio, several, query, expected):
    assert names(studio.experiments.runs(query)) == expected


def test_the_runs_of_several_jobs_are_found_at_once(studio, monkeypatch):
    for job in ("first", "second", "third"):
        monkeypatch.setenv("MLSTUDIO_JOB", job)
        with studio.track("a", name=job):
            pass
    query = RunQuery(jobs=["first", "third"])
    assert names(studio.experiments.runs(query)) == ["third", "first"]
    assert ApiReader(studio.experiments.client()).runs(query) == studio.experiments.runs(query)


def test_mlflows_api_tells_the_same(studio, several, logged):
    direct, api = studio.experiments._reader, ApiReader(studio.experiments.client())
    assert api.runs(RunQuery()) == direct.runs(RunQuery())
    assert api.runs(RunQuery(experiment="a", search="one")) == direct.runs(RunQuery(experiment="a", search="one"))
    assert api.run(logged.id) == direct.run(logged.id)
    assert api.series(logged.id, "loss", 10) == direct.series(logged.id, "loss", 10)
    assert [e for e in api.experiments() if e.runs] == [e for e in direct.experiments() if e.runs]
    with pytest.raises(NotFoundError):
        api.run("nothing")


def test_a_file_that_is_no_store_is_told(studio):
    studio.state.mkdir(exist_ok=True)
    (studio.state / "mlflow.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(EngineError, match=r"mlflow\.db"):
        studio.experiments.runs()


def test_a_long_history_is_thinned_out_without_losing_a_spike(studio):
    with studio.track("x") as run:
        for step in range(5000):
            run.log_metric("loss", 1000 if step == 3333 else 1 / (step + 1))
    (series,) = studio.experiments.series([run.id], "loss", points=100).items
    assert (series.total, len(series.steps)) == (5000, 100)
    assert max(series.high) == 1000
    assert min(series.low) == 1 / 5000
    assert series.steps == sorted(series.steps)


def test_an_unknown_metric_has_no_points(studio, logged):
    (series,) = studio.experiments.series([logged.id], "nothing").items
    assert (series.total, series.values) == (0, [])


def test_artifacts_are_listed_and_read(studio, logged):
    assert ("notes", "folder") in [(entry.name, entry.kind) for entry in studio.experiments.artifacts(logged.id).items]
    (remark,) = studio.experiments.artifacts(logged.id, "notes").items
    assert (remark.path, remark.size) == ("notes/remark.txt", 5)


@pytest.mark.parametrize("path", ["../../../mlflow.db", "/etc/passwd", "notes/../../x"])
def test_a_path_out_of_the_artifacts_is_refused(studio, logged, path):
    with pytest.raises(InvalidError, match="outside"):
        studio.experiments.artifact_file(logged.id, path)


def test_a_link_out_of_the_artifacts_is_refused(studio, logged):
    notes = studio.state / "artifacts" / logged.id / "artifacts" / "notes"
    (notes / "link").symlink_to(studio.state / "mlflow.db")
    with pytest.raises(InvalidError, match="outside"):
        studio.experiments.artifact_file(logged.id, "notes/link")
    assert [entry.name for entry in studio.experiments.artifacts(logged.id, "notes").items] == ["remark.txt"]


def test_an_unknown_artifact_or_run_is_not_found(studio, logged):
    with pytest.raises(NotFoundError):
        studio.experiments.artifact_file(logged.id, "nothing.txt")
    with pytest.raises(NotFoundError):
        studio.experiments.artifacts("nothing")


def test_a_run_is_renamed_annotated_and_tagged(studio, logged):
    edited = studio.experiments.edit(
        logged.id, RunEdit(name="better", note="Now *good*.", tags={"team": None, "x": "1"})
    )
    assert (edited.name, edited.note, edited.tags) == ("better", "Now *good*.", {"x": "1"})


def test_tags_of_the_studio_itself_cannot_be_edited(studio, logged):
    with pytest.raises(InvalidError, match=r"mlstudio\.job"):
        studio.experiments.edit(logged.id, RunEdit(tags={"mlstudio.job": "x"}))


def test_a_deleted_run_is_gone_from_lists_until_it_is_restored(studio, logged):
    studio.experiments.delete(logged.id)
    assert studio.experiments.runs().items == []
    assert names(studio.experiments.runs(RunQuery(deleted=True))) == ["baseline"]
    assert studio.experiments.run(logged.id).deleted
    assert not studio.experiments.restore(logged.id).deleted
    assert names(studio.experiments.runs()) == ["baseline"]
