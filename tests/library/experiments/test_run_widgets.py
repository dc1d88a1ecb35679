"""Charts and summaries in cells: what they send to the browser, what is saved, and that they follow their runs."""

import time

import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.experiments.evaluation.content import curves


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return Studio.open(tmp_path_factory.mktemp("widgets"))


@pytest.fixture(scope="module")
def run(studio):
    with studio.track("cells", name="<b>bold</b>", note="why & how") as run:
        run.log_params({"depth": 3})
        for step in range(4):
            run.log_metric("loss", 1 / (step + 1), step=step)
    return run


def test_a_chart_holds_its_curves_and_keeps_a_picture_in_the_notebook(studio, run):
    chart = studio.chart("curves", metrics="loss", runs=run)
    [curve] = curves(chart.curves)
    assert (curve.run, list(curve.values)) == (run.id, [1, 0.5, 1 / 3, 0.25])
    bundle = chart._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    assert "application/vnd.jupyter.widget-view+json" in bundle
    chart.close()


def test_a_chart_follows_its_run_while_the_kernel_computes(studio):
    with studio.track("cells", name="live") as run:
        run.log_metric("loss", 1.0)
        chart = studio.chart("curves", metrics="loss", runs=[run])
        run.log_metric("loss", 0.5)
        assert _becomes(lambda: [list(curve.values) for curve in curves(chart.curves)], [[1.0, 0.5]])
    chart.close()


def test_a_summary_escapes_what_runs_are_called(studio, run):
    summary = studio.summary(run)
    assert "&lt;b&gt;bold&lt;/b&gt;" in summary.value
    assert "<polyline" in summary.value
    assert summary._repr_mimebundle_()["text/html"] == summary.value
    summary.close()


def test_a_summary_of_an_unknown_run_is_refused(studio, run):
    with pytest.raises(NotFoundError):
        studio.summary("0" * 32)


def test_a_chart_without_what_it_needs_is_refused(studio, run):
    with pytest.raises(InvalidError, match="needs a metric and two params"):
        studio.chart("contour", runs=run)


def _becomes(look, wanted, patience=10.0):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if look() == wanted:
            return True
        time.sleep(0.05)
    return look() == wanted
