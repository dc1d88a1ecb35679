"""The filter: the same table of cases as in the browser, and the same answers as MLflow's own search."""

import json
from pathlib import Path

import pytest

from jupyter_mlstudio import InvalidError, Studio
from jupyter_mlstudio.experiments.reading.packed import Packed
from jupyter_mlstudio.experiments.reading.table import TableQuery

CASES = json.loads(Path(__file__).with_name("filter_cases.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """A store with the runs of the cases, and the ids that MLflow has given them, under those of the cases."""
    studio = Studio.open(tmp_path_factory.mktemp("a project"))
    client = studio.experiments.client()
    return studio, {run["id"]: _logged(client, run) for run in CASES["runs"]}


def _logged(client, run):
    from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag

    experiment = client.get_experiment_by_name(run["experiment"])
    experiment_id = experiment.experiment_id if experiment else client.create_experiment(run["experiment"])
    tags = {**run["tags"], "mlflow.user": run["user"]}
    if "notebook" in run:
        tags["mlstudio.notebook"] = run["notebook"]
    run_id = client.create_run(experiment_id, run["started"], tags, run["name"]).info.run_id
    client.log_batch(
        run_id,
        metrics=[Metric(name, float(value), run["started"], 0) for name, value in run["metrics"].items()],
        params=[Param(name, value) for name, value in run["params"].items()],
        tags=[RunTag(name, value) for name, value in tags.items()],
    )
    inputs = [
        DatasetInput(Dataset(d["name"], d["digest"], "local", "{}"), [InputTag("mlflow.data.context", d["context"])])
        for d in run["datasets"]
    ]
    if inputs:
        client.log_inputs(run_id, inputs)
    if run["state"] != "running":
        client.set_terminated(run_id, run["state"].upper(), run["ended"])
    return run_id


def _renamed(text, ids):
    for ours, theirs in ids.items():
        text = text.replace(f"'{ours}'", f"'{theirs}'")
    return text


def _found(studio, ids, text):
    body = Packed(studio.experiments.reading.table(TableQuery(filter=_renamed(text, ids))))
    names = {theirs: ours for ours, theirs in ids.items()}
    return sorted(names[run] for run in body.header["own"]["id"])


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["filter"])
def test_a_filter_lets_the_right_runs_pass(searched, case):
    studio, ids = searched
    assert _found(studio, ids, case["filter"]) == case["fits"]


@pytest.mark.parametrize("case", [case for case in CASES["cases"] if case["mlflow"]], ids=lambda case: case["filter"])
def test_mlflow_says_the_same(searched, case):
    studio, ids = searched
    client = studio.experiments.client()
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    names = {theirs: ours for ours, theirs in ids.items()}
    found = client.search_runs(experiments, _renamed(case["filter"], ids))
    assert sorted(names[run.info.run_id] for run in found) == case["fits"]


@pytest.mark.parametrize("case", CASES["errors"], ids=lambda case: case["filter"])
def test_a_filter_that_makes_no_sense_is_told_with_its_place(searched, case):
    studio, _ = searched
    with pytest.raises(InvalidError, match=rf"^filter: .*\(at character {case['at'] + 1}\)$"):
        studio.experiments.reading.table(TableQuery(filter=case["filter"]))
