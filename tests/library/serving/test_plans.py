"""Compiled prediction: what a plan answers is what the model answers."""

import numpy as np
import pytest
from planned import assert_equal, mixed, model_of, numbers, rows_of, target, translation
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_transformer
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.feature_selection import SelectKBest, VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline, make_union
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from jupyter_mlstudio.serving.runtime.plans.opened import Plan

ROWS = 300
LINEAR = {
    "logistic": (LogisticRegression(), 2),
    "logistic of three": (LogisticRegression(), 3),
    "stochastic": (SGDClassifier(loss="log_loss", random_state=0), 2),
    "stochastic of three": (SGDClassifier(loss="log_loss", random_state=0), 3),
    "hinge": (SGDClassifier(random_state=0), 3),
    "ridge labels": (RidgeClassifier(), 3),
    "support vectors": (LinearSVC(), 2),
    "discriminant": (LinearDiscriminantAnalysis(), 3),
    "least squares": (LinearRegression(), 0),
    "ridge": (Ridge(), 0),
    "lasso": (Lasso(0.01), 0),
    "elastic net": (ElasticNet(0.01), 0),
}
TREES = {
    "tree": (DecisionTreeClassifier(), 3),
    "tree of numbers": (DecisionTreeRegressor(max_depth=4), 0),
    "forest": (RandomForestClassifier(12, random_state=0), 2),
    "shallow forest": (RandomForestClassifier(12, max_depth=4, random_state=0), 3),
    "forest of numbers": (RandomForestRegressor(12, random_state=0), 0),
    "shallow forest of numbers": (RandomForestRegressor(7, max_depth=3, random_state=0), 0),
    "extra trees": (ExtraTreesClassifier(9, random_state=0), 2),
    "extra trees of numbers": (ExtraTreesRegressor(9, random_state=0), 0),
    "boosting": (GradientBoostingClassifier(n_estimators=15), 2),
    "boosting of three": (GradientBoostingClassifier(n_estimators=9), 3),
    "boosting of numbers": (GradientBoostingRegressor(n_estimators=15), 0),
    "deep boosting": (GradientBoostingRegressor(n_estimators=5, max_depth=9, loss="huber"), 0),
    "histogram": (HistGradientBoostingClassifier(max_iter=20), 2),
    "histogram of three": (HistGradientBoostingClassifier(max_iter=8), 3),
    "histogram of numbers": (HistGradientBoostingRegressor(max_iter=20), 0),
    "large histogram": (HistGradientBoostingRegressor(max_iter=5, max_leaf_nodes=None, min_samples_leaf=1), 0),
}


@pytest.mark.parametrize("family", LINEAR)
def test_a_linear_model_answers_within_a_rounding(family):
    estimator, kinds = LINEAR[family]
    frame = numbers(ROWS)
    model, content = translation(estimator.fit(frame, target(frame, kinds)), frame)
    assert content["report"]["way"] == "compiled", content["report"]["why"]
    assert_equal(model, Plan(content["plan"]), rows_of(numbers(500, seed=5)), tolerance=1e-13)


@pytest.mark.parametrize("family", TREES)
def test_trees_answer_to_the_last_bit(family):
    estimator, kinds = TREES[family]
    frame = numbers(ROWS)
    model, content = translation(estimator.fit(frame, target(frame, kinds)), frame)
    assert content["report"]["way"] == "compiled", content["report"]["why"]
    assert content["report"]["largest_difference"] == 0.0
    assert_equal(model, Plan(content["plan"]), rows_of(numbers(500, seed=5)))


def test_counts_answer_through_the_exponential():
    frame = numbers(ROWS)
    for estimator in (PoissonRegressor(), HistGradientBoostingRegressor(loss="poisson", max_iter=5)):
        model, content = translation(estimator.fit(frame, np.exp(target(frame, 0) / 3)), frame)
        assert_equal(model, Plan(content["plan"]), rows_of(numbers(100, seed=5)), tolerance=1e-13)


