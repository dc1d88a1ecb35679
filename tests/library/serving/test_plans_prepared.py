"""Preparation on disk: what a worker opens, what it refuses to load, and what a recipe in front does."""

import json
import os
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import yaml
from planned import by_column, model_of, numbers, rows_of, target
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from jupyter_mlstudio import Recipe, steps
from jupyter_mlstudio.core.trust import digest
from jupyter_mlstudio.serving.runtime.mlmodel import NoModelError
from jupyter_mlstudio.serving.runtime.order import Limits, Order, Variant
from jupyter_mlstudio.serving.runtime.plans.packing import PREPARED
from jupyter_mlstudio.serving.runtime.predictors import open_predictor
from jupyter_mlstudio.serving.runtime.prepare import prepare
from jupyter_mlstudio.serving.runtime.question import Rows
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.wrangling.transformer import RecipeTransformer


@pytest.fixture
def variant(tmp_path):
    """Makes a deployment of a model file."""

    def make(content: bytes, form: str, name: str, *, trusted: bool) -> Variant:
        folder = tmp_path / name.replace(".", "_")
        folder.mkdir()
        (folder / name).write_bytes(content)
        (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": {"mlstudio": {"format": form, "file": name}}}))
        return Variant(1, name, str(folder), str(tmp_path / f"plan of {name}"), digest(folder), trusted)

    return make


@pytest.fixture
def forest(variant):
    frame = numbers(200)
    estimator = RandomForestClassifier(5, random_state=0).fit(frame, target(frame))
    return estimator, variant(pickle.dumps(estimator), "pickle", "forest.pkl", trusted=True)


def test_a_prepared_model_answers_from_its_arrays_and_is_not_loaded(forest, tmp_path):
    estimator, deployed = forest
    prepare(deployed, tmp_path)
    (tmp_path / "forest_pkl" / "forest.pkl").unlink()
    predictor = open_predictor(deployed, tmp_path, Limits())
    frame = numbers(40, seed=3)
    found = predictor.predict(rows_of(frame), "predict_proba", {})
    assert found.tolist() == estimator.predict_proba(frame).tolist()
    assert predictor.classes == ("no", "yes")
    assert (predictor.way.name, predictor.version) == ("compiled", "1")
    assert predictor.quick == {"predict", "predict_proba", "predict_log_proba"}
    assert 0 < predictor.seconds(1) < predictor.seconds(100_000)


def test_a_worker_of_a_compiled_model_imports_no_engine(forest, tmp_path):
    _, deployed = forest
    prepare(deployed, tmp_path)
    program = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from jupyter_mlstudio.serving.runtime.order import Limits, Variant\n"
        "from jupyter_mlstudio.serving.runtime.predictors import open_predictor\n"
        "from jupyter_mlstudio.serving.runtime.question import Rows\n"
        "predictor = open_predictor(Variant(**json.loads(sys.argv[1])), Path('.'), Limits())\n"
        "predictor.predict(Rows(1, cells=[(0.1, 0.2, 0.3, 0.4)]), 'predict', {})\n"
        "print([name for name in ('sklearn', 'pandas', 'scipy', 'mlflow', 'polars', 'yaml') if name in sys.modules])\n"
    )
    command = [sys.executable, "-c", program, json.dumps(vars(deployed))]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_preparing_by_an_order_leaves_a_plan_or_the_reason(forest, tmp_path):
    _, deployed = forest
    gone = Variant(2, "gone", str(tmp_path / "nowhere"), str(tmp_path / "plan of nothing"), "", True)
    order = Order("e1", "late", str(tmp_path), str(tmp_path), 1, (deployed, gone))
    (tmp_path / "order.json").write_text(order.text())
    command = [sys.executable, "-m", "jupyter_mlstudio.serving.runtime.prepare", str(tmp_path / "order.json")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    report = json.loads((tmp_path / "plan of forest.pkl" / PREPARED).read_text())
    assert (report["digest"], report["report"]["way"]) == (deployed.digest, "compiled")
    reason = json.loads((tmp_path / "plan of nothing" / "failed.json").read_text())
    assert reason == {"message": "The folder holds no MLmodel file, so it is no MLflow model."}


def test_without_a_plan_the_original_answers(forest, tmp_path):
    estimator, deployed = forest
    predictor = open_predictor(deployed, tmp_path, Limits())
    frame = numbers(5, seed=3)
    assert predictor.way.name == "original"
    assert predictor.predict(rows_of(frame), "predict", {}).tolist() == estimator.predict(frame).tolist()
    with pytest.raises(RefusedError, match="no predict_method 'transform'"):
        predictor.predict(rows_of(frame), "transform", {})
    with pytest.raises(RefusedError, match="'speed' is not known"):
        predictor.predict(rows_of(frame), "predict", {"speed": 1})


def test_a_model_that_was_changed_is_not_loaded(forest, tmp_path):
    _, deployed = forest
    with (tmp_path / "forest_pkl" / "forest.pkl").open("ab") as file:
        file.write(b" ")
    with pytest.raises(NoModelError, match="were changed after it was deployed"):
        prepare(deployed, tmp_path)


class Burglar:
    def __init__(self, mark: str) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (self.mark,)


@pytest.mark.parametrize(("form", "name"), [("pickle", "m.pkl"), ("pickle", "m.joblib"), ("skops", "m.skops")])
def test_preparing_a_model_from_elsewhere_runs_nothing_of_it(variant, tmp_path, form, name):
    mark = str(tmp_path / "was here")
    deployed = variant(pickle.dumps(Burglar(mark)), form, name, trusted=False)
    with pytest.raises(Exception, match=r"from elsewhere|zip"):
        prepare(deployed, tmp_path)
    assert not (tmp_path / "was here").exists()


def test_a_skops_file_with_a_class_that_nobody_vetted_is_refused_by_name(variant, tmp_path):
    import skops.io
    from sklearn.preprocessing import FunctionTransformer

    strange = skops.io.dumps(make_pipeline(FunctionTransformer(os.path.join), Ridge()))
    with pytest.raises(NoModelError, match=r"posixpath\.join"):
        prepare(variant(strange, "skops", "strange.skops", trusted=False), tmp_path)


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        SGDClassifier(),
        DecisionTreeClassifier(),
        RandomForestClassifier(3),
        ExtraTreesClassifier(3),
        RandomForestRegressor(3),
        GradientBoostingRegressor(n_estimators=3),
        HistGradientBoostingClassifier(max_iter=3),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_every_family_loads_from_skops_without_trust(variant, tmp_path, estimator):
    import skops.io

    frame = numbers(100)
    kinds = 0 if "Regressor" in type(estimator).__name__ else 2
    fitted = make_pipeline(StandardScaler(), estimator).fit(frame, target(frame, kinds))
    deployed = variant(skops.io.dumps(fitted), "skops", "m.skops", trusted=False)
    prepare(deployed, tmp_path)
    predictor = open_predictor(deployed, tmp_path, Limits())
    assert predictor.way.name == "compiled", predictor.way.why
    assert [field.type for field in predictor.schema.fields] == ["double"] * 4
    np.testing.assert_array_equal(predictor.predict(rows_of(frame), "predict", {}), fitted.predict(frame))


def test_the_project_saves_every_family_so_that_it_can_be_served(tmp_path):
    from mlflow.models import Model

    from jupyter_mlstudio.experiments.saving import save

    frame = numbers(100)
    estimators = (RandomForestClassifier(3), HistGradientBoostingClassifier(max_iter=3), SGDClassifier())
    for place, estimator in enumerate(estimators):
        fitted = estimator.fit(frame, target(frame))
        folder = tmp_path / str(place)
        save(fitted, folder, Model(), frame.head(3), ["scikit-learn"])
        deployed = Variant(1, "m", str(folder), str(tmp_path / f"plan {place}"), digest(folder), True)
        prepare(deployed, tmp_path)
        predictor = open_predictor(deployed, tmp_path, Limits())
        assert predictor.way.name == "compiled", predictor.way.why
        np.testing.assert_array_equal(predictor.predict(rows_of(frame), "predict", {}), fitted.predict(frame))


@pytest.fixture
def with_recipe():
    """A model behind a recipe, and rows for it."""
    random = np.random.default_rng(0)
    frame = numbers(300, 2)
    frame["city"] = random.choice([" Rome", "OSLO ", "Bern"], 300)
    frame.loc[::5, "n1"] = np.nan
    recipe = Recipe(
        steps=(
            steps.FillMissing(columns=("n1",)),
            steps.DeriveColumn(name="both", formula="n0 * n1 + 1"),
            steps.CleanText(columns=("city",), case="lower"),
            steps.ClipNumbers(columns=("both",)),
        )
    )
    columns = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["city"]), remainder="passthrough")
    fitted = make_pipeline(RecipeTransformer(recipe), columns, HistGradientBoostingClassifier(max_iter=5))
    return fitted.fit(frame, target(frame.fillna(0))), frame


