"""A store on another machine: everything goes through MLflow's REST API, to a real tracking server."""

import socket
import sys
import time
import warnings
from pathlib import Path

import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from jupyter_mlstudio import Recipe, Studio
from jupyter_mlstudio.core.errors import EngineError, InvalidError, NotFoundError
from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.experiments import server
from jupyter_mlstudio.experiments.provenance.recording import flush
from jupyter_mlstudio.experiments.types import Dataset, Param, RunEdit, RunQuery
from jupyter_mlstudio.registry.types import AliasSpec, RegisterSpec

FLIGHTS = pd.DataFrame({"distance": [1.0, 2.0, 3.0, 4.0], "hour": [0.0, 1.0, 0.0, 1.0]})
DELAYS = [1.0, 2.0, 3.0, 4.0]
EXPERIMENT = "late flights"


@pytest.fixture(scope="module")
def studio(tmp_path_factory, tracking_server):
    return Studio.open(tmp_path_factory.mktemp("a project"), tracking_uri=tracking_server)


@pytest.fixture(scope="module")
def script(studio):
    """The file that this process counts as started with: test runners start theirs in different ways."""
    file = studio.project / "train.py"
    file.write_text("print('training')\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["__main__"], "__file__", str(file), raising=False)
        yield file.name


@pytest.fixture(scope="module")
def logged(studio, script):
    """A run with everything that a run can have."""
    with (
        warnings.catch_warnings(action="ignore"),
        studio.track(EXPERIMENT, name="baseline", note="The *first* one.", tags={"team": "blue"}, autolog=False) as run,
    ):
        run.log_params({"depth": 3})
        for value in (0.7, 0.5, float("nan")):
            run.log_metric("loss", value)
        run.log_dataset(FLIGHTS, "flights", source="data/flights.csv")
        run.log_recipe(Recipe())
        run.log_text("hello", "notes/remark.txt")
        run.log_model(LinearRegression().fit(FLIGHTS, DELAYS), input_example=FLIGHTS.head(2))
    return run


def test_what_a_run_logs_is_told_by_the_server(studio, logged, tracking_server):
    listed = studio.experiments.experiments()
    assert (listed.store, listed.live) == (tracking_server, False)
    assert (EXPERIMENT, 1) in [(experiment.name, experiment.runs) for experiment in listed.items]
    table = studio.experiments.runs(RunQuery(experiment=EXPERIMENT))
    assert [row.id for row in table.items] == [logged.id]
    assert [(column.kind, column.name, column.values) for column in table.columns] == [
        ("param", "depth", ["3"]),
        ("metric", "loss", ["NaN"]),
        ("tag", "team", ["blue"]),
    ]
    run = studio.experiments.run(logged.id)
    assert (run.name, run.note, run.params) == ("baseline", "The *first* one.", [Param(name="depth", value="3")])
    assert [(metric.name, metric.value, metric.step) for metric in run.metrics] == [("loss", "NaN", 2)]
    assert [type(dataset) for dataset in run.datasets] == [Dataset]
    assert [model.name for model in run.models] == ["model"]
    (series,) = studio.experiments.series([logged.id], "loss").items
    assert (series.steps, series.values) == ([0, 1, 2], [0.7, 0.5, None])


def test_artifacts_are_listed_and_fetched_also_from_inside_a_model(studio, logged):
    flush()
    names = [entry.name for entry in studio.experiments.artifacts(logged.id).items]
    assert names == ["model", "notes", "provenance", "recipe.json"]
    (model,) = studio.experiments.run(logged.id).models
    assert f"{model.id}/MLmodel" in [entry.path for entry in studio.experiments.artifacts(logged.id, model.id).items]
    assert "sklearn" in Path(studio.experiments.artifact_file(logged.id, f"{model.id}/MLmodel")).read_text()
    assert Path(studio.experiments.artifact_file(logged.id, "notes/remark.txt")).read_text() == "hello"
    with pytest.raises(NotFoundError):
        studio.experiments.artifact_file(logged.id, "nothing.txt")
    with pytest.raises(InvalidError, match="leads out"):
        studio.experiments.artifact_file(logged.id, "../../mlflow.db")


def test_another_machine_knows_where_a_run_comes_from(logged, script, tracking_server, tmp_path):
    flush()
    other = Studio.open(tmp_path, tracking_uri=tracking_server)
    origin = other.experiments.provenance.origin(logged.id)
    assert (origin.missing, origin.script) == ([], script)
    assert "mlflow" in other.experiments.provenance.environment(logged.id)
    assert other.experiments.provenance.notebook(logged.id)["cells"]


def test_a_run_is_edited_deleted_and_restored(studio):
    with studio.track("bin", name="short") as run:
        run.log_metric("loss", 1.0)
    edited = studio.experiments.edit(run.id, RunEdit(name="better", tags={"team": "red"}))
    assert (edited.name, edited.tags) == ("better", {"team": "red"})
    studio.experiments.delete(run.id)
    here = RunQuery(experiment="bin")
    assert studio.experiments.runs(here).total == 0
    assert studio.experiments.runs(here.model_copy(update={"deleted": True})).total == 1
    assert not studio.experiments.restore(run.id).deleted
    assert studio.experiments.runs(here).total == 1
    with pytest.raises(NotFoundError, match=r"^Run with id=.* not found"):
        studio.experiments.run("0" * 32)


def test_a_model_is_registered_fetched_and_deployed(studio, logged):
    version = studio.registry.register(RegisterSpec(name="delay", run_id=logged.id, aliases=["champion"]))
    assert (version.version, version.aliases, version.run_id) == (1, ["champion"], logged.id)
    assert [model.name for model in studio.registry.models().items] == ["delay"]
    assert studio.registry.logged(logged.id).items[0].registered == [ModelRef(name="delay", version=1)]
    studio.registry.set_alias("delay", "shadow", AliasSpec(version=1))
    endpoint = studio.deploy("models:/delay@shadow", "live")  # trusted: this project has logged it
    try:
        assert endpoint.predict(FLIGHTS) == pytest.approx(DELAYS)
    finally:
        studio.serving.remove(endpoint.id)
    studio.registry.delete("delay")
    assert studio.registry.models().items == []


def test_a_model_that_others_logged_is_not_loaded_unasked(studio, logged, tmp_path):
    other = Studio.open(tmp_path, tracking_uri=studio.tracking_uri)
    with pytest.raises(InvalidError, match="not known to come from this project"):
        other.deploy(logged.id, "live")
    assert other.serving.endpoints().items == []


def test_a_server_that_is_down_is_named_at_once_without_its_password(tmp_path):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
        studio = Studio.open(tmp_path, tracking_uri=f"http://ann:secret@{address}")
        begun = time.monotonic()
        for ask in (studio.experiments.experiments, studio.registry.models, studio.track(EXPERIMENT).__enter__):
            with pytest.raises(EngineError, match=f"http://{address} does not answer") as failed:
                ask()
            assert failed.value.code == "store_unreachable"
            assert "secret" not in str(failed.value)
        assert time.monotonic() - begun < 10


def test_a_server_that_says_nothing_is_not_waited_for_long(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        studio = Studio.open(tmp_path, tracking_uri=f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(EngineError, match="timed out"):
            studio.experiments.experiments()


def test_a_server_that_goes_away_in_between_is_named_too(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
        studio = Studio.open(tmp_path, tracking_uri=f"http://ann:secret@{address}")
        monkeypatch.setattr(studio.experiments._server, "_answered", time.monotonic())  # as if it had just answered
        with pytest.raises(EngineError, match=f"^The tracking server http://{address} does not answer") as failed:
            studio.registry.models()
        assert "secret" not in str(failed.value)
