"""Charts and summaries in cells: what they send to the browser, what is saved, and that they follow their runs."""

import json
import time

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

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


def test_a_chart_keeps_what_it_draws_in_the_notebook(studio, run):
    chart = studio.chart("curves", metrics="loss", experiment="cells")
    kept = chart._repr_mimebundle_()["application/vnd.mlstudio.chart+json"]
    assert kept["spec"] == chart.spec
    assert run.id in kept["runs"]
    assert json.loads(json.dumps(kept)) == kept
    chart.close()


def test_a_chart_becomes_another_one(studio, run):
    chart = studio.chart("curves", metrics="loss", runs=run)
    chart.spec = {**chart.spec, "kind": "scatter", "x": "param:depth", "y": "metric:loss"}
    assert [column["key"] for column in chart.runs["columns"]] == ["param:depth", "metric:loss"]
    with pytest.raises(InvalidError, match="kind"):
        chart.spec = {**chart.spec, "kind": "pie"}
    assert chart.spec["kind"] == "scatter"
    chart.close()


def test_what_the_notebook_keeps_is_renewed_after_the_cell_in_which_the_runs_changed(studio):
    shell = InteractiveShell.instance()
    shell.display_pub, published = CapturingDisplayPublisher(), []
    shell.display_pub.outputs = published
    try:
        with studio.track("cells", name="shown before the loop") as run:
            chart = studio.chart("curves", metrics="loss", experiment="cells")
            chart._ipython_display_()
            run.log_metric("loss", 1.0)
        shell.events.trigger("post_run_cell", None)
        shell.events.trigger("post_run_cell", None)
    finally:
        InteractiveShell.clear_instance()
    first, second = published
    assert second["update"]
    assert second["transient"] == first["transient"]
    assert second["data"]["image/svg+xml"] != first["data"]["image/svg+xml"]
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
    bundle = summary._repr_mimebundle_()
    assert bundle["text/html"] == summary.value
    assert bundle["application/vnd.mlstudio.summary+json"] == {"run": run.id}
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