TRANSFORMS = {
    "standard": StandardScaler(),
    "smallest and largest": MinMaxScaler(clip=True),
    "largest": MaxAbsScaler(),
    "robust": RobustScaler(),
    "lengths": Normalizer(),
    "borders": Binarizer(threshold=0.3),
    "powers": PolynomialFeatures(3),
    "products": PolynomialFeatures(2, interaction_only=True, include_bias=False),
    "bins": KBinsDiscretizer(4, encode="ordinal", quantile_method="averaged_inverted_cdf"),
    "bins as columns": KBinsDiscretizer(4, encode="onehot-dense", quantile_method="averaged_inverted_cdf"),
    "components": PCA(2, whiten=True),
    "singular values": TruncatedSVD(2),
    "best": SelectKBest(lambda values, _: values.var(axis=0), k=2),
    "varied": VarianceThreshold(),
    "magnitudes": FunctionTransformer(np.abs),
    "filled": SimpleImputer(add_indicator=True),
    "several": make_union(StandardScaler(), make_pipeline(MinMaxScaler(), PolynomialFeatures(2))),
    "weighted": FeatureUnion([("a", StandardScaler()), ("b", MinMaxScaler())], transformer_weights={"b": 0.3}),
    "as a frame": StandardScaler().set_output(transform="pandas"),
}


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms_of_numbers_are_followed(name):
    frame = numbers(ROWS)
    for last, kinds in ((LogisticRegression(), 2), (HistGradientBoostingRegressor(max_iter=4), 0)):
        pipeline = make_pipeline(TRANSFORMS[name], last).fit(frame, target(frame, kinds))
        model, content = translation(pipeline, frame)
        assert content["report"]["way"] == "compiled", content["report"]["why"]
        assert_equal(model, Plan(content["plan"]), rows_of(numbers(200, seed=5)), tolerance=1e-12)


def encoded(last, *, gaps: bool):
    texts = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    scaled = make_pipeline(SimpleImputer(), StandardScaler()) if gaps else StandardScaler()
    columns = make_column_transformer(
        (texts, ["carrier", "gate"]),
        (scaled, ["n0", "n1"]),
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), ["whole"]),
        remainder="passthrough",
    )
    return make_pipeline(columns, last)


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize(
    "last",
    [
        LogisticRegression(max_iter=500),
        HistGradientBoostingClassifier(max_iter=10),
        RandomForestClassifier(20, random_state=0),
    ],
)
def test_columns_of_all_kinds_are_followed(last, gaps):
    frame = mixed(ROWS, gaps=gaps)
    model, content = translation(encoded(last, gaps=gaps).fit(frame, target(frame, 3)), frame)
    assert content["report"]["way"] == "compiled", content["report"]["why"]
    strange = mixed(200, seed=5, gaps=gaps)
    strange.loc[::7, "carrier"] = "nobody"
    assert_equal(model, Plan(content["plan"]), rows_of(strange), tolerance=1e-13)


def test_categories_within_a_histogram_model_are_followed():
    frame = mixed(ROWS, gaps=True)
    frame["carrier"], frame["gate"] = frame["carrier"].astype("category"), frame["gate"].astype("category")
    estimator = HistGradientBoostingClassifier(max_iter=10, categorical_features=["carrier", "gate"])
    estimator.fit(frame, target(frame, 2))
    model, content = translation(estimator, frame)
    assert content["report"]["way"] == "compiled", content["report"]["why"]
    strange = mixed(200, seed=5, gaps=True)
    strange.loc[::7, "carrier"] = "nobody"
    assert_equal(model, Plan(content["plan"]), rows_of(strange))


def test_means_of_the_target_stand_for_categories():
    frame = mixed(ROWS)
    columns = make_column_transformer((TargetEncoder(cv=KFold(3)), ["carrier"]), ("passthrough", ["n0"]))
    model, content = translation(make_pipeline(columns, Ridge()).fit(frame, target(frame, 0)), frame)
    assert content["report"]["way"] == "compiled", content["report"]["why"]
    assert_equal(model, Plan(content["plan"]), rows_of(mixed(50, seed=4)), tolerance=1e-13)


