"""What a run keeps beside numbers opens in MLflow as well; runs without a block, as functions, and read again."""

import asyncio
import json
import math
import struct
import subprocess
import sys
import zlib

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.linear_model import Ridge

from jupyter_mlstudio import ConflictError, InvalidError, NotFoundError, Studio
from jupyter_mlstudio.experiments.evaluation import predictions
from jupyter_mlstudio.experiments.types import RunState

TABLE = pd.DataFrame({"city": ["Ulm", None], "late": [3, 4]})
PIXELS = np.linspace(0, 1, 24).reshape(2, 4, 3)


def pixels(path):
    """Read a PNG of eight bits without filters."""
    content = path.read_bytes()
    width, height, _, colours = struct.unpack(">IIBB", content[16:26])
    size = int.from_bytes(content[33:37], "big")
    values = {0: 1, 2: 3, 4: 2, 6: 4}[colours]
    lines = np.frombuffer(zlib.decompress(content[41 : 41 + size]), np.uint8).reshape(height, 1 + width * values)
    return lines[:, 1:].reshape(height, width, values)


def test_a_table_is_opened_by_wrangling_and_by_mlflow(studio, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", studio.tracking_uri)
    with studio.track("x") as run:
        run.log_table(TABLE, "tables/late")
        run.log_table(pl.from_pandas(TABLE), "only.parquet")
        run.log_table({"a": [1, 2]}, "only.json")
    kept = studio.run(run)
    assert kept.table("tables/late").equals(TABLE)
    assert [entry.name for entry in kept.artifacts()] == ["tables", "only.json", "only.parquet"]
    client = studio.experiments.client()
    loaded = client.load_table(run.experiment_id, "tables/late.json", [run.id])
    assert loaded["late"].tolist() == [3, 4]
    tag = client.get_run(run.id).data.tags["mlflow.loggedArtifacts"]
    assert [each["path"] for each in json.loads(tag)] == ["tables/late.json", "only.parquet", "only.json"]


def test_something_that_is_no_table_is_refused(studio):
    with studio.track("x") as run, pytest.raises(InvalidError, match="DataFrame"):
        run.log_table([1, 2])


@pytest.mark.parametrize("shape", [(2, 4), (2, 4, 1), (2, 4, 2), (2, 4, 3), (2, 4, 4)])
def test_pictures_are_kept_whatever_they_are_made_of(studio, shape):
    image = np.linspace(0, 1, math.prod(shape)).reshape(shape)
    with studio.track("x") as run:
        run.log_image(image, "face")
    expected = np.rint(image * 255).astype(np.uint8).reshape(*shape[:2], -1)
    assert np.array_equal(pixels(studio.run(run).file("face.png")), expected)


def test_pictures_with_a_step_are_kept_as_mlflow_keeps_them(studio):
    with studio.track("x") as run:
        run.log_image(PIXELS, "val/face", step=3)
        run.log_image((PIXELS * 255).astype(np.uint8), "val/face", step=4)
        with pytest.raises(InvalidError, match="picture"):
            run.log_image(np.zeros((2, 2, 7)), "odd")
    names = [entry.name for entry in studio.run(run).artifacts("images")]
    assert {"+".join(name.split("+")[:3]) for name in names} == {"val~face+step+3", "val~face+step+4"}
    assert sorted(name.rpartition("+")[2] for name in names if name.endswith(".webp")) == ["compressed.webp"] * 2
    assert studio.experiments.client().get_run(run.id).data.tags["mlflow.loggedImages"] == "True"


def test_dictionaries_and_predictions_are_kept(studio):
    with studio.track("x") as run:
        run.log_dict({"a": [1, {"ä": None}]}, "made/of.json")
        run.log_dict({"b": 2}, "of.yaml")
        run.log_predictions([0, 1, 1], y_score=[0.2, 0.7, 0.4])
        with pytest.raises(InvalidError, match="y_pred or y_score"):
            run.log_predictions([0, 1])
    kept = studio.run(run)
    assert json.loads(kept.file("made/of.json").read_text(encoding="utf-8")) == {"a": [1, {"ä": None}]}
    assert kept.file("of.yaml").read_text() == "b: 2\n"
    assert predictions.read(kept.file(predictions.PATH)).predicted.tolist() == ["0", "1", "0"]


def test_no_file_leads_out_of_the_run(studio):
    with studio.track("x") as run, pytest.raises(InvalidError, match="leads out"):
        run.log_text("x", "../../mlflow.db")


def test_folders_are_kept_and_nothing_unfinished_is(studio):
    folder = studio.project / "report"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "page.html").write_text("hello")
    with studio.track("x") as run:
        run.log_artifact("report")
        with pytest.raises(InvalidError, match="figure"):
            run.log_figure("no figure", "plot.png")
    kept = studio.run(run)
    assert kept.file("report/inner/page.html").read_text() == "hello"
    assert [entry.name for entry in kept.artifacts()] == ["report"]


