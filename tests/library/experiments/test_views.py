"""Saved views of the runs table, changes to many runs at once, and runs as a DataFrame."""

import math

import mlflow
import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.core.errors import ConflictError, InvalidError, NotFoundError, StudioError
from jupyter_mlstudio.experiments.types import RunEdit, RunQuery
from jupyter_mlstudio.experiments.views import Views
from jupyter_mlstudio.experiments.views_types import RunViewSort, RunViewSpec

BEST = RunViewSpec(
    name="Best first",
    filter="metrics.auc > 0.9",
    columns=["metric:auc", "param:größe, b"],
    pins=["metric:auc"],
    sorts=[RunViewSort(key="metric:auc", descending=True)],
    groups=["param:model"],
)


@pytest.fixture
def views(tmp_path):
    return Views(tmp_path / ".mlstudio" / "studio.db")


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    changes = []
    opened = Studio.open(tmp_path_factory.mktemp("project"), publish=changes.append)
    opened.changes = changes
    client = opened.experiments.client()
    late, early = client.create_experiment("late"), client.create_experiment("early")
    for index in range(4):
        run = client.create_run(early if index == 3 else late, start_time=1000 * (index + 1), run_name=f"run {index}")
        client.log_param(run.info.run_id, "depth", index)
        client.log_param(run.info.run_id, "model", "rf")
        client.log_metric(run.info.run_id, "auc", [0.5, math.nan, math.inf, 0.9][index])
        if index == 0:
            client.set_tag(run.info.run_id, "team", "blue")
        client.set_terminated(run.info.run_id, end_time=1000 * (index + 1) + 500)
    return opened


def names(studio, **query):
    return [run.name for run in studio.experiments.runs(RunQuery(**query)).items]


def ids(studio):
    return [run.id for run in studio.experiments.runs().items]


def test_looking_for_views_leaves_no_file_behind(views, tmp_path):
    assert views.all().items == []
    assert list(tmp_path.iterdir()) == []


def test_a_view_is_kept_for_everybody_who_opens_the_project(views, tmp_path):
    added = views.add(BEST)
    other = views.add(RunViewSpec(name="all", kind="columns"))
    assert Views(tmp_path / ".mlstudio" / "studio.db").all().items == [other, added]
    assert added.spec == BEST


def test_a_view_gets_another_look_or_name(views):
    added = views.add(BEST)
    views.add(RunViewSpec(name="Other"))
    changed = views.replace(added.id, BEST.model_copy(update={"filter": ""}))
    assert (changed.id, changed.spec.filter, changed.created_at) == (added.id, "", added.created_at)
    with pytest.raises(ConflictError, match="'Other' exists already"):
        views.replace(added.id, RunViewSpec(name="Other"))
    views.remove(added.id)
    with pytest.raises(NotFoundError):
        views.remove(added.id)


def test_many_runs_are_deleted_and_restored_with_one_call_as_mlflow_does_it(studio):
    newest, second, *_ = before = ids(studio)
    studio.changes.clear()
    assert studio.experiments.bulk.delete([newest, second, "unknown"]).items == [newest, second]
    assert studio.experiments.bulk.delete([newest]).items == []
    assert [(change.id, change.change) for change in studio.changes] == [(newest, "removed"), (second, "removed")]
    assert names(studio) == ["run 1", "run 0"]
    client = mlflow.MlflowClient(studio.tracking_uri)
    assert client.get_run(newest).info.lifecycle_stage == "deleted"
    client.restore_run(newest)
    assert studio.experiments.bulk.restore([newest, second]).items == [second]
    assert ids(studio) == before
    assert client.get_run(second).info.lifecycle_stage == "active"


def test_many_runs_get_a_tag_and_what_failed_is_told(studio):
    first, *_ = ids(studio)
    changed = studio.experiments.bulk.tag([first, "unknown"], {"kept": "yes", "team": None})
    assert (changed.items, [failure.id for failure in changed.failures]) == ([first], ["unknown"])
    assert studio.experiments.run(first).tags == {"kept": "yes"}
    studio.experiments.bulk.tag([first], {"kept": None})
    with pytest.raises(InvalidError, match="kept by MLflow"):
        studio.experiments.bulk.tag([first], {"mlflow.user": "me"})


def test_a_changed_run_is_read_by_mlflow_as_it_was_meant(studio):
    first, *_ = ids(studio)
    studio.experiments.edit(first, RunEdit(name="named", note="a note", tags={"a/b c": "1", "gone": "2"}))
    studio.experiments.edit(first, RunEdit(tags={"gone": None}))
    run = mlflow.MlflowClient(studio.tracking_uri).get_run(first)
    assert (run.info.run_name, run.data.tags["mlflow.note.content"]) == ("named", "a note")
    assert (run.data.tags["mlflow.runName"], run.data.tags["a/b c"], "gone" in run.data.tags) == ("named", "1", False)
    with pytest.raises(StudioError):
        studio.experiments.edit(first, RunEdit(tags={"../up": "1"}))
    studio.experiments.edit(first, RunEdit(name="run 3", tags={"a/b c": None}))


def test_runs_are_a_data_frame_with_the_columns_of_search_runs(studio):
    frame = studio.runs("late")
    theirs = mlflow.MlflowClient(studio.tracking_uri)
    assert list(frame["name"]) == ["run 2", "run 1", "run 0"]
    assert list(frame["run_id"]) == [run.info.run_id for run in theirs.search_runs(["1"])]
    assert list(frame["params.depth"]) == [2, 1, 0]
    assert list(frame["params.model"]) == ["rf"] * 3
    assert frame["metrics.auc"].isna().tolist() == [False, True, False]
    assert frame["metrics.auc"].max() == math.inf
    assert frame["tags.team"].fillna("").tolist() == ["", "", "blue"]
    assert frame["duration"].tolist() == [0.5] * 3
    assert str(frame["started"].dt.tz) == "UTC"


def test_a_data_frame_of_runs_is_filtered_as_the_panel_is(studio):
    assert list(studio.runs(filter="metrics.auc >= 0.9")["name"]) == ["run 3", "run 2"]
    assert list(studio.runs(limit=1)["name"]) == ["run 3"]
    assert len(studio.runs("nothing")) == 0
    with pytest.raises(InvalidError, match="high"):
        studio.runs(filter="metrics.auc > high")
