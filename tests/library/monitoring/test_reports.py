"""Checks of an endpoint: what is found, kept, told, and what can be done about it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import polars as pl
import pytest
from conftest import Recorded, fields_of, flights, late, order_for

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.monitoring.types import AlertKind, BaselineSpec, CheckSpec, ReportState
from jupyter_mlstudio.serving.runtime.capture import Recorder
from jupyter_mlstudio.studio import Studio


@pytest.fixture
def hook():
    """A program on this machine that is told of alerts; it answers with the codes that it is given."""
    told, codes = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(codes.pop(0) if codes else 200)
            self.end_headers()

        def log_message(self, *_):
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/alerts", told, codes
    server.shutdown()
    server.server_close()


@pytest.fixture
def shifted(record, model):
    table = flights(1000, seed=5, shift=1.5)
    record(table, model.predict(table))
    return table


def test_rows_as_in_training_are_found_right(monitoring, record, model):
    table = flights(1000, seed=5)
    record(table, model.predict(table))
    report = monitoring.check("late")
    assert (report.state, report.message) == (ReportState.OK, "1,000 rows look as in training.")
    assert (report.prediction.drifted, report.attribution.drifted) == (False, False)
    assert monitoring.alerts().items == []
    assert monitoring.monitor("late").report == report


def test_drift_is_found_ranked_kept_and_told_once(monitoring, shifted):
    report = monitoring.check("late")
    assert report.state is ReportState.DRIFTED
    assert report.columns[0].name == "distance"
    assert [column.name for column in report.columns if column.drifted] == ["distance"]
    assert report.prediction.drifted
    monitoring.check("late")
    alerts = monitoring.alerts("late").items
    kinds = sorted(alert.kind for alert in alerts)
    assert kinds == [AlertKind.COLUMNS, AlertKind.PREDICTION, AlertKind.VALUES]
    assert alerts[-1].sentence == "Endpoint late gets a column different from training: distance."
    assert [item.state for item in monitoring.reports("late").items] == ["drifted", "drifted"]
    assert monitoring.report("late", report.id) == report


def test_an_alert_ends_when_a_check_finds_things_right_again(monitoring, shifted, record, model):
    monitoring.check("late")
    table = flights(1000, seed=6)
    record(table, model.predict(table), "s")
    monitoring.watch("late", window={"rows": 1000})
    assert monitoring.check("late").state is ReportState.OK
    assert all(alert.ended_at for alert in monitoring.alerts().items)
    assert monitoring.monitor("late").alerts == []


def test_a_webhook_is_told_of_new_alerts_and_gets_no_values(monitoring, hook, record, model):
    address, told, codes = hook
    codes += [503, 200]
    table = flights(1000, seed=5).assign(carrier="private carrier")
    record(table, ["late"] * 1000)
    monitoring.watch("late", webhook=address)
    monitoring.check("late")
    monitoring.check("late")
    alerts = {alert.kind: alert for alert in monitoring.alerts().items}
    assert len(told) == len(alerts) + 1, "one more, for the one that was answered 503"
    content = [json.loads(body) for body in told]
    assert {"kind": "columns", "columns": ["carrier"], "endpoint": "late"}.items() <= content[0].items()
    assert "private" not in "".join(told)
    assert alerts[AlertKind.COLUMNS].told == "The webhook was told; it answered 200."


def test_a_webhook_that_is_not_there_keeps_no_check_from_its_end(monitoring, shifted, hook, monkeypatch):
    from jupyter_mlstudio.monitoring import webhooks

    monkeypatch.setattr(webhooks, "PAUSE", 0.0)
    address, _, codes = hook
    codes += [404] * 9
    monitoring.watch("late", webhook=address)
    monitoring.check("late")
    assert {alert.told for alert in monitoring.alerts().items} == {"The webhook could not be told: it answered 404."}
    with pytest.raises(InvalidError, match="webhook"):
        monitoring.watch("late", webhook="file:///etc/passwd")


def test_truth_that_comes_later_tells_how_good_the_answers_were(monitoring, record, model, project_table):
    table = flights(600, seed=5)
    record(table, model.predict(table))
    was = np.where(np.arange(400) < 40, "late", model.predict(table)[:400])
    truth = pl.DataFrame({"request": [f"r{number}" for number in range(400)], "was": was})
    truth.write_csv(project_table("truth.csv"))
    added = monitoring.add_truth("late", "truth.csv", id="request", column="was")
    assert (added.rows, added.matched) == (400, 400)
    found = monitoring.check("late").quality
    assert (found.problem, found.rows) == ("classification", 400)
    right = (model.predict(table)[:400] == was).mean()
    assert found.metrics["accuracy"] == pytest.approx(right)
    assert sum(window.rows for window in found.windows) == 400
    monitoring.watch("late", thresholds={"quality": {"accuracy": 0.999}})
    report = monitoring.check("late")
    assert report.quality.below == ["accuracy"]
    assert [alert.kind for alert in monitoring.alerts().items] == [AlertKind.QUALITY]


def test_truth_given_again_counts_as_it_came_last(monitoring, record, model):
    table = flights(100, seed=5)
    record(table, model.predict(table))
    ids = [f"r{number}" for number in range(100)]
    for told in (["late"] * 100, model.predict(table).tolist()):
        monitoring.add_truth("late", pl.DataFrame({"id": ids, "truth": told}))
    assert monitoring.check("late").quality.metrics["accuracy"] == 1.0


def test_probabilities_are_answers_too(monitoring, record, model):
    table = flights(400, seed=5)
    record(table, model.predict_proba(table), method="predict_proba")
    ids = [f"r{number}" for number in range(400)]
    monitoring.add_truth("late", pl.DataFrame({"id": ids, "truth": late(table).tolist()}))
    report = monitoring.check("late")
    assert (report.state, report.prediction.drifted) == (ReportState.OK, False)
    assert report.quality.metrics["auc"] > 0.9


def test_drifted_rows_are_a_file_that_anything_opens(monitoring, shifted, studio):
    monitoring.check("late")
    found = monitoring.rows("late", column="distance")
    table = pl.read_parquet(studio.project / found.path)
    assert 500 < table.height == found.rows < 1000
    assert table.columns == ["id", "at", "prediction", "distance", "wind", "carrier", "day", "latency_ms"]
    assert table["distance"].mean() > shifted["distance"].mean()
    assert monitoring.rows("late").rows == 1000
    assert studio.wrangling.open(found.path).stage(None).columns.keys() == set(table.columns)
    with pytest.raises(NotFoundError, match="nowhere"):
        monitoring.rows("late", column="nowhere")


def test_rows_of_categories_and_gaps_are_found(monitoring, record, model, studio):
    table = flights(1000, seed=5)
    table.loc[:99, "carrier"] = "ZZ"
    table.loc[100:299, "wind"] = None
    record(table, ["late"] * 1000)
    monitoring.check("late")
    new = pl.read_parquet(studio.project / monitoring.rows("late", column="carrier").path)
    assert (new.height, new["carrier"].unique().to_list()) == (100, ["ZZ"])
    gaps = pl.read_parquet(studio.project / monitoring.rows("late", column="wind").path)
    assert (gaps.height, gaps["wind"].null_count()) == (200, 200)
    assert pl.read_parquet(studio.project / monitoring.rows("late", column="prediction").path).height == 1000


def test_too_little_is_said_calmly(watching, kept, record, model, tmp_path):
    monitoring = watching(kept, share=0.0)
    assert "Capture is off" in monitoring.monitor("late").message
    report = monitoring.check("late")
    assert (report.state, report.rows) == (ReportState.WAITING, 0)
    record(flights(20), model.predict(flights(20)))
    report = monitoring.check("late")
    assert (report.state, report.message) == (
        ReportState.WAITING, "Only 20 rows captured so far; nothing is judged from fewer than 50.",
    )  # fmt: skip
    nothing = watching(tmp_path)
    assert "without a profile" in nothing.monitor("late").message
    assert "without a profile" in nothing.check("late").message
    with pytest.raises(NotFoundError, match="deployment 7"):
        monitoring.check("late", CheckSpec(number=7))
    with pytest.raises(NotFoundError, match="'nobody'"):
        monitoring.check("nobody")
    with pytest.raises(InvalidError, match="no workflow"):
        monitoring.retrain("late")


def test_captured_rows_or_a_file_can_be_the_baseline(watching, tmp_path, record, model, project_table):
    monitoring = watching(tmp_path / "nothing")
    with pytest.raises(InvalidError, match="30 are needed"):
        monitoring.take_baseline("late", BaselineSpec())
    table = flights(500, seed=1)
    record(table, model.predict(table))
    taken = monitoring.take_baseline("late", BaselineSpec())
    assert (taken.baseline.source, taken.baseline.rows) == ("captured", 500)
    assert monitoring.check("late").state is ReportState.OK
    flights(800, seed=2, shift=2).to_parquet(project_table("other.parquet"))
    taken = monitoring.take_baseline("late", BaselineSpec(path="other.parquet"))
    assert (taken.baseline.source, taken.baseline.columns) == ("file", 4)
    assert monitoring.check("late").columns[0].name == "distance"
    assert monitoring.take_baseline("late", BaselineSpec(training=True)).baseline is None


def test_a_schedule_checks_as_a_job(monitoring, studio, shifted):
    monitor = monitoring.watch("late", every_minutes=30)
    schedule = studio.jobs.schedules.get(monitor.schedule_id)
    assert schedule.words == "Every 30 minutes"
    assert (studio.project / schedule.spec.job.notebook).is_file()
    assert monitor.next_check == schedule.next[0]
    again = monitoring.watch("late", cron="0 7 * * *", every_minutes=None)
    assert (again.schedule_id, len(studio.jobs.schedules.all().items)) == (monitor.schedule_id, 1)
    assert monitoring.watch("late", cron=None).schedule_id is None
    assert studio.jobs.schedules.all().items == []
    with pytest.raises(InvalidError, match="cron"):
        monitoring.watch("late", cron="whenever")


def test_other_processes_hear_of_a_check(monitoring, shifted, studio):
    other = Studio.open(studio.project).monitoring
    assert other.poll() == []
    monitoring.check("late")
    assert other.poll() == [Changed(kind="monitor", id="abc", change="changed")]
    assert other.poll() == []


def test_figures_are_left_for_prometheus(monitoring, shifted, endpoint):
    monitoring.check("late")
    lines = (endpoint / "monitor.prom").read_text().splitlines()
    assert 'mlstudio_monitor_drifted_columns{endpoint="late",deployment="1"} 1' in lines
    assert all(line.startswith(("#", "mlstudio_monitor_")) for line in lines)


def test_a_report_shows_itself_and_escapes_what_callers_sent(monitoring, record, model):
    table = flights(200, seed=5).assign(carrier="<script>alert(1)</script>")
    record(table, ["late"] * 200)
    shown = monitoring.check("late")._repr_html_()
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown


def test_an_endpoint_that_is_gone_leaves_nothing_behind(monitoring, shifted, studio, watching):
    monitoring.watch("late", every_minutes=30)
    monitoring.check("late")
    monitoring._meeting = type(monitoring._meeting)(**{**vars(monitoring._meeting), "endpoints": list})
    assert monitoring.monitors().items == []
    assert monitoring.alerts().items == []
    assert studio.jobs.schedules.all().items == []
    assert not (studio.state / "monitoring" / "abc").exists()


def test_a_check_that_breaks_is_a_report_too(monitoring, shifted, kept, watching, tmp_path, caplog):
    import shutil

    shutil.copytree(kept / "mlstudio", tmp_path / "broken" / "mlstudio")
    pl.DataFrame({"distance": ["a"]}).write_parquet(tmp_path / "broken" / "mlstudio" / "sample.parquet")
    (tmp_path / "broken" / "mlstudio" / "answers.parquet").write_bytes(b"no parquet")
    report = watching(tmp_path / "broken").check("late")
    assert report.state in {ReportState.FAILED, ReportState.DRIFTED}
    assert report.message


def test_an_attribution_that_moved_is_found(monitoring, endpoint):
    """Answers that depend on another column than the model's do."""
    table = flights(1500, seed=5)
    other = np.where(table["day"] > 3, "late", "on time")
    Recorded(Recorder(order_for(endpoint), lambda _: fields_of(table)))(table, other)
    found = monitoring.check("late").attribution
    assert found.drifted
    assert {item.column: item.live for item in found.items}["day"] > 0.8
    assert AlertKind.ATTRIBUTION in [alert.kind for alert in monitoring.alerts().items]


@pytest.fixture
def project_table(studio):
    return lambda name: studio.project / name