def test_a_run_without_a_block_goes_on_across_cells_until_it_ends(studio):
    run = studio.track("cells").start()
    assert studio.open_run is run
    run.log_metric("loss", 1.0)
    with studio.track("cells") as inner:
        Ridge().fit([[1.0], [2.0]], [1.0, 2.0])
    assert studio.run(inner).details.parent == run.id
    Ridge(5.0).fit([[1.0], [2.0]], [1.0, 2.0])
    run.end()
    assert (studio.run(run).state, studio.run(run).params["alpha"]) == (RunState.FINISHED, "5.0")
    assert studio.open_run is None
    with pytest.raises(ConflictError, match="start"):
        run.end()


def test_a_cell_that_is_run_again_ends_the_run_that_it_had_begun(studio):
    first, second = (studio.track("cells").start() for _ in range(2))
    assert (studio.run(first).state, studio.run(second).state) == (RunState.FINISHED, RunState.RUNNING)
    assert studio.run(second).details.parent is None
    second.end("failed")
    assert studio.run(second).state is RunState.FAILED


@pytest.mark.parametrize(("last", "state"), [("", RunState.FINISHED), ("1 / 0", RunState.FAILED)])
def test_a_run_that_a_script_leaves_open_ends_with_it(tmp_path, last, state):
    script = (
        "from jupyter_mlstudio import Studio\n"
        f"run = Studio.open({str(tmp_path)!r}).track().start()\n"
        f"run.log_metric('loss', 0.5)\nprint(run.id, flush=True)\n{last}\n"
    )
    (tmp_path / "train.py").write_text(script)
    done = subprocess.run([sys.executable, "train.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    run = Studio.open(tmp_path).run(done.stdout.strip())
    assert (run.state, run.metrics, run.experiment) == (state, {"loss": 0.5}, "train")


def test_each_call_of_a_decorated_function_is_a_run(studio):
    @studio.track("functions", name="train")
    def train(depth, *, rate=0.1, frame=None):
        """Train."""
        studio.open_run.log_metric("score", depth * rate)
        return depth

    @studio.track("functions", name="later")
    async def later(depth):
        return depth + 1

    assert (train(3, frame=TABLE), train(4), train.__doc__, asyncio.run(later(1))) == (3, 4, "Train.", 2)
    found = [studio.run(row.id) for row in studio.experiments.runs().items]
    assert sorted((run.name, str(run.params), run.metrics.get("score")) for run in found) == [
        ("later", "{'depth': '1'}", None),
        ("train", "{'depth': '3', 'rate': '0.1'}", pytest.approx(0.3)),
        ("train", "{'depth': '4', 'frame': 'None', 'rate': '0.1'}", pytest.approx(0.4)),
    ]
    with pytest.raises(TypeError):
        train()


def test_the_notebook_names_the_experiment_if_nobody_does(studio, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", str(studio.project / "late flights.ipynb"))
    with studio.track() as run:
        pass
    assert studio.run(run).experiment == "late flights"


def test_what_the_machine_does_is_logged_by_mlflows_names(studio):
    with studio.track("system", system_metrics=0.1) as run:
        run.flush()
    found = studio.run(run).metrics
    assert {
        "system/cpu_utilization_percentage",
        "system/system_memory_usage_megabytes",
        "system/system_memory_usage_percentage",
        "system/disk_usage_percentage",
        "system/disk_usage_megabytes",
        "system/disk_available_megabytes",
        "system/network_receive_megabytes",
        "system/network_transmit_megabytes",
    } <= found.keys()
    assert 0 < found["system/system_memory_usage_percentage"] <= 100


def test_a_run_is_read_by_a_handle(studio, logged):
    run = studio.run(logged.id)
    assert (run.name, run.experiment, run.note, run.tags) == (
        "baseline",
        "late flights",
        "The *first* one.",
        {"team": "blue"},
    )
    assert (run.params, run.metrics) == ({"depth": "3", "rate": "0.1"}, {"auc": 0.91, "loss": 0.4})
    assert run.history("loss")["value"].tolist() == [0.7, 0.5, 0.4]
    assert str(run.history("loss")["time"].dtype).endswith("UTC]")
    assert run.started_at <= run.ended_at
    assert repr(run) == "<Run 'baseline' of 'late flights': finished>"
    with pytest.raises(NotFoundError, match="Its metrics: auc, loss"):
        run.history("accuracy")
    with pytest.raises(NotFoundError):
        studio.run("nobody")
    with pytest.raises(NotFoundError, match="no model"):
        run.load_model()
    with pytest.raises(InvalidError, match="minimal"):
        run.notebook("whole")


def test_a_model_is_loaded_again_if_this_project_has_made_it(studio, tmp_path):
    rows = pd.DataFrame({"x": [1.0, 2.0]})
    with studio.track("model") as run:
        run.log_model(Ridge().fit(rows, [1.0, 2.0]), input_example=rows)
    assert studio.run(run).load_model().predict(rows).shape == (2,)
    other = Studio.open(tmp_path, tracking_uri=studio.tracking_uri)
    with pytest.raises(InvalidError, match="trust=True"):
        other.run(run.id).load_model()
    assert other.run(run.id).load_model("model", trust=True).predict(rows).shape == (2,)


def test_what_is_no_number_is_refused_as_a_metric(studio):
    with studio.track("x") as run, pytest.raises(InvalidError, match="loss: a metric is a number"):
        run.log_metric("loss", "low")
