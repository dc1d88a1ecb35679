"""A real endpoint from capture to alert, with the command line beside it."""

import json
import os
import signal
import time
from urllib.request import Request, urlopen

import numpy as np
import polars as pl
import pytest
from conftest import flights

from jupyter_mlstudio.cli import main
from jupyter_mlstudio.monitoring import captured
from jupyter_mlstudio.serving.types import CaptureSpec
from jupyter_mlstudio.studio import Studio


@pytest.fixture(scope="module")
def deployed(model, tmp_path_factory):
    studio = Studio.open(tmp_path_factory.mktemp("project"))
    with studio.track("late") as run:
        run.log_model(model, training_data=flights(2000))
    endpoint = studio.deploy(run, "late", capture={"share": 1.0, "masked": ["wind"]})
    yield studio, endpoint
    studio.serving.remove(endpoint.id)


def ask(endpoint, row, id=None):
    headers = {"Authorization": f"Bearer {endpoint.key}", "Content-Type": "application/json"}
    body = json.dumps({"dataframe_records": [row]}).encode()
    request = Request(f"{endpoint.url}/invocations", body, {**headers, **({"X-Request-Id": id} if id else {})})
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)["predictions"][0], answer.headers["X-Request-Id"]


def rows_of(studio, endpoint, least):
    folder = studio.state / "endpoints" / endpoint.id
    for _ in range(1200):
        if captured.amount(folder).rows >= least:
            break
        time.sleep(0.05)
    return captured.read(folder, 1, studio.monitoring.monitor("late").spec.window)


def test_what_an_endpoint_saw_is_found_in_reports_and_on_the_command_line(deployed, capsys):
    studio, endpoint = deployed
    live = json.loads(flights(60, seed=9, shift=3).to_json(orient="records"))
    answers = [ask(endpoint, row, f"q{number}") for number, row in enumerate(live)]
    assert [name for _, name in answers] == [f"q{number}" for number in range(60)]
    made_up = ask(endpoint, live[0])[1]
    rows = rows_of(studio, endpoint, 61)
    assert rows["id"].to_list() == [*(f"q{number}" for number in range(60)), made_up]
    assert rows["out.prediction"].to_list()[:60] == [answer for answer, _ in answers]
    assert "in.wind" not in rows.columns

    truth = pl.DataFrame(
        {"id": [f"q{number}" for number in range(60)], "truth": np.where(np.arange(60) < 30, "late", "x")}
    )
    truth.write_csv(studio.project / "truth.csv")
    here = ["--project", str(studio.project), "monitor"]
    assert main([*here, "truth", "late", "truth.csv"]) == 0
    assert "60 of 60 ids belong to captured rows." in capsys.readouterr().out
    assert main([*here, "set", "late", "--limit", "accuracy=0.9", "--limit", "psi=0.3", "--rows", "500"]) == 0
    assert main([*here, "check", "late"]) == 3
    told = capsys.readouterr().out
    assert "distance have drifted" in told or "distance has drifted" in told
    assert "wind  PSI 0.000  It is not captured" in told
    spec = studio.monitoring.monitor("late").spec
    assert (spec.thresholds.psi, spec.thresholds.quality, spec.window.rows) == (0.3, {"accuracy": 0.9}, 500)
    assert main([*here, "alerts"]) == 0
    assert "worse than asked for: accuracy" in capsys.readouterr().out
    assert main([*here, "list"]) == 0
    assert main([*here, "check", "nobody"]) == 1
    assert main([*here, "set", "late", "--limit", "accuracy=much"]) == 1


def test_a_killed_worker_keeps_what_it_wrote_and_capture_is_switched_off_without_a_new_one(deployed):
    studio, endpoint = deployed
    row = json.loads(flights(1).to_json(orient="records"))[0]
    before = rows_of(studio, endpoint, 0).height
    for number in range(5):
        ask(endpoint, row, f"k{number}")
    rows_of(studio, endpoint, before + 5)
    os.kill(studio.serving.stats(endpoint.id).workers[0].pid, signal.SIGKILL)
    for _ in range(1200):
        try:
            ask(endpoint, row, "after")
            break
        except OSError:
            time.sleep(0.05)
    assert {f"k{number}" for number in range(5)} | {"after"} <= set(rows_of(studio, endpoint, before + 6)["id"])
    worker = studio.serving.stats(endpoint.id).workers[0].pid
    studio.serving.capture(endpoint.id, CaptureSpec(share=0.0))
    time.sleep(0.3)
    held = captured.amount(studio.state / "endpoints" / endpoint.id).rows
    ask(endpoint, row, "unseen")
    time.sleep(1.3)
    assert captured.amount(studio.state / "endpoints" / endpoint.id).rows == held
    assert studio.serving.stats(endpoint.id).workers[0].pid == worker
