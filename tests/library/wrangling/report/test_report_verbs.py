"""The report over the wire, as a panel asks for it, and as a notebook does."""

import json

import numpy as np
import polars as pl
import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.core.errors import ConflictError, NotFoundError
from jupyter_mlstudio.kernel import outcome_of
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files
from jupyter_mlstudio.wrangling.sources.types import FrameSource

ROWS = 800


@pytest.fixture
def orders():
    random = np.random.default_rng(0)
    size = random.normal(size=ROWS)
    return pl.DataFrame(
        {
            "order": list(range(1, ROWS + 1)),
            "size": size,
            "region": random.choice(["north", "south"], ROWS),
            "late": size + random.normal(size=ROWS) > 0.5,
        }
    )


@pytest.fixture
def told():
    return []


@pytest.fixture
def asked(project, orders, told):
    session = Session(Files(project), lambda: {"orders": orders}, told.append)
    session.open(FrameSource(name="orders"))

    def ask(verb, **arguments):
        answer, _ = outcome_of(session, {"verb": verb, "arguments": arguments})
        json.dumps(answer)
        return answer

    ask.session = session
    yield ask
    session.close()


def test_a_panel_gets_the_report_and_hears_how_far_it_is(asked, told):
    report = asked("report.insights", target="late")["result"]

    assert [each["kind"] for each in report["insights"]] == ["identifier"]
    assert (report["problem"], report["rows"], report["exactness"]) == ("binary", ROWS, "exact")
    assert {progress.verb for progress in told} == {"report.insights"}
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)


def test_a_mend_can_be_appended_to_the_recipe(asked):
    report = asked("report.insights", target="late")["result"]
    steps = report["insights"][0]["mends"][0]["steps"]

    asked.session.apply(Recipe.model_validate({"steps": steps}))

    assert asked("report.insights", target="late")["result"]["insights"] == []


def test_the_report_of_an_earlier_stage_can_be_asked_for(asked):
    asked.session.apply(Recipe.model_validate({"steps": [{"op": "drop", "columns": ["order"]}]}))

    assert asked("report.insights", upto=0)["result"]["columns"] == 4
    assert asked("report.insights")["result"]["columns"] == 3


def test_a_report_can_be_stopped(asked):
    asked.session.tell = lambda _: asked.session.report.stop()

    assert asked("report.insights", target="late")["error"]["reason"] == "stopped"


def test_bias_is_measured(asked):
    answer = asked(
        "report.bias",
        facet={"column": "region", "values": ["north"]},
        positive={"column": "late", "values": [False]},
        group="",
    )

    assert [each["name"] for each in answer["result"]["items"]] == ["CI", "DPL", "KL", "JS", "LP", "TVD", "KS", "CDDL"]


def test_the_report_is_written_once_it_is_made(asked, project, told):
    asked("report.insights", target="late")
    told.clear()

    saved = asked("report.html", path="late", target="late")["result"]

    assert saved == {"path": "late.html", "bytes": (project / "late.html").stat().st_size}
    assert told == []  # the report that was there already


def test_a_file_that_is_there_is_not_replaced_unasked(asked, project):
    (project / "late.html").write_text("mine")

    assert asked("report.html", path="late.html")["error"]["reason"] == "exists"
    assert asked("report.html", path="late.html", overwrite=True)["result"]["path"] == "late.html"


def test_a_file_outside_the_project_is_refused(asked):
    assert "error" in asked("report.html", path="../late.html")


def test_a_notebook_gets_a_report_that_shows_itself(project, orders):
    report = Studio.open(project).wrangling.report(orders.to_pandas(), target="late")

    assert "“order” numbers the rows" in repr(report)
    assert report.find("identifier", "order") == report.findings
    assert report._repr_html_().startswith('<div class="mlstudio-report">')
    assert report.save("report").read_text().startswith("<!doctype html>")
    with pytest.raises(ConflictError, match="There is a file"):
        report.save("report.html")


def test_mends_make_a_recipe(project, orders):
    report = Studio.open(project).wrangling.report(orders, target="late")

    assert report.mended("identifier:order").run(orders).columns == ["size", "region", "late"]
    with pytest.raises(NotFoundError, match="no finding “leak:x”"):
        report.mended("leak:x")


def test_a_file_can_be_reported_on(project, orders):
    orders.write_parquet(project / "orders.parquet")

    report = Studio.open(project).wrangling.report(project / "orders.parquet")

    assert (report.result.title, report.result.target) == ("orders.parquet", None)
