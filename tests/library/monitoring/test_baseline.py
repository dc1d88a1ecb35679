"""The profile of the training data that travels with a model."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
from conftest import flights, late

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.introductions import check_rules
from jupyter_mlstudio.monitoring.baseline import read
from jupyter_mlstudio.studio import Studio


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return Studio.open(tmp_path_factory.mktemp("project"))


@pytest.fixture
def logged(project, model):
    """Logs the model with these arguments, and returns the folder of its baseline and the digest that is trusted."""

    def log(**given):
        before = given.pop("dataset", None)
        with project.track("late") as run:
            if before is not None:
                run.log_dataset(before)
            run.log_model(model, **given)
        folder = project.registry.logged_folder(run.id, lambda: None)
        return folder / "mlstudio"

    return log


def test_the_training_data_is_profiled_with_its_target_and_the_models_answers(logged):
    table = flights(3000)
    place = logged(training_data=table.assign(late=late(table)))
    found = read(place)
    assert (found.source, found.rows, found.problem, found.classes) == (
        "training_data", 3000, "classification", ["late", "on time"],
    )  # fmt: skip
    assert {column.name: column.kind for column in found.columns} == {
        "distance": "number", "wind": "number", "carrier": "category", "day": "category",
    }  # fmt: skip
    assert (found.target.name, found.prediction.kind) == ("late", "category")
    assert found.columns[0].numbers.mean == pytest.approx(table["distance"].mean())
    sample, beside = pl.read_parquet(place / "sample.parquet"), pl.read_parquet(place / "answers.parquet")
    assert (sample.columns, sample.height) == (list(table.columns), 2000)
    assert (beside.columns, beside.height) == (["prediction", "target"], 2000)
    agree = (beside["prediction"] == beside["target"]).mean()
    assert agree > 0.9, "answers and targets belong to the rows of the sample"
    assert not place.parent.joinpath("input_example.json").read_text().count('"late"'), "the example has no target"


def test_a_registered_version_brings_its_baseline_along(project, model):
    from jupyter_mlstudio.core.refs import ModelRef
    from jupyter_mlstudio.registry.types import RegisterSpec

    with project.track("late") as run:
        run.log_model(model, training_data=flights(200))
    version = project.registry.register(RegisterSpec(name="late", run_id=run.id))
    folder = project.registry.version_folder(ModelRef(name="late", version=version.version), lambda: None)
    assert read(folder / "mlstudio").rows == 200


def test_the_frame_that_the_run_logged_is_taken_for_want_of_better(logged):
    assert read(logged(dataset=flights(300), input_example=flights(3))).source == "dataset"


def test_an_input_example_is_said_to_be_one(logged):
    found = read(logged(input_example=flights(3)))
    assert (found.source, found.rows) == ("input_example", 3)


def test_a_model_without_anything_has_no_baseline(logged):
    assert read(logged()) is None


def test_no_row_is_kept_where_none_may_be(logged, tmp_path, model):
    place = logged(training_data=flights(300), keep_sample=False)
    assert sorted(path.name for path in place.iterdir()) == ["baseline.json"]
    strict = Studio.open(tmp_path, keep_training_sample=False)
    with strict.track("late") as run:
        run.log_model(model, training_data=flights(300))
    folder = strict.registry.logged_folder(run.id, lambda: None)
    assert read(folder / "mlstudio").sample_rows == 0
    assert not (folder / "mlstudio" / "sample.parquet").exists()


def test_free_text_leaves_no_word_in_the_profile(tmp_path, model):
    from jupyter_mlstudio.introductions import keep_baseline

    table = flights(300).assign(remark=[f"private {number}" for number in range(300)])
    keep_baseline(tmp_path, object(), table, "training_data", None, False)
    assert "private" not in (tmp_path / "mlstudio" / "baseline.json").read_text()


def test_a_target_that_is_not_there_is_told(logged):
    with pytest.raises(InvalidError, match="target: training_data has no column 'late'"):
        logged(training_data=flights(30), target="late")
    with pytest.raises(InvalidError, match="DataFrame"):
        logged(training_data="flights.csv", input_example=flights(3))


def test_columns_of_mixed_types_are_profiled_as_text(tmp_path):
    from jupyter_mlstudio.introductions import keep_baseline

    table = pd.DataFrame({"x": [1, "two", None, 3.5] * 20, "y": pd.date_range("2020", periods=80)})
    keep_baseline(tmp_path, object(), table, "training_data", None, True)
    content = json.loads((tmp_path / "mlstudio" / "baseline.json").read_text())
    assert [(column["name"], column["kind"]) for column in content["columns"]] == [("x", "category"), ("y", "time")]


def test_the_recipe_of_a_pipeline_travels_with_its_rules(project):
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline

    from jupyter_mlstudio import Recipe
    from jupyter_mlstudio.wrangling.transformer import RecipeTransformer

    steps = [{"op": "select", "columns": ["distance", "wind"]}]
    rules = [
        {"kind": "range", "column": "wind", "least": 0, "most": 80},
        {"kind": "missing", "column": "late", "severity": "warn"},
        {"kind": "rows", "least": 5},
    ]
    recipe = Recipe.model_validate({"steps": steps, "rules": rules})
    table = flights(500)
    pipeline = make_pipeline(RecipeTransformer(recipe), LinearRegression()).fit(table, table["wind"])
    with project.track("wind") as run:
        run.log_model(pipeline, training_data=table)
    folder = project.registry.logged_folder(run.id, lambda: None)
    text = (folder / "mlstudio" / "recipe.json").read_text()
    [found] = check_rules(text, pl.from_pandas(flights(100)).with_columns(wind=pl.lit(99.0)))
    assert (found.state, found.failing) == ("broken", 100)
    [found] = check_rules(text, pl.from_pandas(flights(100)))
    assert found.state == "kept"


def test_a_frame_of_polars_will_do(logged):
    assert read(logged(training_data=pl.from_pandas(flights(60)))).rows == 60
    assert np.isfinite(read(logged(training_data=pl.from_pandas(flights(60)))).columns[0].numbers.std)
