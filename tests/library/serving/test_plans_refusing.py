"""Compiled prediction: a plan refuses what the model refuses, and says of which column."""

import warnings

import pytest
from planned import mixed, numbers, rows_of, target, translation
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from jupyter_mlstudio.serving.runtime.plans.opened import Plan
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

ROWS = 300


@pytest.mark.parametrize(
    "estimator", [LogisticRegression(), RandomForestClassifier(5), GradientBoostingClassifier(n_estimators=3)]
)
def test_what_the_model_refuses_the_plan_refuses_and_names_the_column(estimator):
    frame = numbers(60)
    model, content = translation(estimator.fit(frame, target(frame)), frame)
    plan = Plan(content["plan"])
    for value, reason in ((float("inf"), "too_large_number"), (1e300, "too_large_number"), (None, "null")):
        rows = rows_of(frame.head(3))
        rows.cells[1] = (0.0, value, 0.0, 0.0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                expected = model.predict(rows, "predict", {}).tolist()
        except RefusedError:
            with pytest.raises(RefusedError) as refused:
                plan.ask(rows, "predict")
            assert (refused.value.reason, refused.value.details["column"]) == (reason, "n1")
        else:
            assert plan.ask(rows, "predict").tolist() == expected


def test_an_unknown_category_is_refused_as_the_model_does_and_named():
    frame = mixed(ROWS)
    pipeline = make_pipeline(make_column_transformer((OneHotEncoder(), ["carrier"]), ("passthrough", ["n0"])), Ridge())
    _, content = translation(pipeline.fit(frame, target(frame, 0)), frame)
    rows = rows_of(frame.head(1))
    row = list(rows.cells[0])
    row[5] = "nobody"
    rows.cells[0] = tuple(row)
    with pytest.raises(RefusedError, match="Column 'carrier': the model does not know 'nobody'") as refused:
        Plan(content["plan"]).ask(rows, "predict")
    assert refused.value.details["expected"] == ["AA", "B6", "DL", "UA"]
