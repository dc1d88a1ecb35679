"""Runs that other tools have written; the files were made by TensorBoard, tensorboardX and W&B themselves."""

import json
import math
import shutil
import sqlite3
from pathlib import Path

import polars as pl
import pytest

from jupyter_mlstudio import InvalidError, Studio
from jupyter_mlstudio.experiments.importing.types import FoundRun, ImportSpec
from jupyter_mlstudio.experiments.types import RunQuery

FILES = Path(__file__).parent / "imports"


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    project = tmp_path_factory.mktemp("a project")
    for name in ("tensorboard", "keras", "wandb"):
        shutil.copytree(FILES / name, project / name)
    return Studio.open(project)


def values(studio, run_id, metric):
    [series] = studio.experiments.series([run_id], metric).items
    return list(zip(series.steps, series.values, strict=True))


def test_event_files_become_runs_with_hparams_texts_and_pictures(studio):
    report = studio.experiments.importing.tensorboard("tensorboard", experiment="boards")
    assert [(run.name, run.state, run.points, run.left_out) for run in report.items] == [
        ("first", "new", 27, ["Left out: histograms (1)."]),
        ("second", "new", 27, ["Left out: histograms (1)."]),
    ]
    run = studio.experiments.run(report.items[0].run_id)
    assert {param.name: param.value for param in run.params} == {"lr": "0.1", "model": "cnn", "bn": "True"}
    metrics = {metric.name: metric.value for metric in run.metrics}
    assert metrics["odd"] == "Infinity"
    assert metrics["hp/acc"] == pytest.approx(0.9)
    points = values(studio, run.id, "acc__val_")
    assert [step for step, _ in points] == list(range(12))
    assert points[6][1] == pytest.approx(0.5)
    assert run.started_at.timestamp() == 1.7e9
    text = Path(studio.experiments.artifact_file(run.id, "text/notes.md")).read_text()
    assert text == "hello *there*"
    assert studio.experiments.artifacts(run.id, "images/pic").items[0].name == "4.png"


def test_importing_again_doubles_nothing_and_extends_what_has_grown(studio):
    again = studio.experiments.importing.tensorboard("tensorboard", experiment="boards")
    assert [run.state for run in again.items] == ["unchanged", "unchanged"]
    events = next((studio.project / "tensorboard" / "second").glob("*.box"))
    shutil.copy(events, events.with_name("events.out.tfevents.1999999999.box"))
    grown = studio.experiments.importing.tensorboard("tensorboard", experiment="boards")
    assert [(run.name, run.state) for run in grown.items] == [("first", "unchanged"), ("second", "extended")]
    assert len(studio.experiments.runs(RunQuery(experiment="boards")).items) == 2
    assert len(values(studio, grown.items[1].run_id, "loss/train")) == 12


def test_scalars_of_tensorflow_2_are_tensors_with_one_number(studio):
    [run] = studio.experiments.importing.tensorboard("keras").items
    assert [value for _, value in values(studio, run.run_id, "epoch_loss")] == pytest.approx([1, 0.5, 1 / 3, 0.25, 0.2])
    assert studio.experiments.run(run.run_id).experiment == "keras"


