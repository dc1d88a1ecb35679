"""Trees of XGBoost and LightGBM: within pipelines, and as files of their own formats, which need no trust."""

import warnings

import numpy as np
import pytest
import yaml
from planned import assert_equal, numbers, rows_of, target, translation
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from jupyter_mlstudio.core.trust import digest
from jupyter_mlstudio.serving.runtime.mlmodel import NoModelError
from jupyter_mlstudio.serving.runtime.order import Limits, Variant
from jupyter_mlstudio.serving.runtime.plans.opened import Plan
from jupyter_mlstudio.serving.runtime.predictors import open_predictor
from jupyter_mlstudio.serving.runtime.prepare import prepare

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    lightgbm, xgboost = pytest.importorskip("lightgbm"), pytest.importorskip("xgboost")

pytestmark = pytest.mark.filterwarnings("ignore")
SINGLE = 1e-6
ESTIMATORS = {
    "xgboost": (xgboost.XGBClassifier(n_estimators=9, n_jobs=1), 2, SINGLE),
    "xgboost of three": (xgboost.XGBClassifier(n_estimators=5, n_jobs=1), 3, SINGLE),
    "xgboost of numbers": (xgboost.XGBRegressor(n_estimators=9, max_depth=9, n_jobs=1), 0, SINGLE),
    "lightgbm": (lightgbm.LGBMClassifier(n_estimators=9, verbose=-1, n_jobs=1), 2, 1e-13),
    "lightgbm of three": (lightgbm.LGBMClassifier(n_estimators=5, verbose=-1, n_jobs=1), 3, 1e-13),
    "lightgbm of numbers": (lightgbm.LGBMRegressor(n_estimators=9, verbose=-1, n_jobs=1), 0, 0.0),
}


def labelled(frame, kinds):
    labels = target(frame, kinds)
    return np.unique(labels, return_inverse=True)[1] if kinds else labels


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("gaps", [False, True])
def test_boosted_trees_of_other_packages_are_followed(name, gaps):
    estimator, kinds, tolerance = ESTIMATORS[name]
    frame = numbers(300)
    labels = labelled(frame, kinds)
    if gaps:
        frame.loc[::7, "n1"] = np.nan
    model, content = translation(make_pipeline(StandardScaler(), estimator).fit(frame, labels), frame)
    assert content["report"]["way"] == "compiled", content["report"]["why"]
    strange = numbers(200, seed=5)
    strange.loc[::5, "n1"] = np.nan
    assert_equal(model, Plan(content["plan"]), rows_of(strange), tolerance=tolerance)


@pytest.mark.parametrize(
    ("form", "name", "methods"),
    [
        ("xgboost", "labels.json", ("predict", "predict_proba")),
        ("xgboost", "booster.ubj", ("predict",)),
        ("lightgbm", "booster.txt", ("predict",)),
    ],
)
def test_a_native_file_is_served_without_trust(tmp_path, form, name, methods):
    frame = numbers(100)
    labels = labelled(frame, 2)
    folder = tmp_path / "model"
    folder.mkdir()
    if form == "lightgbm":
        estimator = lightgbm.LGBMClassifier(n_estimators=3, verbose=-1).fit(frame, labels)
        estimator.booster_.save_model(folder / name)
        expected = estimator.predict_proba(frame)[:, 1]
    elif name == "labels.json":
        estimator = xgboost.XGBClassifier(n_estimators=3).fit(frame, labels)
        estimator.save_model(folder / name)
        expected = estimator.predict(frame)
    else:
        booster = xgboost.train({"objective": "binary:logistic"}, xgboost.DMatrix(frame, label=labels), 3)
        booster.save_model(folder / name)
        expected = booster.predict(xgboost.DMatrix(frame))
    (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": {"mlstudio": {"format": form, "file": name}}}))
    deployed = Variant(1, "m", str(folder), str(tmp_path / "plan"), digest(folder), trusted=False)
    prepare(deployed, tmp_path)
    predictor = open_predictor(deployed, tmp_path, Limits())
    assert (predictor.way.name, predictor.methods) == ("compiled", methods)
    assert [field.name for field in predictor.schema.fields] == list(frame)
    np.testing.assert_allclose(predictor.predict(rows_of(frame), "predict", {}), expected, rtol=SINGLE)


def test_a_damaged_native_file_is_refused_with_the_reason(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "m.txt").write_text("nonsense")
    (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": {"mlstudio": {"format": "lightgbm", "file": "m.txt"}}}))
    with pytest.raises(NoModelError, match="The lightgbm file cannot be read"):
        prepare(Variant(1, "m", str(folder), str(tmp_path / "plan"), digest(folder), trusted=False), tmp_path)
