"""Numbers of evaluation equal scikit-learn's, and every kind of chart can be drawn."""

import numpy as np
import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.experiments.evaluation import curves, predictions
from jupyter_mlstudio.experiments.evaluation.contour import contour
from jupyter_mlstudio.experiments.evaluation.importance import importance, rank_correlation
from jupyter_mlstudio.experiments.evaluation.types import ChartSpec, ImportanceSpec, JudgementSpec, LoggedSpec


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return Studio.open(tmp_path_factory.mktemp("charts"))


@pytest.fixture(scope="module")
def ids(studio):
    """Eight runs with params, curves, predictions of two and of three labels, a picture and a table."""
    chance = np.random.default_rng(3)
    made = []
    for number in range(8):
        with studio.track("charts", name=f"<run & {number}>") as run:
            run.log_params({"depth": number, "rate": 10.0**-number, "model": "ab"[number % 2]})
            run.log_metric("auc", 0.5 + number / 20)
            for step, value in enumerate([1.0, float("nan"), 0.5, float("inf"), 0.4]):
                run.log_metric("loss", value, step=step)
            truth = chance.integers(0, 2 + number % 2, 80)
            score = chance.dirichlet(np.ones(2 + number % 2), 80)
            run.log_predictions(truth, y_score=score if number % 2 else score[:, 1])
            run.log_text("label,recall\na,0.5\nb,0.75\n", "report.csv")
            run.log_text("no picture", "plots/wave_step3.png")
        made.append(run.id)
    return made


@pytest.fixture(params=[(200, 1.0), (37, 0.1), (5, 1.0)], ids=["many", "with ties", "few"])
def scored(request):
    rows, grain = request.param
    chance = np.random.default_rng(rows)
    truth = np.arange(rows) % 2
    score = np.clip(chance.uniform(0, 1, rows) * 0.7 + truth * 0.3, 0, 1)
    return truth, np.round(score / grain, 1 if grain < 1 else 6) * grain


def test_the_area_under_the_roc_curve_is_that_of_scikit_learn(scored):
    from sklearn.metrics import roc_auc_score, roc_curve

    drawn = curves.roc(*scored)
    x, y, _ = roc_curve(*scored)
    assert drawn.score == pytest.approx(roc_auc_score(*scored))
    known = set(zip(x.round(9), y.round(9), strict=True))
    assert set(zip(drawn.x.round(9), drawn.y.round(9), strict=True)) <= known


def test_the_average_precision_is_that_of_scikit_learn(scored):
    from sklearn.metrics import average_precision_score

    assert curves.precision_recall(*scored).score == pytest.approx(average_precision_score(*scored))


def test_the_calibration_is_that_of_scikit_learn(scored):
    from sklearn.calibration import calibration_curve
    from sklearn.metrics import brier_score_loss

    drawn = curves.calibration(*scored)
    observed, predicted = calibration_curve(*scored, n_bins=10)
    np.testing.assert_allclose([drawn.x, drawn.y], [predicted, observed])
    assert drawn.score == pytest.approx(brier_score_loss(*scored))
    assert drawn.weights.sum() == len(scored[0])


def test_the_confusion_matrix_is_that_of_scikit_learn():
    from sklearn.metrics import confusion_matrix

    chance = np.random.default_rng(1)
    truth, taken = (chance.choice(["a", "b", "c"], 60).astype(object) for _ in range(2))
    labels = ["a", "b", "c"]
    np.testing.assert_array_equal(curves.confusion(truth, taken, labels), confusion_matrix(truth, taken, labels=labels))


def test_predictions_are_read_as_they_were_written(tmp_path):
    path = predictions.write(tmp_path, [2, 0, 1], y_score=[[0, 0, 1], [1, 0, 0], [0.4, 0.6, 0]])
    kept = predictions.read(path)
    assert [list(kept.truth), list(kept.predicted), kept.labels] == [["2", "0", "1"], ["2", "0", "1"], ["0", "1", "2"]]
    np.testing.assert_allclose(kept.scores["1"], [0, 0, 0.6])


@pytest.mark.parametrize(
    ("given", "told"), [({"y_score": [[0.1, 0.9]]}, "y_score has the shape"), ({"y_pred": ["a"]}, "one prediction for")]
)
def test_predictions_that_do_not_fit_are_refused(tmp_path, given, told):
    with pytest.raises(InvalidError, match=told):
        predictions.write(tmp_path, ["a", "b", "a"], **given)


