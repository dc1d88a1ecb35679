"""Property: whatever small model is drawn, its plan answers as it does, on whatever rows are drawn."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planned import assert_equal, mixed, numbers, rows_of, target, translation
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, RobustScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from jupyter_mlstudio.serving.runtime.plans.opened import Plan

STEADY = settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
LASTS = {
    "logistic": (lambda seed: LogisticRegression(max_iter=300), 3),
    "ridge": (lambda seed: Ridge(), 0),
    "tree": (lambda seed: DecisionTreeClassifier(random_state=seed), 2),
    "forest": (lambda seed: RandomForestClassifier(1 + seed % 7, random_state=seed), 3),
    "extra": (lambda seed: ExtraTreesRegressor(3, max_depth=1 + seed % 6, random_state=seed), 0),
    "boosting": (lambda seed: GradientBoostingClassifier(n_estimators=4, random_state=seed), 2),
    "histogram": (lambda seed: HistGradientBoostingClassifier(max_iter=4, max_leaf_nodes=2 + seed % 60), 2),
}
SCALERS = (StandardScaler, MinMaxScaler, RobustScaler)
VALUES = st.floats(-1e30, 1e30) | st.sampled_from([0.0, -0.0, 5e-324, 1e-300]) | st.floats(-3, 3)


@st.composite
def drawn_rows(draw, texts: bool):
    rows = draw(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=5, max_size=30))
    frame = pd.DataFrame(rows, columns=["n0", "n1", "n2"])
    if texts:
        frame["whole"] = draw(st.lists(st.integers(-9, 99), min_size=len(rows), max_size=len(rows)))
        frame["flag"] = draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
        kinds = st.sampled_from(["AA", "UA", "nobody", "", "Ω"])
        frame["carrier"] = draw(st.lists(kinds, min_size=len(rows), max_size=len(rows)))
        frame["gate"] = draw(st.lists(kinds, min_size=len(rows), max_size=len(rows)))
    return frame


@pytest.mark.parametrize("family", LASTS)
@STEADY
@given(seed=st.integers(0, 100), scaler=st.sampled_from(SCALERS), rows=drawn_rows(texts=False))
def test_a_drawn_model_of_numbers_is_followed(family, seed, scaler, rows):
    make, kinds = LASTS[family]
    frame = numbers(60, 3, seed)
    model, content = translation(make_pipeline(scaler(), make(seed)).fit(frame, target(frame, kinds, seed)), frame)
    assert content["report"]["way"] == "compiled", content["report"]["why"]
    assert_equal(model, Plan(content["plan"]), rows_of(rows), tolerance=1e-12)


@pytest.mark.parametrize("family", ["logistic", "forest", "histogram"])
@STEADY
@given(seed=st.integers(0, 100), one_hot=st.booleans(), rows=drawn_rows(texts=True))
def test_a_drawn_model_of_all_kinds_of_columns_is_followed(family, seed, one_hot, rows):
    make, kinds = LASTS[family]
    frame = mixed(60, seed)
    texts = (
        OneHotEncoder(handle_unknown="ignore", min_frequency=seed % 3 + 1)
        if one_hot
        else OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    )
    columns = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="constant", fill_value="none"), texts), ["carrier", "gate"]),
        (StandardScaler(), ["n0", "n2"]),
        remainder="passthrough",
    )
    model, content = translation(make_pipeline(columns, make(seed)).fit(frame, target(frame, kinds, seed)), frame)
    assert content["report"]["way"] == "compiled", content["report"]["why"]
    assert_equal(model, Plan(content["plan"]), rows_of(rows.astype({"whole": np.int64})), tolerance=1e-12)
