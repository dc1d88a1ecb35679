"""What a notebook logs is in the store, whatever happens to the notebook."""

import os
import signal
import subprocess
import sys
import time

import pytest

from jupyter_mlstudio import ConflictError, InvalidError, NotFoundError, Studio
from jupyter_mlstudio.experiments.provenance.recording import flush
from jupyter_mlstudio.experiments.types import Param, RunState


def values(run):
    return {metric.name: metric.value for metric in run.metrics}


def test_a_run_keeps_what_was_logged(studio, logged):
    run = studio.experiments.run(logged.id)
    assert (run.name, run.experiment, run.state, run.note) == (
        "baseline",
        "late flights",
        RunState.FINISHED,
        "The *first* one.",
    )
    assert run.params == [Param(name="depth", value="3"), Param(name="rate", value="0.1")]
    assert values(run) == {"auc": 0.91, "loss": 0.4}
    assert run.tags == {"team": "blue"}
    assert run.ended_at >= run.started_at


def test_without_a_step_the_values_of_a_metric_are_counted(studio, logged):
    (series,) = studio.experiments.series([logged.id], "loss").items
    assert (series.steps, series.values) == ([0, 1, 2], [0.7, 0.5, 0.4])


def test_metrics_are_in_the_store_within_a_second_while_the_run_goes_on(studio):
    with studio.track("live") as run:
        run.log_metric("loss", 0.5)
        deadline = time.monotonic() + 1
        while not studio.experiments.run(run.id).metrics and time.monotonic() < deadline:
            time.sleep(0.02)
        now = studio.experiments.run(run.id)
    assert values(now) == {"loss": 0.5}
    assert now.state is RunState.RUNNING


def test_a_run_left_by_an_exception_has_failed_and_lost_nothing(studio):
    def divide(run):
        run.log_metric("loss", 0.5)
        return 1 / 0

    with pytest.raises(ZeroDivisionError), studio.track("broken") as run:
        divide(run)
    failed = studio.experiments.run(run.id)
    assert (failed.state, failed.error) == (RunState.FAILED, "ZeroDivisionError: division by zero")
    assert values(failed) == {"loss": 0.5}


def test_an_interrupted_run_is_killed(studio):
    with pytest.raises(KeyboardInterrupt), studio.track("broken") as run:
        raise KeyboardInterrupt
    assert studio.experiments.run(run.id).state is RunState.KILLED


