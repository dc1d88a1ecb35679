"""Trainings log themselves while a run is open: rightly, cheaply, without a trace afterwards, and never in the way."""

import sys
import threading
import warnings

import cloudpickle
import lightgbm
import numpy as np
import pandas as pd
import polars as pl
import pytest
import xgboost
from sklearn import metrics
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from jupyter_mlstudio.experiments.tracking.autolog import patches, scores
from jupyter_mlstudio.experiments.types import RunState

ROWS, KINDS = load_iris(return_X_y=True, as_frame=True)
TWO = KINDS > 0


def told(studio, run):
    found = studio.run(run)
    return found.params, found.metrics, found.details


def pipeline():
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.5))


def test_a_fit_logs_params_scores_and_data(studio):
    with studio.track("iris") as run:
        model = pipeline().fit(ROWS, TWO)
    params, found, details = told(studio, run)
    assert params["logisticregression__C"] == "0.5"
    assert params["steps"] == "[(standardscaler, StandardScaler), (logisticregression, LogisticRegression)]"
    guessed, chances = model.predict(ROWS), model.predict_proba(ROWS)[:, 1]
    assert found == pytest.approx(
        {
            "training_score": model.score(ROWS, TWO),
            "training_accuracy_score": metrics.accuracy_score(TWO, guessed),
            "training_precision_score": metrics.precision_score(TWO, guessed, average="weighted"),
            "training_recall_score": metrics.recall_score(TWO, guessed, average="weighted"),
            "training_f1_score": metrics.f1_score(TWO, guessed, average="weighted"),
            "training_log_loss": metrics.log_loss(TWO, chances),
            "training_roc_auc": metrics.roc_auc_score(TWO, chances),
        }
    )
    (data,) = details.datasets
    assert (data.name, data.rows, data.columns) == ("training data", 150, 4)
    assert details.tags == {"estimator_name": "Pipeline", "estimator_class": "sklearn.pipeline.Pipeline"}


def test_regressors_are_scored_as_regressors(studio):
    target = ROWS.iloc[:, 0]
    with studio.track("iris") as run:
        model = Ridge().fit(ROWS.iloc[:, 1:], target)
    guessed = model.predict(ROWS.iloc[:, 1:])
    assert told(studio, run)[1] == pytest.approx(
        {
            "training_score": metrics.r2_score(target, guessed),
            "training_r2_score": metrics.r2_score(target, guessed),
            "training_mean_squared_error": metrics.mean_squared_error(target, guessed),
            "training_root_mean_squared_error": metrics.root_mean_squared_error(target, guessed),
            "training_mean_absolute_error": metrics.mean_absolute_error(target, guessed),
        }
    )


def test_scores_agree_with_scikit_learn_where_probabilities_tie_and_labels_are_text():
    truth, chances = np.array([0, 1, 1, 0, 1, 0]), np.array([0.1, 0.5, 0.5, 0.5, 0.9, 0.2])
    found = scores._area(truth == 1, chances, np.ones(6))
    assert found == pytest.approx(metrics.roc_auc_score(truth, chances))
    words, guessed = np.array(["a", "b", "c", "a"], object), np.array(["a", "c", "c", "b"], object)
    labels = scores._of_labels(words, guessed, np.ones(4))
    expected = metrics.precision_recall_fscore_support(words, guessed, average="weighted", zero_division=0)
    assert [labels["precision_score"], labels["recall_score"], labels["f1_score"]] == pytest.approx(list(expected[:3]))