def test_a_model_of_plain_arrays_is_followed():
    array = numbers(ROWS).to_numpy()
    for estimator in (LogisticRegression(), RandomForestClassifier(5, random_state=0)):
        model, content = translation(estimator.fit(array, array[:, 0] > 0), array)
        assert content["report"]["way"] == "compiled", content["report"]["why"]
        assert_equal(model, Plan(content["plan"]), rows_of(numbers(60, seed=3).to_numpy()), tolerance=1e-13)


def test_single_precision_stays_single():
    frame = numbers(ROWS).astype("float32")
    for last in (LogisticRegression(), HistGradientBoostingClassifier(max_iter=5)):
        pipeline = make_pipeline(StandardScaler(), last).fit(frame, target(frame.astype(float)))
        _, content = translation(pipeline, frame)
        assert content["report"]["way"] == "compiled", content["report"]["why"]


def test_a_transformed_target_is_turned_back():
    frame = numbers(ROWS)
    values = np.exp(target(frame, 0) / 3)
    for transform in ({"func": np.log1p, "inverse_func": np.expm1}, {"transformer": StandardScaler()}):
        for last in (Ridge(), HistGradientBoostingRegressor(max_iter=5)):
            model, content = translation(TransformedTargetRegressor(last, **transform).fit(frame, values), frame)
            assert content["report"]["way"] == "compiled", content["report"]["why"]
            assert_equal(model, Plan(content["plan"]), rows_of(numbers(60, seed=3)), tolerance=1e-12)


@pytest.mark.parametrize(
    ("estimator", "why"),
    [
        (KNeighborsClassifier(), "there is no plain form of KNeighborsClassifier"),
        (SVC(), "there is no plain form of SVC"),
        (
            make_pipeline(FunctionTransformer(lambda frame: frame * 2), Ridge()),
            "a FunctionTransformer holds a function of its own",
        ),
    ],
)
def test_a_model_that_has_no_plain_form_says_why(estimator, why):
    frame = numbers(60)
    model, content = translation(estimator.fit(frame, (target(frame) == "yes").astype(int)), frame)
    assert (content["plan"], content["report"]["way"]) == (None, "original")
    assert why in content["report"]["why"]
    assert content["methods"] == list(model.methods)


def test_a_plan_that_is_not_equal_is_not_used(monkeypatch):
    from jupyter_mlstudio.serving.runtime.plans import matrices

    monkeypatch.setitem(matrices.MATRICES, "chain", lambda spec: lambda made: made + 1e-6)
    frame = numbers(ROWS)
    pipeline = make_pipeline(StandardScaler(), Ridge()).fit(frame, target(frame, 0))
    _, content = translation(pipeline, frame)
    assert content["plan"] is None
    assert "was not equal: predict differs by" in content["report"]["why"]


def test_a_class_derived_from_a_known_one_is_not_taken_for_it():
    class Louder(LogisticRegression):
        def predict(self, frame):
            return np.char.upper(super().predict(frame).astype(str))

    frame = numbers(60)
    _, content = translation(Louder().fit(frame, target(frame)), frame)
    assert content["plan"] is None
    assert "Louder is no class of scikit-learn" in content["report"]["why"]


def test_columns_that_the_model_does_not_use_do_not_matter():
    frame = mixed(ROWS)
    frame["departure"] = "2013-01-01"
    columns = ColumnTransformer([("kept", StandardScaler(), ["n0", "n2"])])
    model, content = translation(make_pipeline(columns, Ridge()).fit(frame, target(frame, 0)), frame)
    assert content["report"]["way"] == "compiled", content["report"]["why"]
    assert_equal(model, Plan(content["plan"]), rows_of(frame.head(40)), tolerance=1e-13)
    assert model_of(columns, frame).file.inputs[-1].type == "string"
