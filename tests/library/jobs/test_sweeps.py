"""Sweeps: which jobs they make, and which was best."""

import csv
import io

import pytest

from jupyter_mlstudio import ConflictError, InvalidError, NotFoundError, Studio
from jupyter_mlstudio.jobs.sweeps.space import names_of, parameter_sets, seeded
from jupyter_mlstudio.jobs.sweeps.types import (
    DrawChoice,
    DrawInteger,
    DrawLogUniform,
    DrawUniform,
    SweepDraws,
    SweepGrid,
    SweepSets,
    SweepSpan,
    SweepSpec,
)
from jupyter_mlstudio.jobs.types import JobSpec, JobState

PARAMETERS = "depth = 1\nrate: float = 0.5\nmode = 'a'"
SCORE = """
if depth == 13:
    raise ValueError("unlucky")
from jupyter_mlstudio import Studio
Studio.open().output("score", depth * rate)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def jobs(request, tmp_path, monkeypatch, write):
    """Jobs that are made, but not started."""
    monkeypatch.setattr("jupyter_mlstudio.jobs.service.start_waiting", lambda *_: None)
    write("a.ipynb", SCORE, parameters=PARAMETERS)
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return Studio.open(tmp_path, jobs_url=url).jobs


def test_a_grid_is_every_combination():
    grid = SweepGrid(values={"depth": [2, 4], "rate": SweepSpan(low=0.1, high=0.3, count=3)})
    assert parameter_sets(grid) == [
        {"depth": depth, "rate": rate} for depth in (2, 4) for rate in (0.1, 0.2, 0.3)
    ]  # fmt: skip


def test_evenly_spaced_numbers_are_whole_where_they_can_be():
    spans = {"a": SweepSpan(low=1, high=5, count=3), "b": SweepSpan(low=0.001, high=10, count=5, log=True)}
    sets = parameter_sets(SweepGrid(values=spans))
    assert sorted({each["a"] for each in sets}) == [1, 3, 5]
    assert all(isinstance(each["a"], int) for each in sets)
    assert sorted({each["b"] for each in sets}) == [0.001, 0.01, 0.1, 1.0, 10.0]


def test_no_set_comes_twice():
    sets = parameter_sets(SweepSets(items=[{"depth": 1}, {"depth": 2}, {"depth": 1}, {"depth": 1, "rate": 1.0}]))
    assert sets == [{"depth": 1}, {"depth": 2}, {"depth": 1, "rate": 1.0}]
    assert names_of(sets) == ["depth", "rate"]


def test_the_same_seed_draws_the_same():
    draws = {
        "a": DrawUniform(low=1, high=2),
        "b": DrawLogUniform(low=1e-5, high=1),
        "c": DrawInteger(low=-3, high=3),
        "d": DrawChoice(values=["x", None, 3]),
    }
    space = SweepDraws(draws=draws, count=300, seed=7)
    sets = parameter_sets(space)
    assert parameter_sets(space) == sets
    assert parameter_sets(space.model_copy(update={"seed": 8})) != sets
    assert all(1 <= each["a"] <= 2 and 1e-5 <= each["b"] <= 1 for each in sets)
    assert {each["c"] for each in sets} == set(range(-3, 4))
    assert sum(each["b"] < 1e-3 for each in sets) > 60
    chosen = seeded(space.model_copy(update={"seed": None}))
    assert isinstance(chosen, SweepDraws)
    assert chosen.seed is not None


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (SweepGrid(values={}), "space: nothing varies"),
        (SweepGrid(values={"a": []}), "space.values.a: give it at least one value"),
        (SweepGrid(values={name: list(range(100)) for name in "abc"}), "1000000 combinations are more"),
        (SweepGrid(values={"a": SweepSpan(low=2, high=1, count=3)}), "space.values.a: low must be smaller"),
        (SweepGrid(values={"a": SweepSpan(low=0, high=1, count=3, log=True)}), "space.values.a.low: must be above 0"),
        (SweepSets(items=[{}]), "space: nothing varies"),
        (SweepDraws(draws={}, count=3), "space.draws: name at least one"),
        (SweepDraws(draws={"a": DrawInteger(low=3, high=3)}, count=3), "space.draws.a: low must be smaller"),
    ],
)
def test_a_space_that_makes_no_sense_is_refused(space, message):
    with pytest.raises(InvalidError, match=message):
        parameter_sets(space)


def sweep_spec(space, **more):
    return SweepSpec(job=JobSpec(notebook="a.ipynb", parameters={"mode": "b"}), space=space, **more)


def test_a_sweep_is_checked_before_anything_is_queued(jobs):
    good = sweep_spec(SweepGrid(values={"depth": [1, 2, 3]}))
    assert jobs.sweeps.preview(good).count == 3
    for space, message in (
        (SweepGrid(values={"dept": [1]}), "job 1 of 1: parameters.dept: .* Did you mean 'depth'"),
        (SweepGrid(values={"depth": [1, 2, "x"]}), "job 3 of 3: parameters.depth: must be a whole number"),
    ):
        with pytest.raises(InvalidError, match=message):
            jobs.sweeps.start(sweep_spec(space))
    with pytest.raises(NotFoundError):
        jobs.sweep("no.ipynb", {"depth": [1]})
    assert (jobs.sweeps.all().items, jobs.all()) == ([], [])


def test_the_jobs_of_a_sweep_are_told_apart(jobs):
    sweep = jobs.sweep("a.ipynb", {"depth": [1, 2], "rate": [1]}, parameters={"mode": "b"}, parallel=2, priority=3)
    found = jobs.owned(sweep.id)
    assert [job.name for job in found] == ["a: depth=1, rate=1", "a: depth=2, rate=1"]
    assert [job.spec.parameters for job in found] == [{"mode": "b", "depth": depth, "rate": 1.0} for depth in (1, 2)]
    assert [(job.owner.node, job.spec.priority) for job in found] == [("1", 3), ("2", 3)]
    assert (sweep.count, sweep.counts.queued, sweep.ended_at) == (2, 2, None)


def test_no_more_jobs_run_at_a_time_than_a_sweep_allows(jobs):
    jobs.sweep("a.ipynb", {"depth": list(range(7))}, parallel=3)
    plenty = {"cpu": 100.0}
    assert [jobs.queue.claim(plenty) is not None for _ in range(4)] == [True, True, True, False]
    jobs.submit("a.ipynb")
    assert jobs.queue.claim(plenty) is not None


def test_a_thousand_jobs_are_queued_at_once_and_stopped_at_once(jobs):
    sweep = jobs.sweep("a.ipynb", {"depth": list(range(1000))})
    assert sweep.counts.queued == 1000
    assert len(jobs.sweeps.results(sweep.id).items) == 1000
    stopped = jobs.sweeps.stop(sweep.id)
    assert (stopped.counts.stopped, stopped.ended_at is None) == (1000, False)


def test_a_sweep_that_does_not_fit_into_the_queue_is_refused_whole(tmp_path, write):
    write("a.ipynb", "1", parameters=PARAMETERS)
    jobs = Studio.open(tmp_path, max_queued_jobs=5).jobs
    with pytest.raises(InvalidError, match="6 jobs are more than may wait"):
        jobs.sweep("a.ipynb", {"depth": list(range(6))})
    assert jobs.sweeps.all().items == []


def test_a_sweep_ranks_its_jobs_and_runs_failed_ones_again(studio, write, tmp_path):
    write("a.ipynb", SCORE, parameters=PARAMETERS)
    sweep = studio.jobs.sweep("a.ipynb", {"depth": [2, 13, 5]}, metric="score", parameters={"rate": 0.5})
    sweep = studio.jobs.sweeps.wait(sweep.id)
    assert (sweep.counts.succeeded, sweep.counts.failed) == (2, 1)
    table = studio.jobs.sweeps.results(sweep.id)
    assert (table.parameters, table.metrics, table.best) == (["depth"], ["score"], 3)
    assert [(row.parameters, row.values, row.rank, row.state) for row in table.items] == [
        ({"depth": 2}, [1.0], 2, JobState.SUCCEEDED),
        ({"depth": 13}, [None], None, JobState.FAILED),
        ({"depth": 5}, [2.5], 1, JobState.SUCCEEDED),
    ]
    assert "unlucky" in table.items[1].error.message
    assert studio.jobs.sweeps.best(sweep.id).id == table.items[2].job_id
    lines = list(csv.DictReader(io.StringIO(studio.jobs.sweeps.csv(sweep.id))))
    assert (lines[0]["depth"], lines[0]["score"], lines[0]["state"]) == ("2", "1.0", "succeeded")
    assert list(studio.jobs.sweeps.frame(sweep.id)["rank"].dropna()) == [2, 1]

    write("a.ipynb", SCORE.replace("13", "14"), parameters=PARAMETERS)
    studio.jobs.sweeps.retry(sweep.id)
    studio.jobs.sweeps.wait(sweep.id)
    table = studio.jobs.sweeps.results(sweep.id)
    assert [(row.values, row.attempts) for row in table.items] == [([1.0], 1), ([6.5], 2), ([2.5], 1)]
    assert table.best == 2
    with pytest.raises(ConflictError, match="None of its jobs has failed"):
        studio.jobs.sweeps.retry(sweep.id)
    studio.jobs.sweeps.remove(sweep.id, jobs=True)
    assert studio.jobs.all() == []
    assert list((tmp_path / "jobs").iterdir()) == []


def test_a_sweep_changes_when_its_jobs_do(studio, write):
    write("a.ipynb", "1", parameters=PARAMETERS)
    sweep = studio.jobs.sweep("a.ipynb", [{"depth": 1}, {"depth": 2}])
    studio.jobs.poll()
    studio.jobs.sweeps.wait(sweep.id)
    assert ("sweep", sweep.id, "changed") in {(each.kind, each.id, each.change) for each in studio.jobs.poll()}


def test_the_metrics_of_runs_count_and_link_to_them(studio, write):
    source = """
from jupyter_mlstudio import Studio
with Studio.open().track("depths") as run:
    run.log_metrics({"loss": 1 / depth, "steps": 3})
"""
    write("a.ipynb", source, parameters=PARAMETERS)
    sweep = studio.jobs.sweep("a.ipynb", {"depth": [2, 4]}, metric="loss", direction="minimize")
    studio.jobs.sweeps.wait(sweep.id)
    table = studio.jobs.sweeps.results(sweep.id)
    assert (table.metrics, table.best) == (["loss", "steps"], 2)
    assert [row.values for row in table.items] == [[0.5, 3.0], [0.25, 3.0]]
    assert [row.runs[0].id for row in table.items] == [
        studio.experiments.runs_of_job(row.job_id)[0].id for row in table.items
    ]


def test_a_value_that_looks_like_a_formula_is_no_formula_in_a_csv(jobs):
    sweep = jobs.sweep("a.ipynb", {"mode": ["=1+1"]})
    assert "'=1+1" in jobs.sweeps.csv(sweep.id)