def test_a_recipe_in_front_is_part_of_the_plan(variant, tmp_path, with_recipe):
    fitted, frame = with_recipe
    deployed = variant(pickle.dumps(fitted), "pickle", "m.pkl", trusted=True)
    folder = tmp_path / "m_pkl"
    example = {"columns": list(frame), "data": frame.head(4).astype(object).where(frame.notna(), None).values.tolist()}
    (folder / "example.json").write_text(json.dumps(example))
    signature = [
        {"type": "double", "name": "n0", "required": True},
        {"type": "double", "name": "n1", "required": False},
    ]
    signature += [{"type": "string", "name": "city", "required": False}]
    described = yaml.safe_load((folder / "MLmodel").read_text())
    described |= {
        "signature": {"inputs": json.dumps(signature)},
        "saved_input_example_info": {"artifact_path": "example.json"},
    }
    (folder / "MLmodel").write_text(yaml.safe_dump(described))
    deployed = Variant(1, "m", str(folder), deployed.plan, digest(folder), True)
    prepare(deployed, tmp_path)
    predictor = open_predictor(deployed, tmp_path, Limits())
    assert predictor.way.name == "compiled", predictor.way.why
    unknown = pd.DataFrame({"n0": [1.0], "n1": [np.nan], "city": ["Ur"]})
    strange = pd.concat([frame.tail(20), unknown], ignore_index=True)
    expected = fitted.predict_proba(strange)
    rows = rows_of(strange)
    for asked in (rows, by_column(model_of(fitted, strange), rows), Rows(1, cells=rows.cells[:1])):
        np.testing.assert_array_equal(predictor.predict(asked, "predict_proba", {}), expected[: asked.count])
    with pytest.raises(NoModelError, match="holds a recipe"):
        open_predictor(Variant(**{**vars(deployed), "trusted": False}), tmp_path, Limits())
