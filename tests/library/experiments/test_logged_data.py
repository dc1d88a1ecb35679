"""Datasets, recipes and models of a run."""

from pathlib import Path
from threading import Barrier, Thread

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from jupyter_mlstudio import InvalidError
from jupyter_mlstudio.core.trust import digest
from jupyter_mlstudio.experiments.keeping import example_of
from jupyter_mlstudio.experiments.types import Dataset


@pytest.fixture
def flights():
    random = np.random.default_rng(0)
    return pd.DataFrame({"carrier": random.choice(list("ABC"), 80), "distance": random.random(80) * 1000})


def fitted(model, flights):
    prepare = make_column_transformer((OrdinalEncoder(), ["carrier"]), remainder="passthrough")
    return make_pipeline(prepare, model).fit(flights, flights["distance"] > 500)


def test_data_are_told_apart_by_their_digest(studio, flights):
    with studio.track("x") as run:
        first = run.log_dataset(flights, name="flights")
    with studio.track("x") as again:
        same = again.log_dataset(flights.copy(), name="flights")
        changed = again.log_dataset(flights.assign(distance=flights["distance"] + 1), name="other")
    assert first == same != changed
    assert studio.experiments.run(run.id).datasets == [
        Dataset(name="flights", digest=first, source="a DataFrame in memory", context="training", rows=80, columns=2)
    ]


def test_polars_frames_and_files_are_data_too(studio, flights):
    (studio.project / "flights.csv").write_text(flights.to_csv(index=False))
    with studio.track("x") as run:
        run.log_dataset(pl.from_pandas(flights), name="frame", source="flights.csv")
        run.log_dataset("flights.csv", name="file", context="test")
    frame, file = sorted(studio.experiments.run(run.id).datasets, key=lambda found: found.context, reverse=True)
    assert (frame.name, frame.source, frame.rows) == ("frame", "flights.csv", 80)
    assert (file.name, file.context, file.rows) == ("file", "test", None)


def test_something_that_is_no_data_is_refused(studio):
    with studio.track("x") as run, pytest.raises(InvalidError, match="DataFrame"):
        run.log_dataset([1, 2, 3])


def test_a_recipe_file_travels_with_the_run(studio):
    (studio.project / "late.recipe.json").write_text('{"version": 1, "steps": []}')
    with studio.track("x") as run:
        run.log_recipe("late.recipe.json")
    assert studio.experiments.run(run.id).recipe == "late.recipe.json"
    copy = Path(studio.experiments.artifact_file(run.id, "late.recipe.json"))
    assert copy.read_text() == '{"version": 1, "steps": []}'


@pytest.mark.parametrize("model", [RandomForestClassifier(5), HistGradientBoostingClassifier(max_iter=5)])
def test_a_saved_model_predicts_from_raw_rows_and_is_trusted(studio, flights, model):
    import mlflow

    pipeline = fitted(model, flights)
    with studio.track("x") as run:
        saved = run.log_model(pipeline, input_example=flights.head(3))
    assert studio.experiments.run(run.id).models == [saved]
    mlflow.set_tracking_uri(studio.tracking_uri)
    loaded = mlflow.pyfunc.load_model(saved.uri)
    assert loaded.metadata.signature.inputs.input_names() == ["carrier", "distance"]
    assert list(loaded.predict(flights)) == list(pipeline.predict(flights))
    folder = Path(studio.experiments.artifact_file(run.id, f"{saved.id}/MLmodel")).parent
    assert studio.trust.knows(digest(folder))
    assert "scikit-learn==" in (folder / "requirements.txt").read_text()


def test_a_saved_model_can_be_registered(studio, flights):
    import mlflow

    with studio.track("x") as run:
        saved = run.log_model(fitted(RandomForestClassifier(3), flights), input_example=flights.head(2))
    mlflow.set_tracking_uri(studio.tracking_uri)
    version = mlflow.register_model(saved.uri, "late")
    assert (version.version, version.run_id) == (1, run.id)


def test_the_example_taken_from_training_data_has_a_row_for_each_column_with_missing_values(flights):
    table = pd.concat([flights.head(3)] * 10)  # with an index that says nothing
    table.iloc[20, table.columns.get_loc("distance")] = None
    example = example_of(fitted(HistGradientBoostingClassifier(max_iter=3), flights), table, None)
    assert (len(example), example["distance"].isna().sum()) == (6, 1)
    assert len(example_of(fitted(LogisticRegression(), flights), table, None)) == 5  # it cannot predict such rows


def test_a_model_that_cannot_predict_its_example_is_not_saved(studio, flights):
    pipeline = fitted(RandomForestClassifier(3), flights)
    with studio.track("x") as run, pytest.raises(InvalidError, match="carrier"):
        run.log_model(pipeline, input_example=flights[["distance"]].head(2))
    assert studio.experiments.run(run.id).models == []


def test_something_that_is_no_model_is_refused(studio):
    with studio.track("x") as run, pytest.raises(InvalidError, match="predict"):
        run.log_model({"not": "a model"})


def test_runs_that_log_the_same_data_at_the_same_moment_do_not_disturb_each_other(studio, flights):
    with studio.track("delays"):
        pass
    together, digests = Barrier(3), []

    def log():
        with studio.track("delays") as run:
            together.wait()
            digests.append(run.log_dataset(flights, name="flights"))

    threads = [Thread(target=log) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(digests) == 3
    assert len(set(digests)) == 1