def test_the_param_that_makes_the_metric_is_the_most_important_one():
    chance = np.random.default_rng(0)
    depth, noise = chance.uniform(0, 1, 120), chance.uniform(0, 1, 120)
    told = importance(
        "loss", list(1 - depth), {"noise": list(map(str, noise)), "depth": list(map(str, depth)), "same": ["1"] * 120}
    )
    assert [item.param for item in told.items] == ["depth", "noise"]
    assert told.items[0].importance > 0.95
    assert told.items[0].correlation == pytest.approx(-1)
    assert told.score is not None
    assert told.score > 0.9


def test_the_rank_correlation_is_that_of_scipy():
    from scipy.stats import spearmanr

    chance = np.random.default_rng(2)
    x, y = chance.integers(0, 5, 50).astype(float), chance.uniform(0, 1, 50)
    assert rank_correlation(x, y) == pytest.approx(spearmanr(x, y).statistic)


def test_importance_of_too_few_runs_is_refused():
    with pytest.raises(InvalidError, match="Only 1 runs have a finite 'auc'"):
        importance("auc", [0.5, None, "NaN"], {"depth": ["1", "2", "3"]})


def test_a_contour_goes_through_its_runs_and_claims_nothing_far_from_them():
    x, y = np.meshgrid(np.linspace(0, 1, 12), np.linspace(0, 1, 12))
    runs = [str(place) for place in range(x.size)]
    told = contour(runs, ("x", "y"), list(map(str, x.ravel())), list(map(str, y.ravel())), list(x.ravel()))
    surface = np.array(told.z, dtype=float)
    assert np.all(np.diff(surface[20]) > 0)
    alone = contour(["a", "b", "c"], ("x", "y"), ["0", "1", "1"], ["0", "1", "0.9"], [1.0, 2.0, 3.0])
    assert alone.z[-1][0] is None
    assert alone.z[0][0] == pytest.approx(1)


def test_judgements_say_which_runs_logged_no_predictions(studio, ids):
    with studio.track("charts", name="bare") as run:
        run.log_metric("auc", 0.1)
    told = studio.experiments.evaluation.judgement(JudgementSpec(kind="roc", runs=[*ids[:2], run.id], label="1"))
    assert [curve.run for curve in told.curves] == ids[:2]
    assert (told.labels, told.missing) == (["0", "1", "2"], [run.id])


def test_importance_counts_all_runs_that_have_the_metric(studio, ids):
    told = studio.experiments.evaluation.importance(ImportanceSpec(metric="loss", experiment="charts", runs=ids))
    assert told.runs == len(ids)


def test_pictures_and_tables_of_runs_are_found(studio, ids):
    told = studio.experiments.evaluation
    [image] = told.images(LoggedSpec(runs=ids[:1])).items
    assert (image.name, image.step) == ("plots/wave", 3)
    [table] = told.tables(LoggedSpec(runs=ids[:1])).items
    assert (table.columns, table.rows, table.total) == (["label", "recall"], [["a", 0.5], ["b", 0.75]], 2)


KINDS = [
    {"kind": "curves", "metrics": ["loss", "auc"], "log_y": True, "smoothing": 0.5},
    {"kind": "curves", "metrics": ["auc"]},
    {"kind": "parallel", "columns": ["param:depth", "param:model", "metric:auc"]},
    {"kind": "scatter", "x": "param:rate", "y": "metric:loss", "colour": "param:model", "log_x": True},
    {"kind": "importance", "metrics": ["auc"]},
    {"kind": "contour", "metrics": ["auc"], "x": "depth", "y": "model"},
    {"kind": "box", "y": "metric:auc", "group": "param:model"},
    {"kind": "confusion"},
    {"kind": "roc", "label": "1"},
    {"kind": "pr"},
    {"kind": "calibration", "label": "0"},
    {"kind": "images"},
    {"kind": "table"},
]


@pytest.mark.parametrize("spec", KINDS, ids=lambda spec: spec["kind"])
def test_each_kind_of_chart_is_drawn_as_sound_svg(studio, ids, spec):
    from xml.etree import ElementTree as ET

    drawn = studio.experiments.evaluation.picture(ChartSpec(runs=ids, **spec))
    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(drawn).iter()}
    assert tags <= {"svg", "rect", "text", "polyline", "polygon", "circle", "image"}
    assert "nan" not in drawn


def test_a_chart_of_no_runs_is_refused(studio, ids):
    with pytest.raises(InvalidError, match="no such runs"):
        studio.experiments.evaluation.picture(ChartSpec(kind="roc", experiment="nothing of that name"))


def test_the_runs_of_a_chart_can_be_found_by_a_filter(studio, ids):
    spec = ChartSpec(kind="curves", metrics=["auc"], filter="params.model = 'a'", experiment="charts")
    assert set(studio.experiments.evaluation.content.runs(spec).ids) == set(ids[::2])