def test_rows_count_in_the_scores_as_they_did_in_the_training(studio):
    share = np.where(TWO, 3.0, 0.5)
    with studio.track("weighted") as run:
        model = LogisticRegression().fit(ROWS, TWO, share)
    guessed, chances = model.predict(ROWS), model.predict_proba(ROWS)[:, 1]
    weighted = {"sample_weight": share}
    found = told(studio, run)[1]
    assert found == pytest.approx(
        {
            "training_score": model.score(ROWS, TWO, share),
            "training_accuracy_score": metrics.accuracy_score(TWO, guessed, **weighted),
            "training_precision_score": metrics.precision_score(TWO, guessed, average="weighted", **weighted),
            "training_recall_score": metrics.recall_score(TWO, guessed, average="weighted", **weighted),
            "training_f1_score": metrics.f1_score(TWO, guessed, average="weighted", **weighted),
            "training_log_loss": metrics.log_loss(TWO, chances, **weighted),
            "training_roc_auc": metrics.roc_auc_score(TWO, chances, **weighted),
        }
    )
    with studio.track("weighted") as run:
        model = Ridge().fit(ROWS, KINDS, sample_weight=share)
    found = told(studio, run)[1]
    assert found["training_r2_score"] == pytest.approx(model.score(ROWS, KINDS, share))
    error = metrics.mean_absolute_error(KINDS, model.predict(ROWS), sample_weight=share)
    assert found["training_mean_absolute_error"] == pytest.approx(error)


def test_a_model_that_can_predict_only_once_it_is_fitted_is_logged(studio):
    with studio.track("stack") as run:
        StackingClassifier([("line", LogisticRegression())], cv=2).fit(ROWS, TWO)
    params, found, _ = told(studio, run)
    assert params["line__C"] == "1.0"
    assert "training_f1_score" in found


def test_the_same_data_have_the_same_digest_and_other_data_another(studio):
    digests = []
    other = ROWS.copy()
    other.iloc[149, 3] += 1
    values = ROWS.to_numpy(copy=True)
    kinds = (ROWS, ROWS.copy(), other, ROWS.astype("float32"), values, pl.from_pandas(ROWS), np.asfortranarray(values))
    for rows in kinds:
        with studio.track("data") as run:
            LogisticRegression(max_iter=1000).fit(rows, TWO)
        digests.append(told(studio, run)[2].datasets[0].digest)
    assert digests[0] == digests[1]
    assert len(set(digests[1:6])) == 5
    assert digests[4] == digests[6], "how values lie in memory is nothing about them"


def test_large_text_missing_and_sparse_data_have_digests(studio):
    from scipy.sparse import csr_matrix

    big = np.random.default_rng(0).normal(size=(3000, 60))
    with studio.track("data") as run:
        Ridge().fit(big, big[:, 0])
    assert told(studio, run)[2].datasets[0].rows == 3000
    words = pd.DataFrame({"text": ["a", None, "c"], "number": pd.array([1, None, 3], "Int64")})
    reads = make_pipeline(FunctionTransformer(lambda frame: np.zeros((len(frame), 1))), LogisticRegression())
    for rows in (words, csr_matrix(big[:3])):
        with studio.track("data") as run:
            (reads if rows is words else LogisticRegression()).fit(rows, [0, 1, 0])
        assert told(studio, run)[2].datasets[0].rows == 3


def test_a_search_is_a_run_with_its_candidates_as_parts(studio):
    with studio.track("search") as run:
        search = GridSearchCV(pipeline(), {"logisticregression__C": [0.1, 1.0, 10.0]}, cv=2).fit(ROWS, KINDS)
    params, found, details = told(studio, run)
    assert params["best_logisticregression__C"] == str(search.best_params_["logisticregression__C"])
    assert found["best_cv_score"] == search.best_score_
    parts = studio.run(run).children
    assert {part.params["logisticregression__C"] for part in parts} == {"0.1", "1.0", "10.0"}
    assert {part.metrics["mean_test_score"] for part in parts} == set(search.cv_results_["mean_test_score"])
    assert {part.state for part in parts} == {RunState.FINISHED}
    assert len(details.children) == 3


def test_fits_inside_of_others_are_not_logged_one_by_one(studio):
    with studio.track("cv") as run:
        cross_val_score(pipeline(), ROWS, KINDS, cv=3)
        StandardScaler().fit(ROWS)
    assert told(studio, run)[:2] == ({}, {})