def test_a_log_of_wandb_becomes_a_run_of_its_project(studio):
    [done] = studio.experiments.importing.wandb("wandb").items
    run = studio.experiments.run(done.run_id)
    assert (run.name, run.experiment, run.note, run.state) == ("brave-sun-1", "digits", "The *first* one.", "finished")
    params = {param.name: param.value for param in run.params}
    assert params == {"lr": "0.1", "layers": "[32, 16]", "optim.name": "adam", "optim.beta": "0.9"}
    assert (run.tags["group"], run.tags["job_type"], run.tags["wandb.tags"]) == ("g1", "train", "first, small")
    loss = [None if value is None else round(value, 3) for _, value in values(studio, run.id, "loss")]
    assert loss == [1.0, 0.5, 0.333, None, None, 0.167]
    assert {metric.name for metric in run.metrics} == {"loss", "val/acc", "eval.f1", "best"}
    assert len(studio.experiments.artifacts(run.id, "media/images").items) == 1
    assert studio.experiments.importing.any("wandb").items[0].state == "unchanged"


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_an_exported_history_becomes_a_run(studio, form):
    folder = studio.project / "exported" / form
    folder.mkdir(parents=True)
    table = pl.DataFrame({"_step": [0, 10], "_timestamp": [1.7e9, 1.7e9 + 1], "loss": [0.5, 0.25], "who": ["a", "b"]})
    if form == "csv":
        table.write_csv(folder / "history.csv")
    elif form == "jsonl":
        table.write_ndjson(folder / "history.jsonl")
    else:
        table.write_parquet(folder / "history.parquet")
    (folder / "config.json").write_text(json.dumps({"lr": 0.1, "form": form, "net": {"size": 3}}))
    (folder / "summary.json").write_text(json.dumps({"loss": 0.25, "best": 0.2, "_runtime": 3}))
    [done] = studio.experiments.importing.wandb(f"exported/{form}", experiment="exports").items
    run = studio.experiments.run(done.run_id)
    assert (run.name, run.started_at.timestamp()) == (form, 1.7e9)
    assert values(studio, run.id, "loss") == [(0, 0.5), (10, 0.25)]
    assert {param.name: param.value for param in run.params} == {"lr": "0.1", "form": form, "net.size": "3"}
    assert {metric.name for metric in run.metrics} == {"loss", "best"}


def test_a_chart_exported_as_csv_holds_several_runs(studio):
    (studio.project / "chart.csv").write_text(
        "Step,brave-sun - val/acc,brave-sun - val/acc__MIN,dry-sea - val/acc\n0,0.1,0.1,\n1,0.2,0.2,0.7\n"
    )
    report = studio.experiments.importing.wandb("chart.csv")
    assert [(run.name, run.points) for run in report.items] == [("brave-sun", 2), ("dry-sea", 1)]
    assert values(studio, report.items[1].run_id, "val/acc") == [(1, 0.7)]


def test_a_log_that_is_cut_off_is_read_as_far_as_it_goes(studio):
    log = next((FILES / "wandb").rglob("*.wandb"))
    folder = studio.project / "killed" / "wandb" / "run-1"
    folder.mkdir(parents=True)
    (folder / "run-killed.wandb").write_bytes(log.read_bytes()[:4000])
    [done] = studio.experiments.importing.wandb("killed").items
    assert studio.experiments.run(done.run_id).state == "killed"
    (folder / "run-other.wandb").write_bytes(b"nothing of the kind")
    with pytest.raises(InvalidError, match="no log of W&B"):
        studio.experiments.importing.wandb("killed")


def test_an_import_in_the_background_tells_how_far_it_is(studio):
    found = studio.experiments.importing.look("keras")
    assert (found.kind, found.experiment) == ("tensorboard", "keras")
    assert found.items == [FoundRun(name="train", source="train", size=436)]
    begun = studio.experiments.importing.start(ImportSpec(path="keras", experiment="later"))
    while studio.experiments.importing.report(begun.id).state == "running":
        pass
    done = studio.experiments.importing.report(begun.id)
    assert (done.state, done.experiment, [run.name for run in done.items]) == ("succeeded", "later", ["train"])
    with pytest.raises(InvalidError, match="neither"):
        studio.experiments.importing.look(".mlstudio")
    with pytest.raises(InvalidError, match="outside"):
        studio.experiments.importing.look("..")


def test_an_import_that_was_killed_goes_on_with_the_same_run(studio):
    """The digest of the source is written last: a run without it is not done."""
    [done] = studio.experiments.importing.tensorboard("keras", experiment="cut").items
    with sqlite3.connect(studio.state / "mlflow.db") as store:
        store.execute("DELETE FROM tags WHERE key = 'mlstudio.import_digest' AND run_uuid = ?", (done.run_id,))
        store.execute("DELETE FROM metrics WHERE run_uuid = ? AND step > 2", (done.run_id,))
    store.close()
    [again] = studio.experiments.importing.tensorboard("keras", experiment="cut").items
    assert (again.run_id, again.state) == (done.run_id, "extended")
    assert len(values(studio, done.run_id, "epoch_loss")) == 5
    assert not math.isnan(values(studio, done.run_id, "epoch_loss")[-1][1])