def test_a_run_whose_process_was_killed_counts_as_killed(studio):
    script = (
        f"from jupyter_mlstudio import Studio\n"
        f"with Studio.open({str(studio.project)!r}).track('lost') as run:\n"
        f"    print(run.id, flush=True); import time; time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        run_id = process.stdout.readline().strip()
        studio.poll()
        before = studio.experiments.run(run_id).state
        os.kill(process.pid, signal.SIGKILL)
    assert (before, studio.experiments.run(run_id).state) == (RunState.RUNNING, RunState.KILLED)
    assert [run.id for run in studio.experiments.runs().items if run.state is RunState.KILLED] == [run_id]


def test_a_run_inside_another_is_a_part_of_it(studio):
    with studio.track("search") as outer, studio.track("search") as inner:
        pass
    assert studio.experiments.run(inner.id).parent == outer.id
    assert studio.experiments.run(outer.id).children == [inner.id]
    with studio.track("search") as later:
        pass
    assert studio.experiments.run(later.id).parent is None
    with studio.track("search"), studio.track(name="part") as part:
        pass
    assert studio.experiments.run(part.id).experiment == "search"


def test_numbers_that_are_none_are_kept_as_such(studio):
    with studio.track("odd") as run:
        run.log_metrics({"nan": float("nan"), "inf": float("inf"), "minus": float("-inf")})
    assert values(studio.experiments.run(run.id)) == {"nan": "NaN", "inf": "Infinity", "minus": "-Infinity"}
    (series,) = studio.experiments.series([run.id], "inf").items
    assert series.values == [None]


def test_what_no_store_can_keep_is_mended_or_refused_and_costs_nothing_else(studio):
    with studio.track("odd", tags={"file": "half \ud800"}) as run:
        run.log_metric("auc", 0.9)
        run.log_params({"file": "half \ud800", "depth": 3})
        with pytest.raises(InvalidError, match="too large to be kept"):
            run.log_metric("auc", 1, step=2**63)
        with pytest.raises(InvalidError, match="a step is a whole number"):
            run.log_metric("auc", 1, step="first")
        run.buffer.add_labels(params={"forged": "\ud800"})
        with pytest.raises(InvalidError, match="cannot be kept"):
            run.flush()
        run.log_metric("loss", 0.1)
    kept = studio.run(run)
    assert (kept.params, kept.metrics) == ({"file": "half ?", "depth": "3"}, {"auc": 0.9, "loss": 0.1})
    assert (kept.tags["file"], kept.state) == ("half ?", RunState.FINISHED)


@pytest.mark.parametrize("name", [" ", "x" * 501, "two\nlines"])
def test_an_experiment_has_a_name_that_mlflow_takes(studio, name):
    with pytest.raises(InvalidError, match="experiment: "):
        studio.track(name).start()


def test_a_param_keeps_its_first_value(studio):
    with studio.track("x") as run:
        run.log_param("depth", 3)
        with pytest.raises(InvalidError, match="depth"):
            run.log_param("depth", 4)
        run.log_param("depth", 3)
    assert studio.experiments.run(run.id).state is RunState.FINISHED


@pytest.mark.parametrize("name", ["", "a" * 251, "50%", "a\nb"])
def test_a_name_that_the_store_would_refuse_is_refused_at_once(studio, name):
    with studio.track("x") as run, pytest.raises(InvalidError):
        run.log_metric(name, 1)


def test_logging_outside_the_block_says_so(studio, logged):
    with pytest.raises(ConflictError, match="with"):
        logged.log_metric("late", 1)
    with pytest.raises(ConflictError, match="with"):
        logged.log_params({"late": 1})


def test_the_job_and_the_notebook_are_remembered(studio, monkeypatch):
    monkeypatch.setenv("MLSTUDIO_JOB", "job1")
    monkeypatch.setenv("JPY_SESSION_NAME", str(studio.project / "train" / "late.ipynb"))
    with studio.track("x") as run:
        pass
    found = studio.experiments.run(run.id)
    assert (found.job, found.notebook) == ("job1", "train/late.ipynb")
    assert [row.id for row in studio.experiments.runs_of_job("job1")] == [run.id]
    assert studio.experiments.runs_of_job("job2") == []


def test_the_commit_and_the_packages_are_remembered(studio):
    for command in (
        ["init", "-q"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"],
    ):
        subprocess.run(["git", *command], cwd=studio.project, check=True)
    with studio.track("x") as run:
        pass
    flush()
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=studio.project, check=True, capture_output=True, text=True)
    assert studio.experiments.run(run.id).commit == head.stdout.strip()
    assert "mlflow==" in studio.experiments.provenance.requirements(run.id)


def test_mlflows_own_active_run_is_left_alone(studio):
    import mlflow

    before = mlflow.get_tracking_uri()
    with studio.track("x"):
        assert mlflow.active_run() is None
        assert mlflow.get_tracking_uri() == before


def test_a_deleted_experiment_comes_back_when_it_is_used(studio, logged):
    client = studio.experiments.client()
    client.delete_experiment(client.get_experiment_by_name("late flights").experiment_id)
    with studio.track("late flights") as run:
        pass
    assert studio.experiments.run(run.id).experiment == "late flights"


def test_any_tracking_uri_can_be_set_and_is_seen_from_the_project(studio, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    other = Studio.open(studio.project, tracking_uri="sqlite:///stores/mine.db")
    with other.track("elsewhere") as run:
        run.log_text("x", "x.txt")
    assert (studio.project / "stores" / "mine.db").is_file()
    assert not (tmp_path / "mlruns").exists()
    assert other.experiments.run(run.id).experiment == "elsewhere"
    with pytest.raises(NotFoundError):
        studio.experiments.run(run.id)


def test_an_unknown_file_says_where_it_was_sought(studio):
    with studio.track("x") as run, pytest.raises(InvalidError, match=r"nothing\.csv"):
        run.log_artifact("nothing.csv")


def test_the_first_run_of_a_project_is_noticed_and_looking_leaves_nothing(studio):
    assert studio.poll() == []
    assert not studio.state.exists()
    with Studio.open(studio.project).track("x") as run:
        pass
    assert ("run", run.id, "added") in [(found.kind, found.id, found.change) for found in studio.poll()]