def test_each_further_fit_is_a_part_of_the_run(studio):
    with studio.track("several", tags={"team": "blue"}) as run:
        for strength in (1.0, 2.0, 3.0):
            Ridge(strength).fit(ROWS.iloc[:, 1:], ROWS.iloc[:, 0])
    params, found, _ = told(studio, run)
    assert params["alpha"] == "1.0"
    parts = studio.run(run).children
    assert sorted(part.params["alpha"] for part in parts) == ["2.0", "3.0"]
    assert all(part.metrics.keys() == found.keys() and part.details.datasets for part in parts)


def test_what_the_user_logs_comes_first_and_last(studio):
    with studio.track("mine") as run:
        run.log_param("alpha", "mine")
        run.log_dataset(ROWS, "irises")
        Ridge(2.0).fit(ROWS.iloc[:, 1:], ROWS.iloc[:, 0])
        run.log_param("solver", "mine too")
    params, _, details = told(studio, run)
    assert (params["alpha"], params["solver"]) == ("mine", "mine too")
    assert [data.name for data in details.datasets] == ["irises"]


def test_it_can_be_switched_off_and_leaves_nothing_behind(studio):
    before = {cls: vars(cls)["fit"] for cls in (LogisticRegression, Ridge, KMeans, xgboost.XGBModel)}
    others = (xgboost.train, lightgbm.train, xgboost.sklearn.train, list(sys.meta_path))
    with studio.track("off", autolog=False) as run:
        assert vars(Ridge)["fit"] is before[Ridge]
        Ridge().fit(ROWS, TWO)
    assert told(studio, run)[0] == {}
    with studio.track("outer"), studio.track("inner"):
        assert vars(Ridge)["fit"] is not before[Ridge]
    assert {cls: vars(cls)["fit"] for cls in before} == before
    assert (xgboost.train, lightgbm.train, xgboost.sklearn.train, list(sys.meta_path)) == others
    assert "__init_subclass__" not in vars(BaseEstimator)


def test_a_failing_fit_fails_as_ever(studio):
    with pytest.raises(ValueError, match="inconsistent"), studio.track("broken") as run:
        Ridge().fit(ROWS, [1, 2])
    assert studio.run(run).state is RunState.FAILED
    assert told(studio, run)[0]["alpha"] == "1.0"
    with studio.track("next") as run:
        Ridge().fit(ROWS, TWO)
    assert told(studio, run)[1]


class Odd(ClassifierMixin, BaseEstimator):
    """An estimator that cannot be asked anything."""

    def fit(self, X, y):  # noqa: N803
        """Learn nothing."""
        self.seen_ = True
        return self

    def predict(self, X):  # noqa: N803
        """Fail."""
        raise RuntimeError("not today")

    def get_params(self, deep=True):
        """Fail too."""
        raise RuntimeError("nor this")


def test_a_model_that_cannot_be_asked_is_a_warning_and_no_failure(studio):
    with studio.track("odd") as run, pytest.warns(UserWarning, match="could not be logged by itself"):
        assert Odd().fit(ROWS, TWO).seen_
    assert studio.run(run).state is RunState.FINISHED


def test_classes_that_are_defined_in_the_block_are_watched_too(studio):
    with studio.track("defined") as run:

        class Mine(Ridge):
            """A model of one's own."""

        Mine(alpha=7.0).fit(ROWS, TWO)
    assert told(studio, run)[0]["alpha"] == "7.0"


def test_classes_of_a_notebook_are_pickled_and_saved_without_a_trace_of_the_watchers(studio):
    class Mine(Ridge):
        """A class that is pickled whole, as those of notebooks are."""

        def fit(self, X, y):  # noqa: N803
            """Learn."""
            return super().fit(X, y)

    with studio.track("defined") as run:
        there = cloudpickle.loads(cloudpickle.dumps(Mine(alpha=3.0)))
        assert there.fit(ROWS, TWO).alpha == 3.0
        run.log_model(Mine().fit(ROWS, TWO))
        assert hasattr(vars(Mine)["fit"], "_mlstudio")
    (model,) = studio.state.rglob("model.pkl")
    assert b"jupyter_mlstudio" not in model.read_bytes()
    assert not hasattr(vars(Mine)["fit"], "_mlstudio")


def test_a_thread_logs_into_the_run_that_it_has_opened(studio):
    found = {}

    def work(name):
        with studio.track(name) as run:
            Ridge(alpha=float(len(name))).fit(ROWS, TWO)
        found[name] = run

    with studio.track("main") as run:
        threads = [threading.Thread(target=work, args=("x" * size,)) for size in range(1, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert told(studio, run)[0] == {}
    assert {float(told(studio, each)[0]["alpha"]) for each in found.values()} == {1.0, 2.0, 3.0, 4.0}
    assert patches._open == 0


def test_slow_predictions_are_not_asked_for(monkeypatch):
    class Slow(KNeighborsRegressor):
        def predict(self, X):  # noqa: N803
            """Take a second for ten thousand rows."""
            threading.Event().wait(len(X) / 1000)
            return super().predict(X)

    rows = np.random.default_rng(0).normal(size=(5000, 2))
    model = Slow().fit(rows, rows[:, 0])
    assert scores.training_scores(model, rows, rows[:, 0], fitted_in=0.01) == (None, {})
    some, found = scores.training_scores(model, rows, rows[:, 0], fitted_in=12.0)
    assert (some, found["r2_score"] > 0.9) == (1000, True)


def test_models_without_a_target_log_their_params(studio):
    with studio.track("groups") as run:
        KMeans(3, n_init=1).fit(ROWS)
    assert told(studio, run)[0]["n_clusters"] == "3"


def test_xgboost_logs_each_round_by_either_of_its_faces(studio):
    table = xgboost.DMatrix(ROWS, TWO)
    with studio.track("trees") as run:
        xgboost.train(
            {"max_depth": 2, "objective": "binary:logistic", "nthread": 1},
            table,
            8,
            evals=[(table, "train")],
            early_stopping_rounds=4,
            verbose_eval=False,
        )
    params, found, _ = told(studio, run)
    assert (params["max_depth"], params["num_boost_round"], params["training_rows"]) == ("2", "8", "150")
    history = studio.run(run).history("train-logloss")
    assert list(history["step"]) == list(range(8))
    assert history["value"].is_monotonic_decreasing
    assert found["best_iteration"] == 7
    with studio.track("trees") as run:
        model = make_pipeline(StandardScaler(), xgboost.XGBClassifier(n_estimators=6, max_depth=2, n_jobs=1))
        evaluated = [(ROWS.to_numpy(), TWO)]
        model.fit(ROWS, TWO, xgbclassifier__eval_set=evaluated, xgbclassifier__verbose=False)
    params, found, details = told(studio, run)
    assert params["xgbclassifier__max_depth"] == "2"
    assert studio.run(run).history("validation_0-logloss")["step"].tolist() == list(range(6))
    assert "training_score" in found
    assert len(details.datasets) == 1


def test_lightgbm_logs_each_round_by_either_of_its_faces(studio):
    table = lightgbm.Dataset(ROWS, TWO)
    with studio.track("trees") as run:
        lightgbm.train(
            {"max_depth": 2, "objective": "binary", "verbose": -1, "num_threads": 1}, table, 5, [table], ["train"]
        )
    params, _, details = told(studio, run)
    assert (params["max_depth"], params["num_boost_round"]) == ("2", "5")
    assert studio.run(run).history("train-binary_logloss")["step"].tolist() == list(range(5))
    assert details.datasets[0].rows == 150
    with studio.track("trees") as run, warnings.catch_warnings(action="ignore"):
        lightgbm.LGBMClassifier(n_estimators=5, verbose=-1, n_jobs=1).fit(ROWS, TWO, eval_set=[(ROWS, TWO)])
    params, found, _ = told(studio, run)
    assert params["n_estimators"] == "5"
    assert len(studio.run(run).history("training-binary_logloss")) == 5
    assert "training_f1_score" in found


def test_an_early_stop_of_lightgbm_says_where_it_stopped(studio):
    shuffled = np.random.default_rng(0).permutation(TWO)
    valid = lightgbm.Dataset(ROWS, shuffled)
    stop = lightgbm.early_stopping(3, verbose=False)
    with studio.track("trees") as run:
        booster = lightgbm.train(
            {"objective": "binary", "verbose": -1, "num_threads": 1},
            lightgbm.Dataset(ROWS, TWO),
            50,
            [valid],
            ["valid"],
            callbacks=[stop],
        )
    found = told(studio, run)[1]
    assert found["best_iteration"] == booster.best_iteration
    assert found["stopped_iteration"] == booster.best_iteration + 3
    assert len(studio.run(run).history("valid-binary_logloss")) == found["stopped_iteration"]


def test_a_grid_search_over_boosted_trees_logs_no_rounds(studio):
    with studio.track("trees") as run:
        GridSearchCV(xgboost.XGBClassifier(n_estimators=3, n_jobs=1), {"max_depth": [1, 2]}, cv=2).fit(ROWS, TWO)
    assert not [name for name in told(studio, run)[1] if "logloss" in name]
    assert len(studio.run(run).children) == 2


def test_catboost_logs_each_tree(studio):
    catboost = pytest.importorskip("catboost")
    with studio.track("trees") as run:
        model = catboost.CatBoostClassifier(iterations=6, depth=2, verbose=0, allow_writing_files=False)
        model.fit(ROWS, TWO, eval_set=(ROWS, TWO))
    params, found, details = told(studio, run)
    assert (params["depth"], params["iterations"], found["best_iteration"]) == ("2", "6", 5)
    assert studio.run(run).history("validation-Logloss")["step"].tolist() == list(range(6))
    assert details.datasets[0].rows == 150


def test_a_loop_of_pytorch_logs_its_loss_and_rate(studio):
    torch = pytest.importorskip("torch")
    rows, target = torch.tensor(ROWS.to_numpy(), dtype=torch.float32), torch.tensor(TWO.to_numpy(), dtype=torch.float32)
    before = torch.Tensor.backward

    def train(run, watched):
        net = torch.nn.Linear(4, 1)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        if watched:
            run.watch(net, optimizer, every=2)
        for _ in range(6):
            optimizer.zero_grad()
            loss = torch.nn.functional.binary_cross_entropy_with_logits(net(rows)[:, 0], target)
            loss.backward()
            optimizer.step()

    for watched, autolog, steps in (
        (False, True, range(6)),
        (True, False, range(0, 6, 2)),
        (True, True, range(0, 6, 2)),
    ):
        with studio.track("net", autolog=autolog) as run:
            train(run, watched)
        assert studio.run(run).history("loss")["step"].tolist() == list(steps)
        assert set(studio.run(run).history("learning_rate")["value"]) == {0.1}
        assert studio.run(run).params["optimizer.lr"] == "0.1"
    assert torch.Tensor.backward is before
    assert not sys.modules["torch.optim.optimizer"]._global_optimizer_post_hooks


def test_a_library_that_is_imported_in_the_block_is_watched(studio, tmp_path):
    import subprocess

    script = (
        "import sys\n"
        "from jupyter_mlstudio import Studio\n"
        f"with Studio.open({str(tmp_path)!r}).track('late') as run:\n"
        "    assert 'sklearn' not in sys.modules and 'mlflow' not in sys.modules\n"
        "    from sklearn.linear_model import Ridge\n"
        "    Ridge(3.0).fit([[1.0], [2.0]], [1.0, 2.0])\n"
        "assert 'mlflow' not in sys.modules\n"
        "print(run.id)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    from jupyter_mlstudio import Studio

    assert Studio.open(tmp_path).run(done.stdout.strip()).params["alpha"] == "3.0"
